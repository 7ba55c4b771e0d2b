/* SPDX-License-Identifier: Apache-2.0 */
/* Referrer graphs that must not pass, or must not cost much: rows G. */
#include "store/graph_parts.h"
#include "tests/lib/memlayout.h"
#include "tests/lib/tap.h"

#define D_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define D_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/*
 * A cycle can only be claimed: whoever names a digest inside the content it is computed
 * from has to give a wrong one. So the claim dies of blob.digest-mismatch before any
 * edge is drawn, and graph.cycle stays for the day when a digest fails.
 */
static void
bad_G01_cycle(void)
{
	struct piece a = { T_INDEX, D_A, 10, NULL }, b = { T_INDEX, D_B, 10, NULL };
	struct memlayout l;
	struct piece self, good;

	ml_init(&l);
	good = ml_image(&l, "good", "");
	a.size = strlen(
	    ml_text(&l, "{\"schemaVersion\":2,\"manifests\":[%s]}", ml_desc(&l, &b, "")));
	b.size = a.size;
	ml_add(&l, D_A,
	    ml_text(&l, "{\"schemaVersion\":2,\"manifests\":[%s]}", ml_desc(&l, &b, "")),
	    BLOB_MISMATCH);
	ml_add(&l, D_B,
	    ml_text(&l, "{\"schemaVersion\":2,\"manifests\":[%s]}", ml_desc(&l, &a, "")),
	    BLOB_MISMATCH);
	self = ml_signature(&l, "self",
	    ml_text(&l,
		"{\"mediaType\":\"" T_MANIFEST "\",\"digest\":\"" D_A "\",\"size\":1}"));
	ml_entry_raw(&l, ml_desc(&l, &a, ""));
	ml_entry_raw(&l, ml_desc(&l, &b, ""));
	ml_entry(&l, &self, NULL);
	ml_entry(&l, &good, NULL);
	ok(ml_build(&l) == 0, "bad_G01_cycle ends");
	is_reason(ml_node(&l, D_A)->problem, REASON_BLOB_DIGEST_MISMATCH, "bad_G01 one");
	is_reason(
	    ml_node(&l, D_B)->problem, REASON_BLOB_DIGEST_MISMATCH, "bad_G01 the other");
	ok(ml_node(&l, D_A)->child_count == 0, "bad_G01 no edge is drawn");
	is_reason(ml_node(&l, good.digest)->problem, REASON_NONE, "bad_G01 sibling");
	ml_clear(&l);
}

static struct slot *
claim(struct build *b, const char *digest, const char *subject)
{
	struct digest d;
	struct slot *s;

	if (digest_parse(&d, str_of(digest), NULL, b->err) != 0)
		return NULL;
	s = slot_new(b, str_of(digest), &d);
	s->node.state = NODE_PRESENT;
	s->node.media_type = STR(T_MANIFEST);
	s->node.size = 7;
	s->node.manifest.has_subject = true;
	s->node.manifest.subject = (struct descriptor){ .media_type = STR(T_MANIFEST),
		.digest_text = str_of(subject),
		.digest = d,
		.size = 7 };
	return s;
}

/* As if digests could be made to fit: what no input can bring about. */
static void
bad_G01_cycle_if_digests_failed(void)
{
	static const char *const subjects[][2] = { { D_B, D_A }, { D_A, D_B },
		{ D_B, D_B } };

	for (size_t i = 0; i < COUNT(subjects); i++) {
		struct graph g = { .node_count = 0 };
		const struct catalogue none = { .count = 0 };
		struct build b = { .g = &g, .mem = &g.mem, .from = &none };
		struct limits limits;
		struct slot *x, *y;
		struct err err;

		limits_default(&limits);
		b.limits = &limits;
		b.err = &err;
		arena_init(&g.mem, 0);
		map_init(&b.by_digest, &g.mem);
		x = claim(&b, D_A, subjects[i][0]);
		y = claim(&b, D_B, subjects[i][1]);
		ok(graph_link(&b) == 0, "bad_G01_cycle_if_digests_failed %zu: ends", i);
		ok(x->node.problem == REASON_GRAPH_CYCLE ||
			y->node.problem == REASON_GRAPH_CYCLE,
		    "bad_G01 is cut");
		ok(x->node.subject == NULL || y->node.subject == NULL,
		    "bad_G01 and open");
		arena_clear(&g.mem);
	}
}

