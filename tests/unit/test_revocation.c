/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private authority and a time-stamping authority whose certificates name revocation
 * data: what a strict policy says of their signatures with the data at hand, with each
 * defect of it, and at milder levels.
 */
#include "tests/lib/revstage.h"
#include "tests/lib/tap.h"

#define STORES "'ca:root','tsa:root','signingAuthority:root'"
#define URLS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static struct revstage s;
static struct judge strict, permissive, skip;
static struct forge_token token;

/* --- what is wrong ----------------------------------------------------------------- */

static struct forge_crl_entry
entry_of(enum rev_who who)
{
	return (struct forge_crl_entry){ .number = s.parts[who].serial,
		.reason = "keyCompromise" };
}

static void
nothing(enum rev_who who)
{
	revstage_others(&s, who, REV_CRL);
}

static void
list_stale(enum rev_who who)
{
	revstage_others(&s, who, REV_CRL);
	revstage_list(
	    &s, who, (struct forge_crl){ .next_update = "2026-05-31T23:59:59Z" });
}

/* Another key, the same name: with its own key identifier, and without any. */
static void
list_of_namesake(enum rev_who who)
{
	revstage_others(&s, who, REV_CRL);
	revstage_list(&s, who,
	    (struct forge_crl){ .key = forge_key(s.st.f, "other-ca"), .no_aki = true });
}

static void
list_without_delta(enum rev_who who)
{
	const char *const urls[] = { s.parts[who].delta, NULL };

	revstage_others(&s, who, REV_DELTA);
	revstage_list(&s, who, (struct forge_crl){ .number = 4, .freshest = urls });
}

static void
list_of_other_part(enum rev_who who)
{
	const struct forge_crl_point point = { .urls = URLS(
						   "http://pki.example/part-2.crl") };

	revstage_others(&s, who, REV_CRL);
	revstage_list(&s, who, (struct forge_crl){ .point = &point });
}

static void
list_revokes(enum rev_who who)
{
	const struct forge_crl_entry entry = entry_of(who);

	revstage_others(&s, who, REV_CRL);
	revstage_list(&s, who, (struct forge_crl){ .entries = &entry, .entry_count = 1 });
}

static void
delta_revokes(enum rev_who who)
{
	const struct forge_crl_entry entry = entry_of(who);

	revstage_others(&s, who, REV_CRL);
	revstage_list(&s, who, (struct forge_crl){ .number = 4 });
	revstage_list(&s, who,
	    (struct forge_crl){ .number = 5,
		.delta = true,
		.base = 4,
		.entries = &entry,
		.entry_count = 1 });
}

static void
answer_revokes(enum rev_who who)
{
	const struct forge_ocsp_single one = { .status = FORGE_OCSP_REVOKED,
		.reason = 2 };

	revstage_others(&s, who, REV_OCSP);
	revstage_answer(
	    &s, who, (struct forge_ocsp){ .singles = &one, .single_count = 1 });
}

static void
answer_stale(enum rev_who who)
{
	const struct forge_ocsp_single one = { .next_update = "2026-05-31T23:59:59Z" };

	revstage_others(&s, who, REV_OCSP);
	revstage_answer(
	    &s, who, (struct forge_ocsp){ .singles = &one, .single_count = 1 });
}

static void
answer_for_other(enum rev_who who)
{
	const struct forge_ocsp_single one = { .serial = 0x77 };

	revstage_others(&s, who, REV_OCSP);
	revstage_answer(
	    &s, who, (struct forge_ocsp){ .singles = &one, .single_count = 1 });
}

static void
answer_by_delegate(enum rev_who who, const char *eku, bool nocheck)
{
	EVP_PKEY *key = forge_key(s.st.f, "p384");
	struct forge_cert spec = forge_cert_responder(key, "C=US,O=Example,CN=Responder",
	    s.parts[who].issuer, s.parts[who].issuer_key, nocheck);

	spec.eku = eku;
	spec.serial = 0x99;
	revstage_others(&s, who, REV_OCSP);
	revstage_answer(&s, who,
	    (struct forge_ocsp){
		.responder = forge_cert(s.st.f, &spec), .responder_key = key });
}

