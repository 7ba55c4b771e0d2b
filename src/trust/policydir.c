/* SPDX-License-Identifier: Apache-2.0 */
/* The policy folder: which files count, and that nobody else could have changed them. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "trust/policy_parts.h"

DEFINE_AUTO(char, free)

/* One folder on the way, or a link on the way: its owner can lead us elsewhere. */
static int
prefix_trusted(const char *prefix, struct err *err)
{
	struct where at = { .file = str_of(prefix) };
	AUTO_FD fd = open(prefix, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return err_sys(
		    err, REASON_FILE_UNREADABLE, &at, "cannot ask for its owner");
	if (!S_ISLNK(st.st_mode))
		return file_trusted(fd, &at, err);
	/* The mode of a link means nothing. */
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(err, REASON_FILE_PERMISSIONS, &at,
		    "link of user %u, want root or user %u", (unsigned)st.st_uid,
		    (unsigned)geteuid());
	return 0;
}

/* "/", "/a", "/a/b" of "/a/b/c": who may rename one of them may exchange the last one. */
static int
parents_trusted(const char *path, struct faults *faults)
{
	AUTO(free) char *prefix = NULL;
	size_t len = strlen(path);
	struct err err;

	prefix = xmalloc(len + 2);
	for (size_t i = 0; i < len; i++) {
		if (path[i] != '/')
			continue;
		memcpy(prefix, path, i + 1);
		prefix[i == 0 ? 1 : i] = '\0';
		if (prefix_trusted(prefix, &err) != 0 && faults_add(faults, &err) != 0)
			return -1;
	}
	return 0;
}

static bool
same_folder(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* Both ways are checked: the one that was written, with its links, and the one it leads to. */
int
policy_folder_trusted(const struct policy_folder *f, struct faults *faults)
{
	struct where at = { .file = str_of(f->path) };
	AUTO(free) char *real = realpath(f->path, NULL);
	struct err err;

	if (real == NULL) {
		err_sys(&err, REASON_FILE_UNREADABLE, &at, "cannot resolve the path");
		return faults_add(faults, &err);
	}
	if (file_trusted(f->fd, &at, &err) != 0 && faults_add(faults, &err) != 0)
		return -1;
	if (parents_trusted(f->path, faults) != 0 || parents_trusted(real, faults) != 0)
		return -1;
	if (same_folder(f->fd, real))
		return 0;
	err_set(&err, REASON_FILE_PERMISSIONS, &at,
	    "the folder was exchanged while it was opened");
	return faults_add(faults, &err);
}

int
policy_folder_open(struct policy_folder *f, struct err *err)
{
	struct where at = { .file = str_of(f->path) };
	struct err e;

	if (file_open(&f->fd, f->path, FILE_FOLDER, &e) == 0)
		return 0;
	errno = e.sys;
	return e.reason == REASON_FILE_MISSING
		   ? err_set(err, REASON_POLICY_NOT_FOUND, &at, "no such folder")
		   : err_sys(err, e.reason, &at, "%s", e.text);
}

int
policy_below(const struct policy_folder *f, struct err *err)
{
	char whole[sizeof(err->file)];
	int n = snprintf(whole, sizeof(whole), "%s/%s", f->path, err->file);

	if (n > 0 && (size_t)n < sizeof(whole))
		memcpy(err->file, whole, (size_t)n + 1);
	return -1;
}

int
policy_folder_has(
    bool *out, const struct policy_folder *f, const char *name, struct err *err)
{
	struct where at = { .file = str_of(name) };
	struct stat st;

	*out = fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (!*out && errno != ENOENT) {
		err_sys(err, REASON_FILE_UNREADABLE, &at, "cannot ask for its state");
		return policy_below(f, err);
	}
	return 0;
}

/* A policy that cannot be obeyed must not be passed over in silence. */
const char *
policy_refused_name(size_t i)
{
	static const char *const names[] = { "policy.yaml", "policy.yml" };

	return i < COUNT(names) ? names[i] : NULL;
}

const char *
policy_ignored_name(size_t i)
{
	static const char *const names[] = { "waivers.yaml", "keys",
		"trusted_root.json" };

	return i < COUNT(names) ? names[i] : NULL;
}

int
policy_refuse_file(const struct policy_folder *f, const char *name, struct err *err)
{
	struct where at = { .file = str_of(name) };
	bool there;

	if (policy_folder_has(&there, f, name, err) != 0)
		return -1;
	if (!there)
		return 0;
	err_set(err, REASON_POLICY_UNSUPPORTED_FILE, &at,
	    "its rules are not read by this version");
	return policy_below(f, err);
}

static int
refuse_unsupported(const struct policy_folder *f, struct err *err)
{
	for (size_t i = 0; policy_refused_name(i) != NULL; i++)
		if (policy_refuse_file(f, policy_refused_name(i), err) != 0)
			return -1;
	return 0;
}

static int
warn_ignored(struct policy *out, const struct policy_folder *f, const char *document,
    struct err *err)
{
	bool there;

	for (size_t i = 0; policy_ignored_name(i) != NULL; i++) {
		if (policy_folder_has(&there, f, policy_ignored_name(i), err) != 0)
			return -1;
		if (there)
			policy_warn(out, REASON_POLICY_IGNORED_FILE,
			    "%s: not read by this version", policy_ignored_name(i));
	}
	if (strcmp(document, "trustpolicy.oci.json") != 0)
		return 0;
	if (policy_folder_has(&there, f, "trustpolicy.json", err) != 0)
		return -1;
	if (there)
		policy_warn(out, REASON_POLICY_IGNORED_FILE,
		    "trustpolicy.json: trustpolicy.oci.json counts");
	return 0;
}

/* Only "not there" leads to the second name: a first one that is broken is an error. */
int
policy_document_open(int *fd, const char **name, const struct policy_folder *f,
    enum policy_kind kind, struct err *err)
{
	struct where at = { .file = str_of(f->path) };

	*name = kind == POLICY_BLOB ? "trustpolicy.blob.json" : "trustpolicy.oci.json";
	if (file_open_at(fd, f->fd, *name, FILE_REGULAR, err) == 0)
		return 0;
	if (err->reason == REASON_FILE_MISSING && kind == POLICY_OCI) {
		*name = "trustpolicy.json";
		if (file_open_at(fd, f->fd, *name, FILE_REGULAR, err) == 0)
			return 0;
	}
	if (err->reason == REASON_FILE_MISSING)
		return err_set(err, REASON_POLICY_NOT_FOUND, &at,
		    kind == POLICY_BLOB
			? "no trustpolicy.blob.json"
			: "neither trustpolicy.oci.json nor trustpolicy.json");
	return policy_below(f, err);
}

static int
load_document(struct policy *out, const struct policy_folder *f, enum policy_kind kind,
    struct hasher *hasher, const struct limits *limits, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = POLICY_BYTES_MOST };
	AUTO(free) char *path = NULL;
	const char *name;
	struct where at;
	AUTO_FD fd = -1;
	size_t len;

	if (policy_document_open(&fd, &name, f, kind, err) != 0)
		return -1;
	len = strlen(f->path) + 1 + strlen(name) + 1;
	path = xmalloc(len);
	snprintf(path, len, "%s/%s", f->path, name);
	at = (struct where){ .file = str_of(path) };
	if (!f->lenient && file_trusted(fd, &at, err) != 0)
		return -1;
	if (file_read(&text, fd, REASON_FILE_TOO_LARGE, &at, err) != 0 ||
	    policy_parse(out, buf_bytes(&text), kind, limits, &at, err) != 0)
		return -1;
	out->doc.name = str_of(name);
	hasher_of(hasher, DIGEST_SHA256, out->doc.text, &out->doc.digest);
	return warn_ignored(out, f, name, err);
}

static int
load_stores(struct policy *out, const struct policy_folder *f, struct ossl *lib,
    const struct limits *limits, struct err *err)
{
	AUTO(certs_free) struct certs *certs = certs_new(lib, limits);

	for (size_t i = 0; i < out->store_count; i++) {
		struct anchor_store *s = &out->stores[i];

		if (anchors_load(s, &out->mem, f->fd, s->type, s->name, certs, limits,
			f->lenient, err) != 0)
			return policy_below(f, err);
	}
	return 0;
}

/* --- what a statement trusts --- */

static int
compare_anchors(const void *a, const void *b)
{
	const struct anchor *const *x = a, *const *y = b;

	return digest_cmp(&(*x)->cert.sha256, &(*y)->cert.sha256);
}

static void
gather_anchors(struct chain_anchors *out, const struct policy_statement *s,
    enum store_type type, struct arena *mem, struct hasher *hasher)
{
	const struct anchor **all;
	struct bytes *ders;
	size_t count = 0, n = 0;

	for (size_t i = 0; i < s->store_count; i++) {
		if (s->stores[i].type == type)
			count += s->stores[i].store->count;
	}
	all = arena_array(mem, count, sizeof(*all));
	ders = arena_array(mem, count, sizeof(*ders));
	for (size_t i = 0; i < s->store_count; i++) {
		const struct anchor_store *store = s->stores[i].store;

		for (size_t k = 0; store->type == type && k < store->count; k++)
			all[n++] = &store->anchors[k];
	}
	if (count > 1)
		qsort(all, count, sizeof(const struct anchor *), compare_anchors);
	hasher_begin(hasher, DIGEST_SHA256);
	n = 0;
	for (size_t i = 0; i < count; i++) {
		if (i != 0 && digest_equal(&all[i]->cert.sha256, &all[i - 1]->cert.sha256))
			continue;
		ders[n++] = all[i]->cert.der;
		hasher_add(hasher, digest_value(&all[i]->cert.sha256));
	}
	out->ders = ders;
	out->count = n;
	hasher_end(hasher, &out->digest);
}

static int
load_folder(struct policy *out, const struct policy_folder *f, enum policy_kind kind,
    struct ossl *lib, const struct limits *limits, struct err *err)
{
	AUTO(hasher_free) struct hasher *hasher = hasher_new(lib);

	if (refuse_unsupported(f, err) != 0 ||
	    load_document(out, f, kind, hasher, limits, err) != 0 ||
	    load_stores(out, f, lib, limits, err) != 0)
		return -1;
	out->folder = arena_str(&out->mem, str_of(f->path));
	for (size_t i = 0; i < out->statement_count; i++) {
		struct policy_statement *s = &out->statements[i];

		for (size_t t = 0; t < STORE_TYPE_COUNT; t++)
			gather_anchors(
			    &s->anchors[t], s, (enum store_type)t, &out->mem, hasher);
	}
	if (f->lenient)
		policy_warn(
		    out, REASON_HOST_INSECURE_PERMISSIONS, "--insecure-permissions");
	return 0;
}

static int
folder_trusted(const struct policy_folder *f, struct err *err)
{
	struct arena mem;
	struct faults first = { .mem = &mem, .most = 1 };
	int ret = 0;

	if (f->lenient)
		return 0;
	arena_init(&mem, 0);
	if (policy_folder_trusted(f, &first) != 0) {
		*err = first.list.v[0];
		ret = -1;
	}
	arena_clear(&mem);
	return ret;
}

int
policy_load(struct policy *out, const char *path, struct ossl *lib,
    const struct policy_options *options, struct err *err)
{
	struct policy_folder f = {
		.path = path, .fd = -1, .lenient = options->insecure_permissions
	};
	struct limits defaults;
	struct err own;
	int ret;

	if (err == NULL)
		err = &own;
	limits_default(&defaults);
	*out = (struct policy){ 0 };
	ret = policy_folder_open(&f, err);
	if (ret == 0)
		ret = folder_trusted(&f, err);
	if (ret == 0)
		ret = load_folder(out, &f, options->kind, lib,
		    options->limits != NULL ? options->limits : &defaults, err);
	file_close(&f.fd);
	if (ret != 0)
		policy_clear(out);
	return ret;
}
