/* SPDX-License-Identifier: Apache-2.0 */
/* Records bound to statements by the names of their fields. */
#include "audit/bind.h"

#include <stdio.h>
#include <stdlib.h>

#define PARAM_MOST 64

static int
find_param(sqlite3_stmt *st, const char *name)
{
	char text[PARAM_MOST];

	snprintf(text, sizeof(text), ":%s", name);
	return sqlite3_bind_parameter_index(st, text);
}

int
bind_param(sqlite3_stmt *st, const char *name)
{
	int n = find_param(st, name);

	if (n == 0)
		abort(); /* a value without a column would be lost without a word */
	return n;
}

/* Text made here: SQLite keeps a copy. */
static void
bind_copy(sqlite3_stmt *st, int n, const char *text)
{
	sqlite3_bind_text(st, n, text, -1, SQLITE_TRANSIENT);
}

static void
bind_digest(sqlite3_stmt *st, int n, const struct digest *d)
{
	char text[DIGEST_TEXT];

	if (d->alg == DIGEST_NONE) {
		bind_null(st, n);
		return;
	}
	digest_format(text, d);
	bind_copy(st, n, text);
}

static void
bind_when(sqlite3_stmt *st, int n, struct when when)
{
	char text[WHEN_TEXT];

	when_format(text, when);
	bind_copy(st, n, text);
}

static void
bind_field(sqlite3_stmt *st, int n, const struct field *f, const char *record)
{
	const void *at = record + f->at;
	unsigned word;
	int index;

	switch (f->type) {
	case FIELD_WORD:
		memcpy(&word, at, sizeof(word));
		bind_word(st, n, word < f->words->count ? f->words->texts[word] : "");
		return;
	case FIELD_REASON:
		memcpy(&word, at, sizeof(word));
		bind_text(st, n, word == REASON_NONE ? NULL : reason_code((enum reason)word));
		return;
	case FIELD_BOOL:
		bind_int(st, n, *(const bool *)at);
		return;
	case FIELD_U64:
		bind_u64(st, n, *(const uint64_t *)at);
		return;
	case FIELD_INDEX:
	case FIELD_INT:
		index = *(const int *)at;
		if (index < 0)
			bind_null(st, n);
		else
			bind_int(st, n, index);
		return;
	case FIELD_STR:
		bind_str(st, n, *(const struct str *)at);
		return;
	case FIELD_CHARS:
		bind_text(st, n, at);
		return;
	case FIELD_BYTES:
		bind_bytes(st, n, *(const struct bytes *)at);
		return;
	case FIELD_DIGEST:
		bind_digest(st, n, at);
		return;
	case FIELD_WHEN:
		bind_when(st, n, *(const struct when *)at);
		return;
	case FIELD_DIGESTS: /* rows of their own */
		return;
	}
}

void
bind_record(sqlite3_stmt *st, const struct shape *shape, const void *record)
{
	const char *octets = record;

	for (size_t i = 0; i < shape->count; i++) {
		const struct field *f = &shape->fields[i];
		int n = find_param(st, f->name);

		if (n == 0)
			continue;
		if ((f->flags & FIELD_ONLY_IF) != 0 && !*(const bool *)(octets + f->other))
			bind_null(st, n);
		else
			bind_field(st, n, f, octets);
	}
}

void
bind_finding(sqlite3_stmt *st, const struct finding *f)
{
	bind_record(st, &shape_finding, f);
	bind_text(st, bind_param(st, "severity"), severity_name(reason_row(f->reason)->severity));
	if (f->message.ptr == NULL)
		bind_text(st, bind_param(st, "message"), "");
}

void
bind_id(sqlite3_stmt *st, int n, int64_t id)
{
	if (id == 0)
		bind_null(st, n);
	else
		bind_int(st, n, id);
}
