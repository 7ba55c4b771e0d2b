/* SPDX-License-Identifier: Apache-2.0 */
/* Changing trust stores: what may go in, what is on the disk then, and what comes out. */
#include "trust/storeedit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

static struct limits limits;
static struct scratch s;
static struct storeedit e;

static void
reopen(void)
{
	struct err err;

	storeedit_close(&e);
	ok(storeedit_open(&e, scratch_at(&s, "policy"), false, &limits, &err) == 0,
	    "the folder is opened");
}

static struct anchor_store
loaded(enum store_type type, const char *name)
{
	struct anchor_store out = { .reason = REASON_INTERNAL };
	struct err err;

	ok(storeedit_load(&out, &e, type, str_of(name), &err) == 0, "look at %s", name);
	return out;
}

static enum reason
check(struct storeedit_file *f, const struct anchor_store *store, const char *rel)
{
	const char *path = arena_str(&e.mem, str_of(scratch_at(&s, rel))).ptr;
	struct err err;

	return storeedit_check(f, &e, store, path, &err) == 0 ? REASON_NONE : err.reason;
}

/* Checked and written. */
static enum reason
add(enum store_type type, const char *name, const char *rel)
{
	struct anchor_store store = loaded(type, name);
	struct storeedit_file f;
	enum reason reason = check(&f, &store, rel);
	struct err err;

	if (reason != REASON_NONE || f.there.ptr != NULL)
		return reason;
	return storeedit_write(&e, &store, &f, &err) == 0 ? REASON_NONE : err.reason;
}

static void
sources(void)
{
	static const char *const names[] = { "root.pem", "root2.pem", "root.der",
		"two.pem", "leaf.pem", "inter.pem", "self.pem", "garbage.txt",
		"expired.pem" };
	char fixture[64];

	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(fixture, sizeof(fixture), "certs/anchors/%s", names[i]);
		scratch_copy(&s, arena_printf(&e.mem, "from/%s", names[i]).ptr, fixture);
	}
}

/* One row per kind of store and file. */
static const struct {
	const char *file;
	enum reason want[STORE_TYPE_COUNT]; /* ca, signingAuthority, tsa */
} rows[] = {
	{ "from/root.pem", { REASON_NONE, REASON_NONE, REASON_NONE } },
	{ "from/root.der", { REASON_NONE, REASON_NONE, REASON_NONE } },
	{ "from/two.pem", { REASON_NONE, REASON_NONE, REASON_NONE } },
	{ "from/expired.pem", { REASON_NONE, REASON_NONE, REASON_NONE } },
	{ "from/inter.pem",
	    { REASON_NONE, REASON_NONE, REASON_TRUSTSTORE_TSA_NOT_ROOT } },
	{ "from/self.pem", { REASON_NONE, REASON_NONE, REASON_TRUSTSTORE_TSA_NOT_ROOT } },
	{ "from/leaf.pem",
	    { REASON_TRUSTSTORE_LEAF, REASON_TRUSTSTORE_LEAF, REASON_TRUSTSTORE_LEAF } },
	{ "from/garbage.txt",
	    { REASON_TRUSTSTORE_CERT, REASON_TRUSTSTORE_CERT, REASON_TRUSTSTORE_CERT } },
	{ "from/nothing.pem",
	    { REASON_FILE_MISSING, REASON_FILE_MISSING, REASON_FILE_MISSING } },
	{ "from", { REASON_FILE_TYPE, REASON_FILE_TYPE, REASON_FILE_TYPE } },
};

static void
kinds(void)
{
	struct anchor_store store;
	struct storeedit_file f;

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int t = 0; t < STORE_TYPE_COUNT; t++) {
			store = loaded((enum store_type)t, "new");
			is_reason(store.reason, REASON_TRUSTSTORE_NOT_FOUND, "no store");
			is_reason(check(&f, &store, rows[i].file), rows[i].want[t],
			    "%s in a store of type %s", rows[i].file,
			    store_type_name((enum store_type)t));
		}
	ok(access(scratch_at(&s, "policy"), F_OK) != 0, "a check writes nothing");
}

