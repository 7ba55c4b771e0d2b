/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation data that was brought along: which files, and how much of them. */
#include "trust/revload.h"

#include <stdlib.h>

#include "base/file.h"
#include "codec/jsonin.h"
#include "codec/text.h"
#include "trust/faults.h"

enum { MAP_BYTES_MOST = 16 << 20 };

/* "PREFIX/NAME" for people. */
static struct str
path_below(struct arena *mem, struct str prefix, struct str name)
{
	struct str text = text_shown(mem, name);

	if (prefix.len == 0)
		return text;
	return arena_printf(mem, "%.*s%s%.*s", STR_ARG(prefix),
	    prefix.ptr[prefix.len - 1] == '/' ? "" : "/", STR_ARG(text));
}

/* A path as the operator wrote it, without the slashes at its end. */
static struct str
prefix_of(struct arena *mem, const char *path)
{
	struct str s = str_of(path);

	while (s.len > 1 && s.ptr[s.len - 1] == '/')
		s.len--;
	return text_shown(mem, arena_str(mem, s));
}

static void
problem(struct revload *l, struct str path, enum reason reason, struct str detail)
{
	struct revproblem p = {
		.reason = reason, .path = path, .detail = detail, .url = l->url
	};

	VEC_PUSH(&l->d->mem, &l->problems, p);
}

/* One file gave nothing; what the host does to us goes up. */
static int
refused(struct revload *l, struct str path, const struct err *e, struct err *err)
{
	struct where at = { .file = path };

	if (faults_host(e))
		return faults_host_error(err, e, &at);
	problem(l, path, e->reason, revfile_detail(&l->d->mem, e));
	return 0;
}

/* The same for what was read: it may be bad news all the same. */
typedef void faulty_fn(
    struct revload *l, struct bytes octets, struct str path, struct str fault);

static int
refused_octets(struct revload *l, struct bytes octets, faulty_fn *keep_faulty,
    struct str path, const struct err *e, struct err *err)
{
	if (refused(l, path, e, err) != 0)
		return -1;
	keep_faulty(l, octets, path, revfile_detail(&l->d->mem, e));
	return 0;
}

static int
count_files(struct revload *l, uint64_t n, struct str path, struct err *err)
{
	struct where at = { .file = path };

	if (n > l->files_left)
		return err_set(err, REASON_LIMIT_REVOCATION_HIT, &at,
		    "more files with revocation data than %zu",
		    (size_t)l->reader.limits->v[LIMIT_REVOCATION_FILES]);
	l->files_left -= n;
	return 0;
}

/* Every octet that is read counts: it is the time as well as the memory that is bounded. */
static int
count_bytes(struct revload *l, struct str path, struct err *err)
{
	struct where at = { .file = path };

	if (l->text.len > l->bytes_left)
		return err_set(err, REASON_LIMIT_REVOCATION_HIT, &at,
		    "more revocation data than %zu bytes",
		    (size_t)l->reader.limits->v[LIMIT_REVOCATION_BYTES]);
	l->bytes_left -= l->text.len;
	return 0;
}

static int
read_open(struct revload *l, int fd, struct str path, size_t most, enum reason too_large,
    bool *got, struct err *err)
{
	struct where at = { .file = path };
	struct err e;

	l->text.max = most;
	if (file_read(&l->text, fd, too_large, &at, &e) != 0)
		return refused(l, path, &e, err);
	*got = true;
	return count_bytes(l, path, err);
}

/* The file NAME of a folder into l->text; *got false: it became a problem. */
static int
read_entry(struct revload *l, int dir, struct str name, struct str path, size_t most,
    enum reason too_large, bool *got, struct err *err)
{
	AUTO_FD fd = -1;
	struct err e;

	*got = false;
	if (file_open_at(&fd, dir, name.ptr, FILE_REGULAR, &e) != 0)
		return refused(l, path, &e, err);
	return read_open(l, fd, path, most, too_large, got, err);
}

static void
keep(struct revload *l, struct revfile *f)
{
	VEC_PUSH(&l->d->mem, &l->files, f);
}

/* --- folders --- */

typedef int take_fn(
    struct revload *l, int dir, struct str name, struct str path, struct err *err);

