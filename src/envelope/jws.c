/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order: outer form, base64 of the three parts, unprotected header, protected header,
 * common checks. The protected text and the payload text are signed as they stand in the
 * file; nothing is ever encoded again (RFC 7515 5.2).
 */
#include "envelope/jws.h"

#include <stdio.h>

#include "codec/base64.h"
#include "codec/jsonin.h"
#include "envelope/header.h"

#define JWS_DEPTH 32 /* nesting; the envelope itself needs three levels */

struct jws {
	struct arena *mem;
	const struct limits *limits;
	const struct where *at;
	struct jv root, unprotected;
	struct str protected_text, payload_text;
	struct bytes protected_json;
	struct header header;
};

/*
 * In a JWS these bring keys or change what is signed (RFC 7515 4.1, RFC 7797, RFC 7516
 * 4.1.3).
 */
static const char *const forbidden[] = { "jwk", "jku", "x5u", "b64", "zip" };

/*
 * RFC 7515 4.1.11: headers that the JWS specification defines are never listed as
 * critical.
 */
static const char *const never_critical[] = { "alg", "cty", "crit", "typ", "kid", "jku",
	"jwk", "x5u", "x5c", "x5t", "x5t#S256", "io.cncf.notary.signingTime" };

static bool
listed(struct str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, list[i]))
			return true;
	return false;
}

/* The pointers of an inner document begin where that document lies in the envelope. */
static int
nest(struct err *err, const char *prefix)
{
	char inner[sizeof(err->pointer)];

	snprintf(inner, sizeof(inner), "%s", err->pointer);
	snprintf(err->pointer, sizeof(err->pointer), "%s%.*s", prefix,
	    (int)(sizeof(err->pointer) - strlen(prefix) - 1), inner);
	return -1;
}

/*
 * RFC 7515 7.1: the compact form is base64url with dots, so its first octet tells. Looked
 * at before anything is split or parsed.
 */
static bool
is_compact(struct bytes text)
{
	size_t i = 0;
	uint8_t c;

	while (i + 1 < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\n' ||
				       text.ptr[i] == '\r' || text.ptr[i] == '\t'))
		i++;
	c = text.ptr[i];
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* RFC 7515 7.2.2 has these members and no others; "signatures" is the general form. */
static int
check_form(struct jws *j, struct err *err)
{
	static const char *const names[] = { "payload", "protected", "signature",
		"header" };
	struct jv v;

	if (jsonin_type(j->root) != JSON_OBJECT)
		return jsonin_fail(
		    err, REASON_SIG_FORM, j->root, "envelope is no JSON object");
	for (v = jsonin_first(j->root); jsonin_present(v); v = jsonin_next(v))
		if (!listed(jsonin_key(v), names, COUNT(names)))
			return jsonin_fail(err, REASON_SIG_FORM, v,
			    "member is not one of payload, protected, signature, header");
	for (size_t i = 0; i < COUNT(names); i++) {
		enum json_type want = i == 3 ? JSON_OBJECT : JSON_STRING;

		v = jsonin_get(j->root, names[i]);
		if (!jsonin_present(v))
			return jsonin_fail(
			    err, REASON_SIG_FORM, j->root, "no member %s", names[i]);
		if (jsonin_type(v) != want)
			return jsonin_fail(err, REASON_SIG_FORM, v, "member %s is no %s",
			    names[i], want == JSON_OBJECT ? "object" : "string");
	}
	j->unprotected = v;
	return 0;
}

static int
decode(
    struct bytes *out, struct str *text, struct jws *j, const char *name, struct err *err)
{
	struct str found;

	if (jsonin_str(&found, j->root, name, err) != 0)
		return -1;
	*text = arena_str(j->mem, found);
	if (!base64_decode(out, j->mem, BASE64_URL, *text))
		return jsonin_fail(err, REASON_SIG_BASE64, jsonin_get(j->root, name),
		    "not canonical base64url without padding");
	return 0;
}

/* --- unprotected header --- */

