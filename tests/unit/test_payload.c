/* SPDX-License-Identifier: Apache-2.0 */
/* The signed payload: target artifact and user metadata. */
#include "envelope/envelope.h"
#include "tests/lib/envbuild.h"
#include "tests/lib/tap.h"

#define T(members) "{'targetArtifact':{" members "}}"
#define MEDIA "'mediaType':'application/vnd.oci.image.manifest.v1+json'"
#define DIGEST "'digest':'sha256:00'"
#define THREE MEDIA "," DIGEST ",'size':481"

static struct limits limits;

static const struct {
	const char *name, *text;
	enum reason want;
	const char *pointer;
} rows[] = {
	{ "payload", T(THREE), REASON_NONE, 0 },
	{ "size 0", T(MEDIA "," DIGEST ",'size':0"), REASON_NONE, 0 },
	{ "largest exact size", T(MEDIA "," DIGEST ",'size':9007199254740991"),
	    REASON_NONE, 0 },
	{ "members that do not count",
	    T(THREE ",'artifactType':1,'urls':{},'data':null,'platform':[],'x':1"),
	    REASON_NONE, 0 },
	{ "annotations", T(THREE ",'annotations':{'a':'b'}"), REASON_NONE, 0 },
	{ "annotations null", T(THREE ",'annotations':null"), REASON_NONE, 0 },
	{ "nothing", "", REASON_PAYLOAD_MALFORMED, 0 },
	{ "array", "[]", REASON_PAYLOAD_MALFORMED, "" },
	{ "empty object", "{}", REASON_PAYLOAD_MALFORMED, 0 },
	{ "target null", "{'targetArtifact':null}", REASON_PAYLOAD_MALFORMED,
	    "/targetArtifact" },
	{ "target array", "{'targetArtifact':[]}", REASON_PAYLOAD_MALFORMED,
	    "/targetArtifact" },
	{ "no media type", T(DIGEST ",'size':1"), REASON_PAYLOAD_MALFORMED, 0 },
	{ "no digest", T(MEDIA ",'size':1"), REASON_PAYLOAD_MALFORMED, 0 },
	{ "no size", T(MEDIA "," DIGEST), REASON_PAYLOAD_MALFORMED, 0 },
	{ "media type number", T("'mediaType':1," DIGEST ",'size':1"),
	    REASON_PAYLOAD_MALFORMED, "/targetArtifact/mediaType" },
	{ "media type empty", T("'mediaType':''," DIGEST ",'size':1"),
	    REASON_PAYLOAD_MALFORMED, "/targetArtifact/mediaType" },
	{ "digest empty", T(MEDIA ",'digest':'','size':1"), REASON_PAYLOAD_MALFORMED,
	    "/targetArtifact/digest" },
	{ "size text", T(MEDIA "," DIGEST ",'size':'481'"), REASON_PAYLOAD_MALFORMED,
	    "/targetArtifact/size" },
	{ "size null", T(MEDIA "," DIGEST ",'size':null"), REASON_PAYLOAD_MALFORMED, 0 },
	{ "size fraction", T(MEDIA "," DIGEST ",'size':528.5"), REASON_JSON_NUMBER_RANGE,
	    "/targetArtifact/size" },
	{ "size whole fraction", T(MEDIA "," DIGEST ",'size':528.0"),
	    REASON_JSON_NUMBER_RANGE, "/targetArtifact/size" },
	{ "size exponent", T(MEDIA "," DIGEST ",'size':5e2"), REASON_JSON_NUMBER_RANGE,
	    "/targetArtifact/size" },
	{ "size negative", T(MEDIA "," DIGEST ",'size':-1"), REASON_JSON_NUMBER_RANGE,
	    "/targetArtifact/size" },
	{ "size minus 0", T(MEDIA "," DIGEST ",'size':-0"), REASON_JSON_NUMBER_RANGE,
	    "/targetArtifact/size" },
	{ "size not exact", T(MEDIA "," DIGEST ",'size':9007199254740993"),
	    REASON_JSON_NUMBER_RANGE, 0 },
	{ "size beyond 64 bits", T(MEDIA "," DIGEST ",'size':18446744073709551616"),
	    REASON_JSON_NUMBER_RANGE, 0 },
	{ "size with leading 0", T(MEDIA "," DIGEST ",'size':0481"), REASON_JSON_SYNTAX,
	    0 },
	{ "target twice", "{'targetArtifact':{" THREE "},'targetArtifact':{" THREE "}}",
	    REASON_JSON_DUPLICATE_KEY, 0 },
	{ "size twice", T(THREE ",'size':482"), REASON_JSON_DUPLICATE_KEY, 0 },
	{ "annotation twice", T(THREE ",'annotations':{'a':'b','\\u0061':'c'}"),
	    REASON_JSON_DUPLICATE_KEY, 0 },
	{ "name in another case",
	    "{'targetArtifact':{" THREE "},'TargetArtifact':{" THREE "}}",
	    REASON_JSON_CASE_ALIAS, "/TargetArtifact" },
	{ "only in another case", "{'targetartifact':{" THREE "}}",
	    REASON_JSON_CASE_ALIAS, 0 },
	{ "digest in another case", T(THREE ",'Digest':'sha256:11'"),
	    REASON_JSON_CASE_ALIAS, "/targetArtifact/Digest" },
	{ "long s in size", T(THREE ",'\xc5\xbfize':1"), REASON_JSON_CASE_ALIAS, 0 },
	{ "annotations in another case", T(THREE ",'Annotations':{}"),
	    REASON_JSON_CASE_ALIAS, 0 },
	{ "annotations array", T(THREE ",'annotations':['a']"), REASON_PAYLOAD_MALFORMED,
	    0 },
	{ "annotation number", T(THREE ",'annotations':{'a':1}"),
	    REASON_PAYLOAD_MALFORMED, "/targetArtifact/annotations/a" },
	{ "annotation null", T(THREE ",'annotations':{'a':null}"),
	    REASON_PAYLOAD_MALFORMED, 0 },
	{ "NUL", T(THREE ",'annotations':{'a':'\\u0000'}"), REASON_JSON_NUL, 0 },
	{ "bad UTF-8", T(THREE ",'annotations':{'a':'\xff'}"), REASON_JSON_ENCODING, 0 },
	{ "two values", T(THREE) T(THREE), REASON_JSON_TRAILING_DATA, 0 },
};

