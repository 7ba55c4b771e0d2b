/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded runs made by hand. */
#include "tests/lib/sample.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/ossl.h"

static char folder[256];

static void
must(bool cond, const char *what)
{
	if (cond)
		return;
	printf("Bail out! sample: %s\n", what);
	exit(1);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void
remove_folder(void)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
sample_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	if (folder[0] == '\0') {
		snprintf(folder, sizeof(folder), "%s/assay-test-XXXXXX",
		    tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp);
		must(mkdtemp(folder) != NULL, "no scratch folder");
		atexit(remove_folder);
	}
	return folder;
}

const char *
sample_path(const char *name)
{
	static char paths[16][512];
	static unsigned next;
	char *out = paths[next++ % COUNT(paths)];

	snprintf(out, sizeof(paths[0]), "%s/%s", sample_folder(), name);
	return out;
}

struct when
sample_time(const char *text)
{
	struct when w = { .sec = 0 };

	must(when_parse(&w, str_of(text)), text);
	return w;
}

struct db *
sample_open(const char *path, enum db_mode mode, struct err *err)
{
	const struct db_options options = {
		.now = "2026-11-21T12:00:00Z",
		.tool = "assay 0.1.0",
	};
	struct db *db = NULL;

	return db_open(&db, path, mode, &options, err) == 0 ? db : NULL;
}

void
sample_sha256(struct digest *out, struct bytes data)
{
	struct ossl *lib = ossl_new();
	struct hasher *h = hasher_new(lib);

	hasher_of(h, DIGEST_SHA256, data, out);
	hasher_free(h);
	ossl_free(lib);
}

static void
make_cert(struct cert_facts *out, const char *name, bool ca)
{
	*out = (struct cert_facts){
		.der = str_bytes(str_of(name)),
		.subject = str_of(name),
		.issuer = STR("CN=Acme Root,O=Acme,ST=WA,C=US"),
		.serial = STR("01"),
		.not_before = sample_time("2025-01-01T00:00:00Z"),
		.not_after = sample_time("2035-01-01T00:00:00Z"),
		.key_name = STR("RSA"),
		.key_bits = 3072,
		.signed_with = STR("sha384WithRSAEncryption"),
		.is_ca = ca,
	};
	sample_sha256(&out->sha256, out->der);
	sample_sha256(&out->spki_sha256, BYTES_LIT("key"));
}

void
sample_run(struct record_run *run, const char *uuid, const char *started)
{
	static struct record_anchor anchor;
	static struct record_doc doc;

	doc = (struct record_doc){
		.kind = STR("notation-trust-policy"),
		.source_path = STR("policy/trustpolicy.json"),
		.version = STR("1.0"),
		.text = BYTES_LIT(SAMPLE_POLICY),
	};
	anchor.kind = STR("ca");
	anchor.store = STR("acme");
	make_cert(&anchor.cert, "CN=Acme Root,O=Acme,ST=WA,C=US", true);
	*run = (struct record_run){
		.uuid = str_of(uuid),
		.series = STR("nightly"),
		.effect = STR("audit"),
		.started = sample_time(started),
		.verify_time = sample_time(started),
		.tool_version = STR("0.1.0"),
		.tool_build = STR("test"),
		.libraries = STR("{\"openssl\":\"3.0.17\",\"sqlite\":\"3.40.1\"}"),
		.argv = STR("[\"assay\",\"audit\",\"images.tar\"]"),
		.limits = STR("{\"signatures\":100}"),
		.docs = &doc,
		.doc_count = 1,
		.anchors = &anchor,
		.anchor_count = 1,
	};
}

struct record *
sample_begin(struct db *db, const char *uuid, const char *started)
{
	struct record *r = NULL;
	struct record_run run;

	sample_run(&run, uuid, started);
	must(record_begin(&r, db, &run, NULL) == 0, "record_begin");
	return r;
}

struct str
sample_digest(struct arena *mem, char digit)
{
	char hex[65];

	memset(hex, digit, 64);
	hex[64] = '\0';
	return arena_printf(mem, "sha256:%s", hex);
}

