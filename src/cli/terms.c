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

int
terms_read_name(void *home, const char *value, struct err *err)
{
	struct terms *t = home;

	return opt_text(&t->naming.repository, "name", value, err) != 0
		   ? -1
		   : naming_target(t->naming.repository, "--name ", err);
}

int
terms_read_ignored(void *home, const char *value, struct err *err)
{
	struct terms *t = home;

	if (t->naming.ignored_count == TERMS_NAMES_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--ignore-name more than %d times", TERMS_NAMES_MOST);
	t->naming.ignored = t->ignored;
	return opt_text(
	    &t->ignored[t->naming.ignored_count++], "ignore-name", value, err);
}

int
terms_read_registry(void *home, const char *value, struct err *err)
{
	struct terms *t = home;

	if (opt_text(&t->naming.registry, "registry", value, err) != 0)
		return -1;
	if (reference_host_valid(t->naming.registry))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--registry %s, want HOST or HOST:PORT", value);
}

int
terms_read_rewrite(void *home, const char *value, struct err *err)
{
	struct terms *t = home;
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

const char *const terms_subjects[] = { "roots", "platforms", "all", NULL };

int
terms_read_metadata(void *home, const char *text, struct err *err)
{
	struct terms *t = home;
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

void
terms_homes(struct terms *t, void *homes[OPT_HOMES])
{
	homes[OPT_TERMS] = t;
	homes[OPT_REVSOURCE] = &t->revsource;
	homes[OPT_CONFIG] = t->config;
	homes[OPT_LIMITS] = &t->config->limits;
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
