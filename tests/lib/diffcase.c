/* SPDX-License-Identifier: Apache-2.0 */
/* Cases for the comparison with the reference verifier, as folders. */
#include "tests/lib/diffcase.h"

#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar"
#define REPOSITORY "registry.example/a/b"

static const char *
below(struct forge *f, const char *dir, const char *name)
{
	return arena_printf(forge_mem(f), "%s/%s", dir, name).ptr;
}

static struct bytes
quoted(struct forge *f, const char *text)
{
	char *copy = arena_alloc(forge_mem(f), strlen(text) + 1);

	for (size_t i = 0; i <= strlen(text); i++)
		copy[i] = text[i] == '\'' ? '"' : text[i];
	return forge_text(copy);
}

/* --- what all cases share ------------------------------------------------------------------ */

void
diffcases_open(struct diffcases *d, const char *out)
{
	struct forge_cert spec;

	memset(d, 0, sizeof(*d));
	d->f = forge_new();
	d->out = out;
	d->ca = forge_chain(d->f, forge_key(d->f, "p256"), "Example");
	d->tsa = forge_chain_tsa(d->f, forge_key(d->f, "tsa"), "Example Time");
	d->alone = (struct forge_chain){ .key = forge_key(d->f, "p256"), .count = 1 };
	spec = forge_cert_leaf(d->alone.key, "C=US,ST=WA,O=Example,CN=Alone",
	    (struct bytes){ NULL, 0 }, NULL);
	d->alone.cert[0] = forge_cert(d->f, &spec);
	d->stranger = (struct forge_chain){ .key = forge_key(d->f, "other"), .count = 2 };
	spec = forge_cert_root(
	    forge_key(d->f, "other-ca"), "C=US,ST=WA,O=Example,CN=Release Root CA");
	d->stranger.cert[1] = forge_cert(d->f, &spec);
	spec = forge_cert_leaf(d->stranger.key, "C=US,ST=WA,O=Example,CN=Stranger",
	    d->stranger.cert[1], forge_key(d->f, "other-ca"));
	d->stranger.cert[0] = forge_cert(d->f, &spec);
	forge_mkdir(out);
}

void
diffcases_close(struct diffcases *d)
{
	forge_free(d->f);
}

/* --- one case ------------------------------------------------------------------------------ */

static void
put_store(struct forge *f, const char *stores, const char *type, const char *name,
    struct bytes cert)
{
	const char *dir = below(f, below(f, stores, type), name);

	forge_mkdir(dir);
	forge_write(dir, "anchor.pem", str_bytes(forge_pem(f, cert)));
}

static void
write_config(struct diffcases *d, struct forge *f, const char *dir, const struct diffcase *c)
{
	const char *text = c->document;
	const char *stores;

	forge_mkdir(dir);
	forge_mkdir(below(f, dir, "truststore"));
	stores = below(f, dir, "truststore/x509");
	forge_mkdir(stores);
	forge_mkdir(below(f, stores, "ca"));
	forge_mkdir(below(f, stores, "signingAuthority"));
	forge_mkdir(below(f, stores, "tsa"));
	put_store(f, stores, "ca", "root", d->ca.cert[2]);
	put_store(f, stores, "ca", "intermediate", d->ca.cert[1]);
	put_store(f, stores, "ca", "alone", d->alone.cert[0]);
	put_store(f, stores, "ca", "stranger", d->stranger.cert[1]);
	put_store(f, stores, "signingAuthority", "root", d->ca.cert[2]);
	put_store(f, stores, "tsa", "root", d->tsa.cert[2]);
	if (c->extra_anchor.len > 0)
		put_store(f, stores, "ca", "extra", c->extra_anchor);
	if (text == NULL)
		text = arena_printf(forge_mem(f),
		    "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':[%s],"
		    "'signatureVerification':{%s},'trustStores':[%s],"
		    "'trustedIdentities':[%s]}]}",
		    c->scopes != NULL ? c->scopes : "'*'",
		    c->verification != NULL ? c->verification : "'level':'strict'",
		    c->stores != NULL ? c->stores : "'ca:root'",
		    c->identities != NULL ? c->identities
					  : "'x509.subject:C=US,ST=WA,O=Example'")
			   .ptr;
	forge_write(dir, "trustpolicy.json", quoted(f, text));
}

