/* SPDX-License-Identifier: Apache-2.0 */
/* Names of what is in a layout: where they come from, what the user makes of them, who has them. */
#include "tests/lib/memlayout.h"
#include "tests/lib/tap.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* --- looking --- */

static const struct node_name *
named(const struct memlayout *l, const struct piece *p, const char *text)
{
	const struct node *n = ml_node(l, p->digest);

	for (size_t i = 0; i < n->name_count; i++)
		if (str_is(n->names[i].text, text))
			return &n->names[i];
	return NULL;
}

static void
is_name(const struct memlayout *l, const struct piece *p, const char *text,
    const char *written, enum name_source source, enum name_use use)
{
	const struct node_name *n = named(l, p, text);

	if (!ok(n != NULL, "%s is there", text))
		return;
	if (written == NULL)
		ok(n->written.ptr == NULL, "%s is no full name", text);
	else
		is_str(n->written, written, "%s stands for", text);
	is_str(str_of(name_source_name(n->source)), name_source_name(source),
	    "%s: source", text);
	is_str(str_of(name_use_name(n->use)), name_use_name(use), "%s: use", text);
}

/* Repositories that it is judged by, in their order. */
static void
is_judged_by(const struct memlayout *l, const struct piece *p, const char *want)
{
	AUTO(buf_clear) struct buf text = { .max = 1 << 16 };
	const struct node_name *names;
	size_t count;

	names = graph_names_of(ml_node(l, p->digest), &count);
	for (size_t i = 0; i < count; i++)
		if (names[i].use == NAME_CHOOSES)
			buf_printf(&text, "%s%.*s", text.len == 0 ? "" : " ",
			    STR_ARG(names[i].written));
	is_str(str_of(buf_cstr(&text)), want, "judged by");
}

static const char *
path_of(struct memlayout *l, struct str digest)
{
	return ml_text(l, "blobs/sha256/%.*s", STR_ARG(str_from(digest, 7)));
}

/* One entry of Docker's list. */
static const char *
listed(struct memlayout *l, const struct piece *p, const char *tags)
{
	const struct manifest *m = &ml_node(l, p->digest)->manifest;

	return ml_text(l, "{\"Config\":\"%s\",\"RepoTags\":%s,\"Layers\":[\"%s\"]}",
	    path_of(l, m->config.digest_text), tags,
	    path_of(l, m->children[0].digest_text));
}

static void
list(struct memlayout *l, const char *text)
{
	l->documents.has_docker_list = true;
	l->documents.docker_list = bytes_of(text, strlen(text));
}

static void
repositories(struct memlayout *l, const char *text)
{
	l->documents.has_repositories = true;
	l->documents.repositories = bytes_of(text, strlen(text));
}

/* --- sources --- */

