/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mistakes that verifiers of Notary Project signatures make, by number: 21 (its second half) and
 * 26 to 29, which are about revocation. See test_pitfalls.c.
 */
#include "tests/lib/revstage.h"
#include "tests/lib/tap.h"

#define STORES "'ca:root','tsa:root','signingAuthority:root'"

static struct revstage s;
static struct judge strict, skip; /* skip: revocation is not asked for */
static struct forge_token token; /* of 2024-02-01 */
static struct bytes namesake; /* another authority with the name of the leaf's issuer */

static void
judged(const char *name, struct judge *j, enum reason reason)
{
	revstage_use(&s, j);
	stage_both(&s.st, j, name, (struct forge_envelope){ .token = &token }, reason);
}

/* All others are fine; a list about one. */
static void
list(const char *name, enum rev_who who, struct forge_crl spec, enum reason reason)
{
	revstage_begin(&s);
	revstage_others(&s, who, REV_CRL);
	revstage_list(&s, who, spec);
	judged(name, &strict, reason);
}

static void
answer(const char *name, struct forge_ocsp spec, enum reason reason)
{
	revstage_begin(&s);
	revstage_others(&s, REV_LEAF, REV_OCSP);
	revstage_answer(&s, REV_LEAF, spec);
	judged(name, &strict, reason);
}

static void
single(const char *name, struct forge_ocsp_single one, enum reason reason)
{
	answer(name, (struct forge_ocsp){ .singles = &one, .single_count = 1 }, reason);
}

static struct forge_crl_entry
entry(enum rev_who who, const char *date)
{
	return (struct forge_crl_entry){ .number = s.parts[who].serial, .date = date };
}

/* --- 21: data about the authority at the time of evaluation, not of the token ------------------- */

static void
p21_time(void)
{
	const struct forge_crl_entry late = entry(REV_TSA, "2026-05-20T00:00:00Z");

	list("pitfall_21 sibling: a list in force now", REV_TSA,
	    (struct forge_crl){ .this_update = "2026-05-30T00:00:00Z",
		.next_update = "2026-06-30T00:00:00Z" },
	    REASON_NONE);
	list("pitfall_21_list_in_force_at_the_token", REV_TSA,
	    (struct forge_crl){ .this_update = "2024-01-30T00:00:00Z",
		.next_update = "2024-02-28T00:00:00Z" },
	    REASON_TSA_REVOCATION_UNKNOWN);
	list("pitfall_21_authority_revoked_since_the_token", REV_TSA,
	    (struct forge_crl){ .entries = &late, .entry_count = 1 }, REASON_TSA_REVOKED);
}

/* --- 26: lists -------------------------------------------------------------------------------------- */

