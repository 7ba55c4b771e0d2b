/* SPDX-License-Identifier: Apache-2.0 */
/* JWS envelopes of which a test has every part in its hand. */
#include "tests/lib/handmade.h"

#include <openssl/rsa.h>

const char *
handmade_protected(struct forge *f, const char *alg)
{
	return arena_printf(forge_mem(f),
	    "{\"alg\":\"%s\",\"crit\":[\"io.cncf.notary.signingScheme\"],"
	    "\"cty\":\"application/vnd.cncf.notary.payload.v1+json\","
	    "\"io.cncf.notary.signingScheme\":\"notary.x509\","
	    "\"io.cncf.notary.signingTime\":\"2024-01-15T12:00:00Z\"}",
	    alg)
	    .ptr;
}

struct bytes
handmade_input(struct forge *f, const char *protected, struct bytes payload)
{
	return str_bytes(arena_printf(forge_mem(f), "%s.%s",
	    forge_base64url(f, forge_text(protected)).ptr,
	    forge_base64url(f, payload).ptr));
}

struct bytes
handmade_rsa(
    struct forge *f, EVP_PKEY *key, const struct handmade_rsa *how, struct bytes message)
{
	const char *hash = how->hash == NULL ? "SHA256" : how->hash;
	uint8_t *out = arena_alloc(forge_mem(f), 1024);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;
	size_t len = 1024;
	bool fine = EVP_DigestSignInit_ex(ctx, &pctx, hash, NULL, NULL, key, NULL) == 1;

	if (fine && !how->pkcs1)
		fine = EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, how->salt) == 1 &&
		       EVP_PKEY_CTX_set_rsa_mgf1_md_name(
			   pctx, how->mgf == NULL ? hash : how->mgf, NULL) == 1;
	if (!fine || EVP_DigestSign(ctx, out, &len, message.ptr, message.len) != 1)
		forge_die("handmade: cannot sign");
	EVP_MD_CTX_free(ctx);
	return bytes_of(out, len);
}

struct bytes
handmade_jws(struct forge *f, const struct handmade_jws *j)
{
	AUTO(buf_clear) struct buf b = { .max = (size_t)1 << 20 };

	buf_printf(&b, "{\"payload\":\"%s\",\"protected\":\"%s\",\"header\":{\"x5c\":[",
	    forge_base64url(f, j->payload).ptr,
	    forge_base64url(f, forge_text(j->protected)).ptr);
	for (size_t i = 0; i < j->signer->count; i++)
		buf_printf(&b, "%s\"%s\"", i == 0 ? "" : ",",
		    forge_base64(f, j->signer->cert[i]).ptr);
	buf_text(&b, "]");
	if (j->token.len > 0)
		buf_printf(&b, ",\"io.cncf.notary.timestampSignature\":\"%s\"",
		    forge_base64(f, j->token).ptr);
	buf_printf(&b, "},\"signature\":\"%s\"}", forge_base64url(f, j->signature).ptr);
	return arena_bytes(forge_mem(f), buf_bytes(&b));
}