static void
test_sources(void)
{
	struct memlayout l;
	struct piece a, b;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	ml_entry(&l, &a,
	    CONTAINERD_NAME "\"r.io/a:1\"," REF_NAME
			    "\"1\",\"containerd.io/distribution.source.h\":\"x/y\"");
	ml_entry(&l, &a, REF_NAME "\"R.io/b:2@sha256:" ZEROS "\"");
	ml_entry(&l, &b, "\"containerd.io/distribution.source.h.io\":\"x/y,z\"");
	ok(ml_build(&l) == 0, "names");
	list(&l, ml_text(&l, "[%s]", listed(&l, &a, "[\"hub:3\"]")));
	repositories(
	    &l, ml_text(&l, "{\"old\":{\"4\":\"%.64s\"}}",
		    ml_node(&l, a.digest)->manifest.children[0].digest_text.ptr + 7));
	ok(ml_build(&l) == 0, "names in Docker's files, too");
	is_name(&l, &a, "r.io/a:1", "r.io/a", NAME_CONTAINERD, NAME_CHOOSES);
	is_name(&l, &a, "1", NULL, NAME_REF, NAME_SHOWN);
	is_name(&l, &a, "R.io/b:2@sha256:" ZEROS, "R.io/b", NAME_REF, NAME_CHOOSES);
	is_str(named(&l, &a, "R.io/b:2@sha256:" ZEROS)->scope, "r.io/b", "normalised");
	is_name(&l, &a, "hub:3", "docker.io/library/hub", NAME_REPO_TAG, NAME_CHOOSES);
	is_name(
	    &l, &a, "old:4", "docker.io/library/old", NAME_REPOSITORIES, NAME_CHOOSES);
	is_name(&l, &b, "h.io/x/y", "h.io/x/y", NAME_DISTRIBUTION, NAME_CHOOSES);
	is_name(&l, &b, "h.io/z", "h.io/z", NAME_DISTRIBUTION, NAME_CHOOSES);
	is_judged_by(&l, &a, "r.io/a R.io/b docker.io/library/hub docker.io/library/old");
	is_u64(ml_node(&l, a.digest)->name_fault_count, 1, "one has a digest of another");
	l.names.user.trusted = false;
	ok(ml_build(&l) == 0, "not trusted");
	is_name(&l, &a, "r.io/a:1", "r.io/a", NAME_CONTAINERD, NAME_CLAIMED);
	is_name(&l, &a, "hub:3", "docker.io/library/hub", NAME_REPO_TAG, NAME_CLAIMED);
	is_judged_by(&l, &a, "");
	is_u64(ml_node(&l, a.digest)->name_fault_count, 1, "its digest is wrong, still");
	ml_clear(&l);
}

static void
test_docker_files(void)
{
	static const char *const bad[] = { "", "[]", "{\"a\":[]}", "{\"a\":{\"b\":1}}",
		"{\"a\":{},\"a\":{}}", "{\"a\":{\"1\":\"" ZEROS "\"}}" };
	static const char *const good[] = { "{}", "{\"a\":{}}" };
	struct memlayout l;
	struct piece a, b, twin;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	twin = ml_image(&l, "a", ",\"annotations\":{\"x\":\"y\"}");
	b = ml_image(&l, "b", "");
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/a:1\"");
	ml_entry(&l, &twin, CONTAINERD_NAME "\"r.io/twin:1\"");
	ml_entry(&l, &b, NULL);
	ok(ml_build(&l) == 0, "two manifests of one content");
	list(&l, ml_text(&l, "[%s,%s]", listed(&l, &a, "[\"r.io/a:1\",\"r.io/new:1\"]"),
		     listed(&l, &b, "null")));
	ok(ml_build(&l) == 0, "and a list");
	ok(named(&l, &twin, "r.io/a:1") == NULL,
	    "a name goes to whom the index gives it");
	ok(named(&l, &a, "r.io/new:1") != NULL && named(&l, &twin, "r.io/new:1") != NULL,
	    "another one to all");
	is_u64(ml_node(&l, b.digest)->name_count, 0, "no names are none");
	for (size_t i = 0; i < COUNT(bad); i++) {
		repositories(&l, bad[i]);
		ok(ml_build(&l) == 0 && ml_input_note(&l, REASON_LAYOUT_TWO_INDEXES),
		    "bad repositories %zu", i);
	}
	for (size_t i = 0; i < COUNT(good); i++) {
		repositories(&l, good[i]);
		ok(ml_build(&l) == 0 && !ml_input_note(&l, REASON_LAYOUT_TWO_INDEXES),
		    "sibling: repositories %zu", i);
	}
	l.documents.has_repositories = false;
	list(&l, "");
	ok(ml_build(&l) == 0 && ml_input_note(&l, REASON_LAYOUT_TWO_INDEXES),
	    "an empty list is none");
	ml_clear(&l);
}

