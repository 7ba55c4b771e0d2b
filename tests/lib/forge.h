/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_FORGE_H
#define TESTS_LIB_FORGE_H
/*
 * Makes what assay judges: certificates, Notary Project envelopes, RFC 3161 tokens and OCI
 * layouts, right ones and wrong ones. It shares no code with src/ beyond base/, so that a test
 * never compares a mistake with itself.
 *
 * Everything made belongs to the struct forge and lives until forge_free(). Nothing here can
 * fail: a wrong call ends the program with a line that says which. Keys are committed test keys
 * (fixtures/keys), serial numbers and dates are given by the caller; only PSS salts and ECDSA
 * nonces are random. A zero in a spec always means the ordinary, valid thing, so a test names
 * nothing but the defect it is about.
 */
#include <openssl/evp.h>
#include <openssl/x509v3.h> /* KU_* bits */

#include "base/arena.h"
#include "base/buf.h"

struct forge;
struct forge *forge_new(void);
void forge_free(struct forge *f);
struct arena *forge_mem(struct forge *f);
ATTR_NORETURN void forge_die(const char *fmt, ...) ATTR_PRINTF(1, 2);

/* The committed key "$srcdir/fixtures/keys/NAME.pem" (rsa2048, p256, ca, tsa ...). Read once. */
EVP_PKEY *forge_key(struct forge *f, const char *name);
/* A new key for what must be refused: "RSA-1024", "P-224", "secp256k1", "ED25519" ... */
EVP_PKEY *forge_key_new(struct forge *f, const char *kind);

/* --- bytes ------------------------------------------------------------------------------ */

struct bytes forge_text(const char *text); /* a view of a C string */
/* A copy with bits `mask` (0: the lowest) of the byte at `at` turned. */
struct bytes forge_flip(struct forge *f, struct bytes in, size_t at, uint8_t mask);
/* Offset behind the first `text` in `in`; ends the program if it is not there. */
size_t forge_after(struct bytes in, const char *text);
struct str forge_base64(struct forge *f, struct bytes in); /* standard, padded */
struct str forge_base64url(struct forge *f, struct bytes in); /* no padding */
/* hash: "SHA256", "SHA384", "SHA512", "SHA1" */
struct bytes forge_hash(struct forge *f, const char *hash, struct bytes in);
struct str forge_hex(struct forge *f, struct bytes in);
struct str forge_json(struct forge *f, const char *text); /* quoted and escaped */
/* One DER value from `count` parts, each a struct bytes. */
struct bytes forge_der(struct forge *f, uint8_t tag, size_t count, ...);
struct bytes forge_der_oid(struct forge *f, const char *oid); /* dotted */
struct bytes forge_der_uint(struct forge *f, uint8_t tag, uint64_t value);
/* RFC 3339 "2024-02-01T00:00:00Z" or "2024-02-01" as "20240201000000Z", a fraction kept. */
const char *forge_asn1_time(struct forge *f, const char *when);

/* --- certificates (forge_cert.c) -------------------------------------------------------- */

enum forge_basic { FORGE_BASIC_NONE, FORGE_BASIC_CA, FORGE_BASIC_LEAF };

struct forge_ext {
	const char *oid;
	bool critical;
	struct bytes der; /* the value inside the OCTET STRING */
};

struct forge_cert {
	const char *subject; /* "C=US,ST=WA,O=Example,CN=leaf"; "+" joins, "\" escapes */
	EVP_PKEY *key; /* the subject's */
	struct bytes issuer; /* issuing certificate; empty: issuer name = subject */
	EVP_PKEY *issuer_key; /* NULL: `key`, that is self-signed */
	const char *issuer_name; /* instead of the name in `issuer` */
	const char *not_before,
	    *not_after; /* NULL: 2024-01-01 and 2049-12-31T23:59:59Z */
	uint64_t serial; /* 0: 1 */
	bool long_serial; /* of 21 octets instead */
	const char *hash; /* NULL: "SHA256" */
	bool pss; /* RSASSA-PSS instead of PKCS #1 v1.5 */
	bool version1; /* no extensions at all */
	enum forge_basic basic;
	bool basic_lax, has_path_len; /* lax: not critical */
	unsigned path_len;
	unsigned key_usage; /* KU_* of x509v3.h; 0: no extension */
	bool key_usage_lax;
	const char *eku; /* "codeSigning,1.2.3.4"; NULL: no extension */
	bool eku_critical;
	const char *crl_url, *delta_url, *ocsp_url;
	bool no_key_ids; /* neither subject nor authority key identifier */
	const struct forge_ext *extra;
	size_t extra_count;
	bool break_signature; /* last bit turned */
};

