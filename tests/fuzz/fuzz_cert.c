/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates: what is accepted encodes to the same octets again, and its fields are in
 * range.
 */
#include <stdlib.h>

#include "crypto/chain.h"
#include "crypto/dn.h"
#include "crypto/ossl_types.h"

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
fields(const struct cert *c, struct bytes in)
{
	const struct cert_info *info = cert_info(c);
	const unsigned char *end = in.ptr;
	unsigned char *again = NULL;
	X509 *x = d2i_X509(NULL, &end, (long)in.len);
	int n;

	must(x != NULL && end == in.ptr + in.len);
	n = i2d_X509(x, &again);
	must(n >= 0 && bytes_equal(in, bytes_of(again, (size_t)n)));
	OPENSSL_free(again);
	X509_free(x);
	must(bytes_equal(info->der, in));
	must(info->serial.len >= 1 && info->serial.len <= 21);
	must((info->sigalg == SIGALG_NONE) == (info->key_reason != REASON_NONE));
	must(info->ocsp_url_count == 0 || info->has_ocsp);
	must(info->crl_url_count == 0 || info->has_crl);
	must(cert_subject_text(c).ptr != NULL && cert_issuer_text(c).ptr != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ossl *lib;
	struct bytes in = bytes_of(data, size), *list;
	const struct chain *chain;
	struct limits limits;
	struct chains *chains;
	struct certs *certs;
	const struct cert *c;
	struct arena mem;
	struct err err;
	size_t count;
	struct dn dn;

	if (lib == NULL) {
		ossl_process_init();
		lib = ossl_new();
	}
	limits_default(&limits);
	certs = certs_new(lib, &limits);
	chains = chains_new(certs);
	arena_init(&mem, 0);
	if (certs_get(&c, certs, in, NULL, &err) == 0) {
		fields(c, in);
		(void)dn_of_subject(&dn, &mem, c, NULL, &err);
		(void)cert_self_signed(c);
	}
	if (size > 0 && cert_split(&list, &count, &mem, in, NULL, &err) == 0) {
		must(count > 0);
		if (chain_get(
			&chain, chains, list, count, CHAIN_CODE_SIGNING, NULL, &err) == 0)
			must(chain->count == count && chain->reason_at < count);
	}
	arena_clear(&mem);
	chains_free(chains);
	certs_free(certs);
	return 0;
}
