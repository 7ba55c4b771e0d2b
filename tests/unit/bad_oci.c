/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts, descriptors and manifests that must not pass: rows L, and the J rows of OCI
 * documents.
 */
#include "tests/lib/memlayout.h"
#include "tests/lib/tap.h"

#define D_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static bool
is_state(const struct memlayout *l, const char *digest, enum node_state want,
    enum reason problem, const char *what)
{
	const struct node *n = ml_node(l, digest);

	if (!ok(n != NULL && n->state == want, "%s: %s", what, node_state_name(want)))
		return false;
	return want != NODE_BROKEN || is_reason(n->problem, problem, "%s: why", what);
}

/* A manifest whose config or only layer is the descriptor `part`. */
static struct piece
manifest_with(struct memlayout *l, const char *part, bool config)
{
	struct piece other =
	    ml_blob(l, config ? T_LAYER : T_CONFIG, ml_text(l, "other %s", part));

	return ml_blob(l, T_MANIFEST,
	    ml_text(l, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}",
		config ? part : other.json, config ? other.json : part));
}

static void
bad_L04_digest_mismatch(void)
{
	struct memlayout l;
	struct piece right, wrong;

	ml_init(&l);
	right = ml_image(&l, "right", "");
	wrong = ml_piece(&l, T_MANIFEST, "{\"schemaVersion\":2}");
	ml_add(&l, wrong.digest, "{\"schemaVersion\":3}", BLOB_MISMATCH);
	ml_entry(&l, &right, NULL);
	ml_entry(&l, &wrong, NULL);
	ok(ml_build(&l) == 0, "bad_L04_digest_mismatch");
	is_state(&l, wrong.digest, NODE_BROKEN, REASON_BLOB_DIGEST_MISMATCH,
	    "bad_L04 wrong content");
	ok(ml_judged(&l, SUBJECTS_ROOTS, wrong.digest), "bad_L04 gets a verdict");
	is_state(&l, right.digest, NODE_PRESENT, REASON_NONE, "bad_L04 sibling");
	ml_clear(&l);
}

static void
bad_L05_absent(void)
{
	struct memlayout l;
	struct piece config, layer, image, other, whole, index, child;

	ml_init(&l);
	config = ml_piece(&l, T_CONFIG, "not there");
	layer = ml_piece(&l, T_LAYER, "not there either");
	image = manifest_with(&l, config.json, true);
	other = manifest_with(&l, layer.json, false);
	whole = ml_image(&l, "whole", "");
	child = ml_piece(&l, T_MANIFEST, "child");
	index = ml_index(&l, ml_text(&l, "%s,%s", child.json, whole.json), "");
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &other, NULL);
	ml_entry(&l, &index, NULL);
	ok(ml_build(&l) == 0, "bad_L05_absent");
	is_u64(l.graph.missing, 3, "bad_L05 config, layer and child are missing");
	is_state(&l, child.digest, NODE_ABSENT, REASON_NONE, "bad_L05 child");
	ok(!ml_judged(&l, SUBJECTS_ROOTS, child.digest),
	    "bad_L05 lowers nothing under roots");
	ok(ml_judged(&l, SUBJECTS_PLATFORMS, child.digest),
	    "bad_L05 is unknown under platforms");
	is_state(
	    &l, image.digest, NODE_PRESENT, REASON_NONE, "bad_L05 the manifest itself");
	is_state(&l, whole.digest, NODE_PRESENT, REASON_NONE, "bad_L05 sibling");
	ml_clear(&l);
}

static void
bad_L06_size(void)
{
	struct memlayout l;
	struct piece image, low, high, twice, good;

	ml_init(&l);
	good = ml_image(&l, "good", "");
	low = ml_image(&l, "low", "");
	high = ml_image(&l, "high", "");
	twice = ml_image(&l, "twice", "");
	image = good;
	ml_entry(&l, &good, NULL);
	low.size--;
	ml_entry_raw(&l, ml_desc(&l, &low, ""));
	high.size++;
	ml_entry_raw(&l, ml_desc(&l, &high, ""));
	ml_entry(&l, &twice, NULL);
	twice.size += 7;
	ml_entry_raw(&l, ml_desc(&l, &twice, ""));
	ok(ml_build(&l) == 0, "bad_L06_size");
	is_state(
	    &l, low.digest, NODE_BROKEN, REASON_BLOB_SIZE_MISMATCH, "bad_L06 one less");
	is_state(
	    &l, high.digest, NODE_BROKEN, REASON_BLOB_SIZE_MISMATCH, "bad_L06 one more");
	is_state(&l, twice.digest, NODE_BROKEN, REASON_BLOB_SIZE_MISMATCH,
	    "bad_L06 second descriptor");
	is_state(&l, image.digest, NODE_PRESENT, REASON_NONE, "bad_L06 sibling");
	ml_clear(&l);
}

