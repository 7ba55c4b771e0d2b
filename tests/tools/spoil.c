/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns one bit of one part of a layout's only Notary signature, or of its image, in place, and
 * makes every digest around it right again: what somebody does who knows the format.
 *
 *   spoil LAYOUT payload|protected|signature|chain|token|subject
 *
 * Nothing is encoded anew, so nothing else can change: lengths stay, and in JSON a digit becomes a
 * digit. Prints the digest of the image. It knows the layouts that Notation writes, no others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "codec/base64.h"
#include "crypto/digest.h"
#include "crypto/ossl.h"

enum { MAX_FILE = 1 << 20, HEX = 64 };

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "spoil: %s\n", what);
	exit(1);
}

/* --- files ---------------------------------------------------------------------------------- */

struct layout {
	const char *dir;
	struct arena *mem;
	struct hasher *hasher;
};
struct blob {
	char hex[HEX + 1];
	struct buf data;
};

static const char *
path_of(const struct layout *l, const char *hex)
{
	static char path[4096];

	if (hex == NULL)
		snprintf(path, sizeof(path), "%s/index.json", l->dir);
	else
		snprintf(path, sizeof(path), "%s/blobs/sha256/%s", l->dir, hex);
	return path;
}

static void
load(const struct layout *l, struct buf *out, const char *hex)
{
	FILE *f = fopen(path_of(l, hex), "rb");
	uint8_t part[4096];
	size_t n;

	if (f == NULL)
		die(path_of(l, hex));
	buf_init(out, MAX_FILE);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, (struct bytes){ part, n });
	fclose(f);
	buf_cstr(out);
}

static void
save(const struct layout *l, const struct buf *data, const char *hex)
{
	FILE *f = fopen(path_of(l, hex), "wb");

	if (f == NULL || fwrite(data->ptr, 1, data->len, f) != data->len ||
	    fclose(f) != 0)
		die(path_of(l, hex));
}

/* Under its new digest, and not under the old: one left behind would still be a good signature. */
static void
rename_blob(
    const struct layout *l, struct blob *b, struct buf *const *names, size_t count)
{
	char text[DIGEST_TEXT], *at;
	struct digest d;

	unlink(path_of(l, b->hex));
	hasher_of(l->hasher, DIGEST_SHA256, buf_bytes(&b->data), &d);
	digest_format(text, &d);
	for (size_t i = 0; i < count; i++)
		while ((at = strstr((char *)names[i]->ptr, b->hex)) != NULL)
			memcpy(at, strchr(text, ':') + 1, HEX);
	memcpy(b->hex, strchr(text, ':') + 1, HEX);
	save(l, &b->data, b->hex);
}

/* --- the bit -------------------------------------------------------------------------------- */

static size_t
after(struct bytes in, const char *mark, size_t len)
{
	const uint8_t *at = memmem(in.ptr, in.len, mark, len);

	if (at == NULL)
		die("a mark is not there");
	return (size_t)(at - in.ptr) + len;
}

/* Which octet of a part: in the digest, in the time, in the middle, or in its own signature. */
static size_t
place(const char *part, struct bytes in, bool json)
{
	if (strcmp(part, "payload") == 0)
		return after(in, "sha256:", 7) + 3;
	if (strcmp(part, "protected") == 0)
		return json ? after(in, "signingTime\":\"20", 16)
			    : after(in, "signingTime", 11) + 5;
	return strcmp(part, "signature") == 0 ? in.len / 2 : in.len - 1;
}

/* The lowest bit of octet `i` of what the base 64 text at `start` says. */
static void
turn_encoded(char *start, size_t i, const char *alphabet)
{
	char *at = start + i / 3 * 4 + 1 + i % 3;
	size_t value = (size_t)(strchr(alphabet, *at) - alphabet);

	*at = alphabet[value ^ (size_t)(16 >> 2 * (i % 3))];
}

