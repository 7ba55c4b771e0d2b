/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The graph as exporters write it. What they must not write: bad_oci.c and bad_graph.c.
 */
#include "tests/lib/memlayout.h"
#include "tests/lib/tap.h"

#define D_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
is_class(
    const struct memlayout *l, const char *digest, enum node_class want, const char *what)
{
	const struct node *n = ml_node(l, digest);

	ok(n != NULL && n->class == want, "%s is %s%s%s", what, node_class_name(want),
	    n == NULL ? ", not there" : ", got ",
	    n == NULL ? "" : node_class_name(n->class));
}

static void
test_one_image(void)
{
	struct memlayout l;
	struct piece image;
	const struct node *n;
	struct digest want;

	ml_init(&l);
	image = ml_image(&l, "a", ",\"annotations\":{\"k\":\"v\"}");
	ml_entry(&l, &image, REF_NAME "\"1.0\"");
	if (!ok(ml_build(&l) == 0, "one image: %s", l.err.text))
		return;
	is_u64(l.graph.node_count, 1, "one node");
	is_u64(l.graph.root_count, 1, "one root");
	n = ml_node(&l, image.digest);
	ok(n == l.graph.roots[0] && n == graph_find(&l.graph, &n->digest),
	    "found by digest");
	ok(n->state == NODE_PRESENT && n->is_root && !n->is_child &&
		n->found_by == FOUND_ROOT,
	    "present, a root");
	is_class(&l, image.digest, CLASS_IMAGE, "it");
	is_str(n->media_type, T_MANIFEST, "media type");
	is_str(n->effective_type, T_CONFIG, "effective type");
	is_u64(n->size, image.size, "size");
	is_str(manifest_annotation(&n->manifest, "k"), "v", "annotation");
	is_u64(n->name_count, 1, "one name");
	is_str(n->names[0].text, "1.0", "a tag");
	ok(n->names[0].scope.ptr == NULL, "which is no scope");
	is_u64(n->note_count + l.graph.note_count, 0, "nothing to note");
	is_u64(l.graph.missing + l.graph.blobs_unreachable, 0,
	    "nothing missing, nothing left over");
	hasher_of(l.hasher, DIGEST_SHA256,
	    str_bytes(str_of(
		ml_text(&l, "{\"schemaVersion\":2,\"manifests\":[%s]}", l.entries.v[0]))),
	    &want);
	ok(digest_equal(&want, &l.graph.index_digest), "digest of index.json");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 1, "one verdict");
	ml_clear(&l);
}

static void
test_index(void)
{
	struct memlayout l;
	struct piece a, b, absent, index;
	const struct node *n;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	absent = ml_piece(&l, T_MANIFEST, "somewhere else");
	index = ml_index(&l,
	    ml_text(&l, "%s,%s,%s",
		ml_desc(&l, &a,
		    ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"),
		b.json, absent.json),
	    "");
	ml_entry(
	    &l, &index, CONTAINERD_NAME "\"r.io/team/multi:2.1\"," REF_NAME "\"2.1\"");
	ml_entry(&l, &b, NULL);
	if (!ok(ml_build(&l) == 0, "an index: %s", l.err.text))
		return;
	is_u64(l.graph.node_count, 4, "four nodes");
	for (size_t i = 1; i < l.graph.node_count; i++)
		ok(digest_cmp(&l.graph.nodes[i - 1]->digest, &l.graph.nodes[i]->digest) <
			0,
		    "nodes by digest");
	is_class(&l, index.digest, CLASS_INDEX, "the index");
	n = ml_node(&l, index.digest);
	is_u64(n->child_count, 3, "three children");
	is_str(n->children[0].node->digest_text, a.digest, "in order");
	is_u64(n->name_count, 2, "both names are shown");
	is_str(n->names[0].scope, "r.io/team/multi", "the full one has a scope");
	n = ml_node(&l, a.digest);
	is_str(n->platform, "linux/amd64", "platform from the entry");
	ok(n->found_by == FOUND_CHILD && n->is_child && !n->is_root, "a child");
	is_u64(n->parent_count, 1, "one parent");
	size_t count;
	const struct node_name *names = graph_names_of(n, &count);
	is_u64(count, 1, "a part has the full names of its index");
	is_str(names[0].scope, "r.io/team/multi", "and its scope");
	n = ml_node(&l, b.digest);
	ok(n->found_by == FOUND_ROOT && n->is_child && n->is_root,
	    "a root that is a child, too");
	n = ml_node(&l, absent.digest);
	ok(n->state == NODE_ABSENT && n->class == CLASS_UNKNOWN, "the third is absent");
	is_u64(l.graph.missing, 1, "and missing");
	is_str(l.graph.missing_digests[0], absent.digest, "by digest");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 1, "roots: the index alone");
	ok(ml_judged(&l, SUBJECTS_ROOTS, index.digest), "roots: the index");
	is_u64(ml_judged_count(&l, SUBJECTS_PLATFORMS), 4,
	    "platforms: its children as well");
	ml_clear(&l);
}

