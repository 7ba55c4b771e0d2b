/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DECIDE_STATEMENTS_H
#define DECIDE_STATEMENTS_H
/*
 * Which statements of the policy apply to an artifact: those that its names select, together. The
 * Notary Project specification knows one name; an export may give several, and no second name may
 * make the judgement milder.
 */
#include "verify/blob.h"
#include "verify/check.h"

struct chosen {
	const struct policy_statement *statement; /* NULL: none has the name's scope */
	struct str name,
	    scope; /* the first name that selects it; absent: no usable name */
	struct str by; /* the scope of the statement that fits it */
	enum policy_match match; /* of that name */
	uint64_t more; /* names that select it, too */
	bool file; /* of a file: `name` is the statement's that was asked for */
};

struct choice {
	VEC(struct chosen) list; /* each statement once, in the order of the names */
};

/*
 * In the verdict's arena. A scope that only normalisation finds in the policy, where the
 * specification finds nothing, is noted.
 */
void statements_choose(struct choice *out, struct verdict *v,
    const struct verify_tools *tools, const struct node *subject);
/* Of a file: the statement that the user named, else the global one. */
void statements_choose_file(
    struct choice *out, struct verdict *v, const struct blob_job *job);
/* The policy-match step of one of them. False: nothing can be judged by it. */
bool statements_step(struct verdict *v, const struct chosen *c);

#endif
