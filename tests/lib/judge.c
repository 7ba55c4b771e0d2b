/* SPDX-License-Identifier: Apache-2.0 */
/* One input judged in this process. */
#include "tests/lib/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "form/form.h"
#include "verify/revoked.h"

static void
bail(const char *what, const struct err *err)
{
	printf("Bail out! %s: %s: %s%s %s\n", what, reason_code(err->reason), err->file,
	    err->pointer, err->text);
	exit(99);
}

static void
worker_open(struct judge *j)
{
	j->lib = ossl_new();
	j->certs = certs_new(j->lib, &j->limits);
	j->chains = chains_new(j->certs);
	j->hasher = hasher_new(j->lib);
	if (j->revdata->given)
		j->revoker = revoker_new(j->revdata, j->certs, j->hasher, &j->limits);
}

static void
worker_close(struct judge *j)
{
	revoker_free(j->revoker);
	j->revoker = NULL;
	hasher_free(j->hasher);
	chains_free(j->chains);
	certs_free(j->certs);
	ossl_free(j->lib);
}

void
judge_open(struct judge *j, const char *policy, const char *time)
{
	struct policy_options options = { .limits = &j->limits };
	struct err err = { .reason = REASON_NONE };

	ossl_process_init();
	memset(j, 0, sizeof(*j));
	limits_default(&j->limits);
	j->revdata = xmalloc(sizeof(*j->revdata));
	memset(j->revdata, 0, sizeof(*j->revdata));
	worker_open(j);
	arena_init(&j->mem, 0);
	judge_at(j, time);
	if (policy_load(&j->policy, policy, j->lib, &options, &err) != 0)
		bail(policy, &err);
	judge_revdata(j, &(struct revdata_options){ .policy = policy });
}

void
judge_close(struct judge *j)
{
	policy_clear(&j->policy);
	arena_clear(&j->mem);
	worker_close(j);
	revdata_clear(j->revdata);
	free(j->revdata);
}

void
judge_revdata(struct judge *j, const struct revdata_options *options)
{
	struct err err = { .reason = REASON_NONE };
	struct revdata_options all;

	revoker_free(j->revoker);
	j->revoker = NULL;
	revdata_clear(j->revdata);
	if (options == NULL)
		return;
	all = *options;
	if (all.limits == NULL)
		all.limits = &j->limits;
	if (revdata_load(j->revdata, &all, j->hasher, &err) != 0)
		bail("revocation data", &err);
	if (j->revdata->given)
		j->revoker = revoker_new(j->revdata, j->certs, j->hasher, &j->limits);
}

void
judge_at(struct judge *j, const char *time)
{
	struct err err = { .reason = REASON_NONE };

	if (!when_parse(&j->time, str_of(time)))
		bail(time, &err);
}

void
judge_renew(struct judge *j)
{
	worker_close(j);
	worker_open(j);
}

static void
verdict_open(struct judge *j)
{
	arena_clear(&j->mem);
	verdict_init(&j->verdict, &j->mem, j->limits.v[LIMIT_FINDINGS]);
}

static struct verify_tools
tools_of(struct judge *j)
{
	return (struct verify_tools){ .certs = j->certs,
		.chains = j->chains,
		.hasher = j->hasher,
		.limits = &j->limits,
		.policy = &j->policy,
		.revoker = j->revoker,
		.time = j->time,
		.allow_missing = j->allow_missing,
		.require_complete = j->require_complete,
		.cpu_us = j->cpu_us,
		.metadata = j->metadata,
		.metadata_count = j->metadata_count };
}

static int
judge_subject(struct judge *j, struct graph *g, struct store *store, const char *digest,
    struct err *err)
{
	struct verify_tools tools = tools_of(j);
	struct node **subjects;
	size_t count;

	subjects = graph_subjects(g, j->subjects, &count);
	for (size_t i = 0; i < count; i++)
		if (digest == NULL || str_is(subjects[i]->digest_text, digest))
			return decide_artifact(
			    &j->verdict, &tools, store, subjects[i], err);
	return err_set(err, REASON_ARTIFACT_NOT_JUDGED, NULL, "no such subject");
}

static int
read_and_judge(struct judge *j, int fd, struct store *store, const char *repository,
    const char *digest, struct err *err)
{
	AUTO(input_source_free) struct input_source *source = NULL;
	struct input_options options = { .limits = &j->limits };
	struct graph_names names = { .user = j->naming,
		.parts_judged = j->subjects != SUBJECTS_ROOTS };
	struct where at = { .file = STR("index.json") };
	struct input_facts facts;
	struct catalogue catalogue;
	struct graph graph;
	int rc;

	names.user.trusted = j->trust_names;
	names.user.repository = str_of(repository);
	if (form_read(&facts, &catalogue, store, &source, &j->mem, fd, true, j->hasher, &options,
		err) != 0)
		return -1;
	if (graph_build(&graph, store, &catalogue, &names, &j->limits, &at, err) !=
		0)
		return -1;
	rc = judge_subject(j, &graph, store, digest, err);
	graph_clear(&graph);
	return rc;
}

