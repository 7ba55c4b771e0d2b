/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/manifest.h"
#include "tests/lib/tap.h"

#define DIGEST                                                                           \
	"\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\""
#define DESC(type) "{\"mediaType\":\"" type "\"," DIGEST ",\"size\":2}"
#define V2 "\"schemaVersion\":2"
#define CONFIG "\"config\":" DESC("application/vnd.oci.image.config.v1+json")
#define LAYERS "\"layers\":[" DESC("application/vnd.oci.image.layer.v1.tar") "]"
#define MANIFESTS "\"manifests\":[" DESC("application/vnd.oci.image.manifest.v1+json") "]"
#define BLOBS "\"blobs\":[" DESC("application/cose") "]"
#define INNER(type) "\"mediaType\":\"application/vnd." type "+json\""
#define OCI_M INNER("oci.image.manifest.v1")
#define OCI_I INNER("oci.image.index.v1")
#define OCI_A INNER("oci.artifact.manifest.v1")

static struct arena mem;
static struct limits limits;

static int
parse(struct manifest *out, const char *text, enum media type, struct err *err)
{
	struct where at = { .file = STR("f"), .blob = STR("b") };

	err->reason = REASON_NONE;
	return manifest_parse(
	    out, &mem, bytes_of(text, strlen(text)), type, &limits, &at, err);
}

static const struct {
	const char *text;
	enum media type;
	enum reason want;
	enum manifest_form form;
} rows[] = {
	{ "{" V2 "," CONFIG "," LAYERS "}", MEDIA_OCI_MANIFEST, REASON_NONE,
	    MANIFEST_IMAGE },
	{ "{" V2 "," CONFIG ",\"layers\":[]}", MEDIA_OTHER, REASON_NONE, MANIFEST_IMAGE },
	{ "{" V2 "," MANIFESTS "}", MEDIA_OCI_INDEX, REASON_NONE, MANIFEST_INDEX },
	{ "{" V2 ",\"manifests\":[]}", MEDIA_DOCKER_LIST, REASON_NONE, MANIFEST_INDEX },
	{ "{" V2 "," MANIFESTS "}", MEDIA_OTHER, REASON_NONE, MANIFEST_INDEX },
	{ "{" OCI_A "," BLOBS "}", MEDIA_OCI_ARTIFACT_MANIFEST, REASON_NONE,
	    MANIFEST_ARTIFACT },
	{ "{" OCI_A "}", MEDIA_OTHER, REASON_NONE, MANIFEST_ARTIFACT },
	{ "{" V2 "," INNER("unknown.v1") "," CONFIG "," LAYERS "}", MEDIA_OTHER,
	    REASON_NONE, MANIFEST_IMAGE },
	/* Neither. */
	{ "{}", MEDIA_OTHER, REASON_MANIFEST_MALFORMED, 0 },
	{ "{" BLOBS "}", MEDIA_OTHER, REASON_MANIFEST_MALFORMED, 0 },
	{ "{\"schemaVersion\":1,\"fsLayers\":[]}", MEDIA_OTHER, REASON_MANIFEST_MALFORMED,
	    0 },
	{ "{" V2 "}", MEDIA_OCI_INDEX, REASON_JSON_TYPE, 0 },
	{ "{" V2 "," CONFIG "}", MEDIA_OTHER, REASON_NONE, MANIFEST_IMAGE },
	{ "{" V2 "," LAYERS "}", MEDIA_OTHER, REASON_MANIFEST_MALFORMED, 0 },
	{ "{" V2 "," CONFIG ",\"layers\":null}", MEDIA_OTHER, REASON_NONE,
	    MANIFEST_IMAGE },
	{ "{" V2 ",\"manifests\":null}", MEDIA_OTHER, REASON_JSON_TYPE, 0 },
	{ "{" V2 ",\"config\":null," LAYERS "}", MEDIA_OTHER, REASON_MANIFEST_MALFORMED,
	    0 },
	{ "{" CONFIG "," LAYERS "}", MEDIA_OTHER, REASON_MANIFEST_MALFORMED, 0 },
	{ "{\"schemaVersion\":1," CONFIG "," LAYERS "}", MEDIA_OTHER,
	    REASON_MANIFEST_MALFORMED, 0 },
	{ "{\"schemaVersion\":\"2\"," CONFIG "," LAYERS "}", MEDIA_OTHER,
	    REASON_JSON_TYPE, 0 },
	{ "{\"schemaVersion\":2.0," CONFIG "," LAYERS "}", MEDIA_OTHER,
	    REASON_JSON_NUMBER_RANGE, 0 },
	{ "[]", MEDIA_OTHER, REASON_JSON_TYPE, 0 },
	{ "", MEDIA_OTHER, REASON_JSON_TYPE, 0 },
	{ "{" V2 "," CONFIG "," LAYERS ",\"annotations\":{\"a\":[]}}", MEDIA_OTHER,
	    REASON_DESCRIPTOR_INVALID, 0 },
	{ "{" V2 "," CONFIG "," LAYERS ",\"subject\":null}", MEDIA_OTHER, REASON_NONE,
	    MANIFEST_IMAGE },
	{ "{" V2 "," CONFIG "," LAYERS ",\"Layers\":[]}", MEDIA_OTHER,
	    REASON_JSON_CASE_ALIAS, 0 },
	{ "{" V2 "," CONFIG "," LAYERS "," LAYERS "}", MEDIA_OTHER,
	    REASON_JSON_DUPLICATE_KEY, 0 },
	/* Two kinds in one. */
	{ "{" V2 "," CONFIG "," LAYERS "," MANIFESTS "}", MEDIA_OTHER,
	    REASON_MANIFEST_AMBIGUOUS, 0 },
	{ "{" V2 "," CONFIG "," LAYERS "," MANIFESTS "}", MEDIA_OCI_MANIFEST,
	    REASON_MANIFEST_AMBIGUOUS, 0 },
	{ "{" V2 "," CONFIG "," MANIFESTS "}", MEDIA_OCI_INDEX, REASON_MANIFEST_AMBIGUOUS,
	    0 },
	{ "{" V2 "," CONFIG "," LAYERS "," BLOBS "}", MEDIA_OTHER,
	    REASON_MANIFEST_AMBIGUOUS, 0 },
	{ "{" V2 "," CONFIG "," LAYERS ",\"fsLayers\":[]}", MEDIA_OTHER,
	    REASON_MANIFEST_AMBIGUOUS, 0 },
	{ "{" V2 "," CONFIG "," LAYERS "}", MEDIA_OCI_INDEX, REASON_MANIFEST_AMBIGUOUS,
	    0 },
	{ "{" V2 "," MANIFESTS "}", MEDIA_OCI_MANIFEST, REASON_MANIFEST_AMBIGUOUS, 0 },
	{ "{" V2 "," OCI_I "," CONFIG "," LAYERS "}", MEDIA_OTHER,
	    REASON_MANIFEST_AMBIGUOUS, 0 },
	{ "{" V2 "," OCI_I "," CONFIG "," LAYERS "}", MEDIA_OCI_MANIFEST,
	    REASON_MANIFEST_AMBIGUOUS, 0 },
	{ "{" V2 "," OCI_M "," MANIFESTS "}", MEDIA_OTHER, REASON_MANIFEST_AMBIGUOUS, 0 },
};