static int
read_chain(struct envelope *e, const struct jws *j, struct jv chain, struct err *err)
{
	VEC(struct bytes) certs = { NULL, 0, 0 };
	struct bytes der;
	struct str text;
	struct jv v;

	/* Without it the chain is empty, which is for the chain rules to say. */
	if (!jsonin_present(chain))
		return 0;
	if (jsonin_type(chain) != JSON_ARRAY || jsonin_count(chain) == 0)
		return jsonin_fail(err, REASON_CERT_CHAIN_FORM, chain,
		    "x5c is not an array of at least one certificate");
	for (v = jsonin_first(chain); jsonin_present(v); v = jsonin_next(v)) {
		if (jsonin_type(v) != JSON_STRING)
			return jsonin_fail(
			    err, REASON_CERT_CHAIN_FORM, v, "certificate is no string");
		if (jsonin_as_str(&text, v, err) != 0)
			return -1;
		if (text.len == 0)
			return jsonin_fail(
			    err, REASON_CERT_CHAIN_FORM, v, "certificate is empty");
		if (!base64_decode(&der, j->mem, BASE64_STANDARD, text))
			return jsonin_fail(err, REASON_SIG_BASE64, v,
			    "not canonical base64 with padding");
		VEC_PUSH(j->mem, &certs, der);
	}
	e->certs = certs.v;
	e->cert_count = certs.n;
	return 0;
}

/* The reference reads null as what is not there; nothing is signed here. */
static bool
is_there(struct jv v)
{
	return jsonin_present(v) && jsonin_type(v) != JSON_NULL;
}

static int
read_timestamp(struct envelope *e, const struct jws *j, struct jv v, struct err *err)
{
	struct str text;

	if (!is_there(v))
		return 0;
	if (jsonin_type(v) != JSON_STRING)
		return jsonin_fail(err, REASON_SIG_HEADER, v, "time stamp is no string");
	if (jsonin_as_str(&text, v, err) != 0)
		return -1;
	if (text.len == 0)
		return jsonin_fail(err, REASON_SIG_HEADER, v, "time stamp is empty");
	if (!base64_decode(&e->timestamp, j->mem, BASE64_STANDARD, text))
		return jsonin_fail(
		    err, REASON_SIG_BASE64, v, "not canonical base64 with padding");
	return 0;
}

static int
read_agent(struct envelope *e, const struct jws *j, struct jv v, struct err *err)
{
	struct str text;

	if (!is_there(v))
		return 0;
	if (jsonin_type(v) != JSON_STRING)
		return jsonin_fail(
		    err, REASON_SIG_HEADER, v, "signing agent is no string");
	if (jsonin_as_str(&text, v, err) != 0)
		return -1;
	e->agent = arena_str(j->mem, text);
	return 0;
}

/* What is signed elsewhere must not stand here unsigned; other names mean nothing. */
static int
read_unprotected(struct envelope *e, const struct jws *j, struct err *err)
{
	struct jv h = j->unprotected;

	if (read_chain(e, j, jsonin_get(h, "x5c"), err) != 0 ||
	    read_timestamp(e, j, jsonin_get(h, HEADER_TIMESTAMP), err) != 0 ||
	    read_agent(e, j, jsonin_get(h, HEADER_AGENT), err) != 0)
		return -1;
	for (struct jv v = jsonin_first(h); jsonin_present(v); v = jsonin_next(v)) {
		struct str name = jsonin_key(v);

		if (header_find(name, HEADER_ALG) != HEADER_OTHER ||
		    listed(name, forbidden, COUNT(forbidden)))
			return jsonin_fail(err, REASON_SIG_HEADER, v,
			    "header is not allowed unprotected");
	}
	return 0;
}

/* RFC 7515 7.2.1: the two headers share no name. */
static int
check_disjoint(const struct jws *j, struct err *err)
{
	struct jv v;

	for (v = jsonin_first(j->unprotected); jsonin_present(v); v = jsonin_next(v))
		if (header_lookup(&j->header, str_bytes(jsonin_key(v))) != NULL)
			return jsonin_fail(err, REASON_ENVELOPE_DUPLICATE_KEY, v,
			    "header stands protected and unprotected");
	return 0;
}

/* --- protected header --- */

static struct str
show(struct arena *mem, struct jv v)
{
	struct str text = STR_NONE;
	uint64_t n = 0;
	bool b = false;

	switch (jsonin_type(v)) {
	case JSON_STRING:
		return jsonin_as_str(&text, v, NULL) == 0 ? arena_str(mem, text)
							  : STR("");
	case JSON_NUMBER:
		return jsonin_as_u64(&n, v, NULL) == 0
			   ? arena_printf(mem, "%llu", (unsigned long long)n)
			   : STR("(number)");
	case JSON_BOOL:
		return jsonin_as_bool(&b, v, NULL) == 0 && b ? STR("true") : STR("false");
	case JSON_NULL:
		return STR("null");
	case JSON_ARRAY:
		return STR("(array)");
	case JSON_OBJECT:
		return STR("(object)");
	case JSON_ABSENT:
		break;
	}
	return STR("");
}