static const struct {
	const char *digest;
	enum reason want; /* NONE: fine */
} digests[] = {
	{ D_A, REASON_NONE },
	{ "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    REASON_DIGEST_MALFORMED },
	{ "sha256:" HEX_A "a", REASON_DIGEST_MALFORMED },
	{ "sha256:aaaa", REASON_DIGEST_MALFORMED },
	{ "sha512:" HEX_A, REASON_DIGEST_MALFORMED },
	{ "sha256:sha256:" HEX_A, REASON_DIGEST_MALFORMED },
	{ "sha256:../../etc/passwd", REASON_DIGEST_MALFORMED },
	{ "sha256:", REASON_DIGEST_MALFORMED },
	{ HEX_A, REASON_DIGEST_MALFORMED },
	{ "", REASON_DIGEST_MALFORMED },
	{ "SHA256:" HEX_A, REASON_DIGEST_MALFORMED },
	{ "md5:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", REASON_DIGEST_UNSUPPORTED },
	{ "sha1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", REASON_DIGEST_UNSUPPORTED },
	{ "sha256-trunc:aaaa", REASON_DIGEST_UNSUPPORTED },
	{ "blake3:" HEX_A, REASON_DIGEST_UNSUPPORTED },
};

static void
bad_L07_digest(void)
{
	for (size_t i = 0; i < COUNT(digests); i++) {
		struct piece p = { T_MANIFEST, digests[i].digest, 3, NULL };
		struct memlayout l;
		struct piece image, index;

		ml_init(&l);
		image = ml_image(&l, "a", "");
		ml_entry(&l, &image, NULL);
		ml_entry(&l, &p, REF_NAME "\"1\"");
		index = ml_index(&l, ml_desc(&l, &p, ""), "");
		ml_entry(&l, &index, NULL);
		ok(ml_build(&l) == 0, "bad_L07_digest '%s'", p.digest);
		is_state(
		    &l, image.digest, NODE_PRESENT, REASON_NONE, "bad_L07 its neighbour");
		if (digests[i].want == REASON_DIGEST_MALFORMED) {
			bool told = p.digest[0] != '\0';

			/* What names no artifact is a fault of the whole. */
			ok(ml_input_note(&l, REASON_DIGEST_MALFORMED) == !told,
			    "bad_L07 told of");
			ok(told ? ml_judged(&l, SUBJECTS_ROOTS, p.digest)
				: ml_node(&l, p.digest) == NULL,
			    "bad_L07 gets a verdict, if it names something");
			if (told)
				is_state(&l, p.digest, NODE_BROKEN,
				    REASON_DIGEST_MALFORMED, "bad_L07 node");
			is_state(&l, index.digest, NODE_BROKEN, REASON_DIGEST_MALFORMED,
			    "bad_L07 index");
		} else if (digests[i].want != REASON_NONE) {
			is_state(&l, p.digest, NODE_BROKEN, REASON_DIGEST_UNSUPPORTED,
			    "bad_L07 node");
			ok(ml_judged(&l, SUBJECTS_ROOTS, p.digest),
			    "bad_L07 gets a verdict");
			is_state(
			    &l, index.digest, NODE_PRESENT, REASON_NONE, "bad_L07 index");
		} else {
			is_state(
			    &l, p.digest, NODE_ABSENT, REASON_NONE, "bad_L07 sibling");
			is_u64(l.graph.note_count, 0, "bad_L07 sibling: nothing to tell");
		}
		ml_clear(&l);
	}
}

/* An entry of index.json that cannot be used is a fault of what it names, and of nothing else. */
static void
bad_entries(void)
{
	static const struct {
		/* Around the digest of the image that has a good entry, too. */
		const char *before, *after;
		enum reason want;
		bool whole;
	} rows[] = {
		{ "{\"mediaType\":\"" T_MANIFEST "\",\"digest\":\"", "\",\"size\":-1}",
		    REASON_DESCRIPTOR_BAD_SIZE, false },
		{ "{\"mediaType\":\"" T_MANIFEST "\",\"digest\":\"", "\"}",
		    REASON_DESCRIPTOR_BAD_SIZE, false },
		{ "{\"digest\":\"", "\",\"size\":3}", REASON_JSON_TYPE, false },
		{ "{\"mediaType\":7,\"digest\":\"", "\",\"size\":3}", REASON_JSON_TYPE,
		    false },
		{ "{\"mediaType\":\"" T_MANIFEST "\",\"digest\":\"", "\",\"size\":3,"
		  "\"annotations\":{\"a\":1}}",
		    REASON_DESCRIPTOR_INVALID, false },
		/* Whatever it claims to be. */
		{ "{\"mediaType\":\"" T_MANIFEST "\",\"digest\":\"", "\",\"size\":-1,"
		  "\"annotations\":{" REF_NAME "\"sha256-" HEX_A ".sig\"}}",
		    REASON_DESCRIPTOR_BAD_SIZE, false },
		{ "{\"mediaType\":\"" T_MANIFEST "\",\"size\":3,\"was\":\"", "\"}",
		    REASON_JSON_TYPE, true },
		{ "[\"", "\"]", REASON_JSON_TYPE, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		for (int order = 0; order < 2; order++) {
			struct piece image, named;
			struct memlayout l;
			const char *entry;

			ml_init(&l);
			image = ml_image(&l, "a", "");
			named = ml_image(&l, "b", "");
			entry = ml_text(&l, "%s%s%s", rows[i].before, named.digest,
			    rows[i].after);
			if (order == 0)
				ml_entry_raw(&l, entry);
			ml_entry(&l, &image, NULL);
			ml_entry(&l, &named, REF_NAME "\"1\"");
			if (order == 1)
				ml_entry_raw(&l, entry);
			ok(ml_build(&l) == 0, "bad_entries %zu", i);
			is_state(
			    &l, image.digest, NODE_PRESENT, REASON_NONE, "its neighbour");
			ok(ml_input_note(&l, rows[i].want) == rows[i].whole,
			    "of the whole only if it names nothing");
			is_state(&l, named.digest,
			    rows[i].whole ? NODE_PRESENT : NODE_BROKEN,
			    rows[i].whole ? REASON_NONE : rows[i].want, "what it names");
			ok(ml_judged(&l, SUBJECTS_ROOTS, named.digest), "gets a verdict");
			is_u64(l.graph.root_count, 2, "once");
			ml_clear(&l);
		}
	}
}

/* It is found by its name, and by nobody taken for another of that name. */
static void
bad_entry_names(void)
{
	struct memlayout l;
	struct piece image;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	ml_entry(&l, &image, CONTAINERD_NAME "\"r.io/a:1\"");
	ml_entry_raw(&l,
	    "{\"mediaType\":\"" T_MANIFEST "\",\"digest\":\"" D_A "\",\"size\":-1,"
	    "\"annotations\":{" CONTAINERD_NAME "\"r.io/a:1\"}}");
	ok(ml_build(&l) == 0, "bad_entry_names");
	is_u64(ml_node(&l, D_A)->name_count, 1, "it has its name");
	ok(ml_note(ml_node(&l, D_A), REASON_LAYOUT_TAG_AMBIGUOUS) &&
		ml_note(ml_node(&l, image.digest), REASON_LAYOUT_TAG_AMBIGUOUS),
	    "which two have");
	ml_clear(&l);
}

static void
bad_L08_data(void)
{
	struct memlayout l;
	struct piece right, wrong, root, layer;

	ml_init(&l);
	layer = ml_piece(&l, T_LAYER, "abc");
	right = manifest_with(&l, ml_desc(&l, &layer, ",\"data\":\"YWJj\""), false);
	wrong = manifest_with(&l, ml_desc(&l, &layer, ",\"data\":\"YWJk\""), false);
	root = ml_image(&l, "root", "");
	ml_entry(&l, &right, NULL);
	ml_entry(&l, &wrong, NULL);
	root.size = 3;
	ml_entry_raw(&l, ml_desc(&l, &root, ",\"data\":\"YWJk\""));
	ok(ml_build(&l) == 0, "bad_L08_data");
	is_state(&l, wrong.digest, NODE_BROKEN, REASON_DESCRIPTOR_DATA_MISMATCH,
	    "bad_L08 in a manifest");
	is_state(&l, root.digest, NODE_BROKEN, REASON_DESCRIPTOR_DATA_MISMATCH,
	    "bad_L08 in index.json");
	is_state(&l, right.digest, NODE_PRESENT, REASON_NONE, "bad_L08 sibling");
	is_u64(l.graph.missing, 0, "bad_L08 sibling: right data stands in for the blob");
	ml_clear(&l);
}

static void
bad_L09_ambiguous(void)
{
	struct memlayout l;
	struct piece config, both, inner, docker, good;
	const char *image, *list;

	ml_init(&l);
	config = ml_blob(&l, T_CONFIG, "{}");
	image =
	    ml_text(&l, "\"schemaVersion\":2,\"config\":%s,\"layers\":[]", config.json);
	list = ",\"manifests\":[]";
	good = ml_blob(&l, T_MANIFEST, ml_text(&l, "{%s}", image));
	both = ml_blob(&l, T_MANIFEST, ml_text(&l, "{%s%s}", image, list));
	inner = ml_blob(
	    &l, T_MANIFEST, ml_text(&l, "{%s,\"mediaType\":\"" T_INDEX "\"}", image));
	docker = ml_blob(
	    &l, T_MANIFEST, ml_text(&l, "{%s,\"mediaType\":\"" T_DOCKER "\"}", image));
	ml_entry(&l, &good, NULL);
	ml_entry(&l, &both, NULL);
	ml_entry(&l, &inner, NULL);
	ml_entry(&l, &docker, NULL);
	ok(ml_build(&l) == 0, "bad_L09_ambiguous");
	is_state(&l, both.digest, NODE_BROKEN, REASON_MANIFEST_AMBIGUOUS,
	    "bad_L09 both kinds");
	is_state(&l, inner.digest, NODE_BROKEN, REASON_MANIFEST_AMBIGUOUS,
	    "bad_L09 index inside");
	is_state(&l, docker.digest, NODE_BROKEN, REASON_MANIFEST_AMBIGUOUS,
	    "bad_L09 Docker's type inside");
	is_state(&l, good.digest, NODE_PRESENT, REASON_NONE, "bad_L09 sibling");
	ml_clear(&l);
	ml_init(&l);
	l.index_extra = ",\"layers\":[]";
	ok(ml_build(&l) != 0, "bad_L09 index.json");
	is_reason(l.err.reason, REASON_LAYOUT_NO_INDEX, "bad_L09 index.json: why");
	l.index_extra = ",\"mediaType\":\"" T_MANIFEST "\"";
	ok(ml_build(&l) != 0, "bad_L09 index.json of another type");
	l.index_extra = ",\"mediaType\":\"" T_LIST "\"";
	ok(ml_build(&l) != 0, "bad_L09 index.json of Docker's type");
	is_reason(l.err.reason, REASON_LAYOUT_NO_INDEX,
	    "bad_L09 index.json of Docker's type: why");
	ml_clear(&l);
}

static void
bad_L10_conflict(void)
{
	struct memlayout l;
	struct piece image, other, good, index;

	ml_init(&l);
	good = ml_image(&l, "good", "");
	image = manifest_with(&l, ml_blob(&l, T_CONFIG, "{}").json, true);
	other = image;
	other.type = T_DOCKER;
	index = ml_index(&l, ml_desc(&l, &other, ""), "");
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &index, NULL);
	ml_entry(&l, &good, NULL);
	ml_entry(&l, &good, REF_NAME "\"1\"");
	ok(ml_build(&l) == 0, "bad_L10_conflict");
	is_state(&l, image.digest, NODE_BROKEN, REASON_DESCRIPTOR_CONFLICT,
	    "bad_L10 two types");
	ok(ml_note(ml_node(&l, image.digest), REASON_DESCRIPTOR_CONFLICT) &&
		ml_note(ml_node(&l, index.digest), REASON_DESCRIPTOR_CONFLICT),
	    "bad_L10 on both");
	is_state(&l, good.digest, NODE_PRESENT, REASON_NONE, "bad_L10 sibling");
	ok(!ml_note(ml_node(&l, good.digest), REASON_DESCRIPTOR_CONFLICT),
	    "bad_L10 sibling: no note");
	ml_clear(&l);
}

static const struct {
	const char *size; /* "" : no member at all */
	enum reason want;
} sizes[] = {
	{ "\"size\":0", REASON_NONE },
	{ "\"size\":9007199254740992", REASON_NONE },
	{ "\"size\":-1", REASON_DESCRIPTOR_BAD_SIZE },
	{ "\"size\":9223372036854775808", REASON_DESCRIPTOR_BAD_SIZE },
	{ "\"size\":12.0", REASON_DESCRIPTOR_BAD_SIZE },
	{ "\"size\":1e3", REASON_DESCRIPTOR_BAD_SIZE },
	{ "\"size\":\"12\"", REASON_DESCRIPTOR_BAD_SIZE },
	{ "\"size\":null", REASON_DESCRIPTOR_BAD_SIZE },
	{ "\"x\":0", REASON_DESCRIPTOR_BAD_SIZE },
	/*
	 * Not exact in a double: the scan refuses the document before anybody could
	 * round it.
	 */
	{ "\"size\":1e400", REASON_JSON_NUMBER_RANGE },
	{ "\"size\":9007199254740993", REASON_JSON_NUMBER_RANGE },
};

static void
bad_L11_size(void)
{
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct memlayout l;
		struct piece p;
		struct node *n;

		ml_init(&l);
		p = manifest_with(&l,
		    ml_text(&l,
			"{\"mediaType\":\"" T_LAYER "\",\"digest\":\"" D_A "\",%s}",
			sizes[i].size),
		    false);
		ml_entry(&l, &p, NULL);
		ok(ml_build(&l) == 0, "bad_L11_size %s", sizes[i].size);
		n = ml_node(&l, p.digest);
		is_reason(n->problem, sizes[i].want, "bad_L11 %s", sizes[i].size);
		if (i == 1)
			is_u64(n->manifest.children[0].size, UINT64_C(9007199254740992),
			    "bad_L11 kept exactly");
		ml_clear(&l);
	}
}

