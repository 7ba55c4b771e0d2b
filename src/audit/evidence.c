/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept by its content: blobs, certificates, policy documents, trust anchors. */
#include "audit/writer.h"
#include "codec/text.h"

/*
 * A value of SQLite may not exceed the connection's limit; the digest is kept in any
 * case.
 */
#define BLOB_MOST ((size_t)15 << 20)

int
writer_id(int64_t *out, struct record *r, enum writer_statement which, struct err *err)
{
	int got = handle_row(r->db, r->st[which], err);

	*out = got == 1 ? sqlite3_column_int64(r->st[which], 0) : 0;
	sqlite3_reset(r->st[which]);
	return got < 0 ? -1 : 0;
}

void
writer_sha256(char out[DIGEST_TEXT], struct record *r, struct bytes data)
{
	struct digest d;

	hasher_of(r->hasher, DIGEST_SHA256, data, &d);
	digest_format(out, &d);
}

int
writer_blob_upto(struct record *r, const char *digest, const char *media_type,
    struct bytes data, size_t most, struct err *err)
{
	sqlite3_stmt *st = r->st[W_BLOB_PUT];

	bind_text(st, 1, digest);
	bind_text(st, 2, media_type);
	bind_u64(st, 3, data.len);
	if (data.len > most)
		bind_null(st, 4);
	else
		bind_bytes(st, 4, data);
	return writer_run(r, W_BLOB_PUT, err);
}

int
writer_blob(struct record *r, const char *digest, const char *media_type,
    struct bytes data, struct err *err)
{
	return writer_blob_upto(r, digest, media_type, data, BLOB_MOST, err);
}

static int
put_cert(
    struct record *r, const char *digest, const struct cert_facts *c, struct err *err)
{
	sqlite3_stmt *st = r->st[W_CERT_PUT];
	char before[WHEN_TEXT], after[WHEN_TEXT], spki[DIGEST_TEXT];

	when_format(before, c->not_before);
	when_format(after, c->not_after);
	digest_format(spki, &c->spki_sha256);
	bind_text(st, 1, digest);
	bind_str(st, 2, c->subject);
	bind_str(st, 3, c->issuer);
	bind_str(st, 4, c->serial);
	bind_text(st, 5, before);
	bind_text(st, 6, after);
	bind_str(st, 7, c->key_name);
	bind_int(st, 8, c->key_bits);
	bind_str(st, 9, c->signed_with);
	bind_text(st, 10, spki);
	bind_int(st, 11, c->is_ca);
	return writer_run(r, W_CERT_PUT, err);
}

int
writer_cert(
    int64_t *id, struct record *r, const struct cert_facts *cert, struct err *err)
{
	char digest[DIGEST_TEXT];

	digest_format(digest, &cert->sha256);
	*id = idcache_get(r->certs, str_of(digest));
	if (*id != 0)
		return 0;
	if (writer_blob(r, digest, "application/pkix-cert", cert->der, err) != 0 ||
	    put_cert(r, digest, cert, err) != 0)
		return -1;
	bind_text(r->st[W_CERT_GET], 1, digest);
	if (writer_id(id, r, W_CERT_GET, err) != 0)
		return -1;
	idcache_put(r->certs, str_of(digest), *id);
	return 0;
}

int
writer_artifact(int64_t *id, struct record *r, struct str digest, struct err *err)
{
	*id = idcache_get(r->artifacts, digest);
	if (*id != 0)
		return 0;
	bind_str(r->st[W_ARTIFACT_PUT], 1, digest);
	bind_str(r->st[W_ARTIFACT_GET], 1, digest);
	if (writer_run(r, W_ARTIFACT_PUT, err) != 0 ||
	    writer_id(id, r, W_ARTIFACT_GET, err) != 0)
		return -1;
	idcache_put(r->artifacts, digest, *id);
	return 0;
}

static int
put_document(struct record *r, const struct record_doc *doc, struct err *err)
{
	AUTO(buf_clear) struct buf path = { .max = 32768 };
	char digest[DIGEST_TEXT];
	int64_t id;

	writer_sha256(digest, r, doc->text);
	if (writer_blob(r, digest,
		str_is(doc->kind, "assay-config") ? "text/plain; charset=utf-8"
						  : "application/json",
		doc->text, err) != 0)
		return -1;
	bind_str(r->st[W_POLICY_PUT], 1, doc->kind);
	bind_text(r->st[W_POLICY_PUT], 2, digest);
	bind_str(r->st[W_POLICY_PUT], 3, doc->version);
	bind_str(r->st[W_POLICY_PUT], 4, doc->name);
	bind_str(r->st[W_POLICY_GET], 1, doc->kind);
	bind_text(r->st[W_POLICY_GET], 2, digest);
	if (writer_run(r, W_POLICY_PUT, err) != 0 ||
	    writer_id(&id, r, W_POLICY_GET, err) != 0)
		return -1;
	if (r->policy_id == 0 && str_is(doc->kind, "notation-trust-policy"))
		r->policy_id = id;
	text_show(&path, str_bytes(doc->source_path));
	bind_int(r->st[W_RUN_POLICY], 1, r->run_id);
	bind_int(r->st[W_RUN_POLICY], 2, id);
	bind_text(r->st[W_RUN_POLICY], 3, buf_cstr(&path));
	return writer_run(r, W_RUN_POLICY, err);
}

static int
put_anchor(struct record *r, const struct record_anchor *a, struct err *err)
{
	char digest[DIGEST_TEXT];
	int64_t cert, id;

	digest_format(digest, &a->cert.sha256);
	if (writer_cert(&cert, r, &a->cert, err) != 0)
		return -1;
	bind_str(r->st[W_ANCHOR_PUT], 1, a->kind);
	bind_str(r->st[W_ANCHOR_PUT], 2, a->store);
	bind_int(r->st[W_ANCHOR_PUT], 3, cert);
	bind_str(r->st[W_ANCHOR_GET], 1, a->kind);
	bind_str(r->st[W_ANCHOR_GET], 2, a->store);
	bind_text(r->st[W_ANCHOR_GET], 3, digest);
	if (writer_run(r, W_ANCHOR_PUT, err) != 0 ||
	    writer_id(&id, r, W_ANCHOR_GET, err) != 0)
		return -1;
	bind_int(r->st[W_RUN_ANCHOR], 1, r->run_id);
	bind_int(r->st[W_RUN_ANCHOR], 2, id);
	return writer_run(r, W_RUN_ANCHOR, err);
}

int
writer_documents(struct record *r, const struct record_run *run, struct err *err)
{
	for (size_t i = 0; i < run->doc_count; i++)
		if (put_document(r, &run->docs[i], err) != 0)
			return -1;
	for (size_t i = 0; i < run->anchor_count; i++)
		if (put_anchor(r, &run->anchors[i], err) != 0)
			return -1;
	return 0;
}