/* The lists in l->text, each on its own: one that is bad hides no other. */
static int
take_lists(struct revload *l, struct str path, struct err *err)
{
	struct arena *mem = &l->d->mem;
	struct where at = { .file = path };
	struct bytes *ders;
	struct err e;
	size_t count;

	if (crl_split(&ders, &count, &l->scratch, buf_bytes(&l->text), l->reader.limits,
		&at, &e) != 0)
		return refused_octets(l, buf_bytes(&l->text), revload_faulty_file, path,
		    &e, err);
	if (count > 1 && count_files(l, count - 1, path, err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct revfile *f;
		struct str name = revfile_part(mem, path, i);

		if (revfile_crl(&f, &l->reader, arena_bytes(mem, ders[i]), name, &e) == 0)
			keep(l, f);
		else if (refused_octets(
			     l, ders[i], revload_faulty_list, name, &e, err) != 0)
			return -1;
	}
	return 0;
}

static int
take_crl(struct revload *l, int dir, struct str name, struct str path, struct err *err)
{
	bool got;

	if (read_entry(l, dir, name, path, crl_file_most(l->reader.limits),
		REASON_LIMIT_CRL_HIT, &got, err) != 0)
		return -1;
	return got ? take_lists(l, path, err) : 0;
}

static int
take_ocsp(struct revload *l, int dir, struct str name, struct str path, struct err *err)
{
	struct revfile *f;
	struct err e;
	bool got;

	/* One above the limit is refused only after a look at who signed it. */
	if (read_entry(l, dir, name, path, limit_row(LIMIT_OCSP_BYTES)->most,
		REASON_LIMIT_OCSP_HIT, &got, err) != 0)
		return -1;
	if (!got)
		return 0;
	if (revfile_ocsp(&f, &l->reader, arena_bytes(&l->d->mem, buf_bytes(&l->text)),
		path, &e) != 0)
		return refused_octets(l, buf_bytes(&l->text), revload_faulty_answer, path,
		    &e, err);
	keep(l, f);
	return 0;
}

static int
keep_cached(struct revload *l, struct revfile *base, struct revfile *delta)
{
	keep(l, base);
	if (delta != NULL)
		keep(l, delta);
	return 0;
}

static int
take_cached(struct revload *l, int dir, struct str name, struct str path, struct err *err)
{
	/* Two lists in base64, and the JSON around them. */
	size_t most = l->reader.limits->v[LIMIT_CRL_BYTES] / 3 * 8 + 4096;
	struct revfile *base, *delta;
	struct err e;
	bool got;

	if (read_entry(l, dir, name, path, most, REASON_LIMIT_CRL_HIT, &got, err) != 0)
		return -1;
	if (!got)
		return 0;
	if (!revfile_cache_name(&l->url, name))
		err_set(&e, REASON_CRL_MALFORMED, NULL,
		    "file name is not the SHA-256 of a URL, 64 lower-case digits");
	else if (revfile_cache(&base, &delta, &l->reader, buf_bytes(&l->text), &l->url,
		     path, &e) == 0)
		return keep_cached(l, base, delta);
	return refused_octets(
	    l, buf_bytes(&l->text), revload_faulty_entry, path, &e, err);
}

static int
each_file(struct revload *l, int dir, struct str prefix, take_fn *take, struct err *err)
{
	struct where at = { .file = prefix };
	struct arena names_mem;
	struct str *names;
	struct err e;
	size_t count;
	int ret = 0;

	arena_init(&names_mem, 0);
	if (file_list(&names, &count, &names_mem, dir, l->files_left, &e) != 0) {
		arena_clear(&names_mem);
		return faults_host(&e) ? faults_host_error(err, &e, &at)
				       : count_files(l, l->files_left + 1, prefix, err);
	}
	l->files_left -= count;
	l->d->given = true;
	for (size_t i = 0; i < count && ret == 0; i++) {
		ret =
		    take(l, dir, names[i], path_below(&l->d->mem, prefix, names[i]), err);
		arena_reset(&l->scratch);
		l->url = (struct digest){ .alg = DIGEST_NONE };
	}
	arena_clear(&names_mem);
	return ret;
}

static int
load_folder(struct revload *l, const char *path, take_fn *take, struct err *err)
{
	AUTO_FD fd = -1;

	if (file_open(&fd, path, FILE_FOLDER, err) != 0)
		return -1;
	return each_file(l, fd, prefix_of(&l->d->mem, path), take, err);
}

/* crl/ or ocsp/ of the policy folder: may be absent, but nothing else than a folder. */
static int
load_policy_folder(struct revload *l, const char *policy, const char *name, take_fn *take,
    struct err *err)
{
	struct where at = { .file = path_below(&l->d->mem, prefix_of(&l->d->mem, policy),
				str_of(name)) };
	AUTO_FD dir = -1;
	AUTO_FD fd = -1;
	struct err e;

	if (file_open(&dir, policy, FILE_FOLDER, err) != 0)
		return -1;
	if (file_open_at(&fd, dir, name, FILE_FOLDER, &e) == 0)
		return each_file(l, fd, str_of(name), take, err);
	if (e.reason == REASON_FILE_MISSING)
		return 0;
	if (faults_host(&e))
		return faults_host_error(err, &e, &at);
	return err_set(err, e.reason, &at, "%s", e.text);
}

/* --- the map --- */

struct mapped {
	struct str name; /* a NUL behind it */
	struct digest url;
	struct jv place;
};

static int
compare_mapped(const void *a, const void *b)
{
	const struct mapped *x = a, *y = b;
	int c = str_cmp(x->name, y->name);

	return c != 0 ? c : digest_cmp(&x->url, &y->url);
}

/* The folder that `path` lies in; links on the way are those of the operator. */
static int
open_folder_of(int *fd, struct arena *mem, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct str folder = { path, slash == NULL ? 0 : (size_t)(slash - path) + 1 };

	return file_open(
	    fd, arena_printf(mem, "%.*s.", STR_ARG(folder)).ptr, FILE_FOLDER, err);
}

/*
 * What is wrong with the list of one URL is wrong for the others that name the file, too.
 * The first fault of each is enough: many faults times many URLs would fill the memory.
 */
static void
spread_problems(struct revload *l, size_t from, const struct mapped *m, size_t count)
{
	if (from == l->problems.n)
		return;
	for (size_t i = 1; i < count; i++) {
		struct revproblem p = l->problems.v[from];

		p.url = m[i].url;
		VEC_PUSH(&l->d->mem, &l->problems, p);
	}
}

/* One file of the map, for each of its URLs. */
static int
take_mapped(struct revload *l, int dir, struct str prefix, const struct mapped *m,
    size_t count, struct err *err)
{
	struct str path = path_below(&l->d->mem, prefix, m->name);
	size_t before = l->files.n, problems = l->problems.n;
	AUTO_FD fd = -1;
	struct err e;
	bool got = false;

	l->url = m->url;
	if (file_open_at(&fd, dir, m->name.ptr, FILE_REGULAR, &e) != 0) {
		struct where at = { .file = path };

		return faults_host(&e) ? faults_host_error(err, &e, &at)
				       : jsonin_fail(err, REASON_REVOCATION_MAP, m->place,
					     "%.*s: %s", STR_ARG(path), e.text);
	}
	if (read_open(l, fd, path, crl_file_most(l->reader.limits), REASON_LIMIT_CRL_HIT,
		&got, err) != 0 ||
	    (got && take_lists(l, path, err) != 0))
		return -1;
	/* One URL gives one list. */
	if (l->files.n > before + 1) {
		const struct str several = STR("several lists for one URL");

		for (size_t i = before; i < l->files.n; i++)
			revload_faulty_list(l, l->files.v[i]->crl.der, path, several);
		l->files.n = before;
		problem(l, path, REASON_CRL_MALFORMED, several);
	}
	spread_problems(l, problems, m, count);
	if (l->files.n == before)
		return 0;
	l->files.v[before]->url = m->url;
	for (size_t i = 1; i < count; i++) {
		struct revfile *f = arena_alloc(&l->d->mem, sizeof(*f));

		*f = *l->files.v[before];
		f->url = m[i].url;
		keep(l, f);
	}
	return 0;
}

static int
read_map(struct mapped **out, size_t *count, struct revload *l, struct arena *mem,
    struct jv root, struct str path, struct err *err)
{
	VEC(struct mapped) list = { NULL, 0, 0 };

	if (jsonin_as(root, JSON_OBJECT, err) != 0)
		return -1;
	for (struct jv v = jsonin_first(root); jsonin_present(v); v = jsonin_next(v)) {
		struct mapped m = { .place = v };

		if (jsonin_as_str(&m.name, v, err) != 0)
			return -1;
		if (jsonin_key(v).len == 0)
			return jsonin_fail(err, REASON_REVOCATION_MAP, v, "empty URL");
		if (count_files(l, 1, path, err) != 0)
			return -1;
		m.name = arena_str(mem, m.name);
		hasher_of(
		    l->reader.hasher, DIGEST_SHA256, str_bytes(jsonin_key(v)), &m.url);
		VEC_PUSH(mem, &list, m);
	}
	if (list.n > 1)
		qsort(list.v, list.n, sizeof(*list.v), compare_mapped);
	*out = list.v;
	*count = list.n;
	return 0;
}

static int
take_map(struct revload *l, struct jv root, struct arena *mem, const char *map,
    struct str path, struct err *err)
{
	struct str prefix = { path.ptr, 0 };
	struct mapped *list = NULL;
	AUTO_FD dir = -1;
	size_t count = 0;

	for (size_t i = 0; i < path.len; i++) {
		if (path.ptr[i] == '/')
			prefix.len = i == 0 ? 1 : i;
	}
	if (read_map(&list, &count, l, mem, root, path, err) != 0 ||
	    open_folder_of(&dir, mem, map, err) != 0)
		return -1;
	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count && str_equal(list[i].name, list[i + n].name);)
			n++;
		if (take_mapped(l, dir, prefix, &list[i], n, err) != 0)
			return -1;
		arena_reset(&l->scratch);
	}
	return 0;
}