static void
test_fields(void)
{
	struct manifest m;
	struct err err;

	if (!ok(parse(&m,
		    "{" V2 "," OCI_M ",\"artifactType\":\"a/b\"," CONFIG "," LAYERS
		    ",\"subject\":" DESC(
			"application/vnd.oci.image.manifest.v1+json") ",\"annotations\":{\"k\":\"v\"}}",
		    MEDIA_OCI_MANIFEST, &err) == 0,
		"a manifest with everything"))
		return;
	is_str(m.media_type, "application/vnd.oci.image.manifest.v1+json", "media type");
	is_str(manifest_effective_type(&m), "a/b", "artifact type counts");
	ok(m.has_config && m.has_subject, "config and subject");
	is_u64(m.child_count, 1, "layers");
	is_str(manifest_annotation(&m, "k"), "v", "annotation");
	ok(parse(&m, "{" V2 ",\"artifactType\":\"\"," CONFIG "," LAYERS "}", MEDIA_OTHER,
	       &err) == 0,
	    "artifact type may be empty");
	is_str(manifest_effective_type(&m), "application/vnd.oci.image.config.v1+json",
	    "then the config's type counts");
	ok(parse(&m, "{" V2 "," MANIFESTS "}", MEDIA_OTHER, &err) == 0 &&
		manifest_effective_type(&m).ptr == NULL,
	    "an index has none");
	ok(m.media_type.ptr == NULL, "media type inside may be absent");
}

static void
test_place(void)
{
	struct manifest m;
	struct err err;

	parse(&m,
	    "{" V2 "," CONFIG ",\"layers\":[" DESC(
		"a/b") ",{\"mediaType\":\"a/b\"," DIGEST ",\"size\":-1}]}",
	    MEDIA_OTHER, &err);
	is_reason(err.reason, REASON_DESCRIPTOR_BAD_SIZE, "second layer: reason");
	is_str(str_of(err.pointer), "/layers/1/size", "second layer: place");
	is_str(str_of(err.blob), "b", "second layer: blob");
}

