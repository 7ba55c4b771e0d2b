/* SPDX-License-Identifier: Apache-2.0 */
/* assay trust crl show: one list or response in full. */
#include <stdio.h>

#include "cli/trustcrl.h"
#include "cli/view.h"
#include "codec/der.h"

enum { PREFIX_LEAST = 8 };

struct shown { /* what WHICH names */
	struct trustcrl *t;
	VEC(const struct revfile *) files;
	struct jsonout out;
};

/* --- text --- */

static void
line(const char *label, struct str value)
{
	printf("%-14s ", label);
	view_text("", value);
}

static void
line_time(const struct trustcrl *t, const char *label, struct when w)
{
	long long n = (long long)((t->now.sec - w.sec) / 86400);

	printf("%-14s %.*s (%s%lld day%s%s)\n", label, STR_ARG(trustcrl_time(t, w)),
	    n < 0 ? "in " : "", n < 0 ? -n : n, n == 1 || n == -1 ? "" : "s",
	    n < 0 ? "" : " ago");
}

static void
line_next(const struct trustcrl *t, const char *label, struct when w, bool has)
{
	if (has)
		line_time(t, label, w);
	else
		line(label, STR("none"));
}

static void
lines(const char *label, const struct str *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		line(i == 0 ? label : "", values[i]);
}

static void
print_head(const struct trustcrl *t, const struct revfile *f)
{
	struct revage a = trustcrl_age(t, f);

	line("file", f->path);
	line("kind", str_of(revfile_kind_name(f->kind)));
	line("sha256", trustcrl_hex(t, digest_value(&f->sha256)));
	if (f->url.alg != DIGEST_NONE)
		line("url sha256", trustcrl_hex(t, digest_value(&f->url)));
	line(f->kind == REVFILE_OCSP ? "responder" : "issuer", trustcrl_issuer(t, f));
	printf("%-14s %.*s", "state", STR_ARG(trustcrl_words(t, &a)));
	if (a.reason != REASON_NONE)
		printf(" [%s]", reason_code(a.reason));
	putchar('\n');
}

static void
print_scope(const struct crl_points *p)
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
	bool first = true;

	if (!p->present) {
		line("scope", STR("all certificates of the issuer"));
		return;
	}
	for (size_t i = 0; i < COUNT(parts); i++) {
		if (!parts[i].is)
			continue;
		line(first ? "scope" : "", str_of(parts[i].text));
		first = false;
	}
	for (size_t i = 0; i < p->url_count; i++) {
		line(first ? "scope" : "", p->urls[i]);
		first = false;
	}
	if (first)
		line("scope", STR("a point that says nothing"));
}

