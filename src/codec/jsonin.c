/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents as values: the only file that includes cJSON. */
#include "codec/jsonin.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "codec/jsonscan.h"

/*
 * A bit of cJSON's type that cJSON does not use (1.7.15: eight for types, 256 and 512 as marks):
 * this number was written as a plain non-negative integer. The tree itself has lost the text.
 */
#define TYPE_PLAIN (1 << 16)

enum { DEPTH_MOST = 512 };

struct json {
	cJSON *root;
	char file[512], blob[160], prefix[128]; /* as in struct err */
};

void
jsonin_free(struct json *json)
{
	if (json == NULL)
		return;
	cJSON_Delete(json->root);
	free(json);
}

static void
keep_text(char *out, size_t size, struct str s)
{
	size_t n = s.len < size ? s.len : size - 1;

	if (n != 0)
		memcpy(out, s.ptr, n);
	out[n] = '\0';
}

/*
 * A walk over a tree in document order, without recursion. cJSON has no way up, so the walk keeps
 * the containers it is in; jsonscan has bounded their depth.
 */
struct walk {
	cJSON *node;
	size_t depth;
	cJSON *above[DEPTH_MOST];
};

static bool
is_container(const cJSON *node)
{
	return cJSON_IsArray(node) || cJSON_IsObject(node);
}

static void
walk_next(struct walk *w)
{
	if (is_container(w->node) && w->node->child != NULL && w->depth < DEPTH_MOST) {
		w->above[w->depth++] = w->node;
		w->node = w->node->child;
		return;
	}
	while (w->depth != 0 && w->node->next == NULL)
		w->node = w->above[--w->depth];
	w->node = w->depth == 0 ? NULL : w->node->next;
}

/* Mark the plain integers. False if the tree and the scan do not agree on the numbers. */
static bool
mark_numbers(cJSON *root, struct bytes plain)
{
	struct walk w = { .node = root };
	size_t n = 0;

	for (; w.node != NULL; walk_next(&w)) {
		if (!cJSON_IsNumber(w.node))
			continue;
		if (n == plain.len)
			return false;
		w.node->type |= plain.ptr[n++] != 0 ? TYPE_PLAIN : 0;
	}
	return n == plain.len;
}

int
jsonin_parse(struct json **out, struct bytes doc, const struct limits *limits,
    const struct where *at, struct err *err)
{
	/* One octet for each number, which is at least one octet of the document. */
	AUTO(buf_clear) struct buf plain = { .max = doc.len };
	AUTO(jsonin_free) struct json *json = NULL;

	if (jsonscan_numbers(&plain, doc, limits, at, err) != 0)
		return -1;
	json = xmalloc(sizeof(*json));
	*json = (struct json){ .root = NULL };
	if (at != NULL) {
		keep_text(json->file, sizeof(json->file), at->file);
		keep_text(json->blob, sizeof(json->blob), at->blob);
		keep_text(json->prefix, sizeof(json->prefix), at->pointer);
	}
	json->root = cJSON_ParseWithLengthOpts((const char *)doc.ptr, doc.len, NULL, 0);
	/* It takes all that the scan takes (a fuzz target holds it to that): memory is left. */
	if (json->root == NULL)
		memory_exhausted();
	if (!mark_numbers(json->root, buf_bytes(&plain)))
		return err_set(
		    err, REASON_JSON_SYNTAX, at, "the parser reads another document");
	*out = TAKE(json);
	return 0;
}

struct jv
jsonin_root(const struct json *json)
{
	return (struct jv){ json, json == NULL ? NULL : json->root };
}

enum json_type
jsonin_type(struct jv v)
{
	const cJSON *node = v.node;

	if (node == NULL)
		return JSON_ABSENT;
	switch (node->type & 0xff) {
	case cJSON_NULL:
		return JSON_NULL;
	case cJSON_True:
	case cJSON_False:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_ABSENT;
	}
}

/* Not cJSON_GetObjectItem: it folds case. Names are unique, so the first is the only one. */
struct jv
jsonin_get(struct jv obj, const char *name)
{
	const cJSON *node = obj.node;

	if (!cJSON_IsObject(node))
		return (struct jv){ obj.doc, NULL };
	for (node = node->child; node != NULL; node = node->next)
		if (strcmp(node->string, name) == 0)
			break;
	return (struct jv){ obj.doc, node };
}

struct jv
jsonin_first(struct jv arr_or_obj)
{
	const cJSON *node = arr_or_obj.node;

	return (struct jv){ arr_or_obj.doc, is_container(node) ? node->child : NULL };
}

struct jv
jsonin_next(struct jv v)
{
	const cJSON *node = v.node;

	return (struct jv){ v.doc, node == NULL ? NULL : node->next };
}

struct str
jsonin_key(struct jv member)
{
	const cJSON *node = member.node;

	return str_of(node == NULL ? NULL : node->string);
}

