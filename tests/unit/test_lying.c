/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children that lie. Whoever reads hostile octets may be taken over by them; then all that the parent
 * knows of an input is what such a child says. It is held to the limits that hold for all, what can
 * be made of octets is made of them, and the rest costs its own input.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "run/batch.h"
#include "tests/lib/forge.h"
#include "tests/lib/tap.h"

static struct forge_chain chain; /* leaf, intermediate, root */
static struct digest digests[3];
static struct str leaf_subject; /* as octets say it */

struct seen {
	uint64_t nodes, edges, verdicts, ends;
	enum reason refused;
	struct str signer, platform;
	struct arena mem;
};

static int
on_node(void *ctx, uint64_t seq, const struct node_record *n, struct err *err)
{
	struct seen *s = ctx;

	(void)seq;
	(void)err;
	s->nodes++;
	s->platform = arena_str(&s->mem, n->platform);
	return 0;
}

static int
on_edge(void *ctx, uint64_t seq, const struct edge_record *e, struct err *err)
{
	struct seen *s = ctx;

	(void)seq;
	(void)e;
	(void)err;
	s->edges++;
	return 0;
}

static int
on_verdict(void *ctx, uint64_t seq, const struct verdict *v, struct err *err)
{
	struct seen *s = ctx;

	(void)seq;
	(void)err;
	s->verdicts++;
	if (v->signatures.n > 0)
		s->signer = arena_str(&s->mem, v->signatures.v[0].signer);
	return 0;
}

static int
on_end(void *ctx, uint64_t seq, const struct input_record *end, const struct err *why,
    struct err *err)
{
	struct seen *s = ctx;

	(void)seq;
	(void)err;
	s->ends += end != NULL;
	s->refused = why == NULL ? REASON_NONE : why->reason;
	return 0;
}

/* --- what the children say --- */

static struct verdict
verdict_with(struct arena *mem, size_t certs, struct bytes instead)
{
	struct signature_record s = {
		.manifest_digest = STR("sha256:aa"),
		.signer = STR("CN=somebody else"),
		.chain = digests,
		.chain_count = 3,
		.anchor = digests[2],
		.trust_store = STR("ca:a"),
		.state = SIGNATURE_INVALID,
	};
	struct verdict v;

	verdict_init(&v, mem, 10);
	v.digest = STR("sha256:bb");
	for (size_t i = 0; i < certs; i++) {
		struct cert_facts c = { .der = chain.cert[i], .sha256 = digests[i],
			.subject = STR("CN=somebody else") };

		if (i == 0 && instead.ptr != NULL)
			c.der = instead;
		VEC_PUSH(mem, &v.certs, c);
	}
	verdict_check_begin(&v,
	    &(struct check_record){
		.kind = CHECK_SIGNATURE, .statement = STR("all"), .demanded = 1 });
	verdict_check_end(&v, 1, 1, 0, OUTCOME_FAIL);
	VEC_PUSH(mem, &v.signatures, s);
	return v;
}

static int
tell(struct worker *w, struct wire_out *out, size_t certs, struct bytes instead, bool anchor)
{
	struct verdict v = verdict_with(&w->artifact, certs, instead);
	struct digest other = { .alg = DIGEST_SHA256, .value = { 7 } };

	if (!anchor)
		v.signatures.v[0].anchor = other;
	return wire_verdict(out, &v);
}

static int
end(struct wire_out *out, uint64_t size)
{
	struct input_record r = { .kind = INPUT_OCI_TAR, .size = size, .passes = 1 };

	return wire_end(out, &r);
}

#define CHILD(name)                                                                      \
	static int name(struct worker *w ATTR_UNUSED,                                    \
	    const struct worker_options *o ATTR_UNUSED, int input ATTR_UNUSED,           \
	    bool is_dir ATTR_UNUSED, struct wire_out *out)

CHILD(honest)
{
	return tell(w, out, 3, (struct bytes){ NULL, 0 }, true) == 0 ? end(out, 9) : -1;
}

CHILD(no_certificate)
{
	return tell(w, out, 3, BYTES_LIT("0\x03\x02\x01\x05"), true) == 0 ? end(out, 9) : -1;
}

