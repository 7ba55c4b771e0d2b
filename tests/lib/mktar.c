/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lib/mktar.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static void
must(bool good, const char *what)
{
	if (good)
		return;
	printf("Bail out! mktar: %s\n", what);
	exit(1);
}

/* --- tar --- */

void
mktar_init(struct mktar *t)
{
	buf_init(&t->out, (size_t)1 << 30);
}

void
mktar_clear(struct mktar *t)
{
	buf_clear(&t->out);
}

void
mktar_raw(struct mktar *t, struct bytes data)
{
	must(buf_add(&t->out, data) == 0, "too large");
}

void
mktar_zeros(struct mktar *t, size_t n)
{
	static const uint8_t zeros[4096];

	for (; n > sizeof(zeros); n -= sizeof(zeros))
		mktar_raw(t, bytes_of(zeros, sizeof(zeros)));
	mktar_raw(t, bytes_of(zeros, n));
}

void
mktar_data(struct mktar *t, struct bytes data)
{
	mktar_raw(t, data);
	mktar_zeros(t, (512 - data.len % 512) % 512);
}

static void
put(uint8_t *field, size_t len, const char *text)
{
	size_t n = text == NULL ? 0 : strlen(text);

	must(n <= len, "field too long");
	if (n > 0)
		memcpy(field, text, n);
}

void
mktar_head(struct mktar *t, const struct mktar_head *h)
{
	uint8_t head[512] = { 0 };
	char text[32];
	unsigned sum = 0;

	put(head, 100, h->name);
	put(head + 100, 8, "0000644");
	put(head + 108, 8, "0000000");
	put(head + 116, 8, "0000000");
	snprintf(text, sizeof(text), "%011llo", (unsigned long long)h->size);
	put(head + 124, 12, text);
	if (h->name_field != NULL)
		memcpy(head, h->name_field, 100);
	if (h->size_field != NULL)
		memcpy(head + 124, h->size_field, 12);
	put(head + 136, 12, "00000000000");
	head[156] = (uint8_t)h->type;
	put(head + 157, 100, h->link);
	memcpy(head + 257,
	    h->magic != NULL ? h->magic
			     : "ustar\0"
			       "00",
	    8);
	put(head + 345, 155, h->prefix);
	if (h->raw.len > 0)
		memcpy(head + h->raw_at, h->raw.ptr, h->raw.len);
	memset(head + 148, ' ', 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += head[i];
	snprintf(text, sizeof(text), "%06o", (sum + h->bad_checksum) & 0777777u);
	memcpy(head + 148, text, 7);
	mktar_raw(t, bytes_of(head, sizeof(head)));
}

void
mktar_file(struct mktar *t, const char *name, struct bytes data)
{
	mktar_head(
	    t, &(struct mktar_head){ .type = '0', .name = name, .size = data.len });
	mktar_data(t, data);
}

void
mktar_text(struct mktar *t, const char *name, const char *text)
{
	mktar_file(t, name, bytes_of(text, strlen(text)));
}

void
mktar_member(struct mktar *t, char type, const char *name, const char *link)
{
	mktar_head(t, &(struct mktar_head){ .type = type, .name = name, .link = link });
}

struct bytes
mktar_record(struct arena *mem, const char *key, struct bytes value)
{
	size_t bare = 1 + strlen(key) + 1 + value.len + 1, len = bare + 1, digits;
	char text[32];
	uint8_t *out;

	do {
		digits = (size_t)snprintf(text, sizeof(text), "%zu", len);
		len = bare + digits;
	} while ((size_t)snprintf(text, sizeof(text), "%zu", len) != digits);
	out = arena_alloc(mem, len + 1);
	snprintf((char *)out, len + 1, "%zu %s=", len, key);
	if (value.len > 0)
		memcpy(out + len - 1 - value.len, value.ptr, value.len);
	out[len - 1] = '\n';
	return bytes_of(out, len);
}

void
mktar_pax(struct mktar *t, char type, struct bytes records)
{
	mktar_head(t, &(struct mktar_head){
			  .type = type, .name = "PaxHeaders/x", .size = records.len });
	mktar_data(t, records);
}

void
mktar_long(struct mktar *t, char type, struct bytes name)
{
	mktar_head(t, &(struct mktar_head){ .type = type,
			  .name = "././@LongLink",
			  .size = name.len + 1,
			  .magic = "ustar  \0" });
	mktar_raw(t, name);
	mktar_zeros(t, 512 - name.len % 512);
}

void
mktar_end(struct mktar *t)
{
	mktar_zeros(t, 1024);
}

/* --- compression --- */

struct bytes
mk_gzip(struct arena *mem, struct bytes plain)
{
	z_stream z = { 0 };
	size_t room = plain.len + plain.len / 1000 + 1024;
	uint8_t *out = arena_alloc(mem, room);

	must(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK,
	    "deflate");
	z.next_in = (z_const Bytef *)(uintptr_t)plain.ptr;
	z.avail_in = (uInt)plain.len;
	z.next_out = out;
	z.avail_out = (uInt)room;
	must(deflate(&z, Z_FINISH) == Z_STREAM_END, "deflate");
	room -= z.avail_out;
	deflateEnd(&z);
	return bytes_of(out, room);
}

struct bytes
mk_zstd(struct arena *mem, struct bytes plain, bool stored_size)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(plain.len), n;
	uint8_t *out = arena_alloc(mem, room);

	must(ctx != NULL, "zstd");
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_contentSizeFlag, stored_size);
	n = ZSTD_compress2(ctx, out, room, plain.ptr, plain.len);
	must(!ZSTD_isError(n), "zstd");
	ZSTD_freeCCtx(ctx);
	return bytes_of(out, n);
}

