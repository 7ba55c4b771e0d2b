/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COSE envelopes and CBOR that must be refused: one row for each numbered defect, and
 * what passes.
 */
#include "codec/cborin.h"
#include "envelope/cose.h"
#include "tests/lib/envbuild.h"
#include "tests/lib/tap.h"

#define P(members) "{" members "}"
#define SCHEME_IN_CRIT "'io.cncf.notary.signingScheme'"
#define WITHOUT_TIME ENV_C_ALG "," ENV_C_CRIT "," ENV_C_CTY "," ENV_C_SCHEME
#define WITHOUT_CRIT ENV_C_ALG "," ENV_C_CTY "," ENV_C_SCHEME "," ENV_C_TIME
#define WITHOUT_CTY ENV_C_ALG "," ENV_C_CRIT "," ENV_C_SCHEME "," ENV_C_TIME
#define WITHOUT_SCHEME ENV_C_ALG "," ENV_C_CRIT "," ENV_C_CTY "," ENV_C_TIME
#define TIME(v) P(WITHOUT_TIME ",'io.cncf.notary.signingTime':" v)
#define EXPIRY(v)                                                                        \
	P(ENV_C_ALG "," ENV_C_CTY "," ENV_C_SCHEME "," ENV_C_TIME ",2:[" SCHEME_IN_CRIT  \
		    ",'io.cncf.notary.expiry'],'io.cncf.notary.expiry':" v)
#define GOOD ENV_C_ALG "," ENV_C_REST
#define AUTHORITY                                                                        \
	ENV_C_ALG "," ENV_C_CTY ",'io.cncf.notary.signingScheme':"                       \
		  "'notary.x509.signingAuthority'"
#define AUTHENTIC "'io.cncf.notary.authenticSigningTime':1(1769860800)"
#define AUTHENTIC_CRIT "2:[" SCHEME_IN_CRIT ",'io.cncf.notary.authenticSigningTime']"

static struct limits limits;