CHILD(another_certificate)
{
	return tell(w, out, 3, chain.cert[1], true) == 0 ? end(out, 9) : -1;
}

CHILD(part_of_a_chain)
{
	return tell(w, out, 2, (struct bytes){ NULL, 0 }, true) == 0 ? end(out, 9) : -1;
}

CHILD(anchor_elsewhere)
{
	return tell(w, out, 3, (struct bytes){ NULL, 0 }, false) == 0 ? end(out, 9) : -1;
}

static int
nodes(struct wire_out *out, uint64_t count)
{
	char digest[72];
	struct node_record n = { .platform = STR("") };

	for (uint64_t i = 0; i < count; i++) {
		n.digest = (struct str){ digest,
			(size_t)snprintf(digest, sizeof(digest), "sha256:%064llx",
			    (unsigned long long)i) };
		if (wire_node(out, &n) != 0)
			return -1;
	}
	return end(out, 9);
}

CHILD(many_nodes)
{
	return nodes(out, o->limits->v[LIMIT_GRAPH_NODES]);
}

CHILD(invented_nodes)
{
	return nodes(out, 300000);
}

static int
edges(struct wire_out *out, uint64_t count)
{
	struct edge_record e = { STR("sha256:00"), STR("sha256:01"), EDGE_MANIFEST, 0 };

	for (e.position = 0; e.position < count; e.position++)
		if (wire_edge(out, &e) != 0)
			return -1;
	return end(out, 9);
}

static int
verdicts(struct worker *w, struct wire_out *out, uint64_t count)
{
	struct verdict v = verdict_with(&w->artifact, 3, (struct bytes){ NULL, 0 });

	for (uint64_t i = 0; i < count; i++)
		if (wire_verdict(out, &v) != 0)
			return -1;
	return end(out, 9);
}

CHILD(many_verdicts)
{
	return verdicts(w, out, o->limits->v[LIMIT_GRAPH_NODES]);
}

CHILD(invented_verdicts)
{
	return verdicts(w, out, 300000);
}

CHILD(many_edges)
{
	return edges(out, o->limits->v[LIMIT_GRAPH_EDGES]);
}

CHILD(invented_edges)
{
	return edges(out, 300000);
}

CHILD(long_text)
{
	struct node_record n = { .digest = STR("sha256:00") };
	size_t len = WIRE_TEXT_MOST + 1;
	char *text = xmalloc(len);

	memset(text, 'x', len);
	n.platform = (struct str){ text, len };
	return wire_node(out, &n) == 0 ? end(out, 9) : -1;
}

CHILD(more_octets)
{
	return end(out, o->limits->v[LIMIT_INPUT_BYTES] + 1);
}

CHILD(all_octets)
{
	return end(out, o->limits->v[LIMIT_INPUT_BYTES]);
}

static int
files(struct wire_out *out, const char *path)
{
	struct file_record f = { str_of(path), { 0, 0, 0, 0, 0 } };

	return wire_file(out, &f) == 0 ? end(out, 9) : -1;
}

CHILD(file_of_an_archive)
{
	return files(out, "index.json");
}

static const struct row {
	const char *what;
	int (*child)(struct worker *w, const struct worker_options *o, int input, bool is_dir,
	    struct wire_out *out);
	enum reason refused;
} rows[] = {
	{ "honest", honest, REASON_NONE },
	{ "octets that are no certificate", no_certificate, REASON_PARSER_PROTOCOL },
	{ "another certificate than its chain says", another_certificate, REASON_PARSER_PROTOCOL },
	{ "a chain that was not told whole", part_of_a_chain, REASON_PARSER_PROTOCOL },
	{ "an anchor that is not in its chain", anchor_elsewhere, REASON_PARSER_PROTOCOL },
	{ "as many manifests as may be", many_nodes, REASON_NONE },
	{ "300,000 manifests that nobody saw", invented_nodes, REASON_PARSER_PROTOCOL },
	{ "as many verdicts as may be", many_verdicts, REASON_NONE },
	{ "300,000 verdicts", invented_verdicts, REASON_PARSER_PROTOCOL },
	{ "as many entries as may be", many_edges, REASON_NONE },
	{ "300,000 entries that nobody saw", invented_edges, REASON_PARSER_PROTOCOL },
	{ "a text that no document can hold", long_text, REASON_PARSER_PROTOCOL },
	{ "more octets than are read", more_octets, REASON_PARSER_PROTOCOL },
	{ "as many octets as are read", all_octets, REASON_NONE },
	{ "a file of a folder, of an archive", file_of_an_archive, REASON_PARSER_PROTOCOL },
};

