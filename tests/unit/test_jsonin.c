/* SPDX-License-Identifier: Apache-2.0 */
/* JSON values: getters, walks, places. What must be refused is in bad_json.c. */
#include "base/buf.h"
#include "codec/jsonin.h"
#include "tests/lib/tap.h"

static const char doc[] =
    "{\"s\":\"text \\u00e9\\n\",\"empty\":\"\",\"n\":528,\"zero\":0,\"big\":18446744073709549568,"
    "\"odd\":9007199254740991,\"t\":true,\"f\":false,\"null\":null,"
    "\"arr\":[1,\"two\",[3],{\"four\":4.5}],\"obj\":{\"a/b\":{\"~\":[0,{\"x\":\"y\"}]}},"
    "\"\":\"no name\",\"S\":\"capital\"}";

static struct json *
parse(const char *text, const struct where *at)
{
	struct json *json = NULL;
	struct err err = { .reason = REASON_NONE };

	jsonin_parse(&json, str_bytes(str_of(text)), NULL, at, &err);
	is_reason(err.reason, REASON_NONE, "parse");
	return json;
}

static void
test_members(void)
{
	AUTO(jsonin_free) struct json *json = parse(doc, NULL);
	struct jv root = jsonin_root(json), v;
	bool present = false, truth = false;
	struct str s = STR_NONE;
	uint64_t n = 0;
	struct err err;

	ok(jsonin_type(root) == JSON_OBJECT && jsonin_count(root) == 13, "the top");
	ok(jsonin_str(&s, root, "s", &err) == 0, "string");
	is_str(s, "text \xc3\xa9\n", "  its text");
	ok(jsonin_str(&s, root, "S", &err) == 0 && str_is(s, "capital"), "case counts");
	ok(jsonin_str(&s, root, "", &err) == 0 && str_is(s, "no name"), "an empty name");
	ok(jsonin_opt_str(&s, root, "empty", &err) == 0, "empty string");
	is_str(s, "", "  is not absent");
	ok(jsonin_opt_str(&s, root, "none", &err) == 0, "absent string");
	is_str(s, NULL, "  is absent");
	ok(jsonin_u64(&n, root, "n", &err) == 0 && n == 528, "number");
	ok(jsonin_u64(&n, root, "zero", &err) == 0 && n == 0, "zero");
	ok(jsonin_u64(&n, root, "big", &err) == 0 && n == UINT64_C(18446744073709549568),
	    "big");
	ok(jsonin_u64(&n, root, "odd", &err) == 0 && n == UINT64_C(9007199254740991),
	    "2^53-1");
	ok(jsonin_opt_u64(&n, &present, root, "n", &err) == 0 && present && n == 528,
	    "optional number");
	ok(jsonin_opt_u64(&n, &present, root, "none", &err) == 0 && !present && n == 0,
	    "absent number");
	ok(jsonin_bool(&truth, root, "t", &err) == 0 && truth, "true");
	ok(jsonin_bool(&truth, root, "f", &err) == 0 && !truth, "false");
	ok(jsonin_opt_bool(&truth, &present, root, "t", &err) == 0 && present && truth,
	    "optional true");
	ok(jsonin_opt_bool(&truth, &present, root, "none", &err) == 0 && !present &&
		!truth,
	    "absent truth");
	ok(jsonin_obj(&v, root, "obj", &err) == 0 && jsonin_type(v) == JSON_OBJECT,
	    "object");
	ok(jsonin_arr(&v, root, "arr", &err) == 0 && jsonin_count(v) == 4, "array");
	ok(jsonin_opt_arr(&v, root, "none", &err) == 0 && !jsonin_present(v),
	    "absent array");
	ok(jsonin_opt_obj(&v, root, "none", &err) == 0 && !jsonin_present(v),
	    "absent object");
	ok(jsonin_type(jsonin_get(root, "null")) == JSON_NULL, "null is a value");
	ok(jsonin_type(jsonin_get(root, "NULL")) == JSON_ABSENT, "absent is none");
}

static void
test_walk(void)
{
	AUTO(jsonin_free) struct json *json = parse(doc, NULL);
	static const enum json_type types[] = { JSON_NUMBER, JSON_STRING, JSON_ARRAY,
		JSON_OBJECT };
	struct jv root = jsonin_root(json), v = jsonin_first(jsonin_get(root, "arr")),
		  nothing;
	struct err err;
	uint64_t n = 0;
	struct str s;
	size_t i = 0;

	for (; jsonin_present(v); v = jsonin_next(v), i++) {
		ok(i < COUNT(types) && jsonin_type(v) == types[i], "element %zu", i);
		is_str(jsonin_key(v), NULL, "  has no key");
	}
	is_u64(i, 4, "four elements");
	is_str(jsonin_key(jsonin_first(root)), "s", "members have one");
	v = jsonin_first(jsonin_get(root, "arr"));
	ok(jsonin_as_u64(&n, v, &err) == 0 && n == 1, "value as number");
	ok(jsonin_as_str(&s, jsonin_next(v), &err) == 0 && str_is(s, "two"),
	    "value as string");
	nothing = jsonin_get(jsonin_get(jsonin_get(root, "no"), "such"), "thing");
	ok(!jsonin_present(nothing) && jsonin_count(nothing) == 0 &&
		!jsonin_present(jsonin_next(nothing)) && jsonin_key(nothing).ptr == NULL,
	    "absent has nothing");
	ok(!jsonin_present(jsonin_root(NULL)), "no document, no top");
	ok(!jsonin_present(jsonin_first(jsonin_get(root, "s"))),
	    "a string has no members");
}

static void
place(const char *name, int rc, const struct err *err, enum reason reason,
    const char *pointer)
{
	ok(rc == -1, "%s", name);
	is_reason(err->reason, reason, "  reason");
	is_str(str_of(err->pointer), pointer, "  pointer");
}

