/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows R, and S14, of the catalogue of bad input: revocation data, as it tells on the
 * verdict about a signed image under a strict policy.
 */
#include "tests/lib/revstage.h"
#include "tests/lib/tap.h"

#define STORES "'ca:root','tsa:root','signingAuthority:root'"
#define URLS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static struct revstage s;
static struct judge j; /* without time stamps */
static struct judge stamped;

static struct forge_crl_entry
listed(const char *invalidity)
{
	return (struct forge_crl_entry){ .number = s.parts[REV_LEAF].serial,
		.date = "2025-01-01",
		.invalidity = invalidity };
}

static void
refused(const char *name, struct forge_envelope spec, enum reason want)
{
	revstage_use(&s, &j);
	stage_both(&s.st, &j, name, spec, want);
}

static void
list(const char *name, struct forge_crl spec, enum reason want)
{
	revstage_begin(&s);
	revstage_good(&s, REV_CA, REV_CRL);
	revstage_list(&s, REV_LEAF, spec);
	refused(name, (struct forge_envelope){ .plugin = NULL }, want);
}

static void
answer(const char *name, struct forge_ocsp spec, enum reason want)
{
	revstage_begin(&s);
	revstage_good(&s, REV_CA, REV_OCSP);
	revstage_answer(&s, REV_LEAF, spec);
	refused(name, (struct forge_envelope){ .plugin = NULL }, want);
}

static void
single(const char *name, struct forge_ocsp_single one, enum reason want)
{
	answer(name, (struct forge_ocsp){ .singles = &one, .single_count = 1 }, want);
}

static void
r01_times(void)
{
	list(
	    "R sibling: a list in force", (struct forge_crl){ .number = 1 }, REASON_NONE);
	list("bad_R01_past_nextupdate",
	    (struct forge_crl){ .next_update = "2026-05-31T23:59:59Z" },
	    REASON_CRL_STALE);
	list("bad_R01_no_nextupdate", (struct forge_crl){ .no_next_update = true },
	    REASON_CRL_NO_NEXT_UPDATE);
	list("bad_R01_future",
	    (struct forge_crl){ .this_update = "2026-06-01T00:05:01Z" },
	    REASON_CRL_NOT_YET_VALID);
	list("R01 sibling: five minutes of a fast clock",
	    (struct forge_crl){ .this_update = "2026-06-01T00:05:00Z" }, REASON_NONE);
}

static void
r02_signers(void)
{
	struct stage *st = &s.st;
	struct forge_chain chain = st->ca;
	struct forge_cert ca = forge_cert_ca(forge_key(st->f, "ca-sub"),
	    "C=US,ST=WA,O=Example,CN=Issuing CA", st->ca.cert[2], forge_key(st->f, "ca"));
	struct forge_cert leaf;

	list("bad_R02_another_issuer",
	    (struct forge_crl){ .key = forge_key(st->f, "other-ca"), .no_aki = true },
	    REASON_CRL_BAD_SIGNATURE);
	list("R02 sibling: another key identifier, the signature of the issuer",
	    (struct forge_crl){ .aki = BYTES_LIT("another") }, REASON_NONE);
	list("bad_R02_weak_hash", (struct forge_crl){ .hash = "SHA1" },
	    REASON_CRL_BAD_SIGNATURE);
	list("bad_R02_broken_signature", (struct forge_crl){ .break_signature = true },
	    REASON_CRL_BAD_SIGNATURE);

	ca.key_usage = KU_KEY_CERT_SIGN;
	chain.cert[1] = forge_cert(st->f, &ca);
	leaf = forge_cert_leaf(chain.key, "C=US,ST=WA,O=Example,CN=Signer", chain.cert[1],
	    forge_key(st->f, "ca-sub"));
	leaf.crl_url = s.parts[REV_LEAF].crl;
	chain.cert[0] = forge_cert(st->f, &leaf);
	revstage_begin(&s);
	revstage_list(&s, REV_LEAF, (struct forge_crl){ .issuer = chain.cert[1] });
	refused("bad_R02_issuer_without_crlsign",
	    (struct forge_envelope){ .signer = &chain }, REASON_CRL_BAD_SIGNATURE);
}