/* A name may fit many images: all of them together are bounded, and that is told. */
static void
test_many_listed(void)
{
	AUTO(buf_clear) struct buf tags = { .max = 1 << 20 };
	struct piece images[32];
	struct memlayout l;

	ml_init(&l);
	for (size_t i = 0; i < COUNT(images); i++) {
		images[i] =
		    ml_image(&l, "a", ml_text(&l, ",\"annotations\":{\"x\":\"%zu\"}", i));
		ml_entry(&l, &images[i], NULL);
	}
	ok(ml_build(&l) == 0, "manifests of one content");
	for (int i = 0; i < 2048; i++)
		buf_printf(&tags, "%s\"r.io/x%d\"", i == 0 ? "[" : ",", i);
	list(&l, ml_text(&l, "[%s]",
		     listed(&l, &images[0], ml_text(&l, "%s]", buf_cstr(&tags)))));
	ok(ml_build(&l) == 0 && !ml_input_note(&l, REASON_LIMIT_FINDINGS_HIT),
	    "2048 names for each of 32");
	buf_text(&tags, ",\"r.io/y\"");
	list(&l, ml_text(&l, "[%s]",
		     listed(&l, &images[0], ml_text(&l, "%s]", buf_cstr(&tags)))));
	ok(ml_build(&l) == 0 && ml_input_note(&l, REASON_LIMIT_FINDINGS_HIT),
	    "one more for each is too much");
	ml_clear(&l);
}

/* --- parts of an index --- */

static void
test_parts(void)
{
	struct memlayout l;
	struct piece a, b, inner, outer;
	const char *same, *other;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	inner = ml_index(&l, ml_text(&l, "%s,%s", a.json, b.json), "");
	outer = ml_index(&l, inner.json, "");
	ml_entry(&l, &outer, CONTAINERD_NAME "\"r.io/outer:1\"");
	ml_entry(&l, &inner, CONTAINERD_NAME "\"r.io/inner:1\"");
	ml_entry(&l, &a, REF_NAME "\"amd64\"");
	ok(ml_build(&l) == 0, "an index in an index, both with names");
	is_judged_by(&l, &outer, "r.io/outer");
	is_judged_by(&l, &inner, "r.io/inner");
	is_judged_by(&l, &a, "r.io/inner r.io/outer");
	is_judged_by(&l, &b, "r.io/inner r.io/outer");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 3, "a named part is judged");
	l.names.parts_judged = true;
	ok(ml_build(&l) == 0, "parts are judged");
	is_judged_by(&l, &inner, "r.io/inner r.io/outer");
	l.names.parts_judged = false;
	same = ml_text(&l, "[%s]", listed(&l, &b, "[\"r.io/inner:1\",\"r.io/outer:2\"]"));
	other = ml_text(&l, "[%s]", listed(&l, &b, "[\"r.io/inner:1\",\"r.io/b:1\"]"));
	list(&l, same);
	ok(ml_build(&l) == 0, "Docker's list names a part as its index");
	ok(!ml_judged(&l, SUBJECTS_ROOTS, b.digest) &&
		!ml_input_note(&l, REASON_LAYOUT_TAG_AMBIGUOUS),
	    "which is no name of its own");
	list(&l, other);
	ok(ml_build(&l) == 0, "Docker's list gives a part another repository");
	ok(ml_judged(&l, SUBJECTS_ROOTS, b.digest), "it is judged for itself");
	is_judged_by(&l, &b, "r.io/b r.io/inner");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 4, "beside the others");
	l.names.user.trusted = false;
	ok(ml_build(&l) == 0, "names are not trusted");
	ok(!ml_judged(&l, SUBJECTS_ROOTS, b.digest), "then it is a part like others");
	ml_clear(&l);
}

