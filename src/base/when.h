/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H
/*
 * A moment, UTC. "Now" is always passed in: no code below cli/ reads a clock.
 * Years 0001 to 9999; leap seconds are refused.
 */
#include "base/str.h"

struct when {
	int64_t sec;            /* since 1970-01-01T00:00:00Z */
	uint32_t usec;          /* 0..999999 */
};

/* How far two clocks may be apart. */
#define WHEN_SKEW_US (INT64_C(300) * 1000000)
#define WHEN_TEXT 32            /* room for when_format and when_format_us */

/* RFC 3339 section 5.6, any offset; fraction to microseconds, finer digits are cut off. */
bool when_parse(struct when *out, struct str text);
/* The same; *more: the fraction goes on behind the microseconds, so the moment lies after *out. */
bool when_parse_more(struct when *out, bool *more, struct str text);
/* As above, and also RFC 3339 without a time ("2026-01-31" is midnight UTC): for --at. */
bool when_parse_option(struct when *out, struct str text);
/* year 1..9999, month 1..12, real days, hour 0..23, minute and second 0..59. */
bool when_from_civil(struct when *out, int year, int month, int day, int hour, int min, int sec);
bool when_from_unix(struct when *out, int64_t sec);     /* false outside years 1..9999 */

void when_format(char out[WHEN_TEXT], struct when w);           /* 2026-01-31T00:00:00Z */
void when_format_us(char out[WHEN_TEXT], struct when w);        /* with fraction if any */

static inline int
when_cmp(struct when a, struct when b)
{
	if (a.sec != b.sec)
		return a.sec < b.sec ? -1 : 1;
	return (a.usec > b.usec) - (a.usec < b.usec);
}

/* w + us microseconds; us may be negative. Saturates at the ends of the year range. */
struct when when_add_us(struct when w, int64_t us);

#endif
