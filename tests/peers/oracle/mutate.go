// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/fxamacker/cbor/v2"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

const tokenHeader = "io.cncf.notary.timestampSignature"

// flip turns one bit of the byte at the given place, counted from the end if negative.
func flip(data []byte, at int) []byte {
	out := bytes.Clone(data)
	if at < 0 {
		at += len(out)
	}
	out[at] ^= 1
	return out
}

// change turns one bit in one part. In JSON it is a digit's, so that the text stays well-formed.
func change(part string, data []byte) []byte {
	switch part {
	case "payload":
		return flip(data, bytes.Index(data, []byte("sha256:"))+10)
	case "protected":
		if at := bytes.Index(data, []byte("signingTime\":\"20")); at >= 0 {
			return flip(data, at+len("signingTime\":\"20"))
		}
		return flip(data, bytes.Index(data, []byte("signingTime"))+len("signingTime")+5)
	case "signature":
		return flip(data, len(data)/2)
	}
	return flip(data, -1) // chain and token: their own signatures stand at the end
}

func changeJWS(part string, in []byte) ([]byte, error) {
	var env struct {
		Payload   string                     `json:"payload"`
		Protected string                     `json:"protected"`
		Header    map[string]json.RawMessage `json:"header"`
		Signature string                     `json:"signature"`
	}
	if err := json.Unmarshal(in, &env); err != nil {
		return nil, err
	}
	recode := func(enc *base64.Encoding, text *string) error {
		data, err := enc.DecodeString(*text)
		if err == nil {
			*text = enc.EncodeToString(change(part, data))
		}
		return err
	}
	var err error
	switch part {
	case "payload":
		err = recode(base64.RawURLEncoding, &env.Payload)
	case "protected":
		err = recode(base64.RawURLEncoding, &env.Protected)
	case "signature":
		err = recode(base64.RawURLEncoding, &env.Signature)
	case "chain":
		var x5c []string
		if err = json.Unmarshal(env.Header["x5c"], &x5c); err == nil {
			err = recode(base64.StdEncoding, &x5c[0])
			env.Header["x5c"], _ = json.Marshal(x5c)
		}
	case "token":
		var token string
		if err = json.Unmarshal(env.Header[tokenHeader], &token); err == nil {
			err = recode(base64.StdEncoding, &token)
			env.Header[tokenHeader], _ = json.Marshal(token)
		}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(env)
}

func changeCOSE(part string, in []byte) ([]byte, error) {
	var env struct {
		_           struct{} `cbor:",toarray"`
		Protected   []byte
		Unprotected map[any]any
		Payload     []byte
		Signature   []byte
	}
	if err := cbor.Unmarshal(in[1:], &env); err != nil { // behind the tag
		return nil, err
	}
	switch part {
	case "payload":
		env.Payload = change(part, env.Payload)
	case "protected":
		env.Protected = change(part, env.Protected)
	case "signature":
		env.Signature = change(part, env.Signature)
	case "chain":
		chain := env.Unprotected[uint64(33)].([]any)
		chain[0] = change(part, chain[0].([]byte))
	case "token":
		env.Unprotected[tokenHeader] = change(part, env.Unprotected[tokenHeader].([]byte))
	}
	out, err := cbor.Marshal(env)
	return append([]byte{in[0]}, out...), err
}

type layout string

func (l layout) blob(d ocispec.Descriptor) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(l), "blobs", "sha256", d.Digest.Encoded()))
}

// replace stores new content under its digest, removes the old, and gives the descriptor. A blob
// left behind would still be a good signature: assay also finds those that nothing names.
func (l layout) replace(d ocispec.Descriptor, data []byte) (ocispec.Descriptor, error) {
	if err := os.Remove(filepath.Join(string(l), "blobs", "sha256", d.Digest.Encoded())); err != nil {
		return d, err
	}
	d.Digest, d.Size = digest.FromBytes(data), int64(len(data))
	path := filepath.Join(string(l), "blobs", "sha256", d.Digest.Encoded())
	return d, os.WriteFile(path, data, 0o644)
}

// mutate changes one byte of one part of the layout's only signature, or of its subject, and keeps
// every digest around it right: what somebody does who knows the format.
func mutate(args []string) error {
	l, part := layout(args[0]), args[1]
	path := filepath.Join(args[0], "index.json")
	var index ocispec.Index
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err = json.Unmarshal(data, &index); err != nil {
		return err
	}
	var image, sig *ocispec.Descriptor
	var manifest ocispec.Manifest
	for i := range index.Manifests {
		var m ocispec.Manifest
		if data, err = l.blob(index.Manifests[i]); err != nil {
			return err
		}
		if err = json.Unmarshal(data, &m); err != nil {
			return err
		}
		if m.Subject == nil {
			image = &index.Manifests[i]
		} else {
			sig, manifest = &index.Manifests[i], m
		}
	}
	if image == nil || sig == nil {
		return fmt.Errorf("want one image and one signature in %s", args[0])
	}
	if part == "subject" {
		if data, err = l.blob(*image); err != nil {
			return err
		}
		// Another media type of a layer: still a manifest, no longer the one that was signed.
		at := bytes.LastIndex(data, []byte(".tar\"")) + len(".ta")
		if *image, err = l.replace(*image, flip(data, at)); err != nil {
			return err
		}
		manifest.Subject.Digest, manifest.Subject.Size = image.Digest, image.Size
	} else {
		envelope, err := l.blob(manifest.Layers[0])
		if err != nil {
			return err
		}
		turn := changeJWS
		if manifest.Layers[0].MediaType == "application/cose" {
			turn = changeCOSE
		}
		if envelope, err = turn(part, envelope); err != nil {
			return err
		}
		if manifest.Layers[0], err = l.replace(manifest.Layers[0], envelope); err != nil {
			return err
		}
	}
	if data, err = json.Marshal(manifest); err != nil {
		return err
	}
	if *sig, err = l.replace(*sig, data); err != nil {
		return err
	}
	if data, err = json.Marshal(index); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
