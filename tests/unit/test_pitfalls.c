/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mistakes that verifiers of Notary Project signatures make, by number: each test is an image
 * that is compliant for those who make the mistake, or not compliant though it should be. Here:
 * what is signed, with what, and how it is written. The others are in test_pitfalls_*.c.
 */
#include <openssl/rsa.h>
#include <stdio.h>

#include "tests/lib/handmade.h"
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

struct bench {
	struct stage st;
	struct judge strict;
	struct forge_chain rsa; /* a signer with a key of 2048 bits */
};

static void
bench_open(struct bench *b)
{
	struct forge_cert leaf;

	stage_open(&b->st);
	stage_judge(&b->strict, &b->st, "strict", "'level':'strict'", "'ca:root'");
	leaf = stage_leaf(&b->st, "rsa2048");
	b->rsa = stage_signer(&b->st, &leaf);
}

static void
bench_close(struct bench *b)
{
	judge_close(&b->strict);
	stage_close(&b->st);
}

/* An image with this envelope. */
static void
attached(struct bench *b, struct subject *s, const char *name, enum forge_form form,
    struct bytes envelope, enum reason reason)
{
	subject_attach(s, form, envelope, &b->st.ca);
	is_reason(subject_judge(s, &b->strict), reason, "%s", name);
	ok((b->strict.verdict.state == STATE_COMPLIANT) == (reason == REASON_NONE),
	    "%s: %s", name, state_name(b->strict.verdict.state));
	subject_close(s);
}

static void
both(struct bench *b, const char *name, struct forge_envelope spec, enum reason reason)
{
	stage_both(&b->st, &b->strict, name, spec, reason);
}

/* --- 1 to 3: what the signature is about ------------------------------------------------------- */

static void
p01_target(struct bench *b)
{
	struct subject s;
	struct forge_target right, t;

	subject_new(&s, &b->st);
	right = (struct forge_target){ .media_type = s.image.media_type,
		.digest = s.image.digest.ptr,
		.size = s.image.size };
	both(b, "pitfall_01 sibling: all three fit",
	    (struct forge_envelope){ .payload = forge_payload(b->st.f, &right) },
	    REASON_NONE);
	t = right;
	t.media_type = "application/vnd.docker.distribution.manifest.v2+json";
	both(b, "pitfall_01_digest_without_media_type",
	    (struct forge_envelope){ .payload = forge_payload(b->st.f, &t) },
	    REASON_PAYLOAD_TARGET_MISMATCH);
	t = right;
	t.size++;
	both(b, "pitfall_01_digest_without_size",
	    (struct forge_envelope){ .payload = forge_payload(b->st.f, &t) },
	    REASON_PAYLOAD_TARGET_MISMATCH);
	subject_close(&s);
}

/* The signature of another image, whose manifest says that it is this one's. */
static void
p02_subject(struct bench *b)
{
	for (int form = FORGE_JWS; form <= FORGE_COSE; form++)
		for (int own = 0; own <= 1; own++) {
			struct subject s, other;
			struct bytes envelope;

			subject_open(&s, &b->st);
			subject_new(&other, &b->st);
			other.image = forge_image(other.layout, "2", &other.layer, 1);
			envelope = subject_envelope(own ? &s : &other,
			    (struct forge_envelope){ .form = (enum forge_form)form });
			attached(b, &s,
			    own ? "pitfall_02 sibling: its own signature"
				: "pitfall_02_subject_of_the_manifest_is_no_payload",
			    (enum forge_form)form, envelope,
			    own ? REASON_NONE : REASON_PAYLOAD_TARGET_MISMATCH);
			subject_close(&other);
		}
}

