/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the primitives cost here and now, each done in the cheapest way we know.
 *
 *	bench-prim prims W2DIR [DB]     prints "name ns" per line
 *	bench-prim floor N W2DIR DB     does the primitives of N artifacts, prints "cost-ns T"
 *
 * W2DIR is what bench-gen wrote for W2; DB an audit database that assay recorded from it, which
 * gives real rows in the real schema. The floor of one artifact: four small files opened, read and
 * hashed, one RSA-3072 PSS and one RSA-4096 PKCS #1 signature checked with cached keys, and 23
 * rows written. Evidence bytes are left out of the rows. Times are of the processor.
 */
#include "tests/lib/forge.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ROWS_PER_ARTIFACT 23
#define BATCH 256
#define MESSAGE 800 /* octets under a signature */

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
must(bool fine, const char *what)
{
	if (!fine)
		forge_die("bench-prim: %s", what);
}

/* --- hashing and files ---------------------------------------------------------------------- */

struct hash {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
	uint8_t value[32];
};

static void
hash_of(struct hash *h, const void *data, size_t len)
{
	unsigned n;

	EVP_DigestInit_ex2(h->ctx, h->md, NULL);
	EVP_DigestUpdate(h->ctx, data, len);
	EVP_DigestFinal_ex(h->ctx, h->value, &n);
}

struct files {
	int dir;
	char (*names)[72];
	size_t count;
	uint8_t *buf;
	size_t room;
};

static void
files_open(struct files *f, const char *w2)
{
	char path[4096];
	struct dirent *e;
	size_t cap = 1024;
	DIR *d;

	snprintf(path, sizeof(path), "%s/w2/blobs/sha256", w2);
	d = opendir(path);
	must(d != NULL, path);
	f->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->names = xmalloc(cap * sizeof(*f->names));
	f->room = (size_t)1 << 20;
	f->buf = xmalloc(f->room);
	while ((e = readdir(d)) != NULL) {
		if (strlen(e->d_name) != 64)
			continue;
		if (f->count == cap)
			f->names = xrealloc(f->names, (cap *= 2) * sizeof(*f->names));
		memcpy(f->names[f->count++], e->d_name, 65);
	}
	closedir(d);
	must(f->count > 0, "no blobs");
}

static size_t
file_take(struct files *f, size_t i)
{
	int fd =
	    openat(f->dir, f->names[i % f->count], O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	ssize_t n;

	must(fd >= 0 && fstat(fd, &st) == 0 && (size_t)st.st_size <= f->room, "blob");
	n = read(fd, f->buf, f->room);
	close(fd);
	must(n == st.st_size, "blob size");
	return (size_t)n;
}

/* --- signatures ------------------------------------------------------------------------------- */

struct check { /* one signature, ready to be checked again and again */
	EVP_PKEY_CTX *ctx;
	EVP_MD *md;
	EVP_MD_CTX *mctx;
	struct bytes message, signature;
};

static void
check_init(
    struct check *c, struct forge *f, const char *key_name, enum forge_sigform form)
{
	EVP_PKEY *key = forge_key(f, key_name);
	uint8_t *message = arena_alloc(forge_mem(f), MESSAGE);

	memset(message, 'x', MESSAGE);
	c->message = bytes_of(message, MESSAGE);
	c->signature = forge_sign(f, key, c->message, form, 0);
	c->md = EVP_MD_fetch(NULL, forge_key_hash(key), NULL);
	c->mctx = EVP_MD_CTX_new();
	c->ctx = EVP_PKEY_CTX_new(key, NULL);
	must(EVP_PKEY_verify_init(c->ctx) == 1 &&
		 EVP_PKEY_CTX_set_rsa_padding(c->ctx, form == FORGE_SIG_PKCS1
							  ? RSA_PKCS1_PADDING
							  : RSA_PKCS1_PSS_PADDING) == 1 &&
		 EVP_PKEY_CTX_set_signature_md(c->ctx, c->md) == 1,
	    "verify context");
	if (form != FORGE_SIG_PKCS1)
		must(
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(c->ctx, RSA_PSS_SALTLEN_DIGEST) == 1,
		    "salt");
}

static void
check_once(struct check *c)
{
	uint8_t value[EVP_MAX_MD_SIZE];
	unsigned n;

	EVP_DigestInit_ex2(c->mctx, c->md, NULL);
	EVP_DigestUpdate(c->mctx, c->message.ptr, c->message.len);
	EVP_DigestFinal_ex(c->mctx, value, &n);
	must(EVP_PKEY_verify(c->ctx, c->signature.ptr, c->signature.len, value, n) == 1,
	    "signature");
}

static void
check_clear(struct check *c)
{
	EVP_PKEY_CTX_free(c->ctx);
	EVP_MD_CTX_free(c->mctx);
	EVP_MD_free(c->md);
}

/* --- rows -------------------------------------------------------------------------------------- */

struct table {
	char *insert; /* INSERT with one ? per column */
	sqlite3_value **cells; /* rows * columns */
	size_t rows, columns;
	bool timed; /* grows with the artifacts */
};

struct rows {
	struct table *tables;
	size_t count, timed_rows, artifacts;
	const char *path;
	sqlite3 *db;
};

static void
run_sql(sqlite3 *db, const char *sql)
{
	char *text = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK)
		forge_die("bench-prim: %s: %s", sql, text);
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		forge_die("bench-prim: %s: %s", sql, sqlite3_errmsg(db));
	return s;
}