/* An image in what calls itself a list of referrers can be had by the name of that list. */
static void
test_tag_index(void)
{
	struct memlayout l;
	struct piece a, hidden, index;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	hidden = ml_image(&l, "hidden", "");
	index = ml_index(&l, hidden.json, "");
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/app:1\"");
	ml_entry(&l, &index,
	    ml_text(&l, CONTAINERD_NAME "\"r.io/prod:sha256-%s\"", a.digest + 7));
	ok(ml_build(&l) == 0, "an image in a list of referrers");
	ok(ml_judged(&l, SUBJECTS_ROOTS, index.digest), "the list is judged");
	is_judged_by(&l, &hidden, "r.io/prod");
	ml_clear(&l);
}

/* Names on the entries of an index, not of index.json. */
static void
test_names_inside(void)
{
	static const struct {
		const char *annotations;
		bool alone; /* judged for itself */
		size_t faults;
	} rows[] = {
		{ CONTAINERD_NAME "\"r.io/app:1-amd64\"", false, 0 },
		{ REF_NAME "\"amd64\"", false, 0 },
		{ CONTAINERD_NAME "\"app:1\"", false, 0 },
		{ CONTAINERD_NAME "\"r.io/prod:1\"", true, 0 },
		{ REF_NAME "\"r.io/prod:1\"", true, 0 },
		{ REF_NAME "\"r.io/Prod:1\"", false, 1 },
		{ REF_NAME "\" localhost/prod:1\"", false, 1 },
		{ CONTAINERD_NAME "\"r.io/app@sha256:" ZEROS "\"", false, 1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct memlayout l;
		struct piece a, index;

		ml_init(&l);
		a = ml_image(&l, "a", "");
		index = ml_index(&l,
		    ml_desc(&l, &a,
			ml_text(&l, ",\"annotations\":{%s}", rows[i].annotations)),
		    "");
		ml_entry(&l, &index, CONTAINERD_NAME "\"r.io/app:1\"");
		ok(ml_build(&l) == 0, "name inside: %s", rows[i].annotations);
		ok(ml_judged(&l, SUBJECTS_ROOTS, a.digest) == rows[i].alone,
		    "judged for itself: %d", rows[i].alone);
		is_u64(ml_node(&l, a.digest)->name_fault_count, rows[i].faults, "faults");
		ml_clear(&l);
	}
}

/* --- digests --- */

static void
test_digests(void)
{
	struct memlayout l;
	struct piece a, index, signature;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	index = ml_index(&l, a.json, "");
	signature = ml_signature(&l, "s", a.json);
	ml_entry(&l, &index, ml_text(&l, CONTAINERD_NAME "\"r.io/a@%s\"", index.digest));
	/* Hauler gives the name of the image to what it attaches to it. */
	ml_entry(&l, &signature,
	    ml_text(&l, CONTAINERD_NAME "\"r.io/a@%s\",\"kind\":\"dev.hauler/sigs\"",
		index.digest));
	ok(ml_build(&l) == 0, "names with digests");
	list(&l, ml_text(&l, "[%s]",
		     listed(&l, &a, ml_text(&l, "[\"r.io/a@%s\"]", index.digest))));
	ok(ml_build(&l) == 0, "and a list with that of the index");
	is_u64(ml_node(&l, index.digest)->name_fault_count, 0, "its own");
	is_u64(ml_node(&l, a.digest)->name_fault_count, 0,
	    "that of the index, in Docker's list");
	list(&l, ml_text(&l, "[%s]", listed(&l, &a, "[\"r.io/a@sha256:" ZEROS "\"]")));
	ok(ml_build(&l) == 0, "and a list with another");
	is_u64(ml_node(&l, a.digest)->name_fault_count, 1, "neither");
	ok(ml_node(&l, a.digest)->name_faults[0].reason == REASON_NAME_DIGEST,
	    "which is told");
	ml_clear(&l);
}

/* --- what the user says --- */

static void
test_option(void)
{
	struct memlayout l;
	struct piece a, b;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/a:1\"");
	ml_entry(&l, &a, REF_NAME "\"r.io/both:1\"");
	ml_entry(&l, &b, NULL);
	l.repository = "Index.docker.io/hub";
	ok(ml_build(&l) == 0, "one image with names");
	is_name(&l, &a, "Index.docker.io/hub:1", "Index.docker.io/hub", NAME_OPTION,
	    NAME_CHOOSES);
	is_name(&l, &a, "r.io/a:1", "r.io/a", NAME_CONTAINERD, NAME_OVERRULED);
	is_judged_by(&l, &a, "Index.docker.io/hub");
	is_judged_by(&l, &b, "Index.docker.io/hub");
	ok(ml_input_note(&l, REASON_NAME_CONFLICT), "another name is noted");
	l.repository = "r.io/a";
	ok(ml_build(&l) == 0 && ml_input_note(&l, REASON_NAME_CONFLICT),
	    "one of two is another");
	ml_entry(&l, &b, CONTAINERD_NAME "\"r.io/both:2\"");
	ok(ml_build(&l) == 0, "two images with one repository in common");
	ml_entry(&l, &b, REF_NAME "\"r.io/c:2\"");
	ok(ml_build(&l) == 0, "and more");
	l.entries.n -= 2;
	ml_entry(&l, &b, CONTAINERD_NAME "\"r.io/b:2\"");
	ok(ml_build(&l) != 0 && l.err.reason == REASON_USAGE_NAME,
	    "two images with none in common");
	ml_clear(&l);
}

