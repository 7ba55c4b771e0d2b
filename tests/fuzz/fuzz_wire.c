/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's message reader over any octets: bounded, and nothing inconsistent gets through. The
 * octets are a stream as it stands or, behind an E, with which no stream begins, edits of one that a
 * child wrote: four octets each, where (two), what is there instead, how much is dropped behind it.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run/wire.h"

#define EDITED 'E'
#define STREAM_MOST 60000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct digest
some_digest(uint8_t first)
{
	return (struct digest){ .alg = DIGEST_SHA256, .value = { first, 2, 3 } };
}

static void
write_verdict(struct wire_out *out, struct arena *mem)
{
	static struct digest chain;
	struct cert_facts cert = {
		.der = BYTES_LIT("\x30\x03\x02\x01\x05"),
		.sha256 = some_digest(1),
		.spki_sha256 = some_digest(2),
		.subject = STR("CN=signer"),
		.issuer = STR("CN=ca"),
		.serial = STR("05"),
		.key_name = STR("RSA"),
		.signed_with = STR("sha256WithRSAEncryption"),
	};
	struct signature_record sig = {
		.manifest_digest = STR("sha256:aa"),
		.envelope_digest = some_digest(3),
		.envelope = BYTES_LIT("envelope"),
		.chain = &chain,
		.chain_count = 1,
	};
	struct verdict v;

	chain = cert.sha256;
	verdict_init(&v, mem, 10);
	v.digest = STR("sha256:00");
	v.class = CLASS_IMAGE;
	v.statement = STR("shop");
	v.level = LEVEL_STRICT;
	verdict_check_begin(&v,
	    &(struct check_record){
		.kind = CHECK_SIGNATURE, .statement = STR("all"), .demanded = 1 });
	verdict_check_end(&v, 1, 1, 1, OUTCOME_PASS);
	VEC_PUSH(mem, &v.signatures, sig);
	verdict_pass(&v, STEP_INTEGRITY, ACTION_ENFORCE, 0, "holds");
	verdict_note(&v, REASON_CA_KEY_WEAK, 0, "short");
	verdict_cert(&v, &cert);
	verdict_close(&v, END_PROVEN, REASON_NONE);
	wire_verdict(out, &v);
}

/* One message of each kind, as a child writes them. */
static struct bytes
written(struct arena *mem)
{
	int fd = memfd_create("stream", MFD_CLOEXEC);
	struct name_record name = { STR("registry.example/app:1"), NAME_REF,
		NAME_CHOOSES, STR("registry.example/app") };
	struct finding note = { REASON_BLOB_MISSING, true, STR("absent"), -1, -1, -1 };
	struct node_record node = {
		.digest = STR("sha256:00"),
		.class = CLASS_IMAGE,
		.state = NODE_PRESENT,
		.found_by = FOUND_ROOT,
		.names = &name,
		.name_count = 1,
		.notes = &note,
		.note_count = 1,
	};
	struct edge_record edge = { STR("sha256:00"), STR("sha256:01"), EDGE_REFERRER, 0 };
	struct input_record end = {
		.kind = INPUT_OCI_TAR, .findings = &note, .finding_count = 1
	};
	struct file_record file = { STR("index.json"), { 1, 2, 3, 4, 5 } };
	struct err why = { .reason = REASON_TAR_DAMAGED, .text = "checksum" };
	struct wire_out out;
	uint8_t *octets;
	off_t size;

	wire_out_init(&out, fd);
	wire_progress(&out, 7);
	wire_node(&out, &node);
	wire_edge(&out, &edge);
	write_verdict(&out, mem);
	wire_end(&out, &end);
	wire_refused(&out, &why);
	wire_file(&out, &file); /* last, so that stored edits meet what they met */
	if (wire_flush(&out) != 0)
		abort();
	wire_out_clear(&out);
	size = lseek(fd, 0, SEEK_END);
	octets = malloc((size_t)size);
	if (octets == NULL || pread(fd, octets, (size_t)size, 0) != size)
		abort();
	close(fd);
	return bytes_of(octets, (size_t)size);
}

static size_t
edit(uint8_t *stream, struct bytes whole, struct bytes edits)
{
	size_t size = whole.len;

	memcpy(stream, whole.ptr, whole.len);
	for (; edits.len >= 4; edits = bytes_from(edits, 4)) {
		size_t at = ((size_t)edits.ptr[0] << 8 | edits.ptr[1]) % size;
		size_t drop = edits.ptr[3] % 8;

		stream[at] = edits.ptr[2];
		if (at + 1 + drop < size) {
			memmove(stream + at + 1, stream + at + 1 + drop, size - at - 1 - drop);
			size -= drop;
		}
	}
	return size;
}

/* How many messages came through. */
static unsigned
take_all(struct bytes stream)
{
	struct wire_message m;
	struct wire_in in;
	struct arena mem;
	struct err err;
	unsigned count = 0;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return 0;
	if (write(ends[1], stream.ptr, stream.len) != (ssize_t)stream.len)
		abort();
	close(ends[1]);
	arena_init(&mem, 0);
	wire_in_init(&in, ends[0]);
	if (wire_fill(&in, &err) == 0) {
		while (wire_take(&m, &in, &mem, &err) == 1) {
			if (m.tag == WIRE_VERDICT && m.verdict.state == STATE_COMPLIANT &&
			    (m.verdict.reason != REASON_NONE || m.verdict.signatures.n == 0))
				abort();
			arena_clear(&mem);
			count++;
		}
	}
	wire_in_clear(&in);
	arena_clear(&mem);
	close(ends[0]);
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t stream[STREAM_MOST];
	static struct bytes whole;
	struct arena mem;

	if (size > STREAM_MOST)
		return 0;
	if (whole.ptr == NULL) {
		arena_init(&mem, 0);
		whole = written(&mem);
		arena_clear(&mem);
		if (whole.len > sizeof(stream) || take_all(whole) != 7)
			abort(); /* edits would begin at nonsense */
	}
	if (size > 0 && data[0] == EDITED)
		take_all(bytes_of(stream, edit(stream, whole, bytes_of(data + 1, size - 1))));
	else
		take_all(bytes_of(data, size));
	return 0;
}
