# SPDX-License-Identifier: Apache-2.0
"""Unpacks archives with Python's tarfile. Reads "ARCHIVE TAB FOLDER" lines and says for each
archive whether it was unpacked to its end."""
import sys
import tarfile
import warnings

warnings.simplefilter("ignore")


def unpack(archive, folder):
    with tarfile.open(archive, "r:*") as t:
        t.extractall(folder)


for line in sys.stdin:
    archive, folder = line.rstrip("\n").split("\t")
    try:
        unpack(archive, folder)
        said = "unpacked"
    except Exception as e:  # whatever it stumbles over is an answer
        said = "%s: %s" % (type(e).__name__, str(e).replace("\n", " "))
    print("%s\t%s" % (archive, said), flush=True)