static const struct row {
	const char *name;
	struct env_cose parts;
	enum reason want;
} rows[] = {
	{ "the good envelope", { 0 }, REASON_NONE },
	{ "kid, unknown labels and an agent are fine",
	    { P(GOOD ",4:h'01',-70000:[1],'x':{1:2}"),
		"{" ENV_C_CHAIN ",'y':'z',100:1(2),'io.cncf.notary.signingAgent':'me'}",
		0, 0 },
	    REASON_CBOR_TAG },
	{ "the same without the tag",
	    { P(GOOD ",4:h'01',-70000:[1],'x':{1:2}"),
		"{" ENV_C_CHAIN ",'y':'z',100:2,'io.cncf.notary.signingAgent':'me'}", 0,
		0 },
	    REASON_NONE },
	/* C02 */
	{ "bad_C02_duplicate_protected", { P(GOOD "," ENV_C_ALG), 0, 0, 0 },
	    REASON_CBOR_DUPLICATE_KEY },
	{ "bad_C02_duplicate_unprotected",
	    { 0, "{" ENV_C_CHAIN "," ENV_C_CHAIN "}", 0, 0 }, REASON_CBOR_DUPLICATE_KEY },
	{ "bad_C02_duplicate_nested", { P(GOOD ",'x':{1:2,1:3}"), 0, 0, 0 },
	    REASON_CBOR_DUPLICATE_KEY },
	{ "bad_C02_duplicate_across",
	    { P(GOOD ",'x':1"), "{" ENV_C_CHAIN ",'x':1}", 0, 0 },
	    REASON_ENVELOPE_DUPLICATE_KEY },
	{ "bad_C02_duplicate_alg_across", { 0, "{" ENV_C_ALG "," ENV_C_CHAIN "}", 0, 0 },
	    REASON_ENVELOPE_DUPLICATE_KEY },
	{ "bad_C02_duplicate_chain_across", { P(GOOD "," ENV_C_CHAIN), 0, 0, 0 },
	    REASON_ENVELOPE_DUPLICATE_KEY },
	{ "7 and '7' are two labels",
	    { P(GOOD ",70:1"), "{" ENV_C_CHAIN ",'70':1}", 0, 0 }, REASON_NONE },
	/* C03 */
	{ "bad_C03_indefinite_protected", { "#bf 0138 24 ff#", 0, 0, 0 },
	    REASON_CBOR_INDEFINITE },
	{ "bad_C03_indefinite_unprotected", { 0, "#bf ff#", 0, 0 },
	    REASON_CBOR_INDEFINITE },
	{ "bad_C03_indefinite_payload", { 0, 0, "#5f 4101 ff#", 0 },
	    REASON_CBOR_INDEFINITE },
	{ "bad_C03_long_label", { "{#1801#:-37," ENV_C_REST "}", 0, 0, 0 },
	    REASON_CBOR_NON_CANONICAL },
	{ "bad_C03_long_length", { 0, 0, "#5803 010203#", 0 },
	    REASON_CBOR_NON_CANONICAL },
	{ "bad_C03_trailing", { 0, 0, 0, "h'01', 0" }, REASON_CBOR_TRAILING_DATA },
	{ "bad_C03_trailing_protected", { "{" GOOD "}, 0", 0, 0, 0 },
	    REASON_CBOR_TRAILING_DATA },
	/* C04 */
	{ "bad_C04_depth",
	    { P(GOOD ",'x':[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]"), 0, 0, 0 },
	    REASON_LIMIT_CBOR_DEPTH_HIT },
	{ "fifteen levels in the map",
	    { P(GOOD ",'x':[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]"), 0, 0, 0 }, REASON_NONE },
	/* C06 */
	{ "bad_C06_text_utf8", { P(GOOD ",'x':#61ff#"), 0, 0, 0 }, REASON_CBOR_TEXT },
	{ "bad_C06_text_nul", { P(GOOD ",#6100#:1"), 0, 0, 0 }, REASON_CBOR_TEXT },
	{ "bad_C06_text_unprotected", { 0, "{" ENV_C_CHAIN ",'x':#62c328#}", 0, 0 },
	    REASON_CBOR_TEXT },
	/* C07; whole frames are below */
	{ "bad_C07_protected_no_map", { "[1,2]", 0, 0, 0 }, REASON_COSE_FORM },
	{ "bad_C07_unprotected_no_map", { 0, "[1,2]", 0, 0 }, REASON_COSE_FORM },
	{ "bad_C07_signature_no_octets", { 0, 0, 0, "'text'" }, REASON_COSE_FORM },
	{ "bad_C07_tagged_payload", { 0, 0, "18(h'01')", 0 }, REASON_CBOR_TAG },
	/* C08 */
	{ "bad_C08_alg_absent", { P(ENV_C_REST), 0, 0, 0 }, REASON_SIG_ALG },
	{ "bad_C08_alg_text", { P("1:'PS256'," ENV_C_REST), 0, 0, 0 }, REASON_SIG_ALG },
	{ "bad_C08_alg_unprotected",
	    { P(ENV_C_REST), "{" ENV_C_ALG "," ENV_C_CHAIN "}", 0, 0 }, REASON_SIG_ALG },
	{ "bad_C08_alg_rs256", { P("1:-257," ENV_C_REST), 0, 0, 0 }, REASON_SIG_ALG },
	{ "bad_C08_alg_hs256", { P("1:5," ENV_C_REST), 0, 0, 0 }, REASON_SIG_ALG },
	{ "bad_C08_alg_eddsa", { P("1:-8," ENV_C_REST), 0, 0, 0 }, REASON_SIG_ALG },
	{ "bad_C08_alg_null", { P("1:null," ENV_C_REST), 0, 0, 0 }, REASON_SIG_ALG },
	{ "bad_C08_alg_wide", { P("1:-4294967333," ENV_C_REST), 0, 0, 0 },
	    REASON_SIG_ALG },
	{ "bad_C08_protected_empty_map", { "{}", 0, 0, 0 }, REASON_SIG_ALG },
	{ "bad_C08_protected_empty", { "", 0, 0, 0 }, REASON_SIG_ALG },
	{ "PS384", { P("1:-38," ENV_C_REST), 0, 0, 0 }, REASON_NONE },
	{ "PS512", { P("1:-39," ENV_C_REST), 0, 0, 0 }, REASON_NONE },
	{ "ES256", { P("1:-7," ENV_C_REST), 0, 0, 0 }, REASON_NONE },
	{ "ES384", { P("1:-35," ENV_C_REST), 0, 0, 0 }, REASON_NONE },
	{ "ES512", { P("1:-36," ENV_C_REST), 0, 0, 0 }, REASON_NONE },
	/* C09 */
	{ "bad_C09_crit_absent", { P(WITHOUT_CRIT), 0, 0, 0 }, REASON_SIG_CRIT },
	{ "bad_C09_crit_empty", { P(WITHOUT_CRIT ",2:[]"), 0, 0, 0 }, REASON_SIG_CRIT },
	{ "bad_C09_crit_text", { P(WITHOUT_CRIT ",2:" SCHEME_IN_CRIT), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "bad_C09_crit_octets",
	    { P(WITHOUT_CRIT ",2:[" SCHEME_IN_CRIT ",h'01']"), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "bad_C09_crit_unknown_absent",
	    { P(WITHOUT_CRIT ",2:[" SCHEME_IN_CRIT ",'x']"), 0, 0, 0 }, REASON_SIG_CRIT },
	{ "bad_C09_crit_only_unprotected",
	    { P(WITHOUT_CRIT ",2:[" SCHEME_IN_CRIT ",'x']"), "{" ENV_C_CHAIN ",'x':1}", 0,
		0 },
	    REASON_SIG_CRIT },
	{ "bad_C09_crit_twice",
	    { P(WITHOUT_CRIT ",2:[" SCHEME_IN_CRIT "," SCHEME_IN_CRIT "]"), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "bad_C09_crit_label_1",
	    { P(WITHOUT_CRIT ",2:[" SCHEME_IN_CRIT ",1]"), 0, 0, 0 }, REASON_SIG_CRIT },
	{ "bad_C09_crit_label_3",
	    { P(WITHOUT_CRIT ",2:[" SCHEME_IN_CRIT ",3]"), 0, 0, 0 }, REASON_SIG_CRIT },
	{ "bad_C09_crit_label_0",
	    { P(WITHOUT_CRIT ",0:1,2:[" SCHEME_IN_CRIT ",0]"), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "bad_C09_crit_label_8",
	    { P(WITHOUT_CRIT ",8:1,2:[" SCHEME_IN_CRIT ",8]"), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "bad_C09_scheme_not_critical",
	    { P(WITHOUT_CRIT ",2:['io.cncf.notary.signingTime']"), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "bad_C09_crit_number_for_text",
	    { P(WITHOUT_CRIT ",'70':1,2:[" SCHEME_IN_CRIT ",70]"), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "bad_C09_crit_unprotected", { 0, "{" ENV_C_CHAIN "," ENV_C_CRIT "}", 0, 0 },
	    REASON_ENVELOPE_DUPLICATE_KEY },
	{ "signing time may be critical",
	    { P(WITHOUT_CRIT ",2:[" SCHEME_IN_CRIT ",'io.cncf.notary.signingTime']"), 0,
		0, 0 },
	    REASON_NONE },
	{ "a critical label of a number",
	    { P(WITHOUT_CRIT ",70:1,2:[" SCHEME_IN_CRIT ",70]"), 0, 0, 0 }, REASON_NONE },
	/* C10 */
	{ "bad_C10_chain_octets", { 0, "{33:h'3003020101'}", 0, 0 },
	    REASON_CERT_CHAIN_FORM },
	{ "bad_C10_chain_empty", { 0, "{33:[]}", 0, 0 }, REASON_CERT_CHAIN_FORM },
	{ "bad_C10_chain_text", { 0, "{33:['MAA=']}", 0, 0 }, REASON_CERT_CHAIN_FORM },
	{ "bad_C10_chain_nested", { 0, "{33:[[h'3003020101']]}", 0, 0 },
	    REASON_CERT_CHAIN_FORM },
	{ "bad_C10_chain_mixed", { 0, "{33:[h'3003020101',1]}", 0, 0 },
	    REASON_CERT_CHAIN_FORM },
	{ "bad_C10_chain_empty_octets", { 0, "{33:[h'']}", 0, 0 },
	    REASON_CERT_CHAIN_FORM },
	{ "bad_C10_chain_null", { 0, "{33:null}", 0, 0 }, REASON_CERT_CHAIN_FORM },
	{ "a chain of two", { 0, "{33:[h'3003020101',h'3003020102']}", 0, 0 },
	    REASON_NONE },
	/* C11 */
	{ "bad_C11_payload_null", { 0, 0, "null", 0 }, REASON_COSE_PAYLOAD },
	{ "bad_C11_payload_undefined", { 0, 0, "#f7#", 0 }, REASON_COSE_PAYLOAD },
	{ "bad_C11_payload_text", { 0, 0, "'{}'", 0 }, REASON_COSE_PAYLOAD },
	{ "bad_C11_payload_map", { 0, 0, "{}", 0 }, REASON_COSE_PAYLOAD },
	{ "bad_C11_payload_empty", { 0, 0, "h''", 0 }, REASON_COSE_PAYLOAD },
	{ "signature empty", { 0, 0, 0, "h''" }, REASON_ENVELOPE_EMPTY },
	/* C12 */
	{ "bad_C12_time_bare", { TIME("1769860800"), 0, 0, 0 }, REASON_SIG_TIME },
	{ "bad_C12_time_text", { TIME("0('2026-01-31T12:00:00Z')"), 0, 0, 0 },
	    REASON_SIG_TIME },
	{ "bad_C12_time_tag1_text", { TIME("1('2026-01-31T12:00:00Z')"), 0, 0, 0 },
	    REASON_SIG_TIME },
	{ "C12 sibling: time as half", { TIME("1(#f97bff#)"), 0, 0, 0 }, REASON_NONE },
	{ "C12 sibling: time as double", { TIME("1(#fb41da5f7d20000000#)"), 0, 0, 0 },
	    REASON_NONE },
	{ "bad_C12_time_double_negative", { TIME("1(#fbc1da5f7d20000000#)"), 0, 0, 0 },
	    REASON_SIG_TIME },
	{ "bad_C12_time_double_far", { TIME("1(#fb4340000000000000#)"), 0, 0, 0 },
	    REASON_SIG_TIME },
	{ "bad_C12_time_nan", { TIME("1(#f97e00#)"), 0, 0, 0 }, REASON_SIG_TIME },
	{ "bad_C12_time_infinite", { TIME("1(#f97c00#)"), 0, 0, 0 }, REASON_SIG_TIME },
	{ "bad_C12_time_bignum", { TIME("1(2(h'6980'))"), 0, 0, 0 }, REASON_SIG_TIME },
	{ "bad_C12_time_twice_tagged", { TIME("1(1(1769860800))"), 0, 0, 0 },
	    REASON_SIG_TIME },
	{ "bad_C12_time_negative", { TIME("1(-1)"), 0, 0, 0 }, REASON_SIG_TIME },
	{ "bad_C12_time_year_10000", { TIME("1(253402300800)"), 0, 0, 0 },
	    REASON_SIG_TIME },
	{ "bad_C12_time_huge", { TIME("1(18446744073709551615)"), 0, 0, 0 },
	    REASON_SIG_TIME },
	{ "bad_C12_time_absent", { P(WITHOUT_TIME), 0, 0, 0 }, REASON_SIG_TIME },
	{ "bad_C12_expiry_bare", { EXPIRY("1769860801"), 0, 0, 0 }, REASON_SIG_TIME },
	{ "the end of 9999", { TIME("1(253402300799)"), 0, 0, 0 }, REASON_NONE },
	{ "expiry a second later", { EXPIRY("1(1769860801)"), 0, 0, 0 }, REASON_NONE },
	{ "expiry equal", { EXPIRY("1(1769860800)"), 0, 0, 0 },
	    REASON_SIG_EXPIRY_INVALID },
	{ "expiry before", { EXPIRY("1(1769860799)"), 0, 0, 0 },
	    REASON_SIG_EXPIRY_INVALID },
	/* the rest of the protected header */
	{ "expiry not critical",
	    { P(GOOD ",'io.cncf.notary.expiry':1(1769860801)"), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "content type absent", { P(WITHOUT_CTY), 0, 0, 0 }, REASON_SIG_HEADER },
	{ "content type number", { P(WITHOUT_CTY ",3:50"), 0, 0, 0 }, REASON_SIG_HEADER },
	{ "content type without slash", { P(WITHOUT_CTY ",3:'json'"), 0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "content type with two", { P(WITHOUT_CTY ",3:'a/b/c'"), 0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "content type blank before", { P(WITHOUT_CTY ",3:' a/b'"), 0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "content type blank after", { P(WITHOUT_CTY ",3:'a/b '"), 0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "content type empty", { P(WITHOUT_CTY ",3:''"), 0, 0, 0 }, REASON_SIG_HEADER },
	{ "another content type parses", { P(WITHOUT_CTY ",3:'a/b'"), 0, 0, 0 },
	    REASON_NONE },
	{ "scheme absent",
	    { P(ENV_C_ALG "," ENV_C_CTY "," ENV_C_TIME
			  ",2:['io.cncf.notary.signingTime']"),
		0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "scheme unknown",
	    { P(WITHOUT_SCHEME ",'io.cncf.notary.signingScheme':'notary.x510'"), 0, 0,
		0 },
	    REASON_SIG_HEADER },
	{ "scheme no text",
	    { P(WITHOUT_SCHEME ",'io.cncf.notary.signingScheme':h'01'"), 0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "signing authority", { P(AUTHORITY "," AUTHENTIC "," AUTHENTIC_CRIT), 0, 0, 0 },
	    REASON_NONE },
	{ "signing authority without its time", { P(AUTHORITY "," ENV_C_CRIT), 0, 0, 0 },
	    REASON_SIG_TIME },
	{ "authentic time not critical",
	    { P(AUTHORITY "," AUTHENTIC "," ENV_C_CRIT), 0, 0, 0 }, REASON_SIG_CRIT },
	{ "both times under signing authority",
	    { P(AUTHORITY "," AUTHENTIC "," AUTHENTIC_CRIT "," ENV_C_TIME), 0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "both times under x509",
	    { P(WITHOUT_CRIT "," AUTHENTIC "," AUTHENTIC_CRIT), 0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "plugin blank",
	    { P(WITHOUT_CRIT
		  ",'io.cncf.notary.verificationPlugin':'  ',2:[" SCHEME_IN_CRIT
		  ",'io.cncf.notary.verificationPlugin']"),
		0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "plugin not critical",
	    { P(GOOD ",'io.cncf.notary.verificationPlugin':'p'"), 0, 0, 0 },
	    REASON_SIG_CRIT },
	{ "plugin no text", { P(GOOD ",'io.cncf.notary.verificationPlugin':1"), 0, 0, 0 },
	    REASON_SIG_HEADER },
	{ "IV protected", { P(GOOD ",5:h'01'"), 0, 0, 0 }, REASON_SIG_HEADER },
	{ "kid text protected", { P(GOOD ",4:'k'"), 0, 0, 0 }, REASON_SIG_HEADER },
	/* the rest of the unprotected header */
	{ "kid text", { 0, "{" ENV_C_CHAIN ",4:'k'}", 0, 0 }, REASON_SIG_HEADER },
	{ "IV", { 0, "{" ENV_C_CHAIN ",5:h'01'}", 0, 0 }, REASON_SIG_HEADER },
	{ "partial IV", { 0, "{" ENV_C_CHAIN ",6:h'01'}", 0, 0 }, REASON_SIG_HEADER },
	{ "countersignature", { 0, "{" ENV_C_CHAIN ",7:[]}", 0, 0 }, REASON_SIG_HEADER },
	{ "countersignature 0", { 0, "{" ENV_C_CHAIN ",9:h'01'}", 0, 0 },
	    REASON_SIG_HEADER },
	{ "countersignature v2", { 0, "{" ENV_C_CHAIN ",11:[]}", 0, 0 },
	    REASON_SIG_HEADER },
	{ "countersignature 0 v2", { 0, "{" ENV_C_CHAIN ",12:h'01'}", 0, 0 },
	    REASON_SIG_HEADER },
	{ "expiry unprotected",
	    { 0, "{" ENV_C_CHAIN ",'io.cncf.notary.expiry':1}", 0, 0 },
	    REASON_SIG_HEADER },
	{ "plugin unprotected",
	    { 0, "{" ENV_C_CHAIN ",'io.cncf.notary.verificationPlugin':'p'}", 0, 0 },
	    REASON_SIG_HEADER },
	{ "time stamp of text",
	    { 0, "{" ENV_C_CHAIN ",'io.cncf.notary.timestampSignature':'x'}", 0, 0 },
	    REASON_SIG_HEADER },
	{ "time stamp empty",
	    { 0, "{" ENV_C_CHAIN ",'io.cncf.notary.timestampSignature':h''}", 0, 0 },
	    REASON_SIG_HEADER },
	{ "agent of octets",
	    { 0, "{" ENV_C_CHAIN ",'io.cncf.notary.signingAgent':h'01'}", 0, 0 },
	    REASON_SIG_HEADER },
};

static enum reason
reason_of(struct arena *mem, struct bytes doc)
{
	struct err err = { .reason = REASON_NONE };
	struct envelope e;

	return cose_parse(&e, mem, doc, &limits, NULL, &err) == 0 ? REASON_NONE
								  : err.reason;
}

static void
test_rows(struct arena *mem)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		is_reason(reason_of(mem, env_cose(mem, &rows[i].parts)), rows[i].want,
		    "%s", rows[i].name);
}

/* Octets as they stand: what the builder would not write. */
static const struct {
	const char *name, *doc;
	enum reason want;
} frames[] = {
	{ "bad_C01_array_of_2_32", "#d2 9a ffffffff#", REASON_COSE_FORM },
	{ "bad_C01_map_of_2_32", "#d2 84 41 a0 ba ffffffff#", REASON_CBOR_SYNTAX },
	{ "bad_C01_array_in_map", "#d2 84 41 a0 a1 18 21 9a ffffffff#",
	    REASON_CBOR_SYNTAX },
	{ "bad_C01_array_of_2_63", "#d2 84 41 a0 a1 18 21 9b 8000000000000000#",
	    REASON_CBOR_SYNTAX },
	{ "bad_C01_map_of_2_63", "#d2 84 41 a0 bb 8000000000000000#",
	    REASON_CBOR_SYNTAX },
	{ "bad_C07_no_tag", "#84 41 a0 a0 41 01 41 01#", REASON_COSE_FORM },
	{ "bad_C07_tag_98", "#d8 62 84 41 a0 a0 41 01 41 01#", REASON_COSE_FORM },
	{ "bad_C07_tag_17", "#d1 84 41 a0 a0 41 01 41 01#", REASON_COSE_FORM },
	{ "bad_C07_long_tag", "#d8 12 84 41 a0 a0 41 01 41 01#", REASON_COSE_FORM },
	{ "bad_C07_tag_twice", "#d2 d2 84 41 a0 a0 41 01 41 01#", REASON_COSE_FORM },
	{ "bad_C07_array_of_three", "#d2 83 41 a0 a0 41 01#", REASON_COSE_FORM },
	{ "bad_C07_array_of_five", "#d2 85 41 a0 a0 41 01 41 01 00#", REASON_COSE_FORM },
	{ "bad_C07_long_array", "#d2 98 04 41 a0 a0 41 01 41 01#", REASON_COSE_FORM },
	{ "bad_C07_indefinite_array", "#d2 9f 41 a0 a0 41 01 41 01 ff#",
	    REASON_COSE_FORM },
	{ "bad_C07_protected_map", "#d2 84 a0 a0 41 01 41 01#", REASON_COSE_FORM },
	{ "bad_C07_tag_only", "#d2#", REASON_COSE_FORM },
	{ "bad_C07_element_missing", "#d2 84 41 a0 a0 41 01#", REASON_CBOR_SYNTAX },
	{ "bad_C08_protected_no_octets", "#d2 84 40 a0 41 01 41 01#", REASON_SIG_ALG },
	{ "bad_C13_octets_of_2_64", "#d2 84 5b ffffffffffffffff 00#",
	    REASON_CBOR_SYNTAX },
	{ "bad_C13_octets_near_2_64", "#d2 84 5b fffffffffffffff7 00#",
	    REASON_CBOR_SYNTAX },
	{ "bad_C13_text_of_2_64", "#d2 84 7b ffffffffffffffff 00#", REASON_CBOR_SYNTAX },
	{ "bad_C13_array_of_2_64", "#d2 84 9b ffffffffffffffff 00#", REASON_CBOR_SYNTAX },
	{ "bad_C13_map_of_2_64", "#d2 84 41 a0 bb ffffffffffffffff#",
	    REASON_CBOR_SYNTAX },
	{ "empty input", "", REASON_ENVELOPE_EMPTY },
};

static void
test_frames(struct arena *mem)
{
	for (size_t i = 0; i < COUNT(frames); i++)
		is_reason(reason_of(mem, env_cbor(mem, frames[i].doc)), frames[i].want,
		    "%s", frames[i].name);
}

/* C05: four MiB of small integers; G04: nothing is sized by the declared count. */
static void
test_many_items(struct arena *mem)
{
	size_t n = (size_t)4 << 20;
	uint8_t *doc = arena_alloc(mem, n + 5);
	struct limits wide = limits;
	struct err err = { .reason = REASON_NONE };
	struct cborin c;

	memcpy(doc, "\x9a\x00\x40\x00\x00", 5);
	is_reason(cborin_open(&c, bytes_of(doc, n + 5), 0, CBORIN_TAGS_REFUSED, &limits,
		      NULL, &err) == 0
		      ? REASON_NONE
		      : err.reason,
	    REASON_LIMIT_CBOR_ITEMS_HIT, "bad_C05_many_items");
	wide.v[LIMIT_CBOR_ITEMS] = n + 1;
	is_reason(cborin_open(&c, bytes_of(doc, n + 5), 0, CBORIN_TAGS_REFUSED, &wide,
		      NULL, &err) == 0
		      ? REASON_NONE
		      : err.reason,
	    REASON_NONE, "the same under a wider limit");
}

/* The same items, spread over the document, so that no declared count gives them away. */
static void
test_many_small(struct arena *mem)
{
	struct limits low = limits;
	struct env_cose parts = { .unprotected =
				      "{" ENV_C_CHAIN ",'x':[[1,2],[3,4],[5,6]]}" };
	struct err err = { .reason = REASON_NONE };
	struct bytes doc = env_cose(mem, &parts);
	struct envelope e;

	low.v[LIMIT_CBOR_ITEMS] = 19;
	is_reason(
	    cose_parse(&e, mem, doc, &low, NULL, &err) == 0 ? REASON_NONE : err.reason,
	    REASON_NONE, "nineteen items under a limit of nineteen");
	low.v[LIMIT_CBOR_ITEMS] = 18;
	ok(cose_parse(&e, mem, doc, &low, NULL, &err) != 0, "under a limit of eighteen");
	is_reason(err.reason, REASON_LIMIT_CBOR_ITEMS_HIT, "bad_G04_count_as_read");
}

static void
test_size(struct arena *mem)
{
	struct limits low = limits;
	struct env_cose parts = { 0 };
	struct bytes doc = env_cose(mem, &parts);
	struct err err = { .reason = REASON_NONE };
	struct envelope e;

	low.v[LIMIT_ENVELOPE_BYTES] = doc.len;
	ok(cose_parse(&e, mem, doc, &low, NULL, &err) == 0,
	    "envelope as large as allowed");
	low.v[LIMIT_ENVELOPE_BYTES] = doc.len - 1;
	ok(cose_parse(&e, mem, doc, &low, NULL, &err) != 0, "one octet more");
	is_reason(err.reason, REASON_LIMIT_ENVELOPE_HIT, "bad_W15_cose_too_large");
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	limits_default(&limits);
	test_rows(&mem);
	test_frames(&mem);
	test_many_items(&mem);
	test_many_small(&mem);
	test_size(&mem);
	arena_clear(&mem);
	return tap_done();
}