static unsigned
mode(const char *rel)
{
	struct stat st = { .st_mode = 0 };

	(void)stat(scratch_at(&s, rel), &st);
	return (unsigned)st.st_mode & 07777;
}

static void
writes(void)
{
	struct anchor_store store;
	struct storeedit_file f;
	struct err err;

	is_reason(add(STORE_CA, "acme", "from/two.pem"), REASON_NONE, "two in one file");
	is_u64(mode("policy"), 0700, "the policy folder");
	is_u64(mode("policy/truststore/x509/ca/acme"), 0700, "the store");
	is_u64(mode("policy/truststore/x509/ca/acme/two.pem"), 0600, "the file");
	store = loaded(STORE_CA, "acme");
	ok(store.reason == REASON_NONE && store.count == 2, "it loads");
	is_reason(check(&f, &store, "from/root2.pem"), REASON_NONE, "one of the two");
	is_str(f.there, "two.pem", "is there already");
	is_reason(check(&f, &store, "from/expired.pem"), REASON_NONE, "a third");
	ok(f.there.ptr == NULL && f.count == 1, "is new");
	storeedit_note(&e, &store, &f);
	is_u64(store.count, 3, "the copy in memory knows it");
	scratch_copy(&s, "other/expired.pem", "certs/anchors/self.pem");
	is_reason(check(&f, &store, "other/expired.pem"), REASON_TRUSTSTORE_EXISTS,
	    "two operands of one name");
	scratch_copy(&s, "other/two.pem", "certs/anchors/self.pem");
	is_reason(check(&f, &store, "other/two.pem"), REASON_TRUSTSTORE_EXISTS,
	    "a name that is taken");
	/* Somebody is faster between the check and the write. */
	store = loaded(STORE_CA, "acme");
	is_reason(check(&f, &store, "from/self.pem"), REASON_NONE, "a name that is free");
	scratch_put(&s, "policy/truststore/x509/ca/acme/self.pem", BYTES_LIT("theirs"));
	ok(storeedit_write(&e, &store, &f, &err) != 0, "and is not any more");
	is_reason(err.reason, REASON_TRUSTSTORE_EXISTS, "nothing is overwritten");
	scratch_remove(&s, "policy/truststore/x509/ca/acme/self.pem");
	ok(storeedit_write(&e, &store, &f, &err) == 0, "free again");
	is_u64(loaded(STORE_CA, "acme").count, 3, "three certificates");
}

static size_t
left_over(void)
{
	struct str *names;
	AUTO_FD fd = -1;
	struct err err;
	size_t n = 99;

	if (file_open(&fd, scratch_at(&s, "policy/truststore"), FILE_FOLDER, &err) == 0)
		(void)file_list(&names, &n, &e.mem, fd, 100, &err);
	return n;
}

static void
room(void)
{
	struct bytes root = tap_file(0, "fixtures/certs/anchors/root.pem");
	char rel[128];

	for (int i = 0; i < STORE_FILES_MOST; i++) {
		snprintf(rel, sizeof(rel), "policy/truststore/x509/tsa/full/%04d.pem", i);
		scratch_put(&s, rel, root);
	}
	is_reason(add(STORE_TSA, "full", "from/root2.pem"), REASON_TRUSTSTORE_LIMIT,
	    "a file more than a store may have");
	scratch_remove(&s, "policy/truststore/x509/tsa/full/0999.pem");
	is_reason(add(STORE_TSA, "full", "from/root2.pem"), REASON_NONE, "the last one");
	is_u64(loaded(STORE_TSA, "full").count, 2, "and it loads");
}

