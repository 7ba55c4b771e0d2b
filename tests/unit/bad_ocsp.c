/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCSP responses that must not count (catalogue row R08). Each starts from a response
 * that answers for the leaf and has one defect.
 */
#include "crypto/ocsp.h"
#include "tests/lib/deredit.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

/* Places in a response of the forge. */
#define AT_STATUS "0"
#define AT_BYTES "1"
#define AT_RESPONSE "1.0"
#define AT_TYPE "1.0.0"
#define AT_OCTETS "1.0.1"
#define AT_BASIC "1.0.1.0"
#define AT_DATA "1.0.1.0.0"
#define AT_RESPONDER "1.0.1.0.0.0"
#define AT_PRODUCED "1.0.1.0.0.1"
#define AT_ANSWERS "1.0.1.0.0.2"
#define AT_ANSWER "1.0.1.0.0.2.0"
#define AT_ID "1.0.1.0.0.2.0.0"
#define AT_GOOD "1.0.1.0.0.2.0.1"
#define AT_THIS "1.0.1.0.0.2.0.2"
#define AT_NEXT "1.0.1.0.0.2.0.3"
#define AT_ALG "1.0.1.0.1"
#define AT_SIGNATURE "1.0.1.0.2"

static struct kit k;
static struct forge_chain chain;
static struct bytes stranger,
    namesake; /* other authorities; the second has the issuer's name */
static const struct cert *leaf, *issuer;
static struct when now;

static struct forge_ocsp
good(void)
{
	return (struct forge_ocsp){ .cert = chain.cert[0],
		.issuer = chain.cert[1],
		.issuer_key = forge_key(k.forge, "ca-sub") };
}

static struct bytes
made(const struct forge_ocsp *spec)
{
	return forge_ocsp(k.forge, spec);
}

static struct bytes
plain(void)
{
	struct forge_ocsp spec = good();

	return made(&spec);
}

static enum reason
parse(struct ocsp *o, struct bytes der)
{
	struct err err = { .reason = REASON_NONE };

	return ocsp_parse(o, k.mem, der, k.hasher, &k.limits, NULL, &err) == 0
		   ? REASON_NONE
		   : err.reason;
}

/* Parse, then ask who signed it. */
static enum reason
verdict(struct bytes der)
{
	const struct cert *who = NULL;
	enum reason reason;
	struct ocsp o;

	reason = parse(&o, der);
	if (reason != REASON_NONE)
		return reason;
	reason =
	    ocsp_responder(&who, &o, k.certs, issuer, now, k.detail, sizeof(k.detail));
	if ((reason == REASON_NONE) != (who != NULL))
		forge_die("a responder and a reason");
	return reason;
}

static void
refused(const char *name, struct bytes der, enum reason want)
{
	is_reason(verdict(der), want, "%s", name);
}

static void
refused_spec(const char *name, const struct forge_ocsp *spec, enum reason want)
{
	refused(name, made(spec), want);
}

static bool
answers(const struct forge_ocsp_single *single)
{
	struct forge_ocsp spec = good();
	struct ocsp o;

	spec.singles = single;
	spec.single_count = 1;
	is_reason(parse(&o, made(&spec)), REASON_NONE, "  it is read");
	return ocsp_answers(&o.singles[0], leaf, issuer);
}

static void
another_certificate(void)
{
	struct forge_ocsp_single s = { .hash = "SHA256" };

	ok(answers(&s), "bad_R08 sibling: about this certificate");
	s.serial = 4;
	ok(!answers(&s), "bad_R08_another_serial");
	s = (struct forge_ocsp_single){ .issuer = stranger };
	ok(!answers(&s), "bad_R08_same_serial_of_another_issuer");
	s = (struct forge_ocsp_single){ .issuer = namesake };
	ok(!answers(&s), "bad_R08_same_serial_of_a_namesake_of_the_issuer");
	s = (struct forge_ocsp_single){ .break_name_hash = true };
	ok(!answers(&s), "bad_R08_issuer_name_hash");
	s = (struct forge_ocsp_single){ .break_key_hash = true };
	ok(!answers(&s), "bad_R08_issuer_key_hash");
	s = (struct forge_ocsp_single){ .hash = "MD5" };
	ok(!answers(&s), "bad_R08_hash_md5");
}

