/* SPDX-License-Identifier: Apache-2.0 */
/* OCI image layouts in a folder, with signatures attached as `notation` attaches them. */
#include "tests/lib/forge.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define INDEX_TYPE "application/vnd.oci.image.index.v1+json"
#define EMPTY_TYPE "application/vnd.oci.empty.v1+json"
#define SIGNATURE_TYPE "application/vnd.cncf.notary.signature"

struct forge_layout {
	struct forge *f;
	const char *dir;
	struct buf index;
	size_t entries;
};

void
forge_mkdir(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		forge_die("cannot make %s: %s", path, strerror(errno));
}

void
forge_write(const char *dir, const char *name, struct bytes data)
{
	char path[4096];
	FILE *out;
	bool fine;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "wb");
	fine = out != NULL &&
	       (data.len == 0 || fwrite(data.ptr, 1, data.len, out) == data.len);
	if (out == NULL || fclose(out) != 0 || !fine)
		forge_die("cannot write %s", path);
}

struct forge_layout *
forge_layout_new(struct forge *f, const char *dir)
{
	struct forge_layout *l = arena_alloc(forge_mem(f), sizeof(*l));

	l->f = f;
	l->dir = arena_str(forge_mem(f), str_of(dir)).ptr;
	buf_init(&l->index, (size_t)64 << 20);
	forge_mkdir(dir);
	forge_mkdir(arena_printf(forge_mem(f), "%s/blobs", dir).ptr);
	forge_mkdir(arena_printf(forge_mem(f), "%s/blobs/sha256", dir).ptr);
	forge_write(dir, "oci-layout", forge_text("{\"imageLayoutVersion\":\"1.0.0\"}"));
	return l;
}

void
forge_layout_memory(struct forge_layout *l, struct forge *f)
{
	l->f = f;
}

void
forge_layout_end(struct forge_layout *l)
{
	AUTO(buf_clear) struct buf b = { .max = (size_t)64 << 20 };

	buf_printf(
	    &b, "{\"schemaVersion\":2,\"mediaType\":\"" INDEX_TYPE "\",\"manifests\":[");
	buf_add(&b, buf_bytes(&l->index));
	buf_text(&b, "]}");
	forge_write(l->dir, "index.json", buf_bytes(&b));
	buf_clear(&l->index);
}

static const char *
blob_name(struct forge_layout *l, const struct forge_desc *d)
{
	return arena_printf(forge_mem(l->f), "blobs/sha256/%s", d->digest.ptr + 7).ptr;
}

struct forge_desc
forge_blob(struct forge_layout *l, const char *media_type, struct bytes data)
{
	struct forge_desc d = { .media_type = media_type, .size = data.len };

	d.digest = arena_printf(forge_mem(l->f), "sha256:%s",
	    forge_hex(l->f, forge_hash(l->f, "SHA256", data)).ptr);
	forge_write(l->dir, blob_name(l, &d), data);
	return d;
}

void
forge_tamper(struct forge_layout *l, const struct forge_desc *d, struct bytes data)
{
	forge_write(l->dir, blob_name(l, d), data);
}

struct str
forge_desc_json(struct forge *f, const struct forge_desc *d, const char *extra)
{
	return arena_printf(forge_mem(f),
	    "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%llu%s}", d->media_type,
	    d->digest.ptr, (unsigned long long)d->size, extra == NULL ? "" : extra);
}

static struct str
desc_list(struct forge *f, const struct forge_desc *d, size_t count)
{
	AUTO(buf_clear) struct buf b = { .max = 1 << 20 };

	for (size_t i = 0; i < count; i++)
		buf_printf(
		    &b, "%s%s", i == 0 ? "" : ",", forge_desc_json(f, &d[i], NULL).ptr);
	return arena_str(forge_mem(f), str_of(buf_cstr(&b)));
}

