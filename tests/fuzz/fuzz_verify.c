/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole verification of one envelope under a trusted root: it must not become compliant
 * unless the octets that were signed are those that the committed key did sign.
 *
 * First octet: bit 0 the form, bit 1 whether a token is demanded, bit 2 whether an envelope
 * follows as it is or its parts do, each behind its length in two octets: protected header,
 * payload, signature, token, certificates.
 */
#include <stdlib.h>

#include "envelope/cose.h"
#include "envelope/jws.h"
#include "tests/lib/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DIGEST "sha256:a000000000000000000000000000000000000000000000000000000000000001"
#define MANIFEST "application/vnd.oci.image.manifest.v1+json"

enum { COSE = 1, STAMPED = 2, PARTS = 4, RENEW_AFTER = 1000 };

static struct {
	struct stage stage;
	struct judge plain, stamped;
	struct digest good[2]; /* of the signed octets, by form */
	unsigned runs;
	bool open;
} world;

static const struct judge_target target = { MANIFEST, DIGEST, 2 };

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* --- the parts of an envelope ---------------------------------------------------------------- */

static int
parse(struct envelope *e, struct arena *mem, unsigned mode, struct bytes octets)
{
	struct err err;

	return (mode & COSE) != 0
		   ? cose_parse(e, mem, octets, &world.plain.limits, NULL, &err)
		   : jws_parse(e, mem, octets, &world.plain.limits, NULL, &err);
}

static struct digest
signed_octets(const struct envelope *e)
{
	struct digest d;

	hasher_begin(world.plain.hasher, DIGEST_SHA256);
	for (size_t i = 0; i < e->signed_part_count; i++)
		hasher_add(world.plain.hasher, e->signed_parts[i]);
	hasher_end(world.plain.hasher, &d);
	return d;
}

static struct bytes
take(struct bytes *in)
{
	size_t len = in->len < 2 ? 0 : (size_t)(in->ptr[0] << 8 | in->ptr[1]);
	struct bytes part;

	if (in->len < 2) {
		part = *in;
		in->len = 0;
		return part;
	}
	*in = bytes_of(in->ptr + 2, in->len - 2);
	len = len < in->len ? len : in->len;
	part = bytes_of(in->ptr, len);
	*in = bytes_of(in->ptr + len, in->len - len);
	return part;
}

static void
octets(struct buf *b, struct bytes part)
{
	const uint8_t head[] = { 0x59, (uint8_t)(part.len >> 8), (uint8_t)part.len };

	if (part.len < 24)
		buf_add(b, bytes_of(&(uint8_t){ (uint8_t)(0x40 | part.len) }, 1));
	else if (part.len < 256)
		buf_add(b, bytes_of((const uint8_t[]){ 0x58, (uint8_t)part.len }, 2));
	else
		buf_add(b, bytes_of(head, sizeof(head)));
	buf_add(b, part);
}

static void
build_cose(
    struct buf *b, const struct bytes part[4], const struct bytes *certs, size_t count)
{
	static const char token[] = "io.cncf.notary.timestampSignature";

	buf_add(b, BYTES_LIT("\xd2\x84"));
	octets(b, part[0]);
	buf_add(
	    b, part[3].len > 0 ? BYTES_LIT("\xa2\x18\x21") : BYTES_LIT("\xa1\x18\x21"));
	buf_add(b, bytes_of(&(uint8_t){ (uint8_t)(0x80 | count) }, 1));
	for (size_t i = 0; i < count; i++)
		octets(b, certs[i]);
	if (part[3].len > 0) {
		buf_add(b, BYTES_LIT("\x78\x21"));
		buf_text(b, token);
		octets(b, part[3]);
	}
	octets(b, part[1]);
	octets(b, part[2]);
}

