/* SPDX-License-Identifier: Apache-2.0 */
/* OCSP responses: every field, who may sign them, what they are about. */
#include "crypto/ocsp.h"
#include "tests/lib/deredit.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

#define NOW "2026-06-01T00:00:00Z"

static struct kit k;
static struct forge_chain chain;
static const struct cert *leaf, *issuer, *root;

static struct when
at(const char *text)
{
	struct when w = { 0, 0 };

	if (!when_parse(&w, str_of(text)))
		forge_die("time %s", text);
	return w;
}

static bool
is_time(struct when got, const char *want, const char *what)
{
	return ok(when_cmp(got, at(want)) == 0, "%s is %s", what, want);
}

static struct forge_ocsp
good(void)
{
	return (struct forge_ocsp){ .cert = chain.cert[0],
		.issuer = chain.cert[1],
		.issuer_key = forge_key(k.forge, "ca-sub") };
}

static enum reason
parse(struct ocsp *out, struct bytes der)
{
	struct err err = { .reason = REASON_NONE };

	*out = (struct ocsp){ .weak = false };
	return ocsp_parse(out, k.mem, der, k.hasher, &k.limits, NULL, &err) == 0
		   ? REASON_NONE
		   : err.reason;
}

static struct ocsp
made(const struct forge_ocsp *spec)
{
	struct ocsp o;

	is_reason(parse(&o, forge_ocsp(k.forge, spec)), REASON_NONE, "it is read");
	return o;
}

static enum reason
signer(const struct cert **out, const struct forge_ocsp *spec, const char *time)
{
	struct ocsp o = made(spec);

	return ocsp_responder(
	    out, &o, k.certs, issuer, at(time), k.detail, sizeof(k.detail));
}

/* A response by a certificate of `cert`, which the issuing CA has signed. */
static struct forge_ocsp
delegated(struct forge_cert cert)
{
	struct forge_ocsp spec = good();

	spec.responder = forge_cert(k.forge, &cert);
	spec.responder_key = cert.key;
	return spec;
}

static struct forge_cert
delegate(bool nocheck)
{
	return forge_cert_responder(forge_key(k.forge, "rsa2048"),
	    "C=US,ST=WA,O=Example,CN=OCSP", chain.cert[1], forge_key(k.forge, "ca-sub"),
	    nocheck);
}

static void
fields(void)
{
	struct forge_ocsp spec = good();
	struct bytes der = forge_ocsp(k.forge, &spec);
	struct ocsp o;

	is_reason(parse(&o, der), REASON_NONE, "an ordinary response is read");
	is_bytes(o.der, der, "it keeps its octets");
	is_bytes(digest_value(&o.sha256), forge_hash(k.forge, "SHA256", der),
	    "and knows their digest");
	is_bytes(o.tbs, der_at(der, "1.0.1.0.0"), "ResponseData");
	is_bytes(o.signature_alg, der_at(der, "1.0.1.0.1"), "algorithm");
	is_str(str_of(o.signed_with), "sha256WithRSAEncryption", "its name");
	ok(!o.weak && !o.unknown_critical, "nothing is weak or unknown");
	is_bytes(o.responder_name, cert_info(issuer)->subject_der, "responder by name");
	ok(o.responder_key.len == 0, "and not by key");
	is_time(o.produced_at, FORGE_OCSP_THIS, "producedAt");
	is_u64(o.cert_count, 0, "no certificates");
	is_u64(o.single_count, 1, "one answer");
	is_bytes(o.singles[0].serial, cert_info(leaf)->serial, "about the leaf");
	ok(o.singles[0].hash_sha1 && o.singles[0].hash == DIGEST_NONE, "hash is SHA-1");
	ok(o.singles[0].status == OCSP_GOOD && o.singles[0].reason == -1, "good");
	is_time(o.singles[0].this_update, FORGE_OCSP_THIS, "thisUpdate");
	ok(o.singles[0].has_next_update, "there is a nextUpdate");
	is_time(o.singles[0].next_update, FORGE_OCSP_NEXT, "nextUpdate");
	ok(!o.singles[0].unknown_critical, "no critical extension");
	ok(ocsp_answers(&o.singles[0], leaf, issuer), "it answers for the leaf");
}

