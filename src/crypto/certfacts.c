/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate as plain values. */
#include "crypto/certfacts.h"

#include "codec/hex.h"
#include "crypto/certframe.h"
#include "crypto/dn.h"
#include "crypto/ossl_types.h"

/* BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, ... } (RFC 5280 section 4.2.1.9) */
static bool
says_ca(struct bytes value)
{
	struct cursor top = cursor_of(value), in;
	struct der seq, flag;

	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(&top, &seq);
	return der_take(&flag, &in, DER_STRICT, DER_BOOLEAN) && flag.content.len == 1 &&
	       flag.content.ptr[0] != 0;
}

static bool
is_ca(struct bytes extensions)
{
	struct cursor top = cursor_of(extensions), list;
	struct der_ext e;
	struct der seq;

	if (extensions.len == 0 || !der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return false;
	for (list = der_enter(&top, &seq); !list.failed && list.pos < list.in.len;) {
		if (!der_ext_take(&e, &list))
			return false;
		if (der_ext_is(&e, "\x55\x1d\x13"))
			return says_ca(e.value.content);
	}
	return false;
}

static struct str
hex_of(struct arena *mem, struct bytes data)
{
	char *text = arena_alloc(mem, data.len * 2 + 1);

	hex_encode(text, data);
	return str_of(text);
}

int
certfacts_read(struct cert_facts *out, struct arena *mem, struct bytes der, struct hasher *h,
    const struct limits *limits, struct err *err)
{
	struct cert_frame f;
	const char *key;

	if (der.len > limits->v[LIMIT_CERT_BYTES])
		return err_set(err, REASON_LIMIT_CERT_HIT, NULL, "certificate of %zu bytes",
		    der.len);
	if (certframe_read(&f, der, limits, NULL, err) != 0)
		return -1;
	*out = (struct cert_facts){
		.der = der,
		.subject = dn_text(mem, f.subject.whole),
		.issuer = dn_text(mem, f.issuer.whole),
		.serial = hex_of(mem, f.serial.content),
		.not_before = f.not_before,
		.not_after = f.not_after,
		.signed_with = str_of(f.outer.name),
		.is_ca = is_ca(f.extensions),
	};
	certkey_name(&key, &out->key_bits, f.spki.whole);
	out->key_name = str_of(key);
	hasher_of(h, DIGEST_SHA256, der, &out->sha256);
	hasher_of(h, DIGEST_SHA256, f.spki.whole, &out->spki_sha256);
	return 0;
}

void
certfacts_of(struct cert_facts *out, struct arena *mem, const struct cert *c)
{
	const struct cert_info *info = cert_info(c);

	*out = (struct cert_facts){
		.der = info->der,
		.sha256 = info->sha256,
		.spki_sha256 = info->spki_sha256,
		.subject = cert_subject_text(c),
		.issuer = cert_issuer_text(c),
		.serial = hex_of(mem, info->serial),
		.not_before = info->not_before,
		.not_after = info->not_after,
		.key_name = str_of(info->key_name),
		.signed_with = str_of(info->signed_with),
		.key_bits = info->key_bits,
		.is_ca = info->is_ca,
	};
}