static void
run(struct seen *seen, const struct limits *limits, const struct row *r)
{
	struct batch_options options = { .worker = { .limits = limits },
		.jobs = 1,
		.child = r->child };
	struct batch_sink sink = { .ctx = seen,
		.node = on_node,
		.edge = on_edge,
		.verdict = on_verdict,
		.input_end = on_end };
	struct batch_result result;
	struct inputs in;
	struct err err;
	char path[512];
	char *args[] = { path };

	*seen = (struct seen){ .refused = REASON_NONE };
	arena_init(&seen->mem, 0);
	snprintf(path, sizeof(path), "%s/fixtures/exports/web.tar", tap_srcdir());
	ok(inputs_expand(&in, args, 1, &(struct inputs_options){ .limits = limits }, &err) == 0 &&
		batch_run(&result, &in, &options, &sink, &err) == 0,
	    "%s: the run goes on", r->what);
	inputs_clear(&in);
}

static void
test_lies(const struct limits *limits)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct seen seen;

		run(&seen, limits, &rows[i]);
		is_reason(seen.refused, rows[i].refused, "%s", rows[i].what);
		ok(seen.nodes <= limits->v[LIMIT_GRAPH_NODES] && seen.edges <= 5000 &&
			seen.verdicts <= limits->v[LIMIT_GRAPH_NODES],
		    "%s: no more was taken than may be", rows[i].what);
		if (rows[i].child == honest)
			ok(str_equal(seen.signer, leaf_subject),
			    "the signer is who the octets say, not who the child says");
		else if (rows[i].refused != REASON_NONE && rows[i].child != invented_verdicts)
			is_u64(seen.verdicts, 0, "%s: nothing of it is believed", rows[i].what);
		arena_clear(&seen.mem);
	}
}

/* --- what a child has --- */

CHILD(looks_around)
{
	struct node_record n = { .digest = STR("sha256:00") };
	char text[64] = "", score[16] = "";
	int fd = open("/proc/self/oom_score_adj", O_RDONLY);

	if (fd >= 0 && read(fd, score, sizeof(score) - 1) < 0)
		score[0] = '\0';
	snprintf(text, sizeof(text), "dumpable %d, score %d", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0),
	    atoi(score));
	n.platform = str_of(text);
	return wire_node(out, &n) == 0 ? end(out, 9) : -1;
}

static void
test_child(const struct limits *limits)
{
	const struct row r = { "a child that looks around", looks_around, REASON_NONE };
	struct seen seen;

	run(&seen, limits, &r);
	is_str(seen.platform, "dumpable 0, score 500", "nobody reads it, and it is the first to go");
	arena_clear(&seen.mem);
}

int
main(void)
{
	struct forge *f = forge_new();
	struct limits limits;
	struct ossl *lib;
	struct hasher *h;
	struct cert_facts facts;
	struct err err;

	ossl_process_init();
	limits_default(&limits);
	limits.v[LIMIT_GRAPH_NODES] = 1000;
	limits.v[LIMIT_GRAPH_EDGES] = 3000;
	chain = forge_chain(f, forge_key(f, "p256"), "Lies");
	lib = ossl_new();
	h = hasher_new(lib);
	for (size_t i = 0; i < COUNT(digests); i++)
		hasher_of(h, DIGEST_SHA256, chain.cert[i], &digests[i]);
	ok(certfacts_read(&facts, forge_mem(f), chain.cert[0], h, &limits, &err) == 0,
	    "the leaf is one");
	leaf_subject = facts.subject;
	test_lies(&limits);
	test_child(&limits);
	hasher_free(h);
	ossl_free(lib);
	forge_free(f);
	return tap_done();
}
