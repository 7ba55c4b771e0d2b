/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COSE envelopes: the values of good ones, places of refusals, envelopes of other tools.
 */
#include "base/buf.h"
#include "envelope/cose.h"
#include "tests/lib/envbuild.h"
#include "tests/lib/tap.h"

static struct limits limits;

static bool
parse(struct envelope *e, struct arena *mem, struct bytes doc, const char *name)
{
	struct err err = { .reason = REASON_NONE };
	int rc = cose_parse(e, mem, doc, &limits, NULL, &err);

	ok(rc == 0, "%s parses", name);
	if (rc != 0)
		tap_note("%s at %llu: %s", reason_code(err.reason),
		    (unsigned long long)err.offset, err.text);
	return rc == 0;
}

static void
test_values(struct arena *mem)
{
	const struct env_cose parts = {
		.protected_ =
		    "{" ENV_C_ALG "," ENV_C_CTY "," ENV_C_SCHEME "," ENV_C_TIME
		    ",2:['io.cncf.notary.signingScheme','io.cncf.notary.expiry','x',70]"
		    ",'io.cncf.notary.expiry':1(1769860801),'x':'y',70:-5,'70':[1]}",
		.unprotected = "{" ENV_C_CHAIN ",'io.cncf.notary.signingAgent':'me/1',"
			       "'io.cncf.notary.timestampSignature':h'300102','z':1}",
		.payload = "h'7b7d'",
		.signature = "h'0a0b'",
	};
	struct envelope e;
	unsigned critical = 0;

	if (!parse(&e, mem, env_cose(mem, &parts), "envelope with everything"))
		return;
	ok(e.format == FORMAT_NOTATION_COSE, "format");
	is_str(str_of(signature_format_name(e.format)), "notation-cose",
	    "name of the format");
	ok(e.alg == SIGALG_PS256, "algorithm");
	is_str(e.content_type, ENV_TYPE, "content type");
	ok(e.scheme == SCHEME_X509, "scheme");
	ok(e.signing_time.sec == 1769860800, "signing time");
	ok(e.has_expiry && e.expiry.sec == 1769860801, "expiry");
	ok(!e.has_plugin, "no plug-in");
	is_bytes(e.payload, BYTES_LIT("{}"), "payload");
	is_bytes(e.signature, BYTES_LIT("\x0a\x0b"), "signature");
	is_bytes(e.timestamp, BYTES_LIT("\x30\x01\x02"), "time stamp");
	is_str(e.agent, "me/1", "agent");
	is_u64(e.cert_count, 1, "one certificate");
	is_bytes(e.certs[0], BYTES_LIT("\x30\x03\x02\x01\x01"), "the certificate");
	is_u64(e.attr_count, 3, "three attributes");
	for (size_t i = 0; i < e.attr_count; i++) {
		critical += e.attrs[i].critical;
		if (str_is(e.attrs[i].name, "x"))
			is_str(e.attrs[i].text, "y", "text attribute");
		else if (e.attrs[i].critical)
			is_str(
			    e.attrs[i].text, "-5", "integer label is the critical one");
		else
			is_str(
			    e.attrs[i].text, "h'8101'", "attribute that is not critical");
	}
	is_u64(critical, 2, "two of them critical");
}

