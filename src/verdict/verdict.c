/* SPDX-License-Identifier: Apache-2.0 */
/* What was found about one artifact, and the state that follows. */
#include "verdict/verdict.h"

#include <stdarg.h>
#include <stdio.h>

#define MESSAGE_MOST 1024       /* octets of one message; the rest is cut */

void
verdict_init(struct verdict *v, struct arena *mem, uint64_t findings_limit)
{
	memset(v, 0, sizeof(*v));
	v->mem = mem;
	v->findings_limit = findings_limit;
	v->check = -1;
	v->state = STATE_UNKNOWN;
	v->reason = REASON_ARTIFACT_NOT_JUDGED;
}

void
verdict_check_begin(struct verdict *v, const struct check_record *check)
{
	struct check_record c = *check;

	/* Until it ends: forgetting that can only refuse. */
	c.outcome = OUTCOME_ERROR;
	VEC_PUSH(v->mem, &v->checks, c);
	v->check = (int)v->checks.n - 1;
}

void
verdict_check_end(struct verdict *v, uint64_t found, uint64_t looked_at, uint64_t valid,
    enum outcome outcome)
{
	struct check_record *c = &v->checks.v[v->check];

	c->found = found;
	c->looked_at = looked_at;
	c->valid = valid;
	c->outcome = outcome;
	v->check = -1;
}

