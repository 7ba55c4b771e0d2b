/* SPDX-License-Identifier: Apache-2.0 */
/* One signature in full. */
#include "cli/show_signature.h"

#include <stdio.h>

#include "cli/sigcontent.h"
#include "cli/view.h"
#include "codec/text.h"
#include "report/out.h"

#define VALUE_LEAST 30 /* columns of a sentence; where there are fewer, none is broken */

/* --- what is there --- */

const struct signature_record *
show_signature_record(const struct shown_signature *s)
{
	static const struct signature_record none = { .state = SIGNATURE_ERROR };

	return s->parsed->signatures.n == 0 ? &none : &s->parsed->signatures.v[0];
}

const struct step *
show_signature_fault(const struct shown_signature *s)
{
	for (size_t i = 0; i < s->parsed->steps.n; i++)
		if (s->parsed->steps.v[i].reason != REASON_NONE)
			return &s->parsed->steps.v[i];
	return NULL;
}

/* False: there is no document, or none that can be shown. */
static bool
content_of(struct sigcontent *out, struct arena *mem, const struct shown_signature *s)
{
	for (size_t i = 0; i < s->parsed->steps.n; i++) {
		struct str data = s->parsed->steps.v[i].data;

		if (data.ptr != NULL)
			return sigcontent_read(out, mem, str_bytes(data), s->limits);
	}
	return false;
}

const char *
show_signature_word(const struct verdict *judged, struct str manifest_digest)
{
	/* Worst first. */
	static const enum signature_state order[] = { SIGNATURE_INVALID, SIGNATURE_ERROR,
		SIGNATURE_SKIPPED, SIGNATURE_VALID };

	for (size_t k = 0; k < COUNT(order); k++)
		for (size_t i = 0; judged != NULL && i < judged->signatures.n; i++)
			if (judged->signatures.v[i].state == order[k] &&
			    str_equal(
				judged->signatures.v[i].manifest_digest, manifest_digest))
				return signature_state_name(order[k]);
	if (judged != NULL && judged->reason == REASON_POLICY_LEVEL_SKIP)
		return signature_state_name(SIGNATURE_SKIPPED);
	return "not judged";
}

/* --- sentences --- */

/* As much as fits in `room` columns, whole words, one at least. */
static size_t
fitting(struct str text, size_t room)
{
	size_t end = 0;

	if (room == SIZE_MAX)
		return text.len;
	for (size_t at = 1; at <= text.len; at++) {
		if (at < text.len && text.ptr[at] != ' ')
			continue;
		if (end > 0 && text_width(str_upto(text, at)) > room)
			break;
		end = at;
	}
	return end;
}

/* A reason and its sentence; on a terminal broken between words, never within one. */
static void
put_sentence(
    struct doc *d, const char *label, enum reason reason, struct str text, unsigned width)
{
	AUTO(buf_clear) struct buf line = { .max = (size_t)1 << 20 };
	size_t room = SIZE_MAX;
	struct str rest;

	if (width >= DOC_COLUMN + VALUE_LEAST)
		room = width - DOC_COLUMN;
	buf_printf(&line, "%s%s", reason_code(reason), text.len > 0 ? ": " : "");
	text_show(&line, str_bytes(text));
	rest = (struct str){ (const char *)line.ptr, line.len };
	if (!doc_label(d, label))
		return;
	for (;;) {
		size_t end = fitting(rest, room);

		printf("%.*s\n", (int)end, rest.ptr);
		if (end + 1 >= rest.len)
			return;
		rest = str_from(rest, end + 1);
		printf("%*s", DOC_COLUMN, "");
	}
}

/* --- what it says of itself --- */

