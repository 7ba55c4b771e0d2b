/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time-stamp tokens for tests/run-tokens.sh: right ones, of which each value is changed in every way
 * and what is signed is signed again; and stampers' chains with certificates, names and constraints
 * of all kinds.
 *
 * usage: mktokens > LINES      (srcdir names the source tree that holds fixtures/keys)
 *
 * A line for each: a name, the token and its anchor as hexadecimal, and "pass", the first and the last
 * microsecond that the token may mean, or "fail CODE" of assay; tab separated.
 */
#include <stdio.h>

#include "codec/hex.h"
#include "tests/lib/derchange.h"
#include "tests/lib/deredit.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/kit.h"

/* Places in a token of the forge. */
#define AT_INFO "1.0.2.1.0.0"
#define AT_CERTS "1.0.3"
#define AT_ATTRS "1.0.4.0.3"
#define AT_SIGNATURE "1.0.4.0.5"
#define MESSAGE "the signature of an envelope"

enum { ATTRS_MOST = 64 };

static const struct bytes none = { NULL, 0 };
static struct kit k;

static const char *
hex(struct bytes in)
{
	char *out = arena_alloc(k.mem, in.len * 2 + 1);

	hex_encode(out, in);
	return out;
}

static int64_t
micros(struct when w)
{
	return w.sec * 1000000 + (int64_t)w.usec;
}

static void
put(const char *name, struct bytes token, struct bytes root)
{
	enum reason reason = kit_token(&k, token, forge_text(MESSAGE), &root, 1);
	struct err err;
	struct tst t;

	printf("%s\t%s\t%s\t", name, hex(token), hex(root));
	if (reason == REASON_NONE && tst_parse(&t, k.mem, token, &k.limits, NULL, &err) == 0)
		printf("pass %lld %lld\n", (long long)micros(t.lower), (long long)micros(t.upper));
	else
		printf("fail %s\n", reason_code(reason));
}

static struct bytes
seq(struct bytes a, struct bytes b)
{
	return forge_der(k.forge, 0x30, 2, a, b);
}

static struct bytes
one(uint8_t tag, struct bytes content)
{
	return forge_der(k.forge, tag, 1, content);
}

static struct bytes
oid(const char *dotted)
{
	return forge_der_oid(k.forge, dotted);
}

static struct bytes
attribute(const char *type, struct bytes value)
{
	return seq(oid(type), one(0x31, value));
}

/* --- each value of a token ----------------------------------------------------------------- */

struct base {
	const char *name;
	struct forge_token spec;
	struct bytes token, root;
	char group[16];
};

static void
put_of(const struct base *b, const char *what, struct bytes token)
{
	put(arena_printf(k.mem, "%s-%s-%s", b->group, b->name, what).ptr, token, b->root);
}

static void
put_frame(void *base, const char *name, struct bytes token)
{
	put_of(base, name, token);
}

static void
put_info(void *base, const char *name, struct bytes info)
{
	struct base *b = base;
	struct forge_token spec = b->spec;

	spec.info_raw = info;
	put_of(b, name, forge_token(k.forge, &spec, forge_text(MESSAGE)));
}

