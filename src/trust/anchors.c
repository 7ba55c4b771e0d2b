/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust stores (Notary Project trust store specification, "Trust Store"). A store is the sum of
 * its files: one that cannot be read whole gives no trust at all.
 */
#include "trust/anchors.h"

#include <stdlib.h>

#include "base/file.h"
#include "codec/hex.h"
#include "codec/text.h"

enum { STORE_FILE_BYTES = 1 << 20 };

struct loading {
	struct anchor_store *out;
	struct arena *mem; /* of the result */
	struct arena scratch;
	struct certs *certs;
	struct buf text; /* the file at hand */
	struct str folder; /* below the policy folder, for messages */
	struct faults *faults; /* NULL: the first fault is enough */
	bool lenient;
	size_t certs_seen;
	VEC(struct anchor) found;
};

static const char *const types[STORE_TYPE_COUNT] = {
	[STORE_CA] = "ca",
	[STORE_SIGNING_AUTHORITY] = "signingAuthority",
	[STORE_TSA] = "tsa",
};

const char *
store_type_name(enum store_type t)
{
	return types[t];
}

struct str
store_folder(struct arena *mem, enum store_type type, struct str name)
{
	return arena_printf(mem, "truststore/x509/%s/%.*s", types[type], STR_ARG(name));
}

void
store_folders(
    struct str out[STORE_FOLDERS], struct arena *mem, enum store_type type, struct str name)
{
	out[0] = STR("truststore");
	out[1] = STR("truststore/x509");
	out[2] = arena_printf(mem, "truststore/x509/%s", types[type]);
	out[3] = store_folder(mem, type, name);
}

int
anchor_store_compare(const void *a, const void *b)
{
	const struct anchor_store *x = a, *y = b;

	return x->type != y->type ? (x->type > y->type) - (x->type < y->type)
				  : str_cmp(x->name, y->name);
}

bool
store_type_find(enum store_type *out, struct str name)
{
	for (size_t i = 0; i < COUNT(types); i++) {
		if (str_is(name, types[i])) {
			*out = (enum store_type)i;
			return true;
		}
	}
	return false;
}

/* [A-Za-z0-9_.-]+, and neither "." nor "..", which that pattern would let through. */
bool
store_name_valid(struct str name)
{
	if (name.len == 0 || str_is(name, ".") || str_is(name, ".."))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'))
			return false;
	}
	return true;
}

/* The first thing that is wrong with a store is the one that is told, to those who load it. */
static int
broken(struct loading *l, enum reason reason, const char *file, const char *why)
{
	struct where at = { .file = str_of(file) };
	struct err err;

	if (l->faults != NULL) {
		err_set(&err, reason, &at, "%s", why);
		faults_add(l->faults, &err);
	}
	if (l->out->reason != REASON_NONE)
		return 0;
	l->out->reason = reason;
	l->out->detail = arena_printf(l->mem, "%s: %s", file, why);
	return 0;
}

/* Damage that ends the load; who wants all faults goes on behind it. */
static int
trusted(struct loading *l, int fd, const struct where *at, struct err *err)
{
	if (l->lenient || file_trusted(fd, at, err) == 0)
		return 0;
	return l->faults == NULL ? -1 : faults_add(l->faults, err);
}

static int
list_failed(struct err *err, const struct err *e, const struct where *at)
{
	if (faults_host(e))
		return faults_host_error(err, e, at);
	return err_set(err, REASON_TRUSTSTORE_LIMIT, at, "%s", e->text);
}

/*
 * Opens truststore, x509, TYPE and NAME, one after the other. *fd stays -1 if the store is not
 * there or no folder.
 */
static int
open_store(int *fd, struct loading *l, int dir, struct err *err)
{
	struct str paths[STORE_FOLDERS];

	store_folders(paths, &l->scratch, l->out->type, l->out->name);
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct where at = { .file = paths[i] };
		AUTO_FD got = -1;
		struct err e;

		if (file_open_at(&got, dir, paths[i].ptr, FILE_FOLDER, &e) != 0) {
			if (faults_host(&e))
				return faults_host_error(err, &e, &at);
			/* Whichever folder is missing, this one is what is to be made. */
			if (e.reason == REASON_FILE_MISSING)
				return broken(l, REASON_TRUSTSTORE_NOT_FOUND,
				    l->folder.ptr, "no such folder in the policy folder");
			return broken(l, REASON_TRUSTSTORE_NOT_DIR, paths[i].ptr, e.text);
		}
		if (trusted(l, got, &at, err) != 0)
			return -1;
		if (i == COUNT(paths) - 1) {
			*fd = got;
			got = -1;
		}
	}
	return 0;
}

