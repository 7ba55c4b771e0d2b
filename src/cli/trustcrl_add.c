/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assay trust crl add: lists and responses into crl/ and ocsp/ of the policy folder.
 *
 * A list is named ISSUER-HASH-base-NUMBER.crl (delta instead of base): the common name of its
 * issuer, and the first twelve digits of a SHA-256 over issuer name, key identifier and
 * distribution point, the three that make two lists rivals. A response is named
 * SERIAL-HASH.ocsp, over all that it was asked.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/trustcrl.h"
#include "cli/view.h"

enum { SLUG_MOST = 40, HASH_DIGITS = 12, SERIAL_MOST = 40 };

struct held { /* a file of the policy folder, as it is now */
	const struct revfile *file;
	struct str path; /* below the policy folder */
	bool gone;
};

struct adding {
	struct trustcrl *t;
	struct arena *mem;
	bool checking; /* everything is looked at before anything is written */
	VEC(const struct revfile *) files;
	VEC(struct held) held;
};

/* "  WORDS: PATH", unless quiet. */
static void
tell(const struct adding *a, const char *words, struct str path)
{
	if (a->t->config->quiet || a->checking)
		return;
	printf("  %s", words);
	view_text(": ", path);
}

/* --- who rivals whom --- */

static bool
same_question(const struct ocsp_single *a, const struct ocsp_single *b)
{
	return a->hash == b->hash && a->hash_sha1 == b->hash_sha1 &&
	       bytes_equal(a->issuer_name_hash, b->issuer_name_hash) &&
	       bytes_equal(a->issuer_key_hash, b->issuer_key_hash) &&
	       bytes_equal(a->serial, b->serial);
}

static bool
are_rivals(const struct revfile *a, const struct revfile *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind != REVFILE_OCSP)
		return bytes_equal(a->crl.issuer_der, b->crl.issuer_der) &&
		       bytes_equal(a->crl.aki, b->crl.aki) &&
		       bytes_equal(a->crl.points.der, b->crl.points.der);
	if (a->ocsp.single_count != b->ocsp.single_count)
		return false;
	for (size_t i = 0; i < a->ocsp.single_count; i++)
		if (!same_question(&a->ocsp.singles[i], &b->ocsp.singles[i]))
			return false;
	return true;
}

/* Is `b` newer than `a` (-1), as new (0), older (1)? Numbers first; without them, times. */
static int
compare_ages(const struct revfile *a, const struct revfile *b)
{
	struct when this_a, this_b, next;
	bool has;

	if (a->kind != REVFILE_OCSP &&
	    (a->crl.number.ptr != NULL || b->crl.number.ptr != NULL))
		return crl_number_cmp(a->crl.number, b->crl.number);
	revfile_times(a, &this_a, &next, &has);
	revfile_times(b, &this_b, &next, &has);
	return when_cmp(this_a, this_b);
}

/* --- names --- */

