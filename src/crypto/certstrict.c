/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the Notary Project's own verifier refuses in a certificate, beyond what a strict reader of
 * DER and OpenSSL do: it reads all names and known extensions of every certificate that it meets,
 * needed or not, and one that cannot be read is fatal for the chain, token or store that holds it.
 *
 * Nothing here is about trust. The first fault is kept with its place; certs_get refuses then.
 */
#include <stdarg.h>
#include <stdio.h>

#include "codec/derstr.h"
#include "crypto/ossl_types.h"

enum { POLICIES_MOST = 256, OID_TEXT = 192 };

/* GeneralName (RFC 5280 section 4.2.1.6): those that are looked into. */
enum { NAME_MAIL = 0x81, NAME_DNS = 0x82, NAME_URI = 0x86, NAME_IP = 0x87 };

static bool fault(struct cert *c, enum reason reason, const uint8_t *at, const char *fmt,
    ...) ATTR_PRINTF(4, 5);

/* Keeps the first fault; always false, so that a check is one line. `at` is a view of the DER. */
static bool
fault(struct cert *c, enum reason reason, const uint8_t *at, const char *fmt, ...)
{
	char text[160];
	va_list args;

	if (c->refusal != REASON_NONE)
		return false;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	c->refusal = reason;
	c->refusal_offset = (size_t)(at - c->der.ptr);
	c->refusal_text =
	    arena_printf(&c->mem, "%s at octet %zu", text, c->refusal_offset);
	return false;
}

/* The verifier keeps each part of an OBJECT IDENTIFIER in 31 bits. */
static bool
oid_fits(struct cert *c, const struct der *oid, const char *what)
{
	size_t at;

	return der_oid_small(oid->content, &at) ||
	       fault(c, REASON_CERT_NOT_DER, oid->content.ptr + at,
		   "%s is an OBJECT IDENTIFIER with a part above 2147483647", what);
}

/* Is there more to read? A cursor that failed has nothing. */
static bool
more(const struct cursor *c)
{
	return !c->failed && c->pos < c->in.len;
}

/* --- names --- */

static bool
value_fits(struct cert *c, const char *whose, const struct der *oid,
    const struct der *value)
{
	const char *type = derstr_name(value->tag);
	char text[OID_TEXT];
	size_t at;

	der_oid_text(text, sizeof(text), oid->content);
	if (type == NULL)
		return fault(c, REASON_CERT_NAME, value->whole.ptr,
		    "%s, attribute %s: type %02X, which is no string type of names",
		    whose, text, value->tag);
	if (derstr_ok(value, &at))
		return true;
	if (at == value->content.len)
		return fault(c, REASON_CERT_NAME, value->whole.ptr,
		    "%s, attribute %s: %s of the wrong length", whose, text, type);
	return fault(c, REASON_CERT_NAME, value->content.ptr + at,
	    "%s, attribute %s: %02X may not stand in a %s", whose, text,
	    value->content.ptr[at], type);
}

static bool
rdn_fits(struct cert *c, const char *whose, const struct cursor *outer,
    const struct der *rdn)
{
	struct cursor attrs = der_enter(outer, rdn), in;
	struct der pair, oid, value;

	while (more(&attrs)) {
		der_take(&pair, &attrs, DER_STRICT, DER_SEQUENCE);
		in = der_enter(&attrs, &pair);
		if (!der_take(&oid, &in, DER_STRICT, DER_OID) ||
		    !der_read(&value, &in, DER_STRICT))
			return fault(c, REASON_CERT_NAME, rdn->whole.ptr,
			    "%s is malformed", whose);
		if (!oid_fits(c, &oid, whose) || !value_fits(c, whose, &oid, &value))
			return false;
	}
	return true;
}

