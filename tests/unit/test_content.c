/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lies below a signed manifest: a good signature does not make up for octets that differ,
 * what is absent is inventory or an error, and nothing is inherited between an index and its parts.
 */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define INDEX "application/vnd.oci.image.index.v1+json"
#define MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define LAYER "application/vnd.oci.image.layer.v1.tar"
#define FOREIGN "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
#define CONFIG "application/vnd.oci.image.config.v1+json"
#define EMPTY "application/vnd.oci.empty.v1+json"
#define ABSENT "sha256:a000000000000000000000000000000000000000000000000000000000000001"
#define EMPTY_DIGEST                                                                     \
	"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

struct bench {
	struct stage st;
	struct judge j;
};

static const struct forge_envelope plain;

/* What stands in the layout instead of the layer, the config or the manifest of an image. */
static const struct forge_desc absent = { LAYER, { ABSENT, sizeof(ABSENT) - 1 }, 5 };

/* A manifest over any config and layer, as JSON. */
static void
put_image(struct subject *s, const char *config, const char *layers)
{
	s->image = forge_blob(s->layout, MANIFEST,
	    str_bytes(arena_printf(forge_mem(s->f),
		"{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST
		"\",\"config\":%s,\"layers\":[%s]}",
		config, layers)));
	forge_entry(s->layout, &s->image, STAGE_NAME ":1");
}

static const char *
described(struct subject *s, const struct forge_desc *d, const char *type, int more,
    const char *extra)
{
	struct forge_desc copy = *d;

	copy.media_type = type;
	copy.size = (uint64_t)((int64_t)copy.size + more);
	return forge_desc_json(s->f, &copy, extra).ptr;
}

/* --- one image ------------------------------------------------------------------------------ */

static void
test_blobs(struct bench *b)
{
	static const struct {
		const char *name;
		bool config; /* the config is the odd one, not the layer */
		int what; /* 0: right, 1: changed, 2: absent, 3: another size, 4: digest unknown */
		const char *type, *extra;
		enum state state;
		enum reason reason;
	} rows[] = {
		{ "all right", false, 0, LAYER, NULL, STATE_COMPLIANT, REASON_NONE },
		{ "layer changed", false, 1, LAYER, NULL, STATE_NONCOMPLIANT,
		    REASON_BLOB_DIGEST_MISMATCH },
		{ "layer absent", false, 2, LAYER, NULL, STATE_ERROR,
		    REASON_BLOB_MISSING },
		{ "layer of another size", false, 3, LAYER, NULL, STATE_NONCOMPLIANT,
		    REASON_BLOB_SIZE_MISMATCH },
		{ "layer of unknown digest", false, 4, LAYER, NULL, STATE_NONCOMPLIANT,
		    REASON_DIGEST_UNSUPPORTED },
		{ "foreign layer changed", false, 1, LAYER,
		    ",\"urls\":[\"https://x.example\"]", STATE_NONCOMPLIANT,
		    REASON_BLOB_DIGEST_MISMATCH },
		{ "layer absent that has an address", false, 2, LAYER,
		    ",\"urls\":[\"https://x.example\"]", STATE_ERROR, REASON_BLOB_MISSING },
		{ "foreign layer absent", false, 2, FOREIGN, NULL, STATE_COMPLIANT,
		    REASON_NONE },
		{ "config changed", true, 1, CONFIG, NULL, STATE_NONCOMPLIANT,
		    REASON_BLOB_DIGEST_MISMATCH },
		{ "config absent", true, 2, CONFIG, NULL, STATE_ERROR,
		    REASON_BLOB_MISSING },
		{ "config of another size", true, 3, CONFIG, NULL, STATE_NONCOMPLIANT,
		    REASON_BLOB_SIZE_MISMATCH },
		{ "config of unknown digest", true, 4, CONFIG, NULL, STATE_NONCOMPLIANT,
		    REASON_DIGEST_UNSUPPORTED },
		{ "layer with embedded octets that differ", false, 2, LAYER,
		    ",\"data\":\"bGF5ZXM=\"", STATE_NONCOMPLIANT,
		    REASON_DESCRIPTOR_DATA_MISMATCH },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_desc parts[2], *odd;
		struct subject s;
		const char *json[2];

		subject_new(&s, &b->st);
		parts[0] = forge_blob(s.layout, CONFIG, BYTES_LIT("{\"a\":1}"));
		parts[1] = s.layer;
		odd = &parts[rows[i].config ? 0 : 1];
		if (rows[i].what == 1)
			forge_tamper(s.layout, odd, BYTES_LIT("layes"));
		if (rows[i].what == 2)
			*odd = absent;
		if (rows[i].what == 4)
			odd->digest = STR("blake3:0123");
		for (int k = 0; k < 2; k++)
			json[k] = described(&s, &parts[k], k == 0 ? CONFIG : rows[i].config ? LAYER : rows[i].type,
			    odd == &parts[k] && rows[i].what == 3,
			    odd == &parts[k] ? rows[i].extra : NULL);
		put_image(&s, json[0], json[1]);
		subject_sign(&s, plain);
		is_reason(
		    subject_judge(&s, &b->j), rows[i].reason, "image: %s", rows[i].name);
		ok(b->j.verdict.state == rows[i].state, "image: %s: %s", rows[i].name,
		    state_name(b->j.verdict.state));
		subject_close(&s);
	}
}

