/* SPDX-License-Identifier: Apache-2.0 */
/* One artifact judged: every key, envelope and scheme; several signatures; several names. */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define AUTHORITY "notary.x509.signingAuthority"

static const char *const forms[] = { "jws", "cose" };

struct bench {
	struct stage st;
	struct judge strict; /* without token */
	struct judge stamped;
};

/* --- every kind of signature --------------------------------------------------------------- */

static void
check_record(
    struct judge *j, const char *algorithm, int form, bool authority, bool stamped)
{
	const struct signature_record *s = &j->verdict.signatures.v[0];
	const char *anchor = authority ? "signingAuthority:root" : "ca:root";

	ok(j->verdict.signatures.n == 1 && s->state == SIGNATURE_VALID &&
		str_is(s->algorithm, algorithm) &&
		s->format == (form == 0 ? FORMAT_NOTATION_JWS : FORMAT_NOTATION_COSE) &&
		str_is(s->scheme, authority ? AUTHORITY : "notary.x509") &&
		str_is(s->trust_store, anchor) && s->chain_count == 3 &&
		str_is(s->signed_digest, j->verdict.digest.ptr) && s->envelope.len > 0,
	    "%s %s: recorded", algorithm, forms[form]);
	/* A token is looked at where it was asked for, and under this scheme alone. */
	ok(s->has_timestamp == (stamped && !authority) &&
		s->tsa_count == (stamped && !authority ? 3 : 0),
	    "%s %s: time stamp recorded if it counts", algorithm, forms[form]);
}

static void
test_algorithms(struct bench *b)
{
	static const struct {
		const char *key, *algorithm;
	} rows[] = {
		{ "rsa2048", "RSASSA-PSS-SHA-256" },
		{ "rsa3072", "RSASSA-PSS-SHA-384" },
		{ "rsa4096", "RSASSA-PSS-SHA-512" },
		{ "p256", "ECDSA-SHA-256" },
		{ "p384", "ECDSA-SHA-384" },
		{ "p521", "ECDSA-SHA-512" },
	};
	struct forge_token token = { .tsa = &b->st.tsa };

	for (size_t i = 0; i < COUNT(rows) * 8; i++) {
		struct forge_cert leaf = stage_leaf(&b->st, rows[i / 8].key);
		struct forge_chain c = stage_signer(&b->st, &leaf);
		bool authority = i & 1, stamped = i & 2;
		int form = (i & 4) != 0;
		struct judge *j = stamped ? &b->stamped : &b->strict;
		struct forge_envelope spec = { .form = form == 0 ? FORGE_JWS : FORGE_COSE,
			.signer = &c,
			.scheme = authority ? AUTHORITY : NULL,
			.token = &token };

		is_reason(stage_verdict(&b->st, j, spec), REASON_NONE, "%s %s%s%s",
		    rows[i / 8].key, forms[form], authority ? " authority" : "",
		    stamped ? " with token" : "");
		check_record(j, rows[i / 8].algorithm, form, authority, stamped);
	}
}

/* A chain of one, and one of four. */
static void
test_chains(struct bench *b)
{
	struct forge_chain four = b->st.ca;
	struct forge_cert ca = forge_cert_ca(forge_key(b->st.f, "other-ca"),
	    "C=US,ST=WA,O=Example,CN=Third", b->st.ca.cert[2], forge_key(b->st.f, "ca"));
	struct forge_cert sub, leaf;
	struct judge alone;

	ca.path_len = 1;
	four.cert[2] = forge_cert(b->st.f, &ca);
	four.cert[3] = b->st.ca.cert[2];
	four.count = 4;
	sub = forge_cert_ca(forge_key(b->st.f, "other"), "C=US,ST=WA,O=Example,CN=Fourth",
	    four.cert[2], forge_key(b->st.f, "other-ca"));
	four.cert[1] = forge_cert(b->st.f, &sub);
	leaf = forge_cert_leaf(four.key, "C=US,ST=WA,O=Example,CN=Deep", four.cert[1],
	    forge_key(b->st.f, "other"));
	four.cert[0] = forge_cert(b->st.f, &leaf);
	stage_judge(&alone, &b->st, "alone", "'level':'strict'", "'ca:alone'");
	for (int form = 0; form < 2; form++) {
		struct forge_envelope spec = { .form =
						   form == 0 ? FORGE_JWS : FORGE_COSE };

		spec.signer = &four;
		is_reason(stage_verdict(&b->st, &b->strict, spec), REASON_NONE,
		    "%s: four certificates", forms[form]);
		spec.signer = &b->st.alone;
		is_reason(stage_verdict(&b->st, &alone, spec), REASON_NONE,
		    "%s: one certificate", forms[form]);
		is_reason(stage_verdict(&b->st, &b->strict, spec), REASON_CERT_UNTRUSTED,
		    "%s: one certificate that nobody named", forms[form]);
	}
	judge_close(&alone);
}