static void
test_limits(void)
{
	const char *two =
	    "{" V2 "," CONFIG ",\"layers\":[" DESC("a/b") "," DESC("a/b") "]}";
	const char *list = "{" V2 ",\"manifests\":[" DESC("a/b") "," DESC("a/b") "]}";
	struct manifest m;
	struct err err;

	limits.v[LIMIT_LAYERS] = 2;
	ok(parse(&m, two, MEDIA_OTHER, &err) == 0, "as many layers as allowed");
	limits.v[LIMIT_LAYERS] = 1;
	parse(&m, two, MEDIA_OTHER, &err);
	is_reason(err.reason, REASON_LIMIT_LAYERS_HIT, "one more");
	limits.v[LIMIT_INDEX_ENTRIES] = 2;
	ok(parse(&m, list, MEDIA_OTHER, &err) == 0, "as many entries as allowed");
	limits.v[LIMIT_INDEX_ENTRIES] = 1;
	parse(&m, list, MEDIA_OTHER, &err);
	is_reason(err.reason, REASON_LIMIT_INDEX_ENTRIES_HIT, "one more");
	limits_default(&limits);
}

static void
test_layout(void)
{
	const char *text = "{" V2 ",\"manifests\":[" DESC(
	    "a/b") ",{},{\"mediaType\":\"a/b\"," DIGEST ",\"size\":-1}," DESC("a/c") "]}";
	struct manifest_defects bad;
	struct manifest m;
	struct err err;

	if (!ok(manifest_parse_layout(&m, &bad, &mem, bytes_of(text, strlen(text)),
		    &limits, NULL, &err) == 0,
		"index.json with two bad entries"))
		return;
	is_u64(m.child_count, 2, "two entries are left");
	is_str(m.children[1].media_type, "a/c", "in order");
	is_u64(bad.count, 2, "two are told of");
	is_u64(bad.v[0].entry, 1, "the first");
	is_reason(bad.v[0].reason, REASON_JSON_TYPE, "the first: why");
	is_u64(bad.v[1].entry, 2, "the second");
	is_reason(bad.v[1].reason, REASON_DESCRIPTOR_BAD_SIZE, "the second: why");
	ok(bad.v[0].told.digest_text.ptr == NULL, "the first names nothing");
	is_u64(bad.v[1].told.digest.alg, DIGEST_SHA256, "the second names a digest");
	is_str(bad.v[1].detail,
	    "/manifests/2/size: size is not plain digits up to 2^63 - 1",
	    "the second: where");
}

static const struct {
	const char *text;
	bool like;
} likes[] = {
	{ "{" V2 "," CONFIG "," LAYERS "}", true },
	{ " {" V2 "," MANIFESTS "}", true },
	{ "{" OCI_A ",\"artifactType\":\"a/b\"," BLOBS "}", true },
	{ "{" V2 ",\"con\\u0066ig\":{},\"layers\":[]}", true },
	{ "{\"config\":{},\"rootfs\":{}}", false },
	{ "{\"payload\":\"\",\"protected\":\"\"}", false },
	{ "{\"_type\":\"x\",\"subject\":[]}", false },
	{ "{\"a\":{\"manifests\":[]}}", false },
	{ "[]", false },
	{ "layer", false },
	{ "", false },
};

int
main(void)
{
	struct manifest m;
	struct err err;

	arena_init(&mem, 0);
	limits_default(&limits);
	for (size_t i = 0; i < COUNT(rows); i++) {
		int result = parse(&m, rows[i].text, rows[i].type, &err);

		is_reason(err.reason, rows[i].want, "%zu: %s", i, rows[i].text);
		if (result == 0)
			ok(m.form == rows[i].form, "%zu: form", i);
		/* What parses without a hint is never overlooked by the cheap test. */
		if (parse(&m, rows[i].text, MEDIA_OTHER, &err) == 0)
			ok(manifest_like(
			       bytes_of(rows[i].text, strlen(rows[i].text)), &limits),
			    "%zu: looks like a manifest", i);
	}
	test_fields();
	test_place();
	test_limits();
	test_layout();
	for (size_t i = 0; i < COUNT(likes); i++)
		ok(manifest_like(bytes_of(likes[i].text, strlen(likes[i].text)),
		       &limits) == likes[i].like,
		    "like %d: %s", likes[i].like, likes[i].text);
	arena_clear(&mem);
	return tap_done();
}