static void
statuses(void)
{
	const struct forge_ocsp_single singles[] = {
		{ .serial = 100 },
		{ .serial = 101, .status = FORGE_OCSP_REVOKED, .reason = 2 },
		{ .serial = 102,
		    .status = FORGE_OCSP_REVOKED,
		    .revoked_at = "2025-12-31T23:59:59Z" },
		{ .serial = 103, .status = FORGE_OCSP_UNKNOWN, .no_next_update = true },
		{ .serial = 104, .extension = true },
		{ .serial = 105, .critical = true },
		{ .serial = 106, .status = FORGE_OCSP_REVOKED, .reason = 8 },
		{ .serial = 107, .status = FORGE_OCSP_REVOKED, .reason = 100 },
		{ .this_update = "2026-05-20", .next_update = "2026-05-20" },
	};
	struct forge_ocsp spec = good();
	struct ocsp o;

	spec.singles = singles;
	spec.single_count = COUNT(singles);
	spec.extension = true;
	o = made(&spec);
	if (!is_u64(o.single_count, COUNT(singles), "all answers, in their order"))
		return;
	ok(o.singles[0].status == OCSP_GOOD, "good");
	ok(o.singles[1].status == OCSP_REVOKED && o.singles[1].reason == 1,
	    "revoked, keyCompromise");
	is_time(o.singles[1].revoked_at, "2026-05-01T00:00:00Z", "revocationTime");
	ok(o.singles[2].status == OCSP_REVOKED && o.singles[2].reason == -1,
	    "revoked without a reason");
	is_time(o.singles[2].revoked_at, "2025-12-31T23:59:59Z", "revocationTime");
	ok(o.singles[3].status == OCSP_UNKNOWN && !o.singles[3].has_next_update,
	    "unknown, without nextUpdate");
	ok(!o.singles[4].unknown_critical && o.singles[5].unknown_critical,
	    "extension of an answer: plain and critical");
	ok(o.singles[6].status == OCSP_REVOKED && o.singles[6].reason == -1 &&
		o.singles[7].status == OCSP_REVOKED && o.singles[7].reason == -1,
	    "a reason that does not exist: revoked all the same");
	ok(o.singles[8].has_next_update, "nextUpdate may be thisUpdate");
	ok(!o.unknown_critical, "extension of the response");
	for (size_t i = 0; i < COUNT(singles); i++)
		ok(ocsp_answers(&o.singles[i], leaf, issuer) == (i == 8),
		    "answer %zu is %sabout the leaf", i, i == 8 ? "" : "not ");
	spec.critical = true;
	o = made(&spec);
	ok(o.unknown_critical, "critical extension of the response");
}

static void
hashes(void)
{
	static const struct {
		const char *hash;
		enum digest_alg alg;
		bool answers;
	} rows[] = {
		{ "SHA1", DIGEST_NONE, true },
		{ "SHA256", DIGEST_SHA256, true },
		{ "SHA384", DIGEST_SHA384, true },
		{ "SHA512", DIGEST_SHA512, true },
		{ "MD5", DIGEST_NONE, false },
	};
	struct forge_ocsp spec = good();
	struct forge_ocsp_single single = { 0 };
	struct ocsp o;

	spec.singles = &single;
	spec.single_count = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		single.hash = rows[i].hash;
		o = made(&spec);
		ok(o.singles[0].hash == rows[i].alg && o.singles[0].hash_sha1 == (i == 0),
		    "hash of the CertID is %s", rows[i].hash);
		ok(ocsp_answers(&o.singles[0], leaf, issuer) == rows[i].answers,
		    "which %s", rows[i].answers ? "answers" : "never answers");
		ok(!ocsp_answers(&o.singles[0], issuer, root),
		    "and not for the issuing CA");
	}
}

static void
responders(void)
{
	static const char *const algs[] = { "SHA256", "SHA384", "SHA512" };
	struct forge_ocsp spec = good();
	const struct cert *who = NULL;
	struct ocsp o;

	is_reason(signer(&who, &spec, NOW), REASON_NONE, "the issuer by name");
	ok(who == issuer, "is the issuer");
	spec.by_key = true;
	is_reason(signer(&who, &spec, NOW), REASON_NONE, "the issuer by key");
	ok(who == issuer, "is the issuer");
	o = made(&spec);
	ok(o.responder_name.len == 0 && o.responder_key.len == 20,
	    "only the key is named");
	spec.extra_certs = chain.cert[1];
	is_reason(signer(&who, &spec, NOW), REASON_NONE, "with its certificate");
	ok(who == issuer && !ocsp_nocheck(who), "is still the issuer");
	for (size_t i = 0; i < COUNT(algs); i++) {
		spec.hash = algs[i];
		spec.pss = false;
		is_reason(signer(&who, &spec, NOW), REASON_NONE, "PKCS #1, %s", algs[i]);
		spec.pss = true;
		is_reason(signer(&who, &spec, NOW), REASON_NONE, "PSS, %s", algs[i]);
	}
}