struct forge_desc
forge_image(struct forge_layout *l, const char *salt, const struct forge_desc *layers,
    size_t count)
{
	struct arena *mem = forge_mem(l->f);
	AUTO(buf_clear) struct buf ids = { .max = 1 << 20 };
	struct forge_desc config;

	for (size_t i = 0; i < count; i++)
		buf_printf(&ids, "%s\"%s\"", i == 0 ? "" : ",", layers[i].digest.ptr);
	config = forge_blob(l, "application/vnd.oci.image.config.v1+json",
	    str_bytes(arena_printf(mem,
		"{\"architecture\":\"amd64\",\"os\":\"linux\","
		"\"created\":\"2024-01-15T12:00:00Z\",\"config\":{\"Labels\":{\"build\":%s}},"
		"\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}",
		forge_json(l->f, salt).ptr, buf_cstr(&ids))));
	return forge_blob(l, MANIFEST_TYPE,
	    str_bytes(arena_printf(mem,
		"{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE "\","
		"\"config\":%s,\"layers\":[%s]}",
		forge_desc_json(l->f, &config, NULL).ptr,
		desc_list(l->f, layers, count).ptr)));
}

struct forge_desc
forge_index(struct forge_layout *l, const struct forge_desc *children, size_t count)
{
	return forge_blob(l, INDEX_TYPE,
	    str_bytes(arena_printf(forge_mem(l->f),
		"{\"schemaVersion\":2,\"mediaType\":\"" INDEX_TYPE
		"\",\"manifests\":[%s]}",
		desc_list(l->f, children, count).ptr)));
}

/* The annotation is the text of a JSON array, so it is JSON inside JSON. */
static struct str
thumbprints(struct forge *f, const struct forge_chain *chain)
{
	AUTO(buf_clear) struct buf b = { .max = 1 << 16 };

	for (size_t i = 0; i < chain->count; i++)
		buf_printf(&b, "%s\"%s\"", i == 0 ? "[" : ",",
		    forge_hex(f, forge_hash(f, "SHA256", chain->cert[i])).ptr);
	buf_text(&b, "]");
	return forge_json(f, buf_cstr(&b));
}

struct forge_desc
forge_referrer(struct forge_layout *l, const struct forge_referrer *r)
{
	struct arena *mem = forge_mem(l->f);
	struct forge_desc layer =
	    forge_blob(l, forge_envelope_type(r->form), r->envelope);
	struct forge_desc config =
	    forge_blob(l, r->legacy ? SIGNATURE_TYPE : EMPTY_TYPE, forge_text("{}"));
	struct str prints =
	    r->signer == NULL
		? STR("")
		: arena_printf(mem, ",\"io.cncf.notary.x509chain.thumbprint#S256\":%s",
		      thumbprints(l->f, r->signer).ptr);

	return forge_blob(l, MANIFEST_TYPE,
	    str_bytes(arena_printf(mem,
		"{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE
		"\",%s\"config\":%s,\"layers\":[%s],\"subject\":%s,\"annotations\":"
		"{\"org.opencontainers.image.created\":\"%s\"%s}}",
		r->legacy ? "" : "\"artifactType\":\"" SIGNATURE_TYPE "\",",
		forge_desc_json(l->f, &config, NULL).ptr,
		forge_desc_json(l->f, &layer, NULL).ptr,
		forge_desc_json(l->f, &r->subject, NULL).ptr,
		r->created == NULL ? "2024-01-15T12:00:00Z" : r->created, prints.ptr)));
}

static void
add_entry(struct forge_layout *l, const struct forge_desc *d, const char *extra)
{
	buf_printf(&l->index, "%s%s", l->entries++ == 0 ? "" : ",",
	    forge_desc_json(l->f, d, extra).ptr);
}

void
forge_entry(struct forge_layout *l, const struct forge_desc *d, const char *name)
{
	const char *tag;

	if (name == NULL) {
		add_entry(l, d, NULL);
		return;
	}
	tag = strrchr(name, ':');
	add_entry(l, d,
	    arena_printf(forge_mem(l->f),
		",\"annotations\":{\"io.containerd.image.name\":%s,"
		"\"org.opencontainers.image.ref.name\":%s}",
		forge_json(l->f, name).ptr,
		forge_json(l->f, tag == NULL ? name : tag + 1).ptr)
		.ptr);
}

void
forge_referrers_tag(struct forge_layout *l, const struct forge_desc *subject,
    const struct forge_desc *referrers, size_t count)
{
	struct forge_desc index = forge_index(l, referrers, count);

	add_entry(l, &index,
	    arena_printf(forge_mem(l->f),
		",\"annotations\":{\"org.opencontainers.image.ref.name\":\"sha256-%s\"}",
		subject->digest.ptr + 7)
		.ptr);
}
