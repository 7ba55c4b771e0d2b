/* SPDX-License-Identifier: Apache-2.0 */
/* One piece of revocation data: a list, an OCSP response, an entry of a Notation cache. */
#include "trust/revfile.h"

#include <inttypes.h>

#include "codec/base64.h"
#include "codec/der.h"
#include "codec/hex.h"
#include "codec/jsonin.h"
#include "crypto/dn.h"


int
revfile_crl(struct revfile **out, const struct revreader *r, struct bytes der,
    struct str path, struct err *err)
{
	struct where at = { .file = path };
	struct revfile *f = arena_alloc(r->mem, sizeof(*f));

	if (crl_parse(&f->crl, r->mem, der, r->hasher, r->limits, &at, err) != 0)
		return -1;
	f->kind = f->crl.is_delta ? REVFILE_DELTA : REVFILE_CRL;
	f->path = path;
	f->sha256 = f->crl.sha256;
	*out = f;
	return 0;
}

int
revfile_ocsp(struct revfile **out, const struct revreader *r, struct bytes der,
    struct str path, struct err *err)
{
	struct where at = { .file = path };
	struct revfile *f = arena_alloc(r->mem, sizeof(*f));

	if (ocsp_parse(&f->ocsp, r->mem, der, r->hasher, r->limits, &at, err) != 0)
		return -1;
	f->kind = REVFILE_OCSP;
	f->path = path;
	f->sha256 = f->ocsp.sha256;
	*out = f;
	return 0;
}

struct str
revfile_part(struct arena *mem, struct str path, size_t index)
{
	return index == 0 ? path
			  : arena_printf(mem, "%.*s#%zu", STR_ARG(path), index + 1);
}

bool
revfile_cache_name(struct digest *url, struct str name)
{
	struct digest d = { .alg = DIGEST_SHA256 };

	if (!hex_decode(d.value, digest_len(DIGEST_SHA256), name))
		return false;
	*url = d;
	return true;
}

/* --- an entry of a cache --- */

/* Nothing but the shape of JSON is at fault, or a limit that can be raised. */
static int
entry_failed(struct err *err, const struct err *e, const struct where *at)
{
	struct where place = {
		.file = at->file, .pointer = str_of(e->pointer), .offset = e->offset
	};
	bool keep = reason_row(e->reason)->class == ERR_ENV ||
		    str_starts(str_of(reason_code(e->reason)), STR("limit."));

	err_set(err, keep ? e->reason : REASON_CRL_MALFORMED, &place, "%s", e->text);
	return -1;
}

/* The list in a member; *out stays NULL if the member is absent. */
static int
entry_list(struct revfile **out, const struct revreader *r, struct jv entry,
    const char *name, const char *suffix, struct str path, struct err *err)
{
	struct where at = { .file = path };
	struct jv v = jsonin_get(entry, name);
	struct bytes der;
	struct err e;
	struct str text;

	if (jsonin_opt_str(&text, entry, name, &e) != 0)
		return entry_failed(err, &e, &at);
	if (text.ptr == NULL)
		return 0;
	if (!base64_decode(&der, r->mem, BASE64_STANDARD, text))
		return jsonin_fail(err, REASON_CRL_MALFORMED, v, "not canonical base64");
	path = arena_printf(r->mem, "%.*s%s", STR_ARG(path), suffix);
	if (revfile_crl(out, r, der, path, err) != 0)
		return -1;
	/* The reference's cache refuses both then (notation-go, verifier/crl). */
	if (!(*out)->crl.has_next_update)
		return jsonin_fail(
		    err, REASON_CRL_NO_NEXT_UPDATE, v, "the list has no nextUpdate");
	return 0;
}

static int
entry_read(struct revfile **base, struct revfile **delta, const struct revreader *r,
    struct jv entry, struct str path, struct err *err)
{
	static const char *const names[] = { "baseCRL", "deltaCRL" };
	struct where at = { .file = path };
	struct err e;

