/* SPDX-License-Identifier: Apache-2.0 */
/* index.json and manifests that are not what they should be, as JSON: rows L02, J14, J15. */
#include "tests/lib/memlayout.h"
#include "tests/lib/tap.h"

static bool
is_state(const struct memlayout *l, const char *digest, enum node_state want,
    enum reason problem, const char *what)
{
	const struct node *n = ml_node(l, digest);

	if (!ok(n != NULL && n->state == want, "%s: %s", what, node_state_name(want)))
		return false;
	return want != NODE_BROKEN || is_reason(n->problem, problem, "%s: why", what);
}

static const struct {
	const char *text;
	enum reason want;
} documents[] = {
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}", REASON_NONE },
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"annotations\":{}}",
	    REASON_NONE },
	{ "", REASON_JSON_TYPE },
	{ "[]", REASON_JSON_TYPE },
	{ "\"x\"", REASON_JSON_TYPE },
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":{}}", REASON_JSON_TYPE },
	/* null where a member may be absent is an absent one. */
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":null}", REASON_NONE },
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":[null]}", REASON_JSON_TYPE },
	{ "{\"schemaVersion\":2,\"config\":null,\"layers\":[]}",
	    REASON_MANIFEST_MALFORMED },
	{ "{\"schemaVersion\":2,\"config\":[],\"layers\":[]}", REASON_JSON_TYPE },
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"subject\":[]}",
	    REASON_JSON_TYPE },
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"subject\":null}",
	    REASON_NONE },
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"annotations\":null}",
	    REASON_NONE },
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"artifactType\":1}",
	    REASON_JSON_TYPE },
	{ "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"mediaType\":null}",
	    REASON_NONE },
};

static void
bad_J14_types(void)
{
	for (size_t i = 0; i < COUNT(documents); i++) {
		struct memlayout l;
		struct piece config, p;
		const char *text = documents[i].text, *hole = strstr(text, "%s");

		ml_init(&l);
		config = ml_blob(&l, T_CONFIG, "{}");
		if (hole != NULL)
			text = ml_text(&l, "%.*s%s%s", (int)(hole - text), text,
			    config.json, hole + 2);
		p = ml_blob(&l, T_MANIFEST, text);
		ml_entry(&l, &p, NULL);
		ok(ml_build(&l) == 0, "bad_J14_types %s", documents[i].text);
		is_reason(
		    ml_node(&l, p.digest)->problem, documents[i].want, "bad_J14 why");
		ml_clear(&l);
	}
}

static const char *const tops[] = { "", "[]", "null", "{", "{}", "{\"schemaVersion\":2}",
	"{\"schemaVersion\":2,\"manifests\":{}}",
	"{\"schemaVersion\":2,\"manifests\":null}",
	"{\"schemaVersion\":1,\"manifests\":[]}", "{\"manifests\":[]}",
	"{\"schemaVersion\":2,\"manifests\":[]}x",
	"{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]}" };

static void
bad_L02_no_index(void)
{
	for (size_t i = 0; i < COUNT(tops); i++) {
		struct memlayout l;

		ml_init(&l);
		l.index_json = tops[i];
		ok(ml_build(&l) != 0, "bad_L02_no_index '%s'", tops[i]);
		is_reason(l.err.reason, REASON_LAYOUT_NO_INDEX, "bad_L02 why");
		l.index_json = "{\"schemaVersion\":2,\"manifests\":[]}";
		ok(ml_build(&l) == 0, "bad_L02 sibling");
		ml_clear(&l);
	}
}

/* One entry that cannot be used is told of; a hundred and one are no index. */
static void
bad_L02_entries(void)
{
	struct memlayout l;
	struct piece image;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	ml_entry(&l, &image, NULL);
	for (int i = 0; i < 100; i++)
		ml_entry_raw(&l, "{}");
	ok(ml_build(&l) == 0, "bad_L02_entries");
	is_u64(l.graph.note_count, 100, "bad_L02 each is told of");
	ok(ml_judged(&l, SUBJECTS_ROOTS, image.digest), "bad_L02 the rest is judged");
	ml_entry_raw(&l, "{}");
	ok(ml_build(&l) != 0, "bad_L02 too many");
	is_reason(l.err.reason, REASON_LAYOUT_NO_INDEX, "bad_L02 too many: why");
	l.entries.n = 2;
	l.limits.v[LIMIT_INDEX_ENTRIES] = 1;
	ok(ml_build(&l) != 0, "bad_L02 more than the limit");
	is_reason(l.err.reason, REASON_LIMIT_INDEX_ENTRIES_HIT,
	    "bad_L02 more than the limit: why");
	ml_clear(&l);
}

static void
bad_J15_unknown_keys(void)
{
	struct memlayout l;
	struct piece image, alias;

	ml_init(&l);
	image = ml_image(&l, "a", ",\"x\":{\"y\":[null]},\"critical\":true");
	alias = ml_image(&l, "b", ",\"Subject\":{}");
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &alias, NULL);
	l.index_extra = ",\"unknown\":null";
	ok(ml_build(&l) == 0, "bad_J15_unknown_keys");
	is_state(&l, image.digest, NODE_PRESENT, REASON_NONE, "bad_J15 ignored");
	is_state(&l, alias.digest, NODE_BROKEN, REASON_JSON_CASE_ALIAS,
	    "bad_J15 but not if only the case differs");
	ml_clear(&l);
}

static void
bad_manifest_too_large(void)
{
	struct memlayout l;
	struct piece image, large;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	large = ml_image(&l, "b", ml_text(&l, ",\"x\":\"%0300d\"", 1));
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &large, NULL);
	l.limits.v[LIMIT_MANIFEST_BYTES] = image.size;
	ok(ml_build(&l) == 0, "bad_manifest_too_large");
	is_state(&l, large.digest, NODE_BROKEN, REASON_LIMIT_MANIFEST_HIT, "too large");
	is_state(&l, image.digest, NODE_PRESENT, REASON_NONE, "just small enough");
	ml_clear(&l);
}

int
main(void)
{
	bad_L02_no_index();
	bad_L02_entries();
	bad_J14_types();
	bad_J15_unknown_keys();
	bad_manifest_too_large();
	return tap_done();
}
