/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several signatures of one artifact: a bad one never hides a good one, a good one never hides that
 * others failed, and neither order nor number changes the verdict.
 */
#include <unistd.h>

#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define SIGNATURE_TYPE "application/vnd.cncf.notary.signature"
#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define EMPTY_TYPE "application/vnd.oci.empty.v1+json"

struct bench {
	struct stage st;
	struct judge j;
	struct forge_chain stranger;
};

/* --- one signature of each kind ------------------------------------------------------------- */

enum kind {
	GOOD,
	TAMPERED,
	EXPIRED,
	STRANGER,
	ANOTHER,
	PLUGIN,
	MALFORMED,
	EMPTY,
	TYPE,
	CONFIG,
	LAYERS,
	NO_LAYER,
	MISSING,
	CHANGED,
	CUT,
	KIND_COUNT
};

static const struct kind_row {
	const char *name;
	enum reason reason;
	enum signature_state state;
	enum state alone;
} kinds[KIND_COUNT] = {
	[GOOD] = { "good", REASON_NONE, SIGNATURE_VALID, STATE_COMPLIANT },
	[TAMPERED] = { "tampered", REASON_SIG_INVALID, SIGNATURE_INVALID,
	    STATE_NONCOMPLIANT },
	[EXPIRED] = { "expired", REASON_SIGNATURE_EXPIRED, SIGNATURE_INVALID,
	    STATE_NONCOMPLIANT },
	[STRANGER] = { "untrusted", REASON_CERT_UNTRUSTED, SIGNATURE_INVALID,
	    STATE_NONCOMPLIANT },
	[ANOTHER] = { "of another artifact", REASON_PAYLOAD_TARGET_MISMATCH,
	    SIGNATURE_INVALID, STATE_NONCOMPLIANT },
	[PLUGIN] = { "plug-in demanded", REASON_ENVELOPE_PLUGIN_REQUIRED,
	    SIGNATURE_INVALID, STATE_NONCOMPLIANT },
	[MALFORMED] = { "malformed envelope", REASON_SIG_FORM, SIGNATURE_INVALID,
	    STATE_NONCOMPLIANT },
	[EMPTY] = { "empty envelope", REASON_ENVELOPE_EMPTY, SIGNATURE_ERROR,
	    STATE_NONCOMPLIANT },
	[TYPE] = { "unknown envelope type", REASON_ENVELOPE_TYPE_UNSUPPORTED,
	    SIGNATURE_INVALID, STATE_NONCOMPLIANT },
	[CONFIG] = { "wrong config type", REASON_SIG_MANIFEST_INVALID, SIGNATURE_ERROR,
	    STATE_NONCOMPLIANT },
	[LAYERS] = { "two envelopes", REASON_SIG_MANIFEST_LAYERS, SIGNATURE_ERROR,
	    STATE_NONCOMPLIANT },
	[NO_LAYER] = { "no envelope", REASON_SIG_MANIFEST_LAYERS, SIGNATURE_ERROR,
	    STATE_NONCOMPLIANT },
	[MISSING] = { "envelope is missing", REASON_SIGNATURE_RETRIEVAL, SIGNATURE_ERROR,
	    STATE_ERROR },
	[CHANGED] = { "envelope does not fit its digest", REASON_SIGNATURE_RETRIEVAL,
	    SIGNATURE_ERROR, STATE_ERROR },
	[CUT] = { "envelope was cut", REASON_SIGNATURE_RETRIEVAL, SIGNATURE_ERROR,
	    STATE_ERROR },
};

/* What makes signatures of one kind differ: the n-th is always the same but for its random part. */
static struct bytes
envelope(struct bench *b, struct subject *s, enum kind kind, unsigned n)
{
	struct forge_target other = {
		.digest =
		    "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		.size = 7
	};
	struct forge_envelope spec = {
		.form = n % 2 == 0 ? FORGE_JWS : FORGE_COSE,
		.agent = arena_printf(forge_mem(s->f), "signer %u", n).ptr,
	};

	switch (kind) {
	case TAMPERED:
		spec.flip = FORGE_PART_SIGNATURE;
		spec.flip_at = 3;
		break;
	case EXPIRED:
		spec.expiry = "2025-01-01T00:00:00Z";
		break;
	case STRANGER:
		spec.signer = &b->stranger;
		break;
	case ANOTHER:
		spec.payload = forge_payload(s->f, &other);
		break;
	case PLUGIN:
		spec.plugin = "example";
		break;
	case MALFORMED:
		return str_bytes(arena_printf(forge_mem(s->f), "{\"n\":%u}", n));
	case EMPTY:
		return (struct bytes){ NULL, 0 };
	case GOOD:
	case TYPE:
	case CONFIG:
	case LAYERS:
	case NO_LAYER:
	case MISSING:
	case CHANGED:
	case CUT:
	case KIND_COUNT:
		break;
	}
	return subject_envelope(s, spec);
}

