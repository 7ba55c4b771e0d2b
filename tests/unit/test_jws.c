/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JWS envelopes: the values of good ones, the bytes that are signed, envelopes of other
 * tools.
 */
#include "codec/base64.h"
#include "envelope/jws.h"
#include "tests/lib/envbuild.h"
#include "tests/lib/tap.h"

#define N "io.cncf.notary."

static struct limits limits;

static bool
parse(struct envelope *e, struct arena *mem, struct bytes doc, const char *name)
{
	struct err err = { .reason = REASON_NONE };
	int rc = jws_parse(e, mem, doc, &limits, NULL, &err);

	ok(rc == 0, "%s parses", name);
	if (rc != 0)
		tap_note("%s at %s: %s", reason_code(err.reason), err.pointer, err.text);
	return rc == 0;
}

static void
test_values(struct arena *mem)
{
	const struct env_jws parts = {
		.payload = "{}",
		.protected_ = "{" ENV_J_ALG "," ENV_J_CTY "," ENV_J_SCHEME ",'crit':['" N
			      "signingScheme','" N "expiry','x'],'" N
			      "signingTime':'2026-01-31T13:00:00+01:00','" N
			      "expiry':'2026-01-31T12:00:01.5Z','x':'y','z':[1]}",
		.header =
		    "{'x5c':['MAMCAQE=','MAMCAQI='],'" N "timestampSignature':'MAEC','" N
		    "signingAgent':'me/1','other':1}",
	};
	struct bytes doc = env_jws(mem, &parts);
	struct envelope e;

	if (!parse(&e, mem, doc, "envelope with everything"))
		return;
	ok(e.format == FORMAT_NOTATION_JWS, "format");
	is_str(
	    str_of(signature_format_name(e.format)), "notation-jws", "name of the format");
	is_str(
	    str_of(envelope_scheme_name(e.scheme)), "notary.x509", "name of the scheme");
	ok(e.alg == SIGALG_PS256, "algorithm");
	is_str(e.content_type, ENV_TYPE, "content type");
	ok(e.signing_time.sec == 1769860800 && e.signing_time.usec == 0,
	    "signing time in UTC");
	ok(e.has_expiry && e.expiry.sec == 1769860801 && e.expiry.usec == 500000,
	    "expiry");
	ok(!e.has_plugin, "no plug-in");
	is_bytes(e.payload, BYTES_LIT("{}"), "payload");
	is_bytes(e.signature, BYTES_LIT("\x01\x02\x03"), "signature");
	is_bytes(e.timestamp, BYTES_LIT("\x30\x01\x02"), "time stamp");
	is_str(e.agent, "me/1", "agent");
	is_u64(e.cert_count, 2, "two certificates");
	is_bytes(e.certs[0], BYTES_LIT("\x30\x03\x02\x01\x01"), "leaf first");
	is_bytes(e.certs[1], BYTES_LIT("\x30\x03\x02\x01\x02"), "then its issuer");
	is_u64(e.attr_count, 2, "two attributes");
	is_str(e.attrs[0].name, "x", "the first");
	is_str(e.attrs[0].text, "y", "its text");
	ok(e.attrs[0].critical, "critical");
	ok(str_is(e.attrs[1].name, "z") && !e.attrs[1].critical, "the second is not");
	/* RFC 7515 5.1: protected text, dot, payload text. */
	is_u64(e.signed_part_count, 3, "three parts are signed");
	is_bytes(e.signed_parts[0],
	    str_bytes(base64_encode(
		mem, BASE64_URL, str_bytes(env_json(mem, parts.protected_)))),
	    "protected text");
	is_bytes(e.signed_parts[1], BYTES_LIT("."), "dot");
	is_bytes(e.signed_parts[2], BYTES_LIT("e30"), "payload text");
}

static void
test_plugin(struct arena *mem)
{
	struct env_jws parts = {
		.protected_ =
		    "{" ENV_J_ALG "," ENV_J_CTY "," ENV_J_SCHEME "," ENV_J_TIME
		    ",'crit':['" N "signingScheme','" N "verificationPlugin','" N
		    "verificationPluginMinVersion'],'" N "verificationPlugin':'p','" N
		    "verificationPluginMinVersion':'1.0.0'}",
	};
	struct envelope e;

	if (parse(&e, mem, env_jws(mem, &parts), "envelope with plug-in")) {
		ok(e.has_plugin, "a plug-in is named");
		is_str(e.plugin, "p", "its name");
		is_str(e.plugin_min_version, "1.0.0", "its version");
		is_u64(e.attr_count, 0, "and no attribute is left");
	}
	parts.protected_ =
	    "{" ENV_J_ALG "," ENV_J_CTY "," ENV_J_SCHEME "," ENV_J_TIME ",'crit':['" N
	    "signingScheme','" N "verificationPluginMinVersion'],'" N
	    "verificationPluginMinVersion':'1.0.0'}";
	if (parse(&e, mem, env_jws(mem, &parts), "version without plug-in")) {
		ok(!e.has_plugin, "no plug-in is named");
		ok(e.attr_count == 1 && e.attrs[0].critical,
		    "a critical unknown attribute");
		is_str(e.attrs[0].text, "1.0.0", "with its text");
	}
}

