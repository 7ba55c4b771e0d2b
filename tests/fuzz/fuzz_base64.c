/* SPDX-License-Identifier: Apache-2.0 */
/* Base 64: what is accepted is the one text of its octets; all octets come back from their text. */
#include <stdlib.h>

#include "codec/base64.h"
#include "codec/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena mem;

	arena_init(&mem, 0);
	for (int url = 0; url < 2; url++) {
		enum base64_alphabet alphabet = url != 0 ? BASE64_URL : BASE64_STANDARD;
		struct bytes out;

		if (base64_decode(&out, &mem, alphabet, text))
			must(str_equal(base64_encode(&mem, alphabet, out), text));
		must(base64_decode(&out, &mem, alphabet,
			 base64_encode(&mem, alphabet, bytes_of(data, size))) &&
		     bytes_equal(out, bytes_of(data, size)));
	}
	if (size % 2 == 0) {
		uint8_t *raw = arena_alloc(&mem, size / 2);
		char *again = arena_alloc(&mem, size + 1);

		if (hex_decode(raw, size / 2, text)) {
			hex_encode(again, bytes_of(raw, size / 2));
			must(str_equal(text, (struct str){ again, size }));
		}
	}
	arena_clear(&mem);
	return 0;
}
