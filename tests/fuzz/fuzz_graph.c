/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Graphs: the octets are a programme that makes manifests over those made before, tells
 * the truth about them or not, and lists them. Building must end, meet each node once,
 * keep everything sorted, and let nothing that could be run go without a verdict.
 */
#include <stdlib.h>

#include "tests/lib/memlayout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PIECES_MOST = 64 };

#define ATTESTATION                                                                         \
	",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":{" \
	"\"vnd.docker.reference.type\":\"attestation-manifest\"}"

struct program {
	const uint8_t *at, *end;
	struct memlayout l;
	struct piece pieces[PIECES_MOST];
	size_t count;
};

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static unsigned
take(struct program *p)
{
	return p->at < p->end ? *p->at++ : 0;
}

/* A descriptor of an earlier piece; some bits of the octet make it lie. */
static const char *
some_descriptor(struct program *p)
{
	static const char *const types[] = { T_MANIFEST, T_INDEX, T_DOCKER,
		"application/x" };
	static const char *const extras[] = { "", ",\"artifactType\":\"a/b\"",
		",\"urls\":[\"https://x\"]", ",\"data\":\"e30=\"", ATTESTATION };
	struct piece piece = p->pieces[take(p) % p->count];
	unsigned lie = take(p);

	if ((lie & 0x18) == 0x18)
		piece.size += lie & 3;
	if ((lie & 0x60) == 0x60)
		piece.type = types[lie & 3];
	return ml_desc(&p->l, &piece, lie < 0x80 ? "" : extras[lie % COUNT(extras)]);
}

static const char *
some_list(struct program *p)
{
	unsigned n = take(p) % 6;
	const char *list = "";

	for (unsigned i = 0; i < n; i++)
		list =
		    ml_text(&p->l, "%s%s%s", list, i == 0 ? "" : ",", some_descriptor(p));
	return list;
}

static const char *
some_annotations(struct program *p)
{
	const char *digest = p->pieces[take(p) % p->count].digest;
	unsigned what = take(p) % 9;

	switch (what) {
	case 1:
		return REF_NAME "\"1.0\"";
	case 2:
		return CONTAINERD_NAME "\"r.io/a/b:1\"";
	case 3:
		return ml_text(&p->l, REF_NAME "\"sha256-%s\"", digest + 7);
	case 4:
		return ml_text(&p->l, REF_NAME "\"sha256-%s.sig\"", digest + 7);
	case 5:
		return "\"kind\":\"dev.cosignproject.cosign/sigs\"";
	case 6:
		return CONTAINERD_NAME "\"r.io/a/c:1\"," REF_NAME "\"r.io/a/d:2\"";
	case 7:
		return "\"containerd.io/distribution.source.r.io\":\"a/b,c/d\"";
	case 8:
		return REF_NAME "\"\\u0001\"";
	default:
		return NULL;
	}
}

static void
step(struct program *p)
{
	struct memlayout *l = &p->l;
	const char *salt = ml_text(l, "%zu", p->count);
	struct piece *out = &p->pieces[p->count];
	const char *annotations;

	switch (take(p) % 9) {
	case 0:
		*out = ml_image(l, salt, "");
		break;
	case 1:
		*out =
		    ml_image(l, salt, ml_text(l, ",\"subject\":%s", some_descriptor(p)));
		break;
	case 2:
		*out = ml_signature(l, salt, some_descriptor(p));
		break;
	case 3:
		*out = ml_index(l, some_list(p), "");
		break;
	case 4:
		*out = ml_index(
		    l, some_list(p), ml_text(l, ",\"subject\":%s", some_descriptor(p)));
		break;
	case 5: /* absent */
		*out = ml_piece(l, T_MANIFEST, salt);
		break;
	case 6: /* wrong octets, or no plain file */
		*out = ml_piece(l, T_INDEX, salt);
		ml_add(
		    l, out->digest, "{\"schemaVersion\":2}", BLOB_MISMATCH + take(p) % 4);
		break;
	case 7: /* no type inside, any layers */
		*out = ml_blob(l, T_MANIFEST,
		    ml_text(l,
			"{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s],\"x\":%s}",
			some_descriptor(p), some_list(p), salt));
		break;
	default:
		annotations = some_annotations(p);
		ml_entry_raw(l, some_descriptor(p));
		ml_entry(l, &p->pieces[take(p) % p->count], annotations);
		return;
	}
	p->count++;
}

/* --- what must hold --- */

static bool
in_graph(const struct graph *g, const struct node *n)
{
	for (size_t i = 0; i < g->node_count; i++)
		if (g->nodes[i] == n)
			return true;
	return false;
}

static void
check_node(const struct graph *g, const struct node *n, const struct limits *limits)
{
	size_t count, alike = 0;

	must(n->referrer_count <= limits->v[LIMIT_REFERRERS]);
	for (size_t i = 0; i < n->referrer_count; i++) {
		const struct node *r = n->referrers[i];

		must(in_graph(g, r) && r->subject == n && r->state == NODE_PRESENT);
		must(str_equal(r->manifest.subject.digest_text, n->digest_text) &&
		     str_equal(r->manifest.subject.media_type, n->media_type) &&
		     r->manifest.subject.size == n->size);
		must(i == 0 || digest_cmp(&n->referrers[i - 1]->digest, &r->digest) < 0);
	}
	for (size_t i = 0; i < n->child_count; i++)
		must(in_graph(g, n->children[i].node) && n->children[i].node->is_child);
	for (size_t i = 0; i < n->parent_count; i++)
		must(in_graph(g, n->parents[i]) &&
		     (i == 0 || digest_cmp(&n->parents[i - 1]->digest,
				    &n->parents[i]->digest) < 0));
	must((n->state == NODE_BROKEN) == (n->problem != REASON_NONE));
	must(n->state == NODE_PRESENT || n->class == CLASS_UNKNOWN);
	must(n->class != CLASS_SUPPORTING || n->state == NODE_PRESENT);
	graph_names_of(n, &count);
	for (size_t i = 0; i < n->note_count; i++)
		alike += n->notes[i].reason == n->notes[0].reason;
	must(alike <= 100);
}

static bool
judged(struct node **list, size_t count, const struct node *n)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == n)
			return true;
	return false;
}