static int
by_octets(const void *a, const void *b)
{
	return bytes_cmp(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* A SET OF is signed in the order of DER (X.690 section 11.6); what is no list stays as it is. */
static struct bytes
sorted(struct bytes set)
{
	struct bytes rest = der_content(set), parts[ATTRS_MOST], out = none;
	size_t n = 0, len;

	while (rest.len >= 2 && n < COUNT(parts)) {
		len = der_content(rest).len;
		len += rest.ptr[1] < 0x80 ? 2u : 2u + (rest.ptr[1] & 0x7f);
		if (len > rest.len)
			return der_content(set);
		parts[n++] = bytes_of(rest.ptr, len);
		rest = bytes_of(rest.ptr + len, rest.len - len);
	}
	if (rest.len > 0)
		return der_content(set);
	qsort(parts, n, sizeof(*parts), by_octets);
	for (size_t i = 0; i < n; i++)
		out = der_join(k.mem, out, parts[i]);
	return out;
}

static void
put_attrs(void *base, const char *name, struct bytes attrs)
{
	struct base *b = base;
	struct forge_token spec = b->spec;

	spec.attrs_raw = sorted(attrs);
	if (spec.attrs_raw.len > 0)
		put_of(b, name, forge_token(k.forge, &spec, forge_text(MESSAGE)));
}

static void
walk(struct base *b)
{
	static const char *const signed_parts[] = { AT_INFO, AT_CERTS ".0", AT_CERTS ".1",
		AT_CERTS ".2", AT_ATTRS ".0", AT_ATTRS ".1", AT_ATTRS ".2", AT_ATTRS ".3",
		AT_ATTRS ".4", NULL };
	struct derchange d = { k.forge, put_frame, b, signed_parts };

	snprintf(b->group, sizeof(b->group), "whole");
	put_of(b, "token", b->token);
	snprintf(b->group, sizeof(b->group), "frame");
	derchange_all(&d, b->token);
	d.spared = NULL;
	d.each = put_info;
	snprintf(b->group, sizeof(b->group), "info");
	derchange_all(&d, der_at(b->token, AT_INFO));
	d.each = put_attrs;
	snprintf(b->group, sizeof(b->group), "attrs");
	derchange_all(&d, der_at(b->token, AT_ATTRS));
}

/* Everything that may stand in a token. */
static struct bytes
all_fields(void)
{
	struct bytes name = one(0xa4, one(0x30, one(0x31, seq(oid("2.5.4.3"), one(0x0c, forge_text("x"))))));
	struct bytes ext = seq(oid("1.2.3.4"), one(0x04, BYTES_LIT("\x05\x00")));
	struct bytes nonce = one(0x02, BYTES_LIT("\x7f\x01\x02\x03\x04\x05\x06\x07\x08"));

	return forge_der(k.forge, 0x30, 4, one(0x01, BYTES_LIT("\xff")), nonce, one(0xa0, name),
	    one(0xa1, ext));
}

static void
tokens(void)
{
	struct forge_chain tsa = forge_chain_tsa(k.forge, forge_key(k.forge, "tsa"), "Example");
	struct forge_crl list = forge_crl_of(tsa.cert[1], forge_key(k.forge, "tsa-sub"));
	struct base full = { .name = "full",
		.spec = { .tsa = &tsa,
		    .seconds = 1,
		    .millis = 500,
		    .micros = 20,
		    .ess_hash = "SHA384",
		    .ess_issuer_serial = true,
		    .signing_time = "2024-02-01" } };
	struct base plain = { .name = "plain",
		.spec = { .tsa = &tsa, .time = "2024-02-01T00:00:00.25Z", .policy = "0.4.0.2023.1.1" } };

	full.spec.info_extra = der_content(all_fields());
	full.spec.attrs_extra = attribute("1.2.3.4", one(0x0c, forge_text("x")));
	full.token = forge_token(k.forge, &full.spec, forge_text(MESSAGE));
	full.token = der_add(k.mem, full.token, AT_SIGNATURE,
	    one(0xa1, attribute("1.2.3.5", one(0x0c, forge_text("x")))));
	plain.token = forge_token(k.forge, &plain.spec, forge_text(MESSAGE));
	full.root = plain.root = tsa.cert[2];
	walk(&plain);
	walk(&full);
	snprintf(full.group, sizeof(full.group), "lists");
	put_of(&full, "none", der_add(k.mem, full.token, AT_CERTS, one(0xa1, none)));
	put_of(&full, "one",
	    der_add(k.mem, full.token, AT_CERTS, one(0xa1, forge_crl(k.forge, &list))));
}

/* --- each value of a stamper's chain --------------------------------------------------------- */

/* Signing with these is quick. */
static EVP_PKEY *root_key, *sub_key;

struct trial { /* what stands in the certificates of a chain */
	struct forge_cert leaf, sub, root;
};

static struct trial
trial(void)
{
	struct trial t = { .root = forge_cert_root(root_key, "CN=Root"),
		.sub = forge_cert_ca(sub_key, "CN=Sub", none, root_key),
		.leaf = forge_cert_tsa(forge_key(k.forge, "p256"), "CN=Stamper", none, sub_key) };

	return t;
}

static struct forge_chain
chain_of(const struct trial *t)
{
	struct forge_chain c = { .key = t->leaf.key, .count = 3 };
	struct forge_cert sub = t->sub, leaf = t->leaf;

	c.cert[2] = forge_cert(k.forge, &t->root);
	sub.issuer = c.cert[2];
	c.cert[1] = forge_cert(k.forge, &sub);
	leaf.issuer = c.cert[1];
	c.cert[0] = forge_cert(k.forge, &leaf);
	return c;
}

/* What the reader of certificates refuses is compared in run-certs.sh. */
static void
put_chain(const char *name, const struct forge_chain *c)
{
	struct forge_token spec = { .tsa = c };

	for (size_t i = 0; i < c->count; i++)
		if (kit_cert(&k, NULL, c->cert[i]) != REASON_NONE)
			return;
	put(name, forge_token(k.forge, &spec, forge_text(MESSAGE)), c->cert[c->count - 1]);
}

struct link { /* a certificate of a chain that is changed and signed again */
	struct forge_chain tsa;
	const char *name;
	size_t at;
	EVP_PKEY *issuer_key;
};

static void
put_cert(void *context, const char *name, struct bytes tbs)
{
	struct link *l = context;
	struct forge_chain c = l->tsa;
	struct bytes signature = forge_sign(k.forge, l->issuer_key, tbs, FORGE_SIG_DER, 0);

	c.cert[l->at] = forge_der(k.forge, 0x30, 3, tbs, der_at(l->tsa.cert[l->at], "1"),
	    one(0x03, der_join(k.mem, BYTES_LIT("\0"), signature)));
	put_chain(arena_printf(k.mem, "%s-%s", l->name, name).ptr, &c);
}

static void
certificates(void)
{
	struct trial t = trial();
	struct forge_chain tsa = chain_of(&t);
	struct link links[] = { { tsa, "stamper", 0, sub_key }, { tsa, "issuer", 1, root_key },
		{ tsa, "anchor", 2, root_key } };

	for (size_t i = 0; i < COUNT(links); i++)
		derchange_all(&(struct derchange){ k.forge, put_cert, &links[i], NULL },
		    der_at(tsa.cert[links[i].at], "0"));
}

/* --- names and constraints --------------------------------------------------------------------- */

static const char *const names[] = { "", "a", "a.example", "A.Example", "b.a.example",
	"*.a.example", "*.example", "*", "xa.example", "a.example.", "*a.example", "example",
	"1.2.3.4", "x@a.example", "X@a.example", "x@A.EXAMPLE", "x@b.a.example", "x@1.2.3.4", "x@a",
	"x@*.a.example", "http://a.example", "http://A.Example/", "http://b.a.example:80/p",
	"http://u@a.example/", "http://u:p@a.example/", "http://a.example:80@b.example/",
	"http://*.a.example/", "http://a.example:/", "http://1.2.3.4/", "http://[::1]/",
	"http://[::1]:1/", "http:///a.example", "http:a.example", "urn:a.example", "//a.example/x",
	"a.example/x", "http://a.example?q", "http://a.example#f", "http://xa.example/",
	"http://b.example/a.example", "http://b.example?http://a.example/",
	"http://b.example#@a.example/", "HTTP://a.example/", "http://1.2.3.4.example/",
	"http://1.2.3.4:5/", "http://256.1.1.1/", "http://a.example./", "http://a_b.a.example/",
	"http://a.example:80/:x" };
static const char *const bases[] = { "", "a.example", ".a.example", "A.EXAMPLE", "example",
	"b.a.example", "x.a.example", "x@a.example", "x@b.a.example" };

static struct bytes
limit_of(uint8_t list, uint8_t kind, const char *base)
{
	return one(0x30, one(list, one(0x30, one(kind, forge_text(base)))));
}

/* Stampers with a name of each form below one constraint. */
static void
below(uint8_t tag, uint8_t list, uint8_t kind, const char *base, bool at_root)
{
	struct forge_ext alt = { "2.5.29.17", false, none };
	struct forge_ext limit = { "2.5.29.30", true, limit_of(list, kind, base) };
	struct trial t = trial();
	struct forge_chain c;

	(at_root ? &t.root : &t.sub)->extra = &limit;
	(at_root ? &t.root : &t.sub)->extra_count = 1;
	c = chain_of(&t);
	t.leaf.issuer = c.cert[1];
	t.leaf.extra = &alt;
	t.leaf.extra_count = 1;
	for (size_t n = 0; n < COUNT(names); n++) {
		alt.der = one(0x30, one(tag, forge_text(names[n])));
		c.cert[0] = forge_cert(k.forge, &t.leaf);
		put_chain(arena_printf(k.mem, "names-%02x-%s-%s-%02x-%02x-%s", tag, names[n],
			      at_root ? "root" : "sub", list, kind, base)
			      .ptr,
		    &c);
	}
}

static void
constraints(void)
{
	static const uint8_t kinds[] = { 0x81, 0x82, 0x86 };

	for (size_t i = 0; i < COUNT(kinds); i++) {
		for (size_t b = 0; b < COUNT(bases); b++) {
			below(kinds[i], 0xa0, kinds[i], bases[b], b % 2 == 0);
			below(kinds[i], 0xa1, kinds[i], bases[b], b % 2 == 1);
		}
		/* A constraint of another kind: some forms of names are refused under any. */
		below(kinds[i], 0xa1, kinds[(i + 1) % COUNT(kinds)], "z.example", false);
	}
}

/* --- purposes, usages, lives ------------------------------------------------------------------- */

static void
put_trial(const char *name, const struct trial *t)
{
	struct forge_chain c = chain_of(t);

	put_chain(name, &c);
}

static void
variants(void)
{
	static const char *const purposes[] = { NULL, "timeStamping", "codeSigning",
		"anyExtendedKeyUsage", "timeStamping,codeSigning", "serverAuth", "1.2.3.4",
		"timeStamping,1.2.3.4", "OCSPSigning" };
	static const unsigned usages[] = { 0, KU_DIGITAL_SIGNATURE, KU_KEY_CERT_SIGN,
		KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN, KU_NON_REPUDIATION,
		KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION, KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT,
		KU_CRL_SIGN };
	static const char *const places[] = { "leaf", "sub", "root" };
	struct trial t;

	for (size_t at = 0; at < 3; at++) {
		for (size_t i = 0; i < COUNT(purposes) * 2; i++) {
			t = trial();
			(at == 0 ? &t.leaf : at == 1 ? &t.sub : &t.root)->eku = purposes[i / 2];
			(at == 0 ? &t.leaf : at == 1 ? &t.sub : &t.root)->eku_critical = i % 2 == 0;
			put_trial(arena_printf(k.mem, "variant-%s-purpose-%zu", places[at], i).ptr, &t);
		}
		for (size_t i = 0; i < COUNT(usages); i++) {
			t = trial();
			(at == 0 ? &t.leaf : at == 1 ? &t.sub : &t.root)->key_usage = usages[i];
			put_trial(arena_printf(k.mem, "variant-%s-usage-%zu", places[at], i).ptr, &t);
		}
		for (unsigned i = 0; i < 3; i++) {
			t = trial();
			(at == 0 ? &t.leaf : at == 1 ? &t.sub : &t.root)->basic = (enum forge_basic)i;
			put_trial(arena_printf(k.mem, "variant-%s-basic-%u", places[at], i).ptr, &t);
			t = trial();
			(at == 1 ? &t.sub : &t.root)->has_path_len = true;
			(at == 1 ? &t.sub : &t.root)->path_len = i;
			put_trial(arena_printf(k.mem, "variant-%s-length-%u", places[at], i).ptr, &t);
		}
		t = trial();
		(at == 0 ? &t.leaf : at == 1 ? &t.sub : &t.root)->not_after = "2024-01-31T23:59:59Z";
		put_trial(arena_printf(k.mem, "variant-%s-ended", places[at]).ptr, &t);
		t = trial();
		(at == 0 ? &t.leaf : at == 1 ? &t.sub : &t.root)->not_before = "2024-02-01T00:00:01Z";
		put_trial(arena_printf(k.mem, "variant-%s-not-begun", places[at]).ptr, &t);
	}
}

/* --- policies ------------------------------------------------------------------------------------ */

enum { POLICY_STEP = 7 }; /* every so manieth of all combinations; shares no factor with their number */

struct policies { /* extensions of one certificate */
	struct forge_ext list[4];
	size_t count;
};

static void
policies_add(struct policies *p, const char *type, struct bytes value)
{
	if (value.len > 0)
		p->list[p->count++] = (struct forge_ext){ type, false, value };
}

/* The next digit of a number whose digits count to `base`. */
static unsigned
digit(unsigned *number, unsigned base)
{
	unsigned d = *number % base;

	*number /= base;
	return d;
}

static void
policy_case(unsigned number, const struct bytes *named, const struct bytes *limits)
{
	static const char *const inhibit = "2.5.29.54", *const limit = "2.5.29.36",
				 *const policy = "2.5.29.32", *const mapping = "2.5.29.33";
	const struct bytes maps[] = { none, one(0x30, seq(oid("1.2.3.1"), oid("1.2.3.3"))),
		one(0x30, seq(oid("2.5.29.32.0"), oid("1.2.3.1"))) };
	const struct bytes skips[] = { none, BYTES_LIT("\x02\x01\x00"), BYTES_LIT("\x02\x01\x01") };
	struct policies upper = { .count = 0 }, sub = upper, leaf = upper;
	struct forge_chain c = { .count = 4 };
	struct trial t = trial();
	struct forge_cert middle;
	unsigned left = number;

	policies_add(&upper, policy, named[digit(&left, 3)]);
	policies_add(&upper, limit, limits[digit(&left, 4)]);
	policies_add(&upper, inhibit, skips[digit(&left, 3)]);
	policies_add(&sub, policy, named[digit(&left, 3)]);
	policies_add(&sub, mapping, maps[digit(&left, 3)]);
	policies_add(&sub, limit, limits[digit(&left, 2)]);
	policies_add(&leaf, policy, named[digit(&left, 4)]);
	policies_add(&leaf, limit, limits[digit(&left, 2)]);
	c.key = t.leaf.key;
	c.cert[3] = forge_cert(k.forge, &t.root);
	middle = forge_cert_ca(root_key, "CN=Upper", c.cert[3], root_key);
	middle.has_path_len = t.sub.has_path_len = false;
	middle.extra = upper.list;
	middle.extra_count = upper.count;
	c.cert[2] = forge_cert(k.forge, &middle);
	t.sub.issuer = c.cert[2];
	t.sub.extra = sub.list;
	t.sub.extra_count = sub.count;
	c.cert[1] = forge_cert(k.forge, &t.sub);
	t.leaf.issuer = c.cert[1];
	t.leaf.extra = leaf.list;
	t.leaf.extra_count = leaf.count;
	c.cert[0] = forge_cert(k.forge, &t.leaf);
	put_chain(arena_printf(k.mem, "policies-%u", number).ptr, &c);
}

/* RFC 5280 section 6.1: what policies are named, mapped, inhibited, and where some must be. */
static void
policies(void)
{
	const struct bytes named[] = { none, one(0x30, one(0x30, oid("1.2.3.1"))),
		one(0x30, one(0x30, oid("2.5.29.32.0"))), one(0x30, one(0x30, oid("1.2.3.3"))) };
	const struct bytes limits[] = { none, one(0x30, BYTES_LIT("\x80\x01\x00")),
		one(0x30, BYTES_LIT("\x80\x01\x01")), one(0x30, BYTES_LIT("\x80\x01\x02")) };

	for (unsigned n = 0; n < 3 * 4 * 3 * 3 * 3 * 2 * 4 * 2; n += POLICY_STEP)
		policy_case(n, named, limits);
}

int
main(void)
{
	kit_open(&k);
	root_key = forge_key_new(k.forge, "P-256");
	sub_key = forge_key_new(k.forge, "P-256");
	tokens();
	certificates();
	constraints();
	variants();
	policies();
	kit_close(&k);
	return fflush(stdout) == 0 ? 0 : 1;
}
