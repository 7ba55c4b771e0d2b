/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of words, and the CHECK constraints of the schema that name the same. */
#include <stdio.h>

#include "base/embed.h"
#include "base/words.h"
#include "tests/lib/tap.h"

/* Which list a column's words are of. */
static const struct {
	const char *table, *column;
	const struct words *words;
} columns[] = {
	{ "reason", "severity", &severity_words },
	{ "run", "status", &run_status_words },
	{ "run", "state", &state_words },
	{ "input", "kind", &input_kind_words },
	{ "input", "compression", &input_compression_words },
	{ "input", "state", &state_words },
	{ "input_node", "class", &node_class_words },
	{ "input_node", "state", &node_state_words },
	{ "input_node", "found_by", &found_by_words },
	{ "input_node", "role", &node_role_words },
	{ "check_result", "kind", &check_kind_words },
	{ "check_result", "mode", &check_mode_words },
	{ "check_result", "outcome", &outcome_words },
	{ "artifact_name", "source", &name_source_words },
	{ "artifact_name", "role", &name_use_words },
	{ "edge", "kind", &edge_kind_words },
	{ "evaluation", "level", &level_words },
	{ "evaluation", "state", &state_words },
	{ "signature", "format", &signature_format_words },
	{ "signature", "state", &signature_state_words },
	{ "step", "name", &step_name_words },
	{ "step", "action", &action_words },
	{ "step", "outcome", &outcome_words },
	{ "finding", "severity", &severity_words },
};

/* From "CREATE TABLE name (" to the end of the statement. */
static struct str
table_text(const char *name)
{
	struct str schema = embed_find("schema/0001_audit.sql");
	char begin[80];
	size_t n = (size_t)snprintf(begin, sizeof(begin), "CREATE TABLE %s (", name);

	for (; schema.len > n; schema = str_from(schema, 1)) {
		if (!str_starts(schema, (struct str){ begin, n }))
			continue;
		for (size_t end = n; end + 1 < schema.len; end++)
			if (schema.ptr[end] == ';' && schema.ptr[end + 1] == '\n')
				return str_upto(schema, end);
	}
	return STR_NONE;
}

/* The next word that `column` is compared with; *at goes on behind it. */
static struct str
next_word(struct str text, size_t *at, const char *column)
{
	char begin[80];
	size_t n = (size_t)snprintf(begin, sizeof(begin), "%s = '", column);

	for (; *at + n < text.len; ++*at) {
		struct str rest = str_from(text, *at), word;
		char before = *at == 0 ? ' ' : text.ptr[*at - 1];

		/* "state = '" also stands inside "old_state = '". */
		if (!str_starts(rest, (struct str){ begin, n }) || (before != ' ' && before != '('))
			continue;
		rest = str_from(rest, n);
		word = str_upto(rest, str_find(rest, '\''));
		*at += n + word.len;
		return word;
	}
	return STR_NONE;
}

static int
place_in(const struct words *w, struct str word)
{
	for (unsigned i = 0; i < w->count; i++)
		if (str_is(word, w->texts[i]))
			return (int)i;
	return -1;
}

static void
test_schema(void)
{
	for (size_t i = 0; i < COUNT(columns); i++) {
		const struct words *w = columns[i].words;
		struct str text = table_text(columns[i].table), word;
		bool seen[32] = { false }, foreign = false;
		size_t at = 0;

		ok(text.len > 0 && w->count <= COUNT(seen), "%s is a table", columns[i].table);
		while ((word = next_word(text, &at, columns[i].column)).ptr != NULL) {
			int n = place_in(w, word);

			foreign = foreign || n < 0;
			if (n >= 0)
				seen[n] = true;
		}
		ok(!foreign, "%s.%s knows no other word", columns[i].table, columns[i].column);
		for (unsigned k = 0; k < w->count; k++)
			ok(seen[k] == (w->texts[k][0] != '\0'), "%s.%s knows \"%s\"",
			    columns[i].table, columns[i].column, w->texts[k]);
	}
}

static void
test_lists(void)
{
	for (size_t i = 0; words_lists[i] != NULL; i++) {
		const struct words *w = words_lists[i];
		bool used = false, twice = false;

		for (size_t k = 0; k < COUNT(columns); k++)
			used = used || columns[k].words == w;
		for (unsigned a = 0; a < w->count; a++)
			for (unsigned b = 0; b < a; b++)
				twice = twice || strcmp(w->texts[a], w->texts[b]) == 0;
		ok(used, "%s stands in the record", w->list);
		ok(!twice, "%s has each word once", w->list);
	}
}

static void
test_both_ways(void)
{
	enum node_role role = ROLE_REFERRER;
	enum state state;

	for (enum state s = 0; s < STATE_COUNT; s++)
		ok(state_find(&state, str_of(state_name(s))) && state == s, "%s", state_name(s));
	ok(!state_find(&state, STR("compliant")) && !state_find(&state, STR("Compliant ")),
	    "no word but in its own letters");
	ok(!node_role_find(&role, STR("")) && !node_role_find(&role, STR_NONE) &&
		role == ROLE_REFERRER,
	    "nobody writes the word for none");
	is_str(str_of(state_name(STATE_COUNT)), "", "no word beyond the last");
	is_str(str_of(node_role_name(ROLE_NONE)), "", "none has no text");
}

int
main(void)
{
	test_schema();
	test_lists();
	test_both_ways();
	return tap_done();
}
