/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation of a chain while there is no revocation data: named pointers make it unknown. */
#include "verify/revoked.h"

#include <stdlib.h>

#include "codec/hex.h"
#include "codec/jsonout.h"

struct revoker {
	const struct revdata *data;
	struct certs *certs;
	struct hasher *hasher;
	const struct limits *limits;
};

struct revoker *
revoker_new(const struct revdata *data, struct certs *certs, struct hasher *hasher,
    const struct limits *limits)
{
	struct revoker *r = xmalloc(sizeof(*r));

	*r = (struct revoker){ data, certs, hasher, limits };
	return r;
}

void
revoker_free(struct revoker *r)
{
	free(r);
}

static const char *
method(const struct cert_info *c)
{
	if (c->has_ocsp)
		return c->has_crl ? "ocsp, crl" : "ocsp";
	return c->has_crl || c->has_freshest ? "crl" : "none";
}

static struct str
pointer_of(const struct cert_info *c)
{
	if (c->crl_url_count > 0)
		return c->crl_urls[0];
	return c->ocsp_url_count > 0 ? c->ocsp_urls[0] : STR("");
}

static void
describe(struct jsonout *out, struct arena *mem, const struct cert *cert)
{
	const struct cert_info *c = cert_info(cert);
	char *serial = arena_alloc(mem, c->serial.len * 2 + 1);

	hex_encode(serial, c->serial);
	jsonout_object_begin(out, NULL);
	jsonout_str(out, "subject", cert_subject_text(cert));
	jsonout_str(out, "serial", str_of(serial));
	jsonout_str(out, "method", str_of(method(c)));
	jsonout_str(out, "result",
	    strcmp(method(c), "none") == 0 ? STR("non-revokable") : STR("no-data"));
	if (pointer_of(c).len > 0)
		jsonout_str(out, "pointer", pointer_of(c));
	jsonout_object_end(out);
}

void
revoked_chain(struct revoked_result *result, struct revoker *r, struct arena *mem,
    const struct revoked_question *q)
{
	const struct chain *chain = q->chain;
	AUTO(buf_clear) struct buf text = { .max = (size_t)4 << 20 };
	struct jsonout out;

	*result = (struct revoked_result){ .result = REVOCATION_GOOD, .detail = STR("no certificate names revocation data") };
	(void)r;
	jsonout_init(&out, &text, NULL, NULL, false);
	jsonout_object_begin(&out, NULL);
	jsonout_array_begin(&out, "certificates");
	for (size_t i = 0; i + 1 < chain->count; i++) {
		const struct cert_info *c = cert_info(chain->certs[i]);

		describe(&out, mem, chain->certs[i]);
		if (strcmp(method(c), "none") == 0 || result->result != REVOCATION_GOOD)
			continue;
		result->result = REVOCATION_UNKNOWN;
		result->at = i;
		result->reason = REASON_REVOCATION_NO_DATA;
		result->detail = arena_printf(mem, "no revocation data for %.*s (%.*s)",
		    STR_ARG(cert_subject_text(chain->certs[i])), STR_ARG(pointer_of(c)));
	}
	jsonout_array_end(&out);
	jsonout_object_end(&out);
	/* Too much to tell: an absent text, never half a document. */
	if (text.full)
		return;
	result->data = arena_str(mem, (struct str){ (const char *)text.ptr, text.len });
}