static void
signatures(void)
{
	struct forge_ocsp spec = good();
	struct bytes der = plain();

	refused("bad_R08 sibling: the issuer signed it", der, REASON_NONE);
	spec.break_signature = true;
	refused_spec("bad_R08_signature_broken", &spec, REASON_OCSP_BAD_SIGNATURE);
	spec = good();
	spec.issuer_key = forge_key(k.forge, "other-ca");
	refused_spec("bad_R08_signed_by_another_key", &spec, REASON_OCSP_BAD_SIGNATURE);
	spec = good();
	spec.hash = "SHA1";
	refused_spec("bad_R08_signature_sha1", &spec, REASON_OCSP_BAD_SIGNATURE);
	refused("bad_R08_status_changed",
	    der_edit(k.mem, der, AT_GOOD, BYTES_LIT("\x82\x00")),
	    REASON_OCSP_BAD_SIGNATURE);
	refused("bad_R08_algorithm_changed",
	    der_fill(k.mem, der, AT_ALG ".0",
		BYTES_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c")),
	    REASON_OCSP_BAD_SIGNATURE);
	refused("bad_R08_algorithm_unknown",
	    der_fill(k.mem, der, AT_ALG ".0", BYTES_LIT("\x2a\x03\x04")),
	    REASON_OCSP_BAD_SIGNATURE);
	refused("bad_R08_algorithm_of_another_key_type",
	    der_fill(
		k.mem, der, AT_ALG ".0", BYTES_LIT("\x2a\x86\x48\xce\x3d\x04\x03\x02")),
	    REASON_OCSP_BAD_SIGNATURE);
	refused("bad_R08_signature_empty",
	    der_fill(k.mem, der, AT_SIGNATURE, BYTES_LIT("\0")),
	    REASON_OCSP_BAD_SIGNATURE);
}

static void
other_issuers(void)
{
	struct forge_ocsp spec = good();

	spec.issuer = stranger;
	spec.issuer_key = forge_key(k.forge, "other-ca");
	refused_spec("bad_R08_another_issuer", &spec, REASON_OCSP_RESPONDER);
	spec.issuer = namesake;
	refused_spec("bad_R08_namesake_of_the_issuer", &spec, REASON_OCSP_BAD_SIGNATURE);
	spec.extra_certs = namesake;
	refused_spec(
	    "bad_R08_namesake_of_the_issuer_inside", &spec, REASON_OCSP_BAD_SIGNATURE);
	spec.by_key = true;
	refused_spec(
	    "bad_R08_namesake_of_the_issuer_by_key", &spec, REASON_OCSP_RESPONDER);
	spec = good();
	spec.named = stranger;
	refused_spec("bad_R08_responder_name_of_another", &spec, REASON_OCSP_RESPONDER);
	spec.by_key = true;
	refused_spec("bad_R08_responder_key_of_another", &spec, REASON_OCSP_RESPONDER);
}

/* A response by a certificate that the issuing CA has signed. */
static struct forge_ocsp
delegated(const struct forge_cert *cert)
{
	struct forge_ocsp spec = good();

	spec.responder = forge_cert(k.forge, cert);
	spec.responder_key = cert->key;
	return spec;
}

static struct forge_cert
delegate(void)
{
	return forge_cert_responder(forge_key(k.forge, "rsa2048"),
	    "C=US,ST=WA,O=Example,CN=OCSP", chain.cert[1], forge_key(k.forge, "ca-sub"),
	    true);
}

static void
by(const char *name, const struct forge_cert *cert, enum reason want)
{
	struct forge_ocsp spec = delegated(cert);

	refused_spec(name, &spec, want);
}

static void
delegates(void)
{
	static const struct forge_ext unknown = { "1.3.6.1.4.1.32473.9", true,
		{ (const uint8_t *)"\x05\x00", 2 } };
	struct forge_cert c = delegate();

	by("bad_R08 sibling: a delegate signed it", &c, REASON_NONE);
	c.eku = "codeSigning";
	by("bad_R08_no_OCSPSigning", &c, REASON_OCSP_RESPONDER);
	c.eku = NULL;
	by("bad_R08_no_extended_key_usage", &c, REASON_OCSP_RESPONDER);
	c.eku = "anyExtendedKeyUsage";
	by("bad_R08_any_purpose_is_not_OCSPSigning", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.key_usage = KU_NON_REPUDIATION;
	by("bad_R08_key_usage", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.basic = FORGE_BASIC_CA;
	by("bad_R08_authority_as_delegate", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.not_after = "2026-05-31T23:59:59Z";
	by("bad_R08_delegate_expired", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.not_before = "2026-06-01T00:00:01Z";
	by("bad_R08_delegate_not_yet_valid", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.break_signature = true;
	by("bad_R08_delegate_signature", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.hash = "SHA1";
	by("bad_R08_delegate_signed_with_sha1", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.extra = &unknown;
	by("bad_R08_delegate_critical_extension", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.key = forge_key_new(k.forge, "RSA-1024");
	by("bad_R08_delegate_key_weak", &c, REASON_OCSP_BAD_SIGNATURE);
}

static void
strangers(void)
{
	struct forge_cert c = delegate();
	struct forge_ocsp spec;

	c.issuer = stranger;
	c.issuer_key = forge_key(k.forge, "other-ca");
	by("bad_R08_delegate_of_another_issuer", &c, REASON_OCSP_RESPONDER);
	c.issuer = namesake;
	by("bad_R08_delegate_of_a_namesake", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	c.issuer_name = "C=US,ST=WA,O=Example,CN=Another";
	by("bad_R08_delegate_with_another_issuer_name", &c, REASON_OCSP_RESPONDER);
	/* The root is above the issuer, and yet it may not speak for it. */
	c = delegate();
	c.issuer = chain.cert[2];
	c.issuer_key = forge_key(k.forge, "ca");
	by("bad_R08_delegate_of_the_root", &c, REASON_OCSP_RESPONDER);
	c = delegate();
	spec = delegated(&c);
	spec.no_certs = true;
	refused_spec("bad_R08_delegate_left_out", &spec, REASON_OCSP_RESPONDER);
	spec = delegated(&c);
	spec.responder_key = forge_key(k.forge, "other");
	refused_spec("bad_R08_delegate_did_not_sign", &spec, REASON_OCSP_BAD_SIGNATURE);
	spec = delegated(&c);
	spec.responder = chain.cert[0];
	spec.responder_key = chain.key;
	refused_spec("bad_R08_leaf_answers_for_itself", &spec, REASON_OCSP_RESPONDER);
	spec = delegated(&c);
	spec.named = chain.cert[1];
	refused_spec(
	    "bad_R08_delegate_signs_as_issuer", &spec, REASON_OCSP_BAD_SIGNATURE);
	spec = delegated(&c);
	spec.extra_certs = BYTES_LIT("\x30\x03\x02\x01\x01");
	refused_spec("bad_R08 sibling: rubbish beside the delegate", &spec, REASON_NONE);
}

/* An issuer that may not issue appoints nobody. */
static void
issuer_not_ca(void)
{
	struct forge_cert end = forge_cert_leaf(forge_key(k.forge, "rsa3072"),
	    "C=US,O=Example,CN=End", chain.cert[1], forge_key(k.forge, "ca-sub"));
	struct forge_cert c = delegate();
	const struct cert *was = issuer;
	struct forge_ocsp spec;

	c.issuer = forge_cert(k.forge, &end);
	c.issuer_key = end.key;
	spec = delegated(&c);
	spec.issuer = c.issuer;
	spec.issuer_key = end.key;
	kit_cert(&k, &issuer, c.issuer);
	refused_spec("bad_R08_issuer_is_no_ca", &spec, REASON_OCSP_RESPONDER);
	issuer = was;
}

static void
statuses(void)
{
	static const struct {
		unsigned status;
		const char *name;
	} rows[] = {
		{ 1, "bad_R08_status_malformed_request" },
		{ 2, "bad_R08_status_internal_error" },
		{ 3, "bad_R08_status_try_later" },
		{ 4, "bad_R08_status_unassigned" },
		{ 5, "bad_R08_status_sig_required" },
		{ 6, "bad_R08_status_unauthorized" },
		{ 99, "bad_R08_status_99" },
	};
	struct forge_ocsp spec = good();

	for (size_t i = 0; i < COUNT(rows); i++) {
		spec.status = rows[i].status;
		spec.status_with_answer = false;
		refused_spec(rows[i].name, &spec, REASON_OCSP_STATUS);
		spec.status_with_answer = true;
		refused_spec(rows[i].name, &spec, REASON_OCSP_STATUS);
	}
	spec = good();
	spec.type = "1.3.6.1.5.5.7.48.1.2";
	refused_spec("bad_R08_another_response_type", &spec, REASON_OCSP_STATUS);
	refused("bad_R08_success_without_response",
	    der_edit(k.mem, plain(), AT_BYTES, BYTES_LIT("")), REASON_OCSP_MALFORMED);
	refused("bad_R08_status_of_two_octets",
	    der_fill(k.mem, plain(), AT_STATUS, BYTES_LIT("\x01\x00")),
	    REASON_OCSP_MALFORMED);
}

static void
sizes(void)
{
	struct bytes der = plain();
	uint8_t *large = arena_alloc(k.mem, 20481);
	struct ocsp o;

	is_reason(parse(&o, bytes_of(large, 20481)), REASON_LIMIT_OCSP_HIT,
	    "bad_R08_over_20480_bytes");
	is_reason(parse(&o, bytes_of(large, 20480)), REASON_OCSP_MALFORMED,
	    "bad_R08 sibling: 20480 bytes are read");
	for (size_t cut = 0; cut < der.len; cut++) {
		enum reason reason = parse(&o, bytes_of(der.ptr, cut));

		if (reason != REASON_OCSP_MALFORMED)
			is_reason(reason, REASON_OCSP_MALFORMED, "cut at %zu", cut);
	}
	ok(true, "bad_R08_cut_anywhere");
	refused("bad_R08_empty_file", bytes_of(NULL, 0), REASON_OCSP_MALFORMED);
}

/* Form: what RFC 6960 and DER leave no choice about. */
static const struct surgery {
	const char *name, *path, *with; /* with NULL: `add` behind the value */
	size_t len;
	const char *add;
	size_t add_len;
} surgeries[] = {
/* clang-format off */
#define PUT(name, path, with) { name, path, with, sizeof(with) - 1, NULL, 0 }
#define ADD(name, path, add) { name, path, NULL, 0, add, sizeof(add) - 1 }
	PUT("bad_R08_status_not_enumerated", AT_STATUS, "\x02\x01\x00"),
	PUT("bad_R08_response_bytes_untagged", AT_BYTES, "\x30\x00"),
	ADD("bad_R08_field_behind_response_bytes", AT_BYTES, "\x05\x00"),
	ADD("bad_R08_two_response_bytes", AT_RESPONSE, "\x30\x00"),
	ADD("bad_R08_field_behind_response", AT_OCTETS, "\x05\x00"),
	PUT("bad_R08_type_not_oid", AT_TYPE, "\x05\x00"),
	PUT("bad_R08_response_not_octets", AT_OCTETS, "\x05\x00"),
	PUT("bad_R08_response_empty", AT_OCTETS, "\x04\x00"),
	ADD("bad_R08_bytes_behind_basic_response", AT_BASIC, "\x05\x00"),
	PUT("bad_R08_basic_response_empty", AT_BASIC, "\x30\x00"),
	PUT("bad_R08_data_empty", AT_DATA, "\x30\x00"),
	PUT("bad_R08_no_responder", AT_RESPONDER, ""),
	PUT("bad_R08_responder_of_unknown_kind", AT_RESPONDER, "\xa3\x02\x30\x00"),
	PUT("bad_R08_responder_name_not_a_name", AT_RESPONDER, "\xa1\x02\x05\x00"),
	PUT("bad_R08_responder_key_short", AT_RESPONDER, "\xa2\x03\x04\x01\x00"),
	PUT("bad_R08_responder_two_values", AT_RESPONDER, "\xa1\x04\x30\x00\x30\x00"),
	PUT("bad_R08_produced_at_utc", AT_PRODUCED,
	    "\x17\x0d" "260530000000Z"),
	PUT("bad_R08_produced_at_fraction", AT_PRODUCED,
	    "\x18\x11" "20260530000000.5Z"),
	PUT("bad_R08_produced_at_zone", AT_PRODUCED,
	    "\x18\x13" "20260530000000+0200"),
	PUT("bad_R08_no_answers", AT_ANSWERS, "\x30\x00"),
	PUT("bad_R08_answers_not_a_list", AT_ANSWERS, "\x05\x00"),
	ADD("bad_R08_field_behind_answers", AT_ANSWERS, "\x05\x00"),
	PUT("bad_R08_answer_empty", AT_ANSWER, "\x30\x00"),
	PUT("bad_R08_answer_not_a_sequence", AT_ANSWER, "\x31\x00"),
	PUT("bad_R08_id_empty", AT_ID, "\x30\x00"),
	PUT("bad_R08_id_algorithm", AT_ID ".0", "\x05\x00"),
	PUT("bad_R08_id_name_hash", AT_ID ".1", "\x05\x00"),
	PUT("bad_R08_id_key_hash", AT_ID ".2", "\x05\x00"),
	PUT("bad_R08_id_serial", AT_ID ".3", "\x05\x00"),
	PUT("bad_R08_id_serial_long_form", AT_ID ".3", "\x02\x02\x00\x03"),
	ADD("bad_R08_id_more", AT_ID ".3", "\x05\x00"),
	PUT("bad_R08_status_of_unknown_kind", AT_GOOD, "\x83\x00"),
	PUT("bad_R08_good_with_content", AT_GOOD, "\x80\x01\x00"),
	PUT("bad_R08_unknown_with_content", AT_GOOD, "\x82\x01\x00"),
	PUT("bad_R08_good_constructed", AT_GOOD, "\xa0\x00"),
	PUT("bad_R08_no_status", AT_GOOD, ""),
	PUT("bad_R08_revoked_without_time", AT_GOOD, "\xa1\x00"),
	PUT("bad_R08_revoked_bad_reason", AT_GOOD,
	    "\xa1\x16\x18\x0f" "20260501000000Z"
	    "\xa0\x03\x02\x01\x01"),
	PUT("bad_R08_revoked_more", AT_GOOD,
	    "\xa1\x18\x18\x0f" "20260501000000Z"
	    "\xa0\x03\x0a\x01\x01\x05\x00"),
	PUT("bad_R08_no_this_update", AT_THIS, ""),
	PUT("bad_R08_this_update_month_13", AT_THIS,
	    "\x18\x0f" "20261301000000Z"),
	PUT("bad_R08_next_update_utc", AT_NEXT,
	    "\xa0\x0f\x17\x0d" "260608000000Z"),
	PUT("bad_R08_next_update_empty", AT_NEXT, "\xa0\x00"),
	PUT("bad_R08_next_update_before_this", AT_NEXT,
	    "\xa0\x11\x18\x0f" "20260529235959Z"),
	ADD("bad_R08_answer_more", AT_NEXT, "\x05\x00"),
	ADD("bad_R08_extensions_empty", AT_NEXT, "\xa1\x02\x30\x00"),
	ADD("bad_R08_extension_not_critical_written", AT_NEXT,
	    "\xa1\x0e\x30\x0c\x30\x0a\x06\x02\x2a\x03\x01\x01\x00\x04\x01\x00"),
	ADD("bad_R08_extension_twice", AT_NEXT,
	    "\xa1\x14\x30\x12\x30\x07\x06\x02\x2a\x03\x04\x01\x00"
	    "\x30\x07\x06\x02\x2a\x03\x04\x01\x00"),
	ADD("bad_R08_extension_without_value", AT_NEXT,
	    "\xa1\x08\x30\x06\x30\x04\x06\x02\x2a\x03"),
	ADD("bad_R08_extensions_of_the_response", AT_ANSWERS, "\xa1\x02\x05\x00"),
	PUT("bad_R08_no_algorithm", AT_ALG, ""),
	PUT("bad_R08_signature_not_bits", AT_SIGNATURE, "\x04\x01\x00"),
	PUT("bad_R08_signature_spare_bits", AT_SIGNATURE, "\x03\x02\x04\xf0"),
	ADD("bad_R08_certs_untagged", AT_SIGNATURE, "\x30\x00"),
	ADD("bad_R08_certs_not_a_list", AT_SIGNATURE, "\xa0\x02\x05\x00"),
	ADD("bad_R08_certs_hold_others", AT_SIGNATURE, "\xa0\x04\x30\x02\x05\x00"),
	ADD("bad_R08_certs_and_more", AT_SIGNATURE, "\xa0\x02\x30\x00\x05\x00"),
#undef PUT
#undef ADD
	/* clang-format on */
};

static void
forms(void)
{
	struct forge_ocsp spec = good();
	struct bytes der = plain(), many = { NULL, 0 };

	for (size_t i = 0; i < COUNT(surgeries); i++) {
		const struct surgery *s = &surgeries[i];

		refused(s->name,
		    s->with != NULL
			? der_edit(k.mem, der, s->path, bytes_of(s->with, s->len))
			: der_add(k.mem, der, s->path, bytes_of(s->add, s->add_len)),
		    REASON_OCSP_MALFORMED);
	}
	refused("bad_R08 sibling: an empty list of certificates",
	    der_add(k.mem, der, AT_SIGNATURE, BYTES_LIT("\xa0\x02\x30\x00")),
	    REASON_NONE);
	for (int i = 0; i < 16; i++)
		many = der_join(k.mem, many, chain.cert[0]);
	spec.extra_certs = many;
	refused_spec("bad_R08 sibling: sixteen certificates", &spec, REASON_NONE);
	spec.extra_certs = der_join(k.mem, many, chain.cert[0]);
	refused_spec("bad_R08_seventeen_certificates", &spec, REASON_OCSP_MALFORMED);
	spec = good();
	spec.version = 1;
	refused_spec("bad_R08_version_written", &spec, REASON_OCSP_MALFORMED);
	spec.version = 2;
	refused_spec("bad_R08_version_2", &spec, REASON_OCSP_MALFORMED);
	spec = good();
	spec.trailer = BYTES_LIT("\n");
	refused_spec("bad_R08_byte_behind", &spec, REASON_OCSP_MALFORMED);
	spec.trailer = der;
	refused_spec("bad_R08_two_responses", &spec, REASON_OCSP_MALFORMED);
}

int
main(void)
{
	struct forge_cert ca;

	kit_open(&k);
	when_parse(&now, STR("2026-06-01T00:00:00Z"));
	chain = forge_chain(k.forge, forge_key(k.forge, "p256"), "Example");
	ca = forge_cert_root(
	    forge_key(k.forge, "other-ca"), "C=US,ST=WA,O=Stranger,CN=Stranger CA");
	stranger = forge_cert(k.forge, &ca);
	ca.subject = "C=US,ST=WA,O=Example,CN=Release Issuing CA";
	namesake = forge_cert(k.forge, &ca);
	kit_cert(&k, &leaf, chain.cert[0]);
	kit_cert(&k, &issuer, chain.cert[1]);
	another_certificate();
	signatures();
	other_issuers();
	delegates();
	strangers();
	issuer_not_ca();
	statuses();
	sizes();
	forms();
	kit_close(&k);
	return tap_done();
}
