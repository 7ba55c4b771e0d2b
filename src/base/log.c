/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics on stderr. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"

static enum log_level level = LOG_NORMAL;
static bool said;

enum { LINE_MOST = 4096 };

void
log_set_level(enum log_level l)
{
	level = l;
}

/* One write per line, so that lines of several processes do not mix. */
static void
log_put(const char *kind, struct bytes text, const char *code)
{
	AUTO(buf_clear) struct buf line = { .max = (size_t)8 * LINE_MOST };
	struct utf8_walk w = { .in = text };
	struct utf8_unit u;
	size_t done = 0;

	buf_printf(&line, "assay: %s", kind);
	while (utf8_step(&w, &u))
		utf8_write(&line, &w, &u);
	if (code[0] != '\0')
		buf_printf(&line, " [%s]", code);
	buf_u8(&line, '\n');
	while (done < line.len) {
		ssize_t n = write(STDERR_FILENO, line.ptr + done, line.len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* nowhere left to say so */
		done += (size_t)n;
	}
}

ATTR_PRINTF(2, 0)
static void
log_vput(const char *kind, const char *fmt, va_list args)
{
	char text[LINE_MOST];
	int n = vsnprintf(text, sizeof(text), fmt, args);

	if (n < 0)
		return;
	log_put(kind,
	    bytes_of(text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1), "");
}

void
log_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_vput("error: ", fmt, args);
	va_end(args);
	said = true;
}

bool
log_said_error(void)
{
	return said;
}

void
log_warn(const char *fmt, ...)
{
	va_list args;

	if (level == LOG_QUIET)
		return;
	va_start(args, fmt);
	log_vput("warning: ", fmt, args);
	va_end(args);
}

void
log_hint(const char *text)
{
	if (level != LOG_QUIET && text[0] != '\0')
		log_put("hint: ", str_bytes(str_of(text)), "");
}

void
log_info(const char *fmt, ...)
{
	va_list args;

	if (level != LOG_VERBOSE)
		return;
	va_start(args, fmt);
	log_vput("", fmt, args);
	va_end(args);
}

void
log_err(const struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = (size_t)4 * LINE_MOST };

	err_show(&text, err);
	log_put("error: ", buf_bytes(&text), reason_code(err->reason));
	said = true;
}
