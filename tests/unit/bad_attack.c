/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exports made to be believed: each was once, or nearly, called compliant. What they have
 * in common is that another tool reads something that was not judged.
 */
#include "run/batch.h"
#include "tests/lib/memlayout.h"
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

/* --- Docker's list: `docker load` takes images from it, whatever index.json says --- */

static const char *
path_of(struct memlayout *l, struct str digest)
{
	return ml_text(l, "blobs/sha256/%.*s", STR_ARG(str_from(digest, 7)));
}

static bool
list_agrees(struct memlayout *l, enum subjects which, const char *list)
{
	struct node **subjects;
	size_t count;

	l->documents.has_docker_list = true;
	l->documents.docker_list = bytes_of(list, strlen(list));
	if (ml_build(l) != 0)
		return false;
	subjects = graph_subjects(&l->graph, which, &count);
	graph_docker_list(&l->graph, subjects, count);
	return !ml_input_note(l, REASON_LAYOUT_TWO_INDEXES);
}

static void
bad_docker_list(void)
{
	static const char form[] =
	    "[{\"Config\":\"%s\",\"RepoTags\":[\"r.io/a:1\"],\"Layers\":[\"%s\"]%s}]";
	const struct manifest *m, *other;
	const char *config, *layer, *evil_config, *evil_layer;
	struct piece image, part, left, index;
	struct memlayout l;

	ml_init(&l);
	image = ml_image(&l, "good", "");
	part = ml_image(&l, "part", "");
	left = ml_image(&l, "left over", "");
	index = ml_index(&l, part.json, "");
	ml_entry(&l, &image, NULL);
	ml_entry(&l, &index, NULL);
	ok(ml_build(&l) == 0, "bad_docker_list is built");
	m = &ml_node(&l, image.digest)->manifest;
	config = path_of(&l, m->config.digest_text);
	layer = path_of(&l, m->children[0].digest_text);
	other = &ml_node(&l, left.digest)->manifest;
	evil_config = path_of(&l, other->config.digest_text);
	evil_layer = path_of(&l, other->children[0].digest_text);

	ok(list_agrees(&l, SUBJECTS_ROOTS, ml_text(&l, form, config, layer, "")),
	    "sibling: the list names what is judged");
	ok(!list_agrees(
	       &l, SUBJECTS_ROOTS, ml_text(&l, form, evil_config, evil_layer, "")),
	    "bad_docker_list_image_left_over");
	ok(list_agrees(&l, SUBJECTS_ALL, ml_text(&l, form, evil_config, evil_layer, "")),
	    "sibling: it is judged, too");
	ok(!list_agrees(&l, SUBJECTS_ROOTS, ml_text(&l, form, evil_config, layer, "")),
	    "bad_docker_list_config");
	ok(!list_agrees(&l, SUBJECTS_ROOTS, ml_text(&l, form, config, evil_layer, "")),
	    "bad_docker_list_layer");
	ok(!list_agrees(&l, SUBJECTS_ROOTS,
	       ml_text(&l, form, config, layer, ",\"layers\":[\"x\"]")),
	    "bad_docker_list_case: Go takes the last of both");
	ok(!list_agrees(&l, SUBJECTS_ROOTS,
	       ml_text(&l, form, ml_text(&l, "%s.json", config + 13), layer, "")),
	    "bad_docker_list_other_file: HEX.json is no blob, nobody hashed it");
	ok(!list_agrees(&l, SUBJECTS_ROOTS,
	       ml_text(&l, form, config, ml_text(&l, "%s/layer.tar", layer + 13), "")),
	    "bad_docker_list_other_layer_file");
	ok(!list_agrees(&l, SUBJECTS_ROOTS, ml_text(&l, "[{\"Config\":\"%s\"}]", config)),
	    "bad_docker_list_no_layers");
	ok(!list_agrees(&l, SUBJECTS_ROOTS, "[{\"Config\":\"x\",\"Config\":\"x\"}]"),
	    "bad_docker_list_twice");
	ok(!list_agrees(&l, SUBJECTS_ROOTS, "{}"), "bad_docker_list_object");
	ok(list_agrees(&l, SUBJECTS_ROOTS, "[]"), "sibling: a shorter list is fine");
	other = &ml_node(&l, part.digest)->manifest;
	ok(list_agrees(&l, SUBJECTS_ROOTS,
	       ml_text(&l, form, path_of(&l, other->config.digest_text),
		   path_of(&l, other->children[0].digest_text), "")),
	    "sibling: a part of what is judged");
	ml_clear(&l);
}