static void
write_layout(struct diffcases *d, struct forge *f, const char *dir, const struct diffcase *c)
{
	const char *repository = c->repository != NULL ? c->repository : REPOSITORY;
	struct forge_layout *l = forge_layout_new(f, below(f, dir, "layout"));
	struct forge_desc layer = forge_blob(l, LAYER_TYPE, BYTES_LIT("layer"));
	struct forge_desc image = forge_image(l, "1", &layer, 1);
	struct forge_target target = { .media_type = image.media_type,
		.digest = image.digest.ptr,
		.size = image.size };

	forge_entry(l, &image, NULL);
	for (size_t i = 0; i < c->envelope_count; i++) {
		struct forge_envelope spec = c->envelopes[i];
		/* The release that is compared with knows the older form of manifest alone. */
		struct forge_referrer ref = { .subject = image, .form = spec.form, .legacy = true };
		struct forge_desc signature;

		if (spec.payload.len == 0)
			spec.payload = forge_payload(f, &target);
		if (spec.signer == NULL)
			spec.signer = &d->ca;
		ref.signer = spec.signer;
		ref.envelope = forge_envelope(f, &spec);
		if (c->edit != NULL)
			ref.envelope = c->edit(f, ref.envelope);
		signature = forge_referrer(l, &ref);
		forge_entry(l, &signature, NULL);
	}
	forge_layout_end(l);
	forge_write(dir, "reference",
	    str_bytes(arena_printf(forge_mem(f), "%s@%s", repository, image.digest.ptr)));
}

static void
write_revocation(struct forge *f, const char *dir, const struct diffcase *c)
{
	AUTO(buf_clear) struct buf list = { .max = 65536 };

	forge_mkdir(below(f, dir, "cache"));
	forge_mkdir(below(f, dir, "ocsp"));
	forge_mkdir(below(f, dir, "files"));
	for (size_t i = 0; i < c->url_count; i++) {
		const struct diffurl *u = &c->urls[i];
		struct str hex = forge_hex(f, forge_hash(f, "SHA256", forge_text(u->url)));
		const char *name = arena_printf(forge_mem(f), "%zu", i).ptr;

		forge_write(below(f, dir, "files"), name, u->base);
		buf_printf(&list, "%s\tfiles/%s\n", u->url, name);
		if (u->ocsp) {
			forge_write(below(f, dir, "ocsp"), name, u->base);
			continue;
		}
		if (u->delta.len > 0) {
			name = arena_printf(forge_mem(f), "%zu-delta", i).ptr;
			forge_write(below(f, dir, "files"), name, u->delta);
			buf_printf(&list, "%s\tfiles/%s\n", u->delta_url, name);
		}
		forge_write(below(f, dir, "cache"), hex.ptr,
		    str_bytes(arena_printf(forge_mem(f),
			u->delta.len > 0 ? "{\"baseCRL\":\"%.*s\",\"deltaCRL\":\"%.*s\"}"
					 : "{\"baseCRL\":\"%.*s\"}%.*s",
			STR_ARG(forge_base64(f, u->base)),
			STR_ARG(u->delta.len > 0 ? forge_base64(f, u->delta) : STR("")))));
	}
	forge_write(dir, "urls", buf_bytes(&list));
}

void
diffcase_write(struct diffcases *d, const char *name, const struct diffcase *c)
{
	struct forge *f = forge_new();
	const char *dir = below(f, d->out, name);

	forge_mkdir(dir);
	write_config(d, f, below(f, dir, "config"), c);
	write_layout(d, f, dir, c);
	write_revocation(f, dir, c);
	d->count++;
	forge_free(f);
}