static void
p03_thumbprint(struct bench *b)
{
	struct forge_chain stranger =
	    forge_chain(b->st.f, forge_key(b->st.f, "p256"), "Example");
	struct forge_cert root = forge_cert_root(
	    forge_key(b->st.f, "other-ca"), "C=US,ST=WA,O=Example,CN=Other Root CA");
	struct forge_cert leaf;
	struct subject s;

	stranger.count = 2;
	stranger.cert[1] = forge_cert(b->st.f, &root);
	leaf = forge_cert_leaf(
	    stranger.key, "C=US,ST=WA,O=Example,CN=Signer", stranger.cert[1], root.key);
	stranger.cert[0] = forge_cert(b->st.f, &leaf);
	subject_open(&s, &b->st);
	attached(b, &s, "pitfall_03_thumbprint_of_a_trusted_signer", FORGE_JWS,
	    subject_envelope(&s, (struct forge_envelope){ .signer = &stranger }),
	    REASON_CERT_UNTRUSTED);
	subject_open(&s, &b->st);
	subject_attach(&s, FORGE_JWS,
	    subject_envelope(&s, (struct forge_envelope){ .plugin = NULL }), &stranger);
	is_reason(subject_judge(&s, &b->strict), REASON_NONE,
	    "pitfall_03 sibling: thumbprint of a stranger beside a trusted signer");
	ok(judge_found(&b->strict, REASON_SIG_MANIFEST_THUMBPRINT, false),
	    "pitfall_03 sibling: is told");
	subject_close(&s);
}

/* --- 4 to 8: algorithms ---------------------------------------------------------------------------- */

static void
rsa_signed(struct bench *b, const char *name, const char *alg,
    const struct handmade_rsa *how, enum reason reason)
{
	struct subject s;
	struct handmade_jws j = { .signer = &b->rsa };

	subject_open(&s, &b->st);
	j.protected = handmade_protected(s.f, alg);
	j.payload = subject_payload(&s);
	j.signature = handmade_rsa(
	    s.f, b->rsa.key, how, handmade_input(s.f, j.protected, j.payload));
	attached(b, &s, name, FORGE_JWS, handmade_jws(s.f, &j), reason);
}