static void
test_named_part(void)
{
	struct memlayout l;
	struct piece a, index;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	index = ml_index(&l, a.json, "");
	ml_entry(&l, &index, REF_NAME "\"junk\"");
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/prod/app:1\"");
	ok(ml_build(&l) == 0, "a part with a name of its own");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 2, "can be asked for by it: judged");
	ml_clear(&l);
}

static void
test_nested(void)
{
	struct memlayout l;
	struct piece a, inner, outer, other;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	inner = ml_index(&l, a.json, "");
	outer = ml_index(&l, ml_text(&l, "%s,%s", inner.json, inner.json), "");
	other = ml_index(&l, ml_text(&l, "%s,%s", inner.json, a.json),
	    ",\"annotations\":{\"x\":\"\"}");
	ml_entry(&l, &outer, CONTAINERD_NAME "\"r.io/a/one:1\"");
	ml_entry(&l, &other, CONTAINERD_NAME "\"r.io/a/two:1\"");
	ok(ml_build(&l) == 0, "indexes in indexes");
	is_u64(ml_node(&l, inner.digest)->parent_count, 2,
	    "a parent once, however often it lists");
	is_u64(ml_node(&l, a.digest)->parent_count, 2, "two parents");
	is_u64(ml_node(&l, a.digest)->part_name_count, 2, "part of both names");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 2, "two roots");
	is_u64(ml_judged_count(&l, SUBJECTS_PLATFORMS), 4, "and two parts");
	ml_clear(&l);
}

static void
test_referrers(void)
{
	struct memlayout l;
	struct piece image, one, two, review, bare;
	const struct node *n;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	one = ml_signature(&l, "1", image.json);
	two = ml_signature(&l, "2", image.json);
	review = ml_signature(&l, "3", one.json);
	bare = ml_index(&l, "",
	    ml_text(&l, ",\"artifactType\":\"a/list\",\"subject\":%s", image.json));
	ml_entry(&l, &image, REF_NAME "\"1.0\"");
	ml_entry(&l, &one, NULL);
	ml_entry(&l, &review, NULL);
	if (!ok(ml_build(&l) == 0, "referrers: %s", l.err.text))
		return;
	n = ml_node(&l, image.digest);
	is_u64(n->referrer_count, 3, "listed, left in blobs, and an index");
	for (size_t i = 1; i < n->referrer_count; i++)
		ok(digest_cmp(&n->referrers[i - 1]->digest, &n->referrers[i]->digest) < 0,
		    "referrers by digest");
	ok(ml_node(&l, one.digest)->found_by == FOUND_ROOT, "one by index.json");
	ok(ml_node(&l, two.digest)->found_by == FOUND_BLOB_SCAN, "one by blob scan");
	is_str(ml_node(&l, two.digest)->media_type, T_MANIFEST,
	    "its type is the one inside");
	ok(ml_node(&l, bare.digest)->subject == n, "an index can refer");
	is_str(ml_node(&l, bare.digest)->effective_type, "a/list", "and has a type");
	is_u64(ml_node(&l, one.digest)->referrer_count, 1, "a referrer of a referrer");
	is_str(ml_node(&l, one.digest)->effective_type, T_NOTARY, "effective type");
	is_class(&l, one.digest, CLASS_SUPPORTING, "a referrer");
	is_class(&l, bare.digest, CLASS_SUPPORTING, "a referring index");
	is_u64(ml_judged_count(&l, SUBJECTS_ALL), 1, "only the image is judged");
	is_u64(l.graph.missing, 0, "the empty config is known by heart");
	is_u64(
	    l.graph.blobs_unreachable, 0, "what refers to something reached is reached");
	ml_clear(&l);
}