static void
test_plugin(struct arena *mem)
{
	struct env_cose parts = {
		.protected_ = "{" ENV_C_ALG "," ENV_C_CTY "," ENV_C_SCHEME "," ENV_C_TIME
			      ",2:['io.cncf.notary.signingScheme',"
			      "'io.cncf.notary.verificationPlugin',"
			      "'io.cncf.notary.verificationPluginMinVersion'],"
			      "'io.cncf.notary.verificationPlugin':'p',"
			      "'io.cncf.notary.verificationPluginMinVersion':'1.0.0'}",
	};
	struct envelope e;

	if (parse(&e, mem, env_cose(mem, &parts), "envelope with plug-in")) {
		ok(e.has_plugin, "a plug-in is named");
		is_str(e.plugin, "p", "its name");
		is_str(e.plugin_min_version, "1.0.0", "its version");
		is_u64(e.attr_count, 0, "and no attribute is left");
	}
	parts.protected_ = "{" ENV_C_ALG "," ENV_C_CTY "," ENV_C_SCHEME "," ENV_C_TIME
			   ",2:['io.cncf.notary.signingScheme',"
			   "'io.cncf.notary.verificationPluginMinVersion'],"
			   "'io.cncf.notary.verificationPluginMinVersion':'1.0.0'}";
	if (parse(&e, mem, env_cose(mem, &parts), "version without plug-in")) {
		ok(!e.has_plugin, "no plug-in is named");
		ok(e.attr_count == 1 && e.attrs[0].critical,
		    "a critical unknown attribute");
	}
}

/* RFC 9052 4.4, and the lengths at which a head grows (RFC 8949 3). */
static void
test_signed(struct arena *mem)
{
	static const struct {
		size_t len;
		const char *head;
		size_t head_len;
	} rows[] = {
		{ 1, "\x41", 1 },
		{ 23, "\x57", 1 },
		{ 24, "\x58\x18", 2 },
		{ 255, "\x58\xff", 2 },
		{ 256, "\x59\x01\x00", 3 },
		{ 65535, "\x59\xff\xff", 3 },
		{ 65536, "\x5a\x00\x01\x00\x00", 5 },
	};
	const char *protected = "{" ENV_C_ALG "," ENV_C_REST "}";
	struct bytes map = env_cbor(mem, protected);
	struct envelope e;

	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf want = { .max = 1 << 20 };
		char *payload = arena_alloc(mem, rows[i].len * 2 + 4);
		struct env_cose parts = { .payload = payload };

		memcpy(payload, "h'", 2);
		memset(payload + 2, '7', rows[i].len * 2);
		payload[rows[i].len * 2 + 2] = '\'';
		if (!parse(&e, mem, env_cose(mem, &parts), "payload of a length"))
			continue;
		is_u64(e.payload.len, rows[i].len, "payload of %zu", rows[i].len);
		is_u64(e.signed_part_count, 2, "two parts");
		buf_text(&want, "\x84\x6aSignature1\x58");
		buf_u8(&want, (uint8_t)map.len);
		buf_add(&want, map);
		buf_u8(&want, 0x40);
		buf_add(&want, bytes_of(rows[i].head, rows[i].head_len));
		is_bytes(
		    e.signed_parts[0], buf_bytes(&want), "heads for %zu", rows[i].len);
		ok(e.signed_parts[1].ptr == e.payload.ptr &&
			e.signed_parts[1].len == e.payload.len,
		    "payload as found");
	}
}

static void
test_no_chain(struct arena *mem)
{
	struct env_cose parts = { .unprotected = "{}" };
	struct envelope e;

	if (parse(&e, mem, env_cose(mem, &parts), "envelope without x5chain"))
		is_u64(
		    e.cert_count, 0, "has no certificate: for the chain rules to refuse");
	/* Only the unprotected header carries the chain. */
	parts.protected_ = "{" ENV_C_ALG "," ENV_C_REST "," ENV_C_CHAIN "}";
	if (parse(&e, mem, env_cose(mem, &parts), "envelope with x5chain protected only"))
		is_u64(e.cert_count, 0, "has no certificate either");
}

