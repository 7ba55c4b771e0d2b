/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The extensions of a certificate (RFC 5280 section 4.2).
 *
 * The list is walked by our own reader: it sees what repeats and what is critical and
 * unknown. The value of each known extension is scanned as DER and then decoded by
 * OpenSSL; a known extension that cannot be decoded is a refusal, never "absent".
 */
#include "codec/der.h"
#include "crypto/ossl_types.h"

enum { URLS_MOST = 32, URL_BYTES_MOST = 2048, EKUS_MOST = 64, EXTS_SEEN_MOST = 64 };

/* Takes the decoded value; false: the value makes no sense. */
typedef bool ext_fn(struct cert *c, void *value, bool critical);

static bool
take_basic(struct cert *c, void *value, bool critical)
{
	const BASIC_CONSTRAINTS *bc = value;
	int64_t len;

	c->info.has_bc = true;
	c->info.bc_critical = critical;
	c->info.is_ca = bc->ca != 0;
	if (bc->pathlen == NULL)
		return true;
	if (ASN1_INTEGER_get_int64(&len, bc->pathlen) != 1 || len < 0)
		return false;
	c->info.path_len = len;
	return true;
}

static bool
take_usage(struct cert *c, void *value, bool critical)
{
	const ASN1_BIT_STRING *bits = value;

	c->info.has_ku = true;
	c->info.ku_critical = critical;
	for (int i = 0; i < 9; i++)
		if (ASN1_BIT_STRING_get_bit(bits, i) != 0)
			c->info.ku |= 1u << i;
	/* RFC 5280 section 4.2.1.3: at least one bit is set; there are nine. */
	return c->info.ku != 0 && ASN1_STRING_length(bits) <= 2 &&
	       (ASN1_STRING_length(bits) < 2 ||
		   (ASN1_STRING_get0_data(bits)[1] & 0x7f) == 0);
}

static unsigned
eku_bit(const ASN1_OBJECT *oid)
{
	static const struct {
		int nid;
		unsigned bit;
	} known[] = {
		{ NID_server_auth, EKU_SERVER },
		{ NID_client_auth, EKU_CLIENT },
		{ NID_code_sign, EKU_CODE },
		{ NID_email_protect, EKU_EMAIL },
		{ NID_time_stamp, EKU_TIME },
		{ NID_OCSP_sign, EKU_OCSP },
		{ NID_anyExtendedKeyUsage, EKU_ANY },
	};
	int nid = OBJ_obj2nid(oid);

	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].nid == nid)
			return known[i].bit;
	return EKU_UNKNOWN;
}

static bool
take_extended(struct cert *c, void *value, bool critical)
{
	const EXTENDED_KEY_USAGE *list = value;
	int n = sk_ASN1_OBJECT_num(list);

	c->info.has_eku = true;
	c->info.eku_critical = critical;
	if (n < 1 || n > EKUS_MOST)
		return false;
	c->info.eku_count = (size_t)n;
	for (int i = 0; i < n; i++)
		c->info.eku |= eku_bit(sk_ASN1_OBJECT_value(list, i));
	return true;
}

static bool
take_constraints(struct cert *c, void *value, bool critical ATTR_UNUSED)
{
	c->info.has_name_constraints = true;
	/* RFC 5280 section 4.2.1.10: not an empty sequence. */
	return value != NULL &&
	       (((NAME_CONSTRAINTS *)value)->permittedSubtrees != NULL ||
		   ((NAME_CONSTRAINTS *)value)->excludedSubtrees != NULL);
}

static struct bytes
octets(struct cert *c, const ASN1_OCTET_STRING *s)
{
	return arena_bytes(
	    &c->mem, bytes_of(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s)));
}

static bool
take_ski(struct cert *c, void *value, bool critical ATTR_UNUSED)
{
	c->info.ski = octets(c, value);
	return true;
}

static bool
take_aki(struct cert *c, void *value, bool critical ATTR_UNUSED)
{
	const AUTHORITY_KEYID *aki = value;

	if (aki->keyid != NULL)
		c->info.aki = octets(c, aki->keyid);
	return true;
}

struct urls {
	struct str v[URLS_MOST];
	bool limited[URLS_MOST]; /* of distribution points */
	size_t n;
};

/*
 * A URL is visible ASCII (RFC 3986); whatever else stands there is a malformed extension.
 */