static void
answer_without_eku(enum rev_who who)
{
	answer_by_delegate(who, NULL, true);
}

static void
answer_unchecked(enum rev_who who)
{
	answer_by_delegate(who, "OCSPSigning", false);
}

static void
answer_delegated(enum rev_who who)
{
	answer_by_delegate(who, "OCSPSigning", true);
}

static const struct defect {
	const char *name;
	void (*make)(enum rev_who who);
	enum reason reason;
} defects[] = {
	{ "no data", nothing, REASON_REVOCATION_NO_DATA },
	{ "stale list", list_stale, REASON_CRL_STALE },
	{ "list of a namesake", list_of_namesake, REASON_CRL_BAD_SIGNATURE },
	{ "delta missing", list_without_delta, REASON_CRL_DELTA_MISSING },
	{ "list of another part", list_of_other_part, REASON_CRL_SCOPE },
	{ "revoked by a list", list_revokes, REASON_REVOCATION_REVOKED },
	{ "revoked by a delta", delta_revokes, REASON_REVOCATION_REVOKED },
	{ "revoked by a response", answer_revokes, REASON_REVOCATION_REVOKED },
	{ "stale response", answer_stale, REASON_OCSP_STALE },
	{ "response for another serial number", answer_for_other,
	    REASON_REVOCATION_NO_DATA },
	{ "responder without OCSPSigning", answer_without_eku, REASON_OCSP_RESPONDER },
	{ "responder that nobody checked", answer_unchecked,
	    REASON_OCSP_RESPONDER_UNCHECKED },
	{ "sibling: responder without need of a check", answer_delegated, REASON_NONE },
};

/* --- the levels -------------------------------------------------------------------- */

static struct forge_envelope
envelope(void)
{
	return (struct forge_envelope){ .token = &token };
}

static bool
step_is(struct judge *j, enum step_name name, enum outcome outcome)
{
	const struct step *step = judge_step(j, name);

	return step != NULL && step->outcome == outcome;
}

/* Of the signing chain: the level decides; skip does not even ask. */
static void
judge_signer(const char *name, enum reason want)
{
	stage_both(&s.st, &strict, name, envelope(), want);
	stage_both(&s.st, &permissive, name, envelope(), REASON_NONE);
	ok(want == REASON_NONE || judge_found(&permissive, want, false),
	    "%s: logged where the level is permissive", name);
	stage_both(&s.st, &skip, name, envelope(), REASON_NONE);
	ok(!judge_has(&skip, want) && step_is(&skip, STEP_REVOCATION, OUTCOME_SKIPPED),
	    "%s: not asked where the policy skips revocation", name);
}

/* Of the time-stamping chain: always asked, under the action of the time stamp. */
static void
judge_stamper(const char *name, enum reason want)
{
	enum reason tsa = want == REASON_NONE ? REASON_NONE
			  : want == REASON_REVOCATION_REVOKED
			      ? REASON_TSA_REVOKED
			      : REASON_TSA_REVOCATION_UNKNOWN;
	const struct step *step;

	stage_both(&s.st, &strict, name, envelope(), tsa);
	step = judge_step(&strict, STEP_TIMESTAMP);
	ok(step != NULL && (want == REASON_NONE ||
			       str_starts(step->detail, str_of(reason_code(want)))),
	    "%s: the step says %s", name, reason_code(want));
	stage_both(&s.st, &permissive, name, envelope(), REASON_NONE);
	ok(want == REASON_NONE || judge_found(&permissive, tsa, false),
	    "%s: logged where the level is permissive", name);
	stage_both(&s.st, &skip, name, envelope(), tsa);
	ok(want == REASON_NONE || judge_found(&skip, tsa, true),
	    "%s: asked even where the policy skips revocation", name);
}