void
sample_node(struct record *r, uint64_t seq, struct arena *mem, char digit,
    const char *name, enum name_source source)
{
	struct name_record given = { str_of(name), source, NAME_CLAIMED, STR_NONE };
	struct node_record n = {
		.digest = sample_digest(mem, digit),
		.media_type = STR("application/vnd.oci.image.manifest.v1+json"),
		.artifact_type = STR("application/vnd.oci.image.config.v1+json"),
		.platform = STR("linux/amd64"),
		.size = 942,
		.class = CLASS_IMAGE,
		.state = NODE_PRESENT,
		.found_by = FOUND_ROOT,
		.is_root = true,
		.judged = true,
		.names = &given,
		.name_count = name == NULL ? 0 : 1,
	};

	must(record_node(r, seq, &n, NULL) == 0, "record_node");
}

void
sample_verdict(struct verdict *v, struct arena *mem, char digit)
{
	verdict_init(v, mem, 1000);
	v->digest = sample_digest(mem, digit);
	v->media_type = STR("application/vnd.oci.image.manifest.v1+json");
	v->artifact_type = STR("application/vnd.oci.image.config.v1+json");
	v->platform = STR("linux/amd64");
	v->class = CLASS_IMAGE;
	v->size = 942;
	v->statement = STR("production");
	v->level = LEVEL_STRICT;
	v->duration_us = 1500;
}

int
sample_signature(struct verdict *v, const char *envelope, bool valid)
{
	struct digest *chain = arena_array(v->mem, 2, sizeof(*chain));
	const struct check_record check = { .kind = CHECK_SIGNATURE,
		.statement = v->statement.ptr == NULL ? STR("none") : v->statement,
		.demanded = 1 };
	struct cert_facts leaf, root;
	struct signature_record s = {
		.check = (int)v->checks.n,
		.manifest_digest = sample_digest(v->mem, '9'),
		.envelope = str_bytes(arena_str(v->mem, str_of(envelope))),
		.envelope_type = STR("application/jose+json"),
		.format = FORMAT_NOTATION_JWS,
		.scheme = STR("notary.x509"),
		.algorithm = STR("PS384"),
		.signed_digest = v->digest,
		.has_signing_time = true,
		.signing_time = sample_time("2026-10-01T08:00:00Z"),
		.signer = STR("CN=signer,O=Acme,ST=WA,C=US"),
		.chain = chain,
		.chain_count = 2,
		.state = valid ? SIGNATURE_VALID : SIGNATURE_INVALID,
	};

	verdict_check_begin(v, &check);
	verdict_check_end(v, 1, 1, valid, valid ? OUTCOME_PASS : OUTCOME_FAIL);
	make_cert(&leaf, "CN=signer,O=Acme,ST=WA,C=US", false);
	make_cert(&root, "CN=Acme Root,O=Acme,ST=WA,C=US", true);
	verdict_cert(v, &leaf);
	verdict_cert(v, &root);
	chain[0] = leaf.sha256;
	chain[1] = root.sha256;
	if (valid) {
		s.trust_store = STR("ca:acme");
		s.anchor = root.sha256;
	}
	sample_sha256(&s.envelope_digest, s.envelope);
	VEC_PUSH(v->mem, &v->signatures, s);
	return (int)v->signatures.n - 1;
}

static void
first_steps(struct verdict *v, int s)
{
	verdict_pass(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, "1 signature");
	verdict_pass(
	    v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1, "statement production, strict");
	verdict_pass(v, STEP_ENVELOPE, ACTION_ENFORCE, s, NULL);
	verdict_pass(v, STEP_BINDING, ACTION_ENFORCE, s, NULL);
	verdict_pass(v, STEP_INTEGRITY, ACTION_ENFORCE, s, "PS384");
}

void
sample_good(struct verdict *v, struct arena *mem, char digit)
{
	int s;

	sample_verdict(v, mem, digit);
	s = sample_signature(v, "{\"payload\":\"good\"}", true);
	first_steps(v, s);
	verdict_pass(v, STEP_AUTHENTICITY, ACTION_ENFORCE, s, "anchor in ca:acme");
	verdict_data(v, STR("{\"depth\":1}"));
	verdict_pass(v, STEP_IDENTITY, ACTION_ENFORCE, s, NULL);
	verdict_skip(v, STEP_REVOCATION, ACTION_SKIP, s, OUTCOME_SKIPPED, "override");
	verdict_close(v, END_PROVEN, REASON_NONE);
}

