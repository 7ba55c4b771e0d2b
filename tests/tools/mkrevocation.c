/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes fixtures/revocation (see fixtures/README.md): lists and OCSP responses of the authorities
 * in fixtures/certs, as of 2026-06-01, and the seeds of a fuzz target. Called by
 * fixtures/generate.sh. The same octets each time: RSA with PKCS #1 v1.5 has no randomness.
 *
 * usage: mkrevocation OUT SEEDS   (srcdir names the source tree that holds fixtures/keys)
 */
#include "tests/lib/forge_crl.h"

#include <stdio.h>

#include "tests/lib/forge_ocsp.h"

#define SOON "2026-06-04T00:00:00Z"

struct press {
	struct forge *f;
	const char *out, *seeds;
	struct forge_chain release, time;
	EVP_PKEY *root_key, *issuing_key, *time_root_key, *time_issuing_key, *other;
};

static struct forge_crl
issuing_list(const struct press *p, uint64_t number, const char *from, const char *until)
{
	struct forge_crl c = forge_crl_of(p->release.cert[1], p->issuing_key);

	c.number = number;
	c.this_update = from;
	c.next_update = until;
	return c;
}

static struct bytes
put_list(const struct press *p, const char *name, const struct forge_crl *c)
{
	struct bytes der = forge_crl(p->f, c);

	forge_write(p->out, name, der);
	return der;
}

/* Seeds: entries of a cache that are right, without base, and exchanged. */
static void
make_seeds(const struct press *p, struct bytes base, struct bytes delta)
{
	struct arena *mem = forge_mem(p->f);
	const char *b = forge_base64(p->f, base).ptr, *d = forge_base64(p->f, delta).ptr;

	forge_write(
	    p->seeds, "base", str_bytes(arena_printf(mem, "{\"baseCRL\":\"%s\"}", b)));
	forge_write(p->seeds, "delta",
	    str_bytes(
		arena_printf(mem, "{\"baseCRL\":\"%s\",\"deltaCRL\":\"%s\"}", b, d)));
	forge_write(p->seeds, "exchanged",
	    str_bytes(
		arena_printf(mem, "{\"baseCRL\":\"%s\",\"deltaCRL\":\"%s\"}", d, b)));
	forge_write(p->seeds, "no-base",
	    str_bytes(arena_printf(mem, "{\"deltaCRL\":\"%s\"}", d)));
}

static void
make_issuing(const struct press *p)
{
	static const char *const freshest[] = { "http://crl.example/release-delta.crl",
		NULL };
	static const char *const urls[] = { "http://crl.example/part-1.crl", NULL };
	const struct forge_crl_entry entries[] = {
		{ .number = 0x1f01,
		    .date = "2026-02-03",
		    .reason = "keyCompromise",
		    .invalidity = "2026-02-01" },
		{ .number = 0x1f02, .date = "2026-03-04", .reason = "certificateHold" },
		{ .number = 0x1f03, .date = "2026-04-05" },
	};
	const struct forge_crl_entry lifted[] = {
		{ .number = 0x1f02, .date = "2026-05-28", .reason = "removeFromCRL" },
		{ .number = 0x1f04, .date = "2026-05-29", .reason = "superseded" },
	};
	const struct forge_crl_point point = { .urls = urls, .only_users = true };
	struct forge_crl c =
	    issuing_list(p, 0x1001, "2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z");
	struct bytes base, delta;

	c.freshest = freshest;
	c.entries = entries;
	c.entry_count = COUNT(entries);
	base = put_list(p, "issuing.crl", &c);
	c.number = 0x1000;
	c.this_update = "2026-04-01T00:00:00Z";
	put_list(p, "issuing-older.crl", &c);
	c.number = 0x1003;
	c.this_update = "2026-05-31T00:00:00Z";
	put_list(p, "issuing-newer.crl", &c);

	c = issuing_list(p, 0x1002, "2026-05-30T00:00:00Z", SOON);
	c.delta = true;
	c.base = 0x1001;
	c.entries = lifted;
	c.entry_count = COUNT(lifted);
	delta = put_list(p, "issuing-delta.crl", &c);
	make_seeds(p, base, delta);

	c = issuing_list(p, 0x1001, "2026-05-01T00:00:00Z", "2027-05-01T00:00:00Z");
	c.point = &point;
	put_list(p, "issuing-part.crl", &c);
	c = issuing_list(p, 0x1001, "2026-05-01T00:00:00Z", NULL);
	c.no_next_update = true;
	put_list(p, "issuing-no-next.crl", &c);
	c.key = p->other;
	c.no_next_update = false;
	c.aki = BYTES_LIT("another key");
	put_list(p, "issuing-another-key.crl", &c);
}