static void
build_jws(struct buf *b, struct forge *f, const struct bytes part[4],
    const struct bytes *certs, size_t count)
{
	buf_printf(b, "{\"payload\":\"%s\",\"protected\":\"%s\",\"header\":{",
	    forge_base64url(f, part[1]).ptr, forge_base64url(f, part[0]).ptr);
	if (part[3].len > 0)
		buf_printf(b, "\"io.cncf.notary.timestampSignature\":\"%s\",",
		    forge_base64(f, part[3]).ptr);
	buf_text(b, "\"x5c\":[");
	for (size_t i = 0; i < count; i++)
		buf_printf(
		    b, "%s\"%s\"", i == 0 ? "" : ",", forge_base64(f, certs[i]).ptr);
	buf_printf(b, "]},\"signature\":\"%s\"}", forge_base64url(f, part[2]).ptr);
}

static struct bytes
build(struct forge *f, unsigned mode, struct bytes in)
{
	AUTO(buf_clear) struct buf b = { .max = (size_t)4 << 20 };
	struct bytes part[4], certs[15];
	size_t count = 0;

	for (size_t i = 0; i < COUNT(part); i++)
		part[i] = take(&in);
	while (in.len > 0 && count < COUNT(certs))
		certs[count++] = take(&in);
	if ((mode & COSE) != 0)
		build_cose(&b, part, certs, count);
	else
		build_jws(&b, f, part, certs, count);
	return arena_bytes(forge_mem(f), buf_bytes(&b));
}

/* --- the world ---------------------------------------------------------------------------------- */

static void
world_close(void)
{
	judge_close(&world.plain);
	judge_close(&world.stamped);
	stage_close(&world.stage);
}

/* What the seeds were made of: everything signed by RSA, so that it is the same each time. */
static void
world_open(void)
{
	struct stage *s = &world.stage;
	struct forge_target t = { .digest = DIGEST, .size = target.size };

	stage_open(s);
	stage_judge(&world.plain, s, "plain", "'level':'strict'", "'ca:root'");
	stage_judge(
	    &world.stamped, s, "stamped", "'level':'strict'", "'ca:root','tsa:root'");
	for (unsigned form = 0; form < 2; form++) {
		struct forge_envelope spec = { .form = form == 0 ? FORGE_JWS : FORGE_COSE,
			.signer = &s->ca,
			.payload = forge_payload(s->f, &t) };
		struct bytes good = forge_envelope(s->f, &spec);
		struct envelope e;

		must(parse(&e, forge_mem(s->f), form, good) == 0);
		world.good[form] = signed_octets(&e);
		must(judge_bare(&world.plain, &target, forge_envelope_type(spec.form),
			 good) == REASON_NONE);
	}
	world.open = true;
	atexit(world_close);
}

/* It passed: then it is a signature that was made, and the token is one over it. */
static void
check(struct forge *f, unsigned mode, struct bytes envelope)
{
	struct envelope e;
	struct digest d;
	struct bytes imprint;

	must(parse(&e, forge_mem(f), mode, envelope) == 0);
	d = signed_octets(&e);
	must(digest_equal(&d, &world.good[mode & COSE]));
	if ((mode & STAMPED) == 0)
		return;
	imprint = forge_hash(f, "SHA256", e.signature);
	must(memmem(e.timestamp.ptr, e.timestamp.len, imprint.ptr, imprint.len) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned mode = size == 0 ? 0 : data[0];
	struct judge *j;
	struct forge *f;
	struct bytes envelope;
	enum reason r;

	if (!world.open)
		world_open();
	if (size == 0)
		return 0;
	f = forge_new();
	envelope = bytes_of(data + 1, size - 1);
	if ((mode & PARTS) != 0)
		envelope = build(f, mode, envelope);
	j = (mode & STAMPED) != 0 ? &world.stamped : &world.plain;
	/* Certificates are kept for good: a fuzzer makes new ones by the million. */
	if (++world.runs % RENEW_AFTER == 0) {
		judge_renew(&world.plain);
		judge_renew(&world.stamped);
	}
	r = judge_bare(j, &target,
	    forge_envelope_type((mode & COSE) != 0 ? FORGE_COSE : FORGE_JWS), envelope);
	must((r == REASON_NONE) == (j->verdict.state == STATE_COMPLIANT));
	if (r == REASON_NONE)
		check(f, mode, envelope);
	forge_free(f);
	return 0;
}
