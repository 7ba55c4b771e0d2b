/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a run after its end: its exit status, and the reports that were handed out. */
#include "audit/writer.h"
#include "codec/text.h"

static int
write_alone(struct record *r, enum writer_statement which, struct err *err)
{
	bool ending = r->db->ending;
	int done = -1;

	r->db->ending = true;
	if (writer_begin(r, err) == 0)
		done = writer_run(r, which, err) == 0 ? writer_commit(r, true, err)
						      : writer_fail(r);
	r->db->ending = ending;
	return done;
}

int
record_exit(struct record *r, int exit_code, struct err *err)
{
	bind_int(r->st[W_RUN_EXIT], 1, r->run_id);
	bind_int(r->st[W_RUN_EXIT], 2, exit_code);
	return write_alone(r, W_RUN_EXIT, err);
}

void
record_report_begin(struct record *r)
{
	hasher_begin(r->hasher, DIGEST_SHA256);
	r->report_size = 0;
}

void
record_report_data(struct record *r, struct bytes data)
{
	hasher_add(r->hasher, data);
	r->report_size += data.len;
}

int
record_report_end(struct record *r, const char *format, const char *path,
    struct when written, struct err *err)
{
	AUTO(buf_clear) struct buf shown = { .max = 65536 };
	sqlite3_stmt *st = r->st[W_REPORT_PUT];
	char digest[DIGEST_TEXT], time[WHEN_TEXT];
	struct digest d;

	hasher_end(r->hasher, &d);
	digest_format(digest, &d);
	when_format(time, written);
	text_show(&shown, str_bytes(str_of(path)));
	bind_int(st, 1, r->run_id);
	bind_text(st, 2, format);
	bind_text(st, 3, buf_cstr(&shown));
	bind_text(st, 4, digest);
	bind_u64(st, 5, r->report_size);
	bind_text(st, 6, time);
	return write_alone(r, W_REPORT_PUT, err);
}
