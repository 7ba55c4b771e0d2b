// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/notaryproject/notation-core-go/revocation"
	"github.com/notaryproject/notation-core-go/revocation/crl"
	"github.com/notaryproject/notation-core-go/revocation/purpose"
	"github.com/notaryproject/notation-go"
	"github.com/notaryproject/notation-go/dir"
	"github.com/notaryproject/notation-go/registry"
	"github.com/notaryproject/notation-go/verifier"
	"github.com/notaryproject/notation-go/verifier/trustpolicy"
	"github.com/notaryproject/notation-go/verifier/truststore"
)

// files answers every request with the file that a case has for the URL: there is no network.
type files map[string]string

func (f files) RoundTrip(req *http.Request) (*http.Response, error) {
	for url, path := range f {
		// An OCSP request may stand behind the URL, as base64.
		if req.URL.String() != url && !strings.HasPrefix(req.URL.String(), url+"/") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return &http.Response{
			StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(data)),
			ContentLength: int64(len(data)), Request: req,
		}, nil
	}
	return nil, errors.New("no such file: " + req.URL.String())
}

func readFiles(folder string) (files, error) {
	text, err := os.ReadFile(filepath.Join(folder, "urls"))
	if err != nil {
		return nil, err
	}
	f := files{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if url, name, ok := strings.Cut(line, "\t"); ok {
			f[url] = filepath.Join(folder, name)
		}
	}
	return f, nil
}

func validator(f files, p purpose.Purpose) (revocation.Validator, error) {
	client := &http.Client{Transport: f}
	fetcher, err := crl.NewHTTPFetcher(client)
	if err != nil {
		return nil, err
	}
	return revocation.NewWithOptions(revocation.Options{
		OCSPHTTPClient: client, CRLFetcher: fetcher, CertChainPurpose: p,
	})
}

func judgeCase(folder string) error {
	dir.UserConfigDir = filepath.Join(folder, "config")
	policy, err := trustpolicy.LoadDocument()
	if err != nil {
		return err
	}
	f, err := readFiles(folder)
	if err != nil {
		return err
	}
	var options verifier.VerifierOptions
	if options.RevocationCodeSigningValidator, err = validator(f, purpose.CodeSigning); err != nil {
		return err
	}
	if options.RevocationTimestampingValidator, err = validator(f, purpose.Timestamping); err != nil {
		return err
	}
	v, err := verifier.NewWithOptions(policy, truststore.NewX509TrustStore(dir.ConfigFS()), nil, options)
	if err != nil {
		return err
	}
	repo, err := registry.NewOCIRepository(filepath.Join(folder, "layout"), registry.RepositoryOptions{})
	if err != nil {
		return err
	}
	reference, err := os.ReadFile(filepath.Join(folder, "reference"))
	if err != nil {
		return err
	}
	_, _, err = notation.Verify(context.Background(), v, repo, notation.VerifyOptions{
		ArtifactReference: string(reference), MaxSignatureAttempts: 100,
	})
	return err
}

// judge prints a line for each case below root: name, pass or fail, and what the libraries say.
func judge(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	sort.Slice(entries, func(i, k int) bool { return entries[i].Name() < entries[k].Name() })
	for _, entry := range entries {
		if err := judgeCase(filepath.Join(root, entry.Name())); err != nil {
			fmt.Printf("%s\tfail\t%s\n", entry.Name(), strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Printf("%s\tpass\t\n", entry.Name())
		}
	}
	return nil
}
