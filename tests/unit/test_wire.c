/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts through the pipe: what goes in comes out, and nonsense is refused (rows Q04, Q07). */
#include <fcntl.h>
#include <unistd.h>

#include "run/wire.h"
#include "tests/lib/tap.h"

static struct arena mem;

static void
pipe_open(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		_exit(99);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fcntl(ends[0], F_SETPIPE_SZ, 1 << 20);
}

/* The last message that came through; 0 for none, -1 for a refusal. */
static int
receive(struct wire_message *out, int fd, struct err *err)
{
	struct wire_in in;
	int got, last = 0;

	wire_in_init(&in, fd);
	do {
		if (wire_fill(&in, err) != 0) {
			last = -1;
			break;
		}
		while ((got = wire_take(out, &in, &mem, err)) == 1)
			last = 1;
		if (got < 0)
			last = -1;
	} while (last >= 0 && !in.ended);
	wire_in_clear(&in);
	return last;
}

static struct verdict
sample(void)
{
	static const uint8_t der[] = { 0x30, 0x03, 0x02, 0x01, 0x05 };
	struct cert_facts cert = {
		.der = { der, sizeof(der) },
		.sha256 = { .alg = DIGEST_SHA256, .value = { 1, 2, 3 } },
		.spki_sha256 = { .alg = DIGEST_SHA256, .value = { 4 } },
		.subject = STR("CN=signer"),
		.issuer = STR("CN=ca"),
		.serial = STR("05"),
		.not_before = { 1, 0 },
		.not_after = { 2, 0 },
		.key_name = STR("RSA"),
		.signed_with = STR("sha256WithRSAEncryption"),
		.key_bits = 3072,
	};
	struct signature_record sig = {
		.manifest_digest = STR("sha256:aa"),
		.envelope_digest = { .alg = DIGEST_SHA256, .value = { 9 } },
		.envelope = BYTES_LIT("envelope"),
		.format = FORMAT_NOTATION_JWS,
		.has_expiry = true,
		.expiry = { 1700000000, 250000 },
		.chain = &cert.sha256,
		.chain_count = 1,
		.state = SIGNATURE_VALID,
	};
	struct verdict v;
	int s;

	verdict_init(&v, &mem, 10);
	v.digest = STR("sha256:00");
	v.media_type = STR("application/vnd.oci.image.manifest.v1+json");
	v.class = CLASS_IMAGE;
	v.size = UINT64_C(1) << 40;
	v.statement = STR("shop");
	v.level = LEVEL_STRICT;
	sig.chain = arena_array(&mem, 1, sizeof(*sig.chain));
	sig.chain[0] = cert.sha256;
	verdict_check_begin(&v,
	    &(struct check_record){
		.kind = CHECK_SIGNATURE, .statement = STR("all"), .demanded = 1 });
	verdict_check_end(&v, 1, 1, 1, OUTCOME_PASS);
	VEC_PUSH(&mem, &v.signatures, sig);
	s = verdict_pass(&v, STEP_INTEGRITY, ACTION_ENFORCE, 0, "holds");
	verdict_data(&v, STR("{\"a\":1}"));
	verdict_note(&v, REASON_CA_KEY_WEAK, 0, "short");
	verdict_cert(&v, &cert);
	verdict_close(&v, END_PROVEN, REASON_NONE);
	ok(s == 0 && v.state == STATE_COMPLIANT, "a verdict to send");
	return v;
}

