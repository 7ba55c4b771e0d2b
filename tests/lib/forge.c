/* SPDX-License-Identifier: Apache-2.0 */
/* The ground of the forge: memory, keys, bytes and text. */
#include "tests/lib/forge.h"
#include "tests/lib/tap.h"

#include <openssl/pem.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FORGE_KEYS 64

struct forge {
	struct arena mem;
	EVP_PKEY *keys[FORGE_KEYS];
	const char *names[FORGE_KEYS];
	size_t count;
};

void
forge_die(const char *fmt, ...)
{
	va_list args;

	fputs("forge: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(99);
}

struct forge *
forge_new(void)
{
	struct forge *f = xmalloc(sizeof(*f));

	memset(f, 0, sizeof(*f));
	arena_init(&f->mem, 0);
	return f;
}

void
forge_free(struct forge *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->count; i++)
		EVP_PKEY_free(f->keys[i]);
	arena_clear(&f->mem);
	free(f);
}

struct arena *
forge_mem(struct forge *f)
{
	return &f->mem;
}

static EVP_PKEY *
keep_key(struct forge *f, EVP_PKEY *key, const char *name)
{
	if (key == NULL)
		forge_die("no key %s", name);
	if (f->count == FORGE_KEYS)
		forge_die("more than %d keys", FORGE_KEYS);
	f->keys[f->count] = key;
	f->names[f->count] = arena_str(&f->mem, str_of(name)).ptr;
	return f->keys[f->count++];
}

EVP_PKEY *
forge_key(struct forge *f, const char *name)
{
	EVP_PKEY *key;
	struct str path;
	FILE *in;

	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->names[i], name) == 0)
			return f->keys[i];
	path = arena_printf(&f->mem, "%s/fixtures/keys/%s.pem", tap_srcdir(), name);
	in = fopen(path.ptr, "r");
	if (in == NULL)
		forge_die("cannot open %s", path.ptr);
	key = PEM_read_PrivateKey(in, NULL, NULL, NULL);
	fclose(in);
	return keep_key(f, key, name);
}

EVP_PKEY *
forge_key_new(struct forge *f, const char *kind)
{
	EVP_PKEY *key;

	if (strncmp(kind, "RSA-", 4) == 0)
		key = EVP_PKEY_Q_keygen(
		    NULL, NULL, "RSA", (size_t)strtoul(kind + 4, NULL, 10));
	else if (strcmp(kind, "ED25519") == 0 || strcmp(kind, "ED448") == 0 ||
		 strcmp(kind, "X25519") == 0)
		key = EVP_PKEY_Q_keygen(NULL, NULL, kind);
	else
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
	return keep_key(f, key, kind);
}

struct bytes
forge_text(const char *text)
{
	return str_bytes(str_of(text));
}

struct bytes
forge_flip(struct forge *f, struct bytes in, size_t at, uint8_t mask)
{
	uint8_t *copy;

	if (at >= in.len)
		forge_die("flip at %zu of %zu", at, in.len);
	copy = arena_alloc(&f->mem, in.len);
	memcpy(copy, in.ptr, in.len);
	copy[at] ^= mask == 0 ? 1 : mask;
	return bytes_of(copy, in.len);
}

size_t
forge_after(struct bytes in, const char *text)
{
	const uint8_t *hit = memmem(in.ptr, in.len, text, strlen(text));

	if (hit == NULL)
		forge_die("\"%s\" is not there", text);
	return (size_t)(hit - in.ptr) + strlen(text);
}

struct str
forge_base64(struct forge *f, struct bytes in)
{
	size_t len = (in.len + 2) / 3 * 4;
	uint8_t *out = arena_alloc(&f->mem, len + 1);

	EVP_EncodeBlock(out, in.ptr, (int)in.len);
	return (struct str){ (const char *)out, len };
}

struct str
forge_base64url(struct forge *f, struct bytes in)
{
	struct str s = forge_base64(f, in);
	char *out = arena_alloc(&f->mem, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len && s.ptr[i] != '='; i++)
		out[n++] = s.ptr[i] == '+' ? '-' : s.ptr[i] == '/' ? '_' : s.ptr[i];
	return (struct str){ out, n };
}

