// SPDX-License-Identifier: Apache-2.0

// Command untar unpacks archives as a program in Go does that trusts archive/tar: each name is made
// below a folder, plain files, folders and links alike. It reads "ARCHIVE TAB FOLDER" lines and says
// for each archive whether it was unpacked to its end.
package main

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// put writes one member; what cannot be made is the archive's fault.
func put(folder string, h *tar.Header, data io.Reader) error {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	path := filepath.Join(folder, filepath.FromSlash(h.Name))
	if rel, err := filepath.Rel(folder, path); err != nil || strings.HasPrefix(rel+"/", "../") {
		return errors.New("outside: " + h.Name)
	}
	if h.Typeflag == tar.TypeDir {
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeReg:
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		if err != nil {
			return err
		}
		if _, err = io.Copy(f, data); err != nil {
			f.Close()
			return err
		}
		return f.Close()
	case tar.TypeSymlink:
		return os.Symlink(h.Linkname, path)
	case tar.TypeLink:
		return os.Link(filepath.Join(folder, filepath.FromSlash(h.Linkname)), path)
	}
	return fmt.Errorf("%s: type %q", h.Name, h.Typeflag)
}

func unpack(archive, folder string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = put(folder, h, r)
		}
		if err != nil {
			return err
		}
	}
}

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		archive, folder, _ := strings.Cut(lines.Text(), "\t")
		if err := unpack(archive, folder); err != nil {
			fmt.Printf("%s\t%v\n", archive, err)
			continue
		}
		fmt.Printf("%s\tunpacked\n", archive)
	}
}