static void
bad_L13_tag_ambiguous(void)
{
	struct memlayout l;
	struct piece a, b, c;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	c = ml_image(&l, "c", "");
	/* The same tag in different repositories, or one image twice, is no ambiguity. */
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/a:1\"," REF_NAME "\"1\"");
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/a:1\"," REF_NAME "\"1\"");
	ml_entry(&l, &b, CONTAINERD_NAME "\"r.io/b:1\"," REF_NAME "\"1\"");
	ml_entry(&l, &b, "\"kind\":\"dev.hauler/sigs\"," CONTAINERD_NAME "\"r.io/a:1\"");
	ok(ml_build(&l) == 0 &&
		!ml_note(ml_node(&l, a.digest), REASON_LAYOUT_TAG_AMBIGUOUS),
	    "bad_L13 sibling");
	ml_entry(&l, &c, CONTAINERD_NAME "\"r.io/a:1\"");
	ok(ml_build(&l) == 0, "bad_L13_tag_ambiguous");
	ok(!ml_input_note(&l, REASON_LAYOUT_TAG_AMBIGUOUS), "bad_L13 not on the input");
	ok(ml_note(ml_node(&l, a.digest), REASON_LAYOUT_TAG_AMBIGUOUS) &&
		ml_note(ml_node(&l, c.digest), REASON_LAYOUT_TAG_AMBIGUOUS) &&
		!ml_note(ml_node(&l, b.digest), REASON_LAYOUT_TAG_AMBIGUOUS),
	    "bad_L13 on the two");
	ml_clear(&l);
}

