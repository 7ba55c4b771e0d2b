/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DER scan: what is strict is also readable, value by value, and never longer than
 * the input.
 */
#include <stdlib.h>

#include "codec/der.h"

static void
must(bool held)
{
	if (!held)
		abort();
}

/* All values below the first, in the order in which they stand. */
static void
walk(struct bytes in)
{
	struct cursor c = cursor_of(in);
	char text[128];
	struct when w;
	uint64_t v;
	struct der d;
	bool more;

	while (c.pos < in.len) {
		must(der_read(&d, &c, DER_STRICT));
		must(
		    d.whole.ptr == in.ptr + d.offset && d.whole.len >= d.content.len + 2);
		if ((d.tag & 0x20) != 0)
			c.pos -= d.content.len; /* go inside */
		if (der_uint(&v, &d))
			must(v <= INT64_MAX);
		if (d.tag == DER_OID && der_oid_text(text, sizeof(text), d.content))
			must(strlen(text) >= 3);
		if (der_time(&w, &d))
			must(w.usec == 0);
		if (der_time_fraction(&w, &more, &d))
			must(w.usec < 1000000);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	struct limits limits;
	struct err err;

	limits_default(&limits);
	if (der_check(in, &limits, NULL, &err) != 0) {
		must(err.reason == REASON_DER_SYNTAX ||
		     err.reason == REASON_LIMIT_DER_DEPTH_HIT);
		must(err.offset <= size);
	} else {
		must(der_check_shell(in, &limits, NULL, &err) == 0);
		walk(in);
	}
	return 0;
}
