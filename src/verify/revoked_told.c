/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the revocation of a certificate: in words for people, as data for the record. */
#include "codec/hex.h"
#include "codec/jsonout.h"
#include "verify/revoked_parts.h"

enum { DATA_MOST = 4 << 20 };

/* --- words ------------------------------------------------------------------------- */

static struct str
show(struct arena *mem, struct when w)
{
	char text[WHEN_TEXT];

	when_format(text, w);
	return arena_str(mem, str_of(text));
}

/* "crl/root.crl (number 05, of 2026-05-01T00:00:00Z until 2026-06-01T00:00:00Z)" */
static struct str
source_text(struct arena *mem, const struct revoked_source *s)
{
	struct str number = STR_NONE, until = STR("");

	if (s->file->kind != REVFILE_OCSP)
		number = crl_number_text(mem, s->file->crl.number);
	if (s->has_next_update)
		until =
		    arena_printf(mem, " until %.*s", STR_ARG(show(mem, s->next_update)));
	return arena_printf(mem, "%.*s (%s%.*s%sof %.*s%.*s)", STR_ARG(s->file->path),
	    number.len > 0 ? "number " : "", STR_ARG(number), number.len > 0 ? ", " : "",
	    STR_ARG(show(mem, s->this_update)), STR_ARG(until));
}

/*
 * What to bring along, so that the answer can be given: whose, and where it is
 * published.
 */
static struct str
wanted(struct arena *mem, const struct cert *cert, const struct revoked_answer *a)
{
	const struct cert_info *c = cert_info(cert);
	bool by_list = a->source.file != NULL && a->source.file->kind != REVFILE_OCSP;
	struct str url = by_list ? a->pointer : STR_NONE;
	const char *what = "the revocation list";

	if (a->reason == REASON_CRL_DELTA_MISSING)
		what = "the delta list";
	else if (url.len == 0 && c->crl_url_count > 0)
		url = c->crl_urls[0];
	else if (url.len == 0 && c->ocsp_url_count > 0)
		url = c->ocsp_urls[0];
	if (!c->has_crl && c->has_ocsp)
		what = "an OCSP answer or the revocation list";
	return arena_printf(mem, "bring %s of %.*s%s%.*s%s", what,
	    STR_ARG(cert_issuer_text(cert)), url.len > 0 ? " (" : "", STR_ARG(url),
	    url.len > 0 ? ")" : "");
}

struct str
revoked_unknown_text(struct arena *mem, const struct revoker *r, const struct cert *cert,
    const struct revoked_answer *a)
{
	struct str bring = wanted(mem, cert, a), unusable = STR("");

	if (a->reason == REASON_LIMIT_ARTIFACT_CPU_HIT)
		return arena_printf(mem,
		    "%.*s: not all files were looked at, the processor time of the artifact is used up",
		    STR_ARG(cert_subject_text(cert)));
	if (a->source.file != NULL)
		return arena_printf(mem, "%.*s: %.*s %.*s%s; %.*s",
		    STR_ARG(cert_subject_text(cert)),
		    STR_ARG(source_text(mem, &a->source)), STR_ARG(a->why),
		    a->newer ? ", and is newer than what says good" : "",
		    STR_ARG(bring));
	if (a->problem != NULL)
		return arena_printf(mem, "%.*s: %.*s cannot be used: %.*s; %.*s",
		    STR_ARG(cert_subject_text(cert)), STR_ARG(a->problem->path),
		    STR_ARG(a->problem->detail), STR_ARG(bring));
	if (r != NULL && r->data->problem_count > 0)
		unusable = arena_printf(
		    mem, " (%zu files cannot be used)", r->data->problem_count);
	return arena_printf(mem, "no revocation data for %.*s%.*s; %.*s",
	    STR_ARG(cert_subject_text(cert)), STR_ARG(unusable), STR_ARG(bring));
}

struct str
revoked_bad_text(
    struct arena *mem, const struct cert *cert, const struct revoked_answer *a)
{
	struct str but = STR("");

	if (a->why.len > 0)
		but = arena_printf(mem,
		    ", which %.*s; but nothing that says good is newer", STR_ARG(a->why));
	return arena_printf(mem, "%.*s was revoked at %.*s (%s), says %.*s%.*s",
	    STR_ARG(cert_subject_text(cert)), STR_ARG(show(mem, a->revoked_at)),
	    crl_reason_name(a->revocation_reason), STR_ARG(source_text(mem, &a->source)),
	    STR_ARG(but));
}

/* --- data -------------------------------------------------------------------------- */

static void
put_source(struct jsonout *out, struct arena *mem, const struct revoked_source *s)
{
	char digest[DIGEST_TEXT];

	digest_format(digest, &s->file->sha256);
	jsonout_str(out, "file", s->file->path);
	jsonout_text(out, "sha256", digest);
	if (s->file->kind != REVFILE_OCSP && s->file->crl.number.ptr != NULL)
		jsonout_str(out, "number", crl_number_text(mem, s->file->crl.number));
	jsonout_when(out, "this_update", s->this_update);
	if (s->has_next_update)
		jsonout_when(out, "next_update", s->next_update);
}

