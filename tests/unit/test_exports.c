/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exports that other tools wrote (vectors/exports): each as it is, unpacked into a
 * folder, and packed again as tar, tar.gz, tar.zst and one folder down. All must give
 * what facts.json says.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/jsonin.h"
#include "crypto/ossl.h"
#include "form/form.h"
#include "store/graph.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

struct export
{ /* one input, read */
	struct arena mem;
	struct ossl *lib;
	struct hasher *hasher;
	struct limits limits;
	struct store *store;
	struct input_source *source;
	struct input_facts facts;
	struct catalogue catalogue;
	struct graph graph;
	int fd;
	struct err err;
	bool read, built;
};

static void
export_read(struct export *e, const char *path, uint64_t window)
{
	struct input_options options = { .limits = &e->limits, .hash_file = true };
	struct where at = { .file = STR("index.json") };
	struct graph_names names = { .parts_judged = false };
	bool is_dir;

	memset(e, 0, sizeof(*e));
	arena_init(&e->mem, 0);
	limits_default(&e->limits);
	if (window != 0)
		e->limits.v[LIMIT_ZSTD_WINDOW] = window;
	e->lib = ossl_new();
	e->hasher = hasher_new(e->lib);
	e->store = store_new(&e->limits, e->hasher);
	e->fd = -1;
	if (input_open(&e->fd, &is_dir, path, &e->err) != 0)
		return;
	e->read = form_read(&e->facts, &e->catalogue, e->store, &e->source, &e->mem, e->fd, is_dir,
		      e->hasher, &options, &e->err) == 0;
	e->built = e->read && graph_build(&e->graph, e->store, &e->catalogue,
				  &names, &e->limits, &at, &e->err) == 0;
}

static void
export_clear(struct export *e)
{
	if (e->built)
		graph_clear(&e->graph);
	input_source_free(e->source);
	store_free(e->store);
	file_close(&e->fd);
	hasher_free(e->hasher);
	ossl_free(e->lib);
	arena_clear(&e->mem);
}

static struct str
text_of(struct jv obj, const char *name)
{
	struct str s = STR_NONE;

	if (jsonin_str(&s, obj, name, NULL) != 0)
		return STR_NONE;
	return s;
}

static uint64_t
number_of(struct jv obj, const char *name)
{
	uint64_t n = UINT64_MAX;

	if (jsonin_u64(&n, obj, name, NULL) != 0)
		return UINT64_MAX;
	return n;
}

static const struct node *
node_of(const struct export *e, struct str digest)
{
	struct digest d;

	return digest_parse(&d, digest, NULL, NULL) == 0 ? graph_find(&e->graph, &d)
							 : NULL;
}

/* --- comparison with facts.json --- */

static bool
has_name(const struct node *n, enum name_source source, struct str text)
{
	for (size_t i = 0; i < n->name_count; i++)
		if (n->names[i].source == source && str_equal(n->names[i].text, text))
			return true;
	return false;
}

static bool
names_right(const struct export *e, const struct node *n, struct jv annotations)
{
	const struct str source = STR("containerd.io/distribution.source.");
	struct str value;

	(void)e;
	for (struct jv v = jsonin_first(annotations); jsonin_present(v);
	     v = jsonin_next(v)) {
		struct str key = jsonin_key(v);
		char text[256];

		if (jsonin_as_str(&value, v, NULL) != 0)
			return false;
		snprintf(text, sizeof(text), "%.*s/%.*s",
		    STR_ARG(str_from(key, source.len)), STR_ARG(value));
		if ((str_is(key, "io.containerd.image.name") &&
			!has_name(n, NAME_CONTAINERD, value)) ||
		    (str_is(key, "org.opencontainers.image.ref.name") &&
			!has_name(n, NAME_REF, value)) ||
		    (str_starts(key, source) &&
			!has_name(n, NAME_DISTRIBUTION, str_of(text))))
			return false;
	}
	return true;
}

static bool
roots_right(const struct export *e, struct jv fact)
{
	size_t next = 0;

	for (struct jv v = jsonin_first(jsonin_get(fact, "roots")); jsonin_present(v);
	     v = jsonin_next(v)) {
		const struct node *n = node_of(e, text_of(v, "digest"));

		if (n == NULL || !n->is_root || n->found_by != FOUND_ROOT ||
		    !str_equal(n->media_type, text_of(v, "mediaType")) ||
		    n->size != number_of(v, "size") ||
		    !names_right(e, n, jsonin_get(v, "annotations")))
			return false;
		/* In the order of index.json; what is listed again was there before. */
		if (next < e->graph.root_count && e->graph.roots[next] == n)
			next++;
		else if (next == 0)
			return false;
	}
	return next == e->graph.root_count;
}

enum kind { KIND_IMAGE, KIND_INDEX, KIND_OTHER };