static void
p04_p05_p06_rsa(struct bench *b)
{
	static const struct {
		const char *name, *alg;
		struct handmade_rsa how;
		enum reason reason;
	} rows[] = {
		{ "pitfall_04, 05, 06 sibling: as the key demands", "PS256",
		    { .salt = 32 }, REASON_NONE },
		/* Right signatures for what the header says. */
		{ "pitfall_04_alg_ps384_with_key_of_2048_bits", "PS384",
		    { .hash = "SHA384", .salt = 48 }, REASON_SIG_ALG_MISMATCH },
		{ "pitfall_04_alg_ps512_with_key_of_2048_bits", "PS512",
		    { .hash = "SHA512", .salt = 64 }, REASON_SIG_ALG_MISMATCH },
		{ "pitfall_04_alg_of_elliptic_curves", "ES256", { .salt = 32 },
		    REASON_SIG_ALG_MISMATCH },
		{ "pitfall_05_pkcs1_named", "RS256", { .pkcs1 = true }, REASON_SIG_ALG },
		{ "pitfall_05_pkcs1_under_the_name_of_pss", "PS256", { .pkcs1 = true },
		    REASON_SIG_INVALID },
		{ "pitfall_06_no_salt", "PS256", { .salt = 0 }, REASON_SIG_INVALID },
		{ "pitfall_06_short_salt", "PS256", { .salt = 20 }, REASON_SIG_INVALID },
		{ "pitfall_06_longest_salt", "PS256", { .salt = RSA_PSS_SALTLEN_MAX },
		    REASON_SIG_INVALID },
		{ "pitfall_06_mask_with_sha1", "PS256", { .mgf = "SHA1", .salt = 32 },
		    REASON_SIG_INVALID },
		{ "pitfall_06_hash_sha1", "PS256",
		    { .hash = "SHA1", .mgf = "SHA256", .salt = 32 }, REASON_SIG_INVALID },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		rsa_signed(b, rows[i].name, rows[i].alg, &rows[i].how, rows[i].reason);
}

/* All of 256 bits, and ES256 would do for each. */
static void
p07_curves(struct bench *b)
{
	static const char *const curves[] = { "secp256k1", "brainpoolP256r1",
		"brainpoolP256t1" };
	struct forge_cert leaf = stage_leaf(&b->st, "p256");
	struct forge_chain c = stage_signer(&b->st, &leaf);
	char name[64];

	both(b, "pitfall_07 sibling: P-256", (struct forge_envelope){ .signer = &c },
	    REASON_NONE);
	for (size_t i = 0; i < COUNT(curves); i++) {
		leaf.key = forge_key_new(b->st.f, curves[i]);
		c = stage_signer(&b->st, &leaf);
		snprintf(name, sizeof(name), "pitfall_07_curve_%s", curves[i]);
		both(b, name,
		    (struct forge_envelope){ .signer = &c, .alg = NULL, .cose_alg = -7 },
		    REASON_KEY_UNSUPPORTED);
	}
}

enum change { UNCHANGED, PADDED, CUT_R, CUT_S, DER };

static struct bytes
changed(struct forge *f, struct bytes rs, enum change change)
{
	uint8_t *out = arena_alloc(forge_mem(f), rs.len + 2);
	size_t half = rs.len / 2;

	switch (change) {
	case UNCHANGED:
	case DER:
		return rs;
	case PADDED:
		memcpy(out + 1, rs.ptr, half);
		memcpy(out + half + 2, rs.ptr + half, half);
		return bytes_of(out, rs.len + 2);
	case CUT_R:
		return bytes_of(rs.ptr + 1, rs.len - 1);
	case CUT_S:
		memcpy(out, rs.ptr, half);
		memcpy(out + half, rs.ptr + half + 1, half - 1);
		return bytes_of(out, rs.len - 1);
	}
	return rs;
}

/* As numbers they are all right: only the length is not, so r or s begins with a zero octet. */
static void
p08_ecdsa(struct bench *b)
{
	static const struct {
		const char *name;
		enum change change;
		enum reason reason;
	} rows[] = {
		{ "pitfall_08 sibling: 64 octets", UNCHANGED, REASON_NONE },
		{ "pitfall_08_padded_to_66_octets", PADDED, REASON_SIG_INVALID },
		{ "pitfall_08_r_cut_by_its_zero", CUT_R, REASON_SIG_INVALID },
		{ "pitfall_08_s_cut_by_its_zero", CUT_S, REASON_SIG_INVALID },
		{ "pitfall_08_der", DER, REASON_SIG_INVALID },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		enum change change = rows[i].change;
		struct handmade_jws j = { .signer = &b->st.ca };
		struct subject s;
		struct bytes input;

		subject_open(&s, &b->st);
		j.protected = handmade_protected(s.f, "ES256");
		j.payload = subject_payload(&s);
		input = handmade_input(s.f, j.protected, j.payload);
		do {
			j.signature = forge_sign(s.f, b->st.ca.key, input,
			    change == DER ? FORGE_SIG_DER : FORGE_SIG_RIGHT, 0);
		} while ((change == CUT_R && j.signature.ptr[0] != 0) ||
			 (change == CUT_S && j.signature.ptr[32] != 0));
		j.signature = changed(s.f, j.signature, change);
		attached(b, &s, rows[i].name, FORGE_JWS, handmade_jws(s.f, &j),
		    rows[i].reason);
	}
	both(b, "pitfall_08_der_in_both_forms",
	    (struct forge_envelope){ .sigform = FORGE_SIG_DER }, REASON_SIG_INVALID);
}

/* --- 9: the octets are signed, not what they mean ----------------------------------------------- */

static void
p09_encoding(struct bench *b)
{
	/* The same header, in another order, with blanks and an escape. */
	static const char odd[] =
	    "{ \"io.cncf.notary.signingTime\" : \"2024-01-15T12:00:00Z\",\n"
	    "\"io.cncf.notary.signingScheme\":\"notary\\u002ex509\", \"alg\":\"ES256\","
	    "\"cty\":\"application\\/vnd.cncf.notary.payload.v1+json\","
	    "\"crit\":[ \"io.cncf.notary.signingScheme\" ] }";
	static const struct {
		const char *name;
		bool sign_odd, send_odd, odd_payload;
		enum reason reason;
	} rows[] = {
		{ "pitfall_09 sibling: written plainly", false, false, false,
		    REASON_NONE },
		{ "pitfall_09_header_kept_as_it_is", true, true, false, REASON_NONE },
		{ "pitfall_09_header_written_anew", true, false, false,
		    REASON_SIG_INVALID },
		{ "pitfall_09_header_written_otherwise", false, true, false,
		    REASON_SIG_INVALID },
		{ "pitfall_09_payload_written_otherwise", false, false, true,
		    REASON_SIG_INVALID },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct handmade_jws j = { .signer = &b->st.ca };
		const char *plain;
		struct subject s;

		subject_open(&s, &b->st);
		plain = handmade_protected(s.f, "ES256");
		j.payload = subject_payload(&s);
		j.signature = forge_sign(s.f, b->st.ca.key,
		    handmade_input(s.f, rows[i].sign_odd ? odd : plain, j.payload),
		    FORGE_SIG_RIGHT, 0);
		j.protected = rows[i].send_odd ? odd : plain;
		if (rows[i].odd_payload)
			j.payload = str_bytes(arena_printf(
			    forge_mem(s.f), "%.*s\n", (int)j.payload.len, j.payload.ptr));
		attached(b, &s, rows[i].name, FORGE_JWS, handmade_jws(s.f, &j),
		    rows[i].reason);
	}
}

/* --- 10: what a JSON library makes of it ------------------------------------------------------------ */

#define LARGE 9007199254740993u /* 2^53 + 1: as a double it is one less */

static void
p10_numbers(struct bench *b)
{
	static const char digest[] =
	    "sha256:a000000000000000000000000000000000000000000000000000000000000001";
	static const struct {
		const char *name, *size;
		uint64_t real;
		enum reason reason;
	} rows[] = {
		{ "pitfall_10 sibling: a size of 2^53", "9007199254740992", LARGE - 1,
		    REASON_NONE },
		{ "pitfall_10_size_as_double", "9007199254740992", LARGE,
		    REASON_PAYLOAD_TARGET_MISMATCH },
		{ "pitfall_10_size_as_double_other_way", "9007199254740993", LARGE - 1,
		    REASON_JSON_NUMBER_RANGE },
		{ "pitfall_10 sibling: 528", "528", 528, REASON_NONE },
		{ "pitfall_10_size_cut_to_integer", "528.5", 528,
		    REASON_JSON_NUMBER_RANGE },
		{ "pitfall_10_size_with_exponent", "5.28e2", 528,
		    REASON_JSON_NUMBER_RANGE },
		{ "pitfall_10_size_as_text", "\"528\"", 528, REASON_PAYLOAD_MALFORMED },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int form = FORGE_JWS; form <= FORGE_COSE; form++) {
			struct judge_target target = {
				"application/vnd.oci.image.manifest.v1+json", digest,
				rows[i].real
			};
			struct forge_envelope spec = { .form = (enum forge_form)form,
				.signer = &b->st.ca };

			spec.payload = str_bytes(arena_printf(forge_mem(b->st.f),
			    "{\"targetArtifact\":{\"mediaType\":\"%s\",\"digest\":\"%s\","
			    "\"size\":%s}}",
			    target.media_type, digest, rows[i].size));
			is_reason(judge_bare(&b->strict, &target,
				      forge_envelope_type(spec.form),
				      forge_envelope(b->st.f, &spec)),
			    rows[i].reason, "%s", rows[i].name);
		}
}

/* The payload of `s` with `from` replaced, once. */
static struct bytes
payload_with(struct subject *s, const char *from, struct bytes to)
{
	struct bytes p = subject_payload(s);
	size_t end = forge_after(p, from), start = end - strlen(from);
	uint8_t *out = arena_alloc(forge_mem(s->f), p.len + to.len);

	memcpy(out, p.ptr, start);
	memcpy(out + start, to.ptr, to.len);
	memcpy(out + start + to.len, p.ptr + end, p.len - end);
	return bytes_of(out, p.len - strlen(from) + to.len);
}

static void
p10_json(struct bench *b)
{
	const struct {
		const char *name, *from;
		struct bytes to;
		enum reason reason;
	} rows[] = {
		{ "pitfall_10 sibling: an annotation", "}}",
		    BYTES_LIT(",\"annotations\":{\"a\":\"b\"}}}"), REASON_NONE },
		{ "pitfall_10_name_of_another_case", "\"size\"", BYTES_LIT("\"Size\""),
		    REASON_JSON_CASE_ALIAS },
		{ "pitfall_10_name_twice_first_right", "}}", BYTES_LIT(",\"size\":1}}"),
		    REASON_JSON_DUPLICATE_KEY },
		{ "pitfall_10_name_twice_last_right", "\"size\"",
		    BYTES_LIT("\"size\":1,\"size\""), REASON_JSON_DUPLICATE_KEY },
		{ "pitfall_10_object_twice", "{\"targetArtifact\"",
		    BYTES_LIT("{\"targetArtifact\":{},\"targetArtifact\""),
		    REASON_JSON_DUPLICATE_KEY },
		{ "pitfall_10_nul_cuts_the_value", "manifest.v1+json",
		    BYTES_LIT("manifest.v1+json\\u0000x"), REASON_JSON_NUL },
		{ "pitfall_10_nul_cuts_the_name", "\"size\"",
		    BYTES_LIT("\"size\\u0000x\""), REASON_JSON_NUL },
		{ "pitfall_10_invalid_utf8", "}}",
		    BYTES_LIT(",\"annotations\":{\"a\":\"\xc3\x28\"}}}"),
		    REASON_JSON_ENCODING },
		{ "pitfall_10_raw_control", "}}",
		    BYTES_LIT(",\"annotations\":{\"a\":\"\x01\"}}}"),
		    REASON_JSON_SYNTAX },
		{ "pitfall_10_text_behind", "}}", BYTES_LIT("}}{}"),
		    REASON_JSON_TRAILING_DATA },
		{ "pitfall_10_nul_behind", "}}", BYTES_LIT("}}\0"),
		    REASON_JSON_TRAILING_DATA },
	};
	struct subject s;

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int form = FORGE_JWS; form <= FORGE_COSE; form++) {
			struct forge_envelope spec = { .form = (enum forge_form)form };

			subject_open(&s, &b->st);
			spec.payload = payload_with(&s, rows[i].from, rows[i].to);
			attached(b, &s, rows[i].name, spec.form,
			    subject_envelope(&s, spec), rows[i].reason);
		}
	is_reason(stage_verdict(&b->st, &b->strict,
		      (struct forge_envelope){ .outer_extra = ",\"payload\":\"e30\"" }),
	    REASON_JSON_DUPLICATE_KEY, "pitfall_10_two_payloads");
}

