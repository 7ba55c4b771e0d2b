/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of records, each in one row, and what must hold of them. */
#include "verdict/shape.h"

#include "codec/jsonscan.h"

#define NAMED_MOST 255

/* --- rows: R is the struct, M its member --- */
#define AT(R, M) .at = offsetof(struct R, M)
#define WORD_ROW(R, M, NAME, LIST)                                                       \
	{ .name = NAME, .type = FIELD_WORD, AT(R, M), .words = &LIST##_words }
#define ROW(R, M, NAME, TYPE, FLAGS)                                                     \
	{ .name = NAME, .type = FIELD_##TYPE, .flags = FLAGS, AT(R, M) }
#define UPTO_ROW(R, M, NAME, TYPE, MOST)                                                 \
	{ .name = NAME, .type = FIELD_##TYPE, AT(R, M), .most = MOST }
#define INDEX_ROW(R, M, NAME, LIST)                                                      \
	{ .name = NAME, .type = FIELD_INDEX, AT(R, M), .into = LIST }
#define IF_ROW(R, M, NAME, TYPE, IF)                                                     \
	{ .name = NAME, .type = FIELD_##TYPE, .flags = FIELD_ONLY_IF, AT(R, M),          \
	    .other = offsetof(struct R, IF) }
#define DIGESTS_ROW(R, M, NAME, COUNT_MEMBER)                                            \
	{ .name = NAME, .type = FIELD_DIGESTS, AT(R, M),                                 \
	    .other = offsetof(struct R, COUNT_MEMBER) }
#define VEC_LIST(R, M, OF, NAME)                                                         \
	{ &OF, offsetof(struct R, M.v), offsetof(struct R, M.n), NAME }
#define ARRAY_LIST(R, M, COUNT_MEMBER, OF, NAME)                                         \
	{ &OF, offsetof(struct R, M), offsetof(struct R, COUNT_MEMBER), NAME }
#define SHAPE(ID, R, FIELDS, SOUND)                                                      \
	const struct shape ID = { .name = #R,                                            \
		.size = sizeof(struct R),                                                \
		.fields = FIELDS,                                                        \
		.count = COUNT(FIELDS),                                                  \
		.sound = SOUND }
#define SHAPE_OF_LISTS(ID, R, FIELDS, LISTS, SOUND)                                      \
	const struct shape ID = { .name = #R,                                            \
		.size = sizeof(struct R),                                                \
		.fields = FIELDS,                                                        \
		.count = COUNT(FIELDS),                                                  \
		.lists = LISTS,                                                          \
		.list_count = COUNT(LISTS),                                              \
		.sound = SOUND }

/* --- a verdict and what is in it --- */

static const struct field check_fields[] = {
	WORD_ROW(check_record, kind, "kind", check_kind),
	ROW(check_record, statement, "statement", STR, FIELD_NEEDED),
	WORD_ROW(check_record, mode, "mode", check_mode),
	ROW(check_record, demanded, "demanded", U64, 0),
	ROW(check_record, found, "found", U64, 0),
	ROW(check_record, looked_at, "looked_at", U64, 0),
	ROW(check_record, valid, "valid", U64, 0),
	WORD_ROW(check_record, outcome, "outcome", outcome),
};

/* Met only by what was looked at, and by as many as were demanded. */
static bool
check_sound(const void *record)
{
	const struct check_record *c = record;

	return c->valid <= c->looked_at && c->looked_at <= c->found &&
	       (c->outcome != OUTCOME_PASS || (c->valid > 0 && c->valid >= c->demanded));
}
SHAPE(shape_check, check_record, check_fields, check_sound);

static bool
data_sound(struct str data)
{
	return data.ptr == NULL || (data.len > 0 && data.ptr[0] == '{' &&
				       jsonscan(str_bytes(data), NULL, NULL, NULL) == 0);
}

static bool
step_sound(const void *record)
{
	const struct step *s = record;
	bool bad = s->outcome == OUTCOME_FAIL || s->outcome == OUTCOME_ERROR;

	return bad == (s->reason != REASON_NONE) &&
	       !(s->action == ACTION_SKIP && (bad || s->outcome == OUTCOME_PASS)) &&
	       data_sound(s->data);
}

static const struct field step_fields[] = {
	WORD_ROW(step, name, "name", step_name),
	WORD_ROW(step, action, "action", action),
	WORD_ROW(step, outcome, "outcome", outcome),
	ROW(step, reason, "reason_code", REASON, 0),
	ROW(step, detail, "detail", STR, 0),
	ROW(step, data, "data", STR, 0),
	INDEX_ROW(step, signature, "signature_seq", LIST_SIGNATURES),
	INDEX_ROW(step, check, "check_seq", LIST_CHECKS),
};
SHAPE(shape_step, step, step_fields, step_sound);

static const struct field finding_fields[] = {
	ROW(finding, reason, "reason_code", REASON, FIELD_NEEDED),
	ROW(finding, blocking, "blocking", BOOL, 0),
	ROW(finding, message, "message", STR, FIELD_NEEDED),
	INDEX_ROW(finding, step, "step_seq", LIST_STEPS),
	INDEX_ROW(finding, signature, "signature_seq", LIST_SIGNATURES),
	INDEX_ROW(finding, check, "check_seq", LIST_CHECKS),
};
SHAPE(shape_finding, finding, finding_fields, NULL);

static const struct field signature_fields[] = {
	INDEX_ROW(signature_record, check, "check_seq", LIST_CHECKS),
	ROW(signature_record, manifest_digest, "manifest_digest", STR,
	    FIELD_NEEDED | FIELD_NAMED),
	ROW(signature_record, envelope_digest, "envelope_sha256", DIGEST, 0),
	ROW(signature_record, envelope, "envelope", BYTES, 0),
	ROW(signature_record, envelope_type, "envelope_type", STR, 0),
	WORD_ROW(signature_record, format, "format", signature_format),
	ROW(signature_record, scheme, "scheme", STR, 0),
	ROW(signature_record, algorithm, "algorithm", STR, 0),
	ROW(signature_record, signed_digest, "signed_digest", STR, 0),
	ROW(signature_record, has_signing_time, "has_signing_time", BOOL, 0),
	ROW(signature_record, has_expiry, "has_expiry", BOOL, 0),
	ROW(signature_record, has_timestamp, "has_timestamp", BOOL, 0),
	IF_ROW(signature_record, signing_time, "signing_time", WHEN, has_signing_time),
	IF_ROW(signature_record, expiry, "expiry", WHEN, has_expiry),
	IF_ROW(signature_record, timestamp, "timestamp_time", WHEN, has_timestamp),
	IF_ROW(signature_record, timestamp_accuracy_us, "timestamp_accuracy_us", U64,
	    has_timestamp),
	ROW(signature_record, token, "token", BYTES, 0),
	ROW(signature_record, tsa_subject, "tsa_subject", STR, FIELD_DERIVED),
	ROW(signature_record, signer, "signer", STR, FIELD_DERIVED),
	ROW(signature_record, trust_store, "trust_store", STR, 0),
	ROW(signature_record, anchor, "anchor", DIGEST, 0),
	DIGESTS_ROW(signature_record, chain, "chain", chain_count),
	DIGESTS_ROW(signature_record, tsa_chain, "tsa_chain", tsa_count),
	WORD_ROW(signature_record, state, "state", signature_state),
	ROW(signature_record, agent, "agent", STR, 0),
};
SHAPE(shape_signature, signature_record, signature_fields, NULL);

/* Octets alone: what they say is read by run/certbook.h. */
static bool
cert_sound(const void *record)
{
	return ((const struct cert_facts *)record)->der.len > 0;
}

static const struct field cert_fields[] = {
	ROW(cert_facts, der, "der", BYTES, FIELD_NEEDED),
};
SHAPE(shape_cert, cert_facts, cert_fields, cert_sound);

/*
 * What a child may not claim: a compliant artifact with something blocking, without a proof, or
 * under a statement that demands nothing. A waiver is applied by the parent: a child knows none.
 */
static bool
verdict_sound(const void *record)
{
	const struct verdict *v = record;
	bool met = false, valid = false;

	if ((v->state == STATE_COMPLIANT) != (v->reason == REASON_NONE) ||
	    v->state == STATE_EXEMPT)
		return false;
	if (v->state != STATE_COMPLIANT)
		return true;
	for (size_t i = 0; i < v->findings.n; i++)
		if (v->findings.v[i].blocking)
			return false;
	for (size_t i = 0; i < v->checks.n; i++)
		met = met || v->checks.v[i].outcome == OUTCOME_PASS;
	for (size_t i = 0; i < v->signatures.n; i++)
		valid = valid || v->signatures.v[i].state == SIGNATURE_VALID;
	return met && valid && v->statement.ptr != NULL && v->level != LEVEL_SKIP;
}

static const struct field verdict_fields[] = {
	ROW(verdict, digest, "digest", STR, FIELD_NEEDED | FIELD_NAMED),
	ROW(verdict, media_type, "media_type", STR, 0),
	ROW(verdict, artifact_type, "artifact_type", STR, 0),
	ROW(verdict, platform, "platform", STR, 0),
	WORD_ROW(verdict, class, "class", node_class),
	ROW(verdict, size, "size", U64, 0),
	ROW(verdict, statement, "statement", STR, 0),
	WORD_ROW(verdict, level, "level", level),
	WORD_ROW(verdict, state, "state", state),
	ROW(verdict, reason, "reason_code", REASON, 0),
	ROW(verdict, findings_dropped, "findings_dropped", U64, 0),
	ROW(verdict, duration_us, "duration_us", U64, 0),
};
static const struct shape_list verdict_lists[] = {
	VEC_LIST(verdict, checks, shape_check, LIST_CHECKS),
	VEC_LIST(verdict, steps, shape_step, LIST_STEPS),
	VEC_LIST(verdict, signatures, shape_signature, LIST_SIGNATURES),
	VEC_LIST(verdict, findings, shape_finding, LIST_OTHER),
	VEC_LIST(verdict, certs, shape_cert, LIST_OTHER),
};
SHAPE_OF_LISTS(shape_verdict, verdict, verdict_fields, verdict_lists, verdict_sound);

/* --- the inventory --- */

static const struct field name_fields[] = {
	ROW(name_record, text, "name", STR, FIELD_NEEDED),
	WORD_ROW(name_record, source, "source", name_source),
	WORD_ROW(name_record, use, "role", name_use),
	ROW(name_record, scope, "scope", STR, 0),
};
SHAPE(shape_name, name_record, name_fields, NULL);

static const struct field node_fields[] = {
	ROW(node_record, digest, "digest", STR, FIELD_NEEDED | FIELD_NAMED),
	ROW(node_record, media_type, "media_type", STR, 0),
	ROW(node_record, artifact_type, "artifact_type", STR, 0),
	ROW(node_record, platform, "platform", STR, 0),
	ROW(node_record, size, "size", U64, 0),
	WORD_ROW(node_record, class, "class", node_class),
	WORD_ROW(node_record, state, "state", node_state),
	WORD_ROW(node_record, found_by, "found_by", found_by),
	WORD_ROW(node_record, role, "role", node_role),
	ROW(node_record, problem, "reason_code", REASON, 0),
	ROW(node_record, problem_detail, "detail", STR, 0),
	ROW(node_record, is_root, "is_root", BOOL, 0),
	ROW(node_record, judged, "judged", BOOL, 0),
};
static const struct shape_list node_lists[] = {
	ARRAY_LIST(node_record, names, name_count, shape_name, LIST_OTHER),
	ARRAY_LIST(node_record, notes, note_count, shape_finding, LIST_OTHER),
};
SHAPE_OF_LISTS(shape_node, node_record, node_fields, node_lists, NULL);

static const struct field edge_fields[] = {
	ROW(edge_record, parent, "parent", STR, FIELD_NEEDED | FIELD_NAMED),
	ROW(edge_record, child, "child", STR, FIELD_NEEDED | FIELD_NAMED),
	WORD_ROW(edge_record, kind, "kind", edge_kind),
	UPTO_ROW(edge_record, position, "position", U64, INT64_MAX),
};
SHAPE(shape_edge, edge_record, edge_fields, NULL);

static const struct field input_fields[] = {
	WORD_ROW(input_record, kind, "kind", input_kind),
	WORD_ROW(input_record, compression, "compression", input_compression),
	ROW(input_record, prefix, "prefix", STR, 0),
	ROW(input_record, digest, "digest", DIGEST, 0),
	ROW(input_record, index_digest, "index_digest", DIGEST, 0),
	ROW(input_record, size, "size", U64, 0),
	ROW(input_record, expanded, "expanded", U64, 0),
	ROW(input_record, members, "members", U64, 0),
	ROW(input_record, blobs, "blobs", U64, 0),
	ROW(input_record, unreachable, "unreachable", U64, 0),
	ROW(input_record, missing, "missing", U64, 0),
	ROW(input_record, passes, "passes", U64, 0),
};
static const struct shape_list input_lists[] = {
	ARRAY_LIST(input_record, findings, finding_count, shape_finding, LIST_OTHER),
};
SHAPE_OF_LISTS(shape_input, input_record, input_fields, input_lists, NULL);

/* --- bounds --- */

size_t
shape_least(const struct shape *shape)
{
	static const size_t least[] = { [FIELD_WORD] = 1,
		[FIELD_REASON] = 2,
		[FIELD_BOOL] = 1,
		[FIELD_INT] = 4,
		[FIELD_U64] = 8,
		[FIELD_INDEX] = 4,
		[FIELD_STR] = 4,
		[FIELD_CHARS] = 4,
		[FIELD_BYTES] = 4,
		[FIELD_DIGEST] = 1,
		[FIELD_WHEN] = 12,
		[FIELD_DIGESTS] = 4 };
	size_t sum = 0;

	for (size_t i = 0; i < shape->count; i++)
		if ((shape->fields[i].flags & FIELD_DERIVED) == 0)
			sum += least[shape->fields[i].type];
	return sum;
}

struct counts { /* of lists that indexes point into */
	size_t of[LIST_OTHER];
};

static bool
str_fits(const struct field *f, struct str s)
{
	if (s.ptr == NULL)
		return (f->flags & FIELD_NEEDED) == 0;
	if ((f->flags & FIELD_NAMED) != 0 && s.len > NAMED_MOST)
		return false;
	return f->most == 0 || s.len <= f->most;
}

static bool
field_fits(const struct field *f, const char *record, const struct counts *counts)
{
	const void *at = record + f->at;
	unsigned word;
	int index;

	switch (f->type) {
	case FIELD_WORD:
		memcpy(&word, at, sizeof(word));
		return word < f->words->count;
	case FIELD_REASON:
		memcpy(&word, at, sizeof(word));
		return word < REASON_COUNT &&
		       (word != REASON_NONE || (f->flags & FIELD_NEEDED) == 0);
	case FIELD_INDEX:
		index = *(const int *)at;
		return index == -1 || (index >= 0 && (size_t)index < counts->of[f->into]);
	case FIELD_INT:
		index = *(const int *)at;
		return index >= 0 && (uint64_t)index <= f->most;
	case FIELD_U64:
		return f->most == 0 || *(const uint64_t *)at <= f->most;
	case FIELD_STR:
		return str_fits(f, *(const struct str *)at);
	case FIELD_BYTES:
		return ((const struct bytes *)at)->ptr != NULL ||
		       (f->flags & FIELD_NEEDED) == 0;
	case FIELD_BOOL:
	case FIELD_CHARS:
	case FIELD_DIGEST:
	case FIELD_WHEN:
	case FIELD_DIGESTS:
		break;
	}
	return true;
}

static bool
record_fits(const struct shape *shape, const void *record, const struct counts *counts,
    const char **why)
{
	for (size_t i = 0; i < shape->count; i++) {
		*why = shape->fields[i].name;
		if (!field_fits(&shape->fields[i], record, counts))
			return false;
	}
	*why = shape->name;
	return true;
}

bool
shape_fits(const struct shape *shape, const void *record, const char **why)
{
	struct counts counts = { { 0, 0, 0 } };
	const char *ignored;

	if (why == NULL)
		why = &ignored;
	for (size_t i = 0; i < shape->list_count; i++)
		if (shape->lists[i].name < LIST_OTHER)
			counts.of[shape->lists[i].name] =
			    *(const size_t *)((const char *)record + shape->lists[i].count_at);
	if (!record_fits(shape, record, &counts, why))
		return false;
	for (size_t i = 0; i < shape->list_count; i++) {
		const struct shape_list *l = &shape->lists[i];
		const char *items = *(const char *const *)((const char *)record + l->at);
		size_t n = *(const size_t *)((const char *)record + l->count_at);

		for (size_t k = 0; k < n; k++) {
			const char *item = items + k * l->of->size;

			if (!record_fits(l->of, item, &counts, why) ||
			    (l->of->sound != NULL && !l->of->sound(item)))
				return false;
		}
	}
	return shape->sound == NULL || shape->sound(record);
}
