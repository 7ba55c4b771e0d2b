/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation data that was brought along: lists, responses, and files that gave nothing. */
#include "audit/writer.h"
#include "codec/text.h"

static const char *
media_type(struct str kind)
{
	return str_is(kind, "ocsp") ? "application/ocsp-response"
				    : "application/pkix-crl";
}

static int
put_data(struct record *r, const char *digest, const struct record_revocation *v,
    struct err *err)
{
	sqlite3_stmt *st = r->st[W_REVOCATION_PUT];
	char from[WHEN_TEXT], to[WHEN_TEXT], scope[DIGEST_TEXT];

	when_format(from, v->this_update);
	bind_str(st, 1, v->kind);
	bind_text(st, 2, digest);
	bind_str(st, 3, v->issuer.ptr == NULL ? STR("") : v->issuer);
	bind_str(st, 4, v->issuer_key);
	if (v->scope.len > 0) {
		writer_sha256(scope, r, v->scope);
		bind_text(st, 5, scope);
	} else {
		bind_null(st, 5);
	}
	bind_str(st, 6, v->number);
	bind_str(st, 7, v->base_number);
	bind_text(st, 8, from);
	if (v->has_next_update) {
		when_format(to, v->next_update);
		bind_text(st, 9, to);
	} else {
		bind_null(st, 9);
	}
	bind_u64(st, 10, v->entries);
	return writer_run(r, W_REVOCATION_PUT, err);
}

/* The row of a list or response, by kind and digest. */
static int
data_id(int64_t *id, struct record *r, const struct record_revocation *v, struct err *err)
{
	char digest[DIGEST_TEXT];

	digest_format(digest, &v->sha256);
	if (writer_blob_upto(r, digest, media_type(v->kind), v->der,
		RECORD_REVOCATION_KEPT, err) != 0 ||
	    put_data(r, digest, v, err) != 0)
		return -1;
	bind_str(r->st[W_REVOCATION_GET], 1, v->kind);
	bind_text(r->st[W_REVOCATION_GET], 2, digest);
	return writer_id(id, r, W_REVOCATION_GET, err);
}

static int
put_one(struct record *r, size_t seq, const struct record_revocation *v, struct err *err)
{
	AUTO(buf_clear) struct buf path = { .max = 32768 };
	sqlite3_stmt *st = r->st[W_RUN_REVOCATION];
	char url[DIGEST_TEXT];
	int64_t id = 0;

	if (v->reason == REASON_NONE && data_id(&id, r, v, err) != 0)
		return -1;
	text_show(&path, str_bytes(v->path));
	bind_int(st, 1, r->run_id);
	bind_u64(st, 2, seq);
	bind_null(st, 3);
	bind_text(st, 4, buf_cstr(&path));
	bind_null(st, 5);
	bind_null(st, 6);
	bind_null(st, 7);
	if (v->reason != REASON_NONE) {
		bind_text(st, 6, reason_code(v->reason));
		bind_str(st, 7, v->detail.ptr == NULL ? STR("") : v->detail);
	} else {
		bind_int(st, 3, id);
	}
	if (v->url.alg != DIGEST_NONE) {
		digest_format(url, &v->url);
		bind_text(st, 5, url);
	}
	return writer_run(r, W_RUN_REVOCATION, err);
}

static int
note_useless(struct record *r, const struct record_revocation *v, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = 65536 };

	text_show(&text, str_bytes(v->path));
	if (v->detail.len > 0) {
		buf_text(&text, ": ");
		text_show(&text, str_bytes(v->detail));
	}
	return writer_note(r, v->reason, str_of(buf_cstr(&text)), err);
}

static struct str
column(sqlite3_stmt *st, int n)
{
	const char *text = (const char *)sqlite3_column_text(st, n);

	return text == NULL ? STR("") : str_of(text);
}

/*
 * RFC 5280 section 5.2.3: the numbers of one issuer and scope only grow. A lower one than
 * before means that somebody brought an old list along, or that an attacker did.
 */
static int
note_rollbacks(struct record *r, struct err *err)
{
	sqlite3_stmt *st = r->st[W_REVOCATION_ROLLBACK];
	int got;

	bind_int(st, 1, r->run_id);
	while ((got = handle_row(r->db, st, err)) == 1) {
		struct str text = arena_printf(&r->mem,
		    "%.*s: number %.*s, but run %.*s of %.*s had number %.*s of this issuer",
		    STR_ARG(column(st, 0)), STR_ARG(column(st, 1)),
		    STR_ARG(column(st, 3)), STR_ARG(column(st, 4)),
		    STR_ARG(column(st, 2)));

		if (writer_note(r, REASON_CRL_ROLLBACK, text, err) != 0)
			return -1;
	}
	sqlite3_reset(st);
	return got;
}

int
writer_revocation(struct record *r, const struct record_run *run, struct err *err)
{
	for (size_t i = 0; i < run->revocation_count; i++)
		if (put_one(r, i, &run->revocation[i], err) != 0)
			return -1;
	for (size_t i = 0; i < run->revocation_count; i++)
		if (run->revocation[i].reason != REASON_NONE &&
		    note_useless(r, &run->revocation[i], err) != 0)
			return -1;
	return note_rollbacks(r, err);
}