/* --- 11: what libcbor makes of it --------------------------------------------------------------------- */

static void
p11_values(struct bench *b)
{
	static uint8_t deep[1000];
	const struct {
		const char *name;
		struct bytes value;
		enum reason reason;
	} rows[] = {
		{ "pitfall_11 sibling: a text", BYTES_LIT("\x61\x61"), REASON_NONE },
		{ "pitfall_11_text_in_parts", BYTES_LIT("\x7f\x61\x61\xff"),
		    REASON_CBOR_INDEFINITE },
		{ "pitfall_11_array_without_length", BYTES_LIT("\x9f\x01\xff"),
		    REASON_CBOR_INDEFINITE },
		{ "pitfall_11_map_without_length", BYTES_LIT("\xbf\x01\x01\xff"),
		    REASON_CBOR_INDEFINITE },
		{ "pitfall_11_label_twice_below", BYTES_LIT("\xa2\x01\x01\x01\x02"),
		    REASON_CBOR_DUPLICATE_KEY },
		{ "pitfall_11_label_twice_in_two_forms",
		    BYTES_LIT("\xa2\x01\x01\x18\x01\x02"), REASON_CBOR_NON_CANONICAL },
		{ "pitfall_11_1000_levels", bytes_of(deep, sizeof(deep)),
		    REASON_LIMIT_CBOR_DEPTH_HIT },
		{ "pitfall_11_invalid_utf8", BYTES_LIT("\x62\xc3\x28"),
		    REASON_CBOR_TEXT },
	};

	memset(deep, 0x81, sizeof(deep));
	deep[sizeof(deep) - 1] = 0x01;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_header extra = {
			.name = "example.more", .json = "1", .cbor = rows[i].value
		};

		is_reason(
		    stage_verdict(&b->st, &b->strict,
			(struct forge_envelope){
			    .form = FORGE_COSE, .extra = &extra, .extra_count = 1 }),
		    rows[i].reason, "%s", rows[i].name);
	}
}

