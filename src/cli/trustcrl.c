/* SPDX-License-Identifier: Apache-2.0 */
/* How old a revocation file is and what it is called, for people and as JSON. */
#include "cli/trustcrl.h"

#include <stdio.h>

#include "base/file.h"
#include "codec/hex.h"
#include "codec/text.h"
#include "trust/revfile.h"

enum { DAY = 86400, TEXT_COLUMN = 15 };

const char *
revstate_name(enum revstate s)
{
	switch (s) {
	case REVSTATE_OK:
		return "ok";
	case REVSTATE_SOON:
		return "soon stale";
	case REVSTATE_EARLY:
		return "not yet valid";
	case REVSTATE_STALE:
		return "stale";
	case REVSTATE_ENDLESS:
		return "no next update";
	case REVSTATE_UNUSABLE:
		return "not usable";
	}
	return "";
}

/* Lists live for a day or for a year: what is soon depends on that, unless days are given. */
static bool
ends_soon(const struct trustcrl *t, const struct revage *a)
{
	int64_t left = a->next_update.sec - t->now.sec;
	int64_t life = a->next_update.sec - a->this_update.sec;

	if (t->warn_days != TRUSTCRL_WARN_USUAL)
		return left <= (int64_t)t->warn_days * DAY;
	return left < DAY || left < life / 5;
}

static void
judge(const struct trustcrl *t, struct revage *a, bool ocsp)
{
	a->age = (t->now.sec - a->this_update.sec) / DAY;
	a->left = a->has_next ? (a->next_update.sec - t->now.sec) / DAY : 0;
	if (revdata_future(a->this_update, t->now)) {
		a->state = REVSTATE_EARLY;
		a->reason = ocsp ? REASON_OCSP_NOT_YET_VALID : REASON_CRL_NOT_YET_VALID;
	} else if (!a->has_next) {
		a->state = REVSTATE_ENDLESS;
		a->reason = ocsp ? REASON_OCSP_NO_NEXT_UPDATE : REASON_CRL_NO_NEXT_UPDATE;
	} else if (when_cmp(a->next_update, t->now) < 0) {
		a->state = REVSTATE_STALE;
		a->reason = ocsp ? REASON_OCSP_STALE : REASON_CRL_STALE;
	} else if (ends_soon(t, a)) {
		a->state = REVSTATE_SOON;
	}
}

static void
unusable(struct revage *a, enum reason reason)
{
	a->state = REVSTATE_UNUSABLE;
	a->reason = reason;
}

struct revage
trustcrl_age_single(const struct trustcrl *t, const struct ocsp_single *s)
{
	struct revage a = {
		.this_update = s->this_update,
		.next_update = s->next_update,
		.has_next = s->has_next_update,
	};

	judge(t, &a, true);
	if (s->unknown_critical)
		unusable(&a, REASON_OCSP_UNSUPPORTED);
	return a;
}

static struct revage
age_response(const struct trustcrl *t, const struct ocsp *o)
{
	struct revage worst = { .state = REVSTATE_OK };

	for (size_t i = 0; i < o->single_count; i++) {
		struct revage a = trustcrl_age_single(t, &o->singles[i]);

		if (i == 0 || a.state > worst.state ||
		    (a.state == worst.state &&
			when_cmp(a.next_update, worst.next_update) < 0))
			worst = a;
	}
	if (o->weak)
		unusable(&worst, REASON_OCSP_BAD_SIGNATURE);
	else if (o->unknown_critical)
		unusable(&worst, REASON_OCSP_UNSUPPORTED);
	return worst;
}