static void
test_tag_index(void)
{
	struct memlayout l;
	struct piece image, sig, list, gone;
	const struct node *n;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	sig = ml_signature(&l, "1", image.json);
	gone = ml_piece(&l, T_MANIFEST, "deleted");
	list = ml_index(&l,
	    ml_text(&l, "%s,%s", ml_desc(&l, &sig, ",\"artifactType\":\"" T_NOTARY "\""),
		gone.json),
	    "");
	ml_entry(&l, &image, REF_NAME "\"1.0\"");
	ml_entry(&l, &list, ml_text(&l, REF_NAME "\"sha256-%s\"", image.digest + 7));
	ok(ml_build(&l) == 0, "a referrers tag index");
	n = ml_node(&l, list.digest);
	ok(n->is_fallback_index, "is known by its tag");
	is_class(&l, list.digest, CLASS_SUPPORTING, "it");
	ok(ml_node(&l, sig.digest)->found_by == FOUND_TAG_INDEX, "found by it");
	is_u64(
	    ml_node(&l, image.digest)->referrer_count, 1, "the image has its signature");
	ok(ml_note(ml_node(&l, image.digest), REASON_REFERRER_LISTED_ABSENT),
	    "a stale entry is noted");
	ok(!ml_note(ml_node(&l, sig.digest), REASON_REFERRER_NOT_ATTACHED) &&
		!ml_note(ml_node(&l, sig.digest), REASON_REFERRER_TYPE_CONFLICT),
	    "and nothing else");
	is_u64(l.graph.missing, 0, "a stale entry is not missing");
	is_u64(ml_judged_count(&l, SUBJECTS_PLATFORMS), 1, "only the image is judged");
	ml_clear(&l);
}

/*
 * A tag index must not hide images: what it contains and is not supporting counts as an
 * entry.
 */
static void
test_hidden_image(void)
{
	struct memlayout l;
	struct piece image, evil, list, plain, nested;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	evil = ml_image(&l, "evil", "");
	plain = ml_image(&l, "plain", "");
	nested = ml_index(&l, plain.json, "");
	list = ml_index(&l, ml_text(&l, "%s,%s", evil.json, nested.json), "");
	ml_entry(&l, &image, REF_NAME "\"1.0\"");
	ml_entry(&l, &list, ml_text(&l, REF_NAME "\"sha256-%s\"", image.digest + 7));
	ok(ml_build(&l) == 0, "images in a tag index");
	is_class(&l, list.digest, CLASS_INDEX, "a list of images is no list of referrers");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 2, "it is judged with all below it");
	ok(ml_judged(&l, SUBJECTS_PLATFORMS, evil.digest) &&
		ml_judged(&l, SUBJECTS_PLATFORMS, nested.digest),
	    "platforms: and they themselves");
	ok(ml_note(ml_node(&l, evil.digest), REASON_REFERRER_NOT_ATTACHED),
	    "and told of");
	ml_entry(&l, &list, REF_NAME "\"latest\"");
	ok(ml_build(&l) == 0, "a tag index with another name");
	is_class(&l, list.digest, CLASS_INDEX, "it");
	ok(ml_judged(&l, SUBJECTS_ROOTS, list.digest), "it is judged itself");
	ml_clear(&l);
}

static const char *
cosign(struct memlayout *l, const char *layer_type, const char *content)
{
	struct piece config =
	    ml_blob(l, T_CONFIG, ml_text(l, "{\"c\":%zu}", strlen(content)));
	struct piece layer = ml_blob(l, layer_type, content);

	return ml_text(l, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}",
	    config.json, layer.json);
}

#define KIND "\"kind\":\"dev.cosignproject.cosign/"
#define T_DSSE "application/vnd.dsse.envelope.v1+json"

