/* SPDX-License-Identifier: Apache-2.0 */
/* Media types that mean something to assay. */
#include "oci/mediatype.h"

#include "base/defs.h"

struct row {
	enum media media;
	const char *text;
};

/* The first row of a type is the one to write; others are older spellings of the same. */
static const struct row rows[] = {
	{ MEDIA_OCI_MANIFEST, "application/vnd.oci.image.manifest.v1+json" },
	{ MEDIA_OCI_INDEX, "application/vnd.oci.image.index.v1+json" },
	{ MEDIA_OCI_ARTIFACT_MANIFEST, "application/vnd.oci.artifact.manifest.v1+json" },
	{ MEDIA_DOCKER_MANIFEST, "application/vnd.docker.distribution.manifest.v2+json" },
	{ MEDIA_DOCKER_LIST,
	    "application/vnd.docker.distribution.manifest.list.v2+json" },
	{ MEDIA_DOCKER_SCHEMA1, "application/vnd.docker.distribution.manifest.v1+json" },
	{ MEDIA_DOCKER_SCHEMA1,
	    "application/vnd.docker.distribution.manifest.v1+prettyjws" },
	{ MEDIA_OCI_CONFIG, "application/vnd.oci.image.config.v1+json" },
	{ MEDIA_DOCKER_CONFIG, "application/vnd.docker.container.image.v1+json" },
	{ MEDIA_EMPTY, "application/vnd.oci.empty.v1+json" },
	{ MEDIA_NOTARY_SIGNATURE, "application/vnd.cncf.notary.signature" },
	{ MEDIA_JWS, "application/jose+json" },
	{ MEDIA_COSE, "application/cose" },
	{ MEDIA_COSIGN_SIMPLE, "application/vnd.dev.cosign.simplesigning.v1+json" },
	{ MEDIA_COSIGN_SIG_CONFIG, "application/vnd.dev.cosign.artifact.sig.v1+json" },
	{ MEDIA_SIGSTORE_BUNDLE, "application/vnd.dev.sigstore.bundle.v0.3+json" },
	{ MEDIA_SIGSTORE_BUNDLE, "application/vnd.dev.sigstore.bundle+json;version=0.3" },
	{ MEDIA_SIGSTORE_BUNDLE, "application/vnd.dev.sigstore.bundle+json;version=0.2" },
	{ MEDIA_SIGSTORE_BUNDLE, "application/vnd.dev.sigstore.bundle+json;version=0.1" },
	{ MEDIA_DSSE, "application/vnd.dsse.envelope.v1+json" },
	{ MEDIA_INTOTO, "application/vnd.in-toto+json" },
	{ MEDIA_BUILDKIT_ATTESTATION,
	    "application/vnd.docker.attestation.manifest.v1+json" },
};

static const struct row *
row_of(struct str type)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_is(type, rows[i].text))
			return &rows[i];
	return NULL;
}

enum media
media_of(struct str type)
{
	const struct row *row = row_of(type);

	return row == NULL ? MEDIA_OTHER : row->media;
}

const char *
media_text(enum media m)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].media == m)
			return rows[i].text;
	return "";
}

struct str
media_intern(struct str type)
{
	const struct row *row = row_of(type);

	return row == NULL ? STR_NONE : str_of(row->text);
}

bool
media_is_manifest(enum media m)
{
	return m == MEDIA_OCI_MANIFEST || m == MEDIA_OCI_ARTIFACT_MANIFEST ||
	       m == MEDIA_DOCKER_MANIFEST;
}

bool
media_is_index(enum media m)
{
	return m == MEDIA_OCI_INDEX || m == MEDIA_DOCKER_LIST;
}

static bool
starts(struct str type, const char *prefix)
{
	return str_starts(type, str_of(prefix));
}

bool
media_is_image_layer(struct str type)
{
	/*
	 * What container runtimes unpack: image-spec layer.md, and Docker's names for
	 * the same.
	 */
	return starts(type, "application/vnd.oci.image.layer.") ||
	       starts(type, "application/vnd.docker.image.rootfs.") ||
	       str_is(type, "application/vnd.docker.container.image.rootfs.diff+x-gtar");
}

static bool
ends(struct str type, const char *suffix)
{
	size_t n = strlen(suffix);

	return type.len >= n && str_is(str_from(type, type.len - n), suffix);
}

/*
 * Clients compare media types without parameters and without the case of letters (RFC 6838 section
 * 4.2, RFC 2045 section 5.1), or not. False: too long for one.
 */
static bool
loosely(struct str *out, char room[256], struct str type)
{
	type = str_upto(type, str_find(type, ';'));
	while (type.len > 0 && (type.ptr[type.len - 1] == ' ' || type.ptr[type.len - 1] == '\t'))
		type.len--;
	if (type.len >= 256)
		return false;
	for (size_t i = 0; i < type.len; i++) {
		char c = type.ptr[i];

		room[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	*out = (struct str){ room, type.len };
	return true;
}

bool
media_is_image_config(struct str type)
{
	char room[256];

	return !loosely(&type, room, type) || media_of(type) == MEDIA_OCI_CONFIG ||
	       media_of(type) == MEDIA_DOCKER_CONFIG;
}

bool
media_is_installed(struct str type)
{
	/* Helm, Flux, CNCF model, Ollama, KitOps, Docker models, Wasm: as their clients name layers. */
	static const char *const begin[] = { "application/vnd.cncf.helm.chart.",
		"application/vnd.cncf.flux.", "application/vnd.cncf.model.",
		"application/vnd.ollama.image.", "application/vnd.kitops.",
		"application/vnd.docker.ai.", "application/vnd.content.hauler.",
		"application/vnd.wasm.", "application/vnd.module.wasm.", "application/wasm" };
	static const char *const end[] = { "tar", "tar+gzip", "tar.gzip", "tar+zstd",
		"+gzip", "+zstd", "gtar", "+wasm", "gzip", "zip" };

	char room[256];

	if (!loosely(&type, room, type) || media_is_image_layer(type))
		return true;
	for (size_t i = 0; i < COUNT(begin); i++)
		if (starts(type, begin[i]))
			return true;
	for (size_t i = 0; i < COUNT(end); i++)
		if (ends(type, end[i]))
			return true;
	return false;
}

bool
media_is_foreign_layer(struct str type)
{
	return starts(type, "application/vnd.oci.image.layer.nondistributable.") ||
	       starts(type, "application/vnd.docker.image.rootfs.foreign.");
}

static bool
name_char(char c)
{
	/* RFC 6838 section 4.2: restricted-name-chars. */
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("!#$&-^_.+", c) != NULL);
}

static bool
restricted_name(struct str name)
{
	if (name.len == 0 || name.len > 127)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!name_char(name.ptr[i]))
			return false;
	return true;
}

bool
media_valid(struct str type)
{
	size_t slash = str_find(type, '/'), semicolon = str_find(type, ';');

	if (type.len > MEDIA_TYPE_MOST || slash >= semicolon)
		return false;
	for (size_t i = semicolon; i < type.len; i++)
		if (type.ptr[i] < 0x20 || type.ptr[i] > 0x7e)
			return false;
	return restricted_name(str_upto(type, slash)) &&
	       restricted_name(str_from(str_upto(type, semicolon), slash + 1));
}
