// SPDX-License-Identifier: Apache-2.0

// oracle signs and verifies with the Notary Project's own Go libraries, so that assay is compared
// with signatures that it did not make and verdicts that it did not give.
//
//	oracle sign LAYOUT DIGEST KEY CHAIN jws|cose [TSACONF TSAROOT]
//	oracle verify LAYOUT POLICYDIR REPOSITORY@DIGEST
//	oracle judge CASES
//	oracle store POLICYDIR TYPE NAME
//
// With TSACONF, the RFC 3161 answer comes from `openssl ts -reply` with that configuration.
// verify prints "pass", or "fail" and the first error. judge prints a line for each folder of CASES
// (tests/lib/diffcase.h): name, pass or fail, and the error, separated by tabs. store prints the
// SHA-256 of each certificate that the libraries read from a trust store.
package main

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/notaryproject/notation-core-go/signature/cose"
	"github.com/notaryproject/notation-core-go/signature/jws"
	"github.com/notaryproject/notation-go"
	"github.com/notaryproject/notation-go/dir"
	"github.com/notaryproject/notation-go/registry"
	"github.com/notaryproject/notation-go/signer"
	"github.com/notaryproject/notation-go/verifier"
	"github.com/notaryproject/notation-go/verifier/trustpolicy"
	"github.com/notaryproject/notation-go/verifier/truststore"
	"github.com/notaryproject/tspclient-go"
)

// localAuthority answers time-stamp requests without a network.
type localAuthority struct{ config string }

func (a localAuthority) Timestamp(_ context.Context, req *tspclient.Request) (*tspclient.Response, error) {
	query, err := req.MarshalBinary()
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	in, out := filepath.Join(work, "query"), filepath.Join(work, "reply")
	if err := os.WriteFile(in, query, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command("openssl", "ts", "-reply", "-config", a.config, "-queryfile", in, "-out", out)
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("openssl ts: %w: %s", err, text)
	}
	reply, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	resp := &tspclient.Response{}
	return resp, resp.UnmarshalBinary(reply)
}

func privateKey(path string) (any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("no PEM block in " + path)
	}
	return x509.ParsePKCS8PrivateKey(block.Bytes)
}

func chain(path string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var certs []*x509.Certificate
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return certs, nil
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		certs = append(certs, cert)
	}
}

func sign(args []string) error {
	ctx := context.Background()
	key, err := privateKey(args[2])
	if err != nil {
		return err
	}
	certs, err := chain(args[3])
	if err != nil {
		return err
	}
	s, err := signer.NewGenericSigner(key, certs)
	if err != nil {
		return err
	}
	repo, err := registry.NewOCIRepository(args[0], registry.RepositoryOptions{})
	if err != nil {
		return err
	}
	opts := notation.SignOptions{ArtifactReference: args[1]}
	opts.SignatureMediaType = jws.MediaTypeEnvelope
	if args[4] == "cose" {
		opts.SignatureMediaType = cose.MediaTypeEnvelope
	}
	if len(args) == 7 {
		roots, err := chain(args[6])
		if err != nil {
			return err
		}
		opts.Timestamper = localAuthority{args[5]}
		opts.TSARootCAs = x509.NewCertPool()
		for _, root := range roots {
			opts.TSARootCAs.AddCert(root)
		}
	}
	_, err = notation.Sign(ctx, s, repo, opts)
	return err
}

func verify(args []string) error {
	dir.UserConfigDir = args[1]
	policy, err := trustpolicy.LoadDocument()
	if err != nil {
		return err
	}
	v, err := verifier.New(policy, truststore.NewX509TrustStore(dir.ConfigFS()), nil)
	if err != nil {
		return err
	}
	repo, err := registry.NewOCIRepository(args[0], registry.RepositoryOptions{})
	if err != nil {
		return err
	}
	_, _, err = notation.Verify(context.Background(), v, repo, notation.VerifyOptions{
		ArtifactReference: args[2], MaxSignatureAttempts: 100,
	})
	return err
}

func store(args []string) error {
	dir.UserConfigDir = args[0]
	certs, err := truststore.NewX509TrustStore(dir.ConfigFS()).GetCertificates(context.Background(),
		truststore.Type(args[1]), args[2])
	if err != nil {
		return err
	}
	for _, cert := range certs {
		fmt.Printf("%x\n", sha256.Sum256(cert.Raw))
	}
	return nil
}

func main() {
	n := len(os.Args) - 2
	switch {
	case n >= 0 && os.Args[1] == "sign" && (n == 5 || n == 7):
		if err := sign(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "oracle:", err)
			os.Exit(1)
		}
	case n == 1 && os.Args[1] == "judge":
		if err := judge(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, "oracle:", err)
			os.Exit(1)
		}
	case n == 3 && os.Args[1] == "store":
		if err := store(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "oracle:", err)
			os.Exit(1)
		}
	case n == 3 && os.Args[1] == "verify":
		if err := verify(os.Args[2:]); err != nil {
			fmt.Println("fail", err)
			os.Exit(2)
		}
		fmt.Println("pass")
	default:
		fmt.Fprintln(os.Stderr, "usage: oracle sign|verify|judge|store ...")
		os.Exit(64)
	}
}
