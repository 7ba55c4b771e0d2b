// SPDX-License-Identifier: Apache-2.0

// tokens says of each time-stamp token whether the Notary Project's libraries take it, in the way in
// which its verifier asks them.
//
//	tokens MESSAGE < LINES      a line: NAME, token, anchor (both hexadecimal), anything; separated by tabs
//
// Prints a line for each: NAME, what stood behind, "pass" with the first and the last nanosecond that the
// token may mean, or "fail"; the fault; separated by tabs.
package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	nx509 "github.com/notaryproject/notation-core-go/x509"
	"github.com/notaryproject/tspclient-go"
)

func judge(token, anchor, message []byte) (string, error) {
	root, err := x509.ParseCertificate(anchor)
	if err != nil {
		return "", err
	}
	signed, err := tspclient.ParseSignedToken(token)
	if err != nil {
		return "", err
	}
	info, err := signed.Info()
	if err != nil {
		return "", err
	}
	stamp, err := info.Validate(message)
	if err != nil {
		return "", err
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	chain, err := signed.Verify(context.Background(), x509.VerifyOptions{CurrentTime: stamp.Value, Roots: roots})
	if err != nil {
		return "", err
	}
	if err := nx509.ValidateTimestampingCertChain(chain); err != nil {
		return "", err
	}
	return fmt.Sprintf("pass %d %d", stamp.Value.Add(-stamp.Accuracy).UnixNano(),
		stamp.Value.Add(stamp.Accuracy).UnixNano()), nil
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: tokens MESSAGE < LINES")
		os.Exit(64)
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		part := strings.SplitN(in.Text(), "\t", 4)
		if len(part) != 4 {
			fmt.Fprintln(os.Stderr, "tokens: malformed line")
			os.Exit(1)
		}
		token, err := hex.DecodeString(part[1])
		anchor, err2 := hex.DecodeString(part[2])
		if err != nil || err2 != nil {
			fmt.Fprintln(os.Stderr, "tokens: no hexadecimal in", part[0])
			os.Exit(1)
		}
		why := ""
		verdict, err := judge(token, anchor, []byte(os.Args[1]))
		if err != nil {
			verdict = "fail"
			why = strings.Map(func(r rune) rune {
				if r < ' ' {
					return '?'
				}
				return r
			}, err.Error())
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", part[0], part[3], verdict, why)
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "tokens:", err)
		os.Exit(1)
	}
}