static void
put_more(struct jsonout *out, struct arena *mem, const char *key,
    const struct revoked_source *s)
{
	if (s->file == NULL)
		return;
	jsonout_object_begin(out, key);
	put_source(out, mem, s);
	jsonout_object_end(out);
}

static const char *
method(const struct cert_info *c, const struct revoked_answer *a)
{
	if (a->source.file != NULL)
		return a->source.file->kind == REVFILE_OCSP ? "ocsp" : "crl";
	if (!revoked_pointed(c))
		return "none";
	return c->has_ocsp ? "ocsp" : "crl";
}

static const char *
result_name(const struct cert_info *c, const struct revoked_answer *a)
{
	switch (a->result) {
	case REVOCATION_GOOD:
		return a->source.file == NULL && !revoked_pointed(c) ? "non-revokable"
								      : "good";
	case REVOCATION_UNKNOWN:
		return "unknown";
	case REVOCATION_REVOKED:
		return "revoked";
	}
	return "unknown";
}

static struct str
pointer_of(const struct cert_info *c, const struct revoked_answer *a)
{
	if (a->pointer.len > 0)
		return a->pointer;
	if (c->crl_url_count > 0)
		return c->crl_urls[0];
	return c->ocsp_url_count > 0 ? c->ocsp_urls[0] : STR("");
}

static void
put_notes(struct jsonout *out, const struct revoked_answer *a)
{
	const struct revoked_notes *notes = &a->notes;
	char digest[DIGEST_TEXT];

	if (notes->n == 0)
		return;
	jsonout_array_begin(out, "notes");
	for (size_t i = 0; i < notes->n; i++) {
		const struct revoked_note *n = &notes->v[i];

		digest_format(digest, &n->file->sha256);
		jsonout_object_begin(out, NULL);
		jsonout_str(out, "file", n->file->path);
		jsonout_text(out, "sha256", digest);
		jsonout_text(out, "reason", reason_code(n->reason));
		jsonout_str(out, "message", n->text);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
	if (notes->more > 0)
		jsonout_u64(out, "more_notes", notes->more);
}

static void
put_certificate(struct jsonout *out, struct arena *mem, const struct cert *cert,
    const struct revoked_answer *a)
{
	const struct cert_info *c = cert_info(cert);
	char *serial = arena_alloc(mem, c->serial.len * 2 + 1);

	hex_encode(serial, c->serial);
	jsonout_object_begin(out, NULL);
	jsonout_str(out, "subject", cert_subject_text(cert));
	jsonout_str(out, "serial", str_of(serial));
	jsonout_text(out, "method", method(c, a));
	jsonout_text(out, "result", result_name(c, a));
	if (a->reason != REASON_NONE)
		jsonout_text(out, "reason", reason_code(a->reason));
	if (a->problem != NULL)
		jsonout_str(out, "unusable_file", a->problem->path);
	if (a->source.file != NULL)
		put_source(out, mem, &a->source);
	put_more(out, mem, "delta", &a->delta);
	put_more(out, mem, "responder_crl", &a->responder);
	if (a->why.len > 0)
		jsonout_str(out, "why", a->why);
	if (a->result == REVOCATION_REVOKED) {
		jsonout_when(out, "revoked_at", a->revoked_at);
		jsonout_text(
		    out, "revocation_reason", crl_reason_name(a->revocation_reason));
	}
	if (pointer_of(c, a).len > 0)
		jsonout_str(out, "pointer", pointer_of(c, a));
	put_notes(out, a);
	jsonout_object_end(out);
}

struct str
revoked_good_text(struct arena *mem, const struct revoked_tally *t)
{
	struct str notes = STR("");

	if (t->oldest == NULL)
		return STR("no certificate names revocation data");
	if (t->notes > 0)
		notes = arena_printf(mem, "; %zu file%s passed over or noted",
		    t->notes, t->notes == 1 ? "" : "s");
	return arena_printf(mem,
	    "%zu certificate%s asked, none revoked; oldest data of %.*s%.*s", t->asked,
	    t->asked == 1 ? "" : "s", STR_ARG(show(mem, t->oldest->this_update)),
	    STR_ARG(notes));
}

struct str
revoked_data(struct arena *mem, const struct chain *chain,
    const struct revoked_answer *answers, size_t count)
{
	AUTO(buf_clear) struct buf text = { .max = DATA_MOST };
	struct jsonout out;

	jsonout_init(&out, &text, NULL, NULL, false);
	jsonout_object_begin(&out, NULL);
	jsonout_array_begin(&out, "certificates");
	for (size_t i = 0; i < count; i++)
		put_certificate(&out, mem, chain->certs[i], &answers[i]);
	jsonout_array_end(&out);
	jsonout_object_end(&out);
	/* Too much to tell: an absent text, never half a document. */
	if (out.failed || text.full)
		return STR_NONE;
	return arena_str(mem, (struct str){ (const char *)text.ptr, text.len });
}