/* DER. */
struct bytes forge_cert(struct forge *f, const struct forge_cert *spec);

/* Ordinary specs to start from. `issuer` and `issuer_key` as above. */
struct forge_cert forge_cert_root(EVP_PKEY *key, const char *subject);
struct forge_cert forge_cert_ca(
    EVP_PKEY *key, const char *subject, struct bytes issuer, EVP_PKEY *issuer_key);
struct forge_cert forge_cert_leaf(
    EVP_PKEY *key, const char *subject, struct bytes issuer, EVP_PKEY *issuer_key);
struct forge_cert forge_cert_tsa(
    EVP_PKEY *key, const char *subject, struct bytes issuer, EVP_PKEY *issuer_key);

struct forge_chain { /* leaf first */
	EVP_PKEY *key; /* the leaf's */
	struct bytes cert[4];
	size_t count;
};
/* Leaf (or TSA), intermediate and root, all ordinary, over the committed keys ca and ca-sub. */
struct forge_chain forge_chain(struct forge *f, EVP_PKEY *leaf, const char *organization);
struct forge_chain forge_chain_tsa(
    struct forge *f, EVP_PKEY *leaf, const char *organization);
struct str forge_pem(struct forge *f, struct bytes cert);

/* --- tokens (forge_token.c) ------------------------------------------------------------- */

enum forge_ess { FORGE_ESS_V2, FORGE_ESS_V1, FORGE_ESS_NONE };

struct forge_token {
	const struct forge_chain *tsa;
	const char *time; /* genTime, RFC 3339 with any fraction; NULL: 2024-02-01 */
	unsigned seconds, millis, micros; /* accuracy; 0: left out */
	const char *policy; /* NULL: 1.3.6.1.4.1.32473.1 */
	uint64_t serial; /* 0: 1 */
	const char *imprint_hash; /* NULL: SHA256 */
	const char *hash; /* of the SignerInfo; NULL: SHA256 */
	bool pss; /* signatureAlgorithm RSASSA-PSS */
	bool named_sigalg; /* sha256WithRSAEncryption instead of rsaEncryption */
	enum forge_ess ess;
	const char *ess_hash; /* NULL: SHA256; written only if it is another */
	bool ess_issuer_serial;
	struct bytes ess_cert; /* certificate that is named; empty: the signer's */
	const char *signing_time; /* attribute; NULL: left out */
	unsigned info_version, data_version, signer_version; /* 0: 1, 3, 1 */
	bool no_certs, no_signer, two_signers, no_attrs;
	const char *content_type; /* eContentType; NULL: id-ct-TSTInfo */
	struct bytes info_extra; /* DER behind the last field of TSTInfo */
	struct bytes attrs_extra; /* DER of further signed attributes */
	/* Instead of the whole TSTInfo, and of all that stands in signedAttrs: signed as they are. */
	struct bytes info_raw, attrs_raw;
	bool break_imprint, break_digest, break_signature;
	struct bytes trailer; /* after the outer value */
};

/* A TimeStampToken (ContentInfo) over `message`. */
struct bytes forge_token(
    struct forge *f, const struct forge_token *spec, struct bytes message);

/* --- envelopes (forge_envelope.c) ------------------------------------------------------- */

struct forge_target {
	const char *media_type; /* NULL: OCI image manifest */
	const char *digest; /* "sha256:..." */
	uint64_t size;
	const char *annotations; /* a JSON object; NULL: none */
};
/* Notary Project payload, JSON. */
struct bytes forge_payload(struct forge *f, const struct forge_target *t);

enum forge_form { FORGE_JWS, FORGE_COSE };
enum forge_part {
	FORGE_PART_NONE,
	FORGE_PART_PAYLOAD,
	FORGE_PART_PROTECTED,
	FORGE_PART_SIGNATURE,
	FORGE_PART_CHAIN,
	FORGE_PART_TOKEN
};
enum forge_sigform { FORGE_SIG_RIGHT, FORGE_SIG_PKCS1, FORGE_SIG_DER };

struct forge_header { /* a further protected header */
	const char *name;
	const char *json; /* its value in a JWS, as text */
	struct bytes cbor; /* its value in COSE; empty: the text string `json` */
	bool critical;
};