/* A target named by a longer digest, and by one that only begins like it. */
static void
test_digests(struct bench *b)
{
	static const char *const algs[] = { "sha256", "sha384", "sha512" };
	static const int lengths[] = { 64, 96, 128 };

	for (size_t i = 0; i < COUNT(algs); i++) {
		struct forge *f = forge_new();
		struct arena *mem = forge_mem(f);
		const char *digest =
		    arena_printf(mem, "%s:%0*d", algs[i], lengths[i], 7).ptr;
		const char *near =
		    arena_printf(mem, "%s:%0*d", algs[i], lengths[i], 8).ptr;
		struct forge_target t = { .digest = digest, .size = 9 };
		struct judge_target right = {
			"application/vnd.oci.image.manifest.v1+json", digest, 9
		};
		struct judge_target wrong = right;
		struct forge_envelope spec = { .signer = &b->st.ca,
			.payload = forge_payload(f, &t) };
		struct bytes envelope = forge_envelope(f, &spec);

		wrong.digest = near;
		is_reason(
		    judge_bare(&b->strict, &right, "application/jose+json", envelope),
		    REASON_NONE, "signed by %s", algs[i]);
		is_reason(
		    judge_bare(&b->strict, &wrong, "application/jose+json", envelope),
		    REASON_PAYLOAD_TARGET_MISMATCH, "another %s", algs[i]);
		forge_free(f);
	}
}

/* --- several signatures ------------------------------------------------------------------------ */

static bool
sorted(const struct verdict *v)
{
	for (size_t i = 1; i < v->signatures.n; i++)
		if (str_cmp(v->signatures.v[i - 1].manifest_digest,
			v->signatures.v[i].manifest_digest) >= 0)
			return false;
	return true;
}

/* Four ways to be bad, and a good one: every order of digests is met in some round. */
static void
test_one_good(struct bench *b)
{
	struct forge_chain stranger =
	    forge_chain(b->st.f, forge_key(b->st.f, "p256"), "Stranger");
	const struct forge_envelope bad[] = {
		{ .flip = FORGE_PART_SIGNATURE, .flip_at = 3 },
		{ .signer = &stranger },
		{ .expiry = "2025-01-01T00:00:00Z" },
		{ .plugin = "example" },
		{ .payload = BYTES_LIT("{}") },
	};
	size_t first = 0, last = 0;

	for (unsigned round = 0; round < 12; round++) {
		const struct verdict *v = &b->strict.verdict;
		struct forge_desc good;
		struct subject s;

		subject_open(&s, &b->st);
		for (size_t i = 0; i < COUNT(bad); i++)
			subject_sign(&s, bad[i]);
		good = subject_sign(
		    &s, (struct forge_envelope){
			    .agent = arena_printf(forge_mem(s.f), "%u", round).ptr });
		is_reason(subject_judge(&s, &b->strict), REASON_NONE,
		    "one of six signatures is good (%u)", round);
		ok(v->state == STATE_COMPLIANT && v->signatures.n == 6 && sorted(v),
		    "all six are recorded, by digest (%u)", round);
		ok(judge_found(&b->strict, REASON_SIG_INVALID, false) &&
			judge_found(&b->strict, REASON_CERT_UNTRUSTED, false) &&
			judge_found(&b->strict, REASON_SIGNATURE_EXPIRED, false) &&
			judge_found(&b->strict, REASON_ENVELOPE_PLUGIN_REQUIRED, false) &&
			judge_found(&b->strict, REASON_PAYLOAD_MALFORMED, false),
		    "the faults of the others stay (%u)", round);
		for (size_t i = 0; i < v->signatures.n; i++)
			if ((v->signatures.v[i].state == SIGNATURE_VALID) !=
			    str_is(v->signatures.v[i].manifest_digest, good.digest.ptr))
				ok(false, "only the good one is valid (%u)", round);
		first += str_is(v->signatures.v[0].manifest_digest, good.digest.ptr);
		last += str_is(v->signatures.v[5].manifest_digest, good.digest.ptr);
		subject_close(&s);
	}
	tap_note("the good one came first %zu times, last %zu times", first, last);
}

static void
test_none_good(struct bench *b)
{
	struct forge_chain stranger =
	    forge_chain(b->st.f, forge_key(b->st.f, "p256"), "Stranger");
	struct subject s;

	subject_open(&s, &b->st);
	subject_sign(&s, (struct forge_envelope){ .signer = &stranger });
	subject_sign(
	    &s, (struct forge_envelope){ .flip = FORGE_PART_SIGNATURE, .flip_at = 3 });
	is_reason(subject_judge(&s, &b->strict), REASON_SIG_INVALID,
	    "two bad signatures: the worse reason");
	ok(judge_found(&b->strict, REASON_CERT_UNTRUSTED, true),
	    "two bad signatures: the other one blocks, too");
	subject_close(&s);
}