void
sample_untrusted(struct verdict *v, struct arena *mem, char digit)
{
	int s;

	sample_verdict(v, mem, digit);
	s = sample_signature(v, "{\"payload\":\"untrusted\"}", false);
	first_steps(v, s);
	verdict_fail(v, STEP_AUTHENTICITY, ACTION_ENFORCE, s, REASON_CERT_UNTRUSTED,
	    "chain of CN=signer,O=Acme,ST=WA,C=US ends at no anchor; loaded were: ca:acme");
	verdict_close(v, END_UNPROVEN, REASON_NONE);
}

void
sample_skipped(struct verdict *v, struct arena *mem, char digit)
{
	sample_verdict(v, mem, digit);
	v->level = LEVEL_SKIP;
	verdict_close(v, END_SKIPPED, REASON_POLICY_LEVEL_SKIP);
}

void
sample_input_end(struct record *r, uint64_t seq)
{
	struct input_record end = {
		.kind = INPUT_OCI_TAR,
		.compression = COMPRESSION_GZIP,
		.prefix = STR(""),
		.size = 1048576,
		.expanded = 4194304,
		.members = 40,
		.blobs = 38,
		.unreachable = 1,
		.passes = 1,
	};

	sample_sha256(&end.digest, BYTES_LIT("images.tar"));
	sample_sha256(&end.index_digest, BYTES_LIT("index.json"));
	must(record_input_end(r, seq, &end, REASON_NONE, STR_NONE, NULL) == 0,
	    "input_end");
}

/* --- the two runs --- */

static void
judge(struct record *r, uint64_t seq, struct verdict *v)
{
	must(record_verdict(r, seq, v, NULL) == 0, "record_verdict");
}

static void
first_run(struct db *db, struct arena *mem)
{
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-20T02:00:00Z");
	static const char digits[] = "abcd";
	struct verdict v;

	must(record_input_begin(r, 0, BYTES_LIT("images.tar.gz"), NULL) == 0,
	    "input_begin");
	for (size_t i = 0; i < 4; i++) {
		sample_node(r, 0, mem, digits[i], "registry.example/app:v1", NAME_REF);
		if (digits[i] == 'a' || digits[i] == 'c')
			sample_good(&v, mem, digits[i]);
		else
			sample_untrusted(&v, mem, digits[i]);
		judge(r, 0, &v);
	}
	sample_input_end(r, 0);
	must(record_end(
		 r, RUN_COMPLETE, 0, sample_time("2026-11-20T02:00:09Z"), NULL) == 0,
	    "record_end");
	record_free(r);
}

/* An index with two platforms, one of them not in the export. */
static void
second_index(struct record *r, struct arena *mem)
{
	struct name_record name = { STR("registry.example/multi:2.0"), NAME_CONTAINERD,
		NAME_CHOOSES, STR("registry.example/multi") };
	struct edge_record e = { .parent = sample_digest(mem, '0'),
		.kind = EDGE_MANIFEST };
	struct finding absent = { .reason = REASON_CHILD_ABSENT,
		.message = STR("linux/arm64 is not in the export"),
		FINDING_ALONE };
	struct node_record n = {
		.digest = e.parent,
		.media_type = STR("application/vnd.oci.image.index.v1+json"),
		.size = 700,
		.class = CLASS_INDEX,
		.state = NODE_PRESENT,
		.found_by = FOUND_ROOT,
		.is_root = true,
		.judged = true,
		.names = &name,
		.name_count = 1,
		.notes = &absent,
		.note_count = 1,
	};
	struct verdict v;

	must(record_node(r, 0, &n, NULL) == 0, "index");
	n = (struct node_record){ .digest = sample_digest(mem, '1'),
		.size = 900,
		.media_type = STR("application/vnd.oci.image.manifest.v1+json"),
		.platform = STR("linux/amd64"),
		.class = CLASS_IMAGE,
		.state = NODE_PRESENT,
		.found_by = FOUND_CHILD };
	must(record_node(r, 0, &n, NULL) == 0, "child");
	e.child = n.digest;
	must(record_edge(r, 0, &e, NULL) == 0, "edge");
	n.digest = sample_digest(mem, '2');
	n.state = NODE_ABSENT;
	n.platform = STR("linux/arm64");
	must(record_node(r, 0, &n, NULL) == 0, "absent child");
	e.child = n.digest;
	e.position = 1;
	must(record_edge(r, 0, &e, NULL) == 0, "edge");
	sample_good(&v, mem, '0');
	verdict_note(&v, REASON_CHILD_ABSENT, -1, "linux/arm64 is not in the export");
	judge(r, 0, &v);
}

