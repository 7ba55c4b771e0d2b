/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JWS envelopes that must be refused: one row for each numbered defect, and what passes.
 */
#include "codec/base64.h"
#include "envelope/jws.h"
#include "tests/lib/envbuild.h"
#include "tests/lib/tap.h"

#define P(members) "{" members "}"
#define GOOD ENV_J_ALG "," ENV_J_REST
#define N "io.cncf.notary."
#define WITHOUT_CRIT ENV_J_ALG "," ENV_J_CTY "," ENV_J_SCHEME "," ENV_J_TIME
#define WITHOUT_CTY ENV_J_ALG "," ENV_J_CRIT "," ENV_J_SCHEME "," ENV_J_TIME
#define WITHOUT_SCHEME ENV_J_ALG "," ENV_J_CRIT "," ENV_J_CTY "," ENV_J_TIME
#define WITHOUT_TIME ENV_J_ALG "," ENV_J_CRIT "," ENV_J_CTY "," ENV_J_SCHEME
#define CRIT(more) "'crit':['" N "signingScheme'" more "]"
#define TIME(v) P(WITHOUT_TIME ",'" N "signingTime':" v)
#define EXPIRY(v) P(WITHOUT_CRIT "," CRIT(",'" N "expiry'") ",'" N "expiry':" v)
#define AUTHORITY                                                                        \
	ENV_J_ALG "," ENV_J_CTY ",'" N "signingScheme':'notary.x509.signingAuthority'"
#define AUTHENTIC "'" N "authenticSigningTime':'2026-01-31T12:00:00Z'"
#define AUTHENTIC_CRIT CRIT(",'" N "authenticSigningTime'")
#define HEADER(more) "{" ENV_J_HEADER "," more "}"

static struct limits limits;