/* The same signature listed by a tag index, by index.json and twice: judged once. */
static void
test_once(struct bench *b)
{
	struct subject s;
	struct forge_desc d[2];

	subject_open(&s, &b->st);
	d[0] = d[1] = subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	forge_entry(s.layout, &d[0], NULL);
	forge_referrers_tag(s.layout, &s.image, d, 2);
	is_reason(subject_judge(&s, &b->strict), REASON_NONE, "listed four times");
	is_u64(b->strict.verdict.signatures.n, 1, "listed four times, judged once");
	subject_close(&s);
}

static void
test_limit(struct bench *b)
{
	uint64_t most = b->strict.limits.v[LIMIT_SIGNATURES];
	const struct verdict *v = &b->strict.verdict;
	unsigned passed = 0, hidden = 0;

	for (unsigned round = 0; round < 12; round++) {
		struct subject s;
		struct forge_desc good;
		bool seen;

		subject_open(&s, &b->st);
		for (unsigned i = 0; i < 3; i++)
			subject_sign(
			    &s, (struct forge_envelope){
				    .flip = FORGE_PART_SIGNATURE, .flip_at = 3 + i });
		good = subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
		b->strict.limits.v[LIMIT_SIGNATURES] = 4;
		is_reason(subject_judge(&s, &b->strict), REASON_NONE,
		    "as many as the limit (%u)", round);
		ok(!judge_has(&b->strict, REASON_SIGNATURE_LIMIT),
		    "as many as the limit: no finding (%u)", round);
		b->strict.limits.v[LIMIT_SIGNATURES] = 2;
		subject_judge(&s, &b->strict);
		seen = false;
		for (size_t i = 0; i < v->signatures.n; i++)
			seen = seen || str_is(v->signatures.v[i].manifest_digest,
					   good.digest.ptr);
		ok(v->signatures.n == 2 &&
			v->state == (seen ? STATE_COMPLIANT : STATE_NONCOMPLIANT) &&
			judge_found(&b->strict, REASON_SIGNATURE_LIMIT, !seen),
		    "two of four looked at, the good one %samong them (%u)",
		    seen ? "" : "not ", round);
		passed += seen;
		hidden += !seen;
		subject_close(&s);
	}
	b->strict.limits.v[LIMIT_SIGNATURES] = most;
	ok(passed > 0 && hidden > 0, "both were met: %u and %u", passed, hidden);
}

/* --- several names -------------------------------------------------------------------------------- */

#define NAMED_STATEMENT(name, scope, level, store)                                       \
	"{'name':'" name "','registryScopes':['" scope                                   \
	"'],'signatureVerification':{'level':'" level "'},'trustStores':['ca:" store     \
	"'],'trustedIdentities':['*']}"

