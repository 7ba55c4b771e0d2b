// SPDX-License-Identifier: Apache-2.0

// certs says of each certificate whether the parser of Go's standard library takes it, which is the
// one that the Notary Project's verifier uses.
//
//	certs < LINES      a line: NAME, DER in hexadecimal, anything; separated by tabs
//
// Prints a line for each: NAME, what stood behind, pass or fail, the fault; separated by tabs.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		part := strings.SplitN(in.Text(), "\t", 3)
		if len(part) != 3 {
			fmt.Fprintln(os.Stderr, "certs: malformed line")
			os.Exit(1)
		}
		der, err := hex.DecodeString(part[1])
		if err != nil {
			fmt.Fprintln(os.Stderr, "certs:", part[0], err)
			os.Exit(1)
		}
		verdict, why := "pass", ""
		if _, err := x509.ParseCertificate(der); err != nil {
			verdict, why = "fail", strings.Map(func(r rune) rune {
				if r < ' ' {
					return '?'
				}
				return r
			}, err.Error())
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", part[0], part[2], verdict, why)
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "certs:", err)
		os.Exit(1)
	}
}