static enum kind
kind_of(const struct node *n)
{
	if (media_is_index(media_of(n->media_type)))
		return KIND_INDEX;
	return n->class == CLASS_IMAGE ? KIND_IMAGE : KIND_OTHER;
}

/* The list in facts.json, sorted as the graph is, against the nodes of one kind. */
static bool
manifests_right(const struct export *e, struct jv fact, const char *name, enum kind kind)
{
	struct jv v = jsonin_first(jsonin_get(fact, name));
	struct str digest;

	for (size_t i = 0; i < e->graph.node_count; i++) {
		const struct node *n = e->graph.nodes[i];

		if (n->state != NODE_PRESENT || !n->reachable || kind_of(n) != kind)
			continue;
		if (jsonin_as_str(&digest, v, NULL) != 0 ||
		    !str_equal(digest, n->digest_text))
			return false;
		v = jsonin_next(v);
	}
	return !jsonin_present(v);
}

static bool
missing_right(const struct export *e, struct jv fact)
{
	struct jv list = jsonin_get(fact, "missing"), v = jsonin_first(list);
	struct str digest;

	for (size_t i = 0; i < e->graph.missing_count; i++, v = jsonin_next(v))
		if (jsonin_as_str(&digest, v, NULL) != 0 ||
		    !str_equal(digest, e->graph.missing_digests[i]))
			return false;
	return !jsonin_present(v) && e->graph.missing == jsonin_count(list);
}

static bool
referrers_right(const struct export *e, struct jv fact)
{
	struct jv referrers = jsonin_get(fact, "referrers");

	for (size_t i = 0; i < e->graph.node_count; i++) {
		const struct node *n = e->graph.nodes[i];
		char key[DIGEST_TEXT];
		struct jv v;

		digest_format(key, &n->digest);
		v = jsonin_first(jsonin_get(referrers, key));
		for (size_t k = 0; k < n->referrer_count; k++, v = jsonin_next(v))
			if (!str_equal(
				text_of(v, "digest"), n->referrers[k]->digest_text) ||
			    !str_equal(text_of(v, "artifactType"),
				n->referrers[k]->effective_type) ||
			    n->referrers[k]->subject != n ||
			    n->referrers[k]->class != CLASS_SUPPORTING)
				return false;
		if (jsonin_present(v))
			return false;
	}
	return true;
}

/*
 * How each node was come across follows from the roots; these exports have no tag index.
 */
static bool
found_right(const struct export *e)
{
	for (size_t i = 0; i < e->graph.node_count; i++) {
		const struct node *n = e->graph.nodes[i];

		if (n->found_by != (n->is_root       ? FOUND_ROOT
				       : n->is_child ? FOUND_CHILD
						     : FOUND_BLOB_SCAN) ||
		    n->reachable != (n->is_root || n->is_child) ||
		    n->state == NODE_BROKEN)
			return false;
	}
	return true;
}

static void
compare(const struct export *e, struct jv fact, const char *name, const char *how)
{
	struct jv has = jsonin_get(fact, "has");
	bool layout = false, docker = false, repositories = false;

	if (!ok(e->built, "%s %s: read%s%s %s", name, how, e->built ? "" : ": ",
		e->built ? "" : reason_code(e->err.reason), e->built ? "" : e->err.text))
		return;
	jsonin_bool(&layout, has, "oci-layout", NULL);
	jsonin_bool(&docker, has, "manifest.json", NULL);
	jsonin_bool(&repositories, has, "repositories", NULL);
	ok(layout == e->facts.has_layout_file && docker == e->facts.has_manifest_json &&
		repositories == e->facts.has_repositories,
	    "%s %s: files", name, how);
	ok(roots_right(e, fact), "%s %s: roots and names", name, how);
	ok(manifests_right(e, fact, "image_manifests", KIND_IMAGE), "%s %s: images", name,
	    how);
	ok(manifests_right(e, fact, "indexes", KIND_INDEX), "%s %s: indexes", name, how);
	ok(manifests_right(e, fact, "other_manifests", KIND_OTHER),
	    "%s %s: other manifests", name, how);
	ok(missing_right(e, fact), "%s %s: missing", name, how);
	ok(referrers_right(e, fact), "%s %s: referrers", name, how);
	ok(found_right(e), "%s %s: found by", name, how);
	is_u64(store_stats(e->store).blobs, number_of(fact, "blobs"), "%s %s: blobs",
	    name, how);
	is_u64(e->graph.blobs_unreachable, number_of(fact, "blobs_unreachable"),
	    "%s %s: left over", name, how);
	is_u64(e->facts.members, number_of(fact, "regular_files"), "%s %s: files", name,
	    how);
}

/* --- one file in all its forms --- */

struct forms {
	struct scratch scratch;
	char folder[4200]; /* the layout, unpacked */
	struct jv fact;
	const char *name;
};

static bool command(const char *fmt, ...) ATTR_PRINTF(1, 2);