enum reason
judge_digest(
    struct judge *j, const char *layout, const char *repository, const char *digest)
{
	AUTO(store_free) struct store *store = store_new(&j->limits, j->hasher);
	struct err err = { .reason = REASON_NONE };
	bool is_dir;
	int fd, rc;

	verdict_open(j);
	if (input_open(&fd, &is_dir, layout, &err) != 0)
		return err.reason;
	rc = read_and_judge(j, fd, store, repository, digest, &err);
	close(fd);
	return rc != 0 ? err.reason : j->verdict.reason;
}

enum reason
judge_folder(struct judge *j, const char *layout, const char *repository)
{
	return judge_digest(j, layout, repository, NULL);
}

/* --- one envelope alone ------------------------------------------------------------------- */

static void
node_init(struct node *n, const char *media_type, const char *digest, uint64_t size)
{
	struct err err = { .reason = REASON_NONE };

	*n = (struct node){ .media_type = str_of(media_type),
		.digest_text = str_of(digest),
		.size = size,
		.state = NODE_PRESENT };
	if (digest_parse(&n->digest, n->digest_text, NULL, &err) != 0)
		bail(digest, &err);
}

/* The manifest of a signature, without its octets. */
static void
referrer_init(struct node *n, struct descriptor *layer)
{
	static const char digest[] =
	    "sha256:a000000000000000000000000000000000000000000000000000000000000001";

	node_init(n, media_text(MEDIA_OCI_MANIFEST), digest, 1);
	n->class = CLASS_SUPPORTING;
	n->effective_type = str_of(media_text(MEDIA_NOTARY_SIGNATURE));
	n->manifest = (struct manifest){ .form = MANIFEST_IMAGE,
		.artifact_type = n->effective_type,
		.has_config = true,
		.config = { .media_type = str_of(media_text(MEDIA_EMPTY)) },
		.children = layer,
		.child_count = 1 };
}

static void
store_envelope(
    struct judge *j, struct store *store, struct descriptor *d, struct bytes octets)
{
	struct blob blob = { .size = octets.len, .flags = BLOB_META };
	struct err err = { .reason = REASON_NONE };
	char name[DIGEST_TEXT];
	bool again;

	hasher_of(j->hasher, DIGEST_SHA256, octets, &blob.digest);
	digest_format(name, &blob.digest);
	d->digest = blob.digest;
	d->digest_text = arena_str(&j->mem, str_of(name));
	d->size = octets.len;
	if (store_add(store, &blob, octets, &again, &err) != 0)
		bail("store", &err);
}

enum reason
judge_bare(struct judge *j, const struct judge_target *target, const char *envelope_type,
    struct bytes envelope)
{
	AUTO(store_free) struct store *store = store_new(&j->limits, j->hasher);
	struct descriptor layer = { .media_type = str_of(envelope_type) };
	struct verify_tools tools = tools_of(j);
	struct node subject, referrer, *referrers[] = { &referrer };
	struct err err = { .reason = REASON_NONE };

	verdict_open(j);
	store_envelope(j, store, &layer, envelope);
	node_init(&subject, target->media_type, target->digest, target->size);
	subject.class = CLASS_IMAGE;
	subject.is_root = true;
	subject.referrers = referrers;
	subject.referrer_count = 1;
	referrer_init(&referrer, &layer);
	if (decide_artifact(&j->verdict, &tools, store, &subject, &err) != 0)
		return err.reason;
	return j->verdict.reason;
}

/* --- what was found ------------------------------------------------------------------------- */

bool
judge_found(const struct judge *j, enum reason reason, bool blocking)
{
	for (size_t i = 0; i < j->verdict.findings.n; i++) {
		const struct finding *f = &j->verdict.findings.v[i];

		if (f->reason == reason && f->blocking == blocking)
			return true;
	}
	return false;
}

bool
judge_has(const struct judge *j, enum reason reason)
{
	return judge_found(j, reason, true) || judge_found(j, reason, false);
}

const struct step *
judge_step(const struct judge *j, enum step_name name)
{
	for (size_t i = j->verdict.steps.n; i-- > 0;)
		if (j->verdict.steps.v[i].name == name)
			return &j->verdict.steps.v[i];
	return NULL;
}
