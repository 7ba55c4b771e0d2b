/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCSP responses: parse, then ask each certificate inside whether it is the issuer.
 * Parsed views stay inside the input, what is read is what OpenSSL writes again, and only
 * a certificate that is the issuer, or that it signed for OCSPSigning, is ever the
 * responder.
 */
#include <openssl/ocsp.h>
#include <stdlib.h>

#include "crypto/ocsp.h"

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
inside(struct bytes part, struct bytes whole)
{
	must(part.len == 0 ||
	     (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len));
}

static void
views(const struct ocsp *o, struct bytes in)
{
	inside(o->tbs, in);
	inside(o->signature_alg, in);
	inside(o->signature, in);
	inside(o->responder_name, in);
	inside(o->responder_key, in);
	must((o->responder_name.len > 0) != (o->responder_key.len > 0));
	for (size_t i = 0; i < o->cert_count; i++)
		inside(o->certs[i], in);
	must(o->single_count > 0);
	for (size_t i = 0; i < o->single_count; i++) {
		const struct ocsp_single *s = &o->singles[i];

		inside(s->issuer_name_hash, in);
		inside(s->issuer_key_hash, in);
		inside(s->serial, in);
		must(s->serial.len > 0 && s->reason <= 10);
		must(!(s->hash_sha1 && s->hash != DIGEST_NONE));
		must(
		    !s->has_next_update || when_cmp(s->this_update, s->next_update) <= 0);
	}
}

/* What our reader accepts means the same to OpenSSL, if that can read it at all. */
static void
same(const struct ocsp *o)
{
	const unsigned char *at = o->der.ptr;
	OCSP_RESPONSE *r = d2i_OCSP_RESPONSE(NULL, &at, (long)o->der.len);
	OCSP_BASICRESP *b = r == NULL ? NULL : OCSP_response_get1_basic(r);

	if (b != NULL) {
		must(at == o->der.ptr + o->der.len);
		must(OCSP_response_status(r) == OCSP_RESPONSE_STATUS_SUCCESSFUL);
		must((size_t)OCSP_resp_count(b) == o->single_count);
		for (size_t i = 0; i < o->single_count; i++)
			must(OCSP_single_get0_status(OCSP_resp_get0(b, (int)i), NULL,
				 NULL, NULL, NULL) == (int)o->singles[i].status);
	}
	OCSP_BASICRESP_free(b);
	OCSP_RESPONSE_free(r);
}

static void
judge(const struct ocsp *o, struct ossl *lib, const struct limits *limits)
{
	struct certs *certs = certs_new(lib, limits);
	const struct cert *issuer, *leaf, *who;
	char detail[160];
	struct when time = o->singles[0].this_update;

	for (size_t i = 0; i < o->cert_count; i++) {
		if (certs_get(&issuer, certs, o->certs[i], NULL, NULL) != 0)
			continue;
		for (size_t n = 0; n < o->cert_count; n++)
			if (certs_get(&leaf, certs, o->certs[n], NULL, NULL) == 0 &&
			    ocsp_answers(&o->singles[0], leaf, issuer))
				must(bytes_equal(
				    cert_info(leaf)->serial, o->singles[0].serial));
		if (ocsp_responder(&who, o, certs, issuer, time, detail,
			sizeof(detail)) == REASON_NONE)
			must(!o->weak &&
			     (who == issuer || ((cert_info(who)->eku & EKU_OCSP) != 0 &&
						   cert_signed_by(who, issuer))));
		else
			must(who == NULL);
	}
	certs_free(certs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hasher *hasher;
	static struct ossl *lib;
	struct bytes in = bytes_of(data, size);
	struct limits limits;
	struct arena mem;
	struct err err;
	struct ocsp o;

	if (lib == NULL) {
		ossl_process_init();
		lib = ossl_new();
		hasher = hasher_new(lib);
	}
	limits_default(&limits);
	arena_init(&mem, 0);
	if (ocsp_parse(&o, &mem, in, hasher, &limits, NULL, &err) == 0) {
		views(&o, in);
		same(&o);
		judge(&o, lib, &limits);
	}
	arena_clear(&mem);
	return 0;
}