/* The unprotected map begins with its only label, 33. */
static struct bytes
unprotected_twice(struct forge *f, struct bytes cose)
{
	size_t at = forge_after(cose, "\xa1\x18\x21") - 3;
	uint8_t *out = arena_alloc(forge_mem(f), cose.len + 6);

	memcpy(out, cose.ptr, at);
	memcpy(out + at, "\xa3\x61x\x01\x61x\x01", 7);
	memcpy(out + at + 7, cose.ptr + at + 1, cose.len - at - 1);
	return bytes_of(out, cose.len + 6);
}

static void
p11_frame(struct bench *b)
{
	static const struct forge_header twice[] = {
		{ .name = "example.more", .json = "1" },
		{ .name = "example.more", .json = "2" },
	};
	struct bytes cose;
	uint8_t *out;
	struct subject s;

	is_reason(stage_verdict(&b->st, &b->strict,
		      (struct forge_envelope){
			  .form = FORGE_COSE, .extra = twice, .extra_count = 2 }),
	    REASON_CBOR_DUPLICATE_KEY, "pitfall_11_label_twice");
	for (int i = 0; i < 3; i++) {
		subject_open(&s, &b->st);
		cose =
		    subject_envelope(&s, (struct forge_envelope){ .form = FORGE_COSE });
		out = arena_alloc(forge_mem(s.f), cose.len + 1);
		memcpy(out, cose.ptr, cose.len);
		if (i == 0) {
			attached(b, &s, "pitfall_11_label_twice_unprotected", FORGE_COSE,
			    unprotected_twice(s.f, cose), REASON_CBOR_DUPLICATE_KEY);
		} else if (i == 1) {
			attached(b, &s, "pitfall_11_byte_behind", FORGE_COSE,
			    bytes_of(out, cose.len + 1), REASON_CBOR_TRAILING_DATA);
		} else {
			out[1] = 0x9f;
			out[cose.len] = 0xff;
			attached(b, &s, "pitfall_11_frame_without_length", FORGE_COSE,
			    bytes_of(out, cose.len + 1), REASON_COSE_FORM);
		}
	}
}