static int
add_members(struct jws *j, struct jv root, struct err *err)
{
	const char *known[HEADER_OTHER];
	struct header_entry entry;

	for (enum header_id id = 0; id < HEADER_OTHER; id++)
		known[id] = header_name(id);
	if (jsonin_known(root, known, COUNT(known), false, err) != 0)
		return -1;
	for (struct jv v = jsonin_first(root); jsonin_present(v); v = jsonin_next(v)) {
		if (listed(jsonin_key(v), forbidden, COUNT(forbidden)))
			return jsonin_fail(
			    err, REASON_SIG_HEADER, v, "header is not allowed");
		entry = (struct header_entry){ .name = arena_str(j->mem, jsonin_key(v)) };
		entry.key = str_bytes(entry.name);
		entry.id = header_find(entry.name, HEADER_ALG);
		if (entry.id == HEADER_OTHER)
			entry.text = show(j->mem, v);
		header_add(&j->header, &entry);
	}
	header_seal(&j->header);
	return 0;
}

static int
read_text(
    struct str *out, struct jws *j, struct jv v, enum reason reason, struct err *err)
{
	struct str text;

	if (jsonin_type(v) != JSON_STRING || jsonin_as_str(&text, v, NULL) != 0)
		return jsonin_fail(err, reason, v, "header is no string");
	*out = arena_str(j->mem, text);
	return 0;
}

static int
read_alg(struct jws *j, struct jv v, struct err *err)
{
	struct str text;

	if (read_text(&text, j, v, REASON_SIG_ALG, err) != 0)
		return -1;
	j->header.alg = sigalg_by_jwa(text);
	if (j->header.alg == SIGALG_NONE)
		return jsonin_fail(err, REASON_SIG_ALG, v,
		    "algorithm %.*s, want PS256, PS384, PS512, ES256, ES384 or ES512",
		    STR_ARG(str_upto(text, 32)));
	return 0;
}

static int
read_crit(struct jws *j, struct jv list, struct err *err)
{
	struct header_crit crit = { .offset = 0 };

	if (jsonin_type(list) != JSON_ARRAY)
		return jsonin_fail(err, REASON_SIG_CRIT, list, "crit is no array");
	for (struct jv v = jsonin_first(list); jsonin_present(v); v = jsonin_next(v)) {
		if (read_text(&crit.name, j, v, REASON_SIG_CRIT, err) != 0)
			return -1;
		if (listed(crit.name, never_critical, COUNT(never_critical)))
			return jsonin_fail(err, REASON_SIG_CRIT, v,
			    "header %.*s must not be critical", STR_ARG(crit.name));
		crit.key = str_bytes(crit.name);
		header_crit_add(&j->header, &crit);
	}
	return 0;
}

/* RFC 3339 section 5.6, any offset. */
static int
read_time(
    struct when *out, bool *more, struct jws *j, struct jv v, struct err *err)
{
	struct str text;

	if (read_text(&text, j, v, REASON_SIG_TIME, err) != 0)
		return -1;
	if (!when_parse_more(out, more, text))
		return jsonin_fail(err, REASON_SIG_TIME, v, "not a time of RFC 3339");
	return 0;
}

static int
read_plugin(struct str *out, struct jws *j, struct jv v, struct err *err)
{
	size_t i = 0;

	if (read_text(out, j, v, REASON_SIG_HEADER, err) != 0)
		return -1;
	while (i < out->len &&
	       (out->ptr[i] == ' ' || (out->ptr[i] >= '\t' && out->ptr[i] <= '\r')))
		i++;
	if (i == out->len)
		return jsonin_fail(err, REASON_SIG_HEADER, v, "header is blank");
	return 0;
}