static bool
command(const char *fmt, ...)
{
	char text[16384];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return n > 0 && (size_t)n < sizeof(text) && system(text) == 0;
}

static void
try_form(
    const struct forms *f, const char *path, const char *how, enum input_compression want)
{
	struct export e;

	export_read(&e, path, 0);
	compare(&e, f->fact, f->name, how);
	ok(e.facts.compression == want, "%s %s: %s", f->name, how,
	    input_compression_name(want));
	export_clear(&e);
}

static void
try_packed(const struct forms *f)
{
	const char *dir = f->scratch.path;

	if (!ok(command("tar -C '%s' --format=gnu -cf '%s/x.tar' . && "
			"gzip -kn '%s/x.tar' && zstd -q '%s/x.tar' && "
			"mkdir '%s/w' && cp -r '%s' '%s/w/inner' && "
			"tar -C '%s/w' --format=pax -cf '%s/w.tar' inner",
		    f->folder, dir, dir, dir, dir, f->folder, dir, dir, dir),
		"%s: packed again", f->name))
		return;
	try_form(f, scratch_at(&f->scratch, "x.tar"), "packed", COMPRESSION_NONE);
	try_form(
	    f, scratch_at(&f->scratch, "x.tar.gz"), "packed as gzip", COMPRESSION_GZIP);
	try_form(
	    f, scratch_at(&f->scratch, "x.tar.zst"), "packed as zstd", COMPRESSION_ZSTD);
	try_form(
	    f, scratch_at(&f->scratch, "w.tar"), "one folder down", COMPRESSION_NONE);
}

static void
try_as_it_is(const struct forms *f, const char *path)
{
	struct str hex, compression = text_of(f->fact, "compression");
	bool wide = strstr(f->name, ".long27.") != NULL;
	char digest[DIGEST_TEXT];
	struct export e;

	if (wide) {
		export_read(&e, path, 0);
		ok(!e.read, "%s: refused at the default limit", f->name);
		is_reason(e.err.reason, REASON_LIMIT_WINDOW_HIT, "%s: why", f->name);
		export_clear(&e);
	}
	export_read(&e, path, wide ? UINT64_C(1) << 27 : 0);
	compare(&e, f->fact, f->name, "as it is");
	ok(str_is(compression, input_compression_name(e.facts.compression)),
	    "%s: compression", f->name);
	hex = text_of(f->fact, "file_sha256");
	digest_format(digest, &e.facts.digest);
	is_str(hex, digest + strlen("sha256:"), "%s: digest of the file", f->name);
	export_clear(&e);
}

static void
try_all(struct jv fact, const char *vectors)
{
	struct forms f = { .fact = fact, .name = jsonin_key(fact).ptr };
	char path[4200];

	if (!str_is(text_of(fact, "form"), "oci-layout"))
		return;
	snprintf(path, sizeof(path), "%s/exports/%s", vectors, f.name);
	try_as_it_is(&f, path);
	scratch_open(&f.scratch);
	snprintf(f.folder, sizeof(f.folder), "%s/d/%.*s", f.scratch.path,
	    STR_ARG(text_of(fact, "prefix")));
	/* tar finds out about gzip itself; the wide window has to be asked for. */
	if (ok(command("mkdir '%s/d' && case '%s' in *.zst) zstd -qdc --long=27 '%s' | "
		       "tar -C '%s/d' -xf - ;; *) tar -C '%s/d' -xf '%s' ;; esac",
		   f.scratch.path, path, path, f.scratch.path, f.scratch.path, path),
		"%s: unpacked", f.name)) {
		try_form(&f, f.folder, "as a folder", COMPRESSION_NONE);
		try_packed(&f);
	}
	scratch_close(&f.scratch);
}

int
main(void)
{
	const char *vectors = tap_vectors();
	AUTO(buf_clear) struct buf text = { .max = 8 << 20 };
	AUTO(jsonin_free) struct json *json = NULL;
	struct where at = { .file = STR("facts.json") };
	struct limits limits;
	char path[4200];
	struct err err;
	AUTO_FD fd = -1;

	limits_default(&limits);
	if (vectors == NULL) {
		tap_skip("vectors not present");
		return tap_done();
	}
	snprintf(path, sizeof(path), "%s/exports/facts.json", vectors);
	if (file_open(&fd, path, FILE_REGULAR, &err) != 0) {
		tap_skip("vectors/exports not present");
		return tap_done();
	}
	if (!ok(file_read(&text, fd, REASON_FILE_TOO_LARGE, &at, &err) == 0 &&
		    jsonin_parse(&json, buf_bytes(&text), &limits, &at, &err) == 0,
		"facts.json"))
		return tap_done();
	for (struct jv v = jsonin_first(jsonin_root(json)); jsonin_present(v);
	     v = jsonin_next(v))
		try_all(v, vectors);
	return tap_done();
}
