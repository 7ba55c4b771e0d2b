/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lib/envbuild.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "codec/base64.h"

#define MOST ((size_t)1 << 22)

struct str
env_json(struct arena *mem, const char *text)
{
	struct str in = str_of(text);
	char *copy = arena_alloc(mem, in.len + 1);

	for (size_t i = 0; i < in.len; i++)
		copy[i] = in.ptr[i] == '\'' ? '"' : in.ptr[i];
	return (struct str){ copy, in.len };
}

ATTR_NORETURN static void
mistake(const char *at)
{
	printf("Bail out! CBOR text of a test is wrong near %.20s\n", at);
	exit(99);
}

static const char *
skip(const char *p)
{
	while (*p == ' ' || *p == ',' || *p == ':')
		p++;
	return p;
}

static void
head(struct buf *out, unsigned major, uint64_t value)
{
	unsigned more = value < 24            ? 0
			: value <= UINT8_MAX  ? 1
			: value <= UINT16_MAX ? 2
			: value <= UINT32_MAX ? 4
					      : 8;
	static const unsigned info[] = { 0, 24, 25, 0, 26, 0, 0, 0, 27 };

	buf_u8(out, (uint8_t)(major << 5 | (more == 0 ? (unsigned)value : info[more])));
	if (more > 0)
		buf_be(out, value, more);
}

static const char *
hex(struct buf *out, const char *p, char end)
{
	unsigned octet;
	int n;

	while (*p != end) {
		if (*p == ' ') {
			p++;
			continue;
		}
		if (sscanf(p, "%2x%n", &octet, &n) != 1 || n != 2)
			mistake(p);
		buf_u8(out, (uint8_t)octet);
		p += 2;
	}
	return p + 1;
}

static const char *
string(struct buf *out, const char *p, unsigned major)
{
	AUTO(buf_clear) struct buf inner = { .max = MOST };
	const char *end = strchr(p, '\'');

	if (end == NULL)
		mistake(p);
	if (major == 2) {
		p = hex(&inner, p, '\'');
	} else {
		buf_add(&inner, bytes_of(p, (size_t)(end - p)));
		p = end + 1;
	}
	head(out, major, inner.len);
	buf_add(out, buf_bytes(&inner));
	return p;
}

static const char *value(struct buf *out, const char *p);

/* Items up to `end`; the count goes before them. */
static const char *
inside(struct buf *out, const char *p, unsigned major, const char *end)
{
	AUTO(buf_clear) struct buf inner = { .max = MOST };
	uint64_t n = 0;

	for (p = skip(p); strncmp(p, end, strlen(end)) != 0; p = skip(p), n++)
		p = value(&inner, p);
	if (major == 5 && n % 2 != 0)
		mistake(p);
	head(out, major, major == 2 ? inner.len : major == 5 ? n / 2 : n);
	buf_add(out, buf_bytes(&inner));
	return p + strlen(end);
}

static const char *
number(struct buf *out, const char *p)
{
	bool minus = *p == '-';
	char *end;
	uint64_t n = strtoull(p + minus, &end, 10);

	if (end == p + minus)
		mistake(p);
	if (*end != '(') {
		head(out, minus, minus ? n - 1 : n);
		return end;
	}
	head(out, 6, n);
	p = skip(value(out, skip(end + 1)));
	if (*p != ')')
		mistake(p);
	return p + 1;
}

static const char *
value(struct buf *out, const char *p)
{
	static const struct {
		const char *word;
		uint8_t octet;
	} words[] = { { "false", 0xf4 }, { "true", 0xf5 }, { "null", 0xf6 } };

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strncmp(p, words[i].word, strlen(words[i].word)) == 0) {
			buf_u8(out, words[i].octet);
			return p + strlen(words[i].word);
		}
	}
	if (strncmp(p, "<<", 2) == 0)
		return inside(out, p + 2, 2, ">>");
	if (strncmp(p, "h'", 2) == 0)
		return string(out, p + 2, 2);
	switch (*p) {
	case '\'':
		return string(out, p + 1, 3);
	case '[':
		return inside(out, p + 1, 4, "]");
	case '{':
		return inside(out, p + 1, 5, "}");
	case '#':
		return hex(out, p + 1, '#');
	default:
		return number(out, p);
	}
}

struct bytes
env_cbor(struct arena *mem, const char *text)
{
	AUTO(buf_clear) struct buf out = { .max = MOST };
	const char *p = skip(text);

	while (*p != '\0')
		p = skip(value(&out, p));
	return arena_bytes(mem, buf_bytes(&out));
}

struct bytes
env_jws(struct arena *mem, const struct env_jws *parts)
{
	const char *payload = parts->payload != NULL ? parts->payload : ENV_PAYLOAD;
	const char *protected = parts->protected_ != NULL ? parts->protected_
							  : "{" ENV_J_ALG "," ENV_J_REST
							    "}";
	const char *header = parts->header != NULL ? parts->header : "{" ENV_J_HEADER "}";
	const char *signature = parts->signature != NULL ? parts->signature : "AQID";
	struct str p = base64_encode(mem, BASE64_URL, str_bytes(env_json(mem, payload)));
	struct str h =
	    base64_encode(mem, BASE64_URL, str_bytes(env_json(mem, protected)));

	return str_bytes(arena_printf(mem,
	    "{\"payload\":\"%.*s\",\"protected\":\"%.*s\",\"header\":%.*s,\"signature\":\"%s\"}",
	    STR_ARG(p), STR_ARG(h), STR_ARG(env_json(mem, header)), signature));
}

struct bytes
env_cose(struct arena *mem, const struct env_cose *parts)
{
	const char *protected = parts->protected_ != NULL ? parts->protected_
							  : "{" ENV_C_ALG "," ENV_C_REST
							    "}";
	const char *unprotected =
	    parts->unprotected != NULL ? parts->unprotected : "{" ENV_C_CHAIN "}";
	struct str payload = env_json(mem, ENV_PAYLOAD);
	AUTO(buf_clear) struct buf out = { .max = MOST };

	buf_text(&out, "\xd2\x84");
	inside(&out, arena_printf(mem, "%s>>", protected).ptr, 2, ">>");
	buf_add(&out, env_cbor(mem, unprotected));
	if (parts->payload != NULL) {
		buf_add(&out, env_cbor(mem, parts->payload));
	} else {
		head(&out, 2, payload.len);
		buf_str(&out, payload);
	}
	buf_add(&out,
	    env_cbor(mem, parts->signature != NULL ? parts->signature : "h'010203'"));
	return arena_bytes(mem, buf_bytes(&out));
}