static void
turn_jws(const struct layout *l, const char *part, struct buf *env)
{
	static const char *const keys[][2] = { { "payload", "\"payload\":\"" },
		{ "protected", "\"protected\":\"" }, { "signature", "\"signature\":\"" },
		{ "chain", "\"x5c\":[\"" },
		{ "token", "\"io.cncf.notary.timestampSignature\":\"" } };
	bool standard = strcmp(part, "chain") == 0 || strcmp(part, "token") == 0;
	const char *key = NULL;
	struct bytes in;
	char *start;

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i][0], part) == 0)
			key = keys[i][1];
	if (key == NULL)
		die("no such part");
	start = (char *)env->ptr + after(buf_bytes(env), key, strlen(key));
	if (!base64_decode(&in, l->mem, standard ? BASE64_STANDARD : BASE64_URL,
		(struct str){ start, strcspn(start, "\"") }))
		die("not base 64");
	turn_encoded(start, place(part, in, true),
	    standard
		? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
		: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

/* The octet string (RFC 8949 section 3.1, two octets of length) at `at`. */
static struct bytes
octets(const struct buf *env, size_t at)
{
	size_t len;

	if (at + 3 > env->len || env->ptr[at] != 0x59)
		die("no octet string there");
	len = (size_t)env->ptr[at + 1] << 8 | env->ptr[at + 2];
	return (struct bytes){ env->ptr + at + 3, len };
}

static void
turn_cose(const char *part, struct buf *env)
{
	struct bytes all = buf_bytes(env), in = all;

	if (strcmp(part, "signature") == 0) /* the last member, 64 octets at least */
		in.ptr += all.len - 64, in.len = 64;
	else if (strcmp(part, "chain") == 0) /* label 33, an array */
		in = octets(env, after(all, "\x18\x21", 2) + 1);
	else if (strcmp(part, "token") == 0)
		in = octets(env, after(all, "io.cncf.notary.timestampSignature", 33));
	env->ptr[(size_t)(in.ptr - env->ptr) + place(part, in, false)] ^= 1;
}

/* --- the layout ----------------------------------------------------------------------------- */

static void
spoil(const struct layout *l, const char *part)
{
	static const char mark[] = "\"digest\":\"sha256:";
	struct blob image = { .hex = "" }, sig = { .hex = "" }, env = { .hex = "" }, any;
	struct buf index;
	const char *at;

	load(l, &index, NULL);
	for (at = (char *)index.ptr; (at = strstr(at, mark)) != NULL; at++) {
		snprintf(any.hex, sizeof(any.hex), "%.64s", at + strlen(mark));
		load(l, &any.data, any.hex);
		*(strstr((char *)any.data.ptr, "\"subject\":") != NULL ? &sig : &image) =
		    any;
	}
	if (image.hex[0] == '\0' || sig.hex[0] == '\0')
		die("want one image and one signature");
	if (strcmp(part, "subject") == 0) {
		/* Another media type of a layer: still a manifest, not the one that was signed. */
		image.data.ptr[after(buf_bytes(&image.data), ".tar\"", 5) - 2] ^= 1;
		rename_blob(l, &image, (struct buf *[]){ &index, &sig.data }, 2);
	} else {
		at = strstr((char *)sig.data.ptr, "\"layers\":");
		at = at == NULL ? NULL : strstr(at, mark);
		if (at == NULL)
			die("no layer");
		snprintf(env.hex, sizeof(env.hex), "%.64s", at + strlen(mark));
		load(l, &env.data, env.hex);
		if (env.data.ptr[0] == '{')
			turn_jws(l, part, &env.data);
		else
			turn_cose(part, &env.data);
		rename_blob(l, &env, (struct buf *[]){ &sig.data }, 1);
		buf_clear(&env.data);
	}
	rename_blob(l, &sig, (struct buf *[]){ &index }, 1);
	save(l, &index, NULL);
	printf("sha256:%s\n", image.hex);
	buf_clear(&image.data);
	buf_clear(&sig.data);
	buf_clear(&index);
}

int
main(int argc, char **argv)
{
	struct arena mem;
	struct ossl *lib;
	struct layout l;

	if (argc != 3) {
		fputs(
		    "usage: spoil LAYOUT payload|protected|signature|chain|token|subject\n",
		    stderr);
		return 64;
	}
	lib = ossl_new();
	arena_init(&mem, 1 << 24);
	l = (struct layout){ argv[1], &mem, hasher_new(lib) };
	spoil(&l, argv[2]);
	hasher_free(l.hasher);
	arena_clear(&mem);
	ossl_free(lib);
	return 0;
}