/* Names come from the signer: they stand where labels stand, escaped. */
static void
put_pairs(struct doc *d, const char *name, const struct sigpairs *pairs, bool criticals)
{
	doc_array(d, name);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct sigpair *p = &pairs->v[i];
		AUTO(buf_clear) struct buf label = { .max = (size_t)1 << 20 };

		text_show(&label, str_bytes(p->name));
		doc_object(d, NULL);
		doc_str(d, "name", NULL, p->name);
		doc_str(d, "value", NULL, p->value);
		if (criticals)
			doc_bool(d, "critical", NULL, p->critical);
		doc_object_end(d);
		if (doc_label(d, buf_cstr(&label))) {
			view_print(p->value);
			puts(p->critical ? "  (critical)" : "");
		}
	}
	doc_array_end(d);
}

static void
put_attributes(struct doc *d, const struct sigcontent *c)
{
	doc_object(d, "signed_attributes");
	doc_title(d, "signed attributes");
	doc_opt(d, "content_type", "content type", c->content_type);
	doc_opt(d, "signing_scheme", "signing scheme", c->signing_scheme);
	doc_opt(d, "signing_time", "signing time", c->signing_time);
	doc_opt(d, "expiry", "expiry", c->expiry);
	doc_opt(d, "verification_plugin", "plug-in", c->plugin);
	doc_opt(d, "verification_plugin_min_version", "plug-in version",
	    c->plugin_min_version);
	put_pairs(d, "extended", &c->extended, true);
	doc_back(d);
	doc_object_end(d);
}

static void
put_metadata(struct doc *d, const struct sigcontent *c)
{
	if (c->metadata.n == 0)
		doc_word(d, NULL, "user metadata", "(empty)");
	else
		doc_title(d, "user metadata");
	if (c->has_payload)
		put_pairs(d, "user_metadata", &c->metadata, false);
	if (c->metadata.n > 0)
		doc_back(d);
}

static void
put_artifact(struct doc *d, const struct sigcontent *c)
{
	if (!c->has_payload)
		return;
	doc_object(d, "signed_artifact");
	doc_title(d, "signed artifact");
	doc_str(d, "media_type", "media type", c->media_type);
	doc_str(d, "digest", "digest", c->digest);
	doc_u64(d, "size", "size", c->size);
	doc_back(d);
	doc_object_end(d);
}

static void
put_cert_facts(struct doc *d, const struct sigcert *c)
{
	doc_str(d, "subject", "issued to", c->subject);
	doc_str(d, "issuer", "issued by", c->issuer);
	if (doc_label(d, "valid")) {
		view_print(c->not_before);
		view_text(" to ", c->not_after);
	}
	doc_str(d, "serial", "serial", c->serial);
	doc_str(d, "not_before", NULL, c->not_before);
	doc_str(d, "not_after", NULL, c->not_after);
	if (doc_label(d, "key")) {
		view_print(c->key_alg);
		if (out_key_open(c->key_alg))
			printf(" %llu", (unsigned long long)c->key_bits);
		view_text(", signed with ", c->sig_alg);
	}
	doc_str(d, "key_alg", NULL, c->key_alg);
	doc_u64(d, "key_bits", NULL, c->key_bits);
	doc_str(d, "sig_alg", NULL, c->sig_alg);
	doc_bool(d, "is_ca", NULL, c->is_ca);
}

static void
put_cert(struct doc *d, const struct sigcert *c, bool of_token)
{
	doc_object(d, NULL);
	doc_str(d, "sha256", NULL, c->sha256);
	if (!d->json) {
		printf("%*s", d->indent, "");
		view_print(c->sha256);
		puts(c->signer ? "  (signer of the token)" : "");
	}
	d->indent += 2;
	if (c->reason.ptr != NULL) {
		doc_str(d, "reason", "unusable", c->reason);
	} else {
		put_cert_facts(d, c);
		if (of_token)
			doc_bool(d, "signer", NULL, c->signer);
	}
	d->indent -= 2;
	doc_object_end(d);
}

