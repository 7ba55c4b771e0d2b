/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation of a chain: each certificate but the last is asked about, first of OCSP
 * responses, then of lists; what came out is told in words and as data.
 */
#include "codec/hex.h"
#include "codec/jsonout.h"
#include "verify/revoked_parts.h"

enum { DATA_MOST = 4 << 20 };

/* --- one certificate --------------------------------------------------------------- */

/*
 * When nothing proves anything, the reason that tells the most is given: first what is
 * nearest to an answer (only the age is wrong, only a part is missing), last what is of
 * somebody else. A reason of a list goes before the same one of a response, because a
 * list also answers where no responder does.
 */
static const enum reason telling[] = { REASON_CRL_STALE, REASON_OCSP_STALE,
	REASON_CRL_DELTA_MISSING, REASON_OCSP_UNKNOWN, REASON_OCSP_RESPONDER_UNCHECKED,
	REASON_CRL_SCOPE, REASON_CRL_ENTRY, REASON_CRL_NOT_YET_VALID,
	REASON_OCSP_NOT_YET_VALID, REASON_CRL_NO_NEXT_UPDATE, REASON_OCSP_NO_NEXT_UPDATE,
	REASON_CRL_UNSUPPORTED, REASON_OCSP_UNSUPPORTED, REASON_OCSP_RESPONDER,
	REASON_CRL_BAD_SIGNATURE, REASON_OCSP_BAD_SIGNATURE, REASON_REVOCATION_NO_DATA };

static size_t
rank(enum reason reason)
{
	size_t i = 0;

	while (i < COUNT(telling) && telling[i] != reason)
		i++;
	return i;
}

void
revoked_unknown(struct revoked_answer *out)
{
	*out = (struct revoked_answer){ .result = REVOCATION_UNKNOWN,
		.reason = REASON_REVOCATION_NO_DATA };
}

/* Of several files with the same fault the newest is named. */
bool
revoked_tell(struct revoked_answer *out, enum reason reason, struct revoked_source source)
{
	size_t have = rank(out->reason), want = rank(reason);

	if (out->result != REVOCATION_UNKNOWN || want > have)
		return false;
	if (want == have && when_cmp(source.this_update, out->source.this_update) <= 0)
		return false;
	out->reason = reason;
	out->source = source;
	return true;
}

/* Names at least one place to ask; freshestCRL alone is one, too. */
static bool
points_somewhere(const struct cert_info *c)
{
	return c->has_ocsp || c->has_crl || c->has_freshest;
}

/* Revoked says more than good, good more than unknown, and of unknowns one tells more. */
static bool
says_more(const struct revoked_answer *a, const struct revoked_answer *b)
{
	if (a->result == b->result)
		return a->result == REVOCATION_UNKNOWN && rank(a->reason) < rank(b->reason);
	return a->result == REVOCATION_REVOKED || b->result == REVOCATION_UNKNOWN;
}

/*
 * Good, but of a time before that of a hold, or of words that cannot be used: overtaken,
 * though the newer file proves nothing either.
 */
static bool
overtaken(const struct revoked_answer *good, const struct revoked_answer *other)
{
	return good->result == REVOCATION_GOOD && other->doubt.file != NULL &&
	       when_cmp(other->doubt.this_update, good->source.this_update) > 0;
}

static void
doubt(struct revoked_answer *out, const struct revoked_source *by)
{
	bool list = by->file->kind != REVFILE_OCSP;
	enum reason reason = REASON_OCSP_STALE;

	if (list)
		reason =
		    by->file->crl.unknown_critical ? REASON_CRL_ENTRY : REASON_CRL_STALE;
	else if (!by->has_next_update)
		reason = REASON_OCSP_NO_NEXT_UPDATE;
	revoked_unknown(out);
	out->reason = reason;
	out->source = *by;
	out->why = STR(
	    "names the certificate, cannot be used, and is newer than what says good");
}

/* Responses and lists are both asked: revoked by anything is revoked. */
static void
ask_both(struct revoked_answer *out, const struct revoked_ask *ask)
{
	struct revoked_answer ocsp, crl;

	revoked_by_ocsp(&ocsp, ask);
	revoked_by_crl(&crl, ask);
	*out = says_more(&crl, &ocsp) ? crl : ocsp;
	if (overtaken(out, &ocsp))
		doubt(out, &ocsp.doubt);
	else if (overtaken(out, &crl))
		doubt(out, &crl.doubt);
}

/*
 * Nothing is about the certificate; a file that by its URL should have been says what is
 * wrong with it. The first one by path: the order never changes the answer.
 */
static void
blame(struct revoked_answer *out, const struct revoked_ask *ask)
{
	const struct cert_info *c = cert_info(ask->cert);
	const struct revdata *d = ask->r->data;
	const struct digest *urls = NULL;

	for (size_t i = 0; i < d->problem_count; i++) {
		const struct revproblem *p = &d->problems[i];

		if (p->url.alg == DIGEST_NONE)
			continue;
		if (urls == NULL)
			urls = revoked_urls(ask);
		for (size_t k = 0; k < c->crl_url_count; k++) {
			if (!digest_equal(&urls[k], &p->url))
				continue;
			out->problem = p;
			out->reason = p->reason;
			return;
		}
	}
}

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

