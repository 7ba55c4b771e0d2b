/* SPDX-License-Identifier: Apache-2.0 */
/* A policy folder examined as a whole: every fault first, then what policywise.c finds unwise. */
#include "trust/policycheck.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/num.h"
#include "trust/policy_parts.h"

struct checking {
	struct policycheck *out;
	struct policy_folder folder;
	struct ossl *lib;
	const struct limits *limits;
	const struct revdata_options *revdata;
	struct arena scratch;
	struct faults faults;
	size_t told; /* faults that are items already */
};

/* --- items --- */

/* The name of the statement that a pointer into a document leads to. */
static struct str
statement_of(const struct policycheck *c, struct str file, struct str pointer)
{
	const struct str list = STR("/trustPolicies/");
	struct str number = str_from(pointer, list.len);
	uint64_t index;

	if (!str_starts(pointer, list) ||
	    !num_parse(&index, str_upto(number, str_find(number, '/'))))
		return STR_NONE;
	for (size_t k = 0; k < POLICYCHECK_DOCS; k++) {
		const struct policy *doc = &c->docs[k];

		if (c->found[k] && str_equal(doc->doc.path, file) &&
		    index < doc->statement_count)
			return doc->statements[index].name;
	}
	return STR_NONE;
}

static bool
item_equal(const struct policycheck_item *a, const struct policycheck_item *b)
{
	return a->fault == b->fault && a->reason == b->reason &&
	       str_equal(a->file, b->file) && str_equal(a->pointer, b->pointer) &&
	       str_equal(a->text, b->text);
}

/* Two stores below one folder tell its faults twice, two statements their stores'. */
static bool
add_item(struct policycheck *c, struct policycheck_item item)
{
	for (size_t i = 0; i < c->items.n; i++)
		if (item_equal(&c->items.v[i], &item))
			return false;
	item.file = arena_str(&c->mem, item.file);
	item.pointer = arena_str(&c->mem, item.pointer);
	item.text = arena_str(&c->mem, item.text);
	item.statement = statement_of(c, item.file, item.pointer);
	VEC_PUSH(&c->mem, &c->items, item);
	return true;
}

/* Faults that were added since the last call; places of stores are below the folder. */
static void
tell_faults(struct checking *k, bool below)
{
	for (; k->told < k->faults.list.n; k->told++) {
		struct err *e = &k->faults.list.v[k->told];

		if (below)
			policy_below(&k->folder, e);
		k->out->fault_count += add_item(k->out, (struct policycheck_item){
							    .fault = true,
							    .reason = e->reason,
							    .file = str_of(e->file),
							    .pointer = str_of(e->pointer),
							    .text = str_of(e->text),
							});
	}
}

static void
add_fault(struct checking *k, const struct err *err, bool below)
{
	faults_add(&k->faults, err);
	tell_faults(k, below);
}

void
policycheck_warn(struct policycheck *c, enum reason reason, struct str file,
    struct str pointer, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	if (c->warning_count == POLICYCHECK_WARNINGS_MOST) {
		c->more = true;
		return;
	}
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	c->warning_count += add_item(c, (struct policycheck_item){ .reason = reason,
					    .file = file,
					    .pointer = pointer,
					    .text = str_of(text) });
}

/* --- documents --- */

static struct str
path_of(struct checking *k, const char *name)
{
	return arena_printf(&k->out->mem, "%s/%s", k->folder.path, name);
}

static void
check_text(struct checking *k, enum policy_kind kind, struct bytes text, struct str path)
{
	AUTO(hasher_free) struct hasher *hasher = hasher_new(k->lib);
	struct policy *doc = &k->out->docs[kind];
	struct where at = { .file = path };
	size_t before = k->faults.list.n;

	policy_parse_all(doc, &k->faults, text, kind, k->limits, &at);
	/* A text that is no JSON leaves nothing behind. */
	doc->doc.path = path;
	hasher_of(hasher, DIGEST_SHA256, text, &doc->doc.digest);
	k->out->sound[kind] = k->faults.list.n == before;
	k->out->found[kind] = true;
	tell_faults(k, false);
}