static bool
name_fits(struct cert *c, const char *whose, struct bytes name)
{
	struct cursor top = cursor_of(name), rdns;
	struct der seq, rdn;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (rdns = der_enter(&top, &seq); more(&rdns);)
		if (!der_take(&rdn, &rdns, DER_STRICT, DER_SET) ||
		    !rdn_fits(c, whose, &rdns, &rdn))
			return fault(c, REASON_CERT_NAME, name.ptr, "%s is malformed",
			    whose);
	return true;
}

/* --- alternative names and name constraints --- */

static struct str
text_of(const struct der *d)
{
	return (struct str){ (const char *)d->content.ptr, d->content.len };
}

static bool
ia5_fits(struct cert *c, enum reason reason, const struct der *name, const char *what)
{
	size_t at;

	return derstr_ia5(name->content, &at) ||
	       fault(c, reason, name->content.ptr + at,
		   "%s: %02X may not stand in an IA5String", what, name->content.ptr[at]);
}

static bool
alt_name_fits(struct cert *c, const struct der *name)
{
	const enum reason reason = REASON_CERT_ALT_NAME;

	switch (name->tag) {
	case NAME_MAIL:
		return ia5_fits(c, reason, name, "subjectAltName, mail address");
	case NAME_DNS:
		return ia5_fits(c, reason, name, "subjectAltName, DNS name");
	case NAME_URI:
		return ia5_fits(c, reason, name, "subjectAltName, URI") &&
		       (derstr_uri(text_of(name)) ||
			   fault(c, reason, name->whole.ptr,
			       "subjectAltName: malformed URI"));
	case NAME_IP:
		return name->content.len == 4 || name->content.len == 16 ||
		       fault(c, reason, name->whole.ptr,
			   "subjectAltName: IP address of %zu octets", name->content.len);
	default:
		return true;
	}
}

static bool
is_compared(uint8_t tag)
{
	return tag == NAME_MAIL || tag == NAME_DNS || tag == NAME_URI || tag == NAME_IP;
}

static bool
alt_names_fit(struct cert *c, const struct der_ext *e)
{
	struct cursor top = cursor_of(e->value.content), in;
	struct der seq, name;
	bool compared = false;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (in = der_enter(&top, &seq); more(&in);) {
		if (!der_read(&name, &in, DER_STRICT) || !alt_name_fits(c, &name))
			return fault(c, REASON_CERT_ALT_NAME, seq.whole.ptr,
			    "malformed subjectAltName");
		compared = compared || is_compared(name.tag);
	}
	c->only_other_names = c->only_other_names || (e->critical && !compared);
	return true;
}

/* Ones, then zeros. */
static bool
mask_fits(struct bytes mask)
{
	bool zeros = false;

	for (size_t i = 0; i < mask.len * 8; i++) {
		bool one = (mask.ptr[i / 8] >> (7 - i % 8) & 1) != 0;

		if (one && zeros)
			return false;
		zeros = zeros || !one;
	}
	return true;
}

/* The base of a subtree (RFC 5280 section 4.2.1.10). */
static bool
base_fits(const struct der *base)
{
	struct str text = text_of(base);
	size_t at, half = base->content.len / 2;

	if (base->tag == NAME_IP)
		return (half == 4 || half == 16) && base->content.len == 2 * half &&
		       mask_fits(bytes_of(base->content.ptr + half, half));
	if (!is_compared(base->tag))
		return true;
	if (!derstr_ia5(base->content, &at))
		return false;
	if (base->tag == NAME_MAIL && str_find(text, '@') < text.len)
		return derstr_mailbox(text);
	if (base->tag == NAME_URI && derstr_address(text))
		return false;
	return derstr_domain(text, true);
}