static size_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = prepare(db, sql);
	size_t n = sqlite3_step(s) == SQLITE_ROW ? (size_t)sqlite3_column_int64(s, 0) : 0;

	sqlite3_finalize(s);
	return n;
}

/* Names of the columns that can be written, and the statement that does. */
static void
table_columns(struct table *t, sqlite3 *db, const char *name, struct buf *columns)
{
	AUTO(buf_clear) struct buf sql = { .max = 1 << 16 };
	AUTO(buf_clear) struct buf marks = { .max = 1 << 16 };
	sqlite3_stmt *s;

	buf_printf(&sql, "PRAGMA table_info(%s)", name);
	s = prepare(db, buf_cstr(&sql));
	while (sqlite3_step(s) == SQLITE_ROW) {
		buf_printf(columns, "%s%s", t->columns == 0 ? "" : ",",
		    (const char *)sqlite3_column_text(s, 1));
		buf_printf(&marks, "%s?", t->columns == 0 ? "" : ",");
		t->columns++;
	}
	sqlite3_finalize(s);
	buf_reset(&sql);
	buf_printf(&sql, "INSERT INTO %s(%s) VALUES(%s)", name, buf_cstr(columns),
	    buf_cstr(&marks));
	t->insert = strdup(buf_cstr(&sql));
}

static void
table_read(struct table *t, sqlite3 *db, const char *name)
{
	AUTO(buf_clear) struct buf columns = { .max = 1 << 16 };
	AUTO(buf_clear) struct buf sql = { .max = 1 << 16 };
	bool evidence = strcmp(name, "blob") == 0; /* its octets may be absent */
	size_t cap = 64;
	sqlite3_stmt *s;

	table_columns(t, db, name, &columns);
	t->cells = xmalloc(cap * t->columns * sizeof(sqlite3_value *));
	buf_printf(&sql, "SELECT %s FROM %s", buf_cstr(&columns), name);
	s = prepare(db, buf_cstr(&sql));
	while (sqlite3_step(s) == SQLITE_ROW) {
		if (t->rows == cap)
			t->cells = xrealloc(
			    t->cells, (cap *= 2) * t->columns * sizeof(sqlite3_value *));
		for (size_t i = 0; i < t->columns; i++)
			t->cells[t->rows * t->columns + i] =
			    evidence && sqlite3_column_type(s, (int)i) == SQLITE_BLOB
				? NULL
				: sqlite3_value_dup(sqlite3_column_value(s, (int)i));
		t->rows++;
	}
	sqlite3_finalize(s);
}

