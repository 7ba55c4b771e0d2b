/* SPDX-License-Identifier: Apache-2.0 */
/* Strict scan of one JSON document (RFC 8259). */
#include "codec/jsonscan.h"

#include "base/num.h"
#include "base/utf8.h"
#include "codec/jsonkey.h"

enum { DEPTH_MOST = 512, NUMBER_MOST = 63, NAMES_MOST = 32 };

struct scan {
	const uint8_t *start, *p, *end;
	uint64_t depth_most, tokens_most, string_most;
	uint64_t tokens;
	const struct where *at;
	struct err *err;
	struct buf *plain; /* may be NULL */
	const char *const *names; /* of jsonscan_top */
	size_t names_count;
	uint32_t found;
	struct jsonkeys keys;
	size_t depth;
	uint32_t first_key[DEPTH_MOST]; /* index into keys */
	bool object[DEPTH_MOST];
};

static int
fail(const struct scan *s, const uint8_t *p, enum reason reason, const char *what)
{
	struct where at = s->at == NULL ? (struct where){ .offset = 0 } : *s->at;

	at.offset = (uint64_t)(p - s->start);
	return err_set(s->err, reason, &at, "%s", what);
}

static void
skip_blanks(struct scan *s)
{
	while (s->p < s->end &&
	       (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

static int
count_token(struct scan *s)
{
	if (++s->tokens > s->tokens_most)
		return fail(s, s->p, REASON_LIMIT_JSON_TOKENS_HIT,
		    "more values and names than the limit");
	return 0;
}

/* --- strings --- */

/* Eight octets at once: none is a quote, a backslash, a control character or above 0x7f. */
static bool
eight_plain(const uint8_t *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
	uint64_t v, quote, slash;

	memcpy(&v, p, sizeof(v));
	quote = v ^ ones * '"';
	slash = v ^ ones * '\\';
	return (((v - ones * 0x20) | ((quote - ones) & ~quote) |
		    ((slash - ones) & ~slash) | v) &
		   high) == 0;
}

/* Four hexadecimal digits at p, or -1. */
static int
hex4(const struct scan *s, const uint8_t *p)
{
	int v = 0;

	if (s->end - p < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int c = p[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v << 4 | ((c | 32) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* RFC 8259 sections 7 and 8.2. s->p is at the backslash. */
static int
scan_escape(struct scan *s)
{
	const uint8_t *p = s->p;
	int unit, low;

	if (s->end - p < 2)
		return fail(s, s->end, REASON_JSON_SYNTAX, "string without end");
	if (p[1] != 'u') {
		if (p[1] == 0 || strchr("\"\\/bfnrt", p[1]) == NULL)
			return fail(s, p, REASON_JSON_SYNTAX, "unknown escape");
		s->p += 2;
		return 0;
	}
	unit = hex4(s, p + 2);
	if (unit < 0)
		return fail(
		    s, p, REASON_JSON_SYNTAX, "\\u without four hexadecimal digits");
	if (unit == 0)
		return fail(s, p, REASON_JSON_NUL, "NUL in a string");
	s->p += 6;
	if (unit < 0xd800 || unit > 0xdfff)
		return 0;
	low = s->end - s->p >= 2 && s->p[0] == '\\' && s->p[1] == 'u' ? hex4(s, s->p + 2)
								      : -1;
	if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return fail(s, p, REASON_JSON_ENCODING, "surrogate without its pair");
	s->p += 6;
	return 0;
}

/* s->p is at the opening quote. */
static int
scan_string(struct scan *s)
{
	const uint8_t *open = s->p++;
	uint32_t cp;
	size_t n;

	while (s->p < s->end && *s->p != '"') {
		if (s->end - s->p >= 8 && eight_plain(s->p)) {
			s->p += 8;
			continue;
		}
		if (*s->p == '\\') {
			if (scan_escape(s) != 0)
				return -1;
			continue;
		}
		if (*s->p == 0)
			return fail(s, s->p, REASON_JSON_NUL, "NUL in a string");
		if (*s->p < 0x20)
			return fail(
			    s, s->p, REASON_JSON_SYNTAX, "control character in a string");
		n = utf8_next(&cp, s->p, (size_t)(s->end - s->p));
		if (n == 0)
			return fail(s, s->p, REASON_JSON_ENCODING, "not UTF-8");
		s->p += n;
	}
	if (s->p == s->end)
		return fail(s, s->end, REASON_JSON_SYNTAX, "string without end");
	s->p++;
	if ((uint64_t)(s->p - open) - 2 > s->string_most)
		return fail(s, open, REASON_LIMIT_JSON_STRING_HIT,
		    "string longer than the limit");
	return 0;
}

/* --- numbers --- */

static size_t
skip_digits(struct scan *s)
{
	const uint8_t *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return (size_t)(s->p - from);
}

/* Is the integer the same after a trip through a double? */
static bool
integer_is_exact(struct str digits)
{
	uint64_t v;

	if (!num_parse(&v, digits))
		return false;
	return v == 0 || v >> __builtin_ctzll(v) < UINT64_C(1) << 53;
}

/*
 * Is a number with fraction or exponent surely inside the range of a double? By its decimal
 * magnitude only, so a little more than needed is refused at both ends; no conversion, no locale.
 */
static bool
magnitude_fits(struct str text)
{
	int64_t magnitude = 0, exponent = 0;
	bool seen = false, fraction = false, negative;
	size_t i;

	for (i = text.ptr[0] == '-'; i < text.len && (text.ptr[i] | 32) != 'e'; i++) {
		if (text.ptr[i] == '.') {
			fraction = true;
			continue;
		}
		/* Digits before the point raise it, zeros behind the point lower it. */
		if (!fraction)
			magnitude += seen;
		else
			magnitude -= !seen;
		seen = seen || text.ptr[i] != '0';
	}
	if (!seen)
		return true;
	negative = ++i < text.len && text.ptr[i] == '-';
	for (; i < text.len; i++)
		if (text.ptr[i] >= '0' && text.ptr[i] <= '9' && exponent < 100000)
			exponent = exponent * 10 + (text.ptr[i] - '0');
	magnitude += negative ? -exponent : exponent;
	return magnitude <= 307 && magnitude >= -306;
}

/* The grammar of RFC 8259 section 6. False if the text is none. */
static bool
number_syntax(struct scan *s, bool *integer)
{
	const uint8_t *from;

	if (*s->p == '-')
		s->p++;
	from = s->p;
	if (skip_digits(s) == 0 || (*from == '0' && s->p - from > 1))
		return false;
	*integer = true;
	if (s->p < s->end && *s->p == '.') {
		*integer = false;
		s->p++;
		if (skip_digits(s) == 0)
			return false;
	}
	if (s->p < s->end && (*s->p | 32) == 'e') {
		*integer = false;
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (skip_digits(s) == 0)
			return false;
	}
	return true;
}

/* A letter, digit, point or sign right behind a number or word belongs to it: "01", "truex". */
static bool
word_goes_on(const struct scan *s)
{
	int c = s->p < s->end ? *s->p : ' ';

	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
	       c == '.' || c == '+' || c == '-' || c == '_';
}

static int
scan_number(struct scan *s)
{
	const uint8_t *from = s->p;
	struct str text;
	bool integer, negative = *from == '-', fits;

	if (!number_syntax(s, &integer) || word_goes_on(s))
		return fail(s, from, REASON_JSON_SYNTAX, "malformed number");
	text = (struct str){ (const char *)from, (size_t)(s->p - from) };
	/* cJSON 1.7.15 keeps at most 63 characters of a number. */
	fits =
	    text.len <= NUMBER_MOST &&
	    (integer ? integer_is_exact(str_from(text, negative)) : magnitude_fits(text));
	if (!fits)
		return fail(
		    s, from, REASON_JSON_NUMBER_RANGE, "number cannot be kept exactly");
	if (s->plain != NULL && buf_u8(s->plain, integer && !negative) != 0)
		return fail(
		    s, from, REASON_LIMIT_JSON_TOKENS_HIT, "more numbers than the limit");
	return 0;
}

/* --- values --- */

static int
scan_word(struct scan *s, const char *word)
{
	const uint8_t *from = s->p;
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return fail(s, from, REASON_JSON_SYNTAX, "not a JSON value");
	s->p += n;
	if (word_goes_on(s))
		return fail(s, from, REASON_JSON_SYNTAX, "not a JSON value");
	return 0;
}

static void
note_top_name(struct scan *s, const uint8_t *key)
{
	for (size_t i = 0; i < s->names_count; i++)
		if (jsonkey_is(key, str_of(s->names[i])))
			s->found |= UINT32_C(1) << i;
}

/* A member's name and its colon. */
static int
scan_key(struct scan *s)
{
	const uint8_t *key;

	skip_blanks(s);
	if (s->p == s->end || *s->p != '"')
		return fail(s, s->p, REASON_JSON_SYNTAX, "want the name of a member");
	if (count_token(s) != 0)
		return -1;
	key = s->p + 1;
	if (scan_string(s) != 0)
		return -1;
	jsonkeys_push(&s->keys, jsonkey_hash(key), (uint32_t)(key - s->start));
	if (s->depth == 1)
		note_top_name(s, key);
	skip_blanks(s);
	if (s->p == s->end || *s->p != ':')
		return fail(s, s->p, REASON_JSON_SYNTAX, "want a colon");
	s->p++;
	return 0;
}

/* s->p is at the bracket. *inside: the next thing is a value. */
static int
open_container(struct scan *s, bool *inside)
{
	bool object = *s->p == '{';

	if (s->depth >= s->depth_most)
		return fail(
		    s, s->p, REASON_LIMIT_JSON_DEPTH_HIT, "nested deeper than the limit");
	s->p++;
	s->object[s->depth] = object;
	s->first_key[s->depth] = (uint32_t)s->keys.n;
	s->depth++;
	skip_blanks(s);
	*inside = s->p == s->end || *s->p != (object ? '}' : ']');
	return *inside && object ? scan_key(s) : 0;
}

static int
close_container(struct scan *s)
{
	uint32_t twice;

	s->depth--;
	if (s->object[s->depth] &&
	    jsonkeys_twice(&twice, &s->keys, s->first_key[s->depth], s->start))
		return fail(s, s->start + twice, REASON_JSON_DUPLICATE_KEY,
		    "member stands twice in its object");
	s->p++;
	return 0;
}

/* A scalar, or the opening of a container. *inside: the next thing is a value. */
static int
scan_value(struct scan *s, bool *inside)
{
	*inside = false;
	skip_blanks(s);
	if (s->p == s->end)
		return fail(s, s->p,
		    s->tokens == 0 ? REASON_JSON_TYPE : REASON_JSON_SYNTAX,
		    s->tokens == 0 ? "empty document" : "document ends early");
	if (count_token(s) != 0)
		return -1;
	switch (*s->p) {
	case '{':
	case '[':
		return open_container(s, inside);
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		break;
	}
	if (*s->p == '-' || (*s->p >= '0' && *s->p <= '9'))
		return scan_number(s);
	return fail(s, s->p, REASON_JSON_SYNTAX, "not a JSON value");
}

/* What follows a value: ends of containers, or a comma. *more: the next thing is a value. */
static int
scan_after(struct scan *s, bool *more)
{
	*more = false;
	while (s->depth != 0) {
		bool object = s->object[s->depth - 1];

		skip_blanks(s);
		if (s->p == s->end)
			return fail(s, s->p, REASON_JSON_SYNTAX, "document ends early");
		if (*s->p == ',') {
			s->p++;
			*more = true;
			return object ? scan_key(s) : 0;
		}
		if (*s->p != (object ? '}' : ']'))
			return fail(
			    s, s->p, REASON_JSON_SYNTAX, "want a comma or the end");
		if (close_container(s) != 0)
			return -1;
	}
	return 0;
}

/* Only UTF-8 without a mark is JSON between systems (RFC 8259 section 8.1). */
static int
check_encoding(const struct scan *s)
{
	static const char *const marks[] = { "\xef\xbb\xbf", "\xfe\xff", "\xff\xfe" };
	struct bytes doc = { s->start, (size_t)(s->end - s->start) };

	for (size_t i = 0; i < COUNT(marks); i++)
		if (bytes_starts(doc, str_bytes(str_of(marks[i]))))
			return fail(s, s->start, REASON_JSON_ENCODING, "byte order mark");
	/* UTF-16 and UTF-32 show NUL in the first two octets. */
	if (doc.len >= 2 && (doc.ptr[0] == 0 || doc.ptr[1] == 0))
		return fail(
		    s, s->start, REASON_JSON_ENCODING, "UTF-16 or UTF-32, want UTF-8");
	return 0;
}

static int
scan_document(struct scan *s)
{
	bool inside = true;

	if ((uint64_t)(s->end - s->start) > UINT32_MAX)
		return fail(s, s->start, REASON_FILE_TOO_LARGE, "document above 4 GiB");
	if (check_encoding(s) != 0)
		return -1;
	while (inside) {
		if (scan_value(s, &inside) != 0)
			return -1;
		if (!inside && scan_after(s, &inside) != 0)
			return -1;
	}
	skip_blanks(s);
	if (s->p != s->end)
		return fail(s, s->p, REASON_JSON_TRAILING_DATA, "bytes after the value");
	return 0;
}

static int
scan_run(struct scan *s, struct bytes doc, const struct limits *limits,
    const struct where *at, struct err *err)
{
	struct limits defaults;
	int rc;

	if (limits == NULL) {
		limits_default(&defaults);
		limits = &defaults;
	}
	s->start = s->p = doc.ptr == NULL ? (const uint8_t *)"" : doc.ptr;
	s->end = s->start + doc.len;
	s->depth_most = limits->v[LIMIT_JSON_DEPTH];
	if (s->depth_most > DEPTH_MOST)
		s->depth_most = DEPTH_MOST;
	s->tokens_most = limits->v[LIMIT_JSON_TOKENS];
	s->string_most = limits->v[LIMIT_JSON_STRING];
	s->at = at;
	s->err = err;
	rc = scan_document(s);
	jsonkeys_clear(&s->keys);
	return rc;
}

int
jsonscan(struct bytes doc, const struct limits *limits, const struct where *at,
    struct err *err)
{
	struct scan s = { .depth = 0 };

	return scan_run(&s, doc, limits, at, err);
}

int
jsonscan_top(uint32_t *found, struct bytes doc, const char *const *names, size_t count,
    const struct limits *limits, struct err *err)
{
	struct scan s = { .names = names, .names_count = count };

	if (scan_run(&s, doc, limits, NULL, err) != 0)
		return -1;
	*found = s.found;
	return 0;
}

int
jsonscan_numbers(struct buf *plain, struct bytes doc, const struct limits *limits,
    const struct where *at, struct err *err)
{
	struct scan s = { .plain = plain };

	buf_reset(plain);
	return scan_run(&s, doc, limits, at, err);
}