/* The first common name in RFC 4514 text as a file name: lower case, digits, "-". */
static struct str
slug(struct arena *mem, struct str dn)
{
	char *out = arena_alloc(mem, SLUG_MOST + 1);
	size_t n = 0, i = 0;

	while (i < dn.len && !str_starts(str_from(dn, i), STR("CN=")))
		i++;
	i = i < dn.len ? i + 3 : 0;
	for (; i < dn.len && dn.ptr[i] != ',' && n < SLUG_MOST; i++) {
		char c = dn.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	return n == 0 ? STR("issuer") : (struct str){ out, n };
}

/* Each part with its length before it, so that no two lists of parts run together. */
static void
hash_part(struct hasher *h, struct bytes part)
{
	uint64_t len = part.len;
	uint8_t head[8];

	for (size_t i = 0; i < sizeof(head); i++)
		head[i] = (uint8_t)(len >> (56 - 8 * i));
	hasher_add(h, bytes_of(head, sizeof(head)));
	hasher_add(h, part);
}

static struct str
identity_hash(const struct adding *a, const struct revfile *f)
{
	struct hasher *h = a->t->hasher;
	struct digest d;

	hasher_begin(h, DIGEST_SHA256);
	if (f->kind != REVFILE_OCSP) {
		hash_part(h, f->crl.issuer_der);
		hash_part(h, f->crl.aki);
		hash_part(h, f->crl.points.der);
	}
	for (size_t i = 0; f->kind == REVFILE_OCSP && i < f->ocsp.single_count; i++) {
		const struct ocsp_single *s = &f->ocsp.singles[i];

		hash_part(h, s->issuer_name_hash);
		hash_part(h, s->issuer_key_hash);
		hash_part(h, s->serial);
	}
	hasher_end(h, &d);
	return str_upto(trustcrl_hex(a->t, digest_value(&d)), HASH_DIGITS);
}

static struct str
name_of(const struct adding *a, const struct revfile *f)
{
	struct str hash = identity_hash(a, f);
	struct str serial;

	if (f->kind != REVFILE_OCSP)
		return arena_printf(a->mem, "crl/%.*s-%.*s-%s-%.*s.crl",
		    STR_ARG(slug(a->mem, f->crl.issuer_text)), STR_ARG(hash),
		    f->kind == REVFILE_DELTA ? "delta" : "base",
		    STR_ARG(trustcrl_number(a->t, f)));
	serial = f->ocsp.single_count == 0
		     ? STR("none")
		     : trustcrl_hex(a->t, f->ocsp.singles[0].serial);
	return arena_printf(a->mem, "ocsp/%.*s-%.*s.ocsp",
	    STR_ARG(str_upto(serial, SERIAL_MOST)), STR_ARG(hash));
}

static const char *
in_policy(const struct adding *a, struct str path)
{
	/* Paths of files end in a NUL: they come from an arena. */
	return arena_printf(a->mem, "%s/%s", config_policy(a->t->config, NULL), path.ptr)
	    .ptr;
}

/* --- the folder --- */

static int
make_folder(const struct adding *a, struct str path, struct err *err)
{
	struct str name = arena_str(a->mem, str_upto(path, str_find(path, '/')));
	const char *folder = in_policy(a, name);
	struct where at = { .file = str_of(folder) };

	if (mkdir(folder, 0700) == 0 || errno == EEXIST)
		return 0;
	return err_sys(err, REASON_FILE_WRITE, &at, "cannot make the folder");
}

static int
write_file(
    const struct adding *a, const struct revfile *f, struct str path, struct err *err)
{
	struct bytes der = f->kind == REVFILE_OCSP ? f->ocsp.der : f->crl.der;
	struct outfile out;
	int ret;

	if (make_folder(a, path, err) != 0 ||
	    outfile_open(&out, in_policy(a, path), err) != 0)
		return -1;
	ret =
	    outfile_write(&out, der, err) == 0 && outfile_commit(&out, err) == 0 ? 0 : -1;
	outfile_close(&out);
	return ret;
}

/* Does the file hold this list and nothing else? Then it may go when a newer one is there. */
static bool
holds_only(const struct adding *a, const struct held *h)
{
	struct revfile **files;
	struct err ignored;
	size_t count;

	return trustcrl_read(a->t, &files, &count, in_policy(a, h->path), &ignored) ==
		   0 &&
	       count == 1 && digest_equal(&files[0]->sha256, &h->file->sha256);
}

static int
retire(struct adding *a, struct held *h, struct str path, struct err *err)
{
	const char *file = in_policy(a, h->path);
	struct where at = { .file = str_of(file) };

	h->gone = true;
	if (a->checking)
		return 0;
	if (str_equal(h->path, path)) {
		tell(a, "in place of the one that was there", h->path);
		return 0;
	}
	if (!holds_only(a, h)) {
		tell(a, "another one stays, its file holds more", h->path);
		return 0;
	}
	if (unlink(file) != 0)
		return err_sys(
		    err, REASON_FILE_WRITE, &at, "cannot remove the other one");
	tell(a, "in place of", h->path);
	return 0;
}

/* --- one list or response --- */

static struct str
age_of(const struct adding *a, const struct revfile *f)
{
	struct when this_update, next_update;
	bool has;

	if (f->kind != REVFILE_OCSP && f->crl.number.ptr != NULL)
		return arena_printf(
		    a->mem, "number %.*s", STR_ARG(trustcrl_number(a->t, f)));
	revfile_times(f, &this_update, &next_update, &has);
	return arena_printf(
	    a->mem, "this update %.*s", STR_ARG(trustcrl_time(a->t, this_update)));
}

/* What is there already, or is newer. *done: nothing is left to do. */
static int
compare_held(const struct adding *a, const struct revfile *f, bool *done, struct err *err)
{
	struct where at = { .file = f->path };

	for (size_t i = 0; i < a->held.n; i++) {
		const struct held *h = &a->held.v[i];

		if (h->gone || h->file->kind != f->kind ||
		    !digest_equal(&h->file->sha256, &f->sha256))
			continue;
		tell(a, "already there", h->path);
		*done = true;
		return 0;
	}
	for (size_t i = 0; i < a->held.n; i++) {
		const struct held *h = &a->held.v[i];
		int c;

		if (h->gone || a->t->force || !are_rivals(f, h->file))
			continue;
		c = compare_ages(f, h->file);
		if (c < 0)
			return err_set(err, REASON_CRL_ROLLBACK, &at,
			    "%.*s, but %.*s is newer: %.*s (--force takes it all the same)",
			    STR_ARG(age_of(a, f)), STR_ARG(h->path),
			    STR_ARG(age_of(a, h->file)));
		if (c == 0)
			return err_set(err, REASON_CRL_ROLLBACK, &at,
			    "%.*s is that of %.*s, whose content is another (--force takes it all the same)",
			    STR_ARG(age_of(a, f)), STR_ARG(h->path));
	}
	return 0;
}

static void
announce(const struct adding *a, const struct revfile *f)
{
	struct revage age = trustcrl_age(a->t, f);
	struct str number = trustcrl_number(a->t, f);

	if (a->t->config->quiet || a->checking)
		return;
	view_print(f->path);
	printf(": %s ", revfile_kind_name(f->kind));
	if (f->kind != REVFILE_OCSP && f->crl.number.ptr == NULL)
		printf("without number ");
	else
		printf("%.*s%s", STR_ARG(number), number.len == 0 ? "" : " ");
	printf("of ");
	view_print(trustcrl_issuer(a->t, f));
	printf(", %.*s\n", STR_ARG(trustcrl_words(a->t, &age)));
}

static int
add_one(struct adding *a, const struct revfile *f, struct err *err)
{
	struct str path = name_of(a, f);
	struct held mine = { .file = f, .path = a->checking ? f->path : path };
	size_t before = a->held.n;
	bool done = false;

	announce(a, f);
	if (compare_held(a, f, &done, err) != 0)
		return -1;
	if (done)
		return 0;
	if (!a->checking && write_file(a, f, path, err) != 0)
		return -1;
	tell(a, "added", path);
	VEC_PUSH(a->mem, &a->held, mine);
	for (size_t i = 0; i < before; i++) {
		struct held *h = &a->held.v[i];

		if (!h->gone && are_rivals(f, h->file) && retire(a, h, path, err) != 0)
			return -1;
	}
	return 0;
}

/* What is worst is what is told: the host, then refused data, then a file that is not there. */
static void
note_failure(int *status, const struct err *err)
{
	int one;

	fflush(stdout);
	one = trustcrl_fail(err);
	if (*status == STATUS_OK || one == STATUS_FAILED ||
	    (one == STATUS_CONFIG && *status == STATUS_INPUT))
		*status = one;
}

/* Every list of the file, each on its own; a file that cannot be read whole gives none. */
static void
check_file(struct adding *a, const char *file, int *status)
{
	struct revfile **found;
	struct err err;
	size_t n;

	if (trustcrl_read(a->t, &found, &n, file, &err) != 0) {
		note_failure(status, &err);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		VEC_PUSH(a->mem, &a->files, found[i]);
		if (add_one(a, found[i], &err) != 0)
			note_failure(status, &err);
	}
}

static void
hold_present(struct adding *a)
{
	const struct revdata *data = &a->t->data;

	a->held.n = 0;
	for (size_t i = 0; i < data->file_count; i++) {
		struct held h = { data->files[i], data->files[i]->path, false };

		VEC_PUSH(a->mem, &a->held, h);
	}
}

int
trustcrl_add(struct trustcrl *t, char **files, int count)
{
	struct adding a = { .t = t, .mem = &t->config->mem, .checking = true };
	int status = STATUS_OK;
	struct err err;

	hold_present(&a);
	for (int i = 0; i < count; i++)
		check_file(&a, files[i], &status);
	if (status != STATUS_OK) {
		log_error("nothing was added");
		return status;
	}
	a.checking = false;
	hold_present(&a);
	for (size_t i = 0; i < a.files.n; i++)
		if (add_one(&a, a.files.v[i], &err) != 0) {
			fflush(stdout);
			return trustcrl_fail(&err);
		}
	return STATUS_OK;
}