static const struct row {
	const char *name;
	struct env_jws parts;
	enum reason want;
	const char *pointer;
} rows[] = {
	{ "the good envelope", { 0 }, REASON_NONE, 0 },
	/* W01 */
	{ "bad_W01_alg_none", { 0, P("'alg':'none'," ENV_J_REST), 0, 0 }, REASON_SIG_ALG,
	    "/protected/alg" },
	{ "bad_W01_alg_HS256", { 0, P("'alg':'HS256'," ENV_J_REST), 0, 0 },
	    REASON_SIG_ALG, "/protected/alg" },
	{ "bad_W01_alg_HS512", { 0, P("'alg':'HS512'," ENV_J_REST), 0, 0 },
	    REASON_SIG_ALG, 0 },
	{ "bad_W01_alg_RS256", { 0, P("'alg':'RS256'," ENV_J_REST), 0, 0 },
	    REASON_SIG_ALG, 0 },
	{ "bad_W01_alg_RS384", { 0, P("'alg':'RS384'," ENV_J_REST), 0, 0 },
	    REASON_SIG_ALG, 0 },
	{ "bad_W01_alg_RS512", { 0, P("'alg':'RS512'," ENV_J_REST), 0, 0 },
	    REASON_SIG_ALG, 0 },
	{ "bad_W01_alg_EdDSA", { 0, P("'alg':'EdDSA'," ENV_J_REST), 0, 0 },
	    REASON_SIG_ALG, 0 },
	{ "bad_W01_alg_ES256K", { 0, P("'alg':'ES256K'," ENV_J_REST), 0, 0 },
	    REASON_SIG_ALG, 0 },
	{ "bad_W01_alg_case", { 0, P("'alg':'ps256'," ENV_J_REST), 0, 0 }, REASON_SIG_ALG,
	    0 },
	{ "bad_W01_alg_empty", { 0, P("'alg':''," ENV_J_REST), 0, 0 }, REASON_SIG_ALG,
	    0 },
	{ "bad_W01_alg_number", { 0, P("'alg':-37," ENV_J_REST), 0, 0 }, REASON_SIG_ALG,
	    0 },
	{ "bad_W01_alg_null", { 0, P("'alg':null," ENV_J_REST), 0, 0 }, REASON_SIG_ALG,
	    0 },
	{ "bad_W01_alg_absent", { 0, P(ENV_J_REST), 0, 0 }, REASON_SIG_ALG,
	    "/protected" },
	{ "PS384", { 0, P("'alg':'PS384'," ENV_J_REST), 0, 0 }, REASON_NONE, 0 },
	{ "PS512", { 0, P("'alg':'PS512'," ENV_J_REST), 0, 0 }, REASON_NONE, 0 },
	{ "ES256", { 0, P("'alg':'ES256'," ENV_J_REST), 0, 0 }, REASON_NONE, 0 },
	{ "ES384", { 0, P("'alg':'ES384'," ENV_J_REST), 0, 0 }, REASON_NONE, 0 },
	{ "ES512", { 0, P("'alg':'ES512'," ENV_J_REST), 0, 0 }, REASON_NONE, 0 },
	/* W03 */
	{ "bad_W03_crit_missing", { 0, P(WITHOUT_CRIT), 0, 0 }, REASON_SIG_CRIT,
	    "/protected" },
	{ "bad_W03_crit_empty", { 0, P(WITHOUT_CRIT ",'crit':[]"), 0, 0 },
	    REASON_SIG_CRIT, "/protected/crit" },
	{ "bad_W03_crit_string",
	    { 0, P(WITHOUT_CRIT ",'crit':'" N "signingScheme'"), 0, 0 }, REASON_SIG_CRIT,
	    "/protected/crit" },
	{ "bad_W03_crit_null", { 0, P(WITHOUT_CRIT ",'crit':null"), 0, 0 },
	    REASON_SIG_CRIT, "/protected/crit" },
	{ "bad_W03_crit_number", { 0, P(WITHOUT_CRIT "," CRIT(",1")), 0, 0 },
	    REASON_SIG_CRIT, "/protected/crit/1" },
	{ "bad_W03_crit_absent_name", { 0, P(WITHOUT_CRIT "," CRIT(",'x'")), 0, 0 },
	    REASON_SIG_CRIT, "/protected/crit" },
	{ "bad_W03_crit_absent_known",
	    { 0, P(WITHOUT_CRIT "," CRIT(",'" N "expiry'")), 0, 0 }, REASON_SIG_CRIT,
	    "/protected/crit" },
	{ "bad_W03_crit_only_unprotected",
	    { 0, P(WITHOUT_CRIT "," CRIT(",'x'")), HEADER("'x':1"), 0 }, REASON_SIG_CRIT,
	    0 },
	{ "bad_W03_crit_twice",
	    { 0, P(WITHOUT_CRIT "," CRIT(",'" N "signingScheme'")), 0, 0 },
	    REASON_SIG_CRIT, "/protected/crit" },
	{ "bad_W03_crit_unknown_twice",
	    { 0, P(WITHOUT_CRIT ",'x':1," CRIT(",'x','x'")), 0, 0 }, REASON_SIG_CRIT,
	    "/protected/crit" },
	{ "bad_W03_crit_alg", { 0, P(WITHOUT_CRIT "," CRIT(",'alg'")), 0, 0 },
	    REASON_SIG_CRIT, "/protected/crit/1" },
	{ "bad_W03_crit_cty", { 0, P(WITHOUT_CRIT "," CRIT(",'cty'")), 0, 0 },
	    REASON_SIG_CRIT, 0 },
	{ "bad_W03_crit_crit", { 0, P(WITHOUT_CRIT "," CRIT(",'crit'")), 0, 0 },
	    REASON_SIG_CRIT, 0 },
	{ "bad_W03_crit_kid", { 0, P(WITHOUT_CRIT ",'kid':'k'," CRIT(",'kid'")), 0, 0 },
	    REASON_SIG_CRIT, 0 },
	{ "bad_W03_crit_signing_time",
	    { 0, P(WITHOUT_CRIT "," CRIT(",'" N "signingTime'")), 0, 0 }, REASON_SIG_CRIT,
	    0 },
	{ "bad_W03_crit_without_scheme",
	    { 0, P(WITHOUT_CRIT ",'x':1,'crit':['x']"), 0, 0 }, REASON_SIG_CRIT,
	    "/protected/" N "signingScheme" },
	{ "bad_W03_expiry_not_critical",
	    { 0, P(GOOD ",'" N "expiry':'2026-02-01T00:00:00Z'"), 0, 0 }, REASON_SIG_CRIT,
	    0 },
	{ "bad_W03_plugin_not_critical",
	    { 0, P(GOOD ",'" N "verificationPlugin':'p'"), 0, 0 }, REASON_SIG_CRIT, 0 },
	{ "bad_W03_plugin_version_not_critical",
	    { 0, P(GOOD ",'" N "verificationPluginMinVersion':'1.0.0'"), 0, 0 },
	    REASON_SIG_CRIT, 0 },
	{ "bad_W03_authentic_not_critical",
	    { 0, P(AUTHORITY "," AUTHENTIC "," ENV_J_CRIT), 0, 0 }, REASON_SIG_CRIT, 0 },
	{ "an unknown critical attribute parses: judged later",
	    { 0, P(WITHOUT_CRIT ",'x':1," CRIT(",'x'")), 0, 0 }, REASON_NONE, 0 },
	/* W04 */
	{ "bad_W04_alg", { 0, 0, HEADER("'alg':'PS256'"), 0 }, REASON_SIG_HEADER,
	    "/header/alg" },
	{ "bad_W04_alg_only_there", { 0, P(ENV_J_REST), HEADER("'alg':'PS256'"), 0 },
	    REASON_SIG_HEADER, "/header/alg" },
	{ "bad_W04_cty", { 0, 0, HEADER("'cty':'x/y'"), 0 }, REASON_SIG_HEADER,
	    "/header/cty" },
	{ "bad_W04_crit", { 0, 0, HEADER("'crit':[]"), 0 }, REASON_SIG_HEADER, 0 },
	{ "bad_W04_scheme", { 0, 0, HEADER("'" N "signingScheme':'notary.x509'"), 0 },
	    REASON_SIG_HEADER, 0 },
	{ "bad_W04_time", { 0, P(WITHOUT_TIME), HEADER(ENV_J_TIME), 0 },
	    REASON_SIG_HEADER, 0 },
	{ "bad_W04_authentic_time", { 0, 0, HEADER(AUTHENTIC), 0 }, REASON_SIG_HEADER,
	    0 },
	{ "bad_W04_expiry", { 0, 0, HEADER("'" N "expiry':'2099-01-01T00:00:00Z'"), 0 },
	    REASON_SIG_HEADER, 0 },
	{ "bad_W04_plugin", { 0, 0, HEADER("'" N "verificationPlugin':'p'"), 0 },
	    REASON_SIG_HEADER, 0 },
	{ "bad_W04_plugin_version",
	    { 0, 0, HEADER("'" N "verificationPluginMinVersion':'1.0.0'"), 0 },
	    REASON_SIG_HEADER, 0 },
	{ "bad_W04_both_headers", { 0, P(GOOD ",'x':1"), HEADER("'x':1"), 0 },
	    REASON_ENVELOPE_DUPLICATE_KEY, "/header/x" },
	{ "bad_W04_x5c_both_headers", { 0, P(GOOD "," ENV_J_HEADER), 0, 0 },
	    REASON_ENVELOPE_DUPLICATE_KEY, "/header/x5c" },
	{ "unknown unprotected names mean nothing, in any case",
	    { 0, 0,
		HEADER(
		    "'x':1,'" N "SigningAgent':1,'" N "Expiry':'2000-01-01T00:00:00Z'"),
		0 },
	    REASON_NONE, 0 },
	/* W05 */
	{ "bad_W05_jwk", { 0, P(GOOD ",'jwk':{}"), 0, 0 }, REASON_SIG_HEADER,
	    "/protected/jwk" },
	{ "bad_W05_jku", { 0, P(GOOD ",'jku':'x'"), 0, 0 }, REASON_SIG_HEADER,
	    "/protected/jku" },
	{ "bad_W05_x5u", { 0, P(GOOD ",'x5u':'x'"), 0, 0 }, REASON_SIG_HEADER,
	    "/protected/x5u" },
	{ "bad_W05_b64", { 0, P(GOOD ",'b64':false"), 0, 0 }, REASON_SIG_HEADER,
	    "/protected/b64" },
	{ "bad_W05_zip", { 0, P(GOOD ",'zip':'DEF'"), 0, 0 }, REASON_SIG_HEADER,
	    "/protected/zip" },
	{ "bad_W05_jwk_unprotected", { 0, 0, HEADER("'jwk':{}"), 0 }, REASON_SIG_HEADER,
	    "/header/jwk" },
	{ "bad_W05_b64_unprotected", { 0, 0, HEADER("'b64':false"), 0 },
	    REASON_SIG_HEADER, 0 },
	{ "kid and typ mean nothing", { 0, P(GOOD ",'kid':'k','typ':'JOSE'"), 0, 0 },
	    REASON_NONE, 0 },
	/* W06; more below */
	{ "bad_W06_signature_padding", { 0, 0, 0, "AQ==" }, REASON_SIG_BASE64,
	    "/signature" },
	{ "bad_W06_signature_plus", { 0, 0, 0, "AQ+D" }, REASON_SIG_BASE64,
	    "/signature" },
	{ "bad_W06_signature_slash", { 0, 0, 0, "AQ/D" }, REASON_SIG_BASE64,
	    "/signature" },
	{ "bad_W06_signature_blank", { 0, 0, 0, "AQID " }, REASON_SIG_BASE64,
	    "/signature" },
	{ "bad_W06_signature_line_end", { 0, 0, 0, "AQ\\nID" }, REASON_SIG_BASE64,
	    "/signature" },
	{ "bad_W06_signature_spare_bits", { 0, 0, 0, "AR" }, REASON_SIG_BASE64,
	    "/signature" },
	{ "bad_W06_signature_one_left", { 0, 0, 0, "AQIDA" }, REASON_SIG_BASE64,
	    "/signature" },
	{ "base64url alphabet", { 0, 0, 0, "-_-_" }, REASON_NONE, 0 },
	{ "bad_W06_chain_url_alphabet", { 0, 0, "{'x5c':['-_-_']}", 0 },
	    REASON_SIG_BASE64, "/header/x5c/0" },
	{ "bad_W06_chain_no_padding", { 0, 0, "{'x5c':['MAMCAQE=','MAMCAQE']}", 0 },
	    REASON_SIG_BASE64, "/header/x5c/1" },
	{ "bad_W06_chain_line_end", { 0, 0, "{'x5c':['MAMC\\nAQE=']}", 0 },
	    REASON_SIG_BASE64, 0 },
	{ "bad_W06_chain_spare_bits", { 0, 0, "{'x5c':['MAMCAQF=']}", 0 },
	    REASON_SIG_BASE64, 0 },
	{ "bad_W06_time_stamp", { 0, 0, HEADER("'" N "timestampSignature':'MA'"), 0 },
	    REASON_SIG_BASE64, "/header/" N "timestampSignature" },
	/* W07; whole documents are below */
	{ "bad_W07_header_no_object", { 0, 0, "[]", 0 }, REASON_SIG_FORM, "/header" },
	{ "bad_W07_header_null", { 0, 0, "null", 0 }, REASON_SIG_FORM, "/header" },
	/* W09 */
	{ "bad_W09_signature_empty", { 0, 0, 0, "" }, REASON_ENVELOPE_EMPTY,
	    "/signature" },
	/* W11 */
	{ "bad_W11_expiry_equal", { 0, EXPIRY("'2026-01-31T12:00:00Z'"), 0, 0 },
	    REASON_SIG_EXPIRY_INVALID, "/protected" },
	{ "bad_W11_expiry_before", { 0, EXPIRY("'2026-01-31T11:59:59Z'"), 0, 0 },
	    REASON_SIG_EXPIRY_INVALID, 0 },
	{ "bad_W11_expiry_equal_by_offset",
	    { 0, EXPIRY("'2026-01-31T13:00:00+01:00'"), 0, 0 }, REASON_SIG_EXPIRY_INVALID,
	    0 },
	{ "bad_W11_expiry_no_time", { 0, EXPIRY("'tomorrow'"), 0, 0 }, REASON_SIG_TIME,
	    0 },
	{ "expiry later", { 0, EXPIRY("'2026-01-31T12:00:01Z'"), 0, 0 }, REASON_NONE, 0 },
	{ "expiry later by offset", { 0, EXPIRY("'2026-01-31T12:00:00-00:30'"), 0, 0 },
	    REASON_NONE, 0 },
	/* times and schemes */
	{ "signing time absent", { 0, P(WITHOUT_TIME), 0, 0 }, REASON_SIG_TIME,
	    "/protected" },
	{ "signing time number", { 0, TIME("1769860800"), 0, 0 }, REASON_SIG_TIME,
	    "/protected/" N "signingTime" },
	{ "signing time empty", { 0, TIME("''"), 0, 0 }, REASON_SIG_TIME, 0 },
	{ "signing time without zone", { 0, TIME("'2026-01-31T12:00:00'"), 0, 0 },
	    REASON_SIG_TIME, 0 },
	{ "signing time leap second", { 0, TIME("'2016-12-31T23:59:60Z'"), 0, 0 },
	    REASON_SIG_TIME, 0 },
	{ "signing time 30 February", { 0, TIME("'2026-02-30T12:00:00Z'"), 0, 0 },
	    REASON_SIG_TIME, 0 },
	{ "scheme absent",
	    { 0, P(ENV_J_ALG "," ENV_J_CTY "," ENV_J_TIME ",'x':1,'crit':['x']"), 0, 0 },
	    REASON_SIG_HEADER, "/protected" },
	{ "scheme unknown",
	    { 0, P(WITHOUT_SCHEME ",'" N "signingScheme':'notary.x510'"), 0, 0 },
	    REASON_SIG_HEADER, "/protected/" N "signingScheme" },
	{ "scheme number", { 0, P(WITHOUT_SCHEME ",'" N "signingScheme':1"), 0, 0 },
	    REASON_SIG_HEADER, 0 },
	{ "signing authority", { 0, P(AUTHORITY "," AUTHENTIC "," AUTHENTIC_CRIT), 0, 0 },
	    REASON_NONE, 0 },
	{ "signing authority without its time", { 0, P(AUTHORITY "," ENV_J_CRIT), 0, 0 },
	    REASON_SIG_TIME, 0 },
	{ "signing authority with both times",
	    { 0, P(AUTHORITY "," AUTHENTIC "," AUTHENTIC_CRIT "," ENV_J_TIME), 0, 0 },
	    REASON_SIG_HEADER, "/protected/" N "signingTime" },
	{ "x509 with both times",
	    { 0, P(WITHOUT_CRIT "," AUTHENTIC "," AUTHENTIC_CRIT), 0, 0 },
	    REASON_SIG_HEADER, "/protected/" N "authenticSigningTime" },
	{ "content type absent", { 0, P(WITHOUT_CTY), 0, 0 }, REASON_SIG_HEADER,
	    "/protected" },
	{ "content type number", { 0, P(WITHOUT_CTY ",'cty':1"), 0, 0 },
	    REASON_SIG_HEADER, "/protected/cty" },
	/* W08: another content type is for the verifier to refuse */
	{ "another content type parses", { 0, P(WITHOUT_CTY ",'cty':'a/b'"), 0, 0 },
	    REASON_NONE, 0 },
	{ "plugin blank",
	    { 0,
		P(WITHOUT_CRIT
		    ",'" N "verificationPlugin':' '," CRIT(",'" N "verificationPlugin'")),
		0, 0 },
	    REASON_SIG_HEADER, 0 },
	{ "plugin number", { 0, P(GOOD ",'" N "verificationPlugin':1"), 0, 0 },
	    REASON_SIG_HEADER, 0 },
	/* names */
	{ "name in another case: Alg", { 0, P(GOOD ",'Alg':'none'"), 0, 0 },
	    REASON_JSON_CASE_ALIAS, "/protected/Alg" },
	{ "name in another case: Expiry", { 0, P(GOOD ",'" N "Expiry':1"), 0, 0 },
	    REASON_JSON_CASE_ALIAS, "/protected/" N "Expiry" },
	{ "long s for s", { 0, P(GOOD ",'" N "\xc5\xbfigningTime':1"), 0, 0 },
	    REASON_JSON_CASE_ALIAS, 0 },
	{ "duplicate in the protected header", { 0, P(GOOD "," ENV_J_ALG), 0, 0 },
	    REASON_JSON_DUPLICATE_KEY, "/protected" },
	{ "duplicate below", { 0, P(GOOD ",'x':{'a':1,'a':2}"), 0, 0 },
	    REASON_JSON_DUPLICATE_KEY, "/protected" },
	{ "duplicate in the unprotected header", { 0, 0, HEADER(ENV_J_HEADER), 0 },
	    REASON_JSON_DUPLICATE_KEY, 0 },
	{ "NUL in a name", { 0, P(GOOD ",'x\\u0000':1"), 0, 0 }, REASON_JSON_NUL,
	    "/protected" },
	{ "protected header no object", { 0, "[]", 0, 0 }, REASON_JSON_TYPE,
	    "/protected" },
	{ "protected header and more", { 0, P(GOOD) " {}", 0, 0 },
	    REASON_JSON_TRAILING_DATA, "/protected" },
	{ "payload empty", { "", 0, 0, 0 }, REASON_PAYLOAD_MALFORMED, "/payload" },
	/* chain, time stamp, agent */
	{ "chain absent parses: for the chain rules", { 0, 0, "{}", 0 }, REASON_NONE, 0 },
	{ "chain empty", { 0, 0, "{'x5c':[]}", 0 }, REASON_CERT_CHAIN_FORM,
	    "/header/x5c" },
	{ "chain string", { 0, 0, "{'x5c':'MAMCAQE='}", 0 }, REASON_CERT_CHAIN_FORM,
	    "/header/x5c" },
	{ "chain of a number", { 0, 0, "{'x5c':['MAMCAQE=',1]}", 0 },
	    REASON_CERT_CHAIN_FORM, "/header/x5c/1" },
	{ "chain of an empty string", { 0, 0, "{'x5c':['']}", 0 }, REASON_CERT_CHAIN_FORM,
	    0 },
	{ "chain null", { 0, 0, "{'x5c':null}", 0 }, REASON_CERT_CHAIN_FORM, 0 },
	{ "time stamp number", { 0, 0, HEADER("'" N "timestampSignature':1"), 0 },
	    REASON_SIG_HEADER, 0 },
	{ "sibling: time stamp null", { 0, 0, HEADER("'" N "timestampSignature':null"), 0 },
	    REASON_NONE, 0 },
	{ "sibling: agent null", { 0, 0, HEADER("'" N "signingAgent':null"), 0 },
	    REASON_NONE, 0 },
	{ "time stamp empty", { 0, 0, HEADER("'" N "timestampSignature':''"), 0 },
	    REASON_SIG_HEADER, 0 },
	{ "agent number", { 0, 0, HEADER("'" N "signingAgent':1"), 0 }, REASON_SIG_HEADER,
	    0 },
};

