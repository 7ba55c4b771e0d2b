/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate files: PEM blocks with any text around (RFC 7468), or DER back to back. */
#include "codec/base64.h"
#include "codec/der.h"
#include "crypto/cert.h"

#define BEGIN "-----BEGIN "
#define BEGIN_CERT "-----BEGIN CERTIFICATE-----"
#define END_CERT "-----END CERTIFICATE-----"

typedef VEC(struct bytes) bytes_list;

/* The next line without its end, trailing blanks and CR; false at the end of the file. */
static bool
line_next(struct str *line, struct str *rest)
{
	size_t end = str_find(*rest, '\n');

	if (rest->len == 0)
		return false;
	*line = str_upto(*rest, end);
	*rest = str_from(*rest, end + 1);
	while (line->len > 0 && strchr(" \t\r", line->ptr[line->len - 1]) != NULL)
		line->len--;
	return true;
}

/*
 * Everything up to the END line, as one base64 text; `text` has room for the whole file.
 */
static bool
block_read(struct bytes *der, struct arena *mem, char *text, struct str *rest)
{
	struct str line;
	size_t len = 0;

	while (line_next(&line, rest)) {
		if (str_is(line, END_CERT))
			return base64_decode(
			    der, mem, BASE64_STANDARD, (struct str){ text, len });
		memcpy(text + len, line.ptr, line.len);
		len += line.len;
	}
	return false;
}

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
	char *text = arena_alloc(mem, file.len + 1);
	struct str rest = file, line;
	struct bytes der;

	while (line_next(&line, &rest)) {
		if (!str_starts(line, STR(BEGIN)))
			continue;
		if (!str_is(line, BEGIN_CERT))
			return err_set(err, REASON_TRUSTSTORE_CERT, at,
			    "PEM block is no CERTIFICATE");
		if (!block_read(&der, mem, text, &rest) || !one_sequence(der))
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