size_t
jsonin_count(struct jv arr_or_obj)
{
	size_t n = 0;

	for (struct jv v = jsonin_first(arr_or_obj); jsonin_present(v);
	     v = jsonin_next(v))
		n++;
	return n;
}

/* --- places --- */

/* RFC 6901 section 3: "~" and "/" in a name are escaped. */
static void
add_token(struct buf *out, const char *name)
{
	buf_u8(out, '/');
	for (; *name != '\0'; name++) {
		if (*name == '~' || *name == '/')
			buf_text(out, *name == '~' ? "~0" : "~1");
		else
			buf_u8(out, (uint8_t)*name);
	}
}

static void
add_step(struct buf *out, const cJSON *parent, const cJSON *node)
{
	size_t index = 0;

	if (cJSON_IsObject(parent)) {
		add_token(out, node->string);
		return;
	}
	for (const cJSON *n = parent->child; n != NULL && n != node; n = n->next)
		index++;
	buf_printf(out, "/%zu", index);
}

/* The pointer of `node`, found by walking the document up to it. */
static void
add_pointer(struct buf *out, const struct json *json, const cJSON *node)
{
	struct walk w = { .node = json->root };

	buf_text(out, json->prefix);
	while (w.node != NULL && w.node != node)
		walk_next(&w);
	if (w.node == NULL)
		return;
	for (size_t i = 1; i < w.depth; i++)
		add_step(out, w.above[i - 1], w.above[i]);
	if (w.depth != 0)
		add_step(out, w.above[w.depth - 1], node);
}

/* The place of `v`, or of its member `name` if one is given. */
static int
fail_at(struct err *err, enum reason r, struct jv v, const char *name, const char *text)
{
	/* Longer ones do not fit into an error; the end is what can be spared. */
	AUTO(buf_clear) struct buf pointer = { .max = 4096 };
	struct where at = { .offset = 0 };

	if (v.doc != NULL) {
		at.file = str_of(v.doc->file);
		at.blob = str_of(v.doc->blob);
		if (v.node != NULL)
			add_pointer(&pointer, v.doc, v.node);
		else
			buf_text(&pointer, v.doc->prefix);
		if (name != NULL)
			add_token(&pointer, name);
	}
	at.pointer = (struct str){ (const char *)pointer.ptr, pointer.len };
	return err_set(err, r, &at, "%s", text);
}

int
jsonin_fail(struct err *err, enum reason r, struct jv v, const char *fmt, ...)
{
	char text[2 * sizeof(err->text)]; /* err_set cuts it between characters */
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return fail_at(err, r, v, NULL, text);
}

static const char *
type_name(enum json_type type)
{
	static const char *const names[] = {
		[JSON_ABSENT] = "absent",
		[JSON_NULL] = "null",
		[JSON_BOOL] = "a truth value",
		[JSON_NUMBER] = "a number",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object",
	};

	return names[type];
}

/* `parent` and `name` give the place of a member that is absent; name NULL: v's own place. */
static int
demand(
    struct jv v, enum json_type want, struct jv parent, const char *name, struct err *err)
{
	enum json_type got = jsonin_type(v);
	char text[64];

	if (got == want)
		return 0;
	snprintf(text, sizeof(text), "%s, want %s", type_name(got), type_name(want));
	return fail_at(err, REASON_JSON_TYPE, name == NULL ? v : parent, name, text);
}

/* --- getters --- */

static struct str
string_of(struct jv v)
{
	return str_of(((const cJSON *)v.node)->valuestring);
}

static int
number_of(uint64_t *out, struct jv v, struct err *err)
{
	const cJSON *node = v.node;

	if ((node->type & TYPE_PLAIN) == 0)
		return fail_at(err, REASON_JSON_NUMBER_RANGE, v, NULL,
		    "want a plain non-negative integer");
	/* Exact: jsonscan refused integers that are not, and those from 2^64 on. */
	*out = (uint64_t)node->valuedouble;
	return 0;
}

int
jsonin_as(struct jv v, enum json_type want, struct err *err)
{
	return demand(v, want, v, NULL, err);
}

int
jsonin_as_str(struct str *out, struct jv v, struct err *err)
{
	if (jsonin_as(v, JSON_STRING, err) != 0)
		return -1;
	*out = string_of(v);
	return 0;
}

int
jsonin_as_u64(uint64_t *out, struct jv v, struct err *err)
{
	return jsonin_as(v, JSON_NUMBER, err) != 0 ? -1 : number_of(out, v, err);
}

int
jsonin_as_bool(bool *out, struct jv v, struct err *err)
{
	if (jsonin_as(v, JSON_BOOL, err) != 0)
		return -1;
	*out = cJSON_IsTrue((const cJSON *)v.node) != 0;
	return 0;
}

/*
 * A member of the type wanted; absent passes if it is optional and its parent is an object. null
 * where a member may be absent is how Go writes, and reads, an absent one.
 */