static const char *
envelope_type(enum kind kind, unsigned n)
{
	if (kind == TYPE)
		return "application/vnd.example.envelope";
	return forge_envelope_type(
	    kind == MALFORMED || n % 2 == 0 ? FORGE_JWS : FORGE_COSE);
}

/* A signature manifest of any form; it is not in index.json yet. */
static struct forge_desc
manifest(struct subject *s, enum kind kind, const struct forge_desc *layer)
{
	struct arena *mem = forge_mem(s->f);
	struct forge_desc config = forge_blob(s->layout,
	    kind == CONFIG ? "application/vnd.example.config" : EMPTY_TYPE,
	    forge_text("{}"));
	const char *one = forge_desc_json(s->f, layer, NULL).ptr;
	struct str layers = str_of(one);

	if (kind == LAYERS)
		layers = arena_printf(mem, "%s,%s", one, one);
	if (kind == NO_LAYER)
		layers = STR("");
	return forge_blob(s->layout, MANIFEST_TYPE,
	    str_bytes(arena_printf(mem,
		"{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE
		"\",\"artifactType\":\"" SIGNATURE_TYPE
		"\",\"config\":%s,\"layers\":[%.*s],"
		"\"subject\":%s,\"annotations\":{\"digest\":\"%s\"}}",
		forge_desc_json(s->f, &config, NULL).ptr, STR_ARG(layers),
		forge_desc_json(s->f, &s->image, NULL).ptr, layer->digest.ptr)));
}

static void
damage(struct subject *s, enum kind kind, const struct forge_desc *layer,
    struct bytes octets)
{
	if (kind == MISSING)
		unlink(arena_printf(
		    forge_mem(s->f), "%s/blobs/sha256/%s", s->dir, layer->digest.ptr + 7)
			   .ptr);
	if (kind == CHANGED)
		forge_tamper(
		    s->layout, layer, forge_flip(s->f, octets, octets.len / 2, 0));
	if (kind == CUT)
		forge_tamper(
		    s->layout, layer, (struct bytes){ octets.ptr, octets.len / 2 });
}

static struct forge_desc
make(struct bench *b, struct subject *s, enum kind kind, unsigned n)
{
	struct bytes octets = envelope(b, s, kind, n);
	struct forge_desc layer = forge_blob(s->layout, envelope_type(kind, n), octets);
	struct forge_desc signature = manifest(s, kind, &layer);

	damage(s, kind, &layer, octets);
	return signature;
}

static struct forge_desc
add(struct bench *b, struct subject *s, enum kind kind, unsigned n)
{
	struct forge_desc d = make(b, s, kind, n);

	forge_entry(s->layout, &d, NULL);
	return d;
}

/* --- what became of them ---------------------------------------------------------------------- */

static const struct signature_record *
record_of(const struct bench *b, const struct forge_desc *d, int *at)
{
	for (size_t i = 0; i < b->j.verdict.signatures.n; i++) {
		*at = (int)i;
		if (str_equal(b->j.verdict.signatures.v[i].manifest_digest, d->digest))
			return &b->j.verdict.signatures.v[i];
	}
	return NULL;
}

/* Is its finding in the record, and does it block or not? */
static bool
told(const struct bench *b, int signature, enum reason reason, bool blocking)
{
	for (size_t i = 0; i < b->j.verdict.findings.n; i++) {
		const struct finding *f = &b->j.verdict.findings.v[i];

		if (f->signature == signature && f->reason == reason &&
		    f->blocking == blocking)
			return true;
	}
	return false;
}

static bool
any_blocks(const struct bench *b)
{
	for (size_t i = 0; i < b->j.verdict.findings.n; i++)
		if (b->j.verdict.findings.v[i].blocking)
			return true;
	return false;
}

