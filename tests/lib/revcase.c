/* SPDX-License-Identifier: Apache-2.0 */
/* One question about revocation, answered from a folder that is made for it. */
#include "tests/lib/revcase.h"

#include <stdio.h>
#include <stdlib.h>

static const char *
text(struct revcase *c, const char *fmt, const char *arg)
{
	return arena_printf(c->k.mem, "%u/%s%s", c->folders, fmt, arg).ptr;
}

static struct when
moment(const char *t)
{
	struct when w;

	if (!when_parse(&w, str_of(t)))
		forge_die("no time: %s", t);
	return w;
}

struct forge_cert
revcase_leaf(struct revcase *c)
{
	struct forge_cert spec = forge_cert_leaf(
	    c->leaf_key, "C=US,ST=WA,O=Example,CN=Signer", c->ca, c->ca_key);

	spec.serial = REVCASE_SERIAL;
	spec.crl_url = REVCASE_URL;
	return spec;
}

struct forge_cert
revcase_ca(struct revcase *c)
{
	return forge_cert_ca(
	    c->ca_key, "C=US,ST=WA,O=Example,CN=Issuing CA", c->root, c->root_key);
}

void
revcase_chain(
    struct revcase *c, const struct forge_cert *leaf, const struct forge_cert *ca)
{
	struct forge_cert usual = revcase_ca(c);

	c->ca = forge_cert(c->k.forge, ca == NULL ? &usual : ca);
	usual = leaf == NULL ? revcase_leaf(c) : *leaf;
	usual.issuer = c->ca;
	c->leaf = forge_cert(c->k.forge, &usual);
}

void
revcase_open(struct revcase *c)
{
	struct forge_cert root;

	memset(c, 0, sizeof(*c));
	kit_open(&c->k);
	scratch_open(&c->dir);
	arena_init(&c->mem, 0);
	c->root_key = forge_key(c->k.forge, "ca");
	c->ca_key = forge_key(c->k.forge, "ca-sub");
	c->leaf_key = forge_key(c->k.forge, "p256");
	c->now = REVCASE_NOW;
	root = forge_cert_root(c->root_key, "C=US,ST=WA,O=Example,CN=Root CA");
	c->root = forge_cert(c->k.forge, &root);
	revcase_chain(c, NULL, NULL);
}

void
revcase_pointers(struct revcase *c, enum revcase_leaf kind)
{
	struct forge_cert leaf = revcase_leaf(c);

	if (kind == LEAF_TWO)
		leaf.crl_url = REVCASE_URL ",URI:" OTHER_URL;
	if (kind == LEAF_NONE || kind == LEAF_OCSP)
		leaf.crl_url = NULL;
	if (kind == LEAF_OCSP || kind == LEAF_BOTH)
		leaf.ocsp_url = "http://ocsp.example/";
	if (kind == LEAF_DELTA)
		leaf.delta_url = DELTA_URL;
	revcase_chain(c, &leaf, NULL);
}

static void
forget(struct revcase *c)
{
	revoker_free(c->revoker);
	c->revoker = NULL;
	revdata_clear(&c->data);
}

void
revcase_close(struct revcase *c)
{
	forget(c);
	arena_clear(&c->mem);
	scratch_close(&c->dir);
	kit_close(&c->k);
}

void
revcase_begin(struct revcase *c)
{
	c->folders++;
	c->lists = c->answers = c->cache = c->map = false;
	c->now = REVCASE_NOW;
	c->signed_at = NULL;
	c->chosen = false;
}

struct bytes
revcase_crl(struct revcase *c, struct forge_crl spec)
{
	if (spec.issuer.len == 0)
		spec.issuer = c->ca;
	if (spec.key == NULL)
		spec.key = c->ca_key;
	return forge_crl(c->k.forge, &spec);
}

void
revcase_list(struct revcase *c, const char *name, struct forge_crl spec)
{
	scratch_put(&c->dir, text(c, "crl/", name), revcase_crl(c, spec));
	c->lists = true;
}

struct bytes
revcase_ocsp(struct revcase *c, struct forge_ocsp spec)
{
	if (spec.cert.len == 0)
		spec.cert = c->leaf;
	if (spec.issuer.len == 0)
		spec.issuer = c->ca;
	if (spec.issuer_key == NULL)
		spec.issuer_key = c->ca_key;
	return forge_ocsp(c->k.forge, &spec);
}