static int
read_member(struct jws *j, enum header_id id, struct jv v, struct err *err)
{
	struct header *h = &j->header;
	struct str text;
	bool finer;

	switch (id) {
	case HEADER_ALG:
		return read_alg(j, v, err);
	case HEADER_CTY:
		return read_text(&h->content_type, j, v, REASON_SIG_HEADER, err);
	case HEADER_CRIT:
		return read_crit(j, v, err);
	case HEADER_SCHEME:
		if (read_text(&text, j, v, REASON_SIG_HEADER, err) != 0)
			return -1;
		return header_scheme(h, text, err);
	case HEADER_TIME:
		return read_time(&h->time, &finer, j, v, err);
	case HEADER_AUTHENTIC_TIME:
		return read_time(&h->authentic_time, &h->authentic_more, j, v, err);
	case HEADER_EXPIRY:
		return read_time(&h->expiry, &finer, j, v, err);
	case HEADER_PLUGIN:
		return read_plugin(&h->plugin, j, v, err);
	case HEADER_PLUGIN_VERSION:
		return read_plugin(&h->plugin_version, j, v, err);
	case HEADER_OTHER:
		break;
	}
	return 0;
}

static int
read_members(struct envelope *e, struct jws *j, struct jv root, struct err *err)
{
	if (jsonin_as(root, JSON_OBJECT, err) != 0 || add_members(j, root, err) != 0)
		return -1;
	for (enum header_id id = 0; id < HEADER_OTHER; id++) {
		struct jv v = jsonin_get(root, header_name(id));

		if (id == HEADER_ALG && !jsonin_present(v))
			return jsonin_fail(
			    err, REASON_SIG_ALG, root, "no signature algorithm");
		if (jsonin_present(v) && read_member(j, id, v, err) != 0)
			return -1;
		if (id == HEADER_CRIT && header_crit_apply(&j->header, err) != 0)
			return -1;
	}
	return header_finish(e, &j->header, err);
}

static int
read_protected(struct envelope *e, struct jws *j, struct err *err)
{
	AUTO(jsonin_free) struct json *doc = NULL;

	if (jsonin_parse(&doc, j->protected_json, j->limits, j->at, err) != 0 ||
	    read_members(e, j, jsonin_root(doc), err) != 0)
		return nest(err, "/protected");
	return 0;
}

static int
read_envelope(struct envelope *e, struct jws *j, struct err *err)
{
	struct str signature;

	if (check_form(j, err) != 0 ||
	    decode(&e->payload, &j->payload_text, j, "payload", err) != 0 ||
	    decode(&j->protected_json, &j->protected_text, j, "protected", err) != 0 ||
	    decode(&e->signature, &signature, j, "signature", err) != 0 ||
	    read_unprotected(e, j, err) != 0 || read_protected(e, j, err) != 0 ||
	    check_disjoint(j, err) != 0)
		return -1;
	/* RFC 7515 5.1: the signing input. */
	e->signed_parts[0] = str_bytes(j->protected_text);
	e->signed_parts[1] = BYTES_LIT(".");
	e->signed_parts[2] = str_bytes(j->payload_text);
	e->signed_part_count = 3;
	return envelope_check(e, j->at, err);
}

int
jws_parse(struct envelope *out, struct arena *mem, struct bytes text,
    const struct limits *limits, const struct where *at, struct err *err)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct envelope e = { .format = FORMAT_NOTATION_JWS };
	struct limits lower = *limits;
	struct jws j = { .mem = mem,
		.limits = &lower,
		.at = at,
		.header = { .format = FORMAT_NOTATION_JWS, .mem = mem, .at = at } };
	struct err own;

	if (err == NULL)
		err = &own;
	if (text.len > limits->v[LIMIT_ENVELOPE_BYTES])
		return err_set(err, REASON_LIMIT_ENVELOPE_HIT, at,
		    "envelope of %zu bytes", text.len);
	if (text.len == 0)
		return err_set(err, REASON_ENVELOPE_EMPTY, at, "envelope is empty");
	if (is_compact(text))
		return err_set(err, REASON_SIG_FORM, at, "not a JSON object");
	if (lower.v[LIMIT_JSON_DEPTH] > JWS_DEPTH)
		lower.v[LIMIT_JSON_DEPTH] = JWS_DEPTH;
	if (jsonin_parse(&doc, text, &lower, at, err) != 0)
		return -1;
	j.root = jsonin_root(doc);
	if (read_envelope(&e, &j, err) != 0)
		return -1;
	*out = e;
	return 0;
}