/* True if there is one, good or bad. */
static bool
check_document(struct checking *k, enum policy_kind kind)
{
	AUTO(buf_clear) struct buf text = { .max = POLICY_BYTES_MOST };
	const char *name;
	struct where at;
	AUTO_FD fd = -1;
	struct err err;

	if (policy_document_open(&fd, &name, &k->folder, kind, &err) != 0) {
		if (err.reason == REASON_POLICY_NOT_FOUND)
			return false;
		add_fault(k, &err, false);
		return true;
	}
	at = (struct where){ .file = path_of(k, name) };
	if (!k->folder.lenient && file_trusted(fd, &at, &err) != 0)
		add_fault(k, &err, false);
	if (file_read(&text, fd, REASON_FILE_TOO_LARGE, &at, &err) != 0) {
		add_fault(k, &err, false);
		return true;
	}
	check_text(k, kind, buf_bytes(&text), at.file);
	k->out->docs[kind].doc.name = str_of(name);
	return true;
}

static void
check_documents(struct checking *k)
{
	struct where at = { .file = str_of(k->folder.path) };
	bool oci = check_document(k, POLICY_OCI), blob = check_document(k, POLICY_BLOB);
	struct err err;

	if (oci || blob)
		return;
	err_set(&err, REASON_POLICY_NOT_FOUND, &at,
	    "neither trustpolicy.oci.json nor trustpolicy.json, nor trustpolicy.blob.json");
	add_fault(k, &err, false);
}

static void
check_names(struct checking *k)
{
	struct err err;

	for (size_t i = 0; policy_refused_name(i) != NULL; i++)
		if (policy_refuse_file(&k->folder, policy_refused_name(i), &err) != 0)
			add_fault(k, &err, false);
}

/* --- stores --- */

/* Every store of both documents, each once; then the documents learn what came out. */
static void
check_stores(struct checking *k, struct certs *certs)
{
	struct policycheck *c = k->out;
	size_t n = 0;

	c->stores = arena_array(&c->mem,
	    c->docs[POLICY_OCI].store_count + c->docs[POLICY_BLOB].store_count,
	    sizeof(*c->stores));
	for (size_t d = 0; d < POLICYCHECK_DOCS; d++)
		for (size_t i = 0; i < c->docs[d].store_count; i++)
			c->stores[n++] = c->docs[d].stores[i];
	if (n > 1)
		qsort(c->stores, n, sizeof(*c->stores), anchor_store_compare);
	for (size_t i = 0; i < n; i++) {
		struct anchor_store *s = &c->stores[c->store_count];

		if (i > 0 && anchor_store_compare(&c->stores[i], s - 1) == 0)
			continue;
		*s = c->stores[i];
		c->store_count++;
		anchors_examine(s, &c->mem, k->folder.fd, s->type, s->name, certs,
		    k->folder.lenient, &k->faults);
		tell_faults(k, true);
	}
	for (size_t d = 0; d < POLICYCHECK_DOCS; d++) {
		for (size_t i = 0; i < c->docs[d].store_count; i++) {
			struct anchor_store *s = &c->docs[d].stores[i];
			const struct anchor_store *same = bsearch(s, c->stores,
			    c->store_count, sizeof(*s), anchor_store_compare);

			if (same != NULL)
				*s = *same;
		}
	}
}

/* A store that nobody names gives no trust, which may be a surprise. */
static void
check_unnamed(struct checking *k)
{
	struct policycheck *c = k->out;
	struct anchor_store *all;
	struct err err;
	size_t n;

	if (anchors_list(&all, &n, &k->scratch, k->folder.fd, &err) != 0) {
		add_fault(k, &err, true);
		return;
	}
	/* While a document cannot be read whole, nobody knows what it names. */
	if (c->fault_count != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const char *type = store_type_name(all[i].type);
		struct str path;

		if (c->store_count != 0 &&
		    bsearch(&all[i], c->stores, c->store_count, sizeof(*c->stores),
			anchor_store_compare) != NULL)
			continue;
		path = arena_printf(&k->scratch, "%s/%.*s", k->folder.path,
		    STR_ARG(store_folder(&k->scratch, all[i].type, all[i].name)));
		policycheck_warn(c, REASON_POLICY_UNUSED_STORE, path, STR_NONE,
		    "no statement names %s:%.*s", type, STR_ARG(all[i].name));
	}
}