struct forge_envelope {
	enum forge_form form;
	struct bytes payload;
	const struct forge_chain *signer;
	const char *scheme; /* NULL: notary.x509 */
	const char *signing_time; /* NULL: 2024-01-15T12:00:00Z; header by scheme */
	const char *expiry; /* NULL: none */
	const char *content_type; /* NULL: the Notary Project payload */
	const char *alg; /* name to write; NULL: what the key demands */
	int64_t cose_alg; /* the same for COSE; 0: what the key demands */
	const char *plugin, *plugin_min;
	const struct forge_header *extra;
	size_t extra_count;
	const char *agent; /* signingAgent; NULL: none */
	const struct forge_token *token; /* made over the signature */
	struct bytes token_raw; /* or these bytes */
	enum forge_sigform sigform;
	int salt; /* PSS salt octets; 0: hash length; -1: none */
	bool no_alg, no_content_type, no_crit, no_scheme, no_time, no_chain;
	const char *const *crit; /* NULL-ended list instead of the right one */
	struct bytes protected_raw; /* instead of the whole protected header */
	const char *outer_extra; /* JWS: ",\"name\":value" behind the last outer member */
	const char *header_extra; /* JWS: the same in the unprotected header */
	/* After signing, one byte of one part is changed, at `flip_at` or before flip_after. */
	enum forge_part flip;
	size_t flip_at;
	const char *flip_near; /* the last byte of this text; NULL: flip_at */
};

struct bytes forge_envelope(struct forge *f, const struct forge_envelope *spec);
const char *forge_envelope_type(enum forge_form form); /* layer media type */

/* A signature as the envelopes hold it: PSS, or r and s side by side. */
struct bytes forge_sign(struct forge *f, EVP_PKEY *key, struct bytes message,
    enum forge_sigform form, int salt);
/* Hash that the Notary Project ties to the key: "SHA256" for RSA 2048 and P-256 ... */
const char *forge_key_hash(EVP_PKEY *key);

/* --- layouts (forge_layout.c) ----------------------------------------------------------- */

struct forge_desc {
	const char *media_type;
	struct str digest; /* "sha256:..." */
	uint64_t size;
};

struct forge_layout;
/* Makes `dir` (its parent must be there) with oci-layout and blobs/. */
struct forge_layout *forge_layout_new(struct forge *f, const char *dir);
/* From here on, memory for what is added comes from `f`: lets a large layout be made in steps,
 * with a forge per step. */
void forge_layout_memory(struct forge_layout *l, struct forge *f);
/* Writes index.json. */
void forge_layout_end(struct forge_layout *l);

struct forge_desc forge_blob(
    struct forge_layout *l, const char *media_type, struct bytes data);
/* {"mediaType":...,"digest":...,"size":...} with further members if `extra` (",..."). */
struct str forge_desc_json(
    struct forge *f, const struct forge_desc *d, const char *extra);
/* An OCI image of one config and `count` layers, taken as uncompressed; `salt` makes images
 * differ. */
struct forge_desc forge_image(struct forge_layout *l, const char *salt,
    const struct forge_desc *layers, size_t count);
/* An OCI image index over `children`. */
struct forge_desc forge_index(
    struct forge_layout *l, const struct forge_desc *children, size_t count);

struct forge_referrer {
	struct forge_desc subject;
	enum forge_form form;
	struct bytes envelope;
	const struct forge_chain *signer; /* for the thumbprint annotation; NULL: none */
	bool legacy; /* no artifactType, config names the type */
	const char *created; /* annotation; NULL: 2024-01-15T12:00:00Z */
};
/* A signature manifest as `notation` pushes it. */
struct forge_desc forge_referrer(struct forge_layout *l, const struct forge_referrer *r);
/* Referrers tag index: an image index named "sha256-<hex>" in index.json. */
void forge_referrers_tag(struct forge_layout *l, const struct forge_desc *subject,
    const struct forge_desc *referrers, size_t count);

/* One entry of index.json. `name`: full name ("registry/repository:tag"), written as
 * io.containerd.image.name with the tag as org.opencontainers.image.ref.name; NULL: no name. */
void forge_entry(struct forge_layout *l, const struct forge_desc *d, const char *name);
/* Overwrites a blob in place: what a tamperer does. */
void forge_tamper(struct forge_layout *l, const struct forge_desc *d, struct bytes data);
/* Writes `data` to "dir/name", making no folder. */
void forge_write(const char *dir, const char *name, struct bytes data);
void forge_mkdir(const char *path);

#endif
