/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERR_H
#define BASE_ERR_H
/*
 * One list of reasons (reason.def), one error struct, three classes:
 *
 *   FINDING  a true statement about an artifact; goes into the verdict, is never returned
 *   INPUT    these bytes cannot be used; becomes a finding, a refused input, or (in policy and
 *            trust store) the end of the run before it starts
 *   ENV      the host failed us; goes up untouched and sets the exit status
 *
 * The place is data: the reader that knows it fills it, messages do not repeat it. A message is
 * one line, lower case, no full stop: what was found and what was wanted. The fields of an error
 * are always whole UTF-8 without NUL; bytes that are not are written as \xNN.
 */
#include "base/defs.h"
#include "base/words.h"

enum reason {
	REASON_NONE = 0,
#include "reason_id.h" /* REASON_POLICY_NOT_FOUND and so on, made of reason.def */
	REASON_COUNT
};

enum err_class { ERR_FINDING, ERR_INPUT, ERR_ENV };

struct reason_row {
	const char *code;               /* "area.thing", stable for ever */
	enum err_class class;
	enum severity severity;
	const char *title, *remedy;
	const char *controls;           /* SP 800-53 ids, blank separated; may be "" */
};

const struct reason_row *reason_row(enum reason r);     /* REASON_NONE too: code "" */
const char *reason_code(enum reason r);
bool reason_find(enum reason *out, struct str code);

struct where {                                          /* any part may be empty */
	struct str file, blob, pointer;
	uint64_t offset;
};

struct err {                    /* owned by the outermost caller; no allocation */
	enum reason reason;
	int sys;                /* errno for ERR_ENV, else 0 */
	uint64_t offset;
	char file[512], blob[160], pointer[128], text[256];
};

/* Fills *err and returns -1, so that a failing check is one line. err may be NULL. */
int err_set(struct err *err, enum reason reason, const struct where *at, const char *fmt, ...)
    ATTR_PRINTF(4, 5);
/* The same, and keeps the value of errno at the call. */
int err_sys(struct err *err, enum reason reason, const struct where *at, const char *fmt, ...)
    ATTR_PRINTF(4, 5);
/* At an offset of the place `at`, which may be NULL; a text as it is, no format. */
int err_at(struct err *err, enum reason reason, const struct where *at, uint64_t offset,
    const char *text);
/* "file: blob: pointer: offset: text" as far as known, for people; bytes escaped. */
struct buf;
void err_show(struct buf *out, const struct err *err);

#endif