static bool
constraints_fit(struct cert *c, const struct der_ext *e)
{
	struct cursor top = cursor_of(e->value.content), lists, trees, in;
	struct der seq, list, tree, base;
	uint8_t next = DER_CONTEXT_CONS(0); /* the lists stand in this order, each once */
	bool any = false;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (lists = der_enter(&top, &seq); more(&lists);) {
		if (!der_read(&list, &lists, DER_STRICT) || list.tag < next)
			return fault(c, REASON_CERT_EXTENSION, seq.whole.ptr,
			    "malformed nameConstraints");
		next = (uint8_t)(list.tag + 1);
		for (trees = der_enter(&lists, &list); more(&trees); any = true) {
			der_take(&tree, &trees, DER_STRICT, DER_SEQUENCE);
			in = der_enter(&trees, &tree);
			if (!der_read(&base, &in, DER_STRICT) || !base_fits(&base))
				return fault(c, REASON_CERT_EXTENSION, tree.whole.ptr,
				    "nameConstraints: malformed base");
			c->only_other_names = c->only_other_names ||
					      (e->critical && !is_compared(base.tag));
		}
	}
	return any || fault(c, REASON_CERT_EXTENSION, seq.whole.ptr,
			  "nameConstraints without a subtree");
}

/* --- the other extensions --- */

/* RFC 5280 section 4.2.1.4: a policy stands once. */
static bool
policies_fit(struct cert *c, const struct der_ext *e)
{
	struct cursor top = cursor_of(e->value.content), list, in;
	struct bytes seen[POLICIES_MOST];
	struct der seq, policy, oid;
	size_t count = 0;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (list = der_enter(&top, &seq); more(&list);) {
		der_take(&policy, &list, DER_STRICT, DER_SEQUENCE);
		in = der_enter(&list, &policy);
		if (!der_take(&oid, &in, DER_STRICT, DER_OID) || count == COUNT(seen))
			return fault(c, REASON_CERT_EXTENSION, policy.whole.ptr,
			    "certificatePolicies: malformed or too many");
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(seen[i], oid.content))
				return fault(c, REASON_CERT_EXTENSION, oid.whole.ptr,
				    "certificatePolicies: policy stands twice");
		seen[count++] = oid.content;
	}
	return true;
}

static bool
purposes_fit(struct cert *c, const struct der_ext *e)
{
	struct cursor top = cursor_of(e->value.content), list;
	struct der seq, oid;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (list = der_enter(&top, &seq); more(&list);)
		if (!der_take(&oid, &list, DER_STRICT, DER_OID) ||
		    !oid_fits(c, &oid, "extendedKeyUsage"))
			return fault(c, REASON_CERT_EXTENSION, seq.whole.ptr,
			    "malformed extendedKeyUsage");
	return true;
}

/* RFC 5280 sections 4.2.1.1, 4.2.1.2 and 4.2.2.1: these are never critical. */
static bool
not_critical(struct cert *c, const struct der_ext *e)
{
	char text[OID_TEXT];

	der_oid_text(text, sizeof(text), e->oid.content);
	return !e->critical || fault(c, REASON_CERT_EXTENSION, e->seq.whole.ptr,
				   "extension %s must not be critical", text);
}

static bool
access_fits(struct cert *c, const struct der_ext *e)
{
	struct cursor top = cursor_of(e->value.content), list, in;
	struct der seq, one, method;

	if (!not_critical(c, e))
		return false;
	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (list = der_enter(&top, &seq); more(&list);) {
		der_take(&one, &list, DER_STRICT, DER_SEQUENCE);
		in = der_enter(&list, &one);
		if (!der_take(&method, &in, DER_STRICT, DER_OID) ||
		    !oid_fits(c, &method, "authorityInfoAccess"))
			return fault(c, REASON_CERT_EXTENSION, one.whole.ptr,
			    "malformed authorityInfoAccess");
	}
	return true;
}