static void
test_places(struct arena *mem)
{
	static const struct {
		const char *name, *doc;
		enum reason want;
		uint64_t offset;
	} rows[] = {
		{ "frame", "#84#", REASON_COSE_FORM, 0 },
		{ "protected header", "#d2 84# {} {} h'' h''", REASON_COSE_FORM, 2 },
		{ "algorithm", "#d2 84# <<{1:5}>> {} h'01' h'01'", REASON_SIG_ALG, 5 },
		{ "duplicate", "#d2 84# <<{1:-37,1:-37}>> {} h'01' h'01'",
		    REASON_CBOR_DUPLICATE_KEY, 7 },
		{ "payload", "#d2 84# <<{1:-37}>> {} null h'01'", REASON_COSE_PAYLOAD,
		    8 },
		{ "unprotected header", "#d2 84# <<{1:-37}>> {1(1):1} h'01' h'01'",
		    REASON_CBOR_TAG, 8 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct where at = { .blob = STR("sha256:00"), .offset = 77 };
		struct err err = { .reason = REASON_NONE };
		struct envelope e;

		ok(cose_parse(&e, mem, env_cbor(mem, rows[i].doc), &limits, &at, &err) !=
			0,
		    "%s refused", rows[i].name);
		is_reason(err.reason, rows[i].want, "%s: reason", rows[i].name);
		if (i > 0)
			is_u64(err.offset, rows[i].offset, "%s: offset", rows[i].name);
		is_str(str_of(err.blob), "sha256:00", "%s: blob", rows[i].name);
	}
}

static void
test_foreign(struct arena *mem, const char *folder)
{
	static const struct {
		const char *file;
		size_t certs;
		bool stamped;
	} rows[] = {
		{ "envelope/cose_signature.sig", 1, false },
		{ "timestamp/coseExpiredWithTimestamp.sig", 1, true },
		{ "timestamp/timestampAfterNotAfter.sig", 1, true },
	};
	struct payload payload;
	struct envelope e;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bytes doc = tap_file(0, "%s/notation/%s", folder, rows[i].file);

		if (!parse(&e, mem, doc, rows[i].file))
			continue;
		ok(e.cert_count >= rows[i].certs, "%s: certificates", rows[i].file);
		ok((e.timestamp.len > 0) == rows[i].stamped, "%s: time stamp",
		    rows[i].file);
		is_str(e.content_type, ENVELOPE_PAYLOAD_TYPE, "%s: content type",
		    rows[i].file);
		ok(payload_parse(&payload, mem, e.payload, &limits, NULL, NULL) == 0,
		    "%s: payload", rows[i].file);
	}
}

/*
 * The hexadecimal text behind "cborHex" that comes last: the whole COSE_Sign1 without a
 * chain.
 */
static void
test_conformance(struct arena *mem, const char *folder)
{
	struct bytes doc =
	    tap_file(0, "%s/notation/envelope/cose_conformance.json", folder);
	const char *text =
	    doc.len == 0
		? NULL
		: arena_str(mem, (struct str){ (const char *)doc.ptr, doc.len }).ptr;
	struct err err = { .reason = REASON_NONE };
	unsigned found = 0;
	struct envelope e;

	while (text != NULL && (text = strstr(text, "\"cborHex\"")) != NULL) {
		const char *open = strchr(text + 9, '"');
		const char *end = open == NULL ? NULL : strchr(open + 1, '"');
		struct bytes octets;

		if (end == NULL)
			break;
		octets = env_cbor(mem,
		    arena_printf(mem, "#%.*s#", (int)(end - open - 1), open + 1).ptr);
		text = end;
		if (!bytes_starts(octets, BYTES_LIT("\xd2\x84")))
			continue;
		found++;
		if (cose_parse(&e, mem, octets, &limits, NULL, &err) == 0)
			is_u64(e.cert_count, 0, "conformance vector has no chain");
		else
			tap_note(
			    "conformance: %s: %s", reason_code(err.reason), err.text);
	}
	ok(found >= 1, "conformance vector read");
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
	test_signed(&mem);
	test_no_chain(&mem);
	test_places(&mem);
	if (folder == NULL) {
		tap_skip("vectors not present");
	} else {
		test_foreign(&mem, folder);
		test_conformance(&mem, folder);
	}
	arena_clear(&mem);
	return tap_done();
}