static void
hostile(void)
{
	struct anchor_store store;
	struct storeedit_file f;
	struct err err;

	/* A link on the way would lead the file elsewhere. */
	scratch_folder(&s, "elsewhere");
	scratch_link(&s, "policy/truststore/x509/signingAuthority", "../../../elsewhere");
	store = (struct anchor_store){ .type = STORE_SIGNING_AUTHORITY,
		.name = STR("acme"),
		.reason = REASON_TRUSTSTORE_NOT_FOUND };
	is_reason(check(&f, &store, "from/root.pem"), REASON_FILE_SYMLINK,
	    "a store behind a link");
	ok(storeedit_write(&e, &store, &f, &err) != 0, "is not written to");
	is_reason(err.reason, REASON_FILE_SYMLINK, "its reason");
	scratch_remove(&s, "policy/truststore/x509/signingAuthority");
	scratch_mode(&s, "policy/truststore/x509", 0777);
	ok(storeedit_write(&e, &store, &f, &err) != 0, "a folder that others may write");
	is_reason(err.reason, REASON_FILE_PERMISSIONS, "its reason");
	is_reason(loaded(STORE_CA, "acme").reason, REASON_FILE_PERMISSIONS,
	    "no store loads from it");
	scratch_mode(&s, "policy/truststore/x509", 0700);
	is_u64(left_over(), 1, "nothing is left behind: x509 alone");
}

static void
removes(void)
{
	const char *const wrong[] = { "", ".", "..", "../acme/two.pem", "a/b" };
	struct err err;
	size_t n = 0;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		ok(storeedit_remove(&e, STORE_CA, STR("acme"), wrong[i], &err) != 0,
		    "remove \"%s\"", wrong[i]);
		is_reason(err.reason, REASON_FILE_TYPE, "is no file of the store");
	}
	ok(storeedit_remove(&e, STORE_CA, STR("acme"), "none.pem", &err) != 0,
	    "none.pem");
	is_reason(err.reason, REASON_FILE_MISSING, "is not there");
	ok(storeedit_remove(&e, STORE_CA, STR("none"), "two.pem", &err) != 0, "no store");
	is_reason(err.reason, REASON_TRUSTSTORE_NOT_FOUND, "its reason");
	ok(storeedit_remove(&e, STORE_CA, STR("acme"), "two.pem", &err) == 0, "two.pem");
	is_u64(loaded(STORE_CA, "acme").count, 1, "one is left");
	scratch_folder(&s, "policy/truststore/x509/ca/acme/folder");
	ok(storeedit_remove_all(&n, &e, STORE_CA, STR("acme"), &err) != 0 && n == 0,
	    "all, with a folder in it");
	is_reason(err.reason, REASON_FILE_TYPE, "its reason");
	scratch_remove(&s, "policy/truststore/x509/ca/acme/folder");
	is_u64(loaded(STORE_CA, "acme").count, 1, "nothing was removed");
	ok(storeedit_remove_all(&n, &e, STORE_CA, STR("acme"), &err) == 0 && n == 1,
	    "all, without it");
	is_reason(loaded(STORE_CA, "acme").reason, REASON_TRUSTSTORE_NOT_FOUND, "gone");
}

static void
lists(void)
{
	struct anchor_store *all;
	struct err err;
	size_t n = 9;

	ok(storeedit_all(&all, &n, &e, &err) == 0 && n == 0, "no folder, no stores");
	is_reason(add(STORE_CA, "b", "from/two.pem"), REASON_NONE, "one");
	is_reason(add(STORE_CA, "a", "from/root.pem"), REASON_NONE, "two");
	is_reason(add(STORE_TSA, "a", "from/root.pem"), REASON_NONE, "three");
	is_reason(add(STORE_CA, "b", "from/expired.pem"), REASON_NONE, "four");
	ok(storeedit_all(&all, &n, &e, &err) == 0 && n == 3, "three stores");
	is_str(all[0].name, "a", "by name");
	is_str(all[1].name, "b", "by name");
	ok(all[2].type == STORE_TSA, "and type");
	ok(all[1].count == 3 && str_is(all[1].anchors[0].file, "expired.pem") &&
		str_is(all[1].anchors[2].file, "two.pem"),
	    "by file");
	scratch_remove(&s, "policy");
	reopen();
}

int
main(void)
{
	struct err err;

	umask(022);
	limits_default(&limits);
	scratch_open(&s);
	ok(storeedit_open(&e, "/dev/null", false, &limits, &err) != 0,
	    "a file is no policy folder");
	is_reason(err.reason, REASON_FILE_TYPE, "its reason");
	reopen();
	sources();
	kinds();
	lists();
	writes();
	room();
	hostile();
	removes();
	storeedit_close(&e);
	scratch_close(&s);
	return tap_done();
}
