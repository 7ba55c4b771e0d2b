/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of a judgement, from options. */
#include "cli/terms.h"

#include "oci/reference.h"

void
terms_init(struct terms *t, struct config *c)
{
	*t = (struct terms){ .config = c, .name = STR_NONE };
}

static int
set_name(struct terms *t, struct str value, struct err *err)
{
	struct reference r;

	if (!reference_is_full(value) ||
	    reference_parse(&r, &t->config->mem, value, err) != 0 || r.tag.ptr != NULL ||
	    r.digest.ptr != NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--name %.*s, want HOST/REPOSITORY without tag or digest",
		    STR_ARG(value));
	t->name = reference_scope(&t->config->mem, &r);
	return 0;
}

static int
set_subjects(struct terms *t, struct str value, struct err *err)
{
	static const char *const names[] = { "roots", "platforms", "all" };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (str_is(value, names[i])) {
			t->subjects = (enum subjects)i;
			return 0;
		}
	}
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--subjects %.*s, want roots, platforms or all", STR_ARG(value));
}

static int
set_metadata(struct terms *t, const char *text, struct err *err)
{
	struct str value;
	size_t eq;

	if (opt_text(&value, "user-metadata", text, err) != 0)
		return -1;
	eq = str_find(value, '=');
	if (eq == value.len || eq == 0)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--user-metadata %.*s, want KEY=VALUE", STR_ARG(value));
	if (t->metadata_count == TERMS_METADATA_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "more than %d pairs of user metadata", TERMS_METADATA_MOST);
	t->metadata[t->metadata_count++] =
	    (struct metadata){ str_upto(value, eq), str_from(value, eq + 1) };
	return 0;
}

int
terms_set(struct terms *t, int id, const char *value, struct err *err)
{
	if (revsource_set(&t->revsource, id, value))
		return 0;
	switch (id) {
	case TERMS_NAME:
		return set_name(t, str_of(value), err);
	case TERMS_TRUST_NAMES:
		t->trust_names = true;
		return 0;
	case TERMS_SUBJECTS:
		return set_subjects(t, str_of(value), err);
	case TERMS_MISSING:
		t->allow_missing = true;
		return 0;
	case TERMS_COMPLETE:
		t->require_complete = true;
		return 0;
	case TERMS_METADATA:
		return set_metadata(t, value, err);
	default:
		return config_set(t->config, id, value, err);
	}
}

void
terms_apply(struct worker_options *worker, const struct terms *t)
{
	worker->subjects = t->subjects;
	worker->repository = t->name;
	worker->trust_names = t->trust_names;
	worker->allow_missing = t->allow_missing;
	worker->require_complete = t->require_complete;
	worker->metadata = t->metadata;
	worker->metadata_count = t->metadata_count;
}
