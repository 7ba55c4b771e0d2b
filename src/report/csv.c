/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV (RFC 4180): one row per judged artifact, and one per input that has a reason of its
 * own. Every field is quoted; what a spreadsheet would run as a formula is disarmed
 * (codec/text.h).
 */
#include "codec/text.h"
#include "report/formats.h"

static const char *const columns[] = { "run_uuid", "checked_at", "verify_time", "input",
	"input_digest", "name", "digest", "media_type", "platform", "state", "change",
	"severity", "reason_code", "reason", "message", "statement", "level",
	"policy_digest", "signer", "signature_format", "signing_time", "timestamp_time",
	"expiry", "waiver_id", "waiver_expires_at", "remedy", "fingerprint",
	"entries_not_judged", "names_ignored", "statements" };

static int
write_rows(struct report_sink *sink, struct query *q, struct buf *line, struct err *err)
{
	int got;

	while ((got = query_step(q, err)) == 1) {
		buf_reset(line);
		for (size_t i = 0; i < COUNT(columns); i++) {
			if (i > 0)
				buf_u8(line, ',');
			text_csv(line, query_str(q, (int)i));
		}
		buf_text(line, "\r\n");
		if (line->full)
			return err_set(err, REASON_INTERNAL, NULL, "row is too long");
		if (sink->write(sink->ctx, buf_bytes(line), err) != 0)
			return -1;
	}
	return got;
}

int
csv_write(struct report_sink *sink, struct db *db, const struct report_options *options,
    struct err *err)
{
	AUTO(query_close) struct query *q = NULL;
	AUTO(buf_clear) struct buf line = { .max = (size_t)256 << 20 };

	if (query_open(&q, db, "csv", err) != 0)
		return -1;
	query_bind_int(q, 1, options->run_id);
	for (size_t i = 0; i < COUNT(columns); i++)
		buf_printf(&line, "%s\"%s\"", i > 0 ? "," : "", columns[i]);
	buf_text(&line, "\r\n");
	if (sink->write(sink->ctx, buf_bytes(&line), err) != 0)
		return -1;
	return write_rows(sink, q, &line, err);
}