/* Everything out of the model, and its schema into a new file beside W2. */
static void
rows_open(struct rows *r, struct forge *f, const char *w2, const char *model)
{
	sqlite3_stmt *s;
	sqlite3 *db;

	must(sqlite3_open_v2(model, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, model);
	r->path = arena_printf(forge_mem(f), "%s/prim.db", w2).ptr;
	unlink(r->path);
	must(sqlite3_open(r->path, &r->db) == SQLITE_OK, r->path);
	run_sql(r->db,
	    "PRAGMA page_size=4096; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"
	    " PRAGMA cache_size=-65536");
	r->artifacts = number(db, "SELECT count(*) FROM evaluation");
	r->tables = arena_array(forge_mem(f),
	    number(db, "SELECT count(*) FROM sqlite_master WHERE type='table'"),
	    sizeof(*r->tables));
	s = prepare(db,
	    "SELECT type,name,sql FROM sqlite_master WHERE sql IS NOT NULL AND "
	    "type<>'view' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid");
	while (sqlite3_step(s) == SQLITE_ROW) {
		struct table *t = &r->tables[r->count];

		run_sql(r->db, (const char *)sqlite3_column_text(s, 2));
		if (strcmp((const char *)sqlite3_column_text(s, 0), "table") != 0)
			continue;
		table_read(t, db, (const char *)sqlite3_column_text(s, 1));
		t->timed = 2 * t->rows >= r->artifacts;
		r->timed_rows += t->timed ? t->rows : 0;
		r->count++;
	}
	sqlite3_finalize(s);
	sqlite3_close(db);
	must(r->artifacts > 0 && r->timed_rows > 0, "the database holds no artifacts");
}

static void
insert_row(
    struct rows *r, sqlite3_stmt *s, const sqlite3_value *const *cells, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		if (cells[i] == NULL)
			sqlite3_bind_null(s, (int)i + 1);
		else
			sqlite3_bind_value(s, (int)i + 1, cells[i]);
	if (sqlite3_step(s) != SQLITE_DONE)
		forge_die("bench-prim: %s: %s", sqlite3_sql(s), sqlite3_errmsg(r->db));
	sqlite3_reset(s);
}

/* ns per row of the tables that grow with the artifacts, commits included. */
static double
rows_write(struct rows *r, struct forge *f)
{
	sqlite3_stmt **s = arena_array(forge_mem(f), r->count, sizeof(sqlite3_stmt *));
	size_t batch = BATCH * (r->timed_rows / r->artifacts + 1), open = 0;
	double begin, spent = 0;

	for (size_t i = 0; i < r->count; i++)
		s[i] = prepare(r->db, r->tables[i].insert);
	/* Rows of the run itself and of shared things are there before the first artifact; some
	 * name evidence that comes with the second pass. */
	for (int pass = 0; pass < 2; pass++) {
		run_sql(r->db,
		    pass == 0 ? "PRAGMA foreign_keys=OFF" : "PRAGMA foreign_keys=ON");
		run_sql(r->db, "BEGIN");
		begin = cpu_ns();
		for (size_t i = 0; i < r->count; i++) {
			struct table *t = &r->tables[i];

			for (size_t k = 0; t->timed == (pass == 1) && k < t->rows; k++) {
				insert_row(r, s[i],
				    (const sqlite3_value *const *)(t->cells +
								   k * t->columns),
				    t->columns);
				if (pass == 1 && ++open % batch == 0)
					run_sql(r->db, "COMMIT; BEGIN");
			}
		}
		run_sql(r->db, "COMMIT");
		spent = cpu_ns() - begin;
	}
	for (size_t i = 0; i < r->count; i++)
		sqlite3_finalize(s[i]);
	return spent / (double)r->timed_rows;
}

static void
rows_close(struct rows *r)
{
	for (size_t i = 0; i < r->count; i++) {
		for (size_t k = 0; k < r->tables[i].rows * r->tables[i].columns; k++)
			sqlite3_value_free(r->tables[i].cells[k]);
		free(r->tables[i].cells);
		free(r->tables[i].insert);
	}
	sqlite3_close(r->db);
	unlink(r->path);
}

/* --- the program --------------------------------------------------------------------------------- */

struct bench {
	struct forge *f;
	struct hash hash;
	struct files files;
	struct check pss, pkcs1;
	struct bytes cert;
};

static void
bench_open(struct bench *b, const char *w2)
{
	b->f = forge_new();
	b->hash.md = EVP_MD_fetch(NULL, "SHA256", NULL);
	b->hash.ctx = EVP_MD_CTX_new();
	files_open(&b->files, w2);
	check_init(&b->pss, b->f, "rsa3072", FORGE_SIG_RIGHT);
	check_init(&b->pkcs1, b->f, "tsa", FORGE_SIG_PKCS1);
	b->cert = forge_chain(b->f, forge_key(b->f, "rsa3072"), "Bench").cert[0];
}

static void
bench_close(struct bench *b)
{
	check_clear(&b->pss);
	check_clear(&b->pkcs1);
	EVP_MD_CTX_free(b->hash.ctx);
	EVP_MD_free(b->hash.md);
	close(b->files.dir);
	free(b->files.names);
	free(b->files.buf);
	forge_free(b->f);
}

static void
do_hash(struct bench *b, size_t i)
{
	(void)i;
	hash_of(&b->hash, b->files.buf, b->files.room);
}

static void
do_pss(struct bench *b, size_t i)
{
	(void)i;
	check_once(&b->pss);
}

static void
do_pkcs1(struct bench *b, size_t i)
{
	(void)i;
	check_once(&b->pkcs1);
}

static void
do_d2i(struct bench *b, size_t i)
{
	const unsigned char *at = b->cert.ptr;

	(void)i;
	X509_free(d2i_X509(NULL, &at, (long)b->cert.len));
}

static void
do_read(struct bench *b, size_t i)
{
	file_take(&b->files, i);
}

static void
do_read_hash(struct bench *b, size_t i)
{
	hash_of(&b->hash, b->files.buf, file_take(&b->files, i));
}

/* Median of five rounds. */
static double
measure(struct bench *b, void (*work)(struct bench *, size_t), size_t times)
{
	double ns[5];

	for (size_t r = 0; r < COUNT(ns); r++) {
		double begin = cpu_ns(), one;
		size_t at = r;

		for (size_t i = 0; i < times; i++)
			work(b, r * times + i);
		one = (cpu_ns() - begin) / (double)times;
		for (; at > 0 && ns[at - 1] > one; at--)
			ns[at] = ns[at - 1];
		ns[at] = one;
	}
	return ns[COUNT(ns) / 2];
}

static double
sql_row(struct bench *b, const char *w2, const char *model)
{
	struct rows r = { .db = NULL };
	double ns;

	rows_open(&r, b->f, w2, model);
	ns = rows_write(&r, b->f);
	rows_close(&r);
	return ns;
}

static void
prims(struct bench *b, const char *w2, const char *model)
{
	static const struct {
		const char *name;
		void (*work)(struct bench *, size_t);
		size_t times;
	} table[] = {
		{ "sha256-1mib", do_hash, 100 },
		{ "rsa3072-pss-verify", do_pss, 1000 },
		{ "rsa4096-pkcs1-verify", do_pkcs1, 1000 },
		{ "d2i-x509", do_d2i, 500 },
		{ "open-read", do_read, 2000 },
		{ "open-read-hash", do_read_hash, 2000 },
	};
	double row;

	for (size_t i = 0; i < COUNT(table); i++)
		printf("%s %.0f\n", table[i].name,
		    measure(b, table[i].work, table[i].times));
	if (model == NULL)
		return;
	row = sql_row(b, w2, model);
	printf("sql-row %.0f\nsql-%d-rows %.0f\n", row, ROWS_PER_ARTIFACT,
	    row * ROWS_PER_ARTIFACT);
}

static void
floor_of(struct bench *b, size_t artifacts, const char *w2, const char *model)
{
	double begin = cpu_ns(), spent;

	for (size_t i = 0; i < artifacts; i++) {
		for (size_t k = 0; k < 4; k++)
			do_read_hash(b, 4 * i + k);
		check_once(&b->pss);
		check_once(&b->pkcs1);
	}
	spent = cpu_ns() - begin;
	spent += sql_row(b, w2, model) * ROWS_PER_ARTIFACT * (double)artifacts;
	printf("cost-ns %.0f\n", spent);
}

int
main(int argc, char **argv)
{
	struct bench b = { .f = NULL };
	bool wants_floor = argc == 5 && strcmp(argv[1], "floor") == 0;

	if (!wants_floor &&
	    !((argc == 3 || argc == 4) && strcmp(argv[1], "prims") == 0)) {
		fputs("usage: bench-prim prims W2DIR [DB]\n"
		      "       bench-prim floor N W2DIR DB\n",
		    stderr);
		return 64;
	}
	bench_open(&b, argv[wants_floor ? 3 : 2]);
	if (wants_floor)
		floor_of(&b, (size_t)strtoul(argv[2], NULL, 10), argv[3], argv[4]);
	else
		prims(&b, argv[2], argc == 4 ? argv[3] : NULL);
	bench_close(&b);
	return 0;
}