static void
bad_G02_depth_of_indexes(void)
{
	struct memlayout l;
	struct piece level[12], image;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	level[0] = image;
	for (size_t i = 1; i < COUNT(level); i++)
		level[i] = ml_index(&l, level[i - 1].json, "");
	/* Level 1 is the entry; the manifest is level 8. */
	ml_entry(&l, &level[7], NULL);
	ok(ml_build(&l) == 0, "bad_G02 sibling");
	is_reason(ml_node(&l, image.digest)->problem, REASON_NONE,
	    "bad_G02 sibling: eight levels");
	l.entries.n = 0;
	ml_entry(&l, &level[8], NULL);
	ok(ml_build(&l) == 0, "bad_G02_depth_of_indexes");
	is_reason(ml_node(&l, image.digest)->problem, REASON_LIMIT_GRAPH_DEPTH_HIT,
	    "bad_G02 nine levels");
	ok(ml_note(ml_node(&l, image.digest), REASON_LIMIT_GRAPH_DEPTH_HIT),
	    "bad_G02 noted");
	l.limits.v[LIMIT_GRAPH_DEPTH] = 9;
	ok(ml_build(&l) == 0, "bad_G02 with a higher limit");
	is_reason(ml_node(&l, image.digest)->problem, REASON_NONE,
	    "bad_G02 with a higher limit: fine");
	ml_clear(&l);
}

static void
bad_G02_chain_of_referrers(void)
{
	struct memlayout l;
	struct piece chain[11];

	ml_init(&l);
	chain[0] = ml_image(&l, "a", "");
	ml_entry(&l, &chain[0], NULL);
	for (size_t i = 1; i < COUNT(chain); i++) {
		chain[i] = ml_signature(&l, ml_text(&l, "%zu", i), chain[i - 1].json);
		ml_entry(&l, &chain[i], NULL);
	}
	ok(ml_build(&l) == 0, "bad_G02_chain_of_referrers");
	is_reason(ml_node(&l, chain[7].digest)->problem, REASON_NONE,
	    "bad_G02 sibling: the eighth");
	is_u64(
	    ml_node(&l, chain[6].digest)->referrer_count, 1, "bad_G02 sibling: attached");
	is_reason(ml_node(&l, chain[8].digest)->problem, REASON_LIMIT_GRAPH_DEPTH_HIT,
	    "bad_G02 the ninth");
	is_reason(ml_node(&l, chain[9].digest)->problem, REASON_LIMIT_GRAPH_DEPTH_HIT,
	    "bad_G02 the tenth");
	is_u64(ml_node(&l, chain[7].digest)->referrer_count, 0, "bad_G02 cut off");
	ok(ml_note(ml_node(&l, chain[7].digest), REASON_LIMIT_GRAPH_DEPTH_HIT),
	    "bad_G02 noted where it was cut");
	ml_clear(&l);
}

static void
bad_G03_referrers(void)
{
	struct memlayout l;
	struct piece image;
	const struct node *n;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	ml_entry(&l, &image, NULL);
	for (int i = 0; i < 30; i++)
		ml_signature(&l, ml_text(&l, "%d", i), image.json);
	l.limits.v[LIMIT_REFERRERS] = 30;
	ok(ml_build(&l) == 0, "bad_G03 sibling");
	n = ml_node(&l, image.digest);
	ok(n->referrer_count == 30 && !ml_note(n, REASON_LIMIT_REFERRERS_HIT),
	    "bad_G03 sibling: all");
	struct digest ninth = n->referrers[9]->digest;
	l.limits.v[LIMIT_REFERRERS] = 10;
	ok(ml_build(&l) == 0, "bad_G03_referrers");
	n = ml_node(&l, image.digest);
	is_u64(n->referrer_count, 10, "bad_G03 the first by digest");
	ok(digest_equal(&n->referrers[9]->digest, &ninth), "bad_G03 the same as before");
	ok(ml_note(n, REASON_LIMIT_REFERRERS_HIT), "bad_G03 told of");
	ml_clear(&l);
}

