/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON: what the scan accepts, the parser behind it reads as the same document. The tree is
 * written out again, and that text must be accepted and give the same tree.
 */
#include <stdlib.h>

#include "codec/jsonin.h"
#include "codec/jsonout.h"
#include "codec/jsonscan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* One line per value in document order: depth, type, key, value. Numbers as integer or "x". */
static void
flatten(struct buf *out, struct jv root)
{
	struct jv above[513], v = root;
	struct err err;
	size_t depth = 0;

	while (jsonin_present(v)) {
		struct str s = STR_NONE, key = jsonin_key(v);
		uint64_t n = 0;
		bool truth = false;

		buf_printf(out, "%zu %d %zu:%.*s ", depth, (int)jsonin_type(v), key.len,
		    STR_ARG(key));
		if (jsonin_type(v) == JSON_STRING)
			must(jsonin_as_str(&s, v, &err) == 0);
		if (jsonin_type(v) == JSON_BOOL)
			must(jsonin_as_bool(&truth, v, &err) == 0);
		if (jsonin_type(v) == JSON_NUMBER && jsonin_as_u64(&n, v, NULL) != 0)
			s = STR("x");
		buf_printf(out, "%d %llu %zu:%.*s\n", truth, (unsigned long long)n, s.len,
		    STR_ARG(s));
		if (jsonin_present(jsonin_first(v))) {
			must(depth < 512);
			above[depth++] = v;
			v = jsonin_first(v);
			continue;
		}
		while (depth != 0 && !jsonin_present(jsonin_next(v)))
			v = above[--depth];
		if (depth == 0)
			return;
		v = jsonin_next(v);
	}
}

static void
begin(struct jsonout *j, struct jv v)
{
	if (jsonin_type(v) == JSON_OBJECT)
		jsonout_object_begin(j, NULL);
	else
		jsonout_array_begin(j, NULL);
}

static void
end(struct jsonout *j, struct jv v)
{
	if (jsonin_type(v) == JSON_OBJECT)
		jsonout_object_end(j);
	else
		jsonout_array_end(j);
}

static void
scalar(struct jsonout *j, struct jv v)
{
	struct str s;
	uint64_t n;
	bool truth;

	if (jsonin_as_str(&s, v, NULL) == 0)
		jsonout_str(j, NULL, s);
	else if (jsonin_as_u64(&n, v, NULL) == 0)
		jsonout_u64(j, NULL, n);
	else if (jsonin_as_bool(&truth, v, NULL) == 0)
		jsonout_bool(j, NULL, truth);
	else if (jsonin_type(v) == JSON_NUMBER)
		jsonout_raw(j, NULL, BYTES_LIT("-0.5"));
	else
		jsonout_null(j, NULL);
}

static void
write_again(struct buf *out, struct jv root)
{
	struct jv above[64], v = root;
	struct jsonout j;
	size_t depth = 0;

	jsonout_init(&j, out, NULL, NULL, out->len % 2 == 0);
	for (;;) {
		if (jsonin_key(v).ptr != NULL)
			jsonout_key(&j, jsonin_key(v));
		if (jsonin_type(v) != JSON_OBJECT && jsonin_type(v) != JSON_ARRAY) {
			scalar(&j, v);
		} else {
			begin(&j, v);
			if (jsonin_present(jsonin_first(v))) {
				above[depth++] = v;
				v = jsonin_first(v);
				continue;
			}
			end(&j, v);
		}
		while (depth != 0 && !jsonin_present(jsonin_next(v))) {
			v = above[--depth];
			end(&j, v);
		}
		if (depth == 0)
			break;
		v = jsonin_next(v);
	}
	must(jsonout_end(&j) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "manifests", "layers", "mediaType" };
	AUTO(buf_clear) struct buf text = { .max = size * 8 + 1024 };
	AUTO(buf_clear) struct buf first = { .max = size * 64 + 1024 };
	AUTO(buf_clear) struct buf second = { .max = size * 64 + 1024 };
	AUTO(jsonin_free) struct json *json = NULL;
	AUTO(jsonin_free) struct json *again = NULL;
	struct bytes doc = { data, size };
	uint32_t found = 0;
	struct err err;
	int rc = jsonscan(doc, NULL, NULL, &err);

	must(rc == 0 || (err.reason != REASON_NONE && err.offset <= size));
	must(jsonscan_top(&found, doc, names, COUNT(names), NULL, NULL) == rc);
	must(jsonin_parse(&json, doc, NULL, NULL, NULL) == rc);
	if (rc != 0)
		return 0;
	for (size_t i = 0; i < COUNT(names); i++)
		must(jsonin_present(jsonin_get(jsonin_root(json), names[i])) ==
		     (found >> i & 1));
	jsonin_known(jsonin_root(json), names, COUNT(names), true, &err);
	write_again(&text, jsonin_root(json));
	must(jsonin_parse(&again, buf_bytes(&text), NULL, NULL, &err) == 0);
	flatten(&first, jsonin_root(json));
	flatten(&second, jsonin_root(again));
	must(!first.full && bytes_equal(buf_bytes(&first), buf_bytes(&second)));
	return 0;
}