static void
test_cosign(void)
{
	struct memlayout l;
	struct piece image, sigs, atts, tagged, sbom, untagged, chart, evil, evil2;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	sigs = ml_blob(&l, T_MANIFEST, cosign(&l, T_COSIGN, ML_SIMPLE("1")));
	atts = ml_blob(&l, T_MANIFEST, cosign(&l, T_DSSE, ML_DSSE("2")));
	tagged = ml_blob(&l, T_MANIFEST, cosign(&l, T_DSSE, ML_DSSE("3")));
	sbom = ml_blob(&l, T_MANIFEST, cosign(&l, "text/spdx", "4"));
	untagged = ml_blob(&l, T_MANIFEST, cosign(&l, T_COSIGN, ML_SIMPLE("5")));
	chart = ml_blob(&l, T_MANIFEST, cosign(&l, "application/x-chart", "6"));
	evil = ml_image(&l, "e1", "");
	evil2 = ml_image(&l, "e2", ml_text(&l, ",\"subject\":%s", image.json));
	ml_entry(&l, &image, KIND "image\"");
	ml_entry(&l, &sigs, KIND "sigs\"");
	ml_entry(
	    &l, &atts, "\"kind\":\"dev.hauler/atts\"," CONTAINERD_NAME "\"r.io/x:1\"");
	ml_entry(
	    &l, &tagged, ml_text(&l, REF_NAME "\"sha256-%s.att\"", image.digest + 7));
	ml_entry(&l, &sbom,
	    ml_text(&l, CONTAINERD_NAME "\"r.io/x:sha256-%s.sbom\"", image.digest + 7));
	ml_entry(&l, &untagged, NULL);
	ml_entry(&l, &chart, REF_NAME "\"chart\"");
	ml_entry(&l, &evil, KIND "sigs\"");
	ml_entry(&l, &evil2, REF_NAME "\"latest\"");
	ok(ml_build(&l) == 0, "Cosign's material");
	is_class(&l, image.digest, CLASS_IMAGE, "the image");
	is_class(&l, sigs.digest, CLASS_SUPPORTING, "kind sigs");
	is_class(&l, atts.digest, CLASS_SUPPORTING, "kind atts of Hauler");
	is_class(&l, tagged.digest, CLASS_SUPPORTING, "tag .att");
	is_class(&l, sbom.digest, CLASS_IMAGE, "tag .sbom: its content proves nothing");
	is_class(&l, untagged.digest, CLASS_SUPPORTING, "a signature by its layers");
	is_class(
	    &l, chart.digest, CLASS_IMAGE, "another manifest with an image's config");
	is_class(&l, evil.digest, CLASS_IMAGE, "an image that calls itself a signature");
	is_class(&l, evil2.digest, CLASS_IMAGE, "an image that has a subject");
	is_u64(ml_node(&l, image.digest)->referrer_count, 1,
	    "and is a referrer all the same");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 5, "what could be run is judged");
	ml_clear(&l);
}

static void
test_absent_claims(void)
{
	struct memlayout l;
	struct piece image, sigs, other;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	sigs = ml_piece(&l, T_MANIFEST, "a signature that is not there");
	other = ml_piece(&l, T_MANIFEST, "an image that is not there");
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &sigs, KIND "sigs\"");
	ml_entry(&l, &other, NULL);
	ok(ml_build(&l) == 0, "absent entries");
	ok(ml_judged(&l, SUBJECTS_ROOTS, sigs.digest),
	    "what is not there cannot show that it is a signature");
	ok(ml_judged(&l, SUBJECTS_ROOTS, other.digest),
	    "an absent entry is: as not there");
	is_u64(l.graph.missing, 2, "both are missing");
	ml_clear(&l);
}