static void
put_certs(struct doc *d, const struct sigcerts *certs, bool of_token)
{
	if (certs->n > 0)
		doc_title(d, "certificates");
	doc_array(d, "certificates");
	for (size_t i = 0; i < certs->n; i++)
		put_cert(d, &certs->v[i], of_token);
	doc_array_end(d);
	if (certs->n > 0)
		doc_back(d);
}

/* In the largest unit that holds it whole. */
static void
put_accuracy(struct doc *d, uint64_t us)
{
	const char *unit = us % 1000000 == 0 ? "s" : us % 1000 == 0 ? "ms" : "us";
	uint64_t n = us % 1000000 == 0 ? us / 1000000 : us % 1000 == 0 ? us / 1000 : us;

	if (doc_label(d, "accuracy"))
		printf("%llu %s\n", (unsigned long long)n, unit);
}

static void
put_token_facts(struct doc *d, const struct sigtoken *t)
{
	doc_str(d, "time", "time", t->time);
	put_accuracy(d, t->accuracy_us);
	if (doc_label(d, "window")) {
		view_print(t->lower);
		view_text(" to ", t->upper);
	}
	doc_str(d, "lower", NULL, t->lower);
	doc_str(d, "upper", NULL, t->upper);
	doc_u64(d, "accuracy_us", NULL, t->accuracy_us);
	doc_str(d, "policy", "policy", t->policy);
	doc_str(d, "serial", "serial", t->serial);
	if (doc_label(d, "imprint")) {
		view_print(t->imprint_algorithm);
		view_text(":", t->imprint);
	}
	doc_str(d, "imprint_algorithm", NULL, t->imprint_algorithm);
	doc_str(d, "imprint", NULL, t->imprint);
	doc_opt(d, "signing_time", "signing time", t->signing_time);
	put_certs(d, &t->certs, true);
}

static void
put_token(struct doc *d, const struct sigtoken *t)
{
	if (!t->there)
		return;
	doc_object(d, "timestamp");
	doc_title(d, "time stamp");
	if (t->reason.ptr == NULL) {
		put_token_facts(d, t);
	} else {
		doc_str(d, "reason", NULL, t->reason);
		doc_str(d, "detail", NULL, t->detail);
		if (doc_label(d, "error")) {
			view_print(t->reason);
			view_text(": ", t->detail);
		}
	}
	doc_back(d);
	doc_object_end(d);
}

static void
put_unsigned(struct doc *d, const struct sigcontent *c)
{
	doc_object(d, "unsigned_attributes");
	if (c->agent.ptr != NULL || c->token.there) {
		doc_title(d, "unsigned attributes");
		doc_opt(d, "signing_agent", "signing agent", c->agent);
		put_token(d, &c->token);
		doc_back(d);
	}
	doc_object_end(d);
}

/* People read first what is signed, and what is not last. */
static void
put_content(struct doc *d, const struct sigcontent *c)
{
	if (!d->json)
		put_artifact(d, c);
	put_attributes(d, c);
	put_metadata(d, c);
	if (d->json) {
		put_artifact(d, c);
		put_unsigned(d, c);
	}
	put_certs(d, &c->certs, false);
	if (!d->json)
		put_unsigned(d, c);
}

/* --- what was judged --- */

static void
put_findings(struct doc *d, const struct verdict *v, int signature, unsigned width)
{
	doc_array(d, "findings");
	for (size_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.v[i];

		if (f->signature != signature)
			continue;
		doc_object(d, NULL);
		doc_reason(d, f->reason);
		doc_bool(d, "blocking", NULL, f->blocking);
		doc_str(d, "message", NULL, f->message);
		doc_object_end(d);
		put_sentence(d, f->blocking ? "" : "(does not block)", f->reason,
		    f->message, width);
	}
	doc_array_end(d);
}

