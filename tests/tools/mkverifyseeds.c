/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the seeds of fixtures/fuzz/verify. Run in the top folder, with srcdir=. */
#include "envelope/cose.h"
#include "envelope/jws.h"
#include "tests/lib/forge.h"

#define DIGEST "sha256:a000000000000000000000000000000000000000000000000000000000000001"

enum { COSE = 1, STAMPED = 2, PARTS = 4 };

static struct forge *f;

static void
put(const char *name, unsigned mode, struct bytes octets)
{
	AUTO(buf_clear) struct buf b = { .max = 1 << 20 };

	buf_add(&b, bytes_of(&(uint8_t){ (uint8_t)mode }, 1));
	buf_add(&b, octets);
	forge_write("fixtures/fuzz/verify", name, buf_bytes(&b));
}

static void
add_part(struct buf *b, struct bytes part)
{
	buf_add(
	    b, bytes_of(
		   (const uint8_t[]){ (uint8_t)(part.len >> 8), (uint8_t)part.len }, 2));
	buf_add(b, part);
}

/* The protected header of a JWS, decoded; of a COSE_Sign1 the first byte string. */
static struct bytes
protected_of(const struct envelope *e, struct bytes octets)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_";
	struct bytes text = e->signed_parts[0];
	uint8_t *raw = arena_alloc(forge_mem(f), text.len);
	uint32_t bits = 0;
	size_t have = 0, len = 0;

	if (e->format == FORMAT_NOTATION_COSE && octets.ptr[2] == 0x59)
		return bytes_of(
		    octets.ptr + 5, (size_t)(octets.ptr[3] << 8 | octets.ptr[4]));
	if (e->format == FORMAT_NOTATION_COSE)
		return bytes_of(octets.ptr + 4, octets.ptr[3]);
	for (size_t i = 0; i < text.len; i++) {
		const char *at = memchr(alphabet, text.ptr[i], sizeof(alphabet) - 1);

		if (at == NULL)
			forge_die("not base 64");
		bits = bits << 6 | (uint32_t)(at - alphabet);
		have += 6;
		if (have >= 8) {
			have -= 8;
			raw[len++] = (uint8_t)(bits >> have);
		}
	}
	return bytes_of(raw, len);
}

/* The same signature taken apart. */
static void
put_parts(const char *name, unsigned mode, struct bytes octets)
{
	AUTO(buf_clear) struct buf b = { .max = 1 << 20 };
	struct limits limits;
	struct envelope e;
	struct err err;
	int rc;

	limits_default(&limits);
	rc = (mode & COSE) != 0
		 ? cose_parse(&e, forge_mem(f), octets, &limits, NULL, &err)
		 : jws_parse(&e, forge_mem(f), octets, &limits, NULL, &err);
	if (rc != 0)
		forge_die("%s: %s", name, err.text);
	add_part(&b, protected_of(&e, octets));
	add_part(&b, e.payload);
	add_part(&b, e.signature);
	add_part(&b, e.timestamp);
	for (size_t i = 0; i < e.cert_count; i++)
		add_part(&b, e.certs[i]);
	put(name, mode | PARTS, buf_bytes(&b));
}

int
main(void)
{
	static const char *const forms[] = { "jws", "cose" };
	struct forge_target t = { .digest = DIGEST, .size = 2 };
	struct forge_chain ca, tsa;
	struct forge_token token = { .tsa = &tsa };

	f = forge_new();
	ca = forge_chain(f, forge_key(f, "p256"), "Example");
	tsa = forge_chain_tsa(f, forge_key(f, "tsa"), "Example Time");
	for (unsigned form = 0; form < 2; form++)
		for (unsigned stamped = 0; stamped < 2; stamped++) {
			struct forge_envelope spec = { .form = form == 0 ? FORGE_JWS
									 : FORGE_COSE,
				.signer = &ca,
				.payload = forge_payload(f, &t),
				.token = stamped ? &token : NULL };
			struct bytes e = forge_envelope(f, &spec);
			const char *kind = stamped ? "stamped" : "plain";

			put(arena_printf(forge_mem(f), "%s-%s", forms[form], kind).ptr,
			    form | stamped << 1, e);
			put_parts(
			    arena_printf(forge_mem(f), "%s-%s-parts", forms[form], kind)
				.ptr,
			    form | stamped << 1, e);
		}
	forge_free(f);
	return 0;
}