static void
second_inputs(struct record *r, struct arena *mem)
{
	struct verdict v;

	must(record_input_begin(r, 0, BYTES_LIT("images.tar.gz"), NULL) == 0, "input 0");
	second_index(r, mem);
	sample_node(r, 0, mem, 'a', "registry.example/app:v1", NAME_REF);
	sample_untrusted(&v, mem, 'a');
	judge(r, 0, &v);
	sample_node(r, 0, mem, 'b', "=cmd|' /C calc'!A0", NAME_REF);
	sample_good(&v, mem, 'b');
	judge(r, 0, &v);
	sample_node(r, 0, mem, 'c',
	    "registry.example/tools/network-monitor:release-2026.11", NAME_REF);
	sample_verdict(&v, mem, 'c');
	verdict_fail(&v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_NOT_FOUND,
	    "no signature refers to this artifact");
	verdict_close(&v, END_UNPROVEN, REASON_NONE);
	judge(r, 0, &v);
	sample_node(r, 0, mem, 'e', "evil\x1b[31m\nname", NAME_REF);
	sample_verdict(&v, mem, 'e');
	verdict_error(
	    &v, STEP_DISCOVERY, -1, REASON_BLOB_MISSING, "config is not in the input");
	verdict_close(&v, END_UNPROVEN, REASON_NONE);
	judge(r, 0, &v);
	sample_node(r, 0, mem, 'f', NULL, NAME_REF);
	sample_skipped(&v, mem, 'f');
	judge(r, 0, &v);
	sample_input_end(r, 0);
	must(record_input_begin(r, 1, BYTES_LIT("broken\xff.tar"), NULL) == 0, "input 1");
	must(record_input_end(r, 1, NULL, REASON_INPUT_TRUNCATED,
		 STR("ends in the middle of a member"), NULL) == 0,
	    "input 1 end");
}

void
sample_two_runs(struct db *db)
{
	struct record *r;
	struct arena mem;

	arena_init(&mem, 0);
	first_run(db, &mem);
	r = sample_begin(db, SAMPLE_SECOND, "2026-11-21T02:00:00Z");
	second_inputs(r, &mem);
	must(record_end(
		 r, RUN_COMPLETE, 0, sample_time("2026-11-21T02:00:07Z"), NULL) == 0,
	    "record_end");
	record_free(r);
	arena_clear(&mem);
}

/* --- revocation --- */

struct record_revocation
sample_list(struct arena *mem, const char *kind, const char *path, const char *number)
{
	struct record_revocation r = {
		.path = str_of(path),
		.kind = str_of(kind),
		.issuer = STR("CN=Acme CA,O=Acme,ST=WA,C=US"),
		.issuer_key = STR("a1b2c3"),
		.number = str_of(number),
		.this_update = sample_time("2026-11-09T06:00:00Z"),
		.has_next_update = true,
		.next_update = sample_time("2026-12-09T06:00:00Z"),
		.entries = 3,
	};

	r.der = str_bytes(
	    arena_printf(mem, "%s %s", kind, number == NULL ? "without" : number));
	sample_sha256(&r.sha256, r.der);
	return r;
}

void
sample_asked(
    struct verdict *v, struct arena *mem, char digit, enum reason reason, struct str data)
{
	int s;

	sample_verdict(v, mem, digit);
	s = sample_signature(v, "{\"payload\":\"asked\"}", reason == REASON_NONE);
	first_steps(v, s);
	if (reason == REASON_NONE)
		verdict_pass(
		    v, STEP_REVOCATION, ACTION_ENFORCE, s, "2 certificates asked");
	else
		verdict_fail(v, STEP_REVOCATION, ACTION_ENFORCE, s, reason, "not good");
	verdict_data(v, data);
	verdict_close(v, reason == REASON_NONE ? END_PROVEN : END_UNPROVEN, REASON_NONE);
}