/* The empty config may be left out; one that only claims to be empty may not. */
static void
test_empty_config(struct bench *b)
{
	static const struct {
		const char *name, *digest;
		uint64_t size;
		enum reason reason;
	} rows[] = {
		{ "empty", EMPTY_DIGEST, 2, REASON_NONE },
		{ "by type alone", ABSENT, 2, REASON_BLOB_MISSING },
		{ "of another size", EMPTY_DIGEST, 3, REASON_BLOB_SIZE_MISMATCH },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_desc config = { EMPTY, str_of(rows[i].digest),
			rows[i].size };
		struct subject s;

		subject_new(&s, &b->st);
		put_image(&s, described(&s, &config, EMPTY, 0, NULL),
		    described(&s, &s.layer, LAYER, 0, NULL));
		subject_sign(&s, plain);
		is_reason(subject_judge(&s, &b->j), rows[i].reason, "absent config: %s",
		    rows[i].name);
		subject_close(&s);
	}
}

/* One changed layer is told by each artifact that has it, however many there are. */
static void
test_many(struct bench *b)
{
	AUTO(buf_clear) struct buf layers = { .max = 1 << 20 };
	struct forge_desc config;
	struct subject s;
	size_t told = 0;

	subject_new(&s, &b->st);
	config = forge_blob(s.layout, CONFIG, BYTES_LIT("{\"a\":1}"));
	for (unsigned i = 0; i < 150; i++) {
		struct forge_desc layer = forge_blob(s.layout, LAYER,
		    str_bytes(arena_printf(forge_mem(s.f), "layer %u", i)));

		forge_tamper(s.layout, &layer, BYTES_LIT("x"));
		buf_printf(&layers, "%s%s", i == 0 ? "" : ",",
		    forge_desc_json(s.f, &layer, NULL).ptr);
	}
	put_image(&s, described(&s, &config, CONFIG, 0, NULL), buf_cstr(&layers));
	subject_sign(&s, plain);
	is_reason(
	    subject_judge(&s, &b->j), REASON_BLOB_DIGEST_MISMATCH, "150 changed layers");
	for (size_t i = 0; i < b->j.verdict.findings.n; i++)
		told += b->j.verdict.findings.v[i].reason == REASON_BLOB_DIGEST_MISMATCH;
	is_u64(told, 100, "a hundred of them are told one by one");
	ok(judge_found(&b->j, REASON_LIMIT_FINDINGS_HIT, true), "and the rest by number");
	subject_close(&s);
}

/* --- the manifest itself -------------------------------------------------------------------- */