struct revage
trustcrl_age(const struct trustcrl *t, const struct revfile *f)
{
	const struct crl *c = &f->crl;
	struct revage a = { .state = REVSTATE_OK };

	if (f->kind == REVFILE_OCSP)
		return age_response(t, &f->ocsp);
	a.this_update = c->this_update;
	a.next_update = c->next_update;
	a.has_next = c->has_next_update;
	judge(t, &a, false);
	if (c->weak)
		unusable(&a, REASON_CRL_BAD_SIGNATURE);
	else if (c->unknown_critical || c->points.indirect || c->points.only_attributes)
		unusable(&a, REASON_CRL_UNSUPPORTED);
	return a;
}

static struct str
days(const struct trustcrl *t, const char *before, int64_t n, const char *after)
{
	long long count = n < 0 ? -n : n;

	return arena_printf(&t->config->mem, "%s%lld day%s%s", before, count,
	    count == 1 ? "" : "s", after);
}

struct str
trustcrl_words(const struct trustcrl *t, const struct revage *a)
{
	switch (a->state) {
	case REVSTATE_OK:
		return days(t, "ok, ", a->left, " left");
	case REVSTATE_SOON:
		return days(t, "soon stale, ", a->left, " left");
	case REVSTATE_EARLY:
		return days(t, "not yet valid, for ", a->age, "");
	case REVSTATE_STALE:
		return days(t, "stale for ", a->left, "");
	case REVSTATE_ENDLESS:
	case REVSTATE_UNUSABLE:
		break;
	}
	return str_of(revstate_name(a->state));
}

/* --- a file from anywhere --- */

static int
read_lists(const struct revreader *r, struct revfile ***files, size_t *count,
    struct bytes text, struct str path, struct err *err)
{
	struct where at = { .file = path };
	struct bytes *ders;

	if (crl_split(&ders, count, r->mem, text, r->limits, &at, err) != 0)
		return -1;
	*files = arena_array(r->mem, *count, sizeof(**files));
	for (size_t i = 0; i < *count; i++)
		if (revfile_crl(&(*files)[i], r, ders[i], revfile_part(r->mem, path, i),
			err) != 0)
			return -1;
	return 0;
}

int
trustcrl_read(struct trustcrl *t, struct revfile ***files, size_t *count,
    const char *path, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = crl_file_most(&t->config->limits) };
	struct revreader r = { &t->config->mem, t->hasher, &t->config->limits };
	struct where at = { .file = text_shown(r.mem, str_of(path)) };
	struct bytes whole;
	AUTO_FD fd = -1;

	if (file_open(&fd, path, FILE_REGULAR, err) != 0 ||
	    file_read(&text, fd, REASON_LIMIT_CRL_HIT, &at, err) != 0)
		return -1;
	whole = arena_bytes(r.mem, buf_bytes(&text));
	if (!revfile_is_ocsp(whole))
		return read_lists(&r, files, count, whole, at.file, err);
	*files = arena_array(r.mem, 1, sizeof(**files));
	*count = 1;
	return revfile_ocsp(&(*files)[0], &r, whole, at.file, err);
}

int
trustcrl_fail(const struct err *err)
{
	int status = config_fail(err);

	if (status != STATUS_FAILED || reason_row(err->reason)->class == ERR_ENV)
		return status;
	return str_starts(str_of(reason_code(err->reason)), STR("file.")) ? STATUS_INPUT
									  : STATUS_CONFIG;
}

/* --- what it is called --- */

struct str
trustcrl_hex(const struct trustcrl *t, struct bytes b)
{
	char *text = arena_alloc(&t->config->mem, 2 * b.len + 1);

	hex_encode(text, b);
	return str_of(text);
}

struct str
trustcrl_time(const struct trustcrl *t, struct when w)
{
	char *text = arena_alloc(&t->config->mem, WHEN_TEXT);

	when_format(text, w);
	return str_of(text);
}

struct str
trustcrl_issuer(const struct trustcrl *t, const struct revfile *f)
{
	return revfile_issuer(&t->config->mem, f);
}