static void
test_defect(const struct defect *d, enum rev_who who)
{
	const char *name =
	    arena_printf(forge_mem(s.st.f), "%s: %s", s.parts[who].name, d->name).ptr;

	revstage_begin(&s);
	d->make(who);
	revstage_use(&s, &strict);
	revstage_use(&s, &permissive);
	revstage_use(&s, &skip);
	if (who == REV_LEAF || who == REV_CA)
		judge_signer(name, d->reason);
	else
		judge_stamper(name, d->reason);
}

/* --- all is well ------------------------------------------------------------------- */

static bool
holds(struct str text, const char *part)
{
	return text.len > 0 && memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void
test_ways(void)
{
	static const char *const names[] = { "lists", "responses", "bases and deltas",
		"a cache", "a map" };
	const struct step *step;

	for (int way = 0; way < REV_WAY_COUNT; way++) {
		revstage_begin(&s);
		revstage_others(&s, REV_NOBODY, (enum rev_way)way);
		revstage_use(&s, &strict);
		stage_passes(&s.st, &strict, names[way], envelope());
		step = judge_step(&strict, STEP_REVOCATION);
		ok(step != NULL &&
			holds(step->detail,
			    "2 certificates asked, none revoked; oldest data of") &&
			holds(step->data, way == REV_OCSP ? "\"method\":\"ocsp\""
							  : "\"method\":\"crl\"") &&
			holds(step->data, "\"sha256\":\""),
		    "%s: the step says what was used", names[way]);
		step = judge_step(&strict, STEP_TIMESTAMP);
		ok(step != NULL && holds(step->data, "\"result\":\"good\""),
		    "%s: and the step of the time stamp", names[way]);
	}
	/* One of each. */
	revstage_begin(&s);
	revstage_good(&s, REV_LEAF, REV_OCSP);
	revstage_good(&s, REV_CA, REV_MAP);
	revstage_good(&s, REV_TSA, REV_DELTA);
	revstage_good(&s, REV_TSA_CA, REV_CACHE);
	revstage_use(&s, &strict);
	stage_passes(&s.st, &strict, "one of each", envelope());
}

/* The folders of the policy itself. */
static void
test_policy_folder(void)
{
	const char *dir = stage_policy(
	    &s.st, "with-data", stage_statement(&s.st, "'level':'strict'", STORES));
	struct judge j;

	for (int who = 0; who < REV_WHO_COUNT; who++) {
		const struct rev_part *p = &s.parts[who];
		struct forge_crl spec = forge_crl_of(p->issuer, p->issuer_key);

		scratch_put(&s.st.dir,
		    arena_printf(forge_mem(s.st.f), "with-data/crl/%s", p->name).ptr,
		    forge_crl(s.st.f, &spec));
	}
	judge_open(&j, dir, STAGE_NOW);
	stage_passes(&s.st, &j, "crl in the policy folder", envelope());
	judge_revdata(&j, NULL);
	stage_both(
	    &s.st, &j, "the same without it", envelope(), REASON_TSA_REVOCATION_UNKNOWN);
	judge_close(&j);
}

/* What to bring along: of whom, and from where. */
static void
test_words(void)
{
	revstage_begin(&s);
	revstage_use(&s, &strict);
	stage_both(
	    &s.st, &strict, "nothing at all", envelope(), REASON_TSA_REVOCATION_UNKNOWN);
	ok(judge_found(&strict, REASON_REVOCATION_NO_DATA, true), "both chains fail");
	ok(holds(judge_step(&strict, STEP_TIMESTAMP)->detail,
	       "bring the revocation list of CN=Time Stamping CA,O=Time,C=US "
	       "(http://pki.example/tsa.crl)"),
	    "whose list the stamp needs");
	ok(holds(judge_step(&strict, STEP_TIMESTAMP)->detail,
	       "http://pki.example/tsa-ca.crl"),
	    "and the one of its root");
	ok(holds(
	       judge_step(&strict, STEP_REVOCATION)->detail, "http://pki.example/ca.crl"),
	    "and of the signing chain");
}

/* The time of evaluation decides which data there is, not the time of the stamp. */
static void
test_time(void)
{
	const struct forge_crl_entry entry = { .number = s.parts[REV_LEAF].serial,
		.date = "2026-05-20T00:00:00Z" };

	revstage_begin(&s);
	revstage_others(&s, REV_LEAF, REV_CRL);
	revstage_list(&s, REV_LEAF,
	    (struct forge_crl){ .entries = &entry,
		.entry_count = 1,
		.this_update = "2026-05-20T00:00:00Z" });
	revstage_use(&s, &strict);
	stage_both(&s.st, &strict, "revoked behind the time stamp", envelope(),
	    REASON_REVOCATION_REVOKED);
	judge_at(&strict, "2026-05-19T00:00:00Z");
	stage_both(&s.st, &strict, "judged before that list was made", envelope(),
	    REASON_REVOCATION_REVOKED);
	judge_at(&strict, STAGE_NOW);
}

/* --- the authentic signing time ---------------------------------------------------- */

static void
authority(const char *name, const char *invalidity, const char *scheme, enum reason want)
{
	const struct forge_crl_entry entry = { .number = s.parts[REV_LEAF].serial,
		.reason = "keyCompromise",
		.invalidity = invalidity };
	struct forge_envelope spec = { .scheme = scheme,
		.signing_time = "2024-01-15T12:00:00Z",
		.token = scheme == NULL ? &token : NULL };

	revstage_begin(&s);
	revstage_others(&s, REV_LEAF, REV_CRL);
	revstage_list(
	    &s, REV_LEAF, (struct forge_crl){ .entries = &entry, .entry_count = 1 });
	revstage_use(&s, &strict);
	stage_both(&s.st, &strict, name, spec, want);
}

static void
test_authority(void)
{
	static const char scheme[] = "notary.x509.signingAuthority";

	authority("signed a second before the invalidity", "2024-01-15T12:00:01Z", scheme,
	    REASON_NONE);
	authority("signed at the invalidity", "2024-01-15T12:00:00Z", scheme,
	    REASON_REVOCATION_REVOKED);
	authority("signed behind the invalidity", "2024-01-15T11:59:59Z", scheme,
	    REASON_REVOCATION_REVOKED);
	authority("no date of invalidity", NULL, scheme, REASON_REVOCATION_REVOKED);
	/* The stamp is of 2024-02-01; the reference does not let it help, either. */
	authority("stamped before the invalidity", "2025-01-01", NULL,
	    REASON_REVOCATION_REVOKED);
}

/* --- cost -------------------------------------------------------------------------- */

static void
test_cost(void)
{
	struct revoker_counts first, later;
	struct ossl_counts before;
	unsigned good = 0;

	revstage_begin(&s);
	revstage_others(&s, REV_NOBODY, REV_DELTA);
	revstage_use(&s, &strict);
	good += stage_verdict(&s.st, &strict, envelope()) == REASON_NONE;
	first = revoker_counts(strict.revoker);
	before = ossl_counts(strict.lib);
	is_u64(first.lists_verified, 8, "four bases, four deltas");
	for (int i = 1; i < 50; i++)
		good += stage_verdict(&s.st, &strict, envelope()) == REASON_NONE;
	later = revoker_counts(strict.revoker);
	is_u64(good, 50, "fifty artifacts");
	is_u64(later.lists_verified, 8, "each list was verified once");
	is_u64(later.lists_searched, first.lists_searched, "and searched once");
	is_u64(ossl_counts(strict.lib).signatures_checked - before.signatures_checked,
	    49 * 2, "an artifact costs its own two signatures");
}

/*
 * Anybody makes a chain whose names are those of a list. No list is hashed for a signer who is
 * refused already; but where the policy only logs that, revocation still decides.
 */
static void
test_untrusted(void)
{
	static const struct {
		const char *name, *verification;
		bool asked;
	} rows[] = {
		{ "untrusted", "'level':'strict'", false },
		{ "untrusted-logged",
		    "'level':'audit','override':{'revocation':'enforce'}", true },
	};

	revstage_begin(&s);
	revstage_others(&s, REV_NOBODY, REV_DELTA);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct judge j;
		const struct step *step;

		stage_judge(&j, &s.st, rows[i].name, rows[i].verification, "'ca:stranger'");
		revstage_use(&s, &j);
		is_reason(stage_verdict(&s.st, &j, envelope()),
		    rows[i].asked ? REASON_NONE : REASON_CERT_UNTRUSTED, "%s", rows[i].name);
		step = judge_step(&j, STEP_REVOCATION);
		ok(step->outcome ==
			(rows[i].asked ? OUTCOME_PASS : OUTCOME_NOT_APPLICABLE),
		    "%s: revocation", rows[i].name);
		ok((revoker_counts(j.revoker).lists_verified > 0) == rows[i].asked,
		    "%s: lists are asked: %s", rows[i].name, rows[i].asked ? "yes" : "no");
		judge_close(&j);
	}
}

