/* SPDX-License-Identifier: Apache-2.0 */
/* From parsed signatures and certificates to the plain values that the record keeps. */
#include "verify/sigrecord.h"

int
sigrecord_begin(struct verdict *v, struct str digest)
{
	struct signature_record s = {
		.manifest_digest = arena_str(v->mem, digest),
		.state = SIGNATURE_ERROR,
		.check = v->check,
	};

	VEC_PUSH(v->mem, &v->signatures, s);
	return (int)v->signatures.n - 1;
}

void
sigrecord_envelope(struct verdict *v, int signature, const struct envelope *e)
{
	struct signature_record *s = &v->signatures.v[signature];
	const struct sigalg_row *alg = sigalg_row(e->alg);

	s->format = e->format;
	s->scheme = str_of(envelope_scheme_name(e->scheme));
	if (alg != NULL)
		s->algorithm = str_of(alg->text);
	s->has_signing_time = true;
	s->signing_time = e->signing_time;
	s->has_expiry = e->has_expiry;
	s->expiry = e->expiry;
	s->agent = arena_str(v->mem, e->agent);
	s->token = arena_bytes(v->mem, e->timestamp);
}

/* Records every certificate and gives back their digests. */
static struct digest *
chain_digests(struct verdict *v, const struct chain *chain)
{
	struct digest *digests = arena_array(v->mem, chain->count, sizeof(*digests));

	for (size_t i = 0; i < chain->count; i++) {
		struct cert_facts record;

		certfacts_of(&record, v->mem, chain->certs[i]);
		verdict_cert(v, &record);
		digests[i] = record.sha256;
	}
	return digests;
}

void
sigrecord_chain(struct verdict *v, int signature, const struct chain *chain)
{
	struct signature_record *s = &v->signatures.v[signature];

	s->chain = chain_digests(v, chain);
	s->chain_count = chain->count;
	if (chain->count > 0)
		s->signer = cert_subject_text(chain->certs[0]);
}

void
sigrecord_tsa(struct verdict *v, int signature, const struct chain *path)
{
	struct signature_record *s = &v->signatures.v[signature];

	s->tsa_chain = chain_digests(v, path);
	s->tsa_count = path->count;
	if (path->count > 0)
		s->tsa_subject = cert_subject_text(path->certs[0]);
}