static const struct {
	const char *annotations;
	bool bad;
} names[] = {
	{ REF_NAME "\"1.0\"", false },
	{ REF_NAME "\"r.io/a/b:1\"", false },
	{ REF_NAME "\"v1.0+build\"", false },
	{ REF_NAME "\"a/b/c\"", false },
	{ CONTAINERD_NAME "\"r.io/a/b:1\"", false },
	{ REF_NAME "\"" HEX_A HEX_A "a\"", true },
	{ REF_NAME "\"1.0\\n2\"", true },
	{ REF_NAME "\"\"", true },
	{ REF_NAME "\"r.io/a/B:1\"", true },
	{ CONTAINERD_NAME "\"r.io/a/b:1\\u0007\"", true },
	{ CONTAINERD_NAME "\"r.io/a/b:" HEX_A HEX_A "a\"", true },
	{ CONTAINERD_NAME "\"\"", true },
};

static void
bad_L14_reference(void)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		struct memlayout l;
		struct piece image;
		struct node *n;

		ml_init(&l);
		image = ml_image(&l, "a", "");
		l.names.user.trusted = false;
		ml_entry(&l, &image, names[i].annotations);
		ok(ml_build(&l) == 0, "bad_L14_reference %s", names[i].annotations);
		n = ml_node(&l, image.digest);
		ok(ml_note(n, REASON_REFERENCE_INVALID) == names[i].bad,
		    "bad_L14 noted: %d", names[i].bad);
		for (size_t k = 0; k < n->name_count; k++)
			ok(!names[i].bad || n->names[k].scope.ptr == NULL,
			    "bad_L14 selects no policy");
		l.names.user.trusted = true;
		ok(ml_build(&l) == 0, "bad_L14_reference, where names choose");
		n = ml_node(&l, image.digest);
		is_u64(n->name_fault_count, names[i].bad, "bad_L14 blocks");
		ml_clear(&l);
	}
}

