/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JWS envelopes. What parses is written again from its parts, as text of the same
 * strings, and must parse to the same values.
 */
#include <stdlib.h>

#include "codec/base64.h"
#include "envelope/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool cond)
{
	if (!cond)
		abort();
}

static struct bytes
write_again(struct arena *mem, const struct envelope *e)
{
	struct str chain = STR("\"x5c\":["), sep = STR("");

	for (size_t i = 0; i < e->cert_count; i++, sep = STR(","))
		chain =
		    arena_printf(mem, "%.*s%.*s\"%.*s\"", STR_ARG(chain), STR_ARG(sep),
			STR_ARG(base64_encode(mem, BASE64_STANDARD, e->certs[i])));
	chain = e->cert_count == 0 ? STR("") : arena_printf(mem, "%.*s]", STR_ARG(chain));
	return str_bytes(arena_printf(mem,
	    "{\"protected\":\"%.*s\",\"payload\":\"%.*s\",\"signature\":\"%.*s\",\"header\":{%.*s}}",
	    (int)e->signed_parts[0].len, (const char *)e->signed_parts[0].ptr,
	    (int)e->signed_parts[2].len, (const char *)e->signed_parts[2].ptr,
	    STR_ARG(base64_encode(mem, BASE64_URL, e->signature)), STR_ARG(chain)));
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
	for (size_t i = 0; i < 3; i++)
		demand(bytes_equal(a->signed_parts[i], b->signed_parts[i]));
}

static void
try(struct arena *mem, struct bytes text)
{
	struct err err = { .reason = REASON_NONE };
	struct envelope e, again;
	struct payload payload;
	struct limits limits;

	limits_default(&limits);
	if (jws_parse(&e, mem, text, &limits, NULL, &err) != 0) {
		demand(err.reason != REASON_NONE);
		return;
	}
	demand(e.payload.len > 0 && e.signature.len > 0 && e.alg != SIGALG_NONE);
	demand(e.signed_part_count == 3);
	demand(jws_parse(&again, mem, write_again(mem, &e), &limits, NULL, &err) == 0);
	compare(&e, &again);
	(void)payload_parse(&payload, mem, e.payload, &limits, NULL, &err);
}

/*
 * As an envelope, and as the protected header of one: base64 keeps a mutation from
 * getting there.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct arena mem;

	arena_init(&mem, 0);
	try(&mem, in);
	try(&mem, str_bytes(arena_printf(&mem,
		      "{\"payload\":\"e30\",\"protected\":\"%.*s\","
		      "\"header\":{\"x5c\":[\"MAMCAQE=\"]},\"signature\":\"AQID\"}",
		      STR_ARG(base64_encode(&mem, BASE64_URL, in)))));
	arena_clear(&mem);
	return 0;
}
