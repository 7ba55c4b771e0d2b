/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate files: PEM blocks with any text around (RFC 7468), or DER back to back. */
#include "codec/der.h"
#include "codec/pem.h"
#include "crypto/cert.h"

typedef VEC(struct bytes) bytes_list;

static bool
one_sequence(struct bytes der)
{
	struct cursor c = cursor_of(der);
	struct der d;

	return der_take(&d, &c, DER_STRICT, DER_SEQUENCE) && der_done(&c);
}

static int
pem_split(bytes_list *list, struct arena *mem, struct str file, const struct where *at,
    struct err *err)
{
	/* RFC 7468 section 5.1: parsers may take the two older labels. */
	static const char *const labels[] = { "CERTIFICATE", "X509 CERTIFICATE",
		"X.509 CERTIFICATE", NULL };
	enum pem_found found;
	struct str rest = file;
	struct bytes der;

	while ((found = pem_next(&der, mem, &rest, labels)) != PEM_END) {
		if (found == PEM_OTHER)
			return err_set(err, REASON_TRUSTSTORE_CERT, at,
			    "PEM block is no CERTIFICATE");
		if (found == PEM_MALFORMED || !one_sequence(der))
			return err_set(err, REASON_TRUSTSTORE_CERT, at,
			    "malformed PEM block %zu", list->n);
		VEC_PUSH(mem, list, der);
	}
	return 0;
}

static int
der_split(bytes_list *list, struct arena *mem, struct bytes file, const struct where *at,
    struct err *err)
{
	struct cursor c = cursor_of(file);
	struct der d;

	while (!der_done(&c)) {
		if (!der_take(&d, &c, DER_STRICT, DER_SEQUENCE))
			return err_set(err, REASON_TRUSTSTORE_CERT, at,
			    "neither PEM nor DER certificates");
		VEC_PUSH(mem, list, d.whole);
	}
	return 0;
}

int
cert_split(struct bytes **out, size_t *count, struct arena *mem, struct bytes file,
    const struct where *at, struct err *err)
{
	struct str text = { (const char *)file.ptr, file.len };
	bytes_list list = { NULL, 0, 0 };

	if (pem_split(&list, mem, text, at, err) != 0)
		return -1;
	if (list.n == 0 && der_split(&list, mem, file, at, err) != 0)
		return -1;
	if (list.n == 0)
		return err_set(err, REASON_TRUSTSTORE_CERT, at, "file is empty");
	*out = list.v;
	*count = list.n;
	return 0;
}