static void
line_signed(const char *alg, bool weak)
{
	printf("%-14s %s%s\n", "signed with", alg, weak ? " (not accepted)" : "");
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
print_entries(const struct trustcrl *t, const struct crl *c)
{
	struct cursor list = cursor_of(c->entries);
	struct entry e;

	printf("%-14s %llu\n", "entries", (unsigned long long)c->entry_count);
	for (uint64_t i = 0; i < t->entries && next_entry(t, &e, c, &list); i++) {
		printf("  %.*s  %.*s  %s", STR_ARG(e.serial),
		    STR_ARG(trustcrl_time(t, e.what.date)),
		    e.what.unusable ? "cannot be read" : crl_reason_name(e.what.reason));
		if (e.what.has_invalidity)
			printf(", invalid since %.*s",
			    STR_ARG(trustcrl_time(t, e.what.invalidity)));
		putchar('\n');
	}
}

static void
print_list(const struct trustcrl *t, const struct revfile *f)
{
	const struct crl *c = &f->crl;

	line("number", trustcrl_number(t, f));
	if (f->kind == REVFILE_DELTA)
		line("base number", crl_number_text(&t->config->mem, c->base_number));
	line_time(t, "this update", c->this_update);
	line_next(t, "next update", c->next_update, c->has_next_update);
	line_signed(c->signed_with, c->weak);
	line("key id", c->aki.len == 0 ? STR("none") : trustcrl_hex(t, c->aki));
	print_scope(&c->points);
	if (c->has_freshest && c->freshest_count == 0)
		line("delta at", STR("a place without URL"));
	lines("delta at", c->freshest, c->freshest_count);
	if (f->delta != NULL)
		line("delta", f->delta->path);
	if (c->unknown_critical)
		line("not understood", c->unknown_critical_oid);
	print_entries(t, c);
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
print_single(const struct trustcrl *t, const struct ocsp_single *s)
{
	struct revage a = trustcrl_age_single(t, s);

	line("answer for", trustcrl_hex(t, s->serial));
	line("  status", str_of(status_name(s->status)));
	if (s->status == OCSP_REVOKED) {
		line("  revoked at", trustcrl_time(t, s->revoked_at));
		line("  reason", str_of(crl_reason_name((enum crl_reason)s->reason)));
	}
	line("  hash", str_of(hash_name(s)));
	line("  issuer name", trustcrl_hex(t, s->issuer_name_hash));
	line("  issuer key", trustcrl_hex(t, s->issuer_key_hash));
	line_time(t, "  this update", s->this_update);
	line_next(t, "  next update", s->next_update, s->has_next_update);
	line("  state", trustcrl_words(t, &a));
}

static void
print_response(const struct trustcrl *t, const struct revfile *f)
{
	const struct ocsp *o = &f->ocsp;

	line_time(t, "produced", o->produced_at);
	line_signed(o->signed_with, o->weak);
	printf("%-14s %zu\n", "certificates", o->cert_count);
	if (o->unknown_critical)
		line("not understood", STR("a critical extension"));
	for (size_t i = 0; i < o->single_count; i++)
		print_single(t, &o->singles[i]);
}

/* --- JSON --- */

static void
json_strings(struct jsonout *out, const char *key, const struct str *values, size_t count)
{
	jsonout_array_begin(out, key);
	for (size_t i = 0; i < count; i++)
		jsonout_str(out, NULL, values[i]);
	jsonout_array_end(out);
}

static void
json_scope(struct jsonout *out, const struct crl_points *p)
{
	if (!p->present) {
		jsonout_null(out, "scope");
		return;
	}
	jsonout_object_begin(out, "scope");
	json_strings(out, "urls", p->urls, p->url_count);
	jsonout_bool(out, "relative_name", p->relative);
	jsonout_bool(out, "only_users", p->only_users);
	jsonout_bool(out, "only_cas", p->only_cas);
	jsonout_bool(out, "only_attributes", p->only_attributes);
	jsonout_bool(out, "some_reasons", p->some_reasons);
	jsonout_bool(out, "indirect", p->indirect);
	jsonout_object_end(out);
}

static void
json_entries(const struct trustcrl *t, struct jsonout *out, const struct crl *c)
{
	struct cursor list = cursor_of(c->entries);
	struct entry e;

	jsonout_u64(out, "entry_count", c->entry_count);
	jsonout_array_begin(out, "entries");
	for (uint64_t i = 0; i < t->entries && next_entry(t, &e, c, &list); i++) {
		jsonout_object_begin(out, NULL);
		jsonout_str(out, "serial", e.serial);
		jsonout_str(out, "revoked_at", trustcrl_time(t, e.what.date));
		jsonout_text(out, "revocation_reason",
		    e.what.unusable ? NULL : crl_reason_name(e.what.reason));
		jsonout_str(out, "invalidity_date",
		    e.what.has_invalidity ? trustcrl_time(t, e.what.invalidity)
					  : STR_NONE);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
}

static void
json_list(const struct trustcrl *t, struct jsonout *out, const struct revfile *f)
{
	const struct crl *c = &f->crl;

	jsonout_text(out, "sig_alg", c->signed_with);
	jsonout_bool(out, "weak", c->weak);
	jsonout_str(out, "key_id", c->aki.len == 0 ? STR_NONE : trustcrl_hex(t, c->aki));
	json_scope(out, &c->points);
	jsonout_bool(out, "names_delta", c->has_freshest);
	json_strings(out, "delta_urls", c->freshest, c->freshest_count);
	jsonout_str(out, "delta_file", f->delta == NULL ? STR_NONE : f->delta->path);
	jsonout_str(out, "not_understood",
	    c->unknown_critical ? c->unknown_critical_oid : STR_NONE);
	json_entries(t, out, c);
}

static void
json_single(const struct trustcrl *t, struct jsonout *out, const struct ocsp_single *s)
{
	struct revage a = trustcrl_age_single(t, s);
	bool revoked = s->status == OCSP_REVOKED;

	jsonout_object_begin(out, NULL);
	jsonout_str(out, "serial", trustcrl_hex(t, s->serial));
	jsonout_text(out, "status", status_name(s->status));
	jsonout_str(
	    out, "revoked_at", revoked ? trustcrl_time(t, s->revoked_at) : STR_NONE);
	jsonout_text(out, "revocation_reason",
	    revoked ? crl_reason_name((enum crl_reason)s->reason) : NULL);
	jsonout_text(out, "hash", hash_name(s));
	jsonout_str(out, "issuer_name_hash", trustcrl_hex(t, s->issuer_name_hash));
	jsonout_str(out, "issuer_key_hash", trustcrl_hex(t, s->issuer_key_hash));
	jsonout_str(out, "this_update", trustcrl_time(t, s->this_update));
	jsonout_str(out, "next_update",
	    s->has_next_update ? trustcrl_time(t, s->next_update) : STR_NONE);
	jsonout_text(out, "state", revstate_name(a.state));
	jsonout_text(
	    out, "reason", a.reason == REASON_NONE ? NULL : reason_code(a.reason));
	jsonout_object_end(out);
}

static void
json_response(const struct trustcrl *t, struct jsonout *out, const struct revfile *f)
{
	const struct ocsp *o = &f->ocsp;

	jsonout_str(out, "produced_at", trustcrl_time(t, o->produced_at));
	jsonout_text(out, "sig_alg", o->signed_with);
	jsonout_bool(out, "weak", o->weak);
	jsonout_u64(out, "certificates", o->cert_count);
	jsonout_bool(out, "not_understood", o->unknown_critical);
	jsonout_array_begin(out, "answers");
	for (size_t i = 0; i < o->single_count; i++)
		json_single(t, out, &o->singles[i]);
	jsonout_array_end(out);
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

static int
show_json(struct shown *s)
{
	struct buf buf;

	trustcrl_json_begin(&s->out, &buf, s->t, "assay-trust-crl-show/1");
	jsonout_array_begin(&s->out, "files");
	for (size_t i = 0; i < s->files.n; i++) {
		const struct revfile *f = s->files.v[i];

		jsonout_object_begin(&s->out, NULL);
		trustcrl_json(s->t, &s->out, f);
		if (f->kind == REVFILE_OCSP)
			json_response(s->t, &s->out, f);
		else
			json_list(s->t, &s->out, f);
		jsonout_object_end(&s->out);
	}
	jsonout_array_end(&s->out);
	return trustcrl_json_end(&s->out, &buf) == 0 ? STATUS_OK : STATUS_FAILED;
}

int
trustcrl_show(struct trustcrl *t, char **words, int count ATTR_UNUSED)
{
	const char *what = words[0];
	struct shown s = { .t = t };
	struct err err;

	find_listed(&s, str_of(what));
	if (s.files.n == 0 && read_named(&s, what, &err) != 0)
		return trustcrl_fail(&err);
	if (t->json)
		return show_json(&s);
	for (size_t i = 0; i < s.files.n; i++) {
		if (i > 0)
			putchar('\n');
		print_head(t, s.files.v[i]);
		if (s.files.v[i]->kind == REVFILE_OCSP)
			print_response(t, s.files.v[i]);
		else
			print_list(t, s.files.v[i]);
	}
	return STATUS_OK;
}