#define ATTESTATION(of)                                                                     \
	",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":{" \
	"\"vnd.docker.reference.type\":\"attestation-manifest\","                           \
	"\"vnd.docker.reference.digest\":\"" of "\"}"

static void
test_buildkit(void)
{
	struct memlayout l;
	struct piece image, att, orphan, evil, index;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	att = ml_blob(&l, T_MANIFEST, cosign(&l, "application/vnd.in-toto+json", ML_STATEMENT("1")));
	orphan = ml_blob(&l, T_MANIFEST, cosign(&l, "application/vnd.in-toto+json", ML_STATEMENT("2")));
	evil = ml_image(&l, "evil", "");
	index = ml_index(&l,
	    ml_text(&l, "%s,%s,%s,%s", image.json,
		ml_desc(&l, &att, ml_text(&l, ATTESTATION("%s"), image.digest)),
		ml_desc(&l, &orphan, ATTESTATION(D_A)),
		ml_desc(&l, &evil, ml_text(&l, ATTESTATION("%s"), image.digest))),
	    "");
	ml_entry(&l, &index, REF_NAME "\"1.0\"");
	ok(ml_build(&l) == 0, "BuildKit's attestations");
	is_class(&l, att.digest, CLASS_SUPPORTING, "an attestation");
	is_class(&l, orphan.digest, CLASS_SUPPORTING, "an attestation of nothing here");
	is_class(
	    &l, evil.digest, CLASS_IMAGE, "an image that calls itself an attestation");
	ok(ml_note(ml_node(&l, orphan.digest), REASON_ATTESTATION_ORPHAN) &&
		ml_note(ml_node(&l, index.digest), REASON_ATTESTATION_ORPHAN) &&
		!ml_note(ml_node(&l, att.digest), REASON_ATTESTATION_ORPHAN),
	    "only the orphan is noted");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 1, "roots: the index");
	is_u64(ml_judged_count(&l, SUBJECTS_PLATFORMS), 3, "platforms: and both images");
	ml_clear(&l);
}

static void
test_left_over(void)
{
	struct memlayout l;
	struct piece image, old, index;
	const struct node *n;

	ml_init(&l);
	image = ml_image(&l, "a", "");
	old = ml_image(&l, "old", "");
	index = ml_index(&l, old.json, "");
	ml_add(&l, D_A, "{\"not\":\"what the name says\"}", BLOB_MISMATCH);
	ml_entry(&l, &image, NULL);
	ok(ml_build(&l) == 0, "blobs that nothing names");
	n = ml_node(&l, old.digest);
	ok(n != NULL && n->found_by == FOUND_CHILD && !n->reachable,
	    "an image in an old index");
	ok(ml_note(n, REASON_LAYOUT_UNREFERENCED_MANIFEST), "is noted");
	ok(ml_node(&l, index.digest)->found_by == FOUND_BLOB_SCAN,
	    "the index is found by scan");
	is_u64(l.graph.blobs_unreachable, 5, "manifests, config, layer and a wrong blob");
	ok(ml_input_note(&l, REASON_LAYOUT_UNREFERENCED) &&
		ml_input_note(&l, REASON_LAYOUT_UNREFERENCED_MANIFEST),
	    "noted on the input");
	ok(!ml_input_note(&l, REASON_BLOB_DIGEST_MISMATCH),
	    "a wrong blob that nothing names is no finding");
	is_u64(ml_judged_count(&l, SUBJECTS_PLATFORMS), 1, "not judged");
	is_u64(ml_judged_count(&l, SUBJECTS_ALL), 3, "but under all");
	ml_clear(&l);
}

