/* SPDX-License-Identifier: Apache-2.0 */
/* What a signature says of itself, as a JSON object for views. */
#include "verify/inspect.h"

#include "codec/hex.h"
#include "codec/jsonout.h"
#include "crypto/tst.h"
#include "verify/sigrecord.h"

/* A fraction without the zeros behind it: RFC 3339 section 5.6 allows any number of digits. */
static void
put_when(struct jsonout *out, const char *key, struct when w)
{
	char text[WHEN_TEXT];
	struct str s;

	when_format_us(text, w);
	s = str_of(text);
	if (str_find(s, '.') < s.len) {
		s.len--;
		while (text[s.len - 1] == '0')
			s.len--;
		text[s.len++] = 'Z';
	}
	jsonout_str(out, key, s);
}

/* --- what is signed --- */

static void
put_attributes(struct jsonout *out, const struct envelope *e)
{
	jsonout_object_begin(out, "signed_attributes");
	jsonout_str(out, "content_type", e->content_type);
	jsonout_text(out, "signing_scheme", envelope_scheme_name(e->scheme));
	put_when(out, "signing_time", e->signing_time);
	if (e->has_expiry)
		put_when(out, "expiry", e->expiry);
	if (e->has_plugin) {
		jsonout_str(out, "verification_plugin", e->plugin);
		if (e->plugin_min_version.ptr != NULL)
			jsonout_str(out, "verification_plugin_min_version",
			    e->plugin_min_version);
	}
	jsonout_array_begin(out, "extended");
	for (size_t i = 0; i < e->attr_count; i++) {
		jsonout_object_begin(out, NULL);
		jsonout_str(out, "name", e->attrs[i].name);
		jsonout_str(out, "value", e->attrs[i].text);
		jsonout_bool(out, "critical", e->attrs[i].critical);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
	jsonout_object_end(out);
}

static void
put_payload(struct jsonout *out, const struct payload *p)
{
	jsonout_array_begin(out, "user_metadata");
	for (size_t i = 0; i < p->meta_count; i++) {
		jsonout_object_begin(out, NULL);
		jsonout_str(out, "name", p->meta[i].key);
		jsonout_str(out, "value", p->meta[i].value);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
	jsonout_object_begin(out, "signed_artifact");
	jsonout_str(out, "media_type", p->media_type);
	jsonout_str(out, "digest", p->digest);
	jsonout_u64(out, "size", p->size);
	jsonout_object_end(out);
}

/* --- certificates --- */

struct shown { /* one list of certificates under way */
	struct jsonout *out;
	struct arena *mem;
	const struct verify_tools *tools;
	const struct tst *token; /* NULL: the signing chain */
};

/* RFC 5652 section 5.3: the token names its signer by issuer and serial number. */
static bool
signs(const struct tst *t, const struct cert *c)
{
	return bytes_equal(cert_info(c)->issuer_der, t->sid_issuer) &&
	       bytes_equal(cert_info(c)->serial, t->sid_serial);
}

static void
put_cert(const struct shown *s, const struct cert *c)
{
	struct cert_facts r;
	char sha256[DIGEST_TEXT];

	certfacts_of(&r, s->mem, c);
	digest_format(sha256, &r.sha256);
	jsonout_object_begin(s->out, NULL);
	jsonout_text(s->out, "sha256", sha256);
	jsonout_str(s->out, "subject", r.subject);
	jsonout_str(s->out, "issuer", r.issuer);
	jsonout_str(s->out, "serial", r.serial);
	put_when(s->out, "not_before", r.not_before);
	put_when(s->out, "not_after", r.not_after);
	jsonout_str(s->out, "key_alg", r.key_name);
	jsonout_u64(s->out, "key_bits", r.key_bits);
	jsonout_str(s->out, "sig_alg", r.signed_with);
	jsonout_bool(s->out, "is_ca", r.is_ca);
	if (s->token != NULL)
		jsonout_bool(s->out, "signer", signs(s->token, c));
	jsonout_object_end(s->out);
}

static void
put_unreadable(const struct shown *s, struct bytes der, enum reason why)
{
	char sha256[DIGEST_TEXT];
	struct digest d;

	hasher_of(s->tools->hasher, DIGEST_SHA256, der, &d);
	digest_format(sha256, &d);
	jsonout_object_begin(s->out, NULL);
	jsonout_text(s->out, "sha256", sha256);
	jsonout_text(s->out, "reason", reason_code(why));
	jsonout_object_end(s->out);
}

static void
put_certs(const struct shown *s, const struct bytes *ders, size_t count)
{
	const struct cert *c;
	struct err err;

	jsonout_array_begin(s->out, "certificates");
	for (size_t i = 0; i < count; i++)
		if (certs_get(&c, s->tools->certs, ders[i], NULL, &err) == 0)
			put_cert(s, c);
		else
			put_unreadable(s, ders[i], err.reason);
	jsonout_array_end(s->out);
}

/* --- what is not signed --- */

static void
put_token_parts(const struct shown *s)
{
	struct jsonout *out = s->out;
	const struct tst *t = s->token;
	char *imprint = arena_alloc(s->mem, t->imprint.len * 2 + 1);

	hex_encode(imprint, t->imprint);
	put_when(out, "time", t->time);
	put_when(out, "lower", t->lower);
	put_when(out, "upper", t->upper);
	jsonout_i64(out, "accuracy_us", t->accuracy_us);
	jsonout_str(out, "policy", t->policy);
	jsonout_str(out, "serial", t->serial);
	jsonout_text(out, "imprint_algorithm", digest_alg_name(t->imprint_alg));
	jsonout_text(out, "imprint", imprint);
	if (t->has_signing_time)
		put_when(out, "signing_time", t->signing_time);
	/* A SET OF has no order of its own (X.690 11.6): they stay as the token holds them. */
	put_certs(s, t->certs, t->cert_count);
}

/* A token that does not parse or stamps something else says nothing about this signature. */
static void
put_token(struct shown s, const struct envelope *e)
{
	struct err err;
	struct tst t;

	jsonout_object_begin(s.out, "timestamp");
	if (tst_parse(&t, s.mem, e->timestamp, s.tools->limits, NULL, &err) != 0) {
		jsonout_text(s.out, "reason", reason_code(err.reason));
		jsonout_text(s.out, "detail", err.text);
	} else if (tst_imprint(&t, s.tools->hasher, e->signature) != REASON_NONE) {
		jsonout_text(s.out, "reason", reason_code(REASON_TST_IMPRINT));
		jsonout_text(s.out, "detail", "imprint is not that of this signature");
	} else {
		s.token = &t;
		put_token_parts(&s);
	}
	jsonout_object_end(s.out);
}

static void
put_unsigned(const struct shown *s, const struct envelope *e)
{
	jsonout_object_begin(s->out, "unsigned_attributes");
	if (e->agent.ptr != NULL)
		jsonout_str(s->out, "signing_agent", e->agent);
	if (e->timestamp.len > 0)
		put_token(*s, e);
	jsonout_object_end(s->out);
}

struct str
inspect_json(struct arena *mem, const struct verify_tools *tools,
    const struct envelope *e, const struct payload *p)
{
	AUTO(buf_clear) struct buf text = { .max = (size_t)8 << 20 };
	struct jsonout out;
	struct shown s = { .out = &out, .mem = mem, .tools = tools };

	jsonout_init(&out, &text, NULL, NULL, false);
	jsonout_object_begin(&out, NULL);
	put_attributes(&out, e);
	if (p != NULL)
		put_payload(&out, p);
	put_unsigned(&s, e);
	put_certs(&s, e->certs, e->cert_count);
	jsonout_object_end(&out);
	/* Too much to show: an absent text, never half a document. */
	if (text.full)
		return STR_NONE;
	return arena_str(mem, (struct str){ (const char *)text.ptr, text.len });
}
