/* SPDX-License-Identifier: Apache-2.0 */
/* An image layout in memory. */
#include "memlayout.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/ossl.h"

static struct ossl *shared;

void
ml_init(struct memlayout *l)
{
	memset(l, 0, sizeof(*l));
	arena_init(&l->mem, 0);
	limits_default(&l->limits);
	/*
	 * Algorithms are fetched once for the program: a fuzzer makes layouts by the
	 * million.
	 */
	if (shared == NULL)
		shared = ossl_new();
	l->lib = shared;
	l->hasher = hasher_new(l->lib);
	l->index_extra = "";
	l->names.user.trusted = true;
}

void
ml_clear(struct memlayout *l)
{
	if (l->built)
		graph_clear(&l->graph);
	store_free(l->store);
	hasher_free(l->hasher);
	arena_clear(&l->mem);
}

const char *
ml_text(struct memlayout *l, const char *fmt, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	text = arena_alloc(&l->mem, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(args);
	return text;
}

const char *
ml_desc(struct memlayout *l, const struct piece *p, const char *extra)
{
	return ml_text(l, "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%llu%s}",
	    p->type, p->digest, (unsigned long long)p->size, extra);
}

struct piece
ml_piece(struct memlayout *l, const char *type, const char *content)
{
	struct piece p = { .type = type, .size = strlen(content) };
	struct digest d;
	char name[DIGEST_TEXT];

	hasher_of(l->hasher, DIGEST_SHA256, bytes_of(content, strlen(content)), &d);
	digest_format(name, &d);
	p.digest = ml_text(l, "%s", name);
	p.json = ml_desc(l, &p, "");
	return p;
}

void
ml_add(
    struct memlayout *l, const char *digest, const char *content, enum blob_state state)
{
	struct memblob b = {
		{ .size = strlen(content), .state = state, .flags = BLOB_META }, content
	};

	if (content[0] == '{')
		b.blob.flags |= BLOB_JSON;
	if (digest_parse(&b.blob.digest, str_of(digest), NULL, &l->err) != 0)
		abort();
	VEC_PUSH(&l->mem, &l->blobs, b);
}

static void
fill(struct memlayout *l)
{
	bool again;

	store_free(l->store);
	l->store = store_new(&l->limits, l->hasher);
	for (size_t i = 0; i < l->blobs.n; i++) {
		const struct memblob *b = &l->blobs.v[i];

		if (store_add(l->store, &b->blob,
			bytes_of(b->content, strlen(b->content)), &again, &l->err) != 0)
			abort();
	}
}

struct piece
ml_blob(struct memlayout *l, const char *type, const char *content)
{
	struct piece p = ml_piece(l, type, content);

	ml_add(l, p.digest, content, BLOB_OK);
	return p;
}

struct piece
ml_image(struct memlayout *l, const char *salt, const char *extra)
{
	struct piece config =
	    ml_blob(l, T_CONFIG, ml_text(l, "{\"rootfs\":{},\"s\":\"%s\"}", salt));
	struct piece layer = ml_blob(l, T_LAYER, ml_text(l, "layer %s", salt));

	return ml_blob(l, T_MANIFEST,
	    ml_text(l,
		"{\"schemaVersion\":2,\"mediaType\":\"" T_MANIFEST
		"\",\"config\":%s,\"layers\":[%s]%s}",
		config.json, layer.json, extra));
}

struct piece
ml_signature(struct memlayout *l, const char *salt, const char *subject)
{
	struct piece envelope = ml_blob(l, T_JWS, ml_text(l, "envelope %s", salt));

	return ml_blob(l, T_MANIFEST,
	    ml_text(l,
		"{\"schemaVersion\":2,\"mediaType\":\"" T_MANIFEST
		"\",\"artifactType\":\"" T_NOTARY
		"\",\"config\":{\"mediaType\":\"" T_EMPTY "\",\"digest\":\"" EMPTY_SHA256
		"\",\"size\":2},\"layers\":[%s],\"subject\":%s}",
		envelope.json, subject));
}

struct piece
ml_index(struct memlayout *l, const char *children, const char *extra)
{
	return ml_blob(l, T_INDEX,
	    ml_text(l,
		"{\"schemaVersion\":2,\"mediaType\":\"" T_INDEX
		"\",\"manifests\":[%s]%s}",
		children, extra));
}

void
ml_entry_raw(struct memlayout *l, const char *json)
{
	VEC_PUSH(&l->mem, &l->entries, json);
}

void
ml_entry(struct memlayout *l, const struct piece *p, const char *annotations)
{
	ml_entry_raw(
	    l, annotations == NULL
		   ? p->json
		   : ml_desc(l, p, ml_text(l, ",\"annotations\":{%s}", annotations)));
}

int
ml_build(struct memlayout *l)
{
	struct graph_names names = l->names;
	struct where at = { .file = STR("index.json") };
	AUTO(buf_clear) struct buf list = { .max = 64 << 20 };
	const char *text;

	names.user.repository = str_of(l->repository);
	if (l->built)
		graph_clear(&l->graph);
	for (size_t i = 0; i < l->entries.n; i++)
		buf_printf(&list, "%s%s", i == 0 ? "" : ",", l->entries.v[i]);
	text = l->index_json != NULL
		   ? l->index_json
		   : ml_text(l, "{\"schemaVersion\":2,\"manifests\":[%s]%s}",
			 buf_cstr(&list), l->index_extra);
	fill(l);
	l->err.reason = REASON_NONE;
	l->documents.index = bytes_of(text, strlen(text));
	l->built = layout_documents_read(&l->catalogue, &l->documents, &l->mem, l->hasher,
		       &l->limits, &l->err) == 0 &&
	    graph_build(&l->graph, l->store, &l->catalogue, &names, &l->limits, &at, &l->err) ==
		0;
	return l->built ? 0 : -1;
}

struct node *
ml_node(const struct memlayout *l, const char *digest)
{
	for (size_t i = 0; l->built && i < l->graph.node_count; i++)
		if (str_is(l->graph.nodes[i]->digest_text, digest))
			return l->graph.nodes[i];
	return NULL;
}

bool
ml_note(const struct node *n, enum reason r)
{
	for (size_t i = 0; n != NULL && i < n->note_count; i++)
		if (n->notes[i].reason == r)
			return true;
	return false;
}

bool
ml_input_note(const struct memlayout *l, enum reason r)
{
	for (size_t i = 0; l->built && i < l->graph.note_count; i++)
		if (l->graph.notes[i].reason == r)
			return true;
	return false;
}

bool
ml_judged(struct memlayout *l, enum subjects which, const char *digest)
{
	size_t count;
	struct node **list = graph_subjects(&l->graph, which, &count);

	for (size_t i = 0; i < count; i++)
		if (str_is(list[i]->digest_text, digest))
			return true;
	return false;
}

size_t
ml_judged_count(struct memlayout *l, enum subjects which)
{
	size_t count;

	graph_subjects(&l->graph, which, &count);
	return count;
}
