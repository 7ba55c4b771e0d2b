/* SPDX-License-Identifier: Apache-2.0 */
/* A document of a command: the same calls as text and as JSON. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/doc.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"
#include "trust/anchors.h"

static struct scratch dir;

static void
put_fields(struct doc *d, struct arena *mem)
{
	const struct str urls[] = { STR("a"), STR("b\x1b[1m") };
	const struct digest none = { .alg = DIGEST_NONE };

	(void)mem;
	doc_str(d, "both", "both", STR("x"));
	doc_str(d, NULL, "people", STR("told"));
	doc_str(d, "programs", NULL, STR("told"));
	doc_str(d, "absent", "absent", STR_NONE);
	doc_shown(d, "other", "other", STR("y"), STR("why"));
	doc_u64(d, "most", "most", UINT64_MAX);
	doc_i64(d, "least", "least", -7);
	doc_bool(d, "truth", "truth", true);
	doc_when(d, "time", "time", (struct when){ 0, 0 });
	doc_digest(d, "digest", "digest", &none);
	doc_reason(d, REASON_NONE);
	doc_strs(d, "urls", "urls", urls, 2);
	d->indent = 2;
	doc_object(d, "below");
	doc_reason(d, REASON_CRL_STALE);
	doc_word(d, "a_name_that_is_long", "a label that is longer", "z");
	doc_object_end(d);
}

static void
put_rows(struct doc *d, struct arena *mem)
{
	static const struct table_column columns[] = { { "NAME", false, TABLE_WHOLE },
		{ "SIZE", true, TABLE_WHOLE } };

	doc_array(d, "rows");
	doc_table(d, mem, columns, COUNT(columns));
	for (uint64_t i = 8; i < 11; i++) {
		doc_row(d);
		doc_str(d, "name", "NAME", i == 9 ? STR("nine\n") : STR("n"));
		doc_u64(d, "size", "SIZE", i);
		doc_str(d, "more", "no column", STR("only JSON"));
		doc_row_end(d);
	}
	doc_table_end(d, 0);
	doc_array_end(d);
	doc_word(d, NULL, "after", "a line again");
}

/* What is printed, without its white space in JSON. */
static struct str
printed(void (*put)(struct doc *d, struct arena *mem), bool json, struct arena *mem)
{
	const char *path = scratch_at(&dir, "out");
	int kept, fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
	AUTO(buf_clear) struct buf text = { .max = 65536 };
	struct err err;
	struct doc d;
	int got;

	fflush(stdout);
	kept = dup(STDOUT_FILENO);
	dup2(fd, STDOUT_FILENO);
	doc_begin(&d, json, "assay-test/1", 8);
	put(&d, mem);
	got = doc_end(&d);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	lseek(fd, 0, SEEK_SET);
	if (file_read(&text, fd, REASON_INTERNAL, NULL, &err) != 0 || got != 0)
		buf_text(&text, "failed");
	close(fd);
	return arena_str(mem, (struct str){ (const char *)text.ptr, text.len });
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	scratch_open(&dir);
	is_str(printed(put_fields, false, &mem),
	    "both    x\npeople  told\nother   why\nmost    18446744073709551615\n"
	    "least   -7\ntruth   yes\ntime    1970-01-01T00:00:00Z\n"
	    "urls    a\n        b\\u{001B}[1m\n  a label that is longer z\n",
	    "fields as text");
	is_str(printed(put_fields, true, &mem),
	    "{\n  \"format\": \"assay-test/1\",\n  \"both\": \"x\",\n  \"programs\": \"told\",\n"
	    "  \"absent\": null,\n  \"other\": \"y\",\n  \"most\": 18446744073709551615,\n"
	    "  \"least\": -7,\n  \"truth\": true,\n  \"time\": \"1970-01-01T00:00:00Z\",\n"
	    "  \"digest\": null,\n  \"reason\": null,\n"
	    "  \"urls\": [\n    \"a\",\n    \"b\\u001b[1m\"\n  ],\n"
	    "  \"below\": {\n    \"reason\": \"crl.stale\",\n    \"a_name_that_is_long\": \"z\"\n  }\n}\n",
	    "fields as JSON");
	is_str(printed(put_rows, false, &mem),
	    "NAME          SIZE\nn                8\nnine\\u{000A}     9\nn               10\n"
	    "after   a line again\n",
	    "rows as text");
	is_str(printed(put_rows, true, &mem),
	    "{\n  \"format\": \"assay-test/1\",\n  \"rows\": [\n"
	    "    {\n      \"name\": \"n\",\n      \"size\": 8,\n      \"more\": \"only JSON\"\n    },\n"
	    "    {\n      \"name\": \"nine\\n\",\n      \"size\": 9,\n      \"more\": \"only JSON\"\n    },\n"
	    "    {\n      \"name\": \"n\",\n      \"size\": 10,\n      \"more\": \"only JSON\"\n    }\n  ]\n}\n",
	    "rows as JSON");
	arena_clear(&mem);
	scratch_close(&dir);
	return tap_done();
}
