/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H
/* What `assay tree` and `assay inspect` share: options, the survey, and small printing. */
#include "cli/command.h"
#include "cli/judge_options.h"
#include "cli/show_signature.h"
#include "run/survey.h"

struct view {                   /* the ctx of a survey's show */
	struct config *config;
	bool json;
	struct show_style style;
	bool brief;                     /* a terminal of common width: the start of a digest will do */
	struct judge_options judge;     /* judge.on: verdicts are there, too */
	struct str reference;           /* operand REF: digest, start of one, or name; absent: all */
	struct doc doc;
	uint64_t inputs, matched;       /* inputs shown; what the reference names in them */
	uint64_t refused, unusable, holes;      /* holes: verdicts Error and Unknown that were shown */
};

extern const struct opt_row view_rows[];
typedef int survey_show(void *ctx, const struct survey_input *input, struct err *err);
/* Parse, run the survey, frame the JSON; yields the exit status. */
int view_main(struct config *c, const struct command *self, int argc, char **argv,
    enum worker_mode mode, survey_show *show);

void view_text(const char *label, struct str value);    /* escaped, to standard output */
void view_print(struct str value);                      /* the same without label and newline */
/*
 * A tag stands in a full name already: alone it is shown only for want of one. No name twice, and none
 * that the user left out.
 */
bool view_name_shown(const struct node_record *n, size_t i);
/* A digest; where `brief`, as much of it as tells it from others and as REF accepts. */
void view_digest(const struct view *v, struct str digest);
/* Does the reference name this artifact? An absent one names all. */
bool view_wanted(const struct view *v, struct str digest, const struct node_record *node);
/* The verdict on an artifact that is shown now; counted. NULL: it has none. */
const struct verdict *view_verdict(struct view *v, const struct survey_input *input,
    struct str digest);
/* Called once for each input, before anything else of it is shown. */
void view_count(struct view *v, const struct survey_input *input);
void view_input_head(const struct view *v, const struct survey_input *input);
void view_input_json(struct doc *d, const struct survey_input *input);

#endif
