/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that prove nothing good: any algorithm that OpenSSL knows by its number. */
#include "crypto/weaksig.h"

#include <openssl/objects.h>
#include <openssl/rsa.h>

#include "crypto/ossl_types.h"

DEFINE_AUTO(X509_ALGOR, X509_ALGOR_free)
DEFINE_AUTO(RSA_PSS_PARAMS, RSA_PSS_PARAMS_free)
DEFINE_AUTO(EVP_MD, EVP_MD_free)

enum { ALG_MOST = 1024 };

struct weak { /* what the identifier asks for */
	int key, hash, mgf_hash; /* numbers of OpenSSL */
	bool pss;
};

static int
hash_of(const X509_ALGOR *alg, int usual)
{
	const ASN1_OBJECT *oid;

	if (alg == NULL)
		return usual;
	X509_ALGOR_get0(&oid, NULL, NULL, alg);
	return OBJ_obj2nid(oid);
}

/* The hash of MGF1, which is the parameter of the generator's identifier. */
static int
mgf_hash_of(const X509_ALGOR *generator, int usual)
{
	AUTO(X509_ALGOR_free) X509_ALGOR *inner = NULL;
	const unsigned char *at;
	const void *value;
	int type;

	if (generator == NULL)
		return usual;
	X509_ALGOR_get0(NULL, &type, &value, generator);
	if (type != V_ASN1_SEQUENCE || value == NULL)
		return NID_undef;
	at = ASN1_STRING_get0_data(value);
	inner = d2i_X509_ALGOR(NULL, &at, ASN1_STRING_length(value));
	return inner == NULL ? NID_undef : hash_of(inner, usual);
}

/* RSASSA-PSS-params (RFC 4055 section 3.1): what is left out means SHA-1. */
static bool
pss_read(struct weak *w, const X509_ALGOR *alg)
{
	AUTO(RSA_PSS_PARAMS_free) RSA_PSS_PARAMS *params = NULL;
	const unsigned char *at;
	const void *value;
	int type;

	X509_ALGOR_get0(NULL, &type, &value, alg);
	w->pss = true;
	w->key = NID_rsaEncryption;
	w->hash = w->mgf_hash = NID_sha1;
	if (type != V_ASN1_SEQUENCE || value == NULL)
		return type == V_ASN1_UNDEF || type == V_ASN1_NULL;
	at = ASN1_STRING_get0_data(value);
	params = d2i_RSA_PSS_PARAMS(NULL, &at, ASN1_STRING_length(value));
	if (params == NULL)
		return false;
	w->hash = hash_of(params->hashAlgorithm, NID_sha1);
	w->mgf_hash = mgf_hash_of(params->maskGenAlgorithm, NID_sha1);
	return true;
}

static bool
weak_read(struct weak *w, struct bytes der)
{
	AUTO(X509_ALGOR_free) X509_ALGOR *alg = NULL;
	const unsigned char *at = der.ptr;
	int nid;

	if (der.len > ALG_MOST)
		return false;
	alg = d2i_X509_ALGOR(NULL, &at, (long)der.len);
	if (alg == NULL)
		return false;
	nid = hash_of(alg, NID_undef);
	if (nid == NID_rsassaPss)
		return pss_read(w, alg);
	w->key = nid;
	if (nid == NID_ED25519)
		return true;
	return OBJ_find_sigid_algs(nid, &w->hash, &w->key) == 1 && w->hash != NID_undef;
}

static bool
padding_set(EVP_PKEY_CTX *ctx, struct ossl *lib, const struct weak *w)
{
	AUTO(EVP_MD_free) EVP_MD *md = NULL;

	if (!w->pss)
		return true;
	md = EVP_MD_fetch(lib->ctx, OBJ_nid2sn(w->mgf_hash), NULL);
	return md != NULL &&
	       EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_AUTO) == 1;
}

static bool
holds(const struct cert *signer, const struct weak *w, struct bytes message,
    struct bytes signature)
{
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;

	if (ctx == NULL)
		memory_exhausted();
	signer->lib->counts.signatures_checked++;
	return EVP_DigestVerifyInit_ex(ctx, &key_ctx,
		   w->key == NID_ED25519 ? NULL : OBJ_nid2sn(w->hash), signer->lib->ctx,
		   NULL, signer->key, NULL) == 1 &&
	       padding_set(key_ctx, signer->lib, w) &&
	       EVP_DigestVerify(
		   ctx, signature.ptr, signature.len, message.ptr, message.len) == 1;
}

bool
weaksig_check(const struct cert *signer, struct bytes alg, struct bytes message,
    struct bytes signature)
{
	struct weak w = { .key = NID_undef };
	bool yes;

	if (!signer->key_usable)
		return false;
	ossl_forget();
	yes = weak_read(&w, alg) && w.key == EVP_PKEY_get_base_id(signer->key) &&
	      holds(signer, &w, message, signature);
	ossl_forget();
	return yes;
}