static void
check_revdata(struct checking *k)
{
	AUTO(hasher_free) struct hasher *hasher = hasher_new(k->lib);
	struct revdata_options options = { .policy = NULL };
	struct err err;

	if (k->revdata != NULL)
		options = *k->revdata;
	options.policy = k->folder.path;
	options.limits = k->limits;

	k->out->has_revdata = revdata_load(&k->out->revdata, &options, hasher, &err) == 0;
	if (!k->out->has_revdata)
		add_fault(k, &err, false);
}

static bool
has(struct checking *k, const char *name)
{
	struct err err;
	bool there = false;

	if (policy_folder_has(&there, &k->folder, name, &err) != 0)
		add_fault(k, &err, false);
	return there;
}

static void
warn_ignored(struct checking *k)
{
	struct policycheck *c = k->out;

	for (size_t i = 0; policy_ignored_name(i) != NULL; i++) {
		const char *name = policy_ignored_name(i);

		if (has(k, name))
			policycheck_warn(c, REASON_POLICY_IGNORED_FILE, path_of(k, name),
			    STR_NONE, "not read by this version");
	}
	if (str_is(c->docs[POLICY_OCI].doc.name, "trustpolicy.oci.json") &&
	    has(k, "trustpolicy.json"))
		policycheck_warn(c, REASON_POLICY_IGNORED_FILE,
		    path_of(k, "trustpolicy.json"), STR_NONE,
		    "trustpolicy.oci.json counts, this one does not");
}

static void
check_folder(struct checking *k, const struct policycheck_options *options)
{
	AUTO(certs_free) struct certs *certs = certs_new(k->lib, k->limits);

	if (!k->folder.lenient)
		policy_folder_trusted(&k->folder, &k->faults);
	tell_faults(k, false);
	check_names(k);
	check_documents(k);
	check_stores(k, certs);
	check_revdata(k);
	check_unnamed(k);
	warn_ignored(k);
	if (k->folder.lenient)
		policycheck_warn(k->out, REASON_HOST_INSECURE_PERMISSIONS, k->out->folder,
		    STR_NONE, "--insecure-permissions");
	policycheck_wise(k->out, certs, options);
}

/* Faults came first but for those of the last steps. */
static void
faults_first(struct policycheck *c)
{
	struct policycheck_item *all = arena_array(&c->mem, c->items.n, sizeof(*all));
	size_t n = 0;

	for (int fault = 1; fault >= 0; fault--)
		for (size_t i = 0; i < c->items.n; i++)
			if (c->items.v[i].fault == (fault == 1))
				all[n++] = c->items.v[i];
	c->items.v = all;
	c->items.cap = n;
}

void
policycheck_run(struct policycheck *out, const char *path, struct ossl *lib,
    const struct policycheck_options *options)
{
	struct checking k = {
		.out = out,
		.folder = { path, -1, options->insecure_permissions },
		.lib = lib,
		.limits = options->limits,
		.revdata = options->revdata,
		.faults = { .mem = &k.scratch, .most = POLICYCHECK_FAULTS_MOST },
	};
	struct limits defaults;
	struct err err;

	limits_default(&defaults);
	if (k.limits == NULL)
		k.limits = &defaults;
	*out = (struct policycheck){ .has_revdata = false };
	arena_init(&out->mem, 0);
	arena_init(&k.scratch, 0);
	out->folder = arena_str(&out->mem, str_of(path));
	if (policy_folder_open(&k.folder, &err) != 0)
		add_fault(&k, &err, false);
	else
		check_folder(&k, options);
	out->more |= k.faults.list.n == k.faults.most;
	faults_first(out);
	file_close(&k.folder.fd);
	arena_clear(&k.scratch);
}

void
policycheck_clear(struct policycheck *c)
{
	if (c == NULL)
		return;
	for (size_t d = 0; d < POLICYCHECK_DOCS; d++)
		policy_clear(&c->docs[d]);
	if (c->has_revdata)
		revdata_clear(&c->revdata);
	arena_clear(&c->mem);
	*c = (struct policycheck){ .has_revdata = false };
}