static void
test_rewritten(void)
{
	struct naming_rewrite r;
	struct memlayout l;
	struct piece a, b;
	struct err err;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	ml_entry(&l, &a, CONTAINERD_NAME "\"mirror.io/x/a:1\"");
	ml_entry(&l, &b, CONTAINERD_NAME "\"r.io/x/a:2\"");
	l.repository = "R.io/x/a";
	ok(ml_build(&l) != 0, "a mirror is another repository");
	ok(naming_rewrite_parse(&r, &l.mem, STR("mirror.io=r.io"), &err) == 0, "rewrite");
	l.names.user.rewrites = &r;
	l.names.user.rewrite_count = 1;
	ok(ml_build(&l) == 0, "unless the user says what it mirrors");
	ok(!ml_input_note(&l, REASON_NAME_CONFLICT), "no name is another");
	l.repository = NULL;
	ok(ml_build(&l) == 0, "without a name");
	is_name(&l, &a, "mirror.io/x/a:1", "r.io/x/a", NAME_CONTAINERD, NAME_CHOOSES);
	ok(naming_rewrite_parse(&r, &l.mem, STR("mirror.io/x/a=r.io"), &err) == 0 &&
		ml_build(&l) == 0,
	    "a rewrite that leaves no repository");
	is_u64(ml_node(&l, a.digest)->name_fault_count, 1, "makes a name that blocks");
	ml_clear(&l);
}

static void
test_registry(void)
{
	struct memlayout l;
	struct piece a;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	ml_entry(&l, &a, CONTAINERD_NAME "\"team/web:1\"," REF_NAME "\"web\"");
	ml_entry(&l, &a, REF_NAME "\"web:2\"");
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/x:1\"," REF_NAME "\"ocidir://x/y:1\"");
	ok(ml_build(&l) == 0, "short names");
	is_name(&l, &a, "team/web:1", NULL, NAME_CONTAINERD, NAME_SHOWN);
	l.names.user.registry = STR("local");
	list(&l, ml_text(&l, "[%s]", listed(&l, &a, "[\"team/web:1\"]")));
	ok(ml_build(&l) == 0, "below a registry of the user's");
	is_name(&l, &a, "web", NULL, NAME_REF, NAME_SHOWN);
	is_name(&l, &a, "web:2", "local/web", NAME_REF, NAME_CHOOSES);
	is_name(&l, &a, "ocidir://x/y:1", NULL, NAME_REF, NAME_SHOWN);
	is_judged_by(&l, &a, "r.io/x local/team/web local/web docker.io/team/web");
	ml_clear(&l);
}