struct str
trustcrl_number(const struct trustcrl *t, const struct revfile *f)
{
	struct str text;

	if (f->kind == REVFILE_OCSP)
		return STR("");
	text = crl_number_text(&t->config->mem, f->crl.number);
	return text.len == 0 ? STR("none") : text;
}

/* --- its fields --- */

static struct str
state_shown(const struct trustcrl *t, const struct revage *a)
{
	struct str words = trustcrl_words(t, a);

	return a->reason == REASON_NONE ? words
					: arena_printf(&t->config->mem, "%.*s [%s]",
					      STR_ARG(words), reason_code(a->reason));
}

/* People read the digest without its algorithm: the label names it. */
static void
put_sha256(const struct trustcrl *t, struct doc *d, const char *name, const char *label,
    const struct digest *value)
{
	if (!d->json && value->alg != DIGEST_NONE)
		doc_str(d, NULL, label, trustcrl_hex(t, digest_value(value)));
	doc_digest(d, name, NULL, value);
}

static void
put_identity(const struct trustcrl *t, struct doc *d, const struct revfile *f,
    const struct revage *a)
{
	const char *issuer = f->kind == REVFILE_OCSP ? "responder" : "issuer";

	doc_str(d, "path", "file", f->path);
	doc_word(d, "kind", "kind", revfile_kind_name(f->kind));
	put_sha256(t, d, "sha256", "sha256", &f->sha256);
	put_sha256(t, d, "url_sha256", "url sha256", &f->url);
	doc_str(d, issuer, issuer, trustcrl_issuer(t, f));
	doc_str(d, NULL, "state", state_shown(t, a));
}

void
trustcrl_put_time(const struct trustcrl *t, struct doc *d, const char *name,
    const char *label, struct when w, bool has)
{
	long long n = (long long)((t->now.sec - w.sec) / DAY);
	struct str time = has ? trustcrl_time(t, w) : STR_NONE;

	doc_shown(d, name, label, time,
	    has ? arena_printf(&t->config->mem, "%.*s (%s%lld day%s%s)", STR_ARG(time),
		      n < 0 ? "in " : "", n < 0 ? -n : n, n == 1 || n == -1 ? "" : "s",
		      n < 0 ? "" : " ago")
		: STR("none"));
}

/* Of a response the times that people are told are those of its answers. */
static void
put_times(const struct trustcrl *t, struct doc *d, const struct revfile *f,
    const struct revage *a)
{
	bool list = f->kind != REVFILE_OCSP;

	trustcrl_put_time(
	    t, d, "this_update", list ? "this update" : NULL, a->this_update, true);
	trustcrl_put_time(t, d, "next_update", list ? "next update" : NULL,
	    a->next_update, a->has_next);
	doc_i64(d, "age_days", NULL, a->age);
	if (a->has_next)
		doc_i64(d, "days_left", NULL, a->left);
	else
		doc_null(d, "days_left");
	doc_word(d, "state", NULL, revstate_name(a->state));
	doc_reason(d, a->reason);
}

void
trustcrl_put(const struct trustcrl *t, struct doc *d, const struct revfile *f)
{
	struct revage a = trustcrl_age(t, f);
	struct arena *mem = &t->config->mem;

	put_identity(t, d, f, &a);
	if (f->kind != REVFILE_OCSP)
		doc_shown(d, "number", "number",
		    f->crl.number.ptr == NULL ? STR_NONE
					      : crl_number_text(mem, f->crl.number),
		    trustcrl_number(t, f));
	if (f->kind == REVFILE_DELTA)
		doc_str(d, "base_number", "base number",
		    f->crl.base_number.ptr == NULL
			? STR_NONE
			: crl_number_text(mem, f->crl.base_number));
	put_times(t, d, f, &a);
}

void
trustcrl_begin(struct doc *d, const struct trustcrl *t, const char *format)
{
	doc_begin(d, t->json, format, TEXT_COLUMN);
	doc_str(d, "at", NULL, trustcrl_time(t, t->now));
}
