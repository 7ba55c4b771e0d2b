/* SPDX-License-Identifier: Apache-2.0 */
/* What an input as a whole does to the artifacts in it. */
#include "verdict/outcome.h"

static bool
graver(enum reason a, enum reason b)
{
	return reason_row(a)->severity > reason_row(b)->severity;
}

struct input_outcome
outcome_of(const struct input_record *end, enum reason refused, struct str detail)
{
	struct input_outcome o = { STATE_NOT_APPLICABLE, REASON_NONE, STR_NONE };

	if (end == NULL)
		return (struct input_outcome){ STATE_UNKNOWN, refused, detail };
	for (size_t i = 0; i < end->finding_count; i++) {
		const struct finding *f = &end->findings[i];

		if (!f->blocking ||
		    (o.reason != REASON_NONE && !graver(f->reason, o.reason)))
			continue;
		o = (struct input_outcome){ STATE_NONCOMPLIANT, f->reason, f->message };
	}
	return o;
}

void
outcome_apply(const struct input_outcome *o, enum state *state, enum reason *reason)
{
	if (o->reason == REASON_NONE || o->state > *state)
		return;
	if (o->state < *state || graver(o->reason, *reason))
		*reason = o->reason;
	*state = o->state;
}

void
verdict_outcome(struct verdict *v, const struct input_outcome *o)
{
	struct finding f = {
		.reason = o->reason,
		.blocking = true,
		.message = o->detail,
		FINDING_ALONE,
	};

	if (o->reason == REASON_NONE)
		return;
	outcome_apply(o, &v->state, &v->reason);
	f.message = arena_str(v->mem,
	    o->detail.ptr == NULL ? str_of(reason_row(o->reason)->title) : o->detail);
	VEC_PUSH(v->mem, &v->findings, f);
}