static bool
sorted(const struct verdict *v)
{
	for (size_t i = 1; i < v->signatures.n; i++)
		if (str_cmp(v->signatures.v[i - 1].manifest_digest,
			v->signatures.v[i].manifest_digest) >= 0)
			return false;
	return true;
}

/* --- one bad beside one good ------------------------------------------------------------------- */

static void
test_alone(struct bench *b, enum kind kind)
{
	const struct kind_row *row = &kinds[kind];
	const struct signature_record *r;
	struct forge_desc d;
	struct subject s;
	int at;

	subject_open(&s, &b->st);
	d = add(b, &s, kind, 0);
	is_reason(subject_judge(&s, &b->j), row->reason, "alone: %s", row->name);
	ok(b->j.verdict.state == row->alone, "alone: %s: %s", row->name,
	    state_name(b->j.verdict.state));
	r = record_of(b, &d, &at);
	ok(r != NULL && r->state == row->state, "alone: %s: %s", row->name,
	    r == NULL ? "not there" : signature_state_name(r->state));
	subject_close(&s);
}

/* The good one counts whichever comes first; what is wrong with the other stays on record. */
static void
test_beside_good(struct bench *b, enum kind kind)
{
	const struct kind_row *row = &kinds[kind];
	bool before = false, behind = false;

	for (unsigned n = 0; n < 64 && !(before && behind); n++) {
		const struct signature_record *r;
		struct forge_desc bad, good;
		struct subject s;
		bool first;
		int at;

		subject_open(&s, &b->st);
		bad = add(b, &s, kind, n);
		good = add(b, &s, GOOD, n);
		first = str_cmp(bad.digest, good.digest) < 0;
		if (first ? before : behind) {
			subject_close(&s);
			continue;
		}
		before |= first;
		behind |= !first;
		is_reason(subject_judge(&s, &b->j), REASON_NONE, "%s %s a good one",
		    row->name, first ? "before" : "behind");
		ok(b->j.verdict.state == STATE_COMPLIANT && !any_blocks(b) &&
			b->j.verdict.signatures.n == 2 && sorted(&b->j.verdict),
		    "%s: compliant, both on record", row->name);
		r = record_of(b, &bad, &at);
		ok(r != NULL && r->state == row->state && told(b, at, row->reason, false),
		    "%s: its fault stays, and does not block", row->name);
		r = record_of(b, &good, &at);
		ok(r != NULL && r->state == SIGNATURE_VALID, "%s: the good one is valid",
		    row->name);
		subject_close(&s);
	}
	ok(before && behind, "%s: both orders were met", row->name);
}

/* --- order --------------------------------------------------------------------------------------- */

static void
shuffle(size_t *order, size_t count, unsigned round)
{
	/* A rotation, and every other time backwards: enough to meet each of them in each place. */
	for (size_t i = 0; i < count; i++)
		order[i] = (i + round) % count;
	for (size_t i = 0; round % 2 == 1 && i < count / 2; i++) {
		size_t swap = order[i];

		order[i] = order[count - 1 - i];
		order[count - 1 - i] = swap;
	}
}

/* A verdict in words: two that differ in anything that counts differ here. */
static struct str
summary(struct bench *b, struct arena *mem)
{
	AUTO(buf_clear) struct buf text = { .max = 1 << 20 };
	const struct verdict *v = &b->j.verdict;

	buf_printf(&text, "%s %s\n", state_name(v->state), reason_code(v->reason));
	for (size_t i = 0; i < v->signatures.n; i++)
		buf_printf(&text, "%.*s %s\n",
		    STR_ARG(v->signatures.v[i].manifest_digest),
		    signature_state_name(v->signatures.v[i].state));
	for (size_t i = 0; i < v->steps.n; i++)
		buf_printf(&text, "%s %d %s %.*s\n", step_name(v->steps.v[i].name),
		    v->steps.v[i].signature, outcome_name(v->steps.v[i].outcome),
		    STR_ARG(v->steps.v[i].detail));
	for (size_t i = 0; i < v->findings.n; i++)
		buf_printf(&text, "%s %d %d %.*s\n", reason_code(v->findings.v[i].reason),
		    v->findings.v[i].blocking, v->findings.v[i].signature,
		    STR_ARG(v->findings.v[i].message));
	return arena_str(mem, str_of(buf_cstr(&text)));
}

