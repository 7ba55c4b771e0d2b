/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/descriptor.h"
#include "tests/lib/tap.h"

#define D "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define TYPE "\"mediaType\":\"application/json\""
#define DIGEST "\"digest\":\"" D "\""
#define BASE TYPE "," DIGEST ",\"size\":2"

static struct arena mem;

static int
parse(struct descriptor *out, const char *text, struct err *err)
{
	struct limits limits;
	struct json *json = NULL;
	int result = -1;

	limits_default(&limits);
	err->reason = REASON_NONE;
	if (jsonin_parse(&json, bytes_of(text, strlen(text)), &limits, NULL, err) == 0)
		result = descriptor_parse(out, &mem, jsonin_root(json), err);
	jsonin_free(json); /* nothing may point into the document */
	return result;
}

static const struct {
	const char *text;
	enum reason want;
} rows[] = {
	{ "{" BASE "}", REASON_NONE },
	{ "{" BASE ",\"x-unknown\":[1,{}]}", REASON_NONE },
	{ "{" BASE ",\"urls\":[],\"annotations\":{},\"platform\":{}}", REASON_NONE },
	{ "[]", REASON_JSON_TYPE },
	{ "{" DIGEST ",\"size\":2}", REASON_JSON_TYPE },
	{ "{\"mediaType\":\"\"," DIGEST ",\"size\":2}", REASON_DESCRIPTOR_INVALID },
	{ "{\"mediaType\":\"nothing\"," DIGEST ",\"size\":2}",
	    REASON_DESCRIPTOR_INVALID },
	{ "{\"mediaType\":null," DIGEST ",\"size\":2}", REASON_JSON_TYPE },
	{ "{" TYPE ",\"size\":2}", REASON_JSON_TYPE },
	{ "{" TYPE ",\"digest\":7,\"size\":2}", REASON_JSON_TYPE },
	{ "{" TYPE ",\"digest\":\"\",\"size\":2}", REASON_DIGEST_MALFORMED },
	{ "{" TYPE ",\"digest\":\"sha256:1234\",\"size\":2}", REASON_DIGEST_MALFORMED },
	{ "{" BASE ",\"annotations\":{\"a\":1}}", REASON_DESCRIPTOR_INVALID },
	{ "{" BASE ",\"annotations\":{\"a\":null}}", REASON_DESCRIPTOR_INVALID },
	{ "{" BASE ",\"annotations\":null}", REASON_NONE },
	{ "{" BASE ",\"annotations\":[]}", REASON_JSON_TYPE },
	{ "{" BASE ",\"urls\":\"https://x\"}", REASON_JSON_TYPE },
	{ "{" BASE ",\"urls\":[1]}", REASON_JSON_TYPE },
	{ "{" BASE ",\"artifactType\":1}", REASON_JSON_TYPE },
	{ "{" BASE ",\"platform\":\"linux\"}", REASON_JSON_TYPE },
	{ "{" BASE ",\"platform\":{\"os\":1}}", REASON_JSON_TYPE },
	{ "{" BASE ",\"Digest\":\"x\"}", REASON_JSON_CASE_ALIAS },
	{ "{" BASE ",\"data\":\"e30=\"}", REASON_NONE },
	{ "{" BASE ",\"data\":\"e30\"}", REASON_DESCRIPTOR_DATA_MISMATCH },
	{ "{" BASE ",\"data\":\"\"}", REASON_DESCRIPTOR_DATA_MISMATCH },
	{ "{" BASE ",\"data\":null}", REASON_NONE },
};

static void
test_fields(void)
{
	struct descriptor d;
	struct err err;

	if (!ok(parse(&d,
		    "{" BASE ",\"artifactType\":\"a/b\",\"urls\":[\"https://x/y\"],"
		    "\"annotations\":{\"b\":\"2\",\"a\":\"1\",\"\":\"0\"},"
		    "\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"},"
		    "\"data\":\"e30=\"}",
		    &err) == 0,
		"a descriptor with everything"))
		return;
	is_str(d.media_type, "application/json", "media type");
	is_str(d.digest_text, D, "digest text");
	ok(d.digest.alg == DIGEST_SHA256, "digest");
	is_u64(d.size, 2, "size");
	is_str(d.artifact_type, "a/b", "artifact type");
	ok(d.foreign, "foreign");
	is_str(d.platform, "linux/arm64/v8", "platform");
	is_bytes(d.data, BYTES_LIT("{}"), "data");
	is_u64(d.annotation_count, 3, "annotations");
	is_str(d.annotations[0].key, "", "sorted by key");
	is_str(descriptor_annotation(&d, "a"), "1", "first annotation");
	is_str(descriptor_annotation(&d, "b"), "2", "second annotation");
	ok(descriptor_annotation(&d, "c").ptr == NULL, "no such annotation");
	ok(descriptor_is_empty(&d), "the empty descriptor");
}

static void
test_unsupported(void)
{
	struct descriptor d;
	struct err err;

	ok(parse(&d, "{" TYPE ",\"digest\":\"blake3:0abc\",\"size\":2}", &err) == 0,
	    "a digest that cannot be computed is well-formed");
	ok(d.digest.alg == DIGEST_NONE, "and has no value");
	is_str(d.digest_text, "blake3:0abc", "but its text");
}

static void
test_match(void)
{
	struct descriptor a, b;
	struct err err;

	ok(parse(&a, "{" BASE "}", &err) == 0 && parse(&b, "{" BASE "}", &err) == 0,
	    "twice");
	ok(descriptor_match(&a, &b), "equal in all three");
	b.size = 3;
	ok(!descriptor_match(&a, &b), "another size");
	b.size = 2;
	b.media_type = STR("application/jsoN");
	ok(!descriptor_match(&a, &b), "another type");
	b.media_type = a.media_type;
	b.digest_text = STR("blake3:0abc");
	ok(!descriptor_match(&a, &b), "another digest");
}

int
main(void)
{
	struct descriptor d;
	struct err err;

	arena_init(&mem, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		parse(&d, rows[i].text, &err);
		is_reason(err.reason, rows[i].want, "%s", rows[i].text);
	}
	test_fields();
	test_unsupported();
	test_match();
	arena_clear(&mem);
	return tap_done();
}