static void
test_types(void)
{
	struct memlayout l;
	struct piece docker, list, xml, schema1, artifact, helm, empty;

	ml_init(&l);
	docker = ml_blob(&l, T_DOCKER,
	    ml_text(&l,
		"{\"schemaVersion\":2,\"mediaType\":\"" T_DOCKER
		"\",\"config\":%s,\"layers\":[%s],\"subject\":%s}",
		ml_blob(&l, "application/vnd.docker.container.image.v1+json", "{\"d\":1}")
		    .json,
		ml_desc(&l,
		    &(struct piece){
			"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", D_A,
			9, NULL },
		    ",\"urls\":[\"https://x.example/y\"]"),
		ml_piece(&l, T_MANIFEST, "x").json));
	list = ml_blob(&l, T_LIST,
	    ml_text(&l,
		"{\"schemaVersion\":2,\"mediaType\":\"" T_LIST "\",\"manifests\":[%s]}",
		docker.json));
	xml = ml_blob(&l, "application/xml", "<x/>");
	schema1 = ml_blob(&l, "application/vnd.docker.distribution.manifest.v1+prettyjws",
	    "{\"schemaVersion\":1}");
	artifact = ml_blob(&l, T_ARTIFACT,
	    "{\"mediaType\":\"" T_ARTIFACT "\",\"artifactType\":\"a/b\"}");
	helm = ml_blob(&l, T_MANIFEST,
	    ml_text(&l, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}",
		ml_blob(&l, "application/vnd.cncf.helm.config.v1+json", "{\"h\":1}")
		    .json));
	empty = ml_blob(&l, T_MANIFEST,
	    "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" T_EMPTY
	    "\",\"digest\":\"" EMPTY_SHA256 "\",\"size\":2},\"layers\":[]}");
	ml_entry(&l, &list, NULL);
	ml_entry(&l, &xml, NULL);
	ml_entry(&l, &schema1, NULL);
	ml_entry(&l, &artifact, NULL);
	ml_entry(&l, &helm, NULL);
	ml_entry(&l, &empty, NULL);
	ok(ml_build(&l) == 0, "other types");
	is_class(&l, docker.digest, CLASS_IMAGE, "Docker's manifest");
	ok(ml_note(ml_node(&l, docker.digest), REASON_MANIFEST_DOCKER_SUBJECT),
	    "its subject is noted");
	ok(!ml_node(&l, docker.digest)->manifest.has_subject, "and ignored");
	ok(ml_note(ml_node(&l, docker.digest), REASON_DESCRIPTOR_FOREIGN),
	    "a foreign layer is noted");
	is_u64(l.graph.missing, 0, "and not missing");
	is_class(&l, list.digest, CLASS_INDEX, "Docker's list");
	is_class(&l, xml.digest, CLASS_UNKNOWN, "another type");
	ok(ml_node(&l, xml.digest)->state == NODE_PRESENT, "is there");
	is_class(&l, schema1.digest, CLASS_UNKNOWN, "schema 1");
	is_class(&l, artifact.digest, CLASS_ARTIFACT, "the withdrawn artifact manifest");
	is_class(&l, helm.digest, CLASS_ARTIFACT, "a chart");
	ok(ml_note(ml_node(&l, empty.digest), REASON_MANIFEST_NO_ARTIFACT_TYPE),
	    "empty config without artifact type");
	is_u64(ml_judged_count(&l, SUBJECTS_ROOTS), 6, "every entry gets a verdict");
	ml_clear(&l);
}

static void
test_names(void)
{
	struct memlayout l;
	struct piece a, b, c, d;
	const struct node *n;

	ml_init(&l);
	a = ml_image(&l, "a", "");
	b = ml_image(&l, "b", "");
	c = ml_image(&l, "c", "");
	d = ml_image(&l, "d", "");
	ml_entry(&l, &a,
	    CONTAINERD_NAME "\"index.docker.io/library/nginx:latest\"," REF_NAME
			    "\"latest\"");
	ml_entry(&l, &a, CONTAINERD_NAME "\"r.io/mirror/nginx:latest\"");
	ml_entry(&l, &b,
	    "\"containerd.io/distribution.source.127.0.0.1\":\"team/web,team/site\"");
	ml_entry(&l, &c,
	    "\"containerd.io/distribution.source.127.0.0.1\":\"team/web\"," CONTAINERD_NAME
	    "\"r.io/team/web:1\"");
	ml_entry(&l, &d, REF_NAME "\"registry.example.com/team/web:1.0\"");
	ok(ml_build(&l) == 0, "names");
	n = ml_node(&l, a.digest);
	is_u64(n->name_count, 3, "two entries, three names");
	is_str(
	    n->names[0].text, "index.docker.io/library/nginx:latest", "raw text is kept");
	is_str(n->names[0].scope, "docker.io/library/nginx", "scope is normalised");
	is_str(n->names[1].scope, "r.io/mirror/nginx", "the second scope");
	n = ml_node(&l, b.digest);
	is_u64(n->name_count, 2, "two sources");
	is_str(n->names[0].scope, "127.0.0.1/team/site", "one");
	ok(n->names[0].source == NAME_DISTRIBUTION, "its source");
	n = ml_node(&l, c.digest);
	is_str(n->names[0].scope, "r.io/team/web", "the better source counts");
	ok(n->name_count == 2 && n->names[1].use == NAME_SPARE,
	    "where it came from does not");
	n = ml_node(&l, d.digest);
	is_str(
	    n->names[0].scope, "registry.example.com/team/web", "ref.name that is full");
	l.repository = "r.example/imported/x";
	l.entries.n = 0;
	ml_entry(&l, &b, NULL);
	ml_entry(&l, &d, REF_NAME "\"registry.example.com/team/web:1.0\"");
	ok(ml_build(&l) == 0, "with a repository given by the user");
	n = ml_node(&l, d.digest);
	is_str(n->names[0].text, "r.example/imported/x:1.0", "repository and tag");
	is_str(n->names[0].scope, "r.example/imported/x", "its scope");
	ok(n->names[0].source == NAME_OPTION, "its source");
	ok(n->names[1].use == NAME_OVERRULED, "overrules the export");
	n = ml_node(&l, b.digest);
	is_str(n->names[0].text, "r.example/imported/x", "no tag is invented");
	ml_clear(&l);
}

