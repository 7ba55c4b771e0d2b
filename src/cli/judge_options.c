/* SPDX-License-Identifier: Apache-2.0 */
/* What a verdict rests on besides the input, from options. */
#include "cli/judge_options.h"

#include "codec/text.h"
#include "oci/reference.h"

void
judge_options_init(struct judge_options *o, struct config *c)
{
	*o = (struct judge_options){ .config = c, .name = STR_NONE };
}

static int
set_name(struct judge_options *o, struct str value, struct err *err)
{
	struct reference r;

	if (!reference_is_full(value) ||
	    reference_parse(&r, &o->config->mem, value, err) != 0 || r.tag.ptr != NULL ||
	    r.digest.ptr != NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--name %.*s, want HOST/REPOSITORY without tag or digest",
		    STR_ARG(value));
	o->name = reference_scope(&o->config->mem, &r);
	return 0;
}

static int
set_subjects(struct judge_options *o, struct str value, struct err *err)
{
	static const char *const names[] = { "roots", "platforms", "all" };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (str_is(value, names[i])) {
			o->subjects = (enum subjects)i;
			return 0;
		}
	}
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--subjects %.*s, want roots, platforms or all", STR_ARG(value));
}

static int
set_metadata(struct judge_options *o, struct str value, struct err *err)
{
	size_t eq = str_find(value, '=');
	struct metadata m = { str_upto(value, eq), str_from(value, eq + 1) };

	if (!text_is_utf8(str_bytes(value)))
		return err_set(
		    err, REASON_USAGE_OPTION, NULL, "--user-metadata is not UTF-8 text");
	if (eq == value.len || eq == 0)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--user-metadata %.*s, want KEY=VALUE", STR_ARG(value));
	if (o->metadata_count == JUDGE_METADATA_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "more than %d pairs of user metadata", JUDGE_METADATA_MOST);
	o->metadata[o->metadata_count++] = m;
	return 0;
}

static int
first(struct judge_options *o, const char *option)
{
	if (o->first == NULL)
		o->first = option;
	return 0;
}

static const char *
revsource_name(int id)
{
	static const struct opt_row rows[] = { REVSOURCE_ROWS };

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].id == id)
			return rows[i].name;
	return "crl-dir";
}

int
judge_options_set(struct judge_options *o, int id, const char *value, struct err *err)
{
	struct str text = str_of(value);

	if (revsource_set(&o->revsource, id, value))
		return first(o, revsource_name(id));
	switch (id) {
	case JUDGE_AT:
		first(o, "at");
		return config_set(o->config, CONFIG_AT, value, err);
	case JUDGE_NAME:
		first(o, "name");
		return set_name(o, text, err);
	case JUDGE_TRUST_NAMES:
		o->trust_names = true;
		return first(o, "trust-names");
	case JUDGE_SUBJECTS:
		first(o, "subjects");
		return set_subjects(o, text, err);
	case JUDGE_METADATA:
		first(o, "user-metadata");
		return set_metadata(o, text, err);
	default:
		return config_set(o->config, id, value, err);
	}
}

static int
set_time(struct judge_options *o, struct err *err)
{
	const char *at = o->config->at;

	if (config_now(&o->time, o->config, err) != 0)
		return -1;
	o->time.usec = 0;
	if (at == NULL || (when_parse_option(&o->time, str_of(at)) && o->time.sec >= 0 &&
			      o->time.usec == 0))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--at %s is no time (want 2026-01-31T00:00:00Z, whole seconds)", at);
}

static int
load(struct judge_options *o, int *status, struct err *err)
{
	struct policy_options options = {
		.limits = &o->config->limits,
		.insecure_permissions = o->config->insecure_permissions,
	};

	*status = STATUS_USAGE;
	if (set_time(o, err) != 0)
		return -1;
	*status = STATUS_CONFIG;
	ossl_process_init();
	o->lib = ossl_new();
	if (policy_load(&o->policy, o->config->policy, o->lib, &options, err) != 0)
		return -1;
	return revsource_load(&o->revdata, &o->revsource, o->config, o->lib, err);
}

int
judge_options_load(
    struct judge_options *o, struct worker_options *worker, int *status, struct err *err)
{
	o->on = o->config->policy != NULL;
	*status = STATUS_USAGE;
	if (!o->on && o->first != NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--%s is of use only with --policy: nothing is judged without",
		    o->first);
	if (!o->on)
		return 0;
	if (load(o, status, err) != 0)
		return -1;
	worker->policy = &o->policy;
	worker->revdata = &o->revdata;
	worker->time = o->time;
	worker->subjects = o->subjects;
	worker->repository = o->name;
	worker->trust_names = o->trust_names;
	worker->metadata = o->metadata;
	worker->metadata_count = o->metadata_count;
	return 0;
}

void
judge_options_clear(struct judge_options *o)
{
	revdata_clear(&o->revdata);
	policy_clear(&o->policy);
	ossl_free(o->lib);
}
