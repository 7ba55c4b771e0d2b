/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One worker's share of OpenSSL: context, provider, the algorithms that are fetched once.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "crypto/ossl_types.h"

void
ossl_process_init(void)
{
	/* First call into the library: OPENSSL_CONF and openssl.cnf are never read. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
}

struct ossl *
ossl_new(void)
{
	struct ossl *lib = xmalloc(sizeof(*lib));

	*lib = (struct ossl){ 0 };
	lib->ctx = OSSL_LIB_CTX_new();
	if (lib->ctx == NULL)
		memory_exhausted();
	/* By name: a context without any provider would load its fallback in silence. */
	lib->provider = OSSL_PROVIDER_load(lib->ctx, "default");
	lib->md_ctx = EVP_MD_CTX_new();
	if (lib->provider == NULL || lib->md_ctx == NULL)
		memory_exhausted();
	for (int alg = DIGEST_SHA256; alg <= DIGEST_SHA512; alg++) {
		lib->md[alg] = EVP_MD_fetch(
		    lib->ctx, digest_alg_name((enum digest_alg)alg), "provider=default");
		if (lib->md[alg] == NULL)
			memory_exhausted();
		lib->counts.fetched++;
	}
	return lib;
}

void
ossl_free(struct ossl *lib)
{
	if (lib == NULL)
		return;
	for (size_t i = 0; i < COUNT(lib->md); i++)
		EVP_MD_free(lib->md[i]);
	EVP_MD_CTX_free(lib->md_ctx);
	OSSL_PROVIDER_unload(lib->provider);
	OSSL_LIB_CTX_free(lib->ctx);
	free(lib);
}

struct ossl_counts
ossl_counts(const struct ossl *lib)
{
	return lib->counts;
}

const char *
ossl_version(void)
{
	return OpenSSL_version(OPENSSL_FULL_VERSION_STRING);
}
