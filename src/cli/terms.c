/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of a judgement, from options. */
#include "cli/terms.h"

#include "base/file.h"
#include "oci/reference.h"

#define MAP_MOST ((size_t)16 << 20)

void
terms_init(struct terms *t, struct config *c)
{
	*t = (struct terms){ .config = c };
}

static int
set_name(struct terms *t, const char *value, struct err *err)
{
	return opt_text(&t->naming.repository, "name", value, err) != 0
		   ? -1
		   : naming_target(t->naming.repository, "--name ", err);
}

static int
set_ignored(struct terms *t, const char *value, struct err *err)
{
	if (t->naming.ignored_count == TERMS_NAMES_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--ignore-name more than %d times", TERMS_NAMES_MOST);
	t->naming.ignored = t->ignored;
	return opt_text(
	    &t->ignored[t->naming.ignored_count++], "ignore-name", value, err);
}

static int
set_registry(struct terms *t, const char *value, struct err *err)
{
	if (opt_text(&t->naming.registry, "registry", value, err) != 0)
		return -1;
	if (reference_host_valid(t->naming.registry))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--registry %s, want HOST or HOST:PORT", value);
}

static int
set_rewrite(struct terms *t, const char *value, struct err *err)
{
	struct str text;

	if (t->naming.rewrite_count == TERMS_NAMES_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--rewrite more than %d times", TERMS_NAMES_MOST);
	t->naming.rewrites = t->rewrites;
	return opt_text(&text, "rewrite", value, err) != 0
		   ? -1
		   : naming_rewrite_parse(&t->rewrites[t->naming.rewrite_count++],
			 &t->config->mem, text, err);
}

int
terms_load(struct terms *t, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = MAP_MOST };
	struct where at = { .file = str_of(t->map) };
	AUTO_FD fd = -1;

	if (t->map == NULL)
		return 0;
	if (file_open(&fd, t->map, FILE_REGULAR, err) != 0 ||
	    file_read(&text, fd, REASON_FILE_TOO_LARGE, &at, err) != 0)
		return -1;
	t->map_text = arena_bytes(&t->config->mem, buf_bytes(&text));
	return naming_map_parse(&t->naming, &t->config->mem, t->map_text, &at, err);
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
		return set_name(t, value, err);
	case TERMS_TRUST_NAMES:
		t->naming.trusted = true;
		return 0;
	case TERMS_IGNORE_NAME:
		return set_ignored(t, value, err);
	case TERMS_REGISTRY:
		return set_registry(t, value, err);
	case TERMS_REWRITE:
		return set_rewrite(t, value, err);
	case TERMS_SCOPE_MAP:
		t->map = value;
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
	worker->naming = t->naming;
	worker->allow_missing = t->allow_missing;
	worker->require_complete = t->require_complete;
	worker->metadata = t->metadata;
	worker->metadata_count = t->metadata_count;
}