static void
r03_r04_kinds(void)
{
	const struct forge_crl_point indirect = { .indirect = true };
	const struct forge_crl_point attributes = { .only_attributes = true };
	const struct forge_crl_point relative = { .relative = "leaf" };
	const struct forge_crl_point part = { .urls = URLS(s.parts[REV_LEAF].crl) };

	list("bad_R03_delta_alone",
	    (struct forge_crl){ .delta = true, .base = 1, .number = 2 },
	    REASON_REVOCATION_NO_DATA);
	list("bad_R03_indirect", (struct forge_crl){ .point = &indirect },
	    REASON_CRL_UNSUPPORTED);
	list("bad_R03_attribute_certificates", (struct forge_crl){ .point = &attributes },
	    REASON_CRL_UNSUPPORTED);
	list("bad_R03_unknown_critical", (struct forge_crl){ .unknown_critical = true },
	    REASON_CRL_UNSUPPORTED);
	list("R03 sibling: the part of the certificate",
	    (struct forge_crl){ .point = &part }, REASON_NONE);
	list("bad_R04_relative_name", (struct forge_crl){ .point = &relative },
	    REASON_CRL_UNSUPPORTED);
}

/* Which of two counts; that an earlier run had a newer one is for the record to say. */
static void
r05_older_list(void)
{
	struct forge_crl_entry hold = listed(NULL);
	struct bytes older, newer;
	struct forge_crl spec =
	    forge_crl_of(s.parts[REV_LEAF].issuer, s.parts[REV_LEAF].issuer_key);

	hold.reason = "certificateHold";
	spec.number = 1;
	older = forge_crl(s.st.f, &spec);
	spec.number = 2;
	spec.entries = &hold;
	spec.entry_count = 1;
	newer = forge_crl(s.st.f, &spec);
	for (int first = 0; first < 2; first++) {
		revstage_begin(&s);
		revstage_good(&s, REV_CA, REV_CRL);
		for (int k = 0; k < 2; k++)
			scratch_put(&s.st.dir,
			    arena_printf(
				forge_mem(s.st.f), "data-%u/crl/%d", s.folders, k)
				.ptr,
			    k == first ? older : newer);
		refused("bad_R05_older_list", (struct forge_envelope){ .plugin = NULL },
		    REASON_REVOCATION_REVOKED);
	}
}

static bool
problem_is(enum reason reason)
{
	return j.revdata->problem_count == 1 && j.revdata->problems[0].reason == reason;
}

static void
r06_too_large(void)
{
	const struct forge_crl flood = { .flood = 2000 };
	uint64_t usual = j.limits.v[LIMIT_CRL_BYTES];

	list("R06 sibling: two thousand entries", flood, REASON_NONE);
	j.limits.v[LIMIT_CRL_BYTES] = 2000 * 35;
	list("bad_R06_above_the_limit", flood, REASON_REVOCATION_NO_DATA);
	ok(problem_is(REASON_LIMIT_CRL_HIT), "bad_R06_above_the_limit: the file is told");
	j.limits.v[LIMIT_CRL_BYTES] = usual;
}

static void
signed_at(const char *name, const char *invalidity, bool authority, const char *time,
    struct judge *by, enum reason want)
{
	const struct forge_crl_entry entry = listed(invalidity);
	const struct forge_token token = { .tsa = &s.st.tsa, .time = "2024-06-01" };
	struct forge_envelope spec = { .signing_time = time };

	if (authority)
		spec.scheme = "notary.x509.signingAuthority";
	else if (by == &stamped)
		spec.token = &token;
	revstage_begin(&s);
	revstage_others(&s, REV_LEAF, REV_CRL);
	revstage_list(
	    &s, REV_LEAF, (struct forge_crl){ .entries = &entry, .entry_count = 1 });
	revstage_use(&s, by);
	stage_both(&s.st, by, name, spec, want);
}