static void
add_anchor(struct loading *l, const struct cert *c, struct str file)
{
	const struct cert_info *info = cert_info(c);
	struct arena *mem = l->mem;
	struct anchor new;

	for (size_t i = 0; i < l->found.n; i++) {
		if (digest_equal(&l->found.v[i].cert.sha256, &info->sha256))
			return;
	}
	certfacts_of(&new.cert, mem, c);
	new.cert.der = arena_bytes(mem, new.cert.der);
	new.cert.subject = arena_str(mem, new.cert.subject);
	new.cert.issuer = arena_str(mem, new.cert.issuer);
	new.file = text_shown(mem, file);
	VEC_PUSH(mem, &l->found, new);
}

/* What a store may hold; dates are judged when an anchor is used. */
static enum reason
anchor_fit(const struct cert *c, enum store_type type, const char **why)
{
	const struct cert_info *info = cert_info(c);
	bool self_signed = cert_self_signed(c);

	if (info->key_unreadable) {
		*why = "its public key cannot be read";
		return REASON_TRUSTSTORE_CERT;
	}
	if (!info->is_ca && !self_signed) {
		*why = "neither a CA nor self-signed";
		return REASON_TRUSTSTORE_LEAF;
	}
	/* OpenSSL never looks at the signature of an anchor: one that fails is damage. */
	if (info->self_issued && !self_signed) {
		*why = "issued to itself, but not signed by its own key";
		return REASON_TRUSTSTORE_CERT;
	}
	if (type == STORE_TSA && !(info->is_ca && self_signed)) {
		*why = "want a self-signed CA in a tsa store";
		return REASON_TRUSTSTORE_TSA_NOT_ROOT;
	}
	return REASON_NONE;
}

static int
load_certs(struct loading *l, struct bytes text, const struct where *at, struct str file,
    struct err *err)
{
	struct bytes *ders;
	struct err e;
	size_t count;

	if (cert_split(&ders, &count, &l->scratch, text, at, &e) != 0) {
		if (faults_host(&e))
			return faults_host_error(err, &e, at);
		return broken(l, REASON_TRUSTSTORE_CERT, at->file.ptr, e.text);
	}
	l->certs_seen += count;
	if (l->certs_seen > STORE_CERTS_MOST)
		return err_set(err, REASON_TRUSTSTORE_LIMIT, at,
		    "more than %d certificates in one store", STORE_CERTS_MOST);
	for (size_t i = 0; i < count; i++) {
		const struct cert *c;
		enum reason reason;
		const char *why;

		if (certs_get(&c, l->certs, ders[i], at, &e) != 0) {
			if (faults_host(&e))
				return faults_host_error(err, &e, at);
			return broken(l, REASON_TRUSTSTORE_CERT, at->file.ptr, e.text);
		}
		reason = anchor_fit(c, l->out->type, &why);
		if (reason != REASON_NONE)
			return broken(l, reason, at->file.ptr, why);
		add_anchor(l, c, file);
	}
	return 0;
}

static int
load_file(struct loading *l, int store, struct str name, struct err *err)
{
	struct where at = {
		.file = arena_printf(&l->scratch, "%.*s/%.*s", STR_ARG(l->folder),
		    STR_ARG(text_shown(&l->scratch, name))),
	};
	AUTO_FD fd = -1;
	struct err e;

	if (file_open_at(&fd, store, name.ptr, FILE_REGULAR, &e) != 0) {
		if (faults_host(&e))
			return faults_host_error(err, &e, &at);
		return broken(l, REASON_TRUSTSTORE_ENTRY, at.file.ptr, e.text);
	}
	if (trusted(l, fd, &at, err) != 0)
		return -1;
	if (file_read(&l->text, fd, REASON_TRUSTSTORE_LIMIT, &at, err) != 0)
		return -1;
	return load_certs(l, buf_bytes(&l->text), &at, name, err);
}

static int
compare_anchors(const void *a, const void *b)
{
	return digest_cmp(
	    &((const struct anchor *)a)->cert.sha256, &((const struct anchor *)b)->cert.sha256);
}

/* All files are looked at, though one is broken: permissions and limits end the run. */
static int
load_store(struct loading *l, int dir, struct err *err)
{
	struct where at = { .file = l->folder };
	struct str *names;
	AUTO_FD fd = -1;
	struct err e;
	size_t count;

	if (open_store(&fd, l, dir, err) != 0)
		return -1;
	if (fd < 0)
		return 0;
	if (file_list(&names, &count, &l->scratch, fd, STORE_FILES_MOST, &e) != 0)
		return list_failed(err, &e, &at);
	for (size_t i = 0; i < count; i++) {
		if (load_file(l, fd, names[i], err) != 0)
			return -1;
	}
	if (l->out->reason != REASON_NONE)
		return 0;
	if (l->found.n == 0)
		return broken(
		    l, REASON_TRUSTSTORE_EMPTY, l->folder.ptr, "no certificate");
	qsort(l->found.v, l->found.n, sizeof(*l->found.v), compare_anchors);
	l->out->anchors = l->found.v;
	l->out->count = l->found.n;
	return 0;
}

