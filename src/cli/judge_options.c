/* SPDX-License-Identifier: Apache-2.0 */
/* What a verdict rests on besides the input, from options. */
#include "cli/judge_options.h"

void
judge_options_init(struct judge_options *o, struct config *c)
{
	*o = (struct judge_options){ .config = c };
	terms_init(&o->terms, c);
}

static int
load(struct judge_options *o, int *status, struct err *err)
{
	struct policy_options options = {
		.limits = &o->config->limits,
		.insecure_permissions = o->config->insecure_permissions,
	};

	*status = STATUS_USAGE;
	if (config_at(&o->time, NULL, o->config, err) != 0)
		return -1;
	*status = STATUS_CONFIG;
	ossl_process_init();
	o->lib = ossl_new();
	if (terms_load(&o->terms, err) != 0 ||
	    policy_load(&o->policy, o->config->policy, o->lib, &options, err) != 0)
		return -1;
	return revsource_load(&o->revdata, &o->terms.revsource, o->config, o->lib, err);
}

int
judge_options_load(struct judge_options *o, const struct opt_given *given,
    struct worker_options *worker, int *status, struct err *err)
{
	o->on = o->config->policy != NULL;
	*status = STATUS_USAGE;
	if (!o->on && given->judging != NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--%s is of use only with --policy: nothing is judged without",
		    given->judging);
	if (!o->on)
		return 0;
	if (load(o, status, err) != 0)
		return -1;
	worker->policy = &o->policy;
	worker->revdata = &o->revdata;
	worker->time = o->time;
	worker->time_chosen = o->config->at != NULL;
	terms_apply(worker, &o->terms);
	return 0;
}

void
judge_options_clear(struct judge_options *o)
{
	revdata_clear(&o->revdata);
	policy_clear(&o->policy);
	ossl_free(o->lib);
}