void
show_word(const char *word, bool color)
{
	static const struct {
		const char *word, *code;
	} rows[] = { { "Compliant", "32" }, { "valid", "32" }, { "NonCompliant", "1;31" },
		{ "invalid", "1;31" }, { "Error", "35" }, { "error", "35" },
		{ "Unknown", "33" }, { "Exempt", "36" } };
	const char *code = "2";

	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(word, rows[i].word) == 0)
			code = rows[i].code;
	if (color)
		printf("\x1b[%sm%s\x1b[0m", code, word);
	else
		fputs(word, stdout);
}

/* False: the verdict does not say anything of this signature. */
static bool
put_judged(struct doc *d, const struct shown_signature *s)
{
	struct str digest = show_signature_record(s)->manifest_digest;
	const struct verdict *v = s->judged;
	const char *word = show_signature_word(v, digest);
	bool any = false;

	doc_word(d, "verdict", NULL, word);
	doc_array(d, "judged");
	for (size_t i = 0; i < v->signatures.n; i++) {
		const struct signature_record *r = &v->signatures.v[i];

		if (!str_equal(r->manifest_digest, digest))
			continue;
		any = true;
		doc_object(d, NULL);
		doc_word(d, "state", NULL, signature_state_name(r->state));
		doc_str(d, "trust_store", NULL, r->trust_store);
		if (doc_label(d, "verdict")) {
			show_word(signature_state_name(r->state), s->style.color);
			view_text(r->trust_store.len > 0 ? ", anchored in " : "",
			    r->trust_store);
		}
		put_findings(d, v, (int)i, s->style.width);
		doc_object_end(d);
	}
	doc_array_end(d);
	if (!any)
		doc_word(d, NULL, "verdict", word);
	return any;
}

static void
verdict_line(struct doc *d, const struct verdict *v, const struct show_style *style)
{
	if (!doc_label(d, "verdict"))
		return;
	show_word(state_name(v->state), style->color);
	if (v->reason != REASON_NONE)
		printf(": %s", reason_code(v->reason));
	if (v->statement.ptr != NULL) {
		fputs(", by statement ", stdout);
		view_print(v->statement);
		printf(" (%s)", level_name(v->level));
	}
	putchar('\n');
}

void
show_verdict(struct doc *d, const struct verdict *v, const struct show_style *style)
{
	doc_object(d, "verdict");
	doc_word(d, "state", NULL, state_name(v->state));
	doc_reason(d, v->reason);
	doc_str(d, "statement", NULL, v->statement);
	doc_word(d, "level", NULL, level_name(v->level));
	verdict_line(d, v, style);
	put_findings(d, v, -1, style->width);
	doc_object_end(d);
}

static void
put_fault(struct doc *d, const struct step *fault, bool told, unsigned width)
{
	doc_reason(d, fault->reason);
	doc_str(d, "detail", NULL, fault->detail);
	/* A verdict has said it already. */
	if (!told)
		put_sentence(d, "cannot be read", fault->reason, fault->detail, width);
}

void
show_signature(struct doc *d, const struct shown_signature *s)
{
	const struct signature_record *r = show_signature_record(s);
	const struct step *fault = show_signature_fault(s);
	struct sigcontent content;
	struct arena mem;
	bool readable, told;

	arena_init(&mem, 0);
	readable = content_of(&content, &mem, s);
	if (r->manifest_digest.len > 0)
		doc_str(d, "digest", NULL, r->manifest_digest);
	told = s->judged != NULL && put_judged(d, s);
	if (fault != NULL)
		put_fault(d, fault, told, s->style.width);
	else if (!readable)
		doc_word(d, NULL, "content", "(too long to be shown)");
	doc_str(d, "algorithm", "signature algorithm", r->algorithm);
	doc_str(d, "envelope_type", "envelope type", r->envelope_type);
	doc_digest(d, "envelope_digest", "envelope", &r->envelope_digest);
	doc_word(d, "format", NULL, signature_format_name(r->format));
	if (readable)
		put_content(d, &content);
	arena_clear(&mem);
}