static void
test_rows(struct arena *mem)
{
	struct payload payload;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { .reason = REASON_NONE };
		int rc = payload_parse(&payload, mem,
		    str_bytes(env_json(mem, rows[i].text)), &limits, NULL, &err);

		is_reason(
		    rc == 0 ? REASON_NONE : err.reason, rows[i].want, "%s", rows[i].name);
		if (rows[i].pointer != NULL)
			is_str(str_of(err.pointer), rows[i].pointer, "%s: place",
			    rows[i].name);
	}
}

static void
test_values(struct arena *mem)
{
	const char *text =
	    "{'other':1,'targetArtifact':{" THREE
	    ",'annotations':{'io.example.build':'123','empty':''}},'more':2}";
	struct payload p;

	if (!ok(payload_parse(
		    &p, mem, str_bytes(env_json(mem, text)), &limits, NULL, NULL) == 0,
		"payload with everything"))
		return;
	is_str(p.media_type, "application/vnd.oci.image.manifest.v1+json", "media type");
	is_str(p.digest, "sha256:00", "digest");
	is_u64(p.size, 481, "size");
	is_u64(p.meta_count, 2, "two pairs of metadata");
	is_str(p.meta[0].key, "io.example.build", "key");
	is_str(p.meta[0].value, "123", "value");
	is_str(p.meta[1].value, "", "empty value");
	is_str(p.unknown, "other", "the first unknown member is noted");
	ok(payload_parse(
	       &p, mem, str_bytes(env_json(mem, T(THREE))), &limits, NULL, NULL) == 0,
	    "plain payload");
	is_str(p.unknown, NULL, "no unknown member");
	is_u64(p.meta_count, 0, "no metadata");
}

/* A refusal leaves the caller's struct alone. */
static void
test_untouched(struct arena *mem)
{
	struct payload p = { .size = 7 };

	ok(payload_parse(&p, mem, str_bytes(env_json(mem, T(THREE ",'annotations':1"))),
	       &limits, NULL, NULL) != 0,
	    "refused");
	ok(p.size == 7 && p.digest.ptr == NULL, "nothing was written");
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	limits_default(&limits);
	test_rows(&mem);
	test_values(&mem);
	test_untouched(&mem);
	arena_clear(&mem);
	return tap_done();
}