static bool
url_add(struct urls *urls, struct cert *c, const GENERAL_NAME *name)
{
	const ASN1_IA5STRING *text;
	struct str s;

	if (name->type != GEN_URI)
		return true;
	text = name->d.uniformResourceIdentifier;
	s = (struct str){ (const char *)ASN1_STRING_get0_data(text),
		(size_t)ASN1_STRING_length(text) };
	if (s.len == 0 || s.len > URL_BYTES_MOST || urls->n == COUNT(urls->v))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] >= 0x7f)
			return false;
	urls->v[urls->n++] = arena_str(&c->mem, s);
	return true;
}

static void
urls_keep(const struct str **out, size_t *count, struct cert *c, const struct urls *urls)
{
	struct str *list;

	if (urls->n == 0)
		return;
	list = arena_array(&c->mem, urls->n, sizeof(*list));
	memcpy(list, urls->v, urls->n * sizeof(*list));
	*out = list;
	*count = urls->n;
}

static bool
take_access(struct cert *c, void *value, bool critical ATTR_UNUSED)
{
	const AUTHORITY_INFO_ACCESS *list = value;
	struct urls urls = { .n = 0 };
	const ACCESS_DESCRIPTION *ad;

	/* RFC 5280 section 4.2.2.1: at least one; an empty one would hide that nobody answers. */
	if (sk_ACCESS_DESCRIPTION_num(list) == 0)
		return false;
	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(list); i++) {
		ad = sk_ACCESS_DESCRIPTION_value(list, i);
		if (OBJ_obj2nid(ad->method) != NID_ad_OCSP)
			continue;
		c->info.has_ocsp = true;
		if (!url_add(&urls, c, ad->location))
			return false;
	}
	urls_keep(&c->info.ocsp_urls, &c->info.ocsp_url_count, c, &urls);
	return true;
}

/* One distribution point; its names, unless they are relative to an issuer. */
static bool
point_read(struct urls *urls, struct cert *c, const DIST_POINT *point)
{
	const GENERAL_NAMES *names;

	if (point->distpoint == NULL || point->distpoint->type != 0)
		return true;
	names = point->distpoint->name.fullname;
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		if (!url_add(urls, c, sk_GENERAL_NAME_value(names, i)))
			return false;
	return true;
}

/* *limited: some point without a URL is so. */
static bool
points_read(
    struct urls *urls, bool *limited, struct cert *c, const CRL_DIST_POINTS *list)
{
	*limited = false;
	for (int i = 0; i < sk_DIST_POINT_num(list); i++) {
		const DIST_POINT *point = sk_DIST_POINT_value(list, i);
		bool so = point->CRLissuer != NULL || point->reasons != NULL;
		size_t before = urls->n;

		if (!point_read(urls, c, point))
			return false;
		for (size_t k = before; k < urls->n; k++)
			urls->limited[k] = so;
		*limited = *limited || (so && urls->n == before);
	}
	return true;
}

static bool
take_crls(struct cert *c, void *value, bool critical ATTR_UNUSED)
{
	struct urls urls = { .n = 0 };

	bool *limited;

	c->info.has_crl = sk_DIST_POINT_num(value) > 0;
	if (!c->info.has_crl || !points_read(&urls, &c->info.has_limited_point, c, value))
		return false;
	urls_keep(&c->info.crl_urls, &c->info.crl_url_count, c, &urls);
	limited = arena_array(&c->mem, urls.n, sizeof(*limited));
	memcpy(limited, urls.limited, urls.n * sizeof(*limited));
	c->info.crl_url_limited = limited;
	return true;
}

static bool
take_freshest(struct cert *c, void *value, bool critical ATTR_UNUSED)
{
	struct urls urls = { .n = 0 };
	bool limited;

	c->info.has_freshest = sk_DIST_POINT_num(value) > 0;
	return c->info.has_freshest && points_read(&urls, &limited, c, value);
}

/*
 * `evaluated`: critical is fine. Policies are evaluated with the initial set any-policy
 * and no explicit policy required (RFC 5280 section 6.1.1): then nothing but
 * policyConstraints can make a path fail, so that one alone is refused if critical.
 */
static const struct ext_row {
	const char *oid;
	int nid;
	bool evaluated;
	ext_fn *take;
} rows[] = {
	{ "\x55\x1d\x13", NID_basic_constraints, true, take_basic },
	{ "\x55\x1d\x0f", NID_key_usage, true, take_usage },
	{ "\x55\x1d\x25", NID_ext_key_usage, true, take_extended },
	{ "\x55\x1d\x1e", NID_name_constraints, true, take_constraints },
	{ "\x55\x1d\x11", NID_subject_alt_name, true, NULL },
	{ "\x55\x1d\x20", NID_certificate_policies, true, NULL },
	{ "\x55\x1d\x21", NID_policy_mappings, true, NULL },
	{ "\x55\x1d\x36", NID_inhibit_any_policy, true, NULL },
	{ "\x55\x1d\x24", NID_policy_constraints, false, NULL },
	{ "\x55\x1d\x0e", NID_subject_key_identifier, false, take_ski },
	{ "\x55\x1d\x23", NID_authority_key_identifier, false, take_aki },
	{ "\x55\x1d\x12", NID_issuer_alt_name, false, NULL },
	{ "\x55\x1d\x1f", NID_crl_distribution_points, true, take_crls },
	{ "\x55\x1d\x2e", NID_freshest_crl, false, take_freshest },
	{ "\x2b\x06\x01\x05\x05\x07\x01\x01", NID_info_access, false, take_access },
};

