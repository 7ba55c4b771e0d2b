/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICYVIEW_H
#define CLI_POLICYVIEW_H
/* What `assay policy check` and `assay policy show` print: as text for people, and as JSON. */
#include "cli/doc.h"
#include "trust/policycheck.h"

enum { POLICYVIEW_COLUMN = 24, POLICYVIEW_INDENT = 2 }; /* of its documents */

struct policyview {
	struct when at; /* expired or not: at this time */
	unsigned warn_days;
	unsigned width; /* columns of the terminal; 0: as long as it is */
};

/* Documents whose text goes to a struct out. */
void policyview_check(
    struct doc *d, const struct policyview *v, const struct policycheck *c);

struct policyview_choice { /* what applies to one name */
	struct str name; /* as given; absent: a blob without a statement's name */
	struct str scope; /* of an artifact; absent for blobs */
	const struct policy_pick *picks; /* all of them are to be met */
	size_t count; /* 0: no statement applies */
};
struct policyview_choices {
	const struct policy *policy;
	struct policyview_choice *list;
	size_t count;
};

void policyview_show(
    struct doc *d, const struct policyview *v, const struct policyview_choices *choices);

#endif