static void
test_data(void)
{
	const char *text = "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" T_EMPTY
			   "\",\"digest\":\"" EMPTY_SHA256
			   "\",\"size\":2},\"layers\":[],\"artifactType\":\"a/b\"}";
	struct memlayout l;
	struct piece p;
	const struct node *n;

	ml_init(&l);
	p = ml_piece(&l, T_MANIFEST, text);
	ml_entry_raw(&l,
	    ml_desc(&l, &p,
		",\"data\":\"eyJzY2hlbWFWZXJzaW9uIjoyLCJjb25maWciOnsibWVkaWFUeXBlIjoiYXBwbGljYXRpb24vdm5kLm9jaS5lbXB0eS52MStqc29uIiwiZGlnZXN0Ijoic2hhMjU2OjQ0MTM2ZmEzNTViMzY3OGExMTQ2YWQxNmY3ZTg2NDllOTRmYjRmYzIxZmU3N2U4MzEwYzA2MGY2MWNhYWZmOGEiLCJzaXplIjoyfSwibGF5ZXJzIjpbXSwiYXJ0aWZhY3RUeXBlIjoiYS9iIn0=\""));
	ok(ml_build(&l) == 0, "content in the descriptor");
	n = ml_node(&l, p.digest);
	ok(n != NULL && n->state == NODE_PRESENT && n->class == CLASS_ARTIFACT,
	    "stands in for the blob");
	is_u64(l.graph.missing, 0, "which is not missing");
	ml_clear(&l);
}

static void
test_empty(void)
{
	struct memlayout l;

	ml_init(&l);
	l.index_extra =
	    ",\"mediaType\":\"" T_INDEX "\",\"annotations\":{\"a\":\"b\"},\"x\":1";
	ok(ml_build(&l) == 0, "an empty layout");
	is_u64(l.graph.node_count + l.graph.root_count, 0, "has no nodes");
	is_u64(ml_judged_count(&l, SUBJECTS_ALL), 0, "and no verdicts");
	ml_clear(&l);
}

static void
test_words(void)
{
	is_str(str_of(found_by_name(FOUND_ROOT)), "index.json", "found by");
	is_str(str_of(found_by_name(FOUND_TAG_INDEX)), "tag-index", "found by");
	is_str(str_of(found_by_name(FOUND_CHILD)), "child", "found by");
	is_str(str_of(found_by_name(FOUND_SUBJECT)), "subject", "found by");
	is_str(str_of(found_by_name(FOUND_BLOB_SCAN)), "blob-scan", "found by");
	is_str(str_of(node_state_name(NODE_BROKEN)), "broken", "state");
	is_str(str_of(name_source_name(NAME_BASENAME)), "basename", "source");
}

int
main(void)
{
	test_one_image();
	test_index();
	test_named_part();
	test_nested();
	test_referrers();
	test_tag_index();
	test_hidden_image();
	test_cosign();
	test_absent_claims();
	test_buildkit();
	test_left_over();
	test_types();
	test_names();
	test_data();
	test_empty();
	test_words();
	return tap_done();
}
