/* SPDX-License-Identifier: Apache-2.0 */
/* Moments in UTC, and RFC 3339. */
#include "base/when.h"

#include <stdio.h>

#define WHEN_FIRST INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define WHEN_LAST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define DAY_SECONDS 86400

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 0001-01-01 to the first of January of `year`. */
static int64_t
year_days(int year)
{
	int64_t y = year - 1;

	return y * 365 + y / 4 - y / 100 + y / 400;
}

bool
when_from_civil(
    struct when *out, int year, int month, int day, int hour, int min, int sec)
{
	int64_t days;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > month_days(year, month) || hour < 0 || hour > 23 || min < 0 ||
	    min > 59 || sec < 0 || sec > 59)
		return false;
	days = year_days(year) + day - 1;
	for (int m = 1; m < month; m++)
		days += month_days(year, m);
	*out =
	    (struct when){ WHEN_FIRST + days * DAY_SECONDS + hour * 3600 + min * 60 + sec,
		    0 };
	return true;
}

bool
when_from_unix(struct when *out, int64_t sec)
{
	if (sec < WHEN_FIRST || sec > WHEN_LAST)
		return false;
	*out = (struct when){ sec, 0 };
	return true;
}

/* Exactly `digits` decimal digits at *pos. */
static bool
take_digits(int *out, struct str text, size_t *pos, size_t digits)
{
	int v = 0;

	if (text.len - *pos < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char c = text.ptr[*pos + i];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (c - '0');
	}
	*pos += digits;
	*out = v;
	return true;
}

static bool
take_char(struct str text, size_t *pos, char c)
{
	if (*pos >= text.len || text.ptr[*pos] != c)
		return false;
	(*pos)++;
	return true;
}

struct civil {
	int year, month, day, hour, min, sec;
};

static bool
take_date(struct civil *c, struct str text, size_t *pos)
{
	return take_digits(&c->year, text, pos, 4) && take_char(text, pos, '-') &&
	       take_digits(&c->month, text, pos, 2) && take_char(text, pos, '-') &&
	       take_digits(&c->day, text, pos, 2);
}

/* time-secfrac, of any length: down to microseconds, what is finer is cut off. */
static bool
take_fraction(uint32_t *usec, bool *more, struct str text, size_t *pos)
{
	uint32_t v = 0;
	size_t n = 0;

	*usec = 0;
	*more = false;
	if (!take_char(text, pos, '.'))
		return true;
	for (; *pos < text.len && text.ptr[*pos] >= '0' && text.ptr[*pos] <= '9';
	     n++, (*pos)++) {
		if (n < 6)
			v = v * 10 + (uint32_t)(text.ptr[*pos] - '0');
		else
			*more = *more || text.ptr[*pos] != '0';
	}
	if (n == 0)
		return false;
	for (; n < 6; n++)
		v *= 10;
	*usec = v;
	return true;
}

/* time-offset: seconds east of UTC. */
static bool
take_offset(int *east, struct str text, size_t *pos)
{
	int hour, min, sign;

	*east = 0;
	if (take_char(text, pos, 'Z'))
		return true;
	sign = take_char(text, pos, '-') ? -1 : 1;
	if (sign == 1 && !take_char(text, pos, '+'))
		return false;
	if (!take_digits(&hour, text, pos, 2) || !take_char(text, pos, ':') ||
	    !take_digits(&min, text, pos, 2) || hour > 23 || min > 59)
		return false;
	*east = sign * (hour * 3600 + min * 60);
	return true;
}

bool
when_parse_more(struct when *out, bool *more, struct str text)
{
	struct civil c;
	struct when w;
	uint32_t usec;
	size_t pos = 0;
	int east;

	/* RFC 3339 section 5.6 allows "t" and "z"; the Notary Project's verifier does not. */
	if (!take_date(&c, text, &pos) || !take_char(text, &pos, 'T') ||
	    !take_digits(&c.hour, text, &pos, 2) || !take_char(text, &pos, ':') ||
	    !take_digits(&c.min, text, &pos, 2) || !take_char(text, &pos, ':') ||
	    !take_digits(&c.sec, text, &pos, 2) || !take_fraction(&usec, more, text, &pos) ||
	    !take_offset(&east, text, &pos) || pos != text.len)
		return false;
	if (!when_from_civil(&w, c.year, c.month, c.day, c.hour, c.min, c.sec) ||
	    !when_from_unix(&w, w.sec - east))
		return false;
	w.usec = usec;
	*out = w;
	return true;
}

bool
when_parse(struct when *out, struct str text)
{
	bool more;

	return when_parse_more(out, &more, text);
}

bool
when_parse_option(struct when *out, struct str text)
{
	struct civil c;
	size_t pos = 0;

	if (when_parse(out, text))
		return true;
	return take_date(&c, text, &pos) && pos == text.len &&
	       when_from_civil(out, c.year, c.month, c.day, 0, 0, 0);
}

static struct civil
civil_of(int64_t sec)
{
	int64_t days = (sec - WHEN_FIRST) / DAY_SECONDS;
	int rest = (int)((sec - WHEN_FIRST) % DAY_SECONDS);
	struct civil c = {
		.month = 1, .hour = rest / 3600, .min = rest / 60 % 60, .sec = rest % 60
	};

	/* By the mean year, less one so that it is never too late; then at most two further. */
	c.year = (int)(days * 400 / 146097);
	c.year = c.year < 1 ? 1 : c.year;
	while (year_days(c.year + 1) <= days)
		c.year++;
	days -= year_days(c.year);
	while (days >= month_days(c.year, c.month))
		days -= month_days(c.year, c.month++);
	c.day = (int)days + 1;
	return c;
}

void
when_format(char out[WHEN_TEXT], struct when w)
{
	struct civil c;

	if (w.sec < WHEN_FIRST || w.sec > WHEN_LAST) {
		/* No date outside the years 0001 to 9999: the plain number says what it is. */
		snprintf(out, WHEN_TEXT, "%lld", (long long)w.sec);
		return;
	}
	c = civil_of(w.sec);
	/* The remainders change nothing; they show the compiler that the text fits. */
	snprintf(out, WHEN_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ",
	    (unsigned)c.year % 10000, (unsigned)c.month % 100, (unsigned)c.day % 100,
	    (unsigned)c.hour % 100, (unsigned)c.min % 100, (unsigned)c.sec % 100);
}

void
when_format_us(char out[WHEN_TEXT], struct when w)
{
	char fraction[16];
	size_t n;

	when_format(out, w);
	n = strlen(out);
	if (w.usec == 0 || w.usec > 999999 || out[n - 1] != 'Z')
		return;
	snprintf(fraction, sizeof(fraction), ".%06uZ", (unsigned)w.usec);
	memcpy(out + n - 1, fraction, strlen(fraction) + 1);
}

struct when
when_add_us(struct when w, int64_t us)
{
	int64_t sec = us / 1000000, rest = us % 1000000 + (int64_t)w.usec;

	if (rest < 0) {
		rest += 1000000;
		sec--;
	} else if (rest >= 1000000) {
		rest -= 1000000;
		sec++;
	}
	if (__builtin_add_overflow(w.sec, sec, &sec))
		sec = us < 0 ? INT64_MIN : INT64_MAX;
	if (sec < WHEN_FIRST)
		return (struct when){ WHEN_FIRST, 0 };
	if (sec > WHEN_LAST)
		return (struct when){ WHEN_LAST, 999999 };
	return (struct when){ sec, (uint32_t)rest };
}