static void
test_ignored(void)
{
	const struct str patterns[] = { STR("r.io/a"), STR("*junk*") };
	struct memlayout l;
	struct piece a;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/a:1\"," REF_NAME "\"r.io/Junk junk\"");
	ml_entry(&l, &a, REF_NAME "\"r.io/b:1\"");
	l.names.user.ignored = patterns;
	l.names.user.ignored_count = COUNT(patterns);
	ok(ml_build(&l) == 0, "names left out");
	is_name(&l, &a, "r.io/a:1", "r.io/a", NAME_CONTAINERD, NAME_IGNORED);
	is_name(&l, &a, "r.io/Junk junk", NULL, NAME_REF, NAME_IGNORED);
	is_judged_by(&l, &a, "r.io/b");
	ok(ml_note(ml_node(&l, a.digest), REASON_NAME_IGNORED), "are noted");
	is_u64(ml_node(&l, a.digest)->name_fault_count, 0, "and have no faults");
	l.repository = "r.io/b";
	ok(ml_build(&l) == 0 && !ml_input_note(&l, REASON_NAME_CONFLICT),
	    "nor do they differ from the user's");
	ml_clear(&l);
}

static void
test_map(void)
{
	struct memlayout l;
	struct piece a, b, c, child, index;
	const char *map;
	struct err err;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	c = ml_image(&l, "c", "");
	child = ml_image(&l, "child", "");
	index = ml_index(&l, child.json, "");
	ml_entry(&l, &a, CONTAINERD_NAME "\"m.io/a:1\"," REF_NAME "\"other.io/a:1\"");
	ml_entry(&l, &b, REF_NAME "\"2\"");
	ml_entry(&l, &c, CONTAINERD_NAME "\"m.io/c:3\"," REF_NAME "\"m.io/C\"");
	ml_entry(&l, &index, NULL);
	map = ml_text(&l,
	    "%s r.io/by-digest\nm.io/a r.io/by-name\n2 r.io/by-tag\n%s r.io/child\n",
	    c.digest, child.digest);
	ok(naming_map_parse(
	       &l.names.user, &l.mem, bytes_of(map, strlen(map)), NULL, &err) == 0,
	    "a map");
	ok(ml_build(&l) == 0, "names by a map");
	is_name(&l, &a, "r.io/by-name:1", "r.io/by-name", NAME_MAP, NAME_CHOOSES);
	is_name(&l, &a, "m.io/a:1", "m.io/a", NAME_CONTAINERD, NAME_OVERRULED);
	/* Only the name that has a line is the user's business. */
	is_judged_by(&l, &a, "r.io/by-name other.io/a");
	is_judged_by(&l, &b, "r.io/by-tag");
	is_judged_by(&l, &c, "r.io/by-digest");
	is_u64(ml_node(&l, c.digest)->name_fault_count, 0,
	    "who is named by digest has no faults");
	is_judged_by(&l, &child, "r.io/child");
	is_judged_by(&l, &index, "");
	l.names.user.trusted = false;
	ok(!ml_input_note(&l, REASON_NAME_CONFLICT), "a name that counts is not told");
	ok(ml_build(&l) == 0, "names in the export are not trusted");
	is_judged_by(&l, &a, "r.io/by-name");
	ok(ml_input_note(&l, REASON_NAME_CONFLICT), "then the other is told");
	l.repository = "r.io/all";
	ok(ml_build(&l) == 0, "a name for all others");
	is_judged_by(&l, &a, "r.io/by-name");
	is_judged_by(&l, &index, "r.io/all");
	ml_clear(&l);
}

int
main(void)
{
	test_sources();
	test_docker_files();
	test_many_listed();
	test_parts();
	test_tag_index();
	test_names_inside();
	test_digests();
	test_option();
	test_rewritten();
	test_registry();
	test_ignored();
	test_map();
	return tap_done();
}