static void
bad_G04_counts(void)
{
	struct memlayout l;
	struct piece image;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	ml_entry(&l, &image, NULL);
	ml_entry(&l,
	    &(struct piece){ T_MANIFEST, D_A, UINT64_C(4611686018427387904), NULL },
	    "\"a\":\"b\"");
	ok(ml_build(&l) == 0, "bad_G04_counts: a huge size reserves nothing");
	ok(ml_node(&l, D_A)->state == NODE_ABSENT, "bad_G04 it is only absent");
	ok(l.graph.mem.used < 1 << 20, "bad_G04 memory by what was read");
	l.limits.v[LIMIT_GRAPH_NODES] = 2;
	ok(ml_build(&l) == 0, "bad_G04 sibling: as many nodes as allowed");
	l.limits.v[LIMIT_GRAPH_NODES] = 1;
	ok(ml_build(&l) != 0, "bad_G04 more nodes than allowed");
	is_reason(l.err.reason, REASON_LIMIT_GRAPH_NODES_HIT, "bad_G04 why");
	ml_clear(&l);
}

/* A few indexes that list the same thing again and again are small, and their edges are not. */
static void
bad_G04_edges(void)
{
	struct piece image, one, two;
	struct memlayout l;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	one = ml_index(&l, ml_text(&l, "%s,%s", image.json, image.json), "");
	two = ml_index(&l, image.json, "");
	ml_entry(&l, &one, NULL);
	ml_entry(&l, &two, NULL);
	l.limits.v[LIMIT_GRAPH_EDGES] = 3;
	ok(ml_build(&l) == 0, "bad_G04_edges sibling: as many entries as allowed");
	l.limits.v[LIMIT_GRAPH_EDGES] = 2;
	ok(ml_build(&l) != 0, "bad_G04_edges more entries than allowed");
	is_reason(l.err.reason, REASON_LIMIT_GRAPH_EDGES_HIT, "bad_G04_edges why");
	ml_clear(&l);
}

static void
bad_G05_subject_mismatch(void)
{
	struct memlayout l;
	struct piece image, type, size, good, wrong;
	const struct node *n;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	good = ml_signature(&l, "good", image.json);
	wrong = image;
	wrong.size++;
	size = ml_signature(&l, "size", ml_desc(&l, &wrong, ""));
	wrong = image;
	wrong.type = T_DOCKER;
	type = ml_signature(&l, "type", ml_desc(&l, &wrong, ""));
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &good, NULL);
	ml_entry(&l, &size, NULL);
	ml_entry(&l, &type, NULL);
	ok(ml_build(&l) == 0, "bad_G05_subject_mismatch");
	n = ml_node(&l, image.digest);
	is_u64(n->referrer_count, 1, "bad_G05 only the one that matches in all three");
	is_str(n->referrers[0]->digest_text, good.digest, "bad_G05 sibling");
	ok(ml_note(n, REASON_REFERRER_SUBJECT_MISMATCH), "bad_G05 noted on the subject");
	ok(ml_note(ml_node(&l, size.digest), REASON_REFERRER_SUBJECT_MISMATCH),
	    "bad_G05 size");
	ok(ml_note(ml_node(&l, type.digest), REASON_REFERRER_SUBJECT_MISMATCH),
	    "bad_G05 type");
	ok(ml_node(&l, size.digest)->subject == NULL, "bad_G05 not attached");
	ok(!ml_note(ml_node(&l, good.digest), REASON_REFERRER_SUBJECT_MISMATCH),
	    "bad_G05 sibling: no note");
	is_reason(n->problem, REASON_NONE,
	    "bad_G05 a lying referrer does not break its subject");
	is_u64(
	    ml_judged_count(&l, SUBJECTS_ROOTS), 1, "bad_G05 and is not judged itself");
	ml_clear(&l);
}

