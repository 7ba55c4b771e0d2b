/* SPDX-License-Identifier: Apache-2.0 */
/* The table of checks. */
#include "verify/checkers.h"

#include "verify/notation.h"

const struct checker checkers[CHECKER_COUNT] = {
	[CHECKER_NOTATION] = { "notation", notation_accepts, notation_find, notation_judge,
	    notation_show },
};

const struct checker *
checker_for(const struct node *n)
{
	for (size_t i = 0; i < CHECKER_COUNT; i++)
		if (checkers[i].accepts(n))
			return &checkers[i];
	return NULL;
}

int
checker_show(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *n, struct err *err)
{
	const struct checker *checker = checker_for(n);
	const struct candidate one = { .checker = checker, .digest = n->digest_text, .node = n };
	const struct check_job job = { .tools = tools, .store = store, .candidate = &one };

	return checker == NULL ? 0 : checker->show(v, &job, err);
}

int
checker_show_file(struct verdict *v, const struct verify_tools *tools,
    const struct blob_signature *signature, struct err *err)
{
	const struct checker *checker = &checkers[CHECKER_NOTATION];
	const struct candidate one = {
		.checker = checker, .digest = STR(""), .file = signature
	};
	const struct check_job job = { .tools = tools, .candidate = &one };

	return checker->show(v, &job, err);
}