/* --- 12, 13: headers that must not be overlooked ------------------------------------------------------ */

static void
p12_p13_headers(struct bench *b)
{
	static const struct forge_header alias = { .name = "io.cncf.notary.Expiry",
		.json = "\"2024-06-01T00:00:00Z\"",
		.cbor = { (const uint8_t *)"\xc1\x1a\x66\x5a\x59\x00", 6 } };
	static const struct forge_header odd = { .name = "example.odd", .json = "1" };
	static const struct forge_header must = {
		.name = "example.odd", .json = "1", .critical = true
	};

	both(b, "pitfall_12 sibling: it has expired",
	    (struct forge_envelope){ .expiry = "2024-06-01T00:00:00Z" },
	    REASON_SIGNATURE_EXPIRED);
	for (int form = FORGE_JWS; form <= FORGE_COSE; form++)
		is_reason(stage_verdict(&b->st, &b->strict,
			      (struct forge_envelope){ .form = (enum forge_form)form,
				  .extra = &alias,
				  .extra_count = 1 }),
		    form == FORGE_JWS ? REASON_JSON_CASE_ALIAS : REASON_SIG_HEADER,
		    "pitfall_12_expiry_of_another_case");
	both(b, "pitfall_12 sibling: it has not",
	    (struct forge_envelope){ .expiry = "2026-06-01T00:00:01Z" }, REASON_NONE);
	both(b, "pitfall_13 sibling: a header that is not critical",
	    (struct forge_envelope){ .extra = &odd, .extra_count = 1 }, REASON_NONE);
	both(b, "pitfall_13_unknown_critical",
	    (struct forge_envelope){ .extra = &must, .extra_count = 1 },
	    REASON_ENVELOPE_CRITICAL_UNKNOWN);
	both(b, "pitfall_13_plugin_ignored",
	    (struct forge_envelope){ .plugin = "com.example.plugin" },
	    REASON_ENVELOPE_PLUGIN_REQUIRED);
}

int
main(void)
{
	struct bench b;

	bench_open(&b);
	p01_target(&b);
	p02_subject(&b);
	p03_thumbprint(&b);
	p04_p05_p06_rsa(&b);
	p07_curves(&b);
	p08_ecdsa(&b);
	p09_encoding(&b);
	p10_numbers(&b);
	p10_json(&b);
	p11_values(&b);
	p11_frame(&b);
	p12_p13_headers(&b);
	bench_close(&b);
	return tap_done();
}