static void
bad_G06_not_attached(void)
{
	struct memlayout l;
	struct piece image, other, mine, theirs, bare, list;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	other = ml_image(&l, "b", "");
	mine = ml_signature(&l, "mine", image.json);
	theirs = ml_signature(&l, "theirs", other.json);
	bare = ml_image(&l, "c", "");
	list =
	    ml_index(&l, ml_text(&l, "%s,%s,%s", mine.json, theirs.json, bare.json), "");
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &other, NULL);
	ml_entry(&l, &list, ml_text(&l, REF_NAME "\"sha256-%s\"", image.digest + 7));
	ok(ml_build(&l) == 0, "bad_G06_not_attached");
	ok(ml_note(ml_node(&l, theirs.digest), REASON_REFERRER_NOT_ATTACHED),
	    "bad_G06 another subject");
	ok(ml_note(ml_node(&l, bare.digest), REASON_REFERRER_NOT_ATTACHED),
	    "bad_G06 no subject");
	ok(!ml_note(ml_node(&l, mine.digest), REASON_REFERRER_NOT_ATTACHED),
	    "bad_G06 sibling");
	ok(ml_note(ml_node(&l, image.digest), REASON_REFERRER_NOT_ATTACHED),
	    "bad_G06 told on the subject");
	is_u64(ml_node(&l, image.digest)->referrer_count, 1,
	    "bad_G06 the list proves nothing");
	is_u64(ml_node(&l, other.digest)->referrer_count, 1,
	    "bad_G06 the manifest's own subject decides");
	ml_clear(&l);
}

static void
bad_G08_duplicate(void)
{
	struct memlayout l;
	struct piece image, sig, once, list;
	const char *children = "";

	ml_init(&l);
	image = ml_image(&l, "a", "");
	sig = ml_signature(&l, "1", image.json);
	once = ml_signature(&l, "2", image.json);
	for (int i = 0; i < 1000; i++)
		children = ml_text(&l, "%s%s,", children, sig.json);
	list = ml_index(&l, ml_text(&l, "%s%s", children, once.json), "");
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &list, ml_text(&l, REF_NAME "\"sha256-%s\"", image.digest + 7));
	ok(ml_build(&l) == 0, "bad_G08_duplicate");
	is_u64(ml_node(&l, image.digest)->referrer_count, 2, "bad_G08 each once");
	ok(ml_note(ml_node(&l, sig.digest), REASON_REFERRER_DUPLICATE), "bad_G08 noted");
	ok(!ml_note(ml_node(&l, once.digest), REASON_REFERRER_DUPLICATE),
	    "bad_G08 sibling");
	is_u64(ml_node(&l, sig.digest)->note_count, 1, "bad_G08 noted once");
	ml_clear(&l);
}

static void
bad_G09_type_conflict(void)
{
	struct memlayout l;
	struct piece image, lies, tells, silent;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	lies = ml_signature(&l, "1", image.json);
	tells = ml_signature(&l, "2", image.json);
	silent = ml_signature(&l, "3", image.json);
	ml_entry(&l, &image, NULL);
	ml_entry_raw(
	    &l, ml_desc(&l, &lies, ",\"artifactType\":\"application/spdx+json\""));
	ml_entry_raw(&l, ml_desc(&l, &tells, ",\"artifactType\":\"" T_NOTARY "\""));
	ml_entry(&l, &silent, NULL);
	ok(ml_build(&l) == 0, "bad_G09_type_conflict");
	ok(ml_note(ml_node(&l, lies.digest), REASON_REFERRER_TYPE_CONFLICT),
	    "bad_G09 noted");
	ok(ml_note(ml_node(&l, image.digest), REASON_REFERRER_TYPE_CONFLICT),
	    "bad_G09 on the subject, too");
	is_str(ml_node(&l, lies.digest)->effective_type, T_NOTARY,
	    "bad_G09 the manifest's counts");
	ok(!ml_note(ml_node(&l, tells.digest), REASON_REFERRER_TYPE_CONFLICT) &&
		!ml_note(ml_node(&l, silent.digest), REASON_REFERRER_TYPE_CONFLICT),
	    "bad_G09 siblings");
	ml_clear(&l);
}