/* The same image in each round: what its signatures are is decided by their digests alone. */
static void
write_index(struct subject *s, const struct forge_desc *signatures, const size_t *order,
    size_t count)
{
	AUTO(buf_clear) struct buf text = { .max = 1 << 20 };

	buf_printf(&text, "{\"schemaVersion\":2,\"manifests\":[%s",
	    forge_desc_json(s->f, &s->image, NULL).ptr);
	for (size_t i = 0; i < count; i++)
		buf_printf(
		    &text, ",%s", forge_desc_json(s->f, &signatures[order[i]], NULL).ptr);
	buf_text(&text, "]}");
	forge_write(s->dir, "index.json", buf_bytes(&text));
}

static void
test_order(struct bench *b, bool with_good)
{
	struct forge_desc d[KIND_COUNT];
	size_t order[KIND_COUNT], count = 0;
	struct str first = STR_NONE;
	struct subject s;
	unsigned same = 0, rounds = 16;

	subject_open(&s, &b->st);
	for (unsigned k = with_good ? GOOD : GOOD + 1; k < KIND_COUNT; k++)
		d[count++] = make(b, &s, (enum kind)k, k);
	subject_judge(&s, &b->j); /* index.json is there now, and is written anew */
	for (unsigned round = 0; round < rounds; round++) {
		struct str now;

		shuffle(order, count, round);
		write_index(&s, d, order, count);
		subject_judge(&s, &b->j);
		now = summary(b, forge_mem(s.f));
		if (round == 0)
			first = now;
		same += str_equal(first, now);
	}
	is_u64(same, rounds, "%s: the order of index.json changes nothing",
	    with_good ? "one of them good" : "all bad");
	ok(b->j.verdict.signatures.n == count && sorted(&b->j.verdict),
	    "all on record, by digest");
	if (with_good)
		is_reason(
		    b->j.verdict.reason, REASON_NONE, "a good one among %zu", count);
	else
		ok(reason_row(b->j.verdict.reason)->severity == SEVERITY_CRITICAL,
		    "all %zu bad: the gravest reason, %s", count,
		    reason_code(b->j.verdict.reason));
	for (unsigned k = GOOD + 1; k < KIND_COUNT; k++)
		ok(judge_found(&b->j, kinds[k].reason, !with_good), "%s is told, and %s",
		    kinds[k].name, with_good ? "does not block" : "blocks");
	subject_close(&s);
}

/* Of two bad ones the graver reason is the artifact's, whichever comes first. */
static void
test_worst(struct bench *b)
{
	for (unsigned x = GOOD + 1; x < KIND_COUNT; x++)
		for (unsigned y = x + 1; y < KIND_COUNT; y++) {
			enum severity p = reason_row(kinds[x].reason)->severity;
			enum severity q = reason_row(kinds[y].reason)->severity;
			struct subject s;

			if (p == q)
				continue;
			subject_open(&s, &b->st);
			add(b, &s, (enum kind)x, x);
			add(b, &s, (enum kind)y, y);
			is_reason(subject_judge(&s, &b->j), kinds[p > q ? x : y].reason,
			    "%s and %s", kinds[x].name, kinds[y].name);
			ok(b->j.verdict.state == STATE_NONCOMPLIANT ||
				(kinds[x].alone == STATE_ERROR &&
				    kinds[y].alone == STATE_ERROR),
			    "%s and %s: state", kinds[x].name, kinds[y].name);
			subject_close(&s);
		}
}

/* --- limits -------------------------------------------------------------------------------------- */

static size_t
rank_of(const struct forge_desc *d, size_t count, size_t which)
{
	size_t rank = 0;

	for (size_t i = 0; i < count; i++)
		rank += str_cmp(d[i].digest, d[which].digest) < 0;
	return rank;
}