static void
r07_signed_before(void)
{
	signed_at("bad_R07_signed_before_the_revocation", NULL, true,
	    "2024-06-01T00:00:00Z", &j, REASON_REVOCATION_REVOKED);
	signed_at("R07 sibling: an authority says before the invalidity", "2024-07-01",
	    true, "2024-06-01T00:00:00Z", &j, REASON_NONE);
	signed_at("bad_R07_signed_behind_the_invalidity", "2024-05-01", true,
	    "2024-06-01T00:00:00Z", &j, REASON_REVOCATION_REVOKED);
	signed_at("bad_R07_claimed_time", "2024-07-01", false, "2024-06-01T00:00:00Z", &j,
	    REASON_REVOCATION_REVOKED);
	/* Stricter than a time stamp would allow: the reference does not let it help. */
	signed_at("bad_R07_stamped_time", "2024-07-01", false, "2024-05-31T00:00:00Z",
	    &stamped, REASON_REVOCATION_REVOKED);
}

static void
r08_responses(void)
{
	EVP_PKEY *key = forge_key(s.st.f, "p384");
	struct forge_cert other = forge_cert_responder(
	    key, "C=US,CN=Stranger", s.st.tsa.cert[2], forge_key(s.st.f, "tsa-ca"), true);
	struct forge_cert plain = forge_cert_responder(key, "C=US,CN=Responder",
	    s.parts[REV_LEAF].issuer, s.parts[REV_LEAF].issuer_key, true);
	uint8_t fill[20480] = { 0 };

	answer("R08 sibling: a good response", (struct forge_ocsp){ .version = 0 },
	    REASON_NONE);
	single("bad_R08_another_certificate",
	    (struct forge_ocsp_single){ .serial = 0x77 }, REASON_REVOCATION_NO_DATA);
	single("bad_R08_another_issuer",
	    (struct forge_ocsp_single){ .break_key_hash = true },
	    REASON_REVOCATION_NO_DATA);
	answer("bad_R08_wrong_responder",
	    (struct forge_ocsp){
		.responder = forge_cert(s.st.f, &other), .responder_key = key },
	    REASON_OCSP_RESPONDER);
	answer("R08 sibling: an appointed responder",
	    (struct forge_ocsp){
		.responder = forge_cert(s.st.f, &plain), .responder_key = key },
	    REASON_NONE);
	plain.eku = NULL;
	answer("bad_R08_no_ocspsigning",
	    (struct forge_ocsp){
		.responder = forge_cert(s.st.f, &plain), .responder_key = key },
	    REASON_OCSP_RESPONDER);
	answer("bad_R08_broken_signature", (struct forge_ocsp){ .break_signature = true },
	    REASON_OCSP_BAD_SIGNATURE);
	answer("bad_R08_not_successful", (struct forge_ocsp){ .status = 3 },
	    REASON_REVOCATION_NO_DATA);
	ok(problem_is(REASON_OCSP_STATUS), "bad_R08_not_successful: the file is told");
	single("bad_R08_stale",
	    (struct forge_ocsp_single){ .next_update = "2026-05-31T23:59:59Z" },
	    REASON_OCSP_STALE);
	single("bad_R08_no_nextupdate",
	    (struct forge_ocsp_single){ .no_next_update = true },
	    REASON_OCSP_NO_NEXT_UPDATE);
	single("bad_R08_future",
	    (struct forge_ocsp_single){ .this_update = "2026-06-01T00:05:01Z" },
	    REASON_OCSP_NOT_YET_VALID);
	single("bad_R08_unknown",
	    (struct forge_ocsp_single){ .status = FORGE_OCSP_UNKNOWN },
	    REASON_OCSP_UNKNOWN);
	single("bad_R08_critical_extension",
	    (struct forge_ocsp_single){ .extension = true, .critical = true },
	    REASON_OCSP_UNSUPPORTED);
	answer("bad_R08_above_the_limit",
	    (struct forge_ocsp){ .trailer = bytes_of(fill, sizeof(fill)) },
	    REASON_REVOCATION_NO_DATA);
	ok(problem_is(REASON_LIMIT_OCSP_HIT),
	    "bad_R08_above_the_limit: the file is told");
}

static void
r09_nothing(void)
{
	judge_revdata(&j, NULL);
	stage_both(&s.st, &j, "bad_R09_no_data",
	    (struct forge_envelope){ .plugin = NULL }, REASON_REVOCATION_NO_DATA);
	revstage_begin(&s);
	revstage_good(&s, REV_LEAF, REV_CRL);
	refused("bad_R09_data_for_one_of_two", (struct forge_envelope){ .plugin = NULL },
	    REASON_REVOCATION_NO_DATA);
}