static void
bad_G10_no_inheritance(void)
{
	struct memlayout l;
	struct piece a, b, index, other, on_index, on_child;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	index = ml_index(&l, ml_text(&l, "%s,%s", a.json, b.json), "");
	other = ml_index(&l, a.json, "");
	on_index = ml_signature(&l, "1", index.json);
	on_child = ml_signature(&l, "2", a.json);
	ml_entry(&l, &index, NULL);
	ml_entry(&l, &other, NULL);
	ml_entry(&l, &on_index, NULL);
	ml_entry(&l, &on_child, NULL);
	ok(ml_build(&l) == 0, "bad_G10_no_inheritance");
	is_u64(ml_node(&l, index.digest)->referrer_count, 1,
	    "bad_G10 the index has its own");
	is_u64(ml_node(&l, a.digest)->referrer_count, 1, "bad_G10 a part has its own");
	is_u64(ml_node(&l, b.digest)->referrer_count, 0, "bad_G10 and none of its index");
	is_u64(ml_node(&l, other.digest)->referrer_count, 0,
	    "bad_G10 nor an index one of its part");
	ml_clear(&l);
}

/* Every layer of paths doubles their number; each node is still met once. */
static void
bad_G11_diamonds(void)
{
	struct memlayout l;
	struct piece level;

	ml_init(&l);
	l.limits.v[LIMIT_GRAPH_DEPTH] = 64;
	level = ml_image(&l, "a", "");
	for (int i = 0; i < 60; i++)
		level = ml_index(&l, ml_text(&l, "%s,%s", level.json, level.json),
		    ml_text(&l, ",\"x\":%d", i));
	ml_entry(&l, &level, CONTAINERD_NAME "\"r.io/a:1\"");
	ok(ml_build(&l) == 0, "bad_G11_diamonds ends");
	is_u64(l.graph.node_count, 61, "bad_G11 each node once");
	is_u64(ml_judged_count(&l, SUBJECTS_PLATFORMS), 61, "bad_G11 and judged once");
	ml_clear(&l);
}

static void
bad_G11_shared_layer(void)
{
	struct memlayout l;
	struct piece config, layer;

	ml_init(&l);
	config = ml_blob(&l, T_CONFIG, "{}");
	layer = ml_piece(&l, T_LAYER, "shared, and not there");
	for (int i = 0; i < 2000; i++) {
		struct piece p = ml_blob(&l, T_MANIFEST,
		    ml_text(&l,
			"{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s],\"x\":%d}",
			config.json, layer.json, i));
		ml_entry(&l, &p, NULL);
	}
	ok(ml_build(&l) == 0, "bad_G11_shared_layer");
	is_u64(l.graph.missing, 1, "bad_G11 missing once");
	ml_clear(&l);
}

static void
bad_G12_orphan(void)
{
	struct memlayout l;
	struct piece image, gone, orphan, scan, good;
	const struct node *n;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	gone = ml_piece(&l, T_MANIFEST, "an image that is not here");
	orphan = ml_signature(&l, "1", gone.json);
	scan = ml_signature(&l, "2", gone.json);
	good = ml_signature(&l, "3", image.json);
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &orphan, NULL);
	ml_entry(&l, &good, NULL);
	ok(ml_build(&l) == 0, "bad_G12_orphan");
	ok(ml_note(ml_node(&l, orphan.digest), REASON_REFERRER_ORPHAN), "bad_G12 noted");
	ok(ml_note(ml_node(&l, scan.digest), REASON_REFERRER_ORPHAN),
	    "bad_G12 by scan, too");
	ok(!ml_note(ml_node(&l, good.digest), REASON_REFERRER_ORPHAN), "bad_G12 sibling");
	ok(ml_input_note(&l, REASON_REFERRER_ORPHAN), "bad_G12 counted for the input");
	n = ml_node(&l, gone.digest);
	ok(n != NULL && n->state == NODE_ABSENT && n->found_by == FOUND_SUBJECT,
	    "bad_G12 the subject is a name");
	is_u64(l.graph.missing, 0, "bad_G12 a subject is not missing");
	is_u64(ml_judged_count(&l, SUBJECTS_ALL), 1, "bad_G12 only the image is judged");
	ml_clear(&l);
}