static void
test_manifest(struct bench *b)
{
	static const struct {
		const char *name;
		struct bytes text; /* NULL: as signed */
		const char *type;
		int more;
		enum state state;
		enum reason reason;
	} rows[] = {
		{ "as signed", { NULL, 0 }, MANIFEST, 0, STATE_COMPLIANT, REASON_NONE },
		{ "changed", { (const uint8_t *)"{}", 2 }, MANIFEST, 0,
		    STATE_NONCOMPLIANT, REASON_BLOB_DIGEST_MISMATCH },
		{ "of another size", { NULL, 0 }, MANIFEST, 1, STATE_NONCOMPLIANT,
		    REASON_BLOB_SIZE_MISMATCH },
		{ "named as something else", { NULL, 0 }, "application/x", 0,
		    STATE_UNKNOWN, REASON_MANIFEST_UNKNOWN_TYPE },
		{ "named as an index", { NULL, 0 }, INDEX, 0, STATE_NONCOMPLIANT,
		    REASON_MANIFEST_AMBIGUOUS },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_desc entry;
		struct subject s;

		subject_new(&s, &b->st);
		entry = s.image;
		entry.media_type = rows[i].type;
		entry.size = (uint64_t)((int64_t)entry.size + rows[i].more);
		forge_entry(s.layout, &entry, STAGE_NAME ":1");
		subject_sign(&s, plain);
		if (rows[i].text.ptr != NULL)
			forge_tamper(s.layout, &s.image, rows[i].text);
		is_reason(subject_judge(&s, &b->j), rows[i].reason, "manifest: %s",
		    rows[i].name);
		ok(b->j.verdict.state == rows[i].state, "manifest: %s: %s", rows[i].name,
		    state_name(b->j.verdict.state));
		subject_close(&s);
	}
}

/* An entry whose manifest is not there: an error, not an unsigned image. */
static void
test_absent_manifest(struct bench *b)
{
	struct subject s;

	subject_new(&s, &b->st);
	s.image = absent;
	s.image.media_type = MANIFEST;
	forge_entry(s.layout, &s.image, STAGE_NAME ":1");
	subject_sign(&s, plain);
	is_reason(subject_judge(&s, &b->j), REASON_BLOB_MISSING, "manifest: absent");
	ok(b->j.verdict.state == STATE_ERROR && b->j.verdict.signatures.n == 0,
	    "manifest: absent: an error, and no signature is looked at");
	subject_close(&s);
}

/* --- indexes ----------------------------------------------------------------------------------- */

struct tree { /* an index over an image and another one */
	struct subject s; /* s.image is the index */
	struct forge_desc child[2], layer[2];
};

static void
tree_open(struct tree *t, struct bench *b)
{
	subject_new(&t->s, &b->st);
	t->child[0] = t->s.image;
	t->layer[0] = t->s.layer;
	t->layer[1] = forge_blob(t->s.layout, LAYER, BYTES_LIT("other"));
	t->child[1] = forge_image(t->s.layout, "2", &t->layer[1], 1);
	t->s.image = forge_index(t->s.layout, t->child, 2);
	forge_entry(t->s.layout, &t->s.image, STAGE_NAME ":1");
}

static void
sign(struct tree *t, const struct forge_desc *what)
{
	struct forge_desc index = t->s.image;

	t->s.image = *what;
	subject_sign(&t->s, plain);
	t->s.image = index;
}

static enum reason
verdict_of(struct tree *t, struct bench *b, const struct forge_desc *what)
{
	struct forge_desc index = t->s.image;
	enum reason r;

	t->s.image = *what;
	b->j.subjects = SUBJECTS_ALL;
	r = subject_judge(&t->s, &b->j);
	b->j.subjects = SUBJECTS_ROOTS;
	t->s.image = index;
	return r;
}

static void
test_index(struct bench *b)
{
	struct tree t;

	tree_open(&t, b);
	sign(&t, &t.s.image);
	is_reason(subject_judge(&t.s, &b->j), REASON_NONE, "index: signed, parts whole");
	is_reason(verdict_of(&t, b, &t.child[0]), REASON_SIGNATURE_NOT_FOUND,
	    "index: its signature is not its part's");
	subject_close(&t.s);

	tree_open(&t, b);
	sign(&t, &t.child[0]);
	sign(&t, &t.child[1]);
	is_reason(subject_judge(&t.s, &b->j), REASON_SIGNATURE_NOT_FOUND,
	    "index: signatures of its parts are not its own");
	is_reason(
	    verdict_of(&t, b, &t.child[0]), REASON_NONE, "index: a part signed itself");
	subject_close(&t.s);

	tree_open(&t, b);
	sign(&t, &t.s.image);
	forge_tamper(t.s.layout, &t.layer[1], BYTES_LIT("othes"));
	is_reason(subject_judge(&t.s, &b->j), REASON_BLOB_DIGEST_MISMATCH,
	    "index: a layer of a part changed");
	ok(b->j.verdict.state == STATE_NONCOMPLIANT &&
		b->j.verdict.signatures.v[0].state == SIGNATURE_VALID,
	    "index: noncompliant although its signature is valid");
	subject_close(&t.s);

	tree_open(&t, b);
	sign(&t, &t.s.image);
	forge_tamper(t.s.layout, &t.child[1], BYTES_LIT("{}"));
	is_reason(subject_judge(&t.s, &b->j), REASON_BLOB_DIGEST_MISMATCH,
	    "index: a part changed");
	subject_close(&t.s);
}

