/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/mediatype.h"
#include "tests/lib/tap.h"

static const struct {
	const char *text;
	enum media want;
} known[] = {
	{ "application/vnd.oci.image.manifest.v1+json", MEDIA_OCI_MANIFEST },
	{ "application/vnd.oci.image.index.v1+json", MEDIA_OCI_INDEX },
	{ "application/vnd.docker.distribution.manifest.v2+json", MEDIA_DOCKER_MANIFEST },
	{ "application/vnd.docker.distribution.manifest.list.v2+json",
	    MEDIA_DOCKER_LIST },
	{ "application/vnd.docker.distribution.manifest.v1+prettyjws",
	    MEDIA_DOCKER_SCHEMA1 },
	{ "application/vnd.dev.sigstore.bundle+json;version=0.2", MEDIA_SIGSTORE_BUNDLE },
	{ "application/jose+json", MEDIA_JWS },
	{ "application/cose", MEDIA_COSE },
	/* Compared exactly: case, blanks and parameters count. */
	{ "Application/cose", MEDIA_OTHER },
	{ "application/cose ", MEDIA_OTHER },
	{ "application/cose; cose-type=\"cose-sign1\"", MEDIA_OTHER },
	{ "application/vnd.oci.image.manifest.v1+json;x=1", MEDIA_OTHER },
	{ "", MEDIA_OTHER },
};

static const struct {
	const char *text;
	bool want;
} valid[] = {
	{ "application/json", true },
	{ "application/vnd.oci.image.manifest.v1+json", true },
	{ "a/b", true },
	{ "application/vnd.dev.sigstore.bundle+json;version=0.1", true },
	{ "", false },
	{ "application", false },
	{ "/json", false },
	{ "application/", false },
	{ "application/a/b", false },
	{ "app lication/json", false },
	{ "application/js\xc3\xb6n", false },
	{ "application/json;a=\x01", false },
	{ ";a/b", false },
};

static void
test_lengths(void)
{
	char text[300];

	memset(text, 'a', sizeof(text));
	text[127] = '/';
	ok(media_valid((struct str){ text, 255 }), "127 octets on both sides");
	ok(!media_valid((struct str){ text, 256 }), "256 octets");
	text[127] = 'a';
	text[128] = '/';
	ok(!media_valid((struct str){ text, 200 }), "128 octets before the slash");
}

int
main(void)
{
	for (size_t i = 0; i < COUNT(known); i++)
		ok(media_of(str_of(known[i].text)) == known[i].want, "media_of %s",
		    known[i].text);
	for (enum media m = MEDIA_OCI_MANIFEST; m <= MEDIA_BUILDKIT_ATTESTATION; m++)
		ok(media_of(str_of(media_text(m))) == m, "text and back: %s",
		    media_text(m));
	is_str(str_of(media_text(MEDIA_OTHER)), "", "no text for other types");
	ok(media_intern(STR("x/y")).ptr == NULL, "unknown types are not interned");
	is_str(
	    media_intern(STR("application/cose")), "application/cose", "known ones are");
	for (size_t i = 0; i < COUNT(valid); i++)
		ok(media_valid(str_of(valid[i].text)) == valid[i].want,
		    "media_valid '%s'", valid[i].text);
	test_lengths();
	ok(media_is_manifest(MEDIA_OCI_ARTIFACT_MANIFEST) &&
		!media_is_manifest(MEDIA_OCI_INDEX) &&
		!media_is_manifest(MEDIA_DOCKER_SCHEMA1),
	    "manifests");
	ok(media_is_index(MEDIA_DOCKER_LIST) && !media_is_index(MEDIA_DOCKER_MANIFEST),
	    "indexes");
	ok(media_is_image_layer(STR("application/vnd.oci.image.layer.v1.tar+zstd")) &&
		media_is_image_layer(
		    STR("application/vnd.docker.image.rootfs.diff.tar.gzip")) &&
		!media_is_image_layer(STR("application/vnd.in-toto+json")),
	    "layers that runtimes unpack");
	ok(media_is_foreign_layer(
	       STR("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")) &&
		media_is_foreign_layer(
		    STR("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")) &&
		!media_is_foreign_layer(STR("application/vnd.oci.image.layer.v1.tar")),
	    "layers that live elsewhere");
	return tap_done();
}
