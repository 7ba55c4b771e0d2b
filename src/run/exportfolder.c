/* SPDX-License-Identifier: Apache-2.0 */
/* Marks of an export in a folder: first octets of files, names and kinds of entries. */
#include "run/exportfolder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/digest.h"
#include "input/exportname.h"
#include "input/magic.h"

#define HEX "0123456789abcdef"

static bool
is_archive(struct bytes head)
{
	struct magic m = magic_find(head);

	switch (m.class) {
	case MAGIC_TAR:
	case MAGIC_GZIP:
	case MAGIC_ZSTD:
	case MAGIC_POLYGLOT:
		return true;
	case MAGIC_COMPRESSION:
		return strcmp(m.name, "xz") == 0 || strcmp(m.name, "bzip2") == 0 ||
		    strncmp(m.name, "lz4", 3) == 0;
	case MAGIC_ARCHIVE:
		return strcmp(m.name, "zip") == 0;
	case MAGIC_TEXT:
		return bytes_starts(head, BYTES_LIT("{\"Sha256Sum\""));
	case MAGIC_ZSTD_OTHER:
	case MAGIC_ENCRYPTED:
	case MAGIC_UNKNOWN:
		break;
	}
	return head.len == 512 &&
	    (memcmp(head.ptr + 257, "ustar", 5) == 0 || magic_tar_for_some(head.ptr));
}

bool
export_magic(int dir, const char *name, int flags)
{
	AUTO_FD fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | flags);
	uint8_t head[512];
	ssize_t n;

	if (fd < 0)
		return true;
	n = pread(fd, head, sizeof(head), 0);
	return n < 0 || is_archive(bytes_of(head, (size_t)n));
}

/* --- forms --- */

static bool
exists_in(int dir, const char *name, struct stat *st)
{
	return fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) == 0;
}

struct folder_form
folder_form_of(int dir)
{
	struct stat st;
	struct folder_form form = {
		.index = exists_in(dir, "index.json", &st),
		.version = exists_in(dir, "oci-layout", &st),
		.manifest = exists_in(dir, "manifest.json", &st),
		.blobs = exists_in(dir, "blobs", &st),
	};

	form.store = form.blobs && S_ISDIR(st.st_mode);
	return form;
}

static bool
is_layout(const struct folder_form *f)
{
	return f->index || f->version || f->blobs;
}

bool
folder_form_is_export(const struct folder_form *f)
{
	return is_layout(f) || f->manifest;
}

/* --- what is its own --- */

static bool
is_one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* A digest in hex, as docker-archives and "dir" exports name what they hold. */
static bool
is_digest(const char *name)
{
	size_t hex = strspn(name, HEX);

	return hex == 64 && (name[hex] == '\0' || name[hex] == '.');
}

/* Beside manifest.json and without an index: the parts of a docker-archive or a "dir" export. */
static bool
is_part(const char *name, bool plain)
{
	return is_digest(name) ||
	    (plain && (strcmp(name, "version") == 0 || strncmp(name, "sha256:", 7) == 0 ||
		strncmp(name, "signature-", 10) == 0));
}

enum folder_own
folder_own(const struct folder_form *f, int dir, const char *name, const struct stat *st)
{
	static const char *const documents[] = { "index.json", "oci-layout", "manifest.json",
		"repositories" };
	bool plain = S_ISREG(st->st_mode), folder = S_ISDIR(st->st_mode), archive;

	if (!folder_form_is_export(f) || (!plain && !folder))
		return FOLDER_BESIDE;
	if (folder && strcmp(name, "blobs") == 0)
		return FOLDER_BLOBS;
	archive = plain && (exportname_of(name) != NAME_OTHER ||
	    (st->st_size > 0 && export_magic(dir, name, O_NOFOLLOW)));
	if (plain && is_one_of(name, documents, COUNT(documents)))
		return archive ? FOLDER_BESIDE : FOLDER_READ;
	/* The storage of a registry: its lists of names beside its blobs. */
	if (folder && f->store && !f->index && strcmp(name, "repositories") == 0)
		return FOLDER_PROMISED;
	if (is_layout(f) || !is_part(name, plain))
		return FOLDER_BESIDE;
	return archive || folder ? FOLDER_PROMISED : FOLDER_READ;
}

/* --- blobs --- */

static enum digest_alg
alg_of(const char *name)
{
	for (enum digest_alg alg = DIGEST_SHA256; alg <= DIGEST_SHA512; alg++)
		if (strcmp(digest_alg_name(alg), name) == 0)
			return alg;
	return DIGEST_NONE;
}

bool
folder_blob_alg(const char *alg)
{
	return alg_of(alg) != DIGEST_NONE;
}

bool
folder_blob_name(const char *alg, const char *name)
{
	size_t digits = 2 * digest_len(alg_of(alg));

	return digits > 0 && strlen(name) == digits && strspn(name, HEX) == digits;
}

bool
folder_blob_part(const char *name)
{
	return strlen(name) == 2 && strspn(name, HEX) == 2;
}
