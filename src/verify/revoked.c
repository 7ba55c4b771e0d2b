/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation of a chain: each certificate but the last is asked about, of OCSP responses
 * and of lists. In words and as data: revoked_told.c.
 */
#include "verify/revoked_parts.h"

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

bool
revoked_pointed(const struct cert_info *c)
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

void
revoked_news_take(struct revoked_news *kept, const struct revoked_news *n)
{
	if (n->source.file == NULL)
		return;
	if (kept->source.file == NULL ||
	    when_cmp(kept->source.this_update, n->source.this_update) < 0)
		*kept = *n;
}

static void
believe(struct revoked_answer *out)
{
	const struct revoked_news bad = out->bad;

	*out = (struct revoked_answer){ .result = REVOCATION_REVOKED,
		.reason = REASON_REVOCATION_REVOKED,
		.source = bad.source,
		.why = bad.why,
		.revoked_at = bad.revoked_at,
		.revocation_reason = bad.revocation_reason };
}

static void
doubt(struct revoked_answer *out)
{
	const struct revoked_news by = out->doubt;

	revoked_unknown(out);
	out->reason = by.reason;
	out->source = by.source;
	out->why = by.why;
	out->newer = true;
}

void
revoked_settle(struct revoked_answer *out)
{
	bool good = out->result == REVOCATION_GOOD;

	if (out->result == REVOCATION_REVOKED)
		return;
	if (out->bad.source.file != NULL &&
	    (!good || when_cmp(out->bad.source.this_update, out->as_of) >= 0))
		believe(out);
	else if (good && out->doubt.source.file != NULL &&
		 when_cmp(out->doubt.source.this_update, out->as_of) > 0)
		doubt(out);
}

void
revoked_note(const struct revoked_ask *ask, const struct revfile *file,
    enum reason reason, struct str text)
{
	struct revoked_notes *notes = ask->notes;

	if (notes == NULL)
		return;
	if (notes->v == NULL)
		notes->v = arena_array(ask->mem, REVOKED_NOTES_MOST, sizeof(*notes->v));
	if (notes->n == REVOKED_NOTES_MOST)
		notes->more++;
	else
		notes->v[notes->n++] = (struct revoked_note){ file, reason, text };
}

/*
 * Responses and lists are both asked: revoked by anything is revoked. What one says good is
 * as new as the other's news, or it does not count.
 */
static void
ask_both(struct revoked_answer *out, const struct revoked_ask *ask)
{
	struct revoked_answer ocsp, crl;

	revoked_by_ocsp(&ocsp, ask);
	revoked_by_crl(&crl, ask);
	*out = says_more(&crl, &ocsp) ? crl : ocsp;
	/* Of two that say good the newer one speaks for both. */
	if (ocsp.result == REVOCATION_GOOD && crl.result == REVOCATION_GOOD &&
	    when_cmp(crl.as_of, ocsp.as_of) > 0)
		out->as_of = crl.as_of;
	out->bad = out->doubt = (struct revoked_news){ .reason = REASON_NONE };
	revoked_news_take(&out->bad, &ocsp.bad);
	revoked_news_take(&out->bad, &crl.bad);
	revoked_news_take(&out->doubt, &ocsp.doubt);
	revoked_news_take(&out->doubt, &crl.doubt);
	revoked_settle(out);
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

bool
revoked_late(const struct revoked_ask *ask)
{
	if (!*ask->late && ask->budget != NULL)
		*ask->late = check_out_of_time(ask->budget);
	return *ask->late;
}

/* What was not looked at may say anything; it can lift a hold, but not what is for ever. */
static void
cut_short(struct revoked_answer *out)
{
	if (out->result == REVOCATION_REVOKED && out->revocation_reason != CRL_HOLD)
		return;
	revoked_unknown(out);
	out->reason = REASON_LIMIT_ARTIFACT_CPU_HIT;
}

/* --- the chain --------------------------------------------------------------------- */

/* True if files were left out as time was up. */
static bool
answer(struct revoked_answer *out, struct revoker *r, struct arena *mem,
    const struct revoked_question *q, size_t at)
{
	bool late = false;
	struct revoked_notes notes = { .v = NULL };
	struct revoked_ask ask = { .r = r,
		.mem = mem,
		.cert = q->chain->certs[at],
		.issuer = q->chain->certs[at + 1],
		.time = q->time,
		.time_chosen = q->time_chosen,
		.notes = &notes,
		.budget = q->budget,
		.late = &late,
		.has_signing_time = q->has_signing_time,
		.signing_time = q->signing_time };

	revoked_unknown(out);
	if (r != NULL)
		ask_both(out, &ask);
	if (r != NULL && out->reason == REASON_REVOCATION_NO_DATA)
		blame(out, &ask);
	/* Nobody can be asked: only a proof of revocation counts. */
	if (!revoked_pointed(cert_info(ask.cert)) && out->result != REVOCATION_REVOKED)
		*out = (struct revoked_answer){ .result = REVOCATION_GOOD };
	if (late)
		cut_short(out);
	out->notes = notes;
	return late;
}

static void
tally_take(struct revoked_tally *t, const struct cert_info *c, const struct revoked_answer *a)
{
	const struct revoked_source *s = &a->source;

	t->notes += a->notes.n + a->notes.more;
	if (!revoked_pointed(c) && a->result == REVOCATION_GOOD)
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
	text = a->result == REVOCATION_REVOKED ? revoked_bad_text(mem, cert, a)
					       : revoked_unknown_text(mem, r, cert, a);
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

void
revoked_chain(struct revoked_result *result, struct revoker *r, struct arena *mem,
    const struct revoked_question *q)
{
	size_t count = q->chain->count > 0 ? q->chain->count - 1 : 0;
	struct revoked_answer *answers = arena_array(mem, count, sizeof(*answers));
	struct revoked_tally tally = { .asked = 0 };

	*result = (struct revoked_result){ .result = REVOCATION_GOOD };
	for (size_t i = 0; i < count; i++) {
		const struct cert *cert = q->chain->certs[i];

		if (answer(&answers[i], r, mem, q, i))
			result->late = true;
		tally_take(&tally, cert_info(cert), &answers[i]);
		worsen(result, mem, r, cert, &answers[i], i);
	}
	result->asked = tally.asked > 0;
	if (result->result == REVOCATION_GOOD)
		result->detail = revoked_good_text(mem, &tally);
	result->data = revoked_data(mem, q->chain, answers, count);
}