static uint64_t spent;

/* A processor that needs a second for each look at its clock. */
static uint64_t
slow_clock(void)
{
	return spent += 1000000;
}

/*
 * One signature asks for many lists: its share of processor time is looked at before each of them.
 * What was left out may say anything, so that no policy passes it; with time enough all is good.
 */
static void
budget(struct judge *j, const char *name, uint64_t lists)
{
	uint64_t most = j->limits.v[LIMIT_ARTIFACT_CPU];
	enum reason reason = REASON_LIMIT_ARTIFACT_CPU_HIT;
	unsigned short_of = 0;

	j->cpu_us = slow_clock;
	for (uint64_t limit = 0; limit < 20 && reason != REASON_NONE; limit++) {
		uint64_t verified;

		j->limits.v[LIMIT_ARTIFACT_CPU] = limit;
		spent = 0;
		revstage_use(&s, j);
		reason = stage_verdict(&s.st, j, envelope());
		verified = revoker_counts(j->revoker).lists_verified;
		ok(verified <= limit, "%s: %llu lists in time for %llu", name,
		    (unsigned long long)verified, (unsigned long long)limit);
		if (reason == REASON_NONE) {
			is_u64(verified, lists, "%s: good, when all were looked at", name);
			continue;
		}
		short_of++;
		is_reason(reason, REASON_LIMIT_ARTIFACT_CPU_HIT, "%s: time for %llu lists", name,
		    (unsigned long long)limit);
		ok(j->verdict.signatures.n == 0 ||
			j->verdict.signatures.v[0].state != SIGNATURE_VALID,
		    "%s: and the signature does not hold", name);
	}
	ok(reason == REASON_NONE && short_of >= lists, "%s: time enough at last", name);
	j->cpu_us = NULL;
	j->limits.v[LIMIT_ARTIFACT_CPU] = most;
}

static void
test_budget(void)
{
	revstage_begin(&s);
	revstage_others(&s, REV_NOBODY, REV_DELTA);
	budget(&strict, "strict", 8);
	budget(&permissive, "permissive", 8);
	budget(&skip, "skip", 4);
}

int
main(void)
{
	revstage_open(&s);
	token = (struct forge_token){ .tsa = &s.st.tsa };
	stage_judge(&strict, &s.st, "strict", "'level':'strict'", STORES);
	stage_judge(&permissive, &s.st, "permissive", "'level':'permissive'", STORES);
	stage_judge(&skip, &s.st, "skip",
	    "'level':'strict','override':{'revocation':'skip'}", STORES);
	test_ways();
	test_policy_folder();
	test_words();
	for (int who = 0; who < REV_WHO_COUNT; who++)
		for (size_t i = 0; i < COUNT(defects); i++)
			test_defect(&defects[i], (enum rev_who)who);
	test_time();
	test_authority();
	test_cost();
	test_untrusted();
	test_budget();
	judge_close(&strict);
	judge_close(&permissive);
	judge_close(&skip);
	revstage_close(&s);
	return tap_done();
}