/* --- what says it is supporting --- */

#define T_DSSE "application/vnd.dsse.envelope.v1+json"
#define T_CHART "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
#define T_BUNDLE "application/vnd.dev.sigstore.bundle.v0.3+json"
#define KIND "\"kind\":\"dev.cosignproject.cosign/sigs\","
#define DIGEST_TAG                                                                       \
	REF_NAME                                                                         \
	"\"sha256-1111111111111111111111111111111111111111111111111111111111111111.sig\""

/* How the subject is named: as it is, not at all, with one thing wrong, or as something absent. */
enum subject_kind { SUBJECT_RIGHT, SUBJECT_NONE, SUBJECT_TYPE, SUBJECT_SIZE, SUBJECT_ABSENT };

static const char *
subject_member(struct memlayout *l, const struct piece *good, enum subject_kind kind)
{
	struct piece p = *good;

	if (kind == SUBJECT_NONE)
		return "";
	if (kind == SUBJECT_TYPE)
		p.type = T_DOCKER;
	if (kind == SUBJECT_SIZE)
		p.size++;
	if (kind == SUBJECT_ABSENT)
		p = ml_piece(l, T_MANIFEST, "not here");
	return ml_text(l, ",\"subject\":%s", ml_desc(l, &p, ""));
}

/*
 * A root entry is left out of judgement only if its content is signatures or attestations or its
 * subject is here, nothing in it can be installed, and no name of its own leads to it.
 */