static int
load(struct loading *l, int dir, enum store_type type, struct str name, struct err *err)
{
	int ret;

	*l->out = (struct anchor_store){ .type = type, .name = arena_str(l->mem, name) };
	if (!store_name_valid(name))
		return broken(l, REASON_TRUSTSTORE_NAME, "truststore",
		    "name of the store is not allowed");
	arena_init(&l->scratch, 0);
	buf_init(&l->text, STORE_FILE_BYTES);
	l->folder = store_folder(&l->scratch, type, name);
	ret = load_store(l, dir, err);
	buf_clear(&l->text);
	arena_clear(&l->scratch);
	return ret;
}

int
anchors_load(struct anchor_store *out, struct arena *mem, int dir, enum store_type type,
    struct str name, struct certs *certs, const struct limits *limits, bool lenient,
    struct err *err)
{
	struct loading l = {
		.out = out,
		.mem = mem,
		.certs = certs,
		.lenient = lenient,
	};

	(void)limits; /* of certificates: the table `certs` holds to them */
	return load(&l, dir, type, name, err);
}

int
anchors_try(struct anchor_store *out, struct bytes *octets, struct arena *mem,
    const char *path, enum store_type type, struct certs *certs, struct err *err)
{
	struct loading l = { .out = out, .mem = mem, .certs = certs };
	AUTO(buf_clear) struct buf text = { .max = STORE_FILE_BYTES };
	struct where at = { .file = text_shown(mem, str_of(path)) };
	const char *slash = strrchr(path, '/');
	AUTO_FD fd = -1;
	int ret;

	*out = (struct anchor_store){ .type = type };
	if (file_open(&fd, path, FILE_REGULAR, err) != 0 ||
	    file_read(&text, fd, REASON_TRUSTSTORE_LIMIT, &at, err) != 0)
		return -1;
	arena_init(&l.scratch, 0);
	ret = load_certs(&l, buf_bytes(&text), &at,
	    str_of(slash == NULL ? path : slash + 1), err);
	arena_clear(&l.scratch);
	*octets = arena_bytes(mem, buf_bytes(&text));
	out->anchors = l.found.v;
	out->count = out->reason == REASON_NONE ? l.found.n : 0;
	return ret;
}

void
anchors_examine(struct anchor_store *out, struct arena *mem, int dir,
    enum store_type type, struct str name, struct certs *certs, bool lenient,
    struct faults *faults)
{
	struct loading l = {
		.out = out,
		.mem = mem,
		.certs = certs,
		.faults = faults,
		.lenient = lenient,
	};
	size_t before = faults->list.n;
	struct err err;

	/* Full by now, or an error of the host or of a limit. */
	if (load(&l, dir, type, name, &err) != 0)
		faults_add(faults, &err);
	if (faults->list.n != before && out->reason == REASON_NONE) {
		const struct err *first = &faults->list.v[before];

		out->reason = first->reason;
		out->detail = arena_printf(mem, "%s: %s", first->file, first->text);
	}
	if (out->reason != REASON_NONE)
		out->count = 0; /* a store is loaded whole or not at all */
}

/* One entry of truststore/x509/TYPE, as far as a policy could name it. */
static struct anchor_store
listed(struct arena *mem, int dir, enum store_type type, struct str name)
{
	struct anchor_store s = { .type = type, .name = name };
	AUTO_FD fd = -1;
	struct err e;

	if (file_open_at(&fd, dir, name.ptr, FILE_FOLDER, &e) != 0) {
		s.reason = REASON_TRUSTSTORE_NOT_DIR;
		s.detail = arena_str(mem, str_of(e.text));
	}
	return s;
}

int
anchors_list(
    struct anchor_store **out, size_t *count, struct arena *mem, int dir, struct err *err)
{
	VEC(struct anchor_store) list = { NULL, 0, 0 };

	for (size_t t = 0; t < COUNT(types); t++) {
		struct str path = arena_printf(mem, "truststore/x509/%s", types[t]);
		struct where at = { .file = path };
		struct str *names;
		AUTO_FD fd = -1;
		struct err e;
		size_t n;

		if (file_open_at(&fd, dir, path.ptr, FILE_FOLDER, &e) != 0) {
			if (e.reason == REASON_FILE_MISSING)
				continue;
			return faults_host_error(err, &e, &at);
		}
		if (file_list(&names, &n, mem, fd, STORE_LISTED_MOST, &e) != 0)
			return list_failed(err, &e, &at);
		for (size_t i = 0; i < n; i++) {
			if (store_name_valid(names[i]))
				VEC_PUSH(mem, &list,
				    listed(mem, fd, (enum store_type)t, names[i]));
		}
	}
	*out = list.v;
	*count = list.n;
	return 0;
}
