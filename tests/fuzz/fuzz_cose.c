/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COSE envelopes. What parses is written again from its parts and must parse to the same
 * values.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "envelope/cose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool cond)
{
	if (!cond)
		abort();
}

static void
put(struct buf *out, unsigned major, uint64_t n)
{
	size_t more = n < 24 ? 0 : n <= UINT8_MAX ? 1 : n <= UINT16_MAX ? 2 : 4;
	unsigned info = more == 0 ? (unsigned)n : more == 1 ? 24 : more == 2 ? 25 : 26;

	buf_u8(out, (uint8_t)(major << 5 | info));
	if (more > 0)
		buf_be(out, n, more);
}

static void
put_bytes(struct buf *out, struct bytes b)
{
	put(out, 2, b.len);
	buf_add(out, b);
}

/*
 * RFC 9052 4.4: behind 84 6A "Signature1" the first part holds the protected byte string
 * as it stands in the envelope, then 40 and the payload's head.
 */
static struct bytes
protected_string(const struct envelope *e)
{
	struct bytes part = e->signed_parts[0];
	size_t payload_head = e->payload.len < 24            ? 1
			      : e->payload.len <= UINT8_MAX  ? 2
			      : e->payload.len <= UINT16_MAX ? 3
							     : 5;

	demand(part.len > 12 + 1 + payload_head);
	demand(part.ptr[part.len - payload_head - 1] == 0x40);
	return bytes_of(part.ptr + 12, part.len - 12 - 1 - payload_head);
}

static void
write_again(struct buf *out, const struct envelope *e)
{
	buf_text(out, "\xd2\x84");
	buf_add(out, protected_string(e));
	put(out, 5, e->cert_count > 0);
	if (e->cert_count > 0) {
		put(out, 0, 33);
		put(out, 4, e->cert_count);
		for (size_t i = 0; i < e->cert_count; i++)
			put_bytes(out, e->certs[i]);
	}
	put_bytes(out, e->payload);
	put_bytes(out, e->signature);
}

static void
compare(const struct envelope *a, const struct envelope *b)
{
	demand(a->alg == b->alg && a->scheme == b->scheme);
	demand(bytes_equal(a->payload, b->payload) &&
	       bytes_equal(a->signature, b->signature));
	demand(when_cmp(a->signing_time, b->signing_time) == 0);
	demand(a->has_expiry == b->has_expiry && a->has_plugin == b->has_plugin);
	demand(a->attr_count == b->attr_count && a->cert_count == b->cert_count);
	for (size_t i = 0; i < a->cert_count; i++)
		demand(bytes_equal(a->certs[i], b->certs[i]));
	for (size_t i = 0; i < 2; i++)
		demand(bytes_equal(a->signed_parts[i], b->signed_parts[i]));
}

static void
try(struct bytes octets)
{
	AUTO(buf_clear) struct buf text = { .max = octets.len * 2 + 64 };
	struct err err = { .reason = REASON_NONE };
	struct envelope e, again;
	struct limits limits;
	struct arena mem;

	limits_default(&limits);
	arena_init(&mem, 0);
	if (cose_parse(&e, &mem, octets, &limits, NULL, &err) == 0) {
		demand(e.payload.len > 0 && e.signature.len > 0 && e.alg != SIGALG_NONE);
		demand(e.signed_part_count == 2);
		write_again(&text, &e);
		demand(
		    cose_parse(&again, &mem, buf_bytes(&text), &limits, NULL, &err) == 0);
		compare(&e, &again);
	} else {
		demand(err.reason != REASON_NONE && err.offset <= octets.len);
	}
	arena_clear(&mem);
}

/*
 * As an envelope, and as the protected map of one, where a mutation need not keep the
 * length.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buf_clear) struct buf b = { .max = size + 64 };

	try(bytes_of(data, size));
	buf_text(&b, "\xd2\x84");
	put_bytes(&b, bytes_of(data, size));
	buf_add(&b, BYTES_LIT("\xa1\x18\x21\x81\x41\x30\x42{}\x41s"));
	try(buf_bytes(&b));
	return 0;
}