/* A name relative to the issuer (RFC 5280 section 4.2.1.13) is not understood by anybody. */
static bool
points_fit(struct cert *c, const struct der_ext *e)
{
	struct cursor top = cursor_of(e->value.content), list, in, name;
	struct der seq, point, field;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (list = der_enter(&top, &seq); more(&list);) {
		der_take(&point, &list, DER_STRICT, DER_SEQUENCE);
		in = der_enter(&list, &point);
		if (!der_next_is(&in, DER_CONTEXT_CONS(0)))
			continue;
		der_read(&field, &in, DER_STRICT);
		name = der_enter(&in, &field);
		if (!der_next_is(&name, DER_CONTEXT_CONS(0)))
			return fault(c, REASON_CERT_EXTENSION, field.whole.ptr,
			    "cRLDistributionPoints: name relative to the issuer");
	}
	return true;
}

static bool
number_fits(struct cert *c, const struct der *d, const char *what)
{
	return d->content.len <= 8 || fault(c, REASON_CERT_EXTENSION, d->whole.ptr,
					   "%s: number is too large", what);
}

static bool
policy_limits_fit(struct cert *c, const struct der_ext *e)
{
	struct cursor top = cursor_of(e->value.content), in;
	struct der seq, number;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (in = der_enter(&top, &seq); more(&in);)
		if (!der_read(&number, &in, DER_STRICT) ||
		    !number_fits(c, &number, "policyConstraints"))
			return fault(c, REASON_CERT_EXTENSION, seq.whole.ptr,
			    "malformed policyConstraints");
	return true;
}

static bool
any_policy_fits(struct cert *c, const struct der_ext *e)
{
	struct cursor in = cursor_of(e->value.content);
	struct der number;

	return der_read(&number, &in, DER_STRICT) &&
	       number_fits(c, &number, "inhibitAnyPolicy");
}

static const struct {
	const char *oid;
	bool (*fits)(struct cert *c, const struct der_ext *e);
} rows[] = {
	{ "\x55\x1d\x0e", not_critical }, /* subjectKeyIdentifier */
	{ "\x55\x1d\x11", alt_names_fit },
	{ "\x55\x1d\x1e", constraints_fit },
	{ "\x55\x1d\x1f", points_fit },
	{ "\x55\x1d\x20", policies_fit },
	{ "\x55\x1d\x23", not_critical }, /* authorityKeyIdentifier */
	{ "\x55\x1d\x24", policy_limits_fit },
	{ "\x55\x1d\x25", purposes_fit },
	{ "\x55\x1d\x36", any_policy_fits },
	{ "\x2b\x06\x01\x05\x05\x07\x01\x01", access_fits },
};

/* The list and the form of each known value were checked before. */
static bool
extensions_fit(struct cert *c, struct bytes extensions)
{
	struct cursor top = cursor_of(extensions), list;
	struct der_ext e;
	struct der seq;

	if (extensions.len == 0)
		return true;
	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	for (list = der_enter(&top, &seq); more(&list);) {
		if (!der_ext_take(&e, &list) || !oid_fits(c, &e.oid, "extension"))
			return fault(c, REASON_CERT_EXTENSION, seq.whole.ptr,
			    "malformed list of extensions");
		for (size_t i = 0; i < COUNT(rows); i++)
			if (der_ext_is(&e, rows[i].oid) && !rows[i].fits(c, &e))
				return false;
	}
	return true;
}

/* --- the key --- */

#define PREFIX_X962 "\x2a\x86\x48\xce\x3d"
#define OID_RSA BYTES_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_EC BYTES_LIT(PREFIX_X962 "\x02\x01")
#define OID_ED25519 BYTES_LIT("\x2b\x65\x70")
#define OID_DSA BYTES_LIT("\x2a\x86\x48\xce\x38\x04\x01")
#define OID_P256 BYTES_LIT(PREFIX_X962 "\x03\x01\x07")
#define OID_P224 BYTES_LIT("\x2b\x81\x04\x00\x21")
#define OID_P384 BYTES_LIT("\x2b\x81\x04\x00\x22")
#define OID_P521 BYTES_LIT("\x2b\x81\x04\x00\x23")