static const struct ext_row *
row_of(struct bytes oid)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (bytes_equal(oid, bytes_of(rows[i].oid, strlen(rows[i].oid))))
			return &rows[i];
	return NULL;
}

static bool
known_take(struct cert *c, const struct ext_row *row, const struct der_ext *e,
    const struct limits *limits)
{
	const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(row->nid);
	bool sound;
	void *value;

	/* OpenSSL ignores what stands behind the value, and reads BER. */
	if (method == NULL || method->it == NULL ||
	    der_check(e->value.content, limits, NULL, NULL) != 0)
		return false;
	ossl_forget();
	value = X509_get_ext_d2i(c->x509, row->nid, NULL, NULL);
	ossl_forget();
	if (value == NULL)
		return false;
	sound = row->take == NULL || row->take(c, value, e->critical);
	if (sound && row->nid == NID_name_constraints)
		c->constraints = value;
	else
		ASN1_item_free(value, ASN1_ITEM_ptr(method->it));
	return sound;
}

/*
 * id-pkix-ocsp-nocheck, NULL (RFC 6960 section 4.2.2.2.1). OpenSSL has no template for it. With
 * another value it does not count: then the responder must be checked, which is the strict side.
 */
static bool
nocheck_take(struct cert *c, const struct der_ext *e)
{
	static const char oid[] = "\x2b\x06\x01\x05\x05\x07\x30\x01\x05";
	static const char null[] = "\x05";

	if (!bytes_equal(e->oid.content, bytes_of(oid, sizeof(oid) - 1)) ||
	    !bytes_equal(e->value.content, bytes_of(null, sizeof(null))))
		return false;
	c->info.ocsp_nocheck = true;
	return true;
}

static void
critical_note(struct cert *c, const struct der_ext *e)
{
	char text[192];

	if (c->info.unknown_critical)
		return;
	c->info.unknown_critical = true;
	if (!der_oid_text(text, sizeof(text), e->oid.content))
		memcpy(text, "?", 2);
	c->info.unknown_critical_oid = arena_str(&c->mem, str_of(text));
}

static int
refuse(struct err *err, const struct where *at, const struct der_ext *e, const char *text)
{
	char oid[192];

	if (!der_oid_text(oid, sizeof(oid), e->oid.content))
		memcpy(oid, "?", 2);
	return err_set(err, REASON_CERT_EXTENSION, at, "extension %s %s", oid, text);
}

int
certext_read(struct cert *c, struct bytes extensions, const struct limits *limits,
    const struct where *at, struct err *err)
{
	struct cursor top = cursor_of(extensions), list;
	struct bytes seen[EXTS_SEEN_MOST];
	const struct ext_row *row;
	size_t count = 0;
	struct der seq;
	struct der_ext e;

	if (extensions.len == 0)
		return 0;
	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	list = der_enter(&top, &seq);
	while (!der_done(&list)) {
		if (!der_ext_take(&e, &list))
			return refuse(err, at, &e, "is malformed");
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(seen[i], e.oid.content))
				return refuse(err, at, &e, "stands twice");
		if (count == COUNT(seen))
			return err_set(
			    err, REASON_LIMIT_CERT_HIT, at, "too many extensions");
		seen[count++] = e.oid.content;
		row = row_of(e.oid.content);
		if (row != NULL && !known_take(c, row, &e, limits))
			return refuse(err, at, &e, "is malformed");
		if (nocheck_take(c, &e))
			continue;
		if (e.critical && (row == NULL || !row->evaluated))
			critical_note(c, &e);
	}
	/* OpenSSL's own second thoughts: what it marks invalid must not be used. */
	ossl_forget();
	if ((X509_get_extension_flags(c->x509) & EXFLAG_INVALID) != 0) {
		ossl_forget();
		return err_set(
		    err, REASON_CERT_EXTENSION, at, "extensions contradict each other");
	}
	ossl_forget();
	return 0;
}