static void
test_round_trip(void)
{
	struct verdict v = sample();
	struct wire_message m;
	struct wire_out out;
	struct err err;
	int ends[2];

	pipe_open(ends);
	wire_out_init(&out, ends[1]);
	ok(wire_verdict(&out, &v) == 0 && wire_flush(&out) == 0, "verdict sent");
	close(ends[1]);
	ok(receive(&m, ends[0], &err) == 1 && m.tag == WIRE_VERDICT, "verdict received");
	is_str(m.verdict.digest, "sha256:00", "digest");
	is_str(m.verdict.artifact_type, NULL, "absent stays absent");
	is_u64(m.verdict.size, UINT64_C(1) << 40, "size");
	ok(m.verdict.state == STATE_COMPLIANT && m.verdict.reason == REASON_NONE, "state");
	is_u64(m.verdict.steps.n, 1, "one step");
	is_str(m.verdict.steps.v[0].data, "{\"a\":1}", "step data");
	ok(m.verdict.steps.v[0].signature == 0, "step's signature");
	is_u64(m.verdict.findings.n, 1, "one finding");
	ok(m.verdict.findings.v[0].step == -1 && !m.verdict.findings.v[0].blocking, "a note");
	is_u64(m.verdict.signatures.n, 1, "one signature");
	is_bytes(m.verdict.signatures.v[0].envelope, BYTES_LIT("envelope"), "envelope");
	ok(when_cmp(m.verdict.signatures.v[0].expiry, (struct when){ 1700000000, 250000 }) == 0,
	    "expiry with microseconds");
	ok(digest_equal(&m.verdict.signatures.v[0].chain[0], &v.signatures.v[0].chain[0]),
	    "the chain");
	is_bytes(m.verdict.certs.v[0].der, v.certs.v[0].der, "octets of the certificate");
	ok(m.verdict.certs.v[0].subject.ptr == NULL && m.verdict.certs.v[0].serial.ptr == NULL,
	    "and nothing that they say");
	wire_out_clear(&out);
	close(ends[0]);
}

/* A message longer than a frame comes in parts. */
static void
test_long(void)
{
	struct verdict v = sample();
	struct wire_message m;
	struct wire_out out;
	struct err err = { .reason = REASON_NONE };
	uint8_t *big = arena_alloc(&mem, 3 << 20);
	int ends[2];
	pid_t pid;

	memset(big, 'x', 3 << 20);
	v.signatures.v[0].envelope = bytes_of(big, 3 << 20);
	pipe_open(ends);
	pid = fork();
	if (pid == 0) {
		wire_out_init(&out, ends[1]);
		_exit(wire_verdict(&out, &v) == 0 && wire_flush(&out) == 0 ? 0 : 1);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, 0);
	ok(receive(&m, ends[0], &err) == 1, "three MiB came in parts");
	is_u64(m.verdict.signatures.v[0].envelope.len, 3 << 20, "whole");
	close(ends[0]);
}

static void
test_others(void)
{
	struct node_record node = {
		.digest = STR("sha256:bb"),
		.class = CLASS_IMAGE,
		.state = NODE_PRESENT,
		.found_by = FOUND_ROOT,
		.is_root = true,
	};
	struct edge_record edge = { STR("a"), STR("b"), EDGE_MANIFEST, 7 };
	struct input_record end = { .kind = INPUT_OCI_DIR, .blobs = 12, .passes = 1 };
	struct err why = { .reason = REASON_TAR_DAMAGED, .text = "bad checksum" };
	struct wire_message m;
	struct wire_out out;
	struct err err;
	int ends[2];

	pipe_open(ends);
	wire_out_init(&out, ends[1]);
	ok(wire_node(&out, &node) == 0, "node sent");
	wire_edge(&out, &edge);
	wire_end(&out, &end);
	wire_progress(&out, 5);
	why.sys = 13;
	wire_refused(&out, &why);
	wire_flush(&out);
	close(ends[1]);
	ok(receive(&m, ends[0], &err) == 1 && m.tag == WIRE_REFUSED, "a refusal is a message");
	is_reason(m.refused.reason, REASON_TAR_DAMAGED, "with its reason");
	is_str(str_of(m.refused.text), "bad checksum", "and its words");
	is_u64((uint64_t)m.refused.sys, 13, "and what the system said");
	wire_out_clear(&out);
	close(ends[0]);
}