static struct str
unknown_text(struct arena *mem, const struct revoker *r, const struct cert *cert,
    const struct revoked_answer *a)
{
	struct str bring = wanted(mem, cert, a), unusable = STR("");

	if (a->source.file != NULL)
		return arena_printf(mem, "%.*s: %.*s %.*s; %.*s",
		    STR_ARG(cert_subject_text(cert)),
		    STR_ARG(source_text(mem, &a->source)), STR_ARG(a->why),
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

static struct str
revoked_text(struct arena *mem, const struct cert *cert, const struct revoked_answer *a)
{
	return arena_printf(mem, "%.*s was revoked at %.*s (%s), says %.*s",
	    STR_ARG(cert_subject_text(cert)), STR_ARG(show(mem, a->revoked_at)),
	    crl_reason_name(a->revocation_reason), STR_ARG(source_text(mem, &a->source)));
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
	if (!points_somewhere(c))
		return "none";
	return c->has_ocsp ? "ocsp" : "crl";
}

static const char *
result_name(const struct cert_info *c, const struct revoked_answer *a)
{
	switch (a->result) {
	case REVOCATION_GOOD:
		return a->source.file == NULL && !points_somewhere(c) ? "non-revokable"
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
		jsonout_text(out, "code", reason_code(a->reason));
	if (a->problem != NULL)
		jsonout_str(out, "unusable_file", a->problem->path);
	if (a->source.file != NULL)
		put_source(out, mem, &a->source);
	put_more(out, mem, "delta", &a->delta);
	put_more(out, mem, "responder_crl", &a->responder);
	if (a->result == REVOCATION_REVOKED) {
		jsonout_when(out, "revoked_at", a->revoked_at);
		jsonout_text(
		    out, "revocation_reason", crl_reason_name(a->revocation_reason));
	}
	if (pointer_of(c, a).len > 0)
		jsonout_str(out, "pointer", pointer_of(c, a));
	jsonout_object_end(out);
}

/* --- the chain --------------------------------------------------------------------- */

struct tally {
	size_t asked;
	const struct revoked_source *oldest;
};

static void
answer(struct revoked_answer *out, struct revoker *r, struct arena *mem,
    const struct revoked_question *q, size_t at)
{
	struct revoked_ask ask = { .r = r,
		.mem = mem,
		.cert = q->chain->certs[at],
		.issuer = q->chain->certs[at + 1],
		.time = q->time,
		.has_signing_time = q->has_signing_time,
		.signing_time = q->signing_time };

	revoked_unknown(out);
	if (r != NULL)
		ask_both(out, &ask);
	if (r != NULL && out->reason == REASON_REVOCATION_NO_DATA)
		blame(out, &ask);
	/* Nobody can be asked: only a proof of revocation counts. */
	if (!points_somewhere(cert_info(ask.cert)) && out->result != REVOCATION_REVOKED)
		*out = (struct revoked_answer){ .result = REVOCATION_GOOD };
}

static void
tally_take(struct tally *t, const struct cert_info *c, const struct revoked_answer *a)
{
	const struct revoked_source *s = &a->source;

	if (!points_somewhere(c) && a->result == REVOCATION_GOOD)
		return;
	t->asked++;
	if (a->result == REVOCATION_GOOD &&
	    (t->oldest == NULL || when_cmp(s->this_update, t->oldest->this_update) < 0))
		t->oldest = s;
}

/*
 * The first revoked certificate; else the first unknown one, and behind it all that is
 * missing.
 */
static void
worsen(struct revoked_result *out, struct arena *mem, const struct revoker *r,
    const struct cert *cert, const struct revoked_answer *a, size_t at)
{
	struct str text;

	if (a->result == REVOCATION_GOOD || a->result < out->result ||
	    out->result == REVOCATION_REVOKED)
		return;
	text = a->result == REVOCATION_REVOKED ? revoked_text(mem, cert, a)
					       : unknown_text(mem, r, cert, a);
	if (a->result == out->result) {
		out->detail =
		    arena_printf(mem, "%.*s; %.*s", STR_ARG(out->detail), STR_ARG(text));
		return;
	}
	out->result = a->result;
	out->reason = a->reason;
	out->at = at;
	out->detail = text;
}

static struct str
good_text(struct arena *mem, const struct tally *t)
{
	if (t->oldest == NULL)
		return STR("no certificate names revocation data");
	return arena_printf(mem,
	    "%zu certificate%s asked, none revoked; oldest data of %.*s", t->asked,
	    t->asked == 1 ? "" : "s", STR_ARG(show(mem, t->oldest->this_update)));
}

static struct str
data_text(struct arena *mem, const struct chain *chain,
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

void
revoked_chain(struct revoked_result *result, struct revoker *r, struct arena *mem,
    const struct revoked_question *q)
{
	size_t count = q->chain->count > 0 ? q->chain->count - 1 : 0;
	struct revoked_answer *answers = arena_array(mem, count, sizeof(*answers));
	struct tally tally = { .asked = 0 };

	*result = (struct revoked_result){ .result = REVOCATION_GOOD };
	for (size_t i = 0; i < count; i++) {
		const struct cert *cert = q->chain->certs[i];

		answer(&answers[i], r, mem, q, i);
		tally_take(&tally, cert_info(cert), &answers[i]);
		worsen(result, mem, r, cert, &answers[i], i);
	}
	result->asked = tally.asked > 0;
	if (result->result == REVOCATION_GOOD)
		result->detail = good_text(mem, &tally);
	result->data = data_text(mem, q->chain, answers, count);
}