/* `count` positive INTEGERs; of an RSA key the second, its exponent, is below 2^63. */
static bool
numbers_fit(struct bytes key, size_t count, bool rsa)
{
	struct cursor top = cursor_of(key), in;
	struct der seq, n;

	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(&top, &seq);
	for (size_t i = 0; i < count; i++)
		if (!der_take(&n, &in, DER_STRICT, DER_INTEGER) || n.content.len == 0 ||
		    n.content.ptr[0] >= 0x80 ||
		    (n.content.len == 1 && n.content.ptr[0] == 0) ||
		    (rsa && i == 1 && n.content.len > 8))
			return false;
	return true;
}

static bool
dsa_fits(const struct algid *alg, struct bytes key)
{
	struct cursor top = cursor_of(key);
	struct der y;

	return der_take(&y, &top, DER_STRICT, DER_INTEGER) && y.content.len > 0 &&
	       y.content.ptr[0] < 0x80 && (y.content.len > 1 || y.content.ptr[0] != 0) &&
	       alg->params.tag == DER_SEQUENCE && numbers_fit(alg->params.whole, 3, false);
}

static bool
ec_fits(const struct cert *c, const struct algid *alg, struct bytes key)
{
	struct bytes curve = alg->params.content;

	return alg->params.tag == DER_OID &&
	       (bytes_equal(curve, OID_P256) || bytes_equal(curve, OID_P384) ||
		   bytes_equal(curve, OID_P521) || bytes_equal(curve, OID_P224)) &&
	       c->key != NULL && key.len > 1 && key.ptr[0] == 0x04;
}

/* A key of a kind that the verifier knows must be one; of others it looks at nothing. */
static bool
key_fits(const struct cert *c, struct bytes spki)
{
	struct cursor top = cursor_of(spki), in;
	struct der seq, bits;
	struct bytes key;
	struct algid alg;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	in = der_enter(&top, &seq);
	if (!algid_read(&alg, &in, DER_STRICT) ||
	    !der_take(&bits, &in, DER_STRICT, DER_BIT_STRING) || !der_bits(&key, &bits))
		return false;
	if (bytes_equal(alg.oid, OID_RSA))
		return alg.params.tag == DER_NULL && numbers_fit(key, 2, true);
	if (bytes_equal(alg.oid, OID_EC))
		return ec_fits(c, &alg, key);
	if (bytes_equal(alg.oid, OID_ED25519))
		return alg.params.tag == 0 && key.len == 32;
	if (bytes_equal(alg.oid, OID_DSA))
		return dsa_fits(&alg, key);
	return true;
}

static bool
algorithm_fits(struct cert *c, struct bytes whole)
{
	struct cursor top = cursor_of(whole), in;
	struct der seq, oid, params;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	in = der_enter(&top, &seq);
	der_take(&oid, &in, DER_STRICT, DER_OID);
	if (!oid_fits(c, &oid, "algorithm"))
		return false;
	if (der_done(&in))
		return true;
	/* Numbers of tags above 30 are not read. */
	return (der_read(&params, &in, DER_STRICT) && (params.tag & 0x1f) != 0x1f) ||
	       fault(c, REASON_CERT_NOT_DER, seq.whole.ptr,
		   "parameters of an algorithm with a high tag");
}

void
certstrict_frame(struct cert *c, const struct cert_parts *parts)
{
	struct cursor spki = cursor_of(parts->spki), in;
	struct der seq, alg;

	der_take(&seq, &spki, DER_STRICT, DER_SEQUENCE);
	in = der_enter(&spki, &seq);
	(void)(algorithm_fits(c, parts->signature_alg) &&
	       name_fits(c, "issuer", c->info.issuer_der) &&
	       name_fits(c, "subject", c->info.subject_der) &&
	       der_take(&alg, &in, DER_STRICT, DER_SEQUENCE) &&
	       algorithm_fits(c, alg.whole));
}

void
certstrict_content(struct cert *c, const struct cert_parts *parts)
{
	c->info.key_unreadable = !key_fits(c, parts->spki);
	(void)extensions_fit(c, parts->extensions);
}