static void
test_names(struct bench *b)
{
	static const char statements[] = NAMED_STATEMENT("met", "r.example/met", "strict",
	    "root") "," NAMED_STATEMENT("met too", "r.example/met-too", "permissive",
	    "root") "," NAMED_STATEMENT("unmet", "r.example/unmet", "strict",
	    "stranger") "," NAMED_STATEMENT("lax", "r.example/lax", "audit",
	    "stranger") ","
			"{'name':'skip','registryScopes':['r.example/skip'],"
			"'signatureVerification':{'level':'skip'}}";
	static const struct {
		const char *names[3];
		enum state state;
		enum reason reason;
	} rows[] = {
		{ { "r.example/met:1" }, STATE_COMPLIANT, REASON_NONE },
		{ { "r.example/lax:1" }, STATE_COMPLIANT, REASON_NONE },
		{ { "r.example/unmet:1" }, STATE_NONCOMPLIANT, REASON_CERT_UNTRUSTED },
		{ { "r.example/skip:1" }, STATE_NOT_APPLICABLE,
		    REASON_POLICY_LEVEL_SKIP },
		{ { "r.example/met:1", "r.example/met:2" }, STATE_COMPLIANT,
		    REASON_NONE },
		{ { "r.example/met:1", "r.example/met-too:1" }, STATE_COMPLIANT,
		    REASON_NONE },
		/* No second name makes the judgement milder. */
		{ { "r.example/met:1", "r.example/unmet:1" }, STATE_NONCOMPLIANT,
		    REASON_CERT_UNTRUSTED },
		{ { "r.example/lax:1", "r.example/unmet:1" }, STATE_NONCOMPLIANT,
		    REASON_CERT_UNTRUSTED },
		{ { "r.example/unmet:1", "r.example/skip:1" }, STATE_NONCOMPLIANT,
		    REASON_CERT_UNTRUSTED },
		{ { "r.example/met:1", "r.example/skip:1" }, STATE_COMPLIANT,
		    REASON_NONE },
		{ { "r.example/met:1", "r.example/nobody:1" }, STATE_NONCOMPLIANT,
		    REASON_POLICY_NO_MATCH },
		{ { "r.example/skip:1", "r.example/nobody:1" }, STATE_NONCOMPLIANT,
		    REASON_POLICY_NO_MATCH },
		{ { "r.example/met/sub:1" }, STATE_NONCOMPLIANT, REASON_POLICY_NO_MATCH },
		{ { "r.example/metal:1" }, STATE_NONCOMPLIANT, REASON_POLICY_NO_MATCH },
		/* It might have been the name of a stricter statement. */
		{ { "r.example/Met:1" }, STATE_NONCOMPLIANT, REASON_REFERENCE_INVALID },
		/* Short ones are none. */
		{ { "UPPER:1" }, STATE_NONCOMPLIANT, REASON_POLICY_NAMELESS },
		{ { "met:1" }, STATE_NONCOMPLIANT, REASON_POLICY_NAMELESS },
	};
	struct judge j;

	judge_open(&j, stage_policy(&b->st, "names", statements), STAGE_NOW);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct subject s;

		subject_new(&s, &b->st);
		for (size_t k = 0; k < COUNT(rows[i].names); k++)
			if (rows[i].names[k] != NULL)
				forge_entry(s.layout, &s.image, rows[i].names[k]);
		subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
		forge_layout_end(s.layout);
		s.written = true;
		j.trust_names = true;
		is_reason(judge_folder(&j, s.dir, NULL), rows[i].reason, "named %s%s%s",
		    rows[i].names[0], rows[i].names[1] == NULL ? "" : " and ",
		    rows[i].names[1] == NULL ? "" : rows[i].names[1]);
		ok(j.verdict.state == rows[i].state, "named %s: state %s",
		    rows[i].names[0], state_name(j.verdict.state));
		/* The export's own names count only where the user allowed it. */
		j.trust_names = false;
		is_reason(judge_folder(&j, s.dir, NULL), REASON_POLICY_NAMELESS,
		    "%s in the export, not trusted", rows[i].names[0]);
		is_reason(judge_folder(&j, s.dir, "r.example/met"), REASON_NONE,
		    "%s in the export, named by the user", rows[i].names[0]);
		j.trust_names = true;
		is_reason(judge_folder(&j, s.dir, "r.example/unmet"),
		    REASON_CERT_UNTRUSTED, "%s in the export, overruled by the user",
		    rows[i].names[0]);
		subject_close(&s);
	}
	judge_close(&j);
}

/* The exact scope before "*", for a name of the user's. */
static void
test_wildcard(struct bench *b)
{
	static const char statements[] = NAMED_STATEMENT("all", "*", "strict",
	    "stranger") "," NAMED_STATEMENT("exact", "r.example/exact", "strict", "root");
	struct subject s;
	struct judge j;

	judge_open(&j, stage_policy(&b->st, "wildcard", statements), STAGE_NOW);
	subject_new(&s, &b->st);
	forge_entry(s.layout, &s.image, NULL);
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	forge_layout_end(s.layout);
	s.written = true;
	is_reason(judge_folder(&j, s.dir, NULL), REASON_CERT_UNTRUSTED, "no name: *");
	is_reason(judge_folder(&j, s.dir, "r.example/exact"), REASON_NONE, "exact scope");
	ok(str_is(j.verdict.statement, "exact"), "the statement is recorded");
	is_reason(judge_folder(&j, s.dir, "r.example/other"), REASON_CERT_UNTRUSTED,
	    "any other name: *");
	subject_close(&s);
	judge_close(&j);
}

int
main(void)
{
	struct bench b;

	stage_open(&b.st);
	stage_judge(&b.strict, &b.st, "strict", "'level':'strict'",
	    "'ca:root','signingAuthority:root'");
	stage_judge(&b.stamped, &b.st, "stamped", "'level':'strict'",
	    "'ca:root','signingAuthority:root','tsa:root'");
	test_algorithms(&b);
	test_chains(&b);
	test_digests(&b);
	test_one_good(&b);
	test_none_good(&b);
	test_once(&b);
	test_limit(&b);
	test_names(&b);
	test_wildcard(&b);
	judge_close(&b.stamped);
	judge_close(&b.strict);
	stage_close(&b.st);
	return tap_done();
}
