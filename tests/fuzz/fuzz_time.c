/* SPDX-License-Identifier: Apache-2.0 */
/* Times: what is accepted lies in the years 0001 to 9999 and comes back from its own text. */
#include <stdlib.h>

#include "base/num.h"
#include "base/when.h"
#include "codec/text.h"

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
	AUTO(buf_clear) struct buf once = { .max = size * 9 + 16 };
	AUTO(buf_clear) struct buf twice = { .max = size * 9 + 16 };
	AUTO(buf_clear) struct buf other = { .max = size * 9 + 16 };
	char out[WHEN_TEXT];
	struct when w, back;
	uint64_t n;

	if (when_parse_option(&w, text)) {
		when_format_us(out, w);
		must(when_parse(&back, str_of(out)) && when_cmp(w, back) == 0);
		must(when_from_unix(&back, w.sec));
		must(when_cmp(when_add_us(when_add_us(w, 1), -1), w) == 0 ||
		     w.usec == 999999);
	}
	(void)num_parse_size(&n, text);
	/* Shown text is plain, and stays what it is when shown again. */
	text_show(&once, str_bytes(text));
	text_show(&twice, buf_bytes(&once));
	must(!once.full && text_is_utf8(buf_bytes(&once)) &&
	     bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
	for (size_t i = 0; i < once.len; i++)
		must(once.ptr[i] >= 0x20 && once.ptr[i] != 0x7f);
	text_csv(&other, text);
	text_html(&other, text);
	(void)text_width(text);
	return 0;
}