static struct str
digest_text(struct arena *mem, const struct record_revocation *r)
{
	char text[DIGEST_TEXT];

	digest_format(text, &r->sha256);
	return arena_str(mem, str_of(text));
}

/* The leaf is good by a list and its delta, the CA by a response that is older than it says. */
static struct str
good_data(struct arena *mem, const struct record_revocation *list)
{
	return arena_printf(mem,
	    "{\"certificates\":[{\"subject\":\"CN=signer,O=Acme\",\"serial\":\"01\",\"method\":"
	    "\"crl\",\"result\":\"good\",\"file\":\"crl/acme.crl\",\"sha256\":\"%.*s\",\"number\":"
	    "\"0a\",\"this_update\":\"2026-11-09T06:00:00Z\",\"next_update\":\"2026-12-09T06:00:00Z\","
	    "\"delta\":{\"file\":\"crl/delta.crl\",\"sha256\":\"%.*s\",\"number\":\"0b\","
	    "\"this_update\":\"2026-11-20T06:00:00Z\"}},"
	    "{\"subject\":\"CN=Acme CA,O=Acme\",\"serial\":\"02\",\"method\":\"ocsp\",\"result\":"
	    "\"good\",\"file\":\"ocsp/ca.ocsp\",\"sha256\":\"%.*s\",\"this_update\":"
	    "\"2026-11-08T06:00:00Z\"}]}",
	    STR_ARG(digest_text(mem, &list[0])), STR_ARG(digest_text(mem, &list[1])),
	    STR_ARG(digest_text(mem, &list[2])));
}

static void
revocation_verdicts(
    struct record *r, struct arena *mem, const struct record_revocation *list)
{
	static const char missing[] =
	    "{\"certificates\":[{\"subject\":\"CN=other,O=Acme\",\"serial\":\"07\",\"method\":"
	    "\"crl\",\"result\":\"unknown\",\"reason\":\"revocation.no-data\",\"pointer\":"
	    "\"http://crl.example/other.crl\"},{\"subject\":\"CN=Acme CA,O=Acme\",\"serial\":"
	    "\"02\",\"method\":\"none\",\"result\":\"non-revokable\"}]}";
	struct verdict v;

	must(record_input_begin(r, 0, BYTES_LIT("images.tar.gz"), NULL) == 0, "input");
	sample_node(r, 0, mem, 'a', "registry.example/app:v1", NAME_REF);
	sample_asked(&v, mem, 'a', REASON_NONE, good_data(mem, list));
	judge(r, 0, &v);
	sample_node(r, 0, mem, 'b', "registry.example/app:v2", NAME_REF);
	sample_asked(&v, mem, 'b', REASON_REVOCATION_NO_DATA, str_of(missing));
	judge(r, 0, &v);
	sample_input_end(r, 0);
}

void
sample_revocation_run(struct db *db)
{
	struct record *r = NULL;
	struct record_run run;
	struct arena mem;

	arena_init(&mem, 0);
	struct record_revocation list[] = {
		sample_list(&mem, "crl", "crl/acme.crl", "0a"),
		sample_list(&mem, "delta-crl", "crl/delta.crl", "0b"),
		sample_list(&mem, "ocsp", "ocsp/ca.ocsp", NULL),
		sample_list(&mem, "crl", "crl/old.crl", "05"),
		{ .path = STR("crl/\x1b[2Jnotes\xff.txt"),
		    .reason = REASON_CRL_MALFORMED,
		    .detail = STR("no DER") },
	};
	list[1].base_number = STR("0a");
	list[1].this_update = sample_time("2026-11-20T06:00:00Z");
	list[3].has_next_update = false;
	list[3].url = list[0].sha256;
	sample_run(&run, SAMPLE_REVOCATION, "2026-11-21T02:00:00Z");
	run.revocation = list;
	run.revocation_count = COUNT(list);
	must(record_begin(&r, db, &run, NULL) == 0, "record_begin");
	revocation_verdicts(r, &mem, list);
	must(record_end(
		 r, RUN_COMPLETE, 0, sample_time("2026-11-21T02:00:07Z"), NULL) == 0,
	    "record_end");
	record_free(r);
	arena_clear(&mem);
}