static void
make_others(const struct press *p)
{
	struct forge_crl c = forge_crl_of(p->release.cert[2], p->root_key);
	struct bytes der;

	c.number = 0x200;
	c.this_update = "2026-01-01T00:00:00Z";
	c.next_update = "2026-06-15T00:00:00Z"; /* 14 of 165 days left on 2026-06-01 */
	forge_write(
	    p->out, "root.pem", str_bytes(forge_crl_pem(p->f, forge_crl(p->f, &c))));
	c = forge_crl_of(p->time.cert[1], p->time_issuing_key);
	c.this_update = "2026-01-01T00:00:00Z";
	c.next_update = "2026-02-01T00:00:00Z";
	der = put_list(p, "time-issuing-stale.crl", &c);
	forge_write(p->out, "cut.crl", bytes_of(der.ptr, der.len - 1));
	c = forge_crl_of(p->time.cert[2], p->time_root_key);
	c.no_number = true;
	c.this_update = "2026-07-01T00:00:00Z";
	c.next_update = "2027-07-01T00:00:00Z";
	put_list(p, "time-root-early.crl", &c);
}

static void
make_answers(const struct press *p)
{
	const struct forge_ocsp_single earlier = { .serial = 0x1004,
		.this_update = "2026-05-20T00:00:00Z",
		.next_update = "2026-06-10T00:00:00Z" };
	const struct forge_ocsp_single singles[] = {
		{ .serial = 0x1004,
		    .this_update = "2026-05-30T00:00:00Z",
		    .next_update = "2026-06-20T00:00:00Z" },
		{ .serial = 0x1f01,
		    .status = FORGE_OCSP_REVOKED,
		    .hash = "SHA256",
		    .revoked_at = "2026-02-03T00:00:00Z",
		    .reason = 2,
		    .this_update = "2026-05-01T00:00:00Z",
		    .next_update = "2026-05-08T00:00:00Z" },
		{ .serial = 0x1fff,
		    .status = FORGE_OCSP_UNKNOWN,
		    .no_next_update = true,
		    .this_update = "2026-05-30T00:00:00Z" },
	};
	struct forge_ocsp o = { .cert = p->release.cert[0],
		.issuer = p->release.cert[1],
		.issuer_key = p->issuing_key,
		.singles = singles,
		.single_count = 1,
		.produced_at = "2026-05-30T00:00:00Z" };
	struct forge_cert responder = forge_cert_responder(forge_key(p->f, "rsa2048"),
	    "C=US,ST=WA,O=Example Corp,CN=Release Responder", o.issuer, p->issuing_key,
	    true);

	forge_write(p->out, "signer.ocsp", forge_ocsp(p->f, &o));
	o.singles = &earlier;
	forge_write(p->out, "signer-older.ocsp", forge_ocsp(p->f, &o));
	o.singles = &singles[1];
	o.produced_at = "2026-05-01T00:00:00Z";
	forge_write(p->out, "revoked-stale.ocsp", forge_ocsp(p->f, &o));
	o.singles = singles;
	o.single_count = COUNT(singles);
	o.responder = forge_cert(p->f, &responder);
	o.responder_key = forge_key(p->f, "rsa2048");
	o.by_key = true;
	o.produced_at = "2026-05-30T00:00:00Z";
	forge_write(p->out, "several.ocsp", forge_ocsp(p->f, &o));
	o.status = 3;
	forge_write(p->out, "try-later.ocsp", forge_ocsp(p->f, &o));
}

int
main(int argc, char **argv)
{
	struct press p = { .f = forge_new() };

	if (argc != 3)
		forge_die("usage: mkrevocation OUT SEEDS");
	p.out = argv[1];
	p.seeds = argv[2];
	p.release = forge_chain(p.f, forge_key(p.f, "p384"), "Example Corp");
	p.time = forge_chain_tsa(p.f, forge_key(p.f, "tsa"), "Example Time");
	p.root_key = forge_key(p.f, "ca");
	p.issuing_key = forge_key(p.f, "ca-sub");
	p.time_root_key = forge_key(p.f, "tsa-ca");
	p.time_issuing_key = forge_key(p.f, "tsa-sub");
	p.other = forge_key(p.f, "other-ca");
	make_issuing(&p);
	make_others(&p);
	make_answers(&p);
	forge_free(p.f);
	return 0;
}
