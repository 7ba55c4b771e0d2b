/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of records against the statements that keep them, and what does not fit a shape. */
#include <stdio.h>

#include "base/embed.h"
#include "tests/lib/tap.h"
#include "verdict/shape.h"

/* --- every parameter of a statement has a value --- */

struct kept {
	const char *statement;
	const struct shape *shape;
	const char *besides[8];         /* bound one by one */
	const char *only_piped[16];     /* fields without a column of that name */
};
static const struct kept kept[] = {
	{ "check-put", &shape_check, { "evaluation_id", "seq" }, { NULL } },
	{ "step-put", &shape_step, { "evaluation_id", "seq" }, { NULL } },
	{ "finding-put", &shape_finding,
	    { "evaluation_id", "seq", "severity", "fingerprint" }, { NULL } },
	{ "input-finding", &shape_finding, { "input_id", "artifact_id", "severity" },
	    { "step_seq", "signature_seq", "check_seq" } },
	{ "signature-put", &shape_signature,
	    { "evaluation_id", "seq", "envelope_digest", "token_digest", "anchor_id" },
	    { "envelope_sha256", "envelope", "envelope_type", "has_signing_time", "has_expiry",
		"has_timestamp", "token", "anchor", "chain", "tsa_chain" } },
	{ "evaluation-put", &shape_verdict,
	    { "run_id", "input_id", "artifact_id", "policy_id", "signatures_found",
		"signatures_valid", "checked_at" },
	    { "digest", "media_type", "artifact_type", "platform", "class", "size",
		"findings_dropped" } },
	{ "node-put", &shape_node, { "input_id", "artifact_id" }, { "digest" } },
	{ "name-put", &shape_name, { "input_id", "artifact_id" }, { NULL } },
	{ "edge-put", &shape_edge, { "input_id", "parent_id", "child_id" }, { "parent", "child" } },
	{ "input-end", &shape_input, { "input_id" }, { NULL } },
};

