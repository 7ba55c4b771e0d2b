/* SPDX-License-Identifier: Apache-2.0 */
/* Names: identities from policies, and names of certificates as text. */
#include <stdlib.h>

#include "codec/text.h"
#include "crypto/dn.h"

static void
must(bool held)
{
	if (!held)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	struct str text, shown;
	struct arena mem;
	struct err err;
	struct dn dn;

	arena_init(&mem, 0);
	if (text_check(&text, in) && dn_parse(&dn, &mem, text, NULL, &err) == 0) {
		must(dn.count >= 3 && dn_within(&dn, &dn));
		for (size_t i = 0; i < dn.count; i++)
			must(dn.attrs[i].type.len > 0 && dn.attrs[i].value.len > 0 &&
			     text_is_utf8(str_bytes(dn.attrs[i].value)));
	}
	shown = dn_text(&mem, in);
	must(text_is_utf8(str_bytes(shown)));
	for (size_t i = 0; i < shown.len; i++)
		must((uint8_t)shown.ptr[i] >= 0x20 && shown.ptr[i] != 0x7f);
	arena_clear(&mem);
	return 0;
}