static enum reason
reason_of(struct arena *mem, struct bytes doc, struct err *err)
{
	struct envelope e;

	*err = (struct err){ .reason = REASON_NONE };
	return jws_parse(&e, mem, doc, &limits, NULL, err) == 0 ? REASON_NONE
								: err->reason;
}

static void
test_rows(struct arena *mem)
{
	struct err err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		is_reason(reason_of(mem, env_jws(mem, &rows[i].parts), &err),
		    rows[i].want, "%s", rows[i].name);
		if (rows[i].pointer != NULL)
			is_str(str_of(err.pointer), rows[i].pointer, "%s: place",
			    rows[i].name);
	}
}

/* W07: forms other than the flattened one, and members beside it. */
static void
test_forms(struct arena *mem)
{
	static const struct {
		const char *name, *doc;
		enum reason want;
	} forms[] = {
		{ "bad_W07_compact", "eyJhbGciOiJub25lIn0.e30.AQID", REASON_SIG_FORM },
		{ "bad_W07_compact_blank", " eyJhbGciOiJub25lIn0.e30.AQID",
		    REASON_SIG_FORM },
		{ "bad_W07_many_dots", ".....................", REASON_SIG_FORM },
		{ "bad_W07_general",
		    "{'payload':'e30','signatures':[{'protected':'e30','signature':'AQID'}]}",
		    REASON_SIG_FORM },
		{ "bad_W07_both_forms",
		    "{'payload':'e30','protected':'e30','header':{},'signature':'AQID',"
		    "'signatures':[]}",
		    REASON_SIG_FORM },
		{ "bad_W07_member_more",
		    "{'payload':'e30','protected':'e30','header':{},'signature':'AQID','x':1}",
		    REASON_SIG_FORM },
		{ "bad_W07_member_case",
		    "{'payload':'e30','protected':'e30','header':{},'Signature':'AQID'}",
		    REASON_SIG_FORM },
		{ "bad_W07_no_payload",
		    "{'protected':'e30','header':{},'signature':'AQID'}",
		    REASON_SIG_FORM },
		{ "bad_W07_no_protected",
		    "{'payload':'e30','header':{},'signature':'AQID'}", REASON_SIG_FORM },
		{ "bad_W07_no_header",
		    "{'payload':'e30','protected':'e30','signature':'AQID'}",
		    REASON_SIG_FORM },
		{ "bad_W07_no_signature",
		    "{'payload':'e30','protected':'e30','header':{}}", REASON_SIG_FORM },
		{ "bad_W07_payload_object",
		    "{'payload':{},'protected':'e30','header':{},'signature':'AQID'}",
		    REASON_SIG_FORM },
		{ "bad_W07_array", "[{'payload':'e30'}]", REASON_SIG_FORM },
		{ "bad_W07_string", "'eyJhbGciOiJub25lIn0.e30.AQID'", REASON_SIG_FORM },
		{ "bad_W06_payload_padding",
		    "{'payload':'e30=','protected':'e30','header':{},'signature':'AQID'}",
		    REASON_SIG_BASE64 },
		{ "bad_W06_protected_padding",
		    "{'payload':'e30','protected':'e30=','header':{},'signature':'AQID'}",
		    REASON_SIG_BASE64 },
		{ "bad_W06_protected_spare_bits",
		    "{'payload':'e30','protected':'e31','header':{},'signature':'AQID'}",
		    REASON_SIG_BASE64 },
		{ "member twice",
		    "{'payload':'e30','payload':'e30','protected':'e30','header':{},"
		    "'signature':'AQID'}",
		    REASON_JSON_DUPLICATE_KEY },
		{ "protected header empty",
		    "{'payload':'e30','protected':'','header':{},'signature':'AQID'}",
		    REASON_JSON_TYPE },
		{ "empty input", "", REASON_ENVELOPE_EMPTY },
		{ "blank input", " ", REASON_JSON_TYPE },
	};
	struct err err;

	for (size_t i = 0; i < COUNT(forms); i++)
		is_reason(reason_of(mem, str_bytes(env_json(mem, forms[i].doc)), &err),
		    forms[i].want, "%s", forms[i].name);
}