static void
bad_L15_L16_blob_state(void)
{
	static const struct {
		enum blob_state state;
		enum reason want;
	} states[] = {
		{ BLOB_UNREADABLE, REASON_BLOB_UNREADABLE },
		{ BLOB_SYMLINK, REASON_BLOB_SYMLINK },
		{ BLOB_NOT_FILE, REASON_BLOB_TYPE },
	};

	for (size_t i = 0; i < COUNT(states); i++) {
		struct memlayout l;
		struct piece p;

		ml_init(&l);
		p = ml_piece(&l, T_MANIFEST, "{}");
		ml_add(&l, p.digest, "{}", states[i].state);
		ml_entry(&l, &p, NULL);
		ok(ml_build(&l) == 0, "bad_L15_L16_blob_state %s",
		    reason_code(states[i].want));
		is_state(&l, p.digest, NODE_BROKEN, states[i].want,
		    "bad_L15 never \"missing\"");
		is_u64(l.graph.missing, 0, "bad_L15 not counted as missing");
		ml_clear(&l);
	}
}

static void
bad_L17_urls(void)
{
	struct memlayout l;
	struct piece layer, image, plain;

	ml_init(&l);
	layer = ml_piece(&l, T_LAYER, "elsewhere");
	image = manifest_with(
	    &l, ml_desc(&l, &layer, ",\"urls\":[\"https://169.254.169.254/\"]"), false);
	plain = ml_image(&l, "plain", "");
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &plain, NULL);
	ok(ml_build(&l) == 0, "bad_L17_urls");
	ok(ml_note(ml_node(&l, image.digest), REASON_DESCRIPTOR_FOREIGN),
	    "bad_L17 noted");
	is_u64(l.graph.missing, 0, "bad_L17 not missing");
	ok(!ml_note(ml_node(&l, plain.digest), REASON_DESCRIPTOR_FOREIGN),
	    "bad_L17 sibling");
	ml_clear(&l);
}