static bool
among(const char *const *words, size_t count, struct str word)
{
	for (size_t i = 0; i < count && words[i] != NULL; i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

static const struct field *
field_of(const struct shape *shape, struct str name)
{
	for (size_t i = 0; i < shape->count; i++)
		if (str_is(name, shape->fields[i].name))
			return &shape->fields[i];
	return NULL;
}

/* The text of `-- @name`, up to the next one. */
static struct str
statement(struct str all, const char *name)
{
	char head[64];
	struct str text = all;

	snprintf(head, sizeof(head), "-- @%s\n", name);
	while (text.len > 0 && !str_starts(text, str_of(head)))
		text = str_from(text, 1);
	text = str_from(text, strlen(head));
	for (size_t i = 0; i + 4 < text.len; i++)
		if (memcmp(text.ptr + i, "-- @", 4) == 0)
			return str_upto(text, i);
	return text;
}

static struct str
word_at(struct str text)
{
	size_t n = 0;

	while (n < text.len && (text.ptr[n] == '_' || (text.ptr[n] >= 'a' && text.ptr[n] <= 'z')))
		n++;
	return str_upto(text, n);
}

static bool
has_param(struct str text, const char *name)
{
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.ptr[i] == ':' && str_is(word_at(str_from(text, i + 1)), name))
			return true;
	return false;
}

static void
test_statement(const struct kept *k, struct str all)
{
	struct str text = statement(all, k->statement);
	size_t params = 0;

	for (size_t i = 0; i + 1 < text.len; i++) {
		struct str name = word_at(str_from(text, i + 1));

		if (text.ptr[i] != ':')
			continue;
		params++;
		ok(field_of(k->shape, name) != NULL || among(k->besides, COUNT(k->besides), name),
		    "%s: :%.*s has a value", k->statement, STR_ARG(name));
	}
	ok(params > 2, "%s has parameters", k->statement);
	for (size_t i = 0; i < k->shape->count; i++) {
		const char *name = k->shape->fields[i].name;

		ok(has_param(text, name) !=
			among(k->only_piped, COUNT(k->only_piped), str_of(name)),
		    "%s: field %s is kept, or known not to be", k->statement, name);
	}
}

/* --- what does not fit --- */

struct sample {
	struct check_record check;
	struct step step;
	struct finding finding;
	struct signature_record signature;
	struct verdict verdict;
};

static void
fill(struct sample *s)
{
	*s = (struct sample){
		.check = { .statement = STR("all"), .demanded = 1, .found = 2, .looked_at = 1,
		    .valid = 1, .outcome = OUTCOME_PASS },
		.step = { .name = STEP_ENVELOPE, .outcome = OUTCOME_PASS, .signature = 0 },
		.finding = { .reason = REASON_SIG_INVALID, .message = STR("m"), .step = 0,
		    .signature = -1 },
		.signature = { .manifest_digest = STR("sha256:a"), .state = SIGNATURE_VALID },
		.verdict = { .digest = STR("sha256:b"), .state = STATE_COMPLIANT,
		    .statement = STR("all"), .level = LEVEL_STRICT },
	};
	s->verdict.checks.v = &s->check;
	s->verdict.checks.n = 1;
	s->verdict.steps.v = &s->step;
	s->verdict.signatures.v = &s->signature;
	s->verdict.findings.v = &s->finding;
	s->verdict.steps.n = s->verdict.signatures.n = s->verdict.findings.n = 1;
}

#define LIE(NAME, CODE)                                                                  \
	static void NAME(struct sample *s)                                               \
	{                                                                                \
		CODE;                                                                    \
	}
LIE(no_digest, s->verdict.digest = STR_NONE)
LIE(exempt, s->verdict.state = STATE_EXEMPT; s->verdict.reason = REASON_SIG_INVALID)
LIE(state_beyond, s->verdict.state = STATE_COUNT)
LIE(reason_beyond, s->verdict.reason = REASON_COUNT)
LIE(with_reason, s->verdict.reason = REASON_SIG_INVALID)
LIE(without_reason, s->verdict.state = STATE_UNKNOWN)
LIE(blocking, s->finding.blocking = true)
LIE(no_statement, s->verdict.statement = STR_NONE)
LIE(skipping, s->verdict.level = LEVEL_SKIP)
LIE(no_proof, s->signature.state = SIGNATURE_INVALID)
LIE(unmet, s->check.outcome = OUTCOME_FAIL)
LIE(met_by_none, s->check.valid = 0)
LIE(met_by_too_few, s->check.demanded = 2)
LIE(more_valid_than_seen, s->check.valid = 2)
LIE(more_seen_than_found, s->check.looked_at = 3)
LIE(check_of_nothing, s->check.statement = STR_NONE)
LIE(step_of_no_check, s->step.check = 1)
LIE(signature_of_no_check, s->signature.check = 1)
LIE(step_beyond, s->step.name = STEP_NAME_COUNT)
LIE(step_of_none, s->step.signature = 1)
LIE(step_below, s->step.signature = -2)
LIE(failed_without_reason, s->step.outcome = OUTCOME_FAIL)
LIE(passed_with_reason, s->step.reason = REASON_SIG_INVALID)
LIE(skipped_and_passed, s->step.action = ACTION_SKIP)
LIE(data_no_json, s->step.data = STR("{\"a\":1,}"))
LIE(data_no_object, s->step.data = STR("[]"))
LIE(finding_without_reason, s->finding.reason = REASON_NONE)
LIE(finding_without_text, s->finding.message = STR_NONE)
LIE(finding_of_no_step, s->finding.step = 1)
LIE(format_beyond, s->signature.format = FORMAT_COUNT)
LIE(no_manifest, s->signature.manifest_digest = STR_NONE)

static const struct {
	const char *what;
	void (*tell)(struct sample *s);
} lies[] = {
	{ "no digest", no_digest },
	{ "exempt without a waiver", exempt },
	{ "a state beyond the last", state_beyond },
	{ "a reason beyond the last", reason_beyond },
	{ "compliant with a reason", with_reason },
	{ "not compliant without a reason", without_reason },
	{ "compliant with a blocking finding", blocking },
	{ "compliant without a statement", no_statement },
	{ "compliant under a statement that skips", skipping },
	{ "compliant without a valid signature", no_proof },
	{ "compliant without a demand that was met", unmet },
	{ "a demand met by nothing", met_by_none },
	{ "a demand met by too few", met_by_too_few },
	{ "more valid than looked at", more_valid_than_seen },
	{ "more looked at than found", more_seen_than_found },
	{ "a check of no statement", check_of_nothing },
	{ "a step of a check that is not there", step_of_no_check },
	{ "a signature of a check that is not there", signature_of_no_check },
	{ "a step beyond the last", step_beyond },
	{ "a step of a signature that is not there", step_of_none },
	{ "a step of a signature before the first", step_below },
	{ "a failed step without a reason", failed_without_reason },
	{ "a passed step with a reason", passed_with_reason },
	{ "a skipped step with a result", skipped_and_passed },
	{ "data that is no JSON", data_no_json },
	{ "data that is no object", data_no_object },
	{ "a finding without a reason", finding_without_reason },
	{ "a finding without a text", finding_without_text },
	{ "a finding of a step that is not there", finding_of_no_step },
	{ "a format beyond the last", format_beyond },
	{ "a signature of no manifest", no_manifest },
};

static void
test_lies(void)
{
	struct sample s;
	const char *why = NULL;

	fill(&s);
	ok(shape_fits(&shape_verdict, &s.verdict, &why), "sibling: what holds fits");
	for (size_t i = 0; i < COUNT(lies); i++) {
		fill(&s);
		lies[i].tell(&s);
		ok(!shape_fits(&shape_verdict, &s.verdict, &why) && why != NULL,
		    "%s does not fit", lies[i].what);
	}
}

int
main(void)
{
	struct str all = embed_find("schema/statements.sql");

	for (size_t i = 0; i < COUNT(kept); i++)
		test_statement(&kept[i], all);
	test_lies();
	return tap_done();
}
