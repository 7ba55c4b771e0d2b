/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust policy documents. What is refused has a reason and leaves nothing; what is accepted keeps
 * the promises that the judgement stands on.
 */
#include <stdlib.h>

#include "tests/lib/picked.h"
#include "trust/policy_parts.h"

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
	demand(s->name.len != 0);
	demand((p->kind == POLICY_OCI) == (s->scope_count != 0));
	demand(!s->global || (p->kind == POLICY_BLOB && s->level != LEVEL_SKIP &&
				 policy_select_blob(p, STR_NONE) == s));
	demand((policy_select_blob(p, s->name) == s) == (p->kind == POLICY_BLOB));
	demand(
	    s->level == LEVEL_SKIP || s->actions[VALIDATION_INTEGRITY] == ACTION_ENFORCE);
	demand((s->level == LEVEL_SKIP) == (s->store_count == 0));
	demand((s->level == LEVEL_SKIP) == (s->identities.text_count == 0));
	demand(!s->identities.any || s->identities.text_count == 1);
	for (size_t i = 0; i < s->scope_count; i++)
		demand(picked(p, s->scopes[i]) == s);
	for (size_t i = 0; i < s->store_count; i++) {
		const struct policy_store_ref *r = &s->stores[i];

		demand(store_name_valid(r->name) && str_equal(r->name, r->store->name));
		demand(r->type == r->store->type && r->store->reason != REASON_NONE);
		demand(policy_anchors(p, s, r->type, NULL).count == 0);
	}
}

/* Who wants all faults is told the first one first, and of none if there is none. */
static void
check_all(struct bytes text, enum policy_kind kind, const struct err *first)
{
	struct arena mem;
	struct faults all = { .mem = &mem, .most = 50 };
	struct policy p;

	arena_init(&mem, 0);
	policy_parse_all(&p, &all, text, kind, NULL, NULL);
	demand((all.list.n == 0) == (first->reason == REASON_NONE));
	demand(all.list.n <= all.most);
	if (all.list.n != 0)
		demand(all.list.v[0].reason == first->reason &&
		       strcmp(all.list.v[0].pointer, first->pointer) == 0 &&
		       strcmp(all.list.v[0].text, first->text) == 0);
	for (size_t i = 0; i < p.statement_count; i++)
		for (size_t k = 0; k < p.statements[i].store_count; k++)
			demand(p.statements[i].stores[k].store != NULL);
	policy_clear(&p);
	arena_clear(&mem);
}

static void
check_text(struct bytes text, enum policy_kind kind)
{
	struct err err = { .reason = REASON_NONE };
	struct policy p;

	if (policy_parse(&p, text, kind, NULL, NULL, &err) != 0) {
		demand(err.reason != REASON_NONE &&
		       reason_row(err.reason)->class == ERR_INPUT);
		demand(p.statement_count == 0 && p.mem.chunks == NULL);
	} else {
		demand(p.statement_count != 0 && str_is(p.doc.version, "1.0"));
		for (size_t i = 0; i < p.statement_count; i++)
			check_statement(&p, &p.statements[i]);
		policy_clear(&p);
	}
	check_all(text, kind, &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_text(bytes_of(data, size), POLICY_OCI);
	check_text(bytes_of(data, size), POLICY_BLOB);
	return 0;
}
