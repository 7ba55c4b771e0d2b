/* SPDX-License-Identifier: Apache-2.0 */
/* assay trust crl show: one list or response in full. */
#include <stdio.h>

#include "cli/trustcrl.h"
#include "codec/der.h"

enum { PREFIX_LEAST = 8 };

struct shown { /* what WHICH names */
	struct trustcrl *t;
	VEC(const struct revfile *) files;
};

/* --- scope --- */

static void
put_scope_words(struct doc *d, const struct crl_points *p)
{
	const struct {
		bool is;
		const char *text;
	} parts[] = {
		{ p->only_users, "certificates of users only" },
		{ p->only_cas, "certificates of CAs only" },
		{ p->only_attributes, "attribute certificates only" },
		{ p->some_reasons, "some reasons only" },
		{ p->indirect, "other issuers too (indirect)" },
		{ p->relative, "a point with a relative name, never resolved" },
	};
	const char *label = "scope";

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (!parts[i].is)
			continue;
		doc_word(d, NULL, label, parts[i].text);
		label = "";
	}
	for (size_t i = 0; i < p->url_count; i++) {
		doc_str(d, NULL, label, p->urls[i]);
		label = "";
	}
	if (label[0] != '\0')
		doc_word(d, NULL, label, "a point that says nothing");
}

static void
put_scope(struct doc *d, const struct crl_points *p)
{
	if (!p->present) {
		doc_null(d, "scope");
		doc_word(d, NULL, "scope", "all certificates of the issuer");
		return;
	}
	put_scope_words(d, p);
	doc_object(d, "scope");
	doc_strs(d, "urls", NULL, p->urls, p->url_count);
	doc_bool(d, "relative_name", NULL, p->relative);
	doc_bool(d, "only_users", NULL, p->only_users);
	doc_bool(d, "only_cas", NULL, p->only_cas);
	doc_bool(d, "only_attributes", NULL, p->only_attributes);
	doc_bool(d, "some_reasons", NULL, p->some_reasons);
	doc_bool(d, "indirect", NULL, p->indirect);
	doc_object_end(d);
}

static void
put_algorithm(const struct trustcrl *t, struct doc *d, const char *alg, bool weak)
{
	doc_shown(d, "sig_alg", "signed with", str_of(alg),
	    arena_printf(&t->config->mem, "%s%s", alg, weak ? " (not accepted)" : ""));
	doc_bool(d, "weak", NULL, weak);
}

/* --- entries of a list --- */

struct entry {
	struct str serial;
	struct crl_entry what;
};

