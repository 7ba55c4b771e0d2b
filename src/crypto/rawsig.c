/* SPDX-License-Identifier: Apache-2.0 */
/* One signature over some octets, by the key of a certificate. */
#include "crypto/rawsig.h"

#include <openssl/rsa.h>
#include <stdlib.h>

#include "codec/der.h"
#include "crypto/ossl_types.h"

/* Room for a DER ECDSA-Sig-Value over P-521: two INTEGERs of 67 octets, three headers. */
enum { ECDSA_DER_MOST = 160, DER_HEADER_MOST = 3 };

/*
 * The context of this key for this kind of signature. Preparing one costs as much as
 * hashing the message, so that the certificate keeps the last one.
 */
static EVP_PKEY_CTX *
context_of(const struct cert *c, enum rawsig_kind kind, enum digest_alg hash)
{
	AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = NULL;
	struct cert_verifier *v = &c->cache->verifier;
	const EVP_MD *md = c->lib->md[hash];

	if (v->ctx != NULL && v->kind == kind && v->hash == hash)
		return v->ctx;
	ctx = EVP_PKEY_CTX_new_from_pkey(c->lib->ctx, c->key, NULL);
	if (ctx == NULL)
		memory_exhausted();
	if (EVP_PKEY_verify_init(ctx) != 1)
		return NULL;
	if (kind == RAWSIG_PKCS1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1)
		return NULL;
	if (kind == RAWSIG_PSS &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1)
		return NULL;
	if (EVP_PKEY_CTX_set_signature_md(ctx, md) != 1)
		return NULL;
	/*
	 * RFC 7518 section 3.5: MGF1 with the same hash, salt as long as the hash,
	 * neither guessed.
	 */
	if (kind == RAWSIG_PSS &&
	    (EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) != 1 ||
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)digest_len(hash)) != 1))
		return NULL;
	EVP_PKEY_CTX_free(v->ctx);
	*v = (struct cert_verifier){ TAKE(ctx), kind, hash };
	return v->ctx;
}

static bool
hash_parts(struct digest *out, struct ossl *lib, enum digest_alg alg,
    const struct bytes *parts, size_t count)
{
	unsigned len = 0;

	*out = (struct digest){ .alg = alg };
	if (EVP_DigestInit_ex2(lib->md_ctx, lib->md[alg], NULL) != 1)
		return false;
	for (size_t i = 0; i < count; i++)
		if (parts[i].len > 0 &&
		    EVP_DigestUpdate(lib->md_ctx, parts[i].ptr, parts[i].len) != 1)
			return false;
	return EVP_DigestFinal_ex(lib->md_ctx, out->value, &len) == 1 &&
	       len == digest_len(alg);
}

static bool
verify(const struct cert *c, enum rawsig_kind kind, enum digest_alg hash,
    const struct bytes *parts, size_t count, struct bytes signature)
{
	struct digest digest;
	EVP_PKEY_CTX *ctx;
	bool yes;

	ossl_forget();
	ctx = context_of(c, kind, hash);
	if (ctx == NULL || !hash_parts(&digest, c->lib, hash, parts, count)) {
		ossl_forget();
		return false;
	}
	c->lib->counts.signatures_checked++;
	yes = EVP_PKEY_verify(
		  ctx, signature.ptr, signature.len, digest.value, digest_len(hash)) == 1;
	ossl_forget();
	return yes;
}

static bool
all_zero(struct bytes v)
{
	for (size_t i = 0; i < v.len; i++)
		if (v.ptr[i] != 0)
			return false;
	return true;
}

/* Appends INTEGER `v`, an unsigned number, in its shortest form. */
static size_t
integer_put(uint8_t *out, struct bytes v)
{
	size_t pad;

	while (v.len > 1 && v.ptr[0] == 0)
		v = bytes_of(v.ptr + 1, v.len - 1);
	pad = v.ptr[0] >= 0x80;
	out[0] = DER_INTEGER;
	out[1] = (uint8_t)(v.len + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, v.ptr, v.len);
	return 2 + pad + v.len;
}

/*
 * r and s as plain octets of the field's length (RFC 7518 section 3.4) to the DER that
 * OpenSSL takes. Zero is refused here; values from the group's order on are refused by
 * OpenSSL.
 */
static struct bytes
ecdsa_der(uint8_t out[ECDSA_DER_MOST], struct bytes signature)
{
	struct bytes r = bytes_of(signature.ptr, signature.len / 2);
	struct bytes s = bytes_of(signature.ptr + r.len, signature.len - r.len);
	size_t len = DER_HEADER_MOST, head;

	if (all_zero(r) || all_zero(s))
		return (struct bytes){ NULL, 0 };
	len += integer_put(out + len, r);
	len += integer_put(out + len, s);
	len -= DER_HEADER_MOST;
	head = len < 0x80 ? 2 : 3;
	out += DER_HEADER_MOST - head;
	out[0] = DER_SEQUENCE;
	if (head == 3)
		out[1] = 0x81;
	out[head - 1] = (uint8_t)len;
	return bytes_of(out, head + len);
}

bool
rawsig_check(const struct cert *signer, const struct bytes *parts, size_t count,
    struct bytes signature)
{
	const struct sigalg_row *row = sigalg_row(signer->info.sigalg);
	uint8_t room[ECDSA_DER_MOST];

	if (row == NULL || !signer->key_usable || signature.len != row->signature_len)
		return false;
	if (row->rsa)
		return verify(signer, RAWSIG_PSS, row->hash, parts, count, signature);
	signature = ecdsa_der(room, signature);
	return signature.len > 0 &&
	       verify(signer, RAWSIG_ECDSA_DER, row->hash, parts, count, signature);
}

bool
rawsig_check_cms(const struct cert *signer, enum rawsig_kind kind, enum digest_alg hash,
    struct bytes message, struct bytes signature)
{
	enum key_kind wanted = kind == RAWSIG_ECDSA_DER ? KEY_EC : KEY_RSA;

	if (!signer->key_usable || signer->info.key != wanted || digest_len(hash) == 0)
		return false;
	/* RFC 8017 section 8: an RSA signature is as long as the modulus. */
	if (wanted == KEY_RSA && signature.len != (signer->info.key_bits + 7) / 8)
		return false;
	return verify(signer, kind, hash, &message, 1, signature);
}