struct bytes
forge_hash(struct forge *f, const char *hash, struct bytes in)
{
	uint8_t *out = arena_alloc(&f->mem, EVP_MAX_MD_SIZE);
	size_t len = 0;

	if (EVP_Q_digest(NULL, hash, NULL, in.ptr, in.len, out, &len) != 1)
		forge_die("no hash %s", hash);
	return bytes_of(out, len);
}

struct str
forge_hex(struct forge *f, struct bytes in)
{
	char *out = arena_alloc(&f->mem, 2 * in.len + 1);

	for (size_t i = 0; i < in.len; i++)
		snprintf(out + 2 * i, 3, "%02x", in.ptr[i]);
	return (struct str){ out, 2 * in.len };
}

struct str
forge_json(struct forge *f, const char *text)
{
	AUTO(buf_clear) struct buf b = { .max = 1 << 20 };

	buf_u8(&b, '"');
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			buf_printf(&b, "\\%c", *p);
		else if ((unsigned char)*p < 0x20)
			buf_printf(&b, "\\u%04x", (unsigned char)*p);
		else
			buf_u8(&b, (uint8_t)*p);
	}
	buf_u8(&b, '"');
	return arena_str(&f->mem, (struct str){ (const char *)b.ptr, b.len });
}

struct bytes
forge_der(struct forge *f, uint8_t tag, size_t count, ...)
{
	uint8_t head[6] = { tag };
	struct bytes part[16];
	size_t len = 0, n = 1;
	uint8_t *out, *at;
	va_list args;

	if (count > COUNT(part))
		forge_die("more than %zu parts", COUNT(part));
	va_start(args, count);
	for (size_t i = 0; i < count; i++) {
		part[i] = va_arg(args, struct bytes);
		len += part[i].len;
	}
	va_end(args);
	if (len < 0x80) {
		head[n++] = (uint8_t)len;
	} else {
		size_t octets = len < 0x100 ? 1 : len < 0x10000 ? 2 : 3;

		head[n++] = (uint8_t)(0x80 | octets);
		while (octets-- > 0)
			head[n++] = (uint8_t)(len >> (8 * octets));
	}
	out = arena_alloc(&f->mem, n + len);
	memcpy(out, head, n);
	at = out + n;
	for (size_t i = 0; i < count; i++) {
		if (part[i].len > 0)
			memcpy(at, part[i].ptr, part[i].len);
		at += part[i].len;
	}
	return bytes_of(out, n + len);
}

struct bytes
forge_der_oid(struct forge *f, const char *oid)
{
	ASN1_OBJECT *obj = OBJ_txt2obj(oid, 1);
	int len = obj == NULL ? -1 : i2d_ASN1_OBJECT(obj, NULL);
	uint8_t *out, *end;

	if (len < 0)
		forge_die("bad OID %s", oid);
	out = end = arena_alloc(&f->mem, (size_t)len);
	i2d_ASN1_OBJECT(obj, &end);
	ASN1_OBJECT_free(obj);
	return bytes_of(out, (size_t)len);
}

struct bytes
forge_der_uint(struct forge *f, uint8_t tag, uint64_t value)
{
	uint8_t be[9] = { 0 };
	size_t skip = 0;

	for (size_t i = 0; i < 8; i++)
		be[i + 1] = (uint8_t)(value >> (8 * (7 - i)));
	while (skip < 8 && be[skip] == 0 && be[skip + 1] < 0x80)
		skip++;
	return forge_der(f, tag, 1, bytes_of(be + skip, 9 - skip));
}

const char *
forge_asn1_time(struct forge *f, const char *when)
{
	char *out = arena_alloc(&f->mem, strlen(when) + 24);
	size_t n = 0;

	for (const char *p = when; *p != '\0'; p++)
		if ((*p >= '0' && *p <= '9') || *p == '.')
			out[n++] = *p;
	if (n == 8) /* a date only: midnight */
		n += (size_t)snprintf(out + n, 8, "000000");
	if (n < 14)
		forge_die("bad time %s", when);
	out[n] = 'Z';
	return out;
}