static void
test_attributes(struct arena *mem)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "'text'", "text" },
		{ "12", "12" },
		{ "-1", "(number)" },
		{ "true", "true" },
		{ "false", "false" },
		{ "null", "null" },
		{ "[1]", "(array)" },
		{ "{'a':1}", "(object)" },
	};
	struct envelope e;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct env_jws parts = { 0 };

		parts.protected_ = arena_printf(
		    mem, "{%s,%s,'x':%s}", ENV_J_ALG, ENV_J_REST, rows[i].value)
				       .ptr;
		if (parse(&e, mem, env_jws(mem, &parts), rows[i].value))
			is_str(
			    e.attrs[0].text, rows[i].want, "shown as %s", rows[i].want);
	}
}

/* Octets of the shared checks alone. */
static void
test_check(void)
{
	struct envelope e = {
		.format = FORMAT_NOTATION_JWS,
		.payload = BYTES_LIT("{}"),
		.signature = BYTES_LIT("s"),
		.alg = SIGALG_ES256,
		.scheme = SCHEME_X509,
		.signing_time = { 100, 5 },
		.has_expiry = true,
		.expiry = { 100, 6 },
	};
	struct err err = { .reason = REASON_NONE };
	struct envelope bad = e;

	ok(envelope_check(&e, NULL, &err) == 0, "good envelope");
	bad.expiry.usec = 5;
	ok(envelope_check(&bad, NULL, &err) != 0, "expiry equal to the microsecond");
	is_reason(err.reason, REASON_SIG_EXPIRY_INVALID, "reason");
	bad = e;
	bad.payload.len = 0;
	ok(envelope_check(&bad, NULL, &err) != 0, "no payload");
	is_reason(err.reason, REASON_PAYLOAD_MALFORMED, "reason");
	bad.signature.len = 0;
	ok(envelope_check(&bad, NULL, &err) != 0, "neither payload nor signature");
	is_reason(err.reason, REASON_PAYLOAD_MALFORMED, "the payload comes first");
	bad = e;
	bad.alg = SIGALG_NONE;
	ok(envelope_check(&bad, NULL, &err) != 0, "no algorithm");
	is_reason(err.reason, REASON_SIG_ALG, "reason");
}

static const struct {
	const char *file;
	enum reason want;
	size_t certs;
	enum sigalg alg;
	bool stamped, plugin, expires;
} foreign[] = {
	{ "envelope/ca_valid_sig_env.json", REASON_NONE, 2, SIGALG_PS384, false, false,
	    true },
	{ "envelope/ca_invalid_sig_env.json", REASON_SIG_BASE64, 0, SIGALG_NONE, false,
	    false, false },
	{ "envelope/ca_expired_sig_env.json", REASON_NONE, 2, SIGALG_PS384, false, false,
	    true },
	{ "envelope/sa_valid_sig_env.json", REASON_NONE, 2, SIGALG_PS384, false, false,
	    true },
	{ "envelope/sa_plugin_sig_env.json", REASON_NONE, 2, SIGALG_PS384, false, true,
	    true },
	{ "envelope/ca_compatible_pluginver_sig_env_1.0.0.json", REASON_NONE, 1,
	    SIGALG_PS256, false, true, false },
	{ "envelope/sig_env_with_metadata.json", REASON_NONE, 1, SIGALG_PS256, false,
	    false, false },
	{ "timestamp/jwsWithTimestamp.sig", REASON_NONE, 1, SIGALG_PS256, true, false,
	    false },
	{ "timestamp/withoutTimestamp.sig", REASON_NONE, 1, SIGALG_PS256, false, false,
	    false },
	{ "blob/LICENSE.jws.sig", REASON_NONE, 1, SIGALG_PS256, true, false, false },
	{ "blob/example.blob.jws.sig", REASON_NONE, 1, SIGALG_PS384, false, false,
	    false },
};

static void
test_foreign(struct arena *mem, const char *folder)
{
	struct payload payload;
	struct envelope e;

	for (size_t i = 0; i < COUNT(foreign); i++) {
		const char *file = foreign[i].file;
		struct err err = { .reason = REASON_NONE };
		struct bytes doc = tap_file(0, "%s/notation/%s", folder, file);
		int rc = jws_parse(&e, mem, doc, &limits, NULL, &err);

		is_reason(
		    rc == 0 ? REASON_NONE : err.reason, foreign[i].want, "%s", file);
		if (rc != 0) {
			tap_note("%s: %s at %s", file, err.text, err.pointer);
			continue;
		}
		is_u64(e.cert_count, foreign[i].certs, "%s: certificates", file);
		ok(e.alg == foreign[i].alg, "%s: algorithm", file);
		ok((e.timestamp.len > 0) == foreign[i].stamped, "%s: time stamp", file);
		ok(e.has_plugin == foreign[i].plugin, "%s: plug-in", file);
		ok(e.has_expiry == foreign[i].expires, "%s: expiry", file);
		is_str(e.content_type, ENVELOPE_PAYLOAD_TYPE, "%s: content type", file);
		ok(payload_parse(&payload, mem, e.payload, &limits, NULL, NULL) == 0,
		    "%s: payload", file);
		if (i == 0)
			is_u64(payload.size, 528, "%s: size", file);
		if (strcmp(file, "envelope/sig_env_with_metadata.json") == 0)
			is_u64(payload.meta_count, 2, "%s: metadata", file);
	}
}

int
main(void)
{
	const char *folder = tap_vectors();
	struct arena mem;

	arena_init(&mem, 0);
	limits_default(&limits);
	test_values(&mem);
	test_plugin(&mem);
	test_attributes(&mem);
	test_check();
	if (folder == NULL)
		tap_skip("vectors not present");
	else
		test_foreign(&mem, folder);
	arena_clear(&mem);
	return tap_done();
}