static void
test_index_parts(struct bench *b)
{
	static const struct {
		const char *name, *type, *digest;
		int more;
		enum reason reason;
	} rows[] = {
		{ "as it is", MANIFEST, NULL, 0, REASON_NONE },
		{ "absent", MANIFEST, ABSENT, 0, REASON_BLOB_MISSING },
		{ "of unknown type, absent", "application/x", ABSENT, 0,
		    REASON_BLOB_MISSING },
		{ "of unknown type", "application/x", NULL, 0, REASON_BLOB_MISSING },
		{ "of another size", MANIFEST, NULL, 1, REASON_BLOB_SIZE_MISMATCH },
		{ "of unknown type and another size", "application/x", NULL, 1,
		    REASON_BLOB_SIZE_MISMATCH },
		{ "of unknown digest", MANIFEST, "blake3:0123", 0,
		    REASON_DIGEST_UNSUPPORTED },
		{ "named as an index", INDEX, NULL, 0, REASON_MANIFEST_AMBIGUOUS },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_desc part;
		struct subject s;

		subject_new(&s, &b->st);
		part = s.image;
		part.media_type = rows[i].type;
		part.size = (uint64_t)((int64_t)part.size + rows[i].more);
		if (rows[i].digest != NULL)
			part.digest = str_of(rows[i].digest);
		s.image = forge_index(s.layout, &part, 1);
		forge_entry(s.layout, &s.image, STAGE_NAME ":1");
		subject_sign(&s, plain);
		is_reason(
		    subject_judge(&s, &b->j), rows[i].reason, "part: %s", rows[i].name);
		subject_close(&s);
	}
}

/* What of an index may stay away, and what an option makes of it. */
static void
test_index_whole(struct bench *b)
{
	static const struct {
		const char *name;
		/* of the second image: 0 whole, 1 one layer absent, 2 no layer, 3 no manifest */
		int second;
		bool first_absent, allow_missing, require_complete;
		enum state state;
		enum reason reason;
	} rows[] = {
		{ "both whole", 0, false, false, false, STATE_COMPLIANT, REASON_NONE },
		{ "a layer absent", 1, false, false, false, STATE_ERROR,
		    REASON_BLOB_MISSING },
		{ "a layer absent, allowed", 1, false, true, false, STATE_COMPLIANT,
		    REASON_NONE },
		{ "a platform without layers", 2, false, false, false, STATE_COMPLIANT,
		    REASON_NONE },
		{ "an absent platform", 3, false, false, false, STATE_COMPLIANT,
		    REASON_NONE },
		{ "a platform without layers, demanded", 2, false, false, true,
		    STATE_NONCOMPLIANT, REASON_CHILD_ABSENT },
		{ "an absent platform, demanded", 3, false, false, true,
		    STATE_NONCOMPLIANT, REASON_CHILD_ABSENT },
		{ "all platforms, demanded", 0, false, false, true, STATE_COMPLIANT,
		    REASON_NONE },
		{ "no platform whole", 2, true, false, false, STATE_ERROR,
		    REASON_BLOB_MISSING },
		{ "no platform there", 3, true, true, false, STATE_ERROR,
		    REASON_BLOB_MISSING },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_desc layers[2], child[2];
		struct subject s;

		subject_new(&s, &b->st);
		layers[0] = forge_blob(s.layout, LAYER, BYTES_LIT("one"));
		layers[1] = forge_blob(s.layout, LAYER, BYTES_LIT("two"));
		child[0] = s.image;
		if (rows[i].first_absent)
			child[0].digest = STR(ABSENT);
		if (rows[i].second == 1)
			layers[1] = absent;
		if (rows[i].second == 2) {
			layers[0] = layers[1] = absent;
			layers[1].digest.ptr = "sha256:"
			    "b000000000000000000000000000000000000000000000000000000000000002";
		}
		child[1] = forge_image(s.layout, "2", layers, 2);
		if (rows[i].second == 3)
			child[1].digest = STR("sha256:"
			    "c000000000000000000000000000000000000000000000000000000000000003");
		s.image = forge_index(s.layout, child, 2);
		forge_entry(s.layout, &s.image, STAGE_NAME ":1");
		subject_sign(&s, plain);
		b->j.allow_missing = rows[i].allow_missing;
		b->j.require_complete = rows[i].require_complete;
		is_reason(subject_judge(&s, &b->j), rows[i].reason, "index: %s",
		    rows[i].name);
		ok(b->j.verdict.state == rows[i].state, "index: %s: %s", rows[i].name,
		    state_name(b->j.verdict.state));
		subject_close(&s);
	}
	b->j.allow_missing = b->j.require_complete = false;
}

