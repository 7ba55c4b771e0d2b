/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests and indexes: the first octet chooses the type that led here. What is taken
 * has accepted sizes and digests, sorted annotations, and is never overlooked by the
 * cheap test.
 */
#include <stdlib.h>

#include "oci/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
check_annotations(const struct annotation *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		must(list[i].value.ptr != NULL);
		must(i == 0 || str_cmp(list[i - 1].key, list[i].key) < 0);
	}
}

static void
check_descriptor(const struct descriptor *d)
{
	char text[DIGEST_TEXT];

	must(d->size <= INT64_MAX && media_valid(d->media_type));
	must(d->data.ptr == NULL || d->data.len == d->size);
	if (d->digest.alg != DIGEST_NONE) {
		digest_format(text, &d->digest);
		must(str_is(d->digest_text, text));
	}
	check_annotations(d->annotations, d->annotation_count);
}

static void
check_manifest(const struct manifest *m, const struct limits *limits)
{
	enum limit most = m->form == MANIFEST_INDEX ? LIMIT_INDEX_ENTRIES : LIMIT_LAYERS;

	must(m->child_count <= limits->v[most]);
	must(m->form != MANIFEST_IMAGE || m->has_config);
	must(m->form != MANIFEST_INDEX || !m->has_config);
	if (m->has_config)
		check_descriptor(&m->config);
	if (m->has_subject)
		check_descriptor(&m->subject);
	for (size_t i = 0; i < m->child_count; i++)
		check_descriptor(&m->children[i]);
	check_annotations(m->annotations, m->annotation_count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum media types[] = { MEDIA_OTHER, MEDIA_OCI_MANIFEST,
		MEDIA_OCI_INDEX, MEDIA_OCI_ARTIFACT_MANIFEST, MEDIA_DOCKER_MANIFEST,
		MEDIA_DOCKER_LIST };
	struct manifest_defects bad;
	struct limits limits;
	struct bytes text;
	struct manifest m;
	struct arena mem;
	struct err err;

	if (size == 0)
		return 0;
	text = bytes_of(data + 1, size - 1);
	limits_default(&limits);
	limits.v[LIMIT_LAYERS] = 8;
	limits.v[LIMIT_INDEX_ENTRIES] = 8;
	arena_init(&mem, 0);
	if (manifest_parse(
		&m, &mem, text, types[data[0] % COUNT(types)], &limits, NULL, &err) == 0)
		check_manifest(&m, &limits);
	if (manifest_parse(&m, &mem, text, MEDIA_OTHER, &limits, NULL, &err) == 0)
		must(manifest_like(text, &limits));
	if (manifest_parse_layout(&m, &bad, &mem, text, &limits, NULL, &err) == 0) {
		must(m.form == MANIFEST_INDEX && bad.count + m.child_count <= 8);
		check_manifest(&m, &limits);
	}
	arena_clear(&mem);
	return 0;
}
