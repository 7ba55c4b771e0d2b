/* SPDX-License-Identifier: Apache-2.0 */
/* What lies beside exports and is none: checksums, signatures, documents. */
#include "input/companion.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"
#include "input/magic.h"

/* Text: whole UTF-8 without control octets but those that lay it out. */
static bool
is_text(struct bytes all)
{
	for (size_t i = 0, n; i < all.len; i += n) {
		uint32_t cp;

		n = utf8_next(&cp, all.ptr + i, all.len - i);
		if (n == 0 || cp == 0x7f ||
		    (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r' && cp != '\f'))
			return false;
	}
	return true;
}

/* A certificate, a signature, a time stamp: one SEQUENCE that ends where the file does. */
static bool
is_der(struct bytes all)
{
	size_t len = 0, octets = all.len < 2 ? 0 : all.ptr[1] & 0x7f;

	if (all.len < 2 || all.ptr[0] != 0x30)
		return false;
	if (all.ptr[1] < 0x80)
		return all.len - 2 == all.ptr[1];
	if (octets == 0 || octets > 4 || all.len < 2 + octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | all.ptr[2 + i];
	return all.len - 2 - octets == len;
}

/* RFC 9580 section 5.2: packet type 2, old or new format, then its version. */
static bool
is_openpgp_signature(struct bytes all)
{
	size_t at;

	if (all.len < 6)
		return false;
	if (all.ptr[0] == 0xc2)
		at = all.ptr[1] < 192 ? 2 : all.ptr[1] < 224 ? 3 : 6;
	else if ((all.ptr[0] & 0xfc) == 0x88 && all.ptr[0] != 0x8b)
		at = all.ptr[0] == 0x88 ? 2 : all.ptr[0] == 0x89 ? 3 : 5;
	else
		return false;
	return at < all.len && all.ptr[at] >= 3 && all.ptr[at] <= 6;
}

int
companion_is(bool *out, int fd, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = COMPANION_MOST };
	struct file_id id;
	struct bytes all;

	*out = false;
	if (file_identify(&id, fd, err) != 0)
		return -1;
	if (id.size == 0 || id.size > COMPANION_MOST)
		return 0;
	text.max = (size_t)id.size;
	for (uint64_t done = 0; done < id.size;) {
		uint8_t step[16384];
		size_t n = id.size - done < sizeof(step) ? (size_t)(id.size - done)
							 : sizeof(step);

		if (file_pread(step, n, fd, done, NULL, err) != 0)
			return -1;
		buf_add(&text, bytes_of(step, n));
		done += n;
	}
	all = buf_bytes(&text);
	*out = magic_find(all).class != MAGIC_ENCRYPTED &&
	       (is_text(all) || is_der(all) || is_openpgp_signature(all));
	return 0;
}