/* --- layout --- */

const char *
blob_name(struct arena *mem, const struct digest *d)
{
	char text[DIGEST_TEXT];

	digest_format(text, d);
	*strchr(text, ':') = '/';
	return arena_printf(mem, "blobs/%s", text).ptr;
}

static void
add(struct mklayout *l, const char *name, struct str text)
{
	l->v[l->count].name = name;
	l->v[l->count++].data = str_bytes(text);
}

static struct digest
add_blob(struct mklayout *l, struct reader *r, struct str text)
{
	struct digest d = reader_digest(r, DIGEST_SHA256, str_bytes(text));

	add(l, blob_name(&r->mem, &d), text);
	return d;
}

void
mklayout(struct mklayout *out, struct reader *r)
{
	struct arena *mem = &r->mem;
	char config[DIGEST_TEXT], layer[DIGEST_TEXT], manifest[DIGEST_TEXT];
	struct str text;

	*out = (struct mklayout){ 0 };
	out->config = add_blob(out, r,
	    STR("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{}}"));
	out->layer = add_blob(out, r, STR("not really a layer"));
	out->envelope = add_blob(out, r, STR("\xd2\x84\x43\xa1\x01\x26"));
	digest_format(config, &out->config);
	digest_format(layer, &out->layer);
	text = arena_printf(mem,
	    "{\"schemaVersion\":2,\"config\":{\"mediaType\":"
	    "\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":65},"
	    "\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\","
	    "\"digest\":\"%s\",\"size\":18}]}",
	    config, layer);
	out->manifest = add_blob(out, r, text);
	digest_format(manifest, &out->manifest);
	text = arena_printf(mem,
	    "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":"
	    "\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"%s\",\"size\":%zu}]}",
	    manifest, text.len);
	add(out, "index.json", text);
	add(out, "oci-layout", STR("{\"imageLayoutVersion\":\"1.0.0\"}"));
}

void
mktar_layout(struct mktar *t, const struct mklayout *l, const char *prefix)
{
	char name[256];

	for (size_t i = 0; i < l->count; i++) {
		snprintf(name, sizeof(name), "%s%s", prefix, l->v[i].name);
		mktar_file(t, name, l->v[i].data);
	}
}

/* --- reading --- */

void
reader_init(struct reader *r)
{
	ossl_process_init();
	*r = (struct reader){ .fd = -1 };
	r->lib = ossl_new();
	r->hasher = hasher_new(r->lib);
	limits_default(&r->limits);
	arena_init(&r->mem, 0);
}

static void
drop(struct reader *r)
{
	input_source_free(r->source);
	store_free(r->store);
	r->source = NULL;
	r->store = NULL;
	file_close(&r->fd);
	r->facts = (struct input_facts){ 0 };
	r->err = (struct err){ 0 };
}

void
reader_free(struct reader *r)
{
	drop(r);
	hasher_free(r->hasher);
	ossl_free(r->lib);
	arena_clear(&r->mem);
}

int
memory_file(struct bytes data)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t n;

	must(fd >= 0, "memfd_create");
	while (done < data.len) {
		n = write(fd, data.ptr + done, data.len - done);
		must(n > 0, "write");
		done += (size_t)n;
	}
	return fd;
}

static enum reason
read_it(struct reader *r, bool is_dir)
{
	struct input_options o = { .limits = &r->limits,
		.hash_file = r->hash_file,
		.progress = r->progress,
		.progress_ctx = r->progress_ctx };

	r->store = store_new(&r->limits, r->hasher);
	r->status = form_read(&r->facts, &r->catalogue, r->store, &r->source, &r->mem, r->fd, is_dir,
	    r->hasher, &o, &r->err);
	/* As if everything had been judged by now. */
	return r->status == 0 && input_settled(r->source, &r->err) == 0 ? REASON_NONE
									: r->err.reason;
}

enum reason
reader_bytes(struct reader *r, struct bytes file)
{
	drop(r);
	r->fd = memory_file(file);
	return read_it(r, false);
}

enum reason
reader_path(struct reader *r, const char *path)
{
	bool is_dir;

	drop(r);
	r->status = input_open(&r->fd, &is_dir, path, &r->err);
	return r->status == 0 ? read_it(r, is_dir) : r->err.reason;
}

enum reason
reader_tar(struct reader *r, const struct mktar *t)
{
	return reader_bytes(r, buf_bytes(&t->out));
}

uint64_t
reader_note(const struct reader *r, enum reason reason)
{
	for (size_t i = 0; i < r->facts.note_count; i++)
		if (r->facts.notes[i].reason == reason)
			return r->facts.notes[i].count;
	return 0;
}

struct digest
reader_digest(struct reader *r, enum digest_alg alg, struct bytes data)
{
	struct digest d;

	hasher_of(r->hasher, alg, data, &d);
	return d;
}