/* Three bad ones and a good one at each place; limits from one to four. */
static void
test_limits(struct bench *b)
{
	enum { N = 4 };
	uint64_t most = b->j.limits.v[LIMIT_SIGNATURES];
	bool met[N] = { false };
	unsigned found = 0;

	for (unsigned n = 0; n < 400 && found < N; n++) {
		struct forge_desc d[N];
		struct subject s;
		size_t rank;

		subject_open(&s, &b->st);
		for (unsigned i = 0; i < N; i++)
			d[i] = add(b, &s, i == 0 ? GOOD : TAMPERED, n + i);
		rank = rank_of(d, N, 0);
		for (uint64_t limit = 1; limit <= N && !met[rank]; limit++) {
			bool inside = rank < limit;

			b->j.limits.v[LIMIT_SIGNATURES] = limit;
			is_reason(subject_judge(&s, &b->j),
			    inside ? REASON_NONE : REASON_SIG_INVALID,
			    "limit %u of 4, the good one is number %zu", (unsigned)limit,
			    rank + 1);
			is_u64(
			    b->j.verdict.signatures.n, limit, "that many are looked at");
			if (limit == N)
				ok(!judge_has(&b->j, REASON_SIGNATURE_LIMIT),
				    "exactly as many as the limit: no finding");
			else
				ok(judge_found(&b->j, REASON_SIGNATURE_LIMIT, !inside) &&
					!judge_found(
					    &b->j, REASON_SIGNATURE_LIMIT, inside),
				    "more than the limit: told, and %s",
				    inside ? "does not block" : "blocks");
		}
		found += !met[rank];
		met[rank] = true;
		subject_close(&s);
	}
	b->j.limits.v[LIMIT_SIGNATURES] = most;
	is_u64(found, N, "the good one was met at every place");
}

static uint64_t spent;

/* A processor that needs a second for each look at its clock. */
static uint64_t
slow_clock(void)
{
	return spent += 1000000;
}

/* The share of processor time of one artifact: bad ones alone, then with a good one in time. */
static void
test_time(struct bench *b)
{
	uint64_t most = b->j.limits.v[LIMIT_ARTIFACT_CPU];

	b->j.cpu_us = slow_clock;
	for (int row = 0; row < 3; row++) {
		struct subject s;

		subject_open(&s, &b->st);
		for (unsigned i = 0; i < 4; i++)
			add(b, &s, row == 0 ? TAMPERED : GOOD, 500 + i);
		b->j.limits.v[LIMIT_ARTIFACT_CPU] = row == 2 ? 4 : 2;
		is_reason(subject_judge(&s, &b->j),
		    row == 0 ? REASON_SIG_INVALID : REASON_NONE,
		    "time for %d of 4, %s", row == 2 ? 4 : 2,
		    row == 0 ? "all bad" : "all good");
		is_u64(b->j.verdict.signatures.n, row == 2 ? 4 : 2,
		    "that many are looked at");
		ok(judge_has(&b->j, REASON_LIMIT_ARTIFACT_CPU_HIT) == (row != 2),
		    "and that is told");
		subject_close(&s);
	}
	b->j.cpu_us = NULL;
	b->j.limits.v[LIMIT_ARTIFACT_CPU] = most;
}

/* --- many ----------------------------------------------------------------------------------------- */

/* One signature, named thousands of times: judged once, and its cost is that of one. */
static void
test_listed_often(struct bench *b)
{
	struct ossl_counts before, after;
	struct forge_desc d;
	struct subject s;

	subject_open(&s, &b->st);
	d = add(b, &s, GOOD, 0);
	for (int i = 0; i < 3000; i++)
		forge_entry(s.layout, &d, NULL);
	before = ossl_counts(b->j.lib);
	is_reason(
	    subject_judge(&s, &b->j), REASON_NONE, "one signature, listed 3001 times");
	after = ossl_counts(b->j.lib);
	is_u64(b->j.verdict.signatures.n, 1, "judged once");
	is_u64(after.signatures_checked - before.signatures_checked, 1, "checked once");
	subject_close(&s);
}

/* A thousand signatures of one signer: each checked once, the chain parsed once. */
static void
test_thousand(struct bench *b)
{
	enum { MANY = 1000 };
	uint64_t most = b->j.limits.v[LIMIT_SIGNATURES];
	struct ossl_counts before, after;
	struct subject s;

	subject_open(&s, &b->st);
	for (unsigned i = 0; i < MANY; i++)
		add(b, &s, i == MANY / 2 ? GOOD : EXPIRED, i);
	judge_renew(&b->j);
	b->j.limits.v[LIMIT_SIGNATURES] = MANY;
	before = ossl_counts(b->j.lib);
	is_reason(subject_judge(&s, &b->j), REASON_NONE, "one good among %d", MANY);
	after = ossl_counts(b->j.lib);
	is_u64(b->j.verdict.signatures.n, MANY, "all are looked at");
	is_u64(after.certs_parsed - before.certs_parsed, 3, "three certificates parsed");
	is_u64(after.signatures_checked - before.signatures_checked, MANY + 3,
	    "each signature checked once, and those in the chain");
	ok(!any_blocks(b) && b->j.verdict.findings.n >= MANY - 1,
	    "the faults of all others stay");
	b->j.limits.v[LIMIT_SIGNATURES] = most;
	subject_judge(&s, &b->j);
	is_u64(
	    b->j.verdict.signatures.n, most, "by default the first %u", (unsigned)most);
	ok(judge_has(&b->j, REASON_SIGNATURE_LIMIT), "and that is told");
	subject_close(&s);
}