static void
p26_lists(void)
{
	static const char *const other_part[] = { "http://pki.example/part-2.crl", NULL };
	const char *const own_part[] = { s.parts[REV_LEAF].crl, NULL };
	const char *const delta[] = { "http://pki.example/delta.crl", NULL };
	const struct forge_crl_point part = { .urls = other_part };
	const struct forge_crl_point own = { .urls = own_part };
	const struct forge_crl_point cas = { .only_cas = true };
	const struct forge_crl_point reasons = { .some_reasons = true };
	const struct forge_crl_entry listed = entry(REV_LEAF, "2025-01-01");
	const struct {
		const char *name;
		struct forge_crl spec;
		enum reason reason;
	} rows[] = {
		{ "pitfall_26 sibling: the issuer's list", { .number = 1 }, REASON_NONE },
		{ "pitfall_26 sibling: it names the certificate",
		    { .entries = &listed, .entry_count = 1 }, REASON_REVOCATION_REVOKED },
		{ "pitfall_26_issuer_by_name_alone",
		    { .key = forge_key(s.st.f, "other-ca"), .no_aki = true },
		    REASON_CRL_BAD_SIGNATURE },
		{ "pitfall_26_namesake_with_its_own_key_identifier",
		    { .issuer = namesake, .key = forge_key(s.st.f, "other-ca") },
		    REASON_CRL_BAD_SIGNATURE },
		{ "pitfall_26_expired_list", { .next_update = "2026-05-31T23:59:59Z" },
		    REASON_CRL_STALE },
		{ "pitfall_26 sibling: its last second", { .next_update = STAGE_NOW },
		    REASON_NONE },
		{ "pitfall_26_list_of_the_future",
		    { .this_update = "2026-06-02T00:00:00Z" }, REASON_CRL_NOT_YET_VALID },
		{ "pitfall_26_list_without_end", { .no_next_update = true },
		    REASON_CRL_NO_NEXT_UPDATE },
		{ "pitfall_26_delta_missing", { .freshest = delta },
		    REASON_CRL_DELTA_MISSING },
		{ "pitfall_26_part_taken_for_all", { .point = &part }, REASON_CRL_SCOPE },
		{ "pitfall_26 sibling: the part of the certificate", { .point = &own },
		    REASON_NONE },
		{ "pitfall_26_list_of_authorities_alone", { .point = &cas },
		    REASON_CRL_SCOPE },
		{ "pitfall_26_list_of_some_reasons", { .point = &reasons },
		    REASON_CRL_SCOPE },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		list(rows[i].name, REV_LEAF, rows[i].spec, rows[i].reason);
}

/* A namesake's list revokes nobody, either, and does not hide the right one. */
static void
p26_namesake_beside(void)
{
	const struct forge_crl_entry listed = entry(REV_LEAF, "2025-01-01");
	struct forge_crl spec;

	revstage_begin(&s);
	revstage_others(&s, REV_NOBODY, REV_CRL);
	spec = forge_crl_of(namesake, forge_key(s.st.f, "other-ca"));
	spec.no_aki = true;
	spec.number = 9;
	spec.entries = &listed;
	spec.entry_count = 1;
	scratch_put(&s.st.dir,
	    arena_printf(forge_mem(s.st.f), "data-%u/crl/namesake.crl", s.folders).ptr,
	    forge_crl(s.st.f, &spec));
	judged("pitfall_26_namesake_beside_the_issuer", &strict, REASON_NONE);
}

/* --- 27: responses ------------------------------------------------------------------------------------ */

static struct forge_ocsp
delegated(const char *eku)
{
	EVP_PKEY *key = forge_key(s.st.f, "p384");
	struct forge_cert spec = forge_cert_responder(key, "C=US,O=Example,CN=Responder",
	    s.parts[REV_LEAF].issuer, s.parts[REV_LEAF].issuer_key, true);

	spec.eku = eku;
	return (struct forge_ocsp){ .responder = forge_cert(s.st.f, &spec),
		.responder_key = key };
}

static void
p27_responses(void)
{
	single("pitfall_27 sibling: about the certificate",
	    (struct forge_ocsp_single){ .hash = "SHA1" }, REASON_NONE);
	single("pitfall_27_serial_of_another_issuer",
	    (struct forge_ocsp_single){ .issuer = s.st.tsa.cert[2] },
	    REASON_REVOCATION_NO_DATA);
	single("pitfall_27_serial_of_a_namesake_of_the_issuer",
	    (struct forge_ocsp_single){ .issuer = namesake }, REASON_REVOCATION_NO_DATA);
	single("pitfall_27_another_serial", (struct forge_ocsp_single){ .serial = 0x77 },
	    REASON_REVOCATION_NO_DATA);
	single("pitfall_27_without_nextupdate",
	    (struct forge_ocsp_single){ .no_next_update = true },
	    REASON_OCSP_NO_NEXT_UPDATE);
	single("pitfall_27_old_response",
	    (struct forge_ocsp_single){ .next_update = "2026-05-31T23:59:59Z" },
	    REASON_OCSP_STALE);
	answer(
	    "pitfall_27_responder_without_eku", delegated(NULL), REASON_OCSP_RESPONDER);
	answer("pitfall_27_responder_for_code_signing", delegated("codeSigning"),
	    REASON_OCSP_RESPONDER);
	answer("pitfall_27 sibling: responder for OCSPSigning", delegated("OCSPSigning"),
	    REASON_NONE);
}

/* --- 28, 29: no data, and no question ------------------------------------------------------------------ */

static bool
outcome_is(const struct judge *j, enum step_name name, enum outcome want)
{
	const struct step *step = judge_step(j, name);

	return step != NULL && step->outcome == want;
}

static void
p28_no_data(void)
{
	revstage_begin(&s);
	revstage_others(&s, REV_LEAF, REV_CRL);
	judged("pitfall_28_no_data_is_no_answer", &strict, REASON_REVOCATION_NO_DATA);
	ok(outcome_is(&strict, STEP_REVOCATION, OUTCOME_FAIL),
	    "pitfall_28: the step has failed");
	revstage_begin(&s);
	revstage_others(&s, REV_CA, REV_OCSP);
	judged("pitfall_28_no_data_about_the_issuer", &strict, REASON_REVOCATION_NO_DATA);
	judge_revdata(&strict, NULL);
	stage_both(&s.st, &strict, "pitfall_28_no_data_at_all",
	    (struct forge_envelope){ .token = &token }, REASON_TSA_REVOCATION_UNKNOWN);
	ok(judge_found(&strict, REASON_REVOCATION_NO_DATA, true),
	    "pitfall_28: about both chains");
	revstage_begin(&s);
	revstage_others(&s, REV_NOBODY, REV_CRL);
	judged("pitfall_28 sibling: data about all", &strict, REASON_NONE);
	ok(outcome_is(&strict, STEP_REVOCATION, OUTCOME_PASS),
	    "pitfall_28 sibling: the step has passed");
}

static void
p29_skipped(void)
{
	static const enum rev_who stampers[] = { REV_TSA, REV_TSA_CA };

	for (size_t i = 0; i < COUNT(stampers); i++) {
		const struct forge_crl_entry listed = entry(stampers[i], "2025-01-01");

		revstage_begin(&s);
		revstage_good(&s, stampers[i] == REV_TSA ? REV_TSA_CA : REV_TSA, REV_CRL);
		judged("pitfall_29_authority_unknown_though_skipped", &skip,
		    REASON_TSA_REVOCATION_UNKNOWN);
		revstage_list(&s, stampers[i],
		    (struct forge_crl){ .entries = &listed, .entry_count = 1 });
		judged("pitfall_29_authority_revoked_though_skipped", &skip,
		    REASON_TSA_REVOKED);
	}
	revstage_begin(&s);
	revstage_good(&s, REV_TSA, REV_CRL);
	revstage_good(&s, REV_TSA_CA, REV_CRL);
	judged(
	    "pitfall_29 sibling: only the signer is not asked for", &skip, REASON_NONE);
	ok(outcome_is(&skip, STEP_REVOCATION, OUTCOME_SKIPPED),
	    "pitfall_29 sibling: that step is skipped");
}

int
main(void)
{
	struct forge_cert ca;

	revstage_open(&s);
	token = (struct forge_token){ .tsa = &s.st.tsa, .time = "2024-02-01" };
	ca = forge_cert_root(
	    forge_key(s.st.f, "other-ca"), "C=US,ST=WA,O=Example,CN=Issuing CA");
	namesake = forge_cert(s.st.f, &ca);
	stage_judge(&strict, &s.st, "strict", "'level':'strict'", STORES);
	stage_judge(&skip, &s.st, "skip",
	    "'level':'strict','override':{'revocation':'skip'}", STORES);
	p21_time();
	p26_lists();
	p26_namesake_beside();
	p27_responses();
	p28_no_data();
	p29_skipped();
	judge_close(&strict);
	judge_close(&skip);
	revstage_close(&s);
	return tap_done();
}