/* What is told about one node, and the names it has, are bounded. */
static void
bad_many_notes(void)
{
	struct memlayout l;
	struct piece image, wrong;
	const struct node *n;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	ml_entry(&l, &image, NULL);
	wrong = image;
	wrong.size++;
	for (int i = 0; i < 99; i++)
		ml_signature(&l, ml_text(&l, "%d", i), ml_desc(&l, &wrong, ""));
	ok(ml_build(&l) == 0, "bad_many_notes sibling");
	n = ml_node(&l, image.digest);
	is_u64(n->note_count, 99, "bad_many_notes sibling: all of them");
	ok(!ml_note(n, REASON_LIMIT_FINDINGS_HIT),
	    "bad_many_notes sibling: nothing left out");
	for (int i = 99; i < 300; i++)
		ml_signature(&l, ml_text(&l, "%d", i), ml_desc(&l, &wrong, ""));
	ok(ml_build(&l) == 0, "bad_many_notes");
	n = ml_node(&l, image.digest);
	is_u64(n->note_count, 100, "bad_many_notes: a hundred");
	ok(ml_note(n, REASON_LIMIT_FINDINGS_HIT),
	    "bad_many_notes: and that there are more");
	ml_clear(&l);
}

/* Those of no weight do not hide the one that blocks. */
static void
bad_notes_hide(void)
{
	struct memlayout l;
	struct piece a, b, wrong;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	ml_entry(&l, &a, REF_NAME "\"r.io/x:1\"");
	ml_entry(&l, &b, REF_NAME "\"r.io/x:1\"");
	wrong = a;
	wrong.size++;
	for (int i = 0; i < 200; i++)
		ml_signature(&l, ml_text(&l, "%d", i), ml_desc(&l, &wrong, ""));
	ok(ml_build(&l) == 0, "bad_notes_hide");
	ok(ml_note(ml_node(&l, b.digest), REASON_LAYOUT_TAG_AMBIGUOUS),
	    "bad_notes_hide sibling: the other is told");
	ok(ml_note(ml_node(&l, a.digest), REASON_LAYOUT_TAG_AMBIGUOUS),
	    "bad_notes_hide: among many, too");
	ml_clear(&l);
}

static void
bad_many_names(void)
{
	struct memlayout l;
	struct piece image;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	for (int i = 0; i < 4096; i++)
		ml_entry(&l, &image, ml_text(&l, REF_NAME "\"%d\"", i));
	ok(ml_build(&l) == 0, "bad_many_names sibling");
	is_reason(ml_node(&l, image.digest)->problem, REASON_NONE,
	    "bad_many_names sibling: fine");
	ml_entry(&l, &image, REF_NAME "\"one-more\"");
	ok(ml_build(&l) == 0, "bad_many_names");
	is_reason(ml_node(&l, image.digest)->problem, REASON_LIMIT_FINDINGS_HIT,
	    "bad_many_names: none may be dropped");
	ml_clear(&l);
}

int
main(void)
{
	bad_G01_cycle();
	bad_G01_cycle_if_digests_failed();
	bad_G02_depth_of_indexes();
	bad_G02_chain_of_referrers();
	bad_G03_referrers();
	bad_G04_counts();
	bad_G04_edges();
	bad_G05_subject_mismatch();
	bad_G06_not_attached();
	bad_G08_duplicate();
	bad_G09_type_conflict();
	bad_G10_no_inheritance();
	bad_G11_diamonds();
	bad_G11_shared_layer();
	bad_G12_orphan();
	bad_many_notes();
	bad_notes_hide();
	bad_many_names();
	return tap_done();
}