static void
check_subjects(struct graph *g)
{
	size_t roots, parts, all;
	struct node **r = graph_subjects(g, SUBJECTS_ROOTS, &roots);
	struct node **p = graph_subjects(g, SUBJECTS_PLATFORMS, &parts);
	struct node **a = graph_subjects(g, SUBJECTS_ALL, &all);

	for (size_t i = 0; i < roots; i++) {
		must(r[i]->class != CLASS_SUPPORTING && judged(p, parts, r[i]));
		must(i == 0 || digest_cmp(&r[i - 1]->digest, &r[i]->digest) < 0);
	}
	for (size_t i = 0; i < parts; i++)
		must(judged(a, all, p[i]));
	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = g->nodes[i];

		/* Nothing above it could vouch for it. */
		if (n->is_root && (n->parent_count == 0 || n->named) &&
		    n->class != CLASS_SUPPORTING && n->state != NODE_ABSENT)
			must(judged(r, roots, n));
		if (n->class == CLASS_IMAGE && n->is_root)
			must(judged(p, parts, n));
		if (n->class == CLASS_IMAGE)
			must(judged(a, all, n));
	}
}

static void
check(struct memlayout *l)
{
	struct graph *g = &l->graph;

	must(g->node_count <= l->limits.v[LIMIT_GRAPH_NODES]);
	for (size_t i = 0; i < g->node_count; i++) {
		must(i == 0 ||
		     digest_cmp(&g->nodes[i - 1]->digest, &g->nodes[i]->digest) < 0);
		must(graph_find(g, &g->nodes[i]->digest) == g->nodes[i]);
		check_node(g, g->nodes[i], &l->limits);
	}
	for (size_t i = 0; i < g->root_count; i++)
		must(g->roots[i]->is_root && in_graph(g, g->roots[i]));
	for (size_t i = 1; i < g->missing_count; i++)
		must(str_cmp(g->missing_digests[i - 1], g->missing_digests[i]) < 0);
	must(g->missing == g->missing_count);
	check_subjects(g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program *p = xmalloc(sizeof(*p));

	memset(p, 0, sizeof(*p));
	p->at = data;
	p->end = data + size;
	ml_init(&p->l);
	p->l.limits.v[LIMIT_GRAPH_DEPTH] = 1 + take(p) % 8;
	p->l.limits.v[LIMIT_REFERRERS] = 1 + take(p) % 8;
	p->l.limits.v[LIMIT_GRAPH_NODES] = 8 + take(p) % 64;
	if (take(p) % 4 == 0)
		p->l.repository = "r.example/imported";
	p->pieces[p->count++] = ml_image(&p->l, "first", "");
	for (int i = 0; i < 200 && p->at < p->end && p->count < PIECES_MOST; i++)
		step(p);
	if (ml_build(&p->l) == 0)
		check(&p->l);
	else
		must(p->l.err.reason == REASON_LIMIT_GRAPH_NODES_HIT ||
		     (p->l.err.reason == REASON_USAGE_NAME && p->l.repository != NULL));
	ml_clear(&p->l);
	free(p);
	return 0;
}