void
revcase_answer(struct revcase *c, const char *name, struct forge_ocsp spec)
{
	scratch_put(&c->dir, text(c, "ocsp/", name), revcase_ocsp(c, spec));
	c->answers = true;
}

/* The map grows by one row for each list. */
void
revcase_from(struct revcase *c, const char *url, struct forge_crl spec)
{
	const char *file = text(c, "map/map.json", ""), *name;
	struct str rows = STR("{"), row;
	char old[8192] = "";
	FILE *in;

	in = c->map ? fopen(scratch_at(&c->dir, file), "r") : NULL;
	if (in != NULL) {
		old[fread(old, 1, sizeof(old) - 1, in)] = '\0';
		fclose(in);
		rows = arena_printf(c->k.mem, "%.*s,", (int)strlen(old) - 1, old);
	}
	name = arena_printf(c->k.mem, "%zu.crl", rows.len).ptr;
	scratch_put(&c->dir, text(c, "map/", name), revcase_crl(c, spec));
	row = arena_printf(c->k.mem, "%.*s\"%s\":\"%s\"}", STR_ARG(rows), url, name);
	scratch_put(&c->dir, file, str_bytes(row));
	c->map = true;
}

void
revcase_cached(struct revcase *c, const char *url, struct forge_crl base,
    const struct forge_crl *delta)
{
	struct forge *f = c->k.forge;
	struct str name = forge_hex(f, forge_hash(f, "SHA256", forge_text(url)));
	struct str entry = arena_printf(c->k.mem, "{\"baseCRL\":\"%.*s\"",
	    STR_ARG(forge_base64(f, revcase_crl(c, base))));

	if (delta != NULL)
		entry = arena_printf(c->k.mem, "%.*s,\"deltaCRL\":\"%.*s\"",
		    STR_ARG(entry), STR_ARG(forge_base64(f, revcase_crl(c, *delta))));
	entry = arena_printf(c->k.mem, "%.*s}", STR_ARG(entry));
	scratch_put(
	    &c->dir, text(c, "cache/", arena_str(c->k.mem, name).ptr), str_bytes(entry));
	c->cache = true;
}

static const char *
path(struct revcase *c, const char *rel)
{
	return arena_str(c->k.mem, str_of(scratch_at(&c->dir, text(c, rel, "")))).ptr;
}

static void
load(struct revcase *c)
{
	struct revdata_options o = { .limits = &c->k.limits };
	struct err err;

	forget(c);
	o.crl_dir = c->lists ? path(c, "crl") : NULL;
	o.ocsp_dir = c->answers ? path(c, "ocsp") : NULL;
	o.cache_dir = c->cache ? path(c, "cache") : NULL;
	o.map = c->map ? path(c, "map/map.json") : NULL;
	if (revdata_load(&c->data, &o, c->k.hasher, &err) != 0)
		forge_die("%s: %s", reason_code(err.reason), err.text);
	if (c->data.given)
		c->revoker = revoker_new(&c->data, c->k.certs, c->k.hasher, &c->k.limits);
}

enum reason
revcase_again(struct revcase *c)
{
	const struct bytes ders[] = { c->leaf, c->ca, c->root };
	struct revoked_question q = { .time = moment(c->now), .time_chosen = c->chosen };
	struct err err;

	if (chain_get(&q.chain, c->k.chains, ders, COUNT(ders), CHAIN_CODE_SIGNING, NULL,
		&err) != 0)
		forge_die("chain: %s", err.text);
	if (c->signed_at != NULL) {
		q.has_signing_time = true;
		q.signing_time = moment(c->signed_at);
	}
	arena_clear(&c->mem);
	revoked_chain(&c->result, c->revoker, &c->mem, &q);
	return c->result.reason;
}

enum reason
revcase_ask(struct revcase *c)
{
	load(c);
	return revcase_again(c);
}

bool
revcase_says(struct revcase *c, const char *what)
{
	struct str wanted = quoted(&c->mem, what);

	return c->result.data.len > 0 && memmem(c->result.data.ptr, c->result.data.len,
					     wanted.ptr, wanted.len) != NULL;
}