/* --- S14 --------------------------------------------------------------------------- */

static void
stamp(const char *name, const struct forge_chain *tsa, const char *time, enum reason want)
{
	const struct forge_token token = { .tsa = tsa, .time = time };

	revstage_use(&s, &stamped);
	stage_both(
	    &s.st, &stamped, name, (struct forge_envelope){ .token = &token }, want);
}

static void
s14_authority(void)
{
	struct forge_chain chain = s.st.tsa;
	struct forge_cert spec = forge_cert_tsa(chain.key, "C=US,O=Time,CN=Short",
	    chain.cert[1], forge_key(s.st.f, "tsa-sub"));
	const enum rev_who who[] = { REV_TSA, REV_TSA_CA };
	static const char *const names[] = { "bad_S14_tsa_revoked",
		"bad_S14_tsa_ca_revoked" };

	for (int i = 0; i < 2; i++) {
		const struct forge_crl_entry entry = { .number = s.parts[who[i]].serial,
			.date = "2025-06-01" };

		revstage_begin(&s);
		revstage_others(&s, who[i], REV_CRL);
		revstage_list(&s, who[i],
		    (struct forge_crl){ .entries = &entry, .entry_count = 1 });
		stamp(names[i], &s.st.tsa, "2024-02-01", REASON_TSA_REVOKED);
	}
	revstage_begin(&s);
	revstage_others(&s, REV_TSA, REV_CRL);
	stamp("bad_S14_tsa_without_data", &s.st.tsa, "2024-02-01",
	    REASON_TSA_REVOCATION_UNKNOWN);
	revstage_good(&s, REV_TSA, REV_CRL);
	stamp("S14 sibling: with data", &s.st.tsa, "2024-02-01", REASON_NONE);
	spec.not_after = "2024-03-01";
	chain.cert[0] = forge_cert(s.st.f, &spec);
	stamp("bad_S14_tsa_expired_at_gentime", &chain, "2024-03-02",
	    REASON_CERT_EXPIRED);
	stamp(
	    "S14 sibling: it expired behind genTime", &chain, "2024-02-01", REASON_NONE);
}

/*
 * Two certificates of one issuing authority are two paths, whichever comes first: that one of them was
 * revoked counts, that nothing is known of the other does not.
 */
static void
s14_two_paths(void)
{
	const struct forge_crl_entry entry = { .number = s.parts[REV_TSA_CA].serial };
	struct forge_chain chain = s.st.tsa;
	struct forge_cert spec = forge_cert_ca(forge_key(s.st.f, "tsa-sub"),
	    "C=US,O=Time,CN=Time Stamping CA", chain.cert[2], forge_key(s.st.f, "tsa-ca"));

	chain.cert[3] = chain.cert[2];
	for (unsigned i = 0; i < 4; i++) {
		spec.serial = 0x2000 + i;
		chain.cert[2] = forge_cert(s.st.f, &spec);
		revstage_begin(&s);
		revstage_others(&s, REV_NOBODY, REV_CRL);
		stamp("S14 sibling: two paths", &chain, "2024-02-01", REASON_NONE);
		revstage_begin(&s);
		revstage_others(&s, REV_TSA_CA, REV_CRL);
		revstage_list(&s, REV_TSA_CA,
		    (struct forge_crl){ .entries = &entry, .entry_count = 1 });
		stamp("bad_S14_revoked_on_one_of_two_paths", &chain, "2024-02-01",
		    REASON_TSA_REVOKED);
	}
}

int
main(void)
{
	revstage_open(&s);
	stage_judge(
	    &j, &s.st, "plain", "'level':'strict'", "'ca:root','signingAuthority:root'");
	stage_judge(&stamped, &s.st, "stamped", "'level':'strict'", STORES);
	r01_times();
	r02_signers();
	r03_r04_kinds();
	r05_older_list();
	r06_too_large();
	r07_signed_before();
	r08_responses();
	r09_nothing();
	s14_authority();
	s14_two_paths();
	judge_close(&j);
	judge_close(&stamped);
	revstage_close(&s);
	return tap_done();
}