static void
bad_claim_hides_artifact(void)
{
	static const struct {
		const char *why, *config, *layer, *content;
		enum subject_kind subject;
		const char *annotations;
		bool judged;
	} rows[] = {
		{ "named image with a subject", T_CONFIG, T_LAYER, "x", SUBJECT_RIGHT,
		    REF_NAME "\"2\"", true },
		{ "unnamed image with a subject", T_CONFIG, T_LAYER, "x", SUBJECT_RIGHT, NULL,
		    true },
		{ "image with layers of a strange type", T_CONFIG, "application/octet-stream",
		    "x", SUBJECT_RIGHT, NULL, true },
		{ "image with a parameter in its type", T_CONFIG ";x=1",
		    "application/octet-stream", "x", SUBJECT_RIGHT, NULL, true },
		{ "image in other letters", "application/vnd.oci.Image.config.v1+json",
		    "application/octet-stream", "x", SUBJECT_RIGHT, NULL, true },
		{ "image of Docker with a parameter",
		    "application/vnd.docker.container.image.v1+json; q=1",
		    "application/octet-stream", "x", SUBJECT_RIGHT, NULL, true },
		{ "layer with a parameter in its type", T_EMPTY, "application/x-tar;x=1", "x",
		    SUBJECT_RIGHT, NULL, true },
		{ "layer in other letters", T_EMPTY, "application/X-TAR", "x", SUBJECT_RIGHT,
		    NULL, true },
		{ "image layer in other letters", T_EMPTY,
		    "application/vnd.OCI.image.layer.v1.Tar+gzip ; x=1", "x", SUBJECT_RIGHT,
		    NULL, true },
		{ "named referrer", T_EMPTY, "application/octet-stream", "x", SUBJECT_RIGHT,
		    REF_NAME "\"2\"", true },
		{ "sibling: unnamed referrer", T_EMPTY, "application/octet-stream", "x",
		    SUBJECT_RIGHT, NULL, false },
		{ "sibling: referrer under the name of its subject", T_EMPTY,
		    "application/octet-stream", "x", SUBJECT_RIGHT, REF_NAME "\"1\"", false },
		{ "referrer by kind under another name", T_EMPTY, "application/octet-stream",
		    "x", SUBJECT_RIGHT, KIND REF_NAME "\"2\"", true },
		{ "sibling: referrer by kind under the name of its subject", T_EMPTY,
		    "application/octet-stream", "x", SUBJECT_RIGHT, KIND REF_NAME "\"1\"",
		    false },
		{ "referrer of nothing here", T_EMPTY, "application/octet-stream", "x",
		    SUBJECT_ABSENT, NULL, true },
		{ "referrer of another size", T_EMPTY, "application/octet-stream", "x",
		    SUBJECT_SIZE, NULL, true },
		{ "referrer of another type", T_EMPTY, "application/octet-stream", "x",
		    SUBJECT_TYPE, NULL, true },
		{ "chart with a subject", "application/vnd.cncf.helm.config.v1+json", T_CHART,
		    "x", SUBJECT_RIGHT, NULL, true },
		{ "module with a subject", T_EMPTY, "application/wasm", "x", SUBJECT_RIGHT,
		    NULL, true },
		{ "model with a subject", T_EMPTY, "application/vnd.ollama.image.model", "x",
		    SUBJECT_RIGHT, NULL, true },
		{ "archive with a subject", T_EMPTY, "application/x.tar+gzip", "x",
		    SUBJECT_RIGHT, NULL, true },
		{ "chart called signature", "application/vnd.cncf.helm.config.v1+json", T_CHART,
		    "x", SUBJECT_NONE, KIND REF_NAME "\"chart-1.0\"", true },
		{ "label of a signature over something else", T_CONFIG, T_COSIGN, "x",
		    SUBJECT_NONE, DIGEST_TAG, true },
		{ "label of an envelope over something else", T_CONFIG, T_DSSE, "{}",
		    SUBJECT_NONE, DIGEST_TAG, true },
		{ "unsigned statement", T_CONFIG, "application/vnd.in-toto+json",
		    ML_STATEMENT("x"), SUBJECT_NONE, DIGEST_TAG, true },
		{ "bill of materials by tag", T_CONFIG, "text/spdx+json", "{}", SUBJECT_NONE,
		    DIGEST_TAG, true },
		{ "signature with a name of its own", T_CONFIG, T_COSIGN, ML_SIMPLE("x"),
		    SUBJECT_NONE, REF_NAME "\"2\"", true },
		{ "sibling: signature by tag", T_CONFIG, T_COSIGN, ML_SIMPLE("x"), SUBJECT_NONE,
		    DIGEST_TAG, false },
		{ "sibling: signature by kind", T_CONFIG, T_COSIGN, ML_SIMPLE("x"),
		    SUBJECT_NONE, KIND REF_NAME "\"chart-1.0\"", false },
		{ "sibling: signature without a name", T_CONFIG, T_COSIGN, ML_SIMPLE("x"),
		    SUBJECT_NONE, NULL, false },
		{ "sibling: envelope without a name", T_CONFIG, T_DSSE, ML_DSSE("x"),
		    SUBJECT_NONE, NULL, false },
		{ "sibling: bundle whose subject is not here", T_EMPTY, T_BUNDLE,
		    ML_BUNDLE("x"), SUBJECT_ABSENT, NULL, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct piece good, config, layer, thing;
		struct memlayout l;

		ml_init(&l);
		good = ml_image(&l, "good", "");
		config = ml_blob(&l, rows[i].config, "{}");
		layer = ml_blob(&l, rows[i].layer, rows[i].content);
		thing = ml_blob(&l, T_MANIFEST,
		    ml_text(&l,
			"{\"schemaVersion\":2,\"mediaType\":\"" T_MANIFEST
			"\",\"artifactType\":\"application/x\",\"config\":%s,\"layers\":[%s]%s}",
			config.json, layer.json,
			subject_member(&l, &good, rows[i].subject)));
		ml_entry(&l, &good, REF_NAME "\"1\"");
		ml_entry(&l, &thing, rows[i].annotations);
		ok(ml_build(&l) == 0, "bad_claim_hides_artifact %zu", i);
		ok(ml_judged(&l, SUBJECTS_ROOTS, thing.digest) == rows[i].judged,
		    "%s: %sjudged", rows[i].why, rows[i].judged ? "" : "not ");
		ml_clear(&l);
	}
}

/*
 * What calls itself a signature of the Notary Project is one by its form: runtimes start an image by
 * its configuration, whatever its artifactType says, and take the first entry of a name.
 */
static void
bad_signature_is_an_image(void)
{
	static const struct {
		const char *why, *artifact, *config, *layer;
		bool judged;
		const char *annotations;
	} rows[] = {
		{ "image called signature", T_NOTARY, T_CONFIG, "application/octet-stream",
		    true, NULL },
		{ "image called signature, with its layers", T_NOTARY, T_CONFIG, T_LAYER,
		    true, NULL },
		{ "image called signature, over an envelope", T_NOTARY, T_CONFIG, T_JWS, true, NULL },
		{ "image of Docker called signature", T_NOTARY,
		    "application/vnd.docker.container.image.v1+json",
		    "application/octet-stream", true, NULL },
		{ "signature over something else", T_NOTARY, T_EMPTY,
		    "application/octet-stream", true, NULL },
		{ "old form over something else", NULL, T_NOTARY, "application/octet-stream",
		    true, NULL },
		{ "sibling: JWS", T_NOTARY, T_EMPTY, T_JWS, false, NULL },
		{ "sibling: COSE", T_NOTARY, T_EMPTY, "application/cose", false, NULL },
		{ "sibling: old form", NULL, T_NOTARY, T_JWS, false, NULL },
		{ "signature by kind under a name", T_NOTARY, T_EMPTY, T_JWS, true,
		    KIND REF_NAME "\"2\"" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct piece good, config, layer, thing;
		struct memlayout l;

		ml_init(&l);
		good = ml_image(&l, "good", "");
		config = ml_blob(&l, rows[i].config, "{}");
		layer = ml_blob(&l, rows[i].layer, "{}");
		thing = ml_blob(&l, T_MANIFEST,
		    ml_text(&l,
			"{\"schemaVersion\":2,\"mediaType\":\"" T_MANIFEST
			"\"%s%s%s,\"config\":%s,\"layers\":[%s]}",
			rows[i].artifact == NULL ? "" : ",\"artifactType\":\"",
			rows[i].artifact == NULL ? "" : rows[i].artifact,
			rows[i].artifact == NULL ? "" : "\"", config.json, layer.json));
		ml_entry(&l, &good, REF_NAME "\"1\"");
		ml_entry(&l, &thing, rows[i].annotations);
		ok(ml_build(&l) == 0, "bad_signature_is_an_image %zu", i);
		ok(ml_judged(&l, SUBJECTS_ROOTS, thing.digest) == rows[i].judged,
		    "%s: %sjudged", rows[i].why, rows[i].judged ? "" : "not ");
		ml_clear(&l);
	}
}

/* Of several entries of a name some tools take the first, some the last, whatever they refer to. */
static void
bad_referrer_shares_a_name(void)
{
	static const char *const names[] = { REF_NAME "\"1\"", REF_NAME "\"r.example/a:1\"",
		CONTAINERD_NAME "\"r.example/a:1\"" };

	for (size_t i = 0; i < 2 * COUNT(names); i++) {
		struct piece good, layer, thing;
		struct memlayout l;

		ml_init(&l);
		good = ml_image(&l, "good", "");
		layer = ml_blob(&l, "application/octet-stream", "x");
		thing = ml_blob(&l, T_MANIFEST,
		    ml_text(&l,
			"{\"schemaVersion\":2,\"mediaType\":\"" T_MANIFEST
			"\",\"artifactType\":\"application/x\",\"config\":{\"mediaType\":\"" T_EMPTY
			"\",\"digest\":\"" EMPTY_SHA256 "\",\"size\":2},\"layers\":[%s]%s}",
			layer.json, subject_member(&l, &good, SUBJECT_RIGHT)));
		ml_entry(&l, i % 2 == 0 ? &good : &thing, names[i / 2]);
		ml_entry(&l, i % 2 == 0 ? &thing : &good, names[i / 2]);
		ok(ml_build(&l) == 0 && !ml_judged(&l, SUBJECTS_ROOTS, thing.digest),
		    "bad_referrer_shares_a_name %zu", i);
		ok(ml_note(ml_node(&l, good.digest), REASON_LAYOUT_TAG_AMBIGUOUS),
		    "what it refers to is not to be told by %s", names[i / 2]);
		ml_clear(&l);
	}
}

/* An index is supporting only if all that is there of it is. */
static void
bad_index_hides_image(void)
{
	static const struct {
		const char *why;
		bool image, signature, absent; /* its children */
		const char *annotations;
		bool judged;
	} rows[] = {
		{ "sibling: unnamed list of a signature", false, true, false, NULL, false },
		{ "sibling: the same by the tag of a digest", false, true, false,
		    REF_NAME "\"sha256-"
			     "1111111111111111111111111111111111111111111111111111111111111111\"",
		    false },
		{ "list of a signature with a name", false, true, false, REF_NAME "\"2\"",
		    true },
		{ "list of a signature and an image", true, true, false, NULL, true },
		{ "list of an image by the tag of a digest", true, false, false,
		    REF_NAME "\"sha256-"
			     "1111111111111111111111111111111111111111111111111111111111111111\"",
		    true },
		{ "index of which nothing is here", false, false, true, NULL, true },
		{ "empty index", false, false, false, NULL, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct piece config, layer, image, sig, none, list;
		struct memlayout l;

		ml_init(&l);
		config = ml_blob(&l, T_CONFIG, "{}");
		layer = ml_blob(&l, T_COSIGN, ML_SIMPLE("x"));
		image = ml_image(&l, "image", "");
		sig = ml_blob(&l, T_MANIFEST,
		    ml_text(&l, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}",
			config.json, layer.json));
		none = ml_piece(&l, T_MANIFEST, "not here");
		list = ml_index(&l,
		    ml_text(&l, "%s%s%s%s", rows[i].image ? image.json : "",
			rows[i].image && rows[i].signature ? "," : "",
			rows[i].signature ? sig.json : "",
			rows[i].absent ? none.json : ""),
		    "");
		ml_entry(&l, &list, rows[i].annotations);
		ok(ml_build(&l) == 0, "bad_index_hides_image %zu", i);
		ok(ml_judged(&l, SUBJECTS_ROOTS, list.digest) == rows[i].judged,
		    "%s: %sjudged", rows[i].why, rows[i].judged ? "" : "not ");
		ml_clear(&l);
	}
}

/* --- names --- */

static struct str
scope_of(const struct memlayout *l, const char *digest)
{
	size_t count;
	const struct node_name *names = graph_names_of(ml_node(l, digest), &count);

	return count == 0 ? STR_NONE : names[0].scope;
}

/* What the user said of the whole export holds for what no entry names, too. */
static void
bad_name_not_for_all(void)
{
	struct piece good, listed, below, left, tag, referrer;
	struct memlayout l;

	ml_init(&l);
	good = ml_image(&l, "good", "");
	listed = ml_image(&l, "listed", "");
	below = ml_image(&l, "below", "");
	left = ml_image(&l, "left over", "");
	tag = ml_index(&l, listed.json, "");
	referrer = ml_index(&l, below.json, ml_text(&l, ",\"subject\":%s", good.json));
	ml_entry(&l, &good, NULL);
	ml_entry(&l, &tag, ml_text(&l, REF_NAME "\"sha256-%s\"", good.digest + 7));
	l.repository = "r.example/strict";
	ok(ml_build(&l) == 0, "bad_name_not_for_all");
	is_str(scope_of(&l, good.digest), "r.example/strict", "sibling: an entry");
	ok(ml_judged(&l, SUBJECTS_ROOTS, tag.digest) &&
		ml_judged(&l, SUBJECTS_PLATFORMS, listed.digest),
	    "in what calls itself a list of referrers: judged");
	is_str(scope_of(&l, listed.digest), "r.example/strict", "bad_name_in_tag_index");
	ok(ml_judged(&l, SUBJECTS_ROOTS, below.digest), "in a referring index: judged");
	is_str(scope_of(&l, below.digest), "r.example/strict", "bad_name_in_referrer");
	is_str(scope_of(&l, left.digest), "r.example/strict", "bad_name_left_over");
	is_str(scope_of(&l, referrer.digest), "r.example/strict", "and the referrer");
	ml_clear(&l);
}

static void
add_names(struct memlayout *l, const struct piece *p, int from, int to)
{
	for (int i = from; i < to; i++) {
		ml_entry(l, p, ml_text(l, CONTAINERD_NAME "\"r.io/x%d:1\"", i));
		ml_entry(l, p, ml_text(l, CONTAINERD_NAME "\"r.io/x%d:2\"", i));
	}
}

/* Joining long lists for each of many parts is work of the second power. */
static void
bad_many_repositories(void)
{
	static const struct {
		int a[2], b[2];
		size_t want; /* 0: the part is refused */
	} rows[] = {
		{ { 0, 300 }, { 0, 0 }, 300 },
		{ { 0, 200 }, { 100, 256 }, 256 },
		{ { 0, 200 }, { 0, 200 }, 200 },
		{ { 0, 200 }, { 100, 257 }, 0 },
		{ { 0, 300 }, { 0, 1 }, 0 },
		{ { 0, 1 }, { 0, 300 }, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct piece image, a, b;
		const struct node *n;
		struct memlayout l;

		ml_init(&l);
		image = ml_image(&l, "a", "");
		a = ml_index(&l, image.json, "");
		b = ml_index(&l, image.json, ",\"annotations\":{\"x\":\"\"}");
		add_names(&l, &a, rows[i].a[0], rows[i].a[1]);
		add_names(&l, &b, rows[i].b[0], rows[i].b[1]);
		ok(ml_build(&l) == 0, "bad_many_repositories %zu", i);
		n = ml_node(&l, image.digest);
		is_reason(n->problem,
		    rows[i].want == 0 ? REASON_LIMIT_FINDINGS_HIT : REASON_NONE,
		    "part of %d and %d", rows[i].a[1], rows[i].b[1] - rows[i].b[0]);
		if (rows[i].want != 0)
			is_u64(n->part_name_count, rows[i].want, "each repository once");
		ml_clear(&l);
	}
}

/* --- names that choose the statement --- */

static const char statement[] = "{\"name\":\"%s\",\"registryScopes\":[\"%s\"],"
				"\"signatureVerification\":{\"level\":\"%s\"}%s}%s";
static const char trust[] = ",\"trustStores\":[\"ca:%s\"],\"trustedIdentities\":[\"*\"]";

static const char *
statements(struct stage *s)
{
	struct arena *mem = forge_mem(s->f);
	const char *met = arena_printf(mem, trust, "root").ptr;
	const char *unmet = arena_printf(mem, trust, "stranger").ptr;

	return arena_printf(mem, "%s%s%s%s",
	    arena_printf(mem, statement, "met", "r.example/met", "strict", met, ",").ptr,
	    arena_printf(mem, statement, "unmet", "r.example/unmet", "strict", unmet, ",")
		.ptr,
	    arena_printf(mem, statement, "skip", "r.example/skip", "skip", "", ",").ptr,
	    arena_printf(mem, statement, "rest", "*", "strict", met, "").ptr)
	    .ptr;
}

static void
bad_names(void)
{
	static const struct {
		const char *names[2];
		enum reason reason;
		const char *told; /* the statement in the record */
	} rows[] = {
		{ { "r.example/met:1", NULL }, REASON_NONE, "met" },
		{ { "r.example/met:1", "r.example/unmet:1" }, REASON_CERT_UNTRUSTED,
		    "unmet" },
		{ { "r.example/unmet:1", "r.example/zz:1" }, REASON_CERT_UNTRUSTED,
		    "unmet" },
		{ { "r.example/unmet:1", "r.example/skip:1" }, REASON_CERT_UNTRUSTED,
		    "unmet" },
		/* It might have been the name of a stricter statement. */
		{ { "r.example/Unmet:1", NULL }, REASON_REFERENCE_INVALID, "rest" },
		{ { "r.example/met:1", "r.example/un met:1" }, REASON_REFERENCE_INVALID,
		    "met" },
	};
	struct stage st;
	struct judge j;

	stage_open(&st);
	judge_open(&j, stage_policy(&st, "attack", statements(&st)), STAGE_NOW);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct subject s;

		subject_new(&s, &st);
		for (size_t k = 0; k < COUNT(rows[i].names) && rows[i].names[k] != NULL;
		     k++)
			forge_entry(s.layout, &s.image, rows[i].names[k]);
		subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
		forge_layout_end(s.layout);
		s.written = true;
		j.trust_names = true;
		is_reason(judge_folder(&j, s.dir, NULL), rows[i].reason,
		    "bad_names_%zu: %s", i, rows[i].names[0]);
		is_str(j.verdict.statement, rows[i].told, "the statement that decided");
		j.trust_names = false;
		is_reason(
		    judge_folder(&j, s.dir, NULL), REASON_NONE, "names not trusted");
		subject_close(&s);
	}
	judge_close(&j);
	stage_close(&st);
}

/* --- a verdict too large for one message --- */

#define NAMES 104 /* as many statements, and a signature of 1 MiB under each */

struct arrived {
	uint64_t verdicts, ends, signatures, envelopes;
	enum state state;
	bool told;
};

static int
on_verdict(void *ctx, uint64_t seq, const struct verdict *v, struct err *err)
{
	struct arrived *a = ctx;

	(void)seq;
	(void)err;
	a->verdicts++;
	a->state = v->state;
	a->signatures = v->signatures.n;
	for (size_t i = 0; i < v->signatures.n; i++)
		a->envelopes += v->signatures.v[i].envelope.len > 0;
	for (size_t i = 0; i < v->findings.n; i++)
		a->told = a->told || v->findings.v[i].reason == REASON_LIMIT_FINDINGS_HIT;
	return 0;
}

static int
on_end(void *ctx, uint64_t seq, const struct input_record *end, const struct err *why,
    struct err *err)
{
	struct arrived *a = ctx;

	(void)seq;
	(void)err;
	a->ends += end != NULL;
	if (why != NULL)
		tap_note("refused: %s: %s", reason_code(why->reason), why->text);
	return 0;
}

static struct arrived
arrive(struct judge *j, const char *dir)
{
	struct arrived a = { .state = STATE_UNKNOWN };
	struct batch_options options = { .worker = { .mode = WORKER_AUDIT,
					     .limits = &j->limits,
					     .policy = &j->policy,
					     .time = j->time,
					     .naming = { .trusted = true } },
		.jobs = 1 };
	struct batch_sink sink = {
		.ctx = &a, .verdict = on_verdict, .input_end = on_end
	};
	AUTO(buf_clear) struct buf path = { .max = 4096 };
	struct batch_result result;
	struct inputs in;
	struct err err;
	char *args[1];

	buf_text(&path, dir);
	buf_cstr(&path);
	args[0] = (char *)path.ptr;
	if (inputs_expand(&in, args, 1, &(struct inputs_options){ .limits = &j->limits },
		&err) != 0 ||
	    batch_run(&result, &in, &options, &sink, &err) != 0)
		tap_note("%s", err.text);
	inputs_clear(&in);
	return a;
}

static const char *
many_statements(struct stage *s)
{
	AUTO(buf_clear) struct buf out = { .max = (size_t)1 << 20 };
	struct arena *mem = forge_mem(s->f);
	const char *met = arena_printf(mem, trust, "root").ptr;

	for (int i = 0; i < NAMES; i++)
		buf_printf(&out, statement, arena_printf(mem, "s%d", i).ptr,
		    arena_printf(mem, "r.example/n%d", i).ptr, "strict", met,
		    i + 1 < NAMES ? "," : "");
	return arena_printf(mem, "%s", buf_cstr(&out)).ptr;
}

static void
bad_too_much_evidence(void)
{
	AUTO(buf_clear) struct buf pad = { .max = (size_t)2 << 20 };
	struct forge_envelope big = { .form = FORGE_JWS };
	struct arrived a;
	struct stage st;
	struct subject s;
	struct judge j;

	stage_open(&st);
	judge_open(&j, stage_policy(&st, "many", many_statements(&st)), STAGE_NOW);
	buf_text(&pad, ",\"pad\":\"");
	for (int i = 0; i < 1000; i++)
		buf_printf(&pad, "%01000d", 0);
	buf_text(&pad, "\"");
	big.header_extra = buf_cstr(&pad);
	for (int names = NAMES; names > 0; names -= NAMES - 1) {
		subject_new(&s, &st);
		for (int i = 0; i < names; i++)
			forge_entry(s.layout, &s.image,
			    arena_printf(forge_mem(s.f), "r.example/n%d:1", i).ptr);
		subject_sign(&s, big);
		forge_layout_end(s.layout);
		s.written = true;
		a = arrive(&j, s.dir);
		ok(a.verdicts == 1 && a.ends == 1, "bad_too_much_evidence arrives, %d",
		    names);
		ok(a.state == STATE_COMPLIANT, "and says what was found");
		is_u64(a.signatures, (uint64_t)names, "of each signature");
		is_u64(a.envelopes, names == 1 ? 1 : 0, "the octets, if there is room");
		ok(a.told == (names > 1), "else that is told");
		subject_close(&s);
	}
	judge_close(&j);
	stage_close(&st);
}

int
main(void)
{
	bad_docker_list();
	bad_claim_hides_artifact();
	bad_signature_is_an_image();
	bad_referrer_shares_a_name();
	bad_index_hides_image();
	bad_name_not_for_all();
	bad_many_repositories();
	bad_names();
	bad_too_much_evidence();
	return tap_done();
}