static void
delegates(void)
{
	static const char *const keys[] = { "rsa3072", "p256", "p384", "p521" };
	struct forge_cert cert = delegate(true);
	struct forge_ocsp spec = delegated(cert);
	const struct cert *who = NULL, *own;

	is_reason(signer(&who, &spec, NOW), REASON_NONE, "a delegate by name");
	kit_cert(&k, &own, spec.responder);
	ok(who == own && ocsp_nocheck(who), "is the delegate, with nocheck");
	spec.by_key = true;
	is_reason(signer(&who, &spec, NOW), REASON_NONE, "a delegate by key");
	ok(who == own, "is the delegate");
	spec.extra_certs = der_join(k.mem, chain.cert[0], chain.cert[1]);
	is_reason(signer(&who, &spec, NOW), REASON_NONE, "behind other certificates");
	ok(who == own, "is the delegate");
	cert = delegate(false);
	spec = delegated(cert);
	is_reason(signer(&who, &spec, NOW), REASON_NONE, "a delegate without nocheck");
	ok(who != NULL && !ocsp_nocheck(who), "has none");
	cert.key_usage = 0;
	spec = delegated(cert);
	is_reason(signer(&who, &spec, NOW), REASON_NONE, "without key usage");
	cert.eku = "OCSPSigning,clientAuth";
	cert.eku_critical = true;
	spec = delegated(cert);
	is_reason(signer(&who, &spec, NOW), REASON_NONE, "with a second purpose");
	for (size_t i = 0; i < COUNT(keys); i++) {
		cert = delegate(true);
		cert.key = forge_key(k.forge, keys[i]);
		spec = delegated(cert);
		is_reason(signer(&who, &spec, NOW), REASON_NONE, "with key %s", keys[i]);
	}
}

/* Both ends are inside. */
static void
delegate_times(void)
{
	struct forge_cert cert = delegate(true);
	const struct cert *who;
	struct forge_ocsp spec;

	cert.not_before = "2026-05-01T00:00:00Z";
	cert.not_after = "2026-06-30T12:00:00Z";
	spec = delegated(cert);
	is_reason(
	    signer(&who, &spec, "2026-05-01T00:00:00Z"), REASON_NONE, "first second");
	is_reason(
	    signer(&who, &spec, "2026-06-30T12:00:00Z"), REASON_NONE, "last second");
	is_reason(signer(&who, &spec, "2026-04-30T23:59:59Z"), REASON_OCSP_RESPONDER,
	    "a second before");
	is_reason(signer(&who, &spec, "2026-06-30T12:00:01Z"), REASON_OCSP_RESPONDER,
	    "a second after");
	ok(who == NULL, "nobody then");
}

/* What the extension is worth depends on its value: NULL (RFC 6960 section 4.2.2.2.1). */
static void
nocheck_values(void)
{
	static const struct {
		const char *name, *value;
		size_t len;
		bool critical, counts;
	} rows[] = {
		{ "NULL", "\x05\x00", 2, false, true },
		{ "NULL, critical", "\x05\x00", 2, true, true },
		{ "nothing", "", 0, false, false },
		{ "BOOLEAN", "\x01\x01\xff", 3, false, false },
		{ "NULL twice", "\x05\x00\x05\x00", 4, false, false },
	};
	struct forge_cert spec = delegate(false);
	const struct cert *c;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_ext ext = { "1.3.6.1.5.5.7.48.1.5", rows[i].critical,
			bytes_of(rows[i].value, rows[i].len) };

		spec.extra = &ext;
		spec.extra_count = 1;
		is_reason(kit_cert(&k, &c, forge_cert(k.forge, &spec)), REASON_NONE,
		    "nocheck is %s", rows[i].name);
		ok(ocsp_nocheck(c) == rows[i].counts && !cert_info(c)->unknown_critical,
		    "it %s", rows[i].counts ? "counts" : "does not count");
	}
}

static void
sizes(void)
{
	struct forge_ocsp spec = good();
	struct bytes der = forge_ocsp(k.forge, &spec);
	struct ocsp o;

	k.limits.v[LIMIT_OCSP_BYTES] = der.len;
	is_reason(parse(&o, der), REASON_NONE, "as large as the limit");
	k.limits.v[LIMIT_OCSP_BYTES] = der.len - 1;
	is_reason(parse(&o, der), REASON_LIMIT_OCSP_HIT, "larger than the limit");
	limits_default(&k.limits);
	is_u64(k.limits.v[LIMIT_OCSP_BYTES], 20480, "the limit");
}

int
main(void)
{
	kit_open(&k);
	chain = forge_chain(k.forge, forge_key(k.forge, "p256"), "Example");
	kit_cert(&k, &leaf, chain.cert[0]);
	kit_cert(&k, &issuer, chain.cert[1]);
	kit_cert(&k, &root, chain.cert[2]);
	fields();
	statuses();
	hashes();
	responders();
	delegates();
	delegate_times();
	nocheck_values();
	sizes();
	kit_close(&k);
	return tap_done();
}