static struct str ATTR_PRINTF(2, 0)
message(struct arena *mem, const char *fmt, va_list args)
{
	char text[MESSAGE_MOST];
	int n;

	if (fmt == NULL)
		return STR_NONE;
	n = vsnprintf(text, sizeof(text), fmt, args);
	if (n < 0)
		return STR_NONE;
	if ((size_t)n >= sizeof(text)) {
		/* Do not cut a UTF-8 sequence in two. */
		n = (int)sizeof(text) - 1;
		while (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
			n--;
		if (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0xc0)
			n--;
	}
	return arena_str(mem, (struct str){ text, (size_t)n });
}

static void
add_finding(struct verdict *v, enum reason reason, bool blocking, int step, int signature,
    struct str text)
{
	struct finding f = {
		.reason = reason,
		.blocking = blocking,
		.message = text,
		.step = step,
		.signature = signature,
		.check = v->check,
	};

	/* Blocking findings are never dropped: the state rests on them. */
	if (!blocking && v->findings.n >= v->findings_limit) {
		v->findings_dropped++;
		return;
	}
	VEC_PUSH(v->mem, &v->findings, f);
}

static int
add_step(struct verdict *v, enum step_name name, enum action action,
    enum outcome outcome, enum reason reason, int signature, struct str detail)
{
	struct step s = {
		.name = name,
		.action = action,
		.outcome = outcome,
		.reason = reason,
		.detail = detail,
		.signature = signature,
		.check = v->check,
	};

	VEC_PUSH(v->mem, &v->steps, s);
	return (int)v->steps.n - 1;
}

int
verdict_pass(struct verdict *v, enum step_name name, enum action action, int signature,
    const char *fmt, ...)
{
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = message(v->mem, fmt, args);
	va_end(args);
	return add_step(v, name, action, OUTCOME_PASS, REASON_NONE, signature, text);
}

int
verdict_fail(struct verdict *v, enum step_name name, enum action action, int signature,
    enum reason reason, const char *fmt, ...)
{
	struct str text;
	va_list args;
	int step;

	va_start(args, fmt);
	text = message(v->mem, fmt, args);
	va_end(args);
	step = add_step(v, name, action, OUTCOME_FAIL, reason, signature, text);
	add_finding(v, reason, action != ACTION_LOG, step, signature, text);
	return step;
}

int
verdict_error(struct verdict *v, enum step_name name, int signature, enum reason reason,
    const char *fmt, ...)
{
	struct str text;
	va_list args;
	int step;

	va_start(args, fmt);
	text = message(v->mem, fmt, args);
	va_end(args);
	step = add_step(v, name, ACTION_ENFORCE, OUTCOME_ERROR, reason, signature, text);
	add_finding(v, reason, true, step, signature, text);
	return step;
}

int
verdict_skip(struct verdict *v, enum step_name name, enum action action, int signature,
    enum outcome outcome, const char *fmt, ...)
{
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = message(v->mem, fmt, args);
	va_end(args);
	return add_step(v, name, action, outcome, REASON_NONE, signature, text);
}

void
verdict_note(struct verdict *v, enum reason reason, int signature, const char *fmt, ...)
{
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = message(v->mem, fmt, args);
	va_end(args);
	add_finding(v, reason, false, -1, signature, text);
}

void
verdict_data(struct verdict *v, struct str json)
{
	if (v->steps.n > 0)
		v->steps.v[v->steps.n - 1].data = arena_str(v->mem, json);
}

int
verdict_take(struct verdict *v, enum step_name name, enum action action, int signature,
    const struct err *err)
{
	const char *blank = err->pointer[0] != '\0' ? " at " : "";

	if (reason_row(err->reason)->class == ERR_ENV)
		return -1;
	verdict_fail(v, name, action, signature, err->reason, "%s%s%s", err->text, blank,
	    err->pointer);
	return 0;
}

void
verdict_unblock(struct verdict *v, size_t from)
{
	for (size_t i = from; i < v->findings.n; i++)
		if (v->findings.v[i].signature >= 0)
			v->findings.v[i].blocking = false;
}

bool
verdict_signature_failed(const struct verdict *v, int signature)
{
	for (size_t i = 0; i < v->findings.n; i++)
		if (v->findings.v[i].signature == signature && v->findings.v[i].blocking)
			return true;
	return false;
}

/* Of the blocking findings the one of highest severity; ties by the order of the steps. */
static const struct finding *
primary(const struct verdict *v)
{
	const struct finding *best = NULL;
	int best_step = STEP_NAME_COUNT;

	for (size_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.v[i];
		int step = f->step < 0 ? STEP_NAME_COUNT : (int)v->steps.v[f->step].name;

		if (!f->blocking)
			continue;
		if (best == NULL ||
		    reason_row(f->reason)->severity > reason_row(best->reason)->severity ||
		    (reason_row(f->reason)->severity == reason_row(best->reason)->severity &&
			step < best_step)) {
			best = f;
			best_step = step;
		}
	}
	return best;
}

static bool
any_blocking_failure(const struct verdict *v)
{
	for (size_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.v[i];

		if (f->blocking && (f->step < 0 || v->steps.v[f->step].outcome == OUTCOME_FAIL))
			return true;
	}
	return false;
}

void
verdict_close(struct verdict *v, enum verdict_end end, enum reason reason)
{
	const struct finding *worst;

	if (v->findings_dropped > 0) {
		v->findings_limit = UINT64_MAX;
		verdict_note(v, REASON_LIMIT_FINDINGS_HIT, -1, "%llu findings more",
		    (unsigned long long)v->findings_dropped);
	}
	worst = primary(v);
	if (worst != NULL) {
		v->state = any_blocking_failure(v) ? STATE_NONCOMPLIANT : STATE_ERROR;
		v->reason = worst->reason;
		return;
	}
	switch (end) {
	case END_PROVEN:
		v->state = STATE_COMPLIANT;
		v->reason = REASON_NONE;
		return;
	case END_SKIPPED:
		v->state = STATE_NOT_APPLICABLE;
		break;
	case END_UNPROVEN:
		/* Nothing failed and nothing was proven: never compliant. */
		v->state = STATE_ERROR;
		break;
	case END_UNKNOWN:
		v->state = STATE_UNKNOWN;
		break;
	}
	v->reason = reason == REASON_NONE ? REASON_ARTIFACT_NOT_JUDGED : reason;
}

void
verdict_cert(struct verdict *v, const struct cert_facts *cert)
{
	for (size_t i = 0; i < v->certs.n; i++)
		if (digest_equal(&v->certs.v[i].sha256, &cert->sha256))
			return;
	VEC_PUSH(v->mem, &v->certs, *cert);
}

enum state
state_worst(enum state a, enum state b)
{
	return a < b ? a : b;
}
