/* SPDX-License-Identifier: Apache-2.0 */
/* Policies and signed images for tests of verification. */
#include "tests/lib/stage.h"

#include "tests/lib/tap.h"

#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar"

static struct forge_chain
self_signed(struct forge *f)
{
	struct forge_chain c = { .key = forge_key(f, "p256"), .count = 1 };
	struct forge_cert leaf = forge_cert_leaf(
	    c.key, "C=US,ST=WA,O=Example,CN=Alone", (struct bytes){ NULL, 0 }, NULL);

	c.cert[0] = forge_cert(f, &leaf);
	return c;
}

void
stage_open(struct stage *s)
{
	memset(s, 0, sizeof(*s));
	scratch_open(&s->dir);
	s->f = forge_new();
	s->ca = forge_chain(s->f, forge_key(s->f, "p256"), "Example");
	s->alone = self_signed(s->f);
	s->tsa = forge_chain_tsa(s->f, forge_key(s->f, "tsa"), "Example Time");
}

void
stage_close(struct stage *s)
{
	forge_free(s->f);
	scratch_close(&s->dir);
}

/* --- policies ----------------------------------------------------------------------------- */

const char *
stage_statement(struct stage *s, const char *verification, const char *stores)
{
	return arena_printf(forge_mem(s->f),
	    "{'name':'a','registryScopes':['*'],'signatureVerification':{%s},"
	    "'trustStores':[%s],'trustedIdentities':['x509.subject:C=US,ST=WA,O=Example']}",
	    verification, stores)
	    .ptr;
}

static void
put_store(struct stage *s, const char *policy, const char *store, struct bytes cert)
{
	scratch_put(&s->dir,
	    arena_printf(forge_mem(s->f), "%s/truststore/x509/%s/root.pem", policy, store)
		.ptr,
	    str_bytes(forge_pem(s->f, cert)));
}

const char *
stage_policy(struct stage *s, const char *name, const char *statements)
{
	struct forge_cert stranger =
	    forge_cert_root(forge_key(s->f, "other-ca"), "C=US,ST=WA,O=Stranger,CN=Root");

	put_store(s, name, "ca/root", s->ca.cert[2]);
	put_store(s, name, "ca/stranger", forge_cert(s->f, &stranger));
	put_store(s, name, "ca/alone", s->alone.cert[0]);
	put_store(s, name, "signingAuthority/root", s->ca.cert[2]);
	put_store(s, name, "tsa/root", s->tsa.cert[2]);
	scratch_json(&s->dir,
	    arena_printf(forge_mem(s->f), "%s/trustpolicy.json", name).ptr,
	    arena_printf(
		forge_mem(s->f), "{'version':'1.0','trustPolicies':[%s]}", statements)
		.ptr);
	return arena_printf(forge_mem(s->f), "%s/%s", s->dir.path, name).ptr;
}

void
stage_judge(struct judge *j, struct stage *s, const char *name, const char *verification,
    const char *stores)
{
	judge_open(j, stage_policy(s, name, stage_statement(s, verification, stores)),
	    STAGE_NOW);
}

/* --- signers -------------------------------------------------------------------------------- */

struct forge_cert
stage_leaf(struct stage *s, const char *key)
{
	return forge_cert_leaf(forge_key(s->f, key), "C=US,ST=WA,O=Example,CN=Signer",
	    s->ca.cert[1], forge_key(s->f, "ca-sub"));
}

struct forge_chain
stage_signer(struct stage *s, const struct forge_cert *leaf)
{
	struct forge_chain c = s->ca;

	c.key = leaf->key;
	c.cert[0] = forge_cert(s->f, leaf);
	return c;
}

/* --- images --------------------------------------------------------------------------------- */

void
subject_new(struct subject *s, struct stage *stage)
{
	*s = (struct subject){ .stage = stage, .f = forge_new() };
	s->dir =
	    arena_printf(forge_mem(s->f), "%s/case-%u", stage->dir.path, stage->cases++)
		.ptr;
	s->layout = forge_layout_new(s->f, s->dir);
	s->layer = forge_blob(s->layout, LAYER_TYPE, BYTES_LIT("layer"));
	s->image = forge_image(s->layout, "1", &s->layer, 1);
}

void
subject_open(struct subject *s, struct stage *stage)
{
	subject_new(s, stage);
	forge_entry(s->layout, &s->image, STAGE_NAME ":1");
}

static void
write_index(struct subject *s)
{
	if (!s->written)
		forge_layout_end(s->layout);
	s->written = true;
}

void
subject_close(struct subject *s)
{
	write_index(s); /* frees it, too */
	scratch_remove(&s->stage->dir, s->dir + strlen(s->stage->dir.path) + 1);
	forge_free(s->f);
}

struct judge_target
subject_target(const struct subject *s)
{
	return (struct judge_target){ s->image.media_type, s->image.digest.ptr,
		s->image.size };
}

struct bytes
subject_payload(const struct subject *s)
{
	struct forge_target target = { .media_type = s->image.media_type,
		.digest = s->image.digest.ptr,
		.size = s->image.size };

	return forge_payload(s->f, &target);
}

struct bytes
subject_envelope(struct subject *s, struct forge_envelope spec)
{
	if (spec.payload.len == 0)
		spec.payload = subject_payload(s);
	if (spec.signer == NULL)
		spec.signer = &s->stage->ca;
	return forge_envelope(s->f, &spec);
}

struct forge_desc
subject_attach(struct subject *s, enum forge_form form, struct bytes envelope,
    const struct forge_chain *signer)
{
	struct forge_referrer ref = {
		.subject = s->image, .form = form, .envelope = envelope, .signer = signer
	};
	struct forge_desc signature = forge_referrer(s->layout, &ref);

	forge_entry(s->layout, &signature, NULL);
	return signature;
}

struct forge_desc
subject_sign(struct subject *s, struct forge_envelope spec)
{
	return subject_attach(s, spec.form, subject_envelope(s, spec),
	    spec.signer == NULL ? &s->stage->ca : spec.signer);
}

enum reason
subject_judge(struct subject *s, struct judge *j)
{
	write_index(s);
	return judge_digest(j, s->dir, STAGE_NAME, s->image.digest.ptr);
}

enum reason
stage_verdict(struct stage *stage, struct judge *j, struct forge_envelope spec)
{
	struct subject s;
	enum reason r;

	subject_open(&s, stage);
	subject_sign(&s, spec);
	r = subject_judge(&s, j);
	subject_close(&s);
	return r;
}

void
stage_both(struct stage *s, struct judge *j, const char *name, struct forge_envelope spec,
    enum reason reason)
{
	static const char *const forms[] = { "jws", "cose" };

	for (int form = 0; form < 2; form++) {
		spec.form = form == 0 ? FORGE_JWS : FORGE_COSE;
		is_reason(
		    stage_verdict(s, j, spec), reason, "%s (%s)", name, forms[form]);
		if ((j->verdict.state == STATE_COMPLIANT) != (reason == REASON_NONE))
			ok(false, "%s: state %s", name, state_name(j->verdict.state));
	}
}

void
stage_passes(
    struct stage *s, struct judge *j, const char *name, struct forge_envelope spec)
{
	stage_both(s, j, name, spec, REASON_NONE);
}
