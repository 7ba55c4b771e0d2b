/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_JSONIN_H
#define CODEC_JSONIN_H
/*
 * JSON documents as values, after jsonscan has accepted the bytes.
 *
 * A struct jv is a handle on a value (or on "absent"); it lives as long as its document, and so
 * do the strings taken from it. Getters fail with json.type or json.number-range; the place is
 * the file and blob given at parse and the RFC 6901 pointer of the value, which is searched for
 * only then. "null" is a value of its own: it is never taken for absent.
 *
 * A handle on absent is fine everywhere: it has no members, and getters fail as for a wrong type.
 * Names are compared exactly, case included.
 */
#include "base/limits.h"

struct json;
struct jv {
	const struct json *doc;
	const void *node; /* NULL: absent */
};

enum json_type {
	JSON_ABSENT,
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/* Scan, then parse. `doc` is not kept. Fails as jsonscan does. *out: jsonin_free(). */
int jsonin_parse(struct json **out, struct bytes doc, const struct limits *limits,
    const struct where *at, struct err *err);
void jsonin_free(struct json *json);
DEFINE_AUTO(struct json, jsonin_free)

struct jv jsonin_root(const struct json *json);
enum json_type jsonin_type(struct jv v);

static inline bool
jsonin_present(struct jv v)
{
	return v.node != NULL;
}

/* A member, or absent (also if obj is no object). */
struct jv jsonin_get(struct jv obj, const char *name);
/* Walk an array or object: for (v = jsonin_first(x); jsonin_present(v); v = jsonin_next(v)). */
struct jv jsonin_first(struct jv arr_or_obj);
struct jv jsonin_next(struct jv v);
struct str jsonin_key(struct jv member); /* absent in an array */
size_t jsonin_count(struct jv arr_or_obj); /* walks the list */

/* Required members: absent is json.type too. */
int jsonin_str(struct str *out, struct jv obj, const char *name, struct err *err);
/* Plain digits only: -0, 528.0 and 1e3 fail with json.number-range. */
int jsonin_u64(uint64_t *out, struct jv obj, const char *name, struct err *err);
int jsonin_bool(bool *out, struct jv obj, const char *name, struct err *err);
int jsonin_obj(struct jv *out, struct jv obj, const char *name, struct err *err);
int jsonin_arr(struct jv *out, struct jv obj, const char *name, struct err *err);

/* Members that may be absent, or null: str has ptr NULL, jv is absent, *present false (value 0). */
int jsonin_opt_str(struct str *out, struct jv obj, const char *name, struct err *err);
int jsonin_opt_u64(
    uint64_t *out, bool *present, struct jv obj, const char *name, struct err *err);
int jsonin_opt_bool(
    bool *out, bool *present, struct jv obj, const char *name, struct err *err);
int jsonin_opt_obj(struct jv *out, struct jv obj, const char *name, struct err *err);
int jsonin_opt_arr(struct jv *out, struct jv obj, const char *name, struct err *err);

/* The value itself. */
int jsonin_as_str(struct str *out, struct jv v, struct err *err);
int jsonin_as_u64(uint64_t *out, struct jv v, struct err *err);
int jsonin_as_bool(bool *out, struct jv v, struct err *err);
/* Demand a type: jsonin_as(jsonin_root(doc), JSON_OBJECT, err). */
int jsonin_as(struct jv v, enum json_type want, struct err *err);

/* err_set with the place of `v`; returns -1. */
int jsonin_fail(struct err *err, enum reason r, struct jv v, const char *fmt, ...)
    ATTR_PRINTF(4, 5);

/*
 * Look at all names of an object: one that equals a known name only after folding case, as Go's
 * decoder folds (ASCII, U+017F as s, U+212A as k), is json.case-alias; another unknown one is
 * json.unknown-member if refuse_unknown. Not an object: json.type.
 */
int jsonin_known(struct jv obj, const char *const *names, size_t count,
    bool refuse_unknown, struct err *err);
/* The same for one member, for a caller that goes on behind a fault. */
int jsonin_known_member(struct jv v, const char *const *names, size_t count,
    bool refuse_unknown, struct err *err);

/* Version of the library behind it, as it reports itself. */
const char *jsonin_library(void);

#endif