static void
bad_L18_unreferenced(void)
{
	struct memlayout l;
	struct piece image, sig;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	for (int i = 0; i < 1000; i++)
		ml_blob(&l, T_LAYER, ml_text(&l, "left over %d", i));
	ml_blob(&l, T_CONFIG, "{\"mediaType\":\"application/x\",\"config\":{}}");
	sig = ml_signature(&l, "s", image.json);
	ml_entry(&l, &image, NULL);
	ok(ml_build(&l) == 0, "bad_L18_unreferenced");
	is_u64(l.graph.blobs_unreachable, 1001, "bad_L18 counted");
	is_u64(l.graph.node_count, 2, "bad_L18 not kept");
	ok(ml_input_note(&l, REASON_LAYOUT_UNREFERENCED), "bad_L18 noted");
	ok(ml_node(&l, image.digest)->referrer_count == 1 &&
		ml_node(&l, sig.digest)->found_by == FOUND_BLOB_SCAN,
	    "bad_L18 what looks like a manifest is parsed");
	ml_clear(&l);
}

int
main(void)
{
	bad_L04_digest_mismatch();
	bad_L05_absent();
	bad_L06_size();
	bad_L07_digest();
	bad_entries();
	bad_entry_names();
	bad_L08_data();
	bad_L09_ambiguous();
	bad_L10_conflict();
	bad_L11_size();
	bad_L13_tag_ambiguous();
	bad_L14_reference();
	bad_L15_L16_blob_state();
	bad_L17_urls();
	bad_L18_unreferenced();
	return tap_done();
}