	*base = *delta = NULL;
	if (jsonin_as(entry, JSON_OBJECT, &e) != 0 ||
	    jsonin_known(entry, names, COUNT(names), true, &e) != 0)
		return entry_failed(err, &e, &at);
	if (entry_list(base, r, entry, "baseCRL", "", path, err) != 0 ||
	    entry_list(delta, r, entry, "deltaCRL", "#delta", path, err) != 0)
		return -1;
	if (*base == NULL) {
		err_set(err, REASON_CRL_MALFORMED, &at, "no member baseCRL");
		return -1;
	}
	if ((*base)->kind != REVFILE_CRL)
		return jsonin_fail(err, REASON_CRL_MALFORMED,
		    jsonin_get(entry, "baseCRL"), "delta list, want a base list");
	if (*delta != NULL && (*delta)->kind != REVFILE_DELTA)
		return jsonin_fail(err, REASON_CRL_MALFORMED,
		    jsonin_get(entry, "deltaCRL"), "base list, want a delta list");
	return 0;
}

int
revfile_cache(struct revfile **base, struct revfile **delta, const struct revreader *r,
    struct bytes text, const struct digest *url, struct str path, struct err *err)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct where at = { .file = path };
	struct limits limits = *r->limits;
	uint64_t most = limits.v[LIMIT_CRL_BYTES] / 3 * 4 + 4;
	struct err e;

	/* A list of the size that is allowed is one string, a third longer. */
	if (limits.v[LIMIT_JSON_STRING] < most)
		limits.v[LIMIT_JSON_STRING] = most;
	if (jsonin_parse(&doc, text, &limits, &at, &e) != 0)
		return entry_failed(err, &e, &at);
	if (entry_read(base, delta, r, jsonin_root(doc), path, err) != 0)
		return -1;
	(*base)->url = *url;
	(*base)->delta = *delta;
	if (*delta != NULL)
		(*delta)->url = *url;
	return 0;
}

/* --- for listings --- */

/* By the headers alone, so that a response that was cut off is still told as one. */
bool
revfile_is_ocsp(struct bytes text)
{
	struct cursor c = cursor_of(text);
	uint8_t first = cursor_u8(&c), length = cursor_u8(&c);

	if (length > 0x80)
		cursor_take(&c, length & 0x7f);
	return first == DER_SEQUENCE && cursor_u8(&c) == DER_ENUMERATED;
}

struct str
revfile_issuer(struct arena *mem, const struct revfile *f)
{
	struct bytes key;
	char *hex;

	if (f->kind != REVFILE_OCSP)
		return f->crl.issuer_text;
	if (f->ocsp.responder_name.len > 0)
		return dn_text(mem, f->ocsp.responder_name);
	key = f->ocsp.responder_key;
	hex = arena_alloc(mem, 2 * key.len + 1);
	hex_encode(hex, key);
	return arena_printf(mem, "key %s", hex);
}

struct str
revfile_detail(struct arena *mem, const struct err *e)
{
	if (e->pointer[0] != '\0')
		return arena_printf(mem, "%s: %s", e->pointer, e->text);
	if (e->offset != 0)
		return arena_printf(mem, "offset %" PRIu64 ": %s", e->offset, e->text);
	return arena_str(mem, str_of(e->text));
}

bool
revdata_future(struct when this_update, struct when time)
{
	return when_cmp(this_update, when_add_us(time, WHEN_SKEW_US)) > 0;
}

const char *
revfile_kind_name(enum revfile_kind k)
{
	switch (k) {
	case REVFILE_CRL:
		return "crl";
	case REVFILE_DELTA:
		return "delta-crl";
	case REVFILE_OCSP:
		return "ocsp";
	}
	return "";
}

static void
newest(struct when *out, bool *has, struct when w)
{
	if (!*has || when_cmp(*out, w) < 0)
		*out = w;
	*has = true;
}

void
revfile_times(const struct revfile *f, struct when *this_update, struct when *next_update,
    bool *has_next)
{
	bool has_this = false;

	*this_update = *next_update = (struct when){ 0 };
	*has_next = false;
	if (f->kind != REVFILE_OCSP) {
		*this_update = f->crl.this_update;
		*next_update = f->crl.next_update;
		*has_next = f->crl.has_next_update;
		return;
	}
	for (size_t i = 0; i < f->ocsp.single_count; i++) {
		const struct ocsp_single *s = &f->ocsp.singles[i];

		newest(this_update, &has_this, s->this_update);
		if (s->has_next_update)
			newest(next_update, has_next, s->next_update);
	}
}