/* A part of unknown type is hashed all the same. */
static void
test_unknown_part(struct bench *b)
{
	struct forge_desc part;
	struct subject s;

	subject_new(&s, &b->st);
	part = forge_blob(s.layout, "application/x", BYTES_LIT("part"));
	s.image = forge_index(s.layout, &part, 1);
	forge_entry(s.layout, &s.image, STAGE_NAME ":1");
	subject_sign(&s, plain);
	forge_tamper(s.layout, &part, BYTES_LIT("pars"));
	is_reason(subject_judge(&s, &b->j), REASON_BLOB_DIGEST_MISMATCH,
	    "part: of unknown type, changed");
	subject_close(&s);
}

/* The deepest layer that is looked at, and one level more. */
static void
test_depth(struct bench *b)
{
	uint64_t most = b->j.limits.v[LIMIT_GRAPH_DEPTH];

	for (unsigned levels = 6; levels <= 9; levels++)
		for (int changed = 0; changed < 2; changed++) {
			enum reason want = levels + 1 > most
					       ? REASON_LIMIT_GRAPH_DEPTH_HIT
					   : changed ? REASON_BLOB_DIGEST_MISMATCH
						     : REASON_NONE;
			struct subject s;

			subject_new(&s, &b->st);
			for (unsigned i = 0; i < levels; i++)
				s.image = forge_index(s.layout, &s.image, 1);
			forge_entry(s.layout, &s.image, STAGE_NAME ":1");
			subject_sign(&s, plain);
			if (changed)
				forge_tamper(s.layout, &s.layer, BYTES_LIT("layes"));
			is_reason(subject_judge(&s, &b->j), want,
			    "%u indexes above an image with %s layer", levels,
			    changed ? "a changed" : "its");
			subject_close(&s);
		}
}

/* A hundred indexes that all hold the same two images: each is looked at once. */
static void
test_diamond(struct bench *b)
{
	struct forge_desc tops[100];
	struct tree t;

	tree_open(&t, b);
	for (size_t i = 0; i < COUNT(tops); i++) {
		struct forge_desc list[3] = { t.child[i % 2], t.child[(i + 1) % 2],
			i == 0 ? t.child[0] : tops[i / 2] };

		tops[i] = forge_index(t.s.layout, list, 3);
	}
	t.s.image = forge_index(t.s.layout, tops, COUNT(tops));
	forge_entry(t.s.layout, &t.s.image, NULL);
	sign(&t, &t.s.image);
	is_reason(subject_judge(&t.s, &b->j), REASON_NONE, "diamonds: whole");
	subject_close(&t.s);
}

int
main(void)
{
	struct bench b;

	stage_open(&b.st);
	stage_judge(&b.j, &b.st, "strict", "'level':'strict'", "'ca:root'");
	test_blobs(&b);
	test_empty_config(&b);
	test_many(&b);
	test_manifest(&b);
	test_absent_manifest(&b);
	test_index(&b);
	test_index_parts(&b);
	test_index_whole(&b);
	test_unknown_part(&b);
	test_depth(&b);
	test_diamond(&b);
	judge_close(&b.j);
	stage_close(&b.st);
	return tap_done();
}