/* --- two statements ------------------------------------------------------------------------------- */

#define STATEMENT(name, store)                                                           \
	"{'name':'" name "','registryScopes':['r.example/" name                          \
	"'],'signatureVerification':{'level':'strict'},'trustStores':['ca:" store        \
	"'],'trustedIdentities':['*']}"

static size_t
valid_count(const struct bench *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->j.verdict.signatures.n; i++)
		n += b->j.verdict.signatures.v[i].state == SIGNATURE_VALID;
	return n;
}

/* Names that select two statements: each needs a valid signature of its own stores. */
static void
test_statements(struct bench *b)
{
	static const struct {
		const char *name;
		bool ours, alone, bad;
		enum reason reason;
		size_t valid;
	} rows[] = {
		{ "one signature for each", true, true, false, REASON_NONE, 2 },
		{ "one for each and a bad one", true, true, true, REASON_NONE, 2 },
		{ "only for the first", true, false, false, REASON_CERT_UNTRUSTED, 1 },
		{ "only for the second", false, true, false, REASON_CERT_UNTRUSTED, 1 },
		{ "only for the first and a bad one", true, false, true,
		    REASON_SIG_INVALID, 1 },
		{ "a bad one alone", false, false, true, REASON_SIG_INVALID, 0 },
	};
	struct bench two = *b;

	judge_open(&two.j,
	    stage_policy(&two.st, "two",
		STATEMENT("ours", "root") "," STATEMENT("theirs", "alone")),
	    STAGE_NOW);
	two.j.trust_names = true;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t count = (size_t)rows[i].ours + rows[i].alone + rows[i].bad;
		struct subject s;

		subject_new(&s, &two.st);
		forge_entry(s.layout, &s.image, "r.example/ours:1");
		forge_entry(s.layout, &s.image, "r.example/theirs:1");
		if (rows[i].ours)
			subject_sign(&s, (struct forge_envelope){ .form = FORGE_JWS });
		if (rows[i].alone)
			subject_sign(
			    &s, (struct forge_envelope){ .signer = &two.st.alone });
		if (rows[i].bad)
			add(&two, &s, TAMPERED, 0);
		forge_layout_end(s.layout);
		s.written = true;
		is_reason(judge_digest(&two.j, s.dir, NULL, s.image.digest.ptr),
		    rows[i].reason, "two statements, %s", rows[i].name);
		ok((two.j.verdict.state == STATE_COMPLIANT) ==
			    (rows[i].reason == REASON_NONE) &&
			any_blocks(&two) == (rows[i].reason != REASON_NONE),
		    "two statements, %s: state", rows[i].name);
		is_u64(two.j.verdict.signatures.n, 2 * count,
		    "two statements, %s: judged under both", rows[i].name);
		is_u64(valid_count(&two), rows[i].valid, "two statements, %s: valid",
		    rows[i].name);
		subject_close(&s);
	}
	judge_close(&two.j);
	b->st.cases = two.st.cases;
}

int
main(void)
{
	struct bench b;

	stage_open(&b.st);
	stage_judge(&b.j, &b.st, "strict", "'level':'strict'", "'ca:root'");
	b.stranger = forge_chain(b.st.f, forge_key(b.st.f, "p256"), "Stranger");
	for (unsigned k = GOOD; k < KIND_COUNT; k++)
		test_alone(&b, (enum kind)k);
	for (unsigned k = GOOD + 1; k < KIND_COUNT; k++)
		test_beside_good(&b, (enum kind)k);
	test_order(&b, true);
	test_order(&b, false);
	test_worst(&b);
	test_limits(&b);
	test_time(&b);
	test_listed_often(&b);
	test_thousand(&b);
	test_statements(&b);
	judge_close(&b.j);
	stage_close(&b.st);
	return tap_done();
}