/* Behind a good envelope: white space is fine, anything else is not. */
static void
test_trailing(struct arena *mem)
{
	struct env_jws parts = { 0 };
	struct bytes doc = env_jws(mem, &parts);
	struct err err;

	is_reason(reason_of(mem,
		      str_bytes(arena_printf(
			  mem, "%.*s\n", (int)doc.len, (const char *)doc.ptr)),
		      &err),
	    REASON_NONE, "line end behind the envelope");
	is_reason(reason_of(mem,
		      str_bytes(arena_printf(
			  mem, "%.*s{}", (int)doc.len, (const char *)doc.ptr)),
		      &err),
	    REASON_JSON_TRAILING_DATA, "second value behind the envelope");
}

static void
test_size(struct arena *mem)
{
	struct limits low = limits;
	struct env_jws parts = { 0 };
	struct bytes doc = env_jws(mem, &parts);
	struct err err = { .reason = REASON_NONE };
	struct envelope e;

	low.v[LIMIT_ENVELOPE_BYTES] = doc.len;
	ok(jws_parse(&e, mem, doc, &low, NULL, &err) == 0,
	    "envelope as large as allowed");
	low.v[LIMIT_ENVELOPE_BYTES] = doc.len - 1;
	ok(jws_parse(&e, mem, doc, &low, NULL, &err) != 0, "one octet more");
	is_reason(err.reason, REASON_LIMIT_ENVELOPE_HIT, "bad_W15_envelope_too_large");
}

/* Thirty-two levels, counted with the object of the header itself. */
static void
test_depth(struct arena *mem)
{
	static const char open[] = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
	static const char close[] = "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";
	struct env_jws parts = { 0 };
	struct err err;

	parts.protected_ =
	    arena_printf(mem, "{%s,'x':%.31s%.31s}", GOOD, open, close).ptr;
	is_reason(
	    reason_of(mem, env_jws(mem, &parts), &err), REASON_NONE, "thirty-two levels");
	parts.protected_ =
	    arena_printf(mem, "{%s,'x':%.32s%.32s}", GOOD, open, close).ptr;
	is_reason(reason_of(mem, env_jws(mem, &parts), &err), REASON_LIMIT_JSON_DEPTH_HIT,
	    "thirty-three levels");
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	limits_default(&limits);
	test_rows(&mem);
	test_forms(&mem);
	test_trailing(&mem);
	test_size(&mem);
	test_depth(&mem);
	arena_clear(&mem);
	return tap_done();
}