/* The parent looks at these paths below a folder: none may lead out of it. */
static void
test_files(void)
{
	static const struct {
		const char *path;
		bool good;
	} rows[] = {
		{ "index.json", true },
		{ "blobs/sha256/00", true },
		{ "/etc/passwd", false },
		{ "../index.json", false },
		{ "blobs/../../x", false },
		{ "", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct file_record file = { str_of(rows[i].path), { 1, 2, 3, -4, 5 } };
		struct wire_message m;
		struct wire_out out;
		struct err err;
		int ends[2], got;

		pipe_open(ends);
		wire_out_init(&out, ends[1]);
		ok(wire_file(&out, &file) == 0 && wire_flush(&out) == 0, "file sent");
		close(ends[1]);
		got = receive(&m, ends[0], &err);
		ok(got == (rows[i].good ? 1 : -1), "\"%s\": %s", rows[i].path,
		    rows[i].good ? "taken" : "nonsense");
		ok(got != 1 || (m.tag == WIRE_FILE && file_same(&m.file.then, &file.then)),
		    "and what it was");
		wire_out_clear(&out);
		close(ends[0]);
	}
}

/* --- what a taken-over child might send --- */

static int
send_raw(struct wire_message *m, struct bytes raw, struct err *err)
{
	int ends[2], got;

	pipe_open(ends);
	if (write(ends[1], raw.ptr, raw.len) != (ssize_t)raw.len)
		_exit(99);
	close(ends[1]);
	got = receive(m, ends[0], err);
	close(ends[0]);
	return got;
}

#define RAW(lit) (lit), sizeof(lit) - 1

static void
test_nonsense(void)
{
	static const struct {
		const char *name;
		const char *raw;
		size_t len;
	} rows[] = {
		{ "frame longer than a MiB", RAW("\xff\xff\xff\xff\x01\x00") },
		{ "unknown tag", RAW("\0\0\0\1\x63\0x") },
		{ "tag zero", RAW("\0\0\0\0\0\0") },
		{ "more is neither 0 nor 1", RAW("\0\0\0\0\1\2") },
		{ "progress of three octets", RAW("\0\0\0\3\1\0abc") },
		{ "progress with octets behind it", RAW("\0\0\0\x9\1\0" "123456789") },
		{ "refusal without a reason", RAW("\0\0\0\x1a\6\0"
			"\0\0" "\0\0\0\0\0\0\0\0" "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
		{ "refusal with an unknown reason", RAW("\0\0\0\x1a\6\0"
			"\xff\xfe" "\0\0\0\0\0\0\0\0" "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
		{ "text with NUL", RAW("\0\0\0\x1b\6\0"
			"\0\1" "\0\0\0\0\0\0\0\0" "\0\0\0\1\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
		{ "text that is no UTF-8", RAW("\0\0\0\x1b\6\0"
			"\0\1" "\0\0\0\0\0\0\0\0" "\0\0\0\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
		{ "text longer than the message", RAW("\0\0\0\x1a\6\0"
			"\0\1" "\0\0\0\0\0\0\0\0" "\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
	};
	struct wire_message m;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { .reason = REASON_NONE };

		ok(send_raw(&m, bytes_of(rows[i].raw, rows[i].len), &err) == -1, "bad_Q07_%s", rows[i].name);
		is_reason(err.reason, REASON_PARSER_PROTOCOL, "its reason");
	}
	ok(send_raw(&m, BYTES_LIT("\0\0\0\x8\1\0\0\0\0\0\0\0\0\7"), &(struct err){ 0 }) == 1 &&
		m.progress == 7,
	    "the sibling: a good progress message");
	ok(send_raw(&m, BYTES_LIT("\0\0\0\x8\1\0\0\0"), &(struct err){ 0 }) == 0,
	    "half a message is none");
}

/* The pipe must not carry a compliant verdict that its own findings contradict. */
static void
test_claims(void)
{
	struct verdict v;
	struct wire_message m;

	for (int row = 0; row < 5; row++) {
		static const char *const names[] = { "something blocking", "a reason",
			"no valid signature", "no statement", "state exempt" };
		struct err err = { .reason = REASON_NONE };
		struct wire_out out;
		int ends[2];

		v = sample();
		if (row == 0)
			v.findings.v[0].blocking = true;
		if (row == 1)
			v.reason = REASON_SIG_INVALID;
		if (row == 2)
			v.signatures.v[0].state = SIGNATURE_INVALID;
		if (row == 3)
			v.statement = STR_NONE;
		if (row == 4)
			v.state = STATE_EXEMPT;
		pipe_open(ends);
		wire_out_init(&out, ends[1]);
		wire_verdict(&out, &v);
		wire_flush(&out);
		close(ends[1]);
		ok(receive(&m, ends[0], &err) == -1, "bad_Q07_compliant with %s", names[row]);
		is_reason(err.reason, REASON_PARSER_PROTOCOL, "its reason");
		wire_out_clear(&out);
		close(ends[0]);
	}
}

int
main(void)
{
	arena_init(&mem, 0);
	test_round_trip();
	test_long();
	test_others();
	test_files();
	test_nonsense();
	test_claims();
	arena_clear(&mem);
	return tap_done();
}