/* What is wrong with the JSON is wrong with the map; the place stays. */
static int
map_failed(struct err *err, const struct err *e)
{
	*err = *e;
	if (str_starts(str_of(reason_code(e->reason)), STR("json.")))
		err->reason = REASON_REVOCATION_MAP;
	return -1;
}

static int
load_map(struct revload *l, const char *map, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = MAP_BYTES_MOST };
	AUTO(jsonin_free) struct json *doc = NULL;
	struct where at = { .file = prefix_of(&l->d->mem, map) };
	struct arena mem;
	AUTO_FD fd = -1;
	struct err e;
	int ret;

	if (file_open(&fd, map, FILE_REGULAR, err) != 0)
		return -1;
	l->d->given = true;
	if (file_read(&text, fd, REASON_REVOCATION_MAP, &at, err) != 0)
		return -1;
	if (jsonin_parse(&doc, buf_bytes(&text), l->reader.limits, &at, &e) != 0)
		return map_failed(err, &e);
	arena_init(&mem, 0);
	ret = take_map(l, jsonin_root(doc), &mem, map, at.file, &e);
	arena_clear(&mem);
	return ret == 0 ? 0 : map_failed(err, &e);
}

/* --- all of it --- */

void
revload_init(struct revload *l, struct revdata *d, struct hasher *hasher,
    const struct limits *limits)
{
	*l = (struct revload){
		.d = d,
		.reader = { .mem = &d->mem, .hasher = hasher, .limits = limits },
		.bytes_left = limits->v[LIMIT_REVOCATION_BYTES],
		.files_left = limits->v[LIMIT_REVOCATION_FILES],
	};
	arena_init(&l->scratch, 0);
	buf_init(&l->text, 0);
}

void
revload_clear(struct revload *l)
{
	buf_clear(&l->text);
	arena_clear(&l->scratch);
}

int
revload_read(struct revload *l, const struct revdata_options *o, struct err *err)
{
	if (o->crl_dir != NULL ? load_folder(l, o->crl_dir, take_crl, err) != 0
			       : o->policy != NULL && load_policy_folder(l, o->policy,
							  "crl", take_crl, err) != 0)
		return -1;
	if (o->ocsp_dir != NULL ? load_folder(l, o->ocsp_dir, take_ocsp, err) != 0
				: o->policy != NULL && load_policy_folder(l, o->policy,
							   "ocsp", take_ocsp, err) != 0)
		return -1;
	if (o->cache_dir != NULL && load_folder(l, o->cache_dir, take_cached, err) != 0)
		return -1;
	return o->map != NULL ? load_map(l, o->map, err) : 0;
}
