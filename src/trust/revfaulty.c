/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation data that cannot be used, but may be bad news: what a refused file holds is kept as far
 * as it can be known who signed it. Nothing here fails: the refusal was told before.
 */
#include "codec/base64.h"
#include "codec/jsonin.h"
#include "codec/pem.h"
#include "trust/revload.h"

/* The first value of the octets, headers included; what stands behind it was the fault. */
static struct bytes
first_value(struct bytes octets)
{
	struct cursor c = cursor_of(octets);
	struct der d;

	return der_take(&d, &c, DER_SHELL, DER_SEQUENCE) ? d.whole
							 : (struct bytes){ NULL, 0 };
}

static void
keep(struct revload *l, struct revfile f)
{
	struct revfile *kept = arena_alloc(&l->d->mem, sizeof(*kept));

	*kept = f;
	VEC_PUSH(&l->d->mem, &l->faulty, kept);
}

void
revload_faulty_list(
    struct revload *l, struct bytes octets, struct str path, struct str fault)
{
	struct revfile f = { .kind = REVFILE_CRL, .path = path, .url = l->url };
	struct bytes der = first_value(octets);

	if (der.len == 0)
		return;
	der = arena_bytes(&l->d->mem, der);
	if (!crl_parse_faulty(&f.crl, &l->d->mem, der, l->reader.hasher, fault))
		return;
	f.sha256 = f.crl.sha256;
	keep(l, f);
}

void
revload_faulty_file(
    struct revload *l, struct bytes file, struct str path, struct str fault)
{
	struct str rest = { (const char *)file.ptr, file.len };
	enum pem_found found;
	struct bytes der;

	if (first_value(file).len > 0) {
		revload_faulty_list(l, file, path, fault);
		return;
	}
	while ((found = pem_next(&der, &l->scratch, &rest, crl_pem_labels)) != PEM_END)
		if (found == PEM_BLOCK)
			revload_faulty_list(l, der, path, fault);
}

void
revload_faulty_entry(
    struct revload *l, struct bytes text, struct str path, struct str fault)
{
	static const char *const names[] = { "baseCRL", "deltaCRL" };
	AUTO(jsonin_free) struct json *doc = NULL;
	struct limits limits = *l->reader.limits;
	struct bytes der;
	struct str value;
	struct err err;

	limits.v[LIMIT_JSON_STRING] = text.len;
	if (jsonin_parse(&doc, text, &limits, NULL, &err) != 0 ||
	    jsonin_as(jsonin_root(doc), JSON_OBJECT, &err) != 0)
		return;
	for (size_t i = 0; i < COUNT(names); i++)
		if (jsonin_opt_str(&value, jsonin_root(doc), names[i], &err) == 0 &&
		    value.ptr != NULL &&
		    base64_decode(&der, &l->scratch, BASE64_STANDARD, value))
			revload_faulty_list(l, der, path, fault);
}

void
revload_faulty_answer(
    struct revload *l, struct bytes octets, struct str path, struct str fault)
{
	struct revfile f = { .kind = REVFILE_OCSP, .path = path };
	struct bytes der = first_value(octets);

	if (der.len == 0)
		return;
	der = arena_bytes(&l->d->mem, der);
	if (!ocsp_parse_faulty(&f.ocsp, &l->d->mem, der, l->reader.hasher, fault))
		return;
	f.sha256 = f.ocsp.sha256;
	keep(l, f);
}