static void
test_places(void)
{
	struct where at = { STR("/x/index.json"), STR("sha256:ab"), STR_NONE, 0 };
	AUTO(jsonin_free) struct json *json = parse(doc, &at);
	struct jv root = jsonin_root(json), deep, v;
	struct str s = STR("before");
	struct err err;
	uint64_t n = 7;
	bool truth;

	place("missing", jsonin_str(&s, root, "none", &err), &err, REASON_JSON_TYPE,
	    "/none");
	is_str(s, "before", "  and nothing is set");
	is_str(str_of(err.file), "/x/index.json", "  file");
	is_str(str_of(err.blob), "sha256:ab", "  blob");
	place("name that needs escapes", jsonin_u64(&n, root, "a/~b", &err), &err,
	    REASON_JSON_TYPE, "/a~1~0b");
	deep = jsonin_get(jsonin_get(root, "obj"), "a/b");
	v = jsonin_next(jsonin_first(jsonin_get(deep, "~")));
	place("deep", jsonin_as_u64(&n, jsonin_get(v, "x"), &err), &err, REASON_JSON_TYPE,
	    "/obj/a~1b/~0/1/x");
	place("deep and missing", jsonin_bool(&truth, v, "z", &err), &err,
	    REASON_JSON_TYPE, "/obj/a~1b/~0/1/z");
	v = jsonin_next(jsonin_next(jsonin_next(jsonin_first(jsonin_get(root, "arr")))));
	place("fraction", jsonin_u64(&n, v, "four", &err), &err, REASON_JSON_NUMBER_RANGE,
	    "/arr/3/four");
	is_u64(n, 7, "  and nothing is set");
	place("no object", jsonin_str(&s, jsonin_get(root, "arr"), "x", &err), &err,
	    REASON_JSON_TYPE, "/arr");
	place("the top", jsonin_as(root, JSON_ARRAY, &err), &err, REASON_JSON_TYPE, "");
	place("absent", jsonin_as_str(&s, jsonin_get(root, "no"), &err), &err,
	    REASON_JSON_TYPE, "");
	place("a reason of the caller",
	    jsonin_fail(&err, REASON_DIGEST_MALFORMED, deep, "not %s", "so"), &err,
	    REASON_DIGEST_MALFORMED, "/obj/a~1b");
	is_str(str_of(err.text), "not so", "  text");
	ok(jsonin_str(&s, root, "none", NULL) == -1, "no place for an error");
}

/* A document inside another one. */
static void
test_prefix(void)
{
	struct where at = { .pointer = STR("/payload") };
	AUTO(jsonin_free) struct json *json = parse("[[],{\"k\":1}]", &at);
	struct err err;
	struct str s;
	struct jv v = jsonin_next(jsonin_first(jsonin_root(json)));

	place("inside", jsonin_str(&s, v, "k", &err), &err, REASON_JSON_TYPE,
	    "/payload/1/k");
	is_str(str_of(err.text), "a number, want a string", "  text");
}

/* Plain and other integers side by side: the marks are on the right nodes. */
static void
test_marks(void)
{
	AUTO(jsonin_free)
	struct json *json =
	    parse("{\"a\":[1,1.0,{\"b\":[]},[[],2]],\"c\":{},\"d\":-3,\"e\":3e0,\"f\":4}",
		NULL);
	struct jv root = jsonin_root(json), arr = jsonin_get(root, "a"), v;
	struct err err;
	uint64_t n = 0;

	v = jsonin_first(arr);
	ok(jsonin_as_u64(&n, v, &err) == 0 && n == 1, "1");
	ok(jsonin_as_u64(&n, jsonin_next(v), &err) != 0, "1.0");
	v = jsonin_next(jsonin_first(jsonin_next(jsonin_next(jsonin_next(v)))));
	ok(jsonin_as_u64(&n, v, &err) == 0 && n == 2, "2");
	ok(jsonin_u64(&n, root, "d", &err) != 0, "-3");
	ok(jsonin_u64(&n, root, "e", &err) != 0, "3e0");
	ok(jsonin_u64(&n, root, "f", &err) == 0 && n == 4, "4");
}

/* As deep as any limit allows. */
static void
test_deep(void)
{
	AUTO(buf_clear) struct buf b = { .max = 1 << 16 };
	AUTO(jsonin_free) struct json *json = NULL;
	struct limits limits;
	struct err err;
	struct jv v;
	uint64_t n = 0;
	size_t depth = 0;

	limits_default(&limits);
	limits.v[LIMIT_JSON_DEPTH] = 512;
	for (int i = 0; i < 512; i++)
		buf_text(&b, i % 2 == 0 ? "[" : "{\"k\":");
	buf_text(&b, "5");
	for (int i = 512; i-- > 0;)
		buf_text(&b, i % 2 == 0 ? ",6]" : "}");
	ok(jsonin_parse(&json, buf_bytes(&b), &limits, NULL, &err) == 0, "512 levels");
	for (v = jsonin_root(json); jsonin_present(jsonin_first(v)); v = jsonin_first(v))
		depth++;
	is_u64(depth, 512, "all are there");
	ok(jsonin_as_u64(&n, v, &err) == 0 && n == 5, "and the number in them");
	ok(jsonin_as_bool(&(bool){ false }, v, &err) == -1 &&
		strlen(err.pointer) == 127 && strncmp(err.pointer, "/0/k/0/k", 8) == 0,
	    "a long pointer is cut");
}

int
main(void)
{
	test_members();
	test_walk();
	test_places();
	test_prefix();
	test_marks();
	test_deep();
	jsonin_free(NULL);
	return tap_done();
}
