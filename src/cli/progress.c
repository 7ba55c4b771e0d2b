/* SPDX-License-Identifier: Apache-2.0 */
/* One line of progress on a terminal. */
#include "cli/progress.h"

#include <stdio.h>

#include "codec/text.h"

#define NAME_COLUMNS 40

void
progress_init(struct progress *p, bool on, uint64_t (*clock_us)(void))
{
	*p = (struct progress){ .on = on, .clock_us = clock_us };
}

void
progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}

static struct bytes
last_part(struct bytes path)
{
	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '/')
			return bytes_of(path.ptr + i, path.len - i);
	return path;
}

void
progress_show(void *ctx, const struct input_item *item, uint64_t done, uint64_t ended,
    uint64_t total, uint64_t artifacts)
{
	AUTO(buf_clear) struct buf name = { .max = 8192 };
	struct progress *p = ctx;
	uint64_t now = p->clock_us();

	if (!p->on || (p->shown && now - p->last_us < 100000))
		return;
	text_show(&name, last_part(item->path));
	fprintf(stderr, "\r\033[K%llu of %llu inputs, %llu artifacts: %.*s %llu MiB",
	    (unsigned long long)ended, (unsigned long long)total, (unsigned long long)artifacts,
	    name.len > NAME_COLUMNS ? NAME_COLUMNS : (int)name.len, (const char *)name.ptr,
	    (unsigned long long)(done >> 20));
	if (item->size > 0)
		fprintf(stderr, " of %llu", (unsigned long long)(item->size >> 20));
	fflush(stderr);
	p->shown = true;
	p->last_us = now;
}
