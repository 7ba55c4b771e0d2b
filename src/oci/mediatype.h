/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_MEDIATYPE_H
#define OCI_MEDIATYPE_H
/*
 * Media types that mean something to assay. Compared exactly: case and parameters count.
 */
#include "base/str.h"

enum media {
	MEDIA_OTHER,
	MEDIA_OCI_MANIFEST,
	MEDIA_OCI_INDEX,
	MEDIA_OCI_ARTIFACT_MANIFEST,
	MEDIA_DOCKER_MANIFEST,
	MEDIA_DOCKER_LIST,
	MEDIA_DOCKER_SCHEMA1,
	MEDIA_OCI_CONFIG,
	MEDIA_DOCKER_CONFIG,
	MEDIA_EMPTY,
	MEDIA_NOTARY_SIGNATURE, /* application/vnd.cncf.notary.signature */
	MEDIA_JWS,
	MEDIA_COSE,
	MEDIA_COSIGN_SIMPLE, /* application/vnd.dev.cosign.simplesigning.v1+json */
	MEDIA_COSIGN_SIG_CONFIG, /* application/vnd.dev.cosign.artifact.sig.v1+json */
	/* application/vnd.dev.sigstore.bundle.v0.3+json and older */
	MEDIA_SIGSTORE_BUNDLE,
	MEDIA_DSSE,
	MEDIA_INTOTO,
	/* application/vnd.docker.attestation.manifest.v1+json */
	MEDIA_BUILDKIT_ATTESTATION
};

enum media media_of(struct str type);
/* The text of a known type; "" for MEDIA_OTHER. */
const char *media_text(enum media m);
/* The text itself in static memory if the type is known, else absent: saves copies. */
struct str media_intern(struct str type);
/* image or artifact manifest, OCI or Docker schema 2 */
bool media_is_manifest(enum media m);
bool media_is_index(enum media m);
/*
 * A layer that runtimes unpack; one that lives elsewhere by design and is normally
 * absent.
 */
bool media_is_image_layer(struct str type);
bool media_is_foreign_layer(struct str type);
/*
 * A layer that a runtime unpacks or a client installs or runs: an image's, a chart's, a model's, a
 * module of Wasm, or any archive. What holds one is content, whatever it calls itself.
 */
bool media_is_installed(struct str type);
/* The configuration of an image, for some runtime: in any case of letters, with any parameters. */
bool media_is_image_config(struct str type);
/* RFC 6838 section 4.2, perhaps with parameters; at most MEDIA_TYPE_MOST octets. */
#define MEDIA_TYPE_MOST 255
bool media_valid(struct str type);

#endif