/* The next of c->entries; crl_parse has walked them all. */
static bool
next_entry(
    const struct trustcrl *t, struct entry *out, const struct crl *c, struct cursor *list)
{
	struct crl one = *c;
	struct der seq, serial;
	struct crl_entry *found;
	struct cursor in;
	size_t count;

	if (der_done(list) || !der_take(&seq, list, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(list, &seq);
	if (!der_take(&serial, &in, DER_STRICT, DER_INTEGER))
		return false;
	one.entries = seq.whole;
	one.entry_count = 1;
	found = crl_lookup(&count, &one, serial.content, &t->config->mem);
	if (count != 1)
		return false;
	*out = (struct entry){ trustcrl_hex(t, serial.content), found[0] };
	return true;
}

static void
put_entry(const struct trustcrl *t, struct doc *d, const struct entry *e)
{
	const char *reason = e->what.unusable ? NULL : crl_reason_name(e->what.reason);
	struct str date = trustcrl_time(t, e->what.date),
		   since = e->what.has_invalidity ? trustcrl_time(t, e->what.invalidity)
						  : STR_NONE;

	doc_object(d, NULL);
	doc_str(d, "serial", NULL, e->serial);
	doc_str(d, "revoked_at", NULL, date);
	doc_word(d, "revocation_reason", NULL, reason);
	doc_str(d, "invalidity_date", NULL, since);
	doc_object_end(d);
	if (!d->json)
		printf("  %.*s  %.*s  %s%s%.*s\n", STR_ARG(e->serial), STR_ARG(date),
		    reason == NULL ? "cannot be read" : reason,
		    since.ptr == NULL ? "" : ", invalid since ", STR_ARG(since));
}

static void
put_entries(const struct trustcrl *t, struct doc *d, const struct crl *c)
{
	struct cursor list = cursor_of(c->entries);
	struct entry e;

	doc_u64(d, "entry_count", "entries", c->entry_count);
	doc_array(d, "entries");
	for (uint64_t i = 0; i < t->entries && next_entry(t, &e, c, &list); i++)
		put_entry(t, d, &e);
	doc_array_end(d);
}

static void
put_list(const struct trustcrl *t, struct doc *d, const struct revfile *f)
{
	const struct crl *c = &f->crl;
	struct str key = c->aki.len == 0 ? STR_NONE : trustcrl_hex(t, c->aki);

	put_algorithm(t, d, c->signed_with, c->weak);
	doc_shown(d, "key_id", "key id", key, key.ptr == NULL ? STR("none") : key);
	put_scope(d, &c->points);
	doc_bool(d, "names_delta", NULL, c->has_freshest);
	if (c->has_freshest && c->freshest_count == 0)
		doc_word(d, NULL, "delta at", "a place without URL");
	doc_strs(d, "delta_urls", "delta at", c->freshest, c->freshest_count);
	doc_str(d, "delta_file", "delta", f->delta == NULL ? STR_NONE : f->delta->path);
	doc_str(d, "not_understood", "not understood",
	    c->unknown_critical ? c->unknown_critical_oid : STR_NONE);
	put_entries(t, d, c);
}

/* --- answers of a response --- */

static const char *
status_name(enum ocsp_status s)
{
	switch (s) {
	case OCSP_GOOD:
		return "good";
	case OCSP_REVOKED:
		return "revoked";
	case OCSP_UNKNOWN:
		return "unknown";
	}
	return "";
}

static const char *
hash_name(const struct ocsp_single *s)
{
	if (s->hash_sha1)
		return "sha1";
	return s->hash == DIGEST_NONE ? "not accepted" : digest_alg_name(s->hash);
}

static void
put_answer(const struct trustcrl *t, struct doc *d, const struct ocsp_single *s)
{
	struct revage a = trustcrl_age_single(t, s);
	bool revoked = s->status == OCSP_REVOKED;

	doc_object(d, NULL);
	doc_str(d, "serial", "answer for", trustcrl_hex(t, s->serial));
	d->indent = 2;
	doc_word(d, "status", "status", status_name(s->status));
	doc_str(d, "revoked_at", "revoked at",
	    revoked ? trustcrl_time(t, s->revoked_at) : STR_NONE);
	doc_word(d, "revocation_reason", "reason",
	    revoked ? crl_reason_name((enum crl_reason)s->reason) : NULL);
	doc_word(d, "hash", "hash", hash_name(s));
	doc_str(
	    d, "issuer_name_hash", "issuer name", trustcrl_hex(t, s->issuer_name_hash));
	doc_str(d, "issuer_key_hash", "issuer key", trustcrl_hex(t, s->issuer_key_hash));
	trustcrl_put_time(t, d, "this_update", "this update", s->this_update, true);
	trustcrl_put_time(
	    t, d, "next_update", "next update", s->next_update, s->has_next_update);
	doc_shown(
	    d, "state", "state", str_of(revstate_name(a.state)), trustcrl_words(t, &a));
	doc_reason(d, a.reason);
	d->indent = 0;
	doc_object_end(d);
}

static void
put_response(const struct trustcrl *t, struct doc *d, const struct revfile *f)
{
	const struct ocsp *o = &f->ocsp;

	trustcrl_put_time(t, d, "produced_at", "produced", o->produced_at, true);
	put_algorithm(t, d, o->signed_with, o->weak);
	doc_u64(d, "certificates", "certificates", o->cert_count);
	doc_bool(d, "not_understood", NULL, o->unknown_critical);
	if (o->unknown_critical)
		doc_word(d, NULL, "not understood", "a critical extension");
	doc_array(d, "answers");
	for (size_t i = 0; i < o->single_count; i++)
		put_answer(t, d, &o->singles[i]);
	doc_array_end(d);
}

/* --- which --- */

static bool
is_prefix(const struct trustcrl *t, struct str what, const struct revfile *f)
{
	if (str_starts(what, STR("sha256:")))
		what = str_from(what, 7);
	return what.len >= PREFIX_LEAST &&
	       str_starts(trustcrl_hex(t, digest_value(&f->sha256)), what);
}

/* By its path as it is listed, or by digest. */
static void
find_listed(struct shown *s, struct str what)
{
	const struct revdata *d = &s->t->data;

	for (size_t i = 0; i < d->file_count; i++)
		if (str_equal(d->files[i]->path, what) ||
		    is_prefix(s->t, what, d->files[i]))
			VEC_PUSH(&s->t->config->mem, &s->files, d->files[i]);
}

/* A file that is listed as a problem, or any file on disk. */
static int
read_named(struct shown *s, const char *path, struct err *err)
{
	const struct revdata *d = &s->t->data;
	struct revfile **files;
	size_t count;

	for (size_t i = 0; i < d->problem_count; i++) {
		const struct revproblem *p = &d->problems[i];
		struct where at = { .file = p->path };

		if (str_is(p->path, path))
			return err_set(err, p->reason, &at, "%.*s", STR_ARG(p->detail));
	}

	if (trustcrl_read(s->t, &files, &count, path, err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		VEC_PUSH(&s->t->config->mem, &s->files, files[i]);
	return 0;
}

static void
put_file(const struct trustcrl *t, struct doc *d, const struct revfile *f)
{
	doc_object(d, NULL);
	trustcrl_put(t, d, f);
	if (f->kind == REVFILE_OCSP)
		put_response(t, d, f);
	else
		put_list(t, d, f);
	doc_object_end(d);
}

int
trustcrl_show(struct trustcrl *t, char **words, int count ATTR_UNUSED)
{
	const char *what = words[0];
	struct shown s = { .t = t };
	struct doc d;
	struct err err;

	find_listed(&s, str_of(what));
	if (s.files.n == 0 && read_named(&s, what, &err) != 0)
		return trustcrl_fail(&err);
	trustcrl_begin(&d, t, "assay-trust-crl-show/1");
	doc_array(&d, "files");
	for (size_t i = 0; i < s.files.n; i++) {
		if (i > 0 && !d.json)
			putchar('\n');
		put_file(t, &d, s.files.v[i]);
	}
	doc_array_end(&d);
	return doc_end(&d) == 0 ? STATUS_OK : STATUS_FAILED;
}
