/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust policy documents. What is refused has a reason and leaves nothing; what is accepted keeps
 * the promises that the judgement stands on.
 */
#include <stdlib.h>

#include "trust/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool cond)
{
	if (!cond)
		abort();
}

static void
check_statement(const struct policy *p, const struct policy_statement *s)
{
	demand(s->name.len != 0 && s->scope_count != 0);
	demand(
	    s->level == LEVEL_SKIP || s->actions[VALIDATION_INTEGRITY] == LEVEL_ENFORCE);
	demand((s->level == LEVEL_SKIP) == (s->store_count == 0));
	demand((s->level == LEVEL_SKIP) == (s->identities.text_count == 0));
	demand(!s->identities.any || s->identities.text_count == 1);
	for (size_t i = 0; i < s->scope_count; i++)
		demand(policy_select(p, s->scopes[i]) == s);
	for (size_t i = 0; i < s->store_count; i++) {
		const struct policy_store_ref *r = &s->stores[i];

		demand(store_name_valid(r->name) && str_equal(r->name, r->store->name));
		demand(r->type == r->store->type && r->store->reason != REASON_NONE);
		demand(policy_anchors(p, s, r->type, NULL).count == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { .reason = REASON_NONE };
	struct policy p;

	if (policy_parse(&p, bytes_of(data, size), POLICY_OCI, NULL, NULL, &err) != 0) {
		demand(err.reason != REASON_NONE &&
		       reason_row(err.reason)->class == ERR_INPUT);
		demand(p.statement_count == 0 && p.mem.chunks == NULL);
		return 0;
	}
	demand(p.statement_count != 0 && str_is(p.doc.version, "1.0"));
	for (size_t i = 0; i < p.statement_count; i++)
		check_statement(&p, &p.statements[i]);
	policy_clear(&p);
	return 0;
}