static int
member(struct jv *out, struct jv obj, const char *name, enum json_type want,
    bool optional, struct err *err)
{
	struct jv v = jsonin_get(obj, name);

	if (!cJSON_IsObject((const cJSON *)obj.node))
		return jsonin_as(obj, JSON_OBJECT, err);
	if (optional && jsonin_type(v) == JSON_NULL)
		v.node = NULL;
	if ((v.node != NULL || !optional) && demand(v, want, obj, name, err) != 0)
		return -1;
	*out = v;
	return 0;
}

int
jsonin_str(struct str *out, struct jv obj, const char *name, struct err *err)
{
	struct jv v;

	if (member(&v, obj, name, JSON_STRING, false, err) != 0)
		return -1;
	*out = string_of(v);
	return 0;
}

int
jsonin_u64(uint64_t *out, struct jv obj, const char *name, struct err *err)
{
	struct jv v;

	return member(&v, obj, name, JSON_NUMBER, false, err) != 0
		   ? -1
		   : number_of(out, v, err);
}

int
jsonin_bool(bool *out, struct jv obj, const char *name, struct err *err)
{
	struct jv v;

	return member(&v, obj, name, JSON_BOOL, false, err) != 0
		   ? -1
		   : jsonin_as_bool(out, v, err);
}

int
jsonin_obj(struct jv *out, struct jv obj, const char *name, struct err *err)
{
	return member(out, obj, name, JSON_OBJECT, false, err);
}

int
jsonin_arr(struct jv *out, struct jv obj, const char *name, struct err *err)
{
	return member(out, obj, name, JSON_ARRAY, false, err);
}

int
jsonin_opt_str(struct str *out, struct jv obj, const char *name, struct err *err)
{
	struct jv v;

	if (member(&v, obj, name, JSON_STRING, true, err) != 0)
		return -1;
	*out = v.node == NULL ? STR_NONE : string_of(v);
	return 0;
}

int
jsonin_opt_u64(
    uint64_t *out, bool *present, struct jv obj, const char *name, struct err *err)
{
	uint64_t number = 0;
	struct jv v;

	if (member(&v, obj, name, JSON_NUMBER, true, err) != 0 ||
	    (v.node != NULL && number_of(&number, v, err) != 0))
		return -1;
	*out = number;
	*present = v.node != NULL;
	return 0;
}

int
jsonin_opt_bool(
    bool *out, bool *present, struct jv obj, const char *name, struct err *err)
{
	struct jv v;

	if (member(&v, obj, name, JSON_BOOL, true, err) != 0)
		return -1;
	*out = cJSON_IsTrue((const cJSON *)v.node) != 0;
	*present = v.node != NULL;
	return 0;
}

int
jsonin_opt_obj(struct jv *out, struct jv obj, const char *name, struct err *err)
{
	return member(out, obj, name, JSON_OBJECT, true, err);
}

int
jsonin_opt_arr(struct jv *out, struct jv obj, const char *name, struct err *err)
{
	return member(out, obj, name, JSON_ARRAY, true, err);
}

/* --- names --- */

/* One character as Go's encoding/json folds it: two code points fold into ASCII letters. */
static char
fold_next(const char **p)
{
	const char *s = *p;

	if (strncmp(s, "\xc5\xbf", 2) == 0) { /* U+017F, long s */
		*p += 2;
		return 's';
	}
	if (strncmp(s, "\xe2\x84\xaa", 3) == 0) { /* U+212A, Kelvin sign */
		*p += 3;
		return 'k';
	}
	(*p)++;
	return *s >= 'A' && *s <= 'Z' ? (char)(*s | 32) : *s;
}

static bool
fold_equal(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0')
		if (fold_next(&a) != fold_next(&b))
			return false;
	return *a == *b;
}

/* The known name that `key` equals, exactly or folded; NULL if none. */
static const char *
known_name(const char *key, const char *const *names, size_t count)
{
	const char *folded = NULL;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(key, names[i]) == 0)
			return names[i];
		if (folded == NULL && fold_equal(key, names[i]))
			folded = names[i];
	}
	return folded;
}

int
jsonin_known_member(struct jv v, const char *const *names, size_t count,
    bool refuse_unknown, struct err *err)
{
	const char *key = ((const cJSON *)v.node)->string;
	const char *name = known_name(key, names, count);

	if (name == NULL && refuse_unknown)
		return fail_at(err, REASON_JSON_UNKNOWN_MEMBER, v, NULL,
		    "unknown member");
	if (name != NULL && strcmp(key, name) != 0)
		return jsonin_fail(err, REASON_JSON_CASE_ALIAS, v, "want %s", name);
	return 0;
}

int
jsonin_known(struct jv obj, const char *const *names, size_t count, bool refuse_unknown,
    struct err *err)
{
	if (jsonin_as(obj, JSON_OBJECT, err) != 0)
		return -1;
	for (struct jv v = jsonin_first(obj); jsonin_present(v); v = jsonin_next(v))
		if (jsonin_known_member(v, names, count, refuse_unknown, err) != 0)
			return -1;
	return 0;
}

const char *
jsonin_library(void)
{
	return cJSON_Version();
}
