/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that lead past the stricter statement: each row was once judged by a milder one, or could
 * be. The image of every row is signed by one authority; statements named "unmet" trust another.
 */
#include <stdio.h>

#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define STATEMENT(name, scope, level, trust)                                             \
	"{'name':'" name "','registryScopes':['" scope                                   \
	"'],'signatureVerification':{'level':'" level "'}" trust "}"
#define TRUSTS(store) ",'trustStores':['ca:" store "'],'trustedIdentities':['*']"
#define MET(scope) STATEMENT("met " scope, scope, "strict", TRUSTS("root"))
#define UNMET(scope) STATEMENT("unmet " scope, scope, "strict", TRUSTS("stranger"))

#define CONTAINERD "'io.containerd.image.name':"
#define REF "'org.opencontainers.image.ref.name':"
#define SOURCE "'containerd.io/distribution.source."
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

struct row {
	const char *label;
	const char *annotations; /* of its entry; a second entry behind "|" */
	const char *list; /* RepoTags of manifest.json; NULL: no such file */
	const char *
	    repositories; /* NULL: no such file; %L, %C, %M: hex of layer, config, manifest */
	const char *user; /* --name */
	const char *ignored; /* --ignore-name */
	enum reason want;
};

/* --- one row --- */

static const char *
hex_of(struct str digest)
{
	return digest.ptr + 7;
}

static const char *
config_hex(struct subject *s)
{
	static char hex[65];
	const char *begin =
	    "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
	    "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:";
	char path[4096], text[1024] = "";
	FILE *in;

	snprintf(
	    path, sizeof(path), "%s/blobs/sha256/%s", s->dir, hex_of(s->image.digest));
	in = fopen(path, "rb");
	if (in == NULL || fread(text, 1, sizeof(text) - 1, in) < strlen(begin) + 64)
		tap_note("%s cannot be read", path);
	if (in != NULL)
		fclose(in);
	snprintf(hex, sizeof(hex), "%.64s", text + strlen(begin));
	return hex;
}

/* The text with %L, %C and %M replaced, ' for ". */
static struct bytes
filled(struct subject *s, const char *text)
{
	AUTO(buf_clear) struct buf out = { .max = 1 << 20 };

	for (; *text != '\0'; text++) {
		if (text[0] != '%') {
			buf_u8(&out, *text == '\'' ? '"' : (uint8_t)*text);
			continue;
		}
		text++;
		buf_text(&out, *text == 'L'   ? hex_of(s->layer.digest)
			       : *text == 'C' ? config_hex(s)
					      : hex_of(s->image.digest));
	}
	return arena_bytes(forge_mem(s->f), buf_bytes(&out));
}

static void
write_index(struct subject *s, const char *annotations)
{
	struct arena *mem = forge_mem(s->f);
	struct str all = { (const char *)filled(s, annotations).ptr, 0 };
	AUTO(buf_clear) struct buf out = { .max = 1 << 20 };
	const char *comma = "";

	all.len = filled(s, annotations).len;
	buf_text(&out, "{\"schemaVersion\":2,\"manifests\":[");
	do {
		struct str one = str_upto(all, str_find(all, '|'));

		all = str_from(all, one.len + 1);
		buf_printf(&out, "%s%s", comma,
		    forge_desc_json(s->f, &s->image,
			arena_printf(mem, ",\"annotations\":{%.*s}", STR_ARG(one)).ptr)
			.ptr);
		comma = ",";
	} while (all.len > 0);
	buf_text(&out, "]}");
	forge_write(s->dir, "index.json", buf_bytes(&out));
}

static void
write_files(struct subject *s, const struct row *r)
{
	forge_layout_end(s->layout);
	s->written = true;
	write_index(s, r->annotations);
	if (r->list != NULL)
		forge_write(s->dir, "manifest.json",
		    filled(s,
			arena_printf(forge_mem(s->f),
			    "[{'Config':'blobs/sha256/%%C','RepoTags':%s,'Layers':['blobs/sha256/%%L']}]",
			    r->list)
			    .ptr));
	if (r->repositories != NULL)
		forge_write(s->dir, "repositories", filled(s, r->repositories));
}

static void
judge_row(struct judge *j, struct stage *st, const struct row *r)
{
	struct str pattern = str_of(r->ignored);
	struct subject s;

	subject_new(&s, st);
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	write_files(&s, r);
	j->naming = (struct naming){ .ignored = &pattern,
		.ignored_count = r->ignored == NULL ? 0 : 1 };
	j->trust_names = true;
	is_reason(judge_folder(j, s.dir, r->user), r->want, "bad_names: %s", r->label);
	subject_close(&s);
}

static void
judge_rows(struct stage *st, const char *policy, const char *statements,
    const struct row *rows, size_t count)
{
	struct judge j;

	judge_open(&j, stage_policy(st, policy, statements), STAGE_NOW);
	for (size_t i = 0; i < count; i++)
		judge_row(&j, st, &rows[i]);
	judge_close(&j);
}

/* --- beside a milder statement for all others --- */

static const char with_rest[] =
    MET("r.example/met") "," UNMET("r.example/unmet") "," UNMET("docker.io/library/hub") "," UNMET(
	"localhost/unmet") "," UNMET("team/app") "," UNMET("r.example:5000/port") "," STATEMENT("skip",
	"r.example/skip", "skip", "") "," MET("*");

#define NO REASON_NONE
#define YES REASON_CERT_UNTRUSTED

static const struct row rest_rows[] = {
	{ "sibling: no name", "", NULL, NULL, NULL, NULL, NO },
	{ "sibling: met", CONTAINERD "'r.example/met:1'", NULL, NULL, NULL, NULL, NO },
	{ "sibling: of all others", CONTAINERD "'r.example/x:1'", NULL, NULL, NULL, NULL,
	    NO },
	{ "unmet alone", CONTAINERD "'r.example/unmet:1'", NULL, NULL, NULL, NULL, YES },
	/* Annotations of one entry, and of two. */
	{ "ref.name beside containerd",
	    CONTAINERD "'r.example/met:1'," REF "'r.example/unmet:1'", NULL, NULL, NULL,
	    NULL, YES },
	{ "containerd beside ref.name",
	    CONTAINERD "'r.example/unmet:1'," REF "'r.example/met:1'", NULL, NULL, NULL,
	    NULL, YES },
	{ "skip beside unmet", CONTAINERD "'r.example/skip:1'," REF "'r.example/unmet:1'",
	    NULL, NULL, NULL, NULL, YES },
	{ "sibling: skip beside met",
	    CONTAINERD "'r.example/skip:1'," REF "'r.example/met:1'", NULL, NULL, NULL,
	    NULL, NO },
	{ "second entry of one digest",
	    CONTAINERD "'r.example/met:1'|" CONTAINERD "'r.example/unmet:1'", NULL, NULL,
	    NULL, NULL, YES },
	{ "no tag", CONTAINERD "'r.example/unmet'," REF "'1'", NULL, NULL, NULL, NULL,
	    YES },
	/* Docker's files. */
	{ "RepoTags", CONTAINERD "'r.example/met:1'", "['r.example/unmet:1']", NULL, NULL,
	    NULL, YES },
	{ "second of the RepoTags", "", "['r.example/met:1','r.example/unmet:1']", NULL,
	    NULL, NULL, YES },
	{ "sibling: RepoTags of the same", CONTAINERD "'r.example/met:1'",
	    "['r.example/met:1','r.example/met:2']", NULL, NULL, NULL, NO },
	{ "RepoTags are Docker Hub's", "", "['hub:1']", NULL, NULL, NULL, YES },
	{ "RepoTags with a folder", "", "['team/app:1']", NULL, NULL, NULL, YES },
	{ "sibling: other RepoTags", "", "['pub:1']", NULL, NULL, NULL, NO },
	{ "sibling: no RepoTags", CONTAINERD "'r.example/met:1'", "null", NULL, NULL,
	    NULL, NO },
	{ "RepoTags that are none", "", "['Hub:1']", NULL, NULL, NULL,
	    REASON_REFERENCE_INVALID },
	{ "repositories by layer", "", NULL, "{'r.example/unmet':{'1':'%L'}}", NULL, NULL,
	    YES },
	{ "repositories by configuration", "", NULL, "{'r.example/unmet':{'1':'%C'}}",
	    NULL, NULL, YES },
	{ "repositories by manifest", "", NULL, "{'r.example/unmet':{'1':'%M'}}", NULL,
	    NULL, YES },
	{ "second of the repositories", "", "['r.example/met:1']",
	    "{'r.example/met':{'1':'%L'},'r.example/unmet':{'x':'%L'}}", NULL, NULL,
	    YES },
	{ "repositories are Docker Hub's", "", NULL, "{'hub':{'1':'%L'}}", NULL, NULL,
	    YES },
	{ "sibling: repositories of the same", "", "['r.example/met:1']",
	    "{'r.example/met':{'1':'%L'}}", NULL, NULL, NO },
	/* Where it was pulled from counts for want of anything else. */
	{ "distribution.source", SOURCE "r.example':'unmet'", NULL, NULL, NULL, NULL,
	    YES },
	{ "last of many sources",
	    SOURCE "r.example':'a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,unmet'", NULL,
	    NULL, NULL, NULL, YES },
	{ "sibling: another name is there",
	    SOURCE "r.example':'unmet'," CONTAINERD "'r.example/met:1'", NULL, NULL, NULL,
	    NULL, NO },
	{ "a tag is no other name", SOURCE "r.example':'unmet'," REF "'1'", NULL, NULL,
	    NULL, NULL, YES },
	{ "what is left out is no other name",
	    SOURCE "r.example':'unmet'," CONTAINERD "'r.example/met:1'", NULL, NULL, NULL,
	    "r.example/met", YES },
	/* One repository, written in another way. */
	{ "host in upper case", CONTAINERD "'R.Example/unmet:1'", NULL, NULL, NULL, NULL,
	    YES },
	{ "localhost in upper case", CONTAINERD "'LOCALHOST/unmet:1'", NULL, NULL, NULL,
	    NULL, YES },
	{ "index.docker.io", CONTAINERD "'index.docker.io/library/hub:1'", NULL, NULL,
	    NULL, NULL, YES },
	{ "registry-1.docker.io", CONTAINERD "'registry-1.docker.io/library/hub:1'", NULL,
	    NULL, NULL, NULL, YES },
	{ "without library/", CONTAINERD "'docker.io/hub:1'", NULL, NULL, NULL, NULL,
	    YES },
	{ "all at once", REF "'INDEX.docker.io/hub@sha256:%M'", NULL, NULL, NULL, NULL,
	    YES },
	{ "a scope without registry", CONTAINERD "'docker.io/team/app:1'", NULL, NULL,
	    NULL, NULL, YES },
	{ "port", REF "'r.example:5000/port:1'", NULL, NULL, NULL, NULL, YES },
	{ "sibling: another port", REF "'r.example:5001/port:1'", NULL, NULL, NULL, NULL,
	    NO },
	{ "sibling: a longer name", REF "'r.example/unmet/x:1'", NULL, NULL, NULL, NULL,
	    NO },
	/* Full only after mending: it might have been the stricter one. */
	{ "blank in front", CONTAINERD "' r.example/unmet:1'", NULL, NULL, NULL, NULL,
	    REASON_REFERENCE_INVALID },
	{ "blank behind", CONTAINERD "'r.example/unmet:1 '", NULL, NULL, NULL, NULL,
	    REASON_REFERENCE_INVALID },
	{ "tab in front", CONTAINERD "'\\tlocalhost/unmet:1'", NULL, NULL, NULL, NULL,
	    REASON_REFERENCE_INVALID },
	{ "no-break space", REF "'\xc2\xa0localhost/unmet:1'", NULL, NULL, NULL, NULL,
	    REASON_REFERENCE_INVALID },
	{ "zero-width space", REF "'localhost\xe2\x80\x8b/unmet:1'", NULL, NULL, NULL,
	    NULL, REASON_REFERENCE_INVALID },
	{ "ideographic full stop",
	    REF "'r\xe3\x80\x82"
		"example/unmet:1'",
	    NULL, NULL, NULL, NULL, REASON_REFERENCE_INVALID },
	{ "letters of another script", CONTAINERD "'r.example/unm\xd0\xb5t:1'", NULL,
	    NULL, NULL, NULL, REASON_REFERENCE_INVALID },
	{ "path in upper case", CONTAINERD "'r.example/Unmet:1'", NULL, NULL, NULL, NULL,
	    REASON_REFERENCE_INVALID },
	{ "beside a good one", CONTAINERD "'r.example/met:1'," REF "'r.example/un met:1'",
	    NULL, NULL, NULL, NULL, REASON_REFERENCE_INVALID },
	{ "sibling: it was left out",
	    CONTAINERD "'r.example/met:1'," REF "'r.example/un met:1'", NULL, NULL, NULL,
	    "r.example/un*", NO },
	{ "sibling: short names are no names", CONTAINERD "'hub:1'," REF "'team/app:1'",
	    NULL, NULL, NULL, NULL, NO },
	{ "sibling: an address is no name",
	    CONTAINERD "'ocidir:///srv/unmet:1'," REF "'1'", NULL, NULL, NULL, NULL, NO },
	{ "a transport", REF "'docker://r.example/unmet:1'", NULL, NULL, NULL, NULL,
	    REASON_REFERENCE_INVALID },
	{ "a scheme", CONTAINERD "'https://r.example/unmet:1'", NULL, NULL, NULL, NULL,
	    REASON_REFERENCE_INVALID },
	/* Digests in names. */
	{ "digest of something else", CONTAINERD "'r.example/met@sha256:" ZEROS "'", NULL,
	    NULL, NULL, NULL, REASON_NAME_DIGEST },
	{ "tag and digest of something else", REF "'r.example/met:1@sha256:" ZEROS "'",
	    NULL, NULL, NULL, NULL, REASON_NAME_DIGEST },
	{ "digest by another algorithm",
	    CONTAINERD "'r.example/met@sha512:" ZEROS ZEROS "'", NULL, NULL, NULL, NULL,
	    REASON_NAME_DIGEST },
	{ "digest in RepoTags", "", "['r.example/met@sha256:" ZEROS "']", NULL, NULL,
	    NULL, REASON_NAME_DIGEST },
	{ "though the user gives the name", CONTAINERD "'r.example/met@sha256:" ZEROS "'",
	    NULL, NULL, "r.example/met", NULL, REASON_NAME_DIGEST },
	{ "sibling: its own digest", REF "'r.example/met:1@sha256:%M'", NULL, NULL, NULL,
	    NULL, NO },
	{ "sibling: the name was left out", CONTAINERD "'r.example/met@sha256:" ZEROS "'",
	    NULL, NULL, "r.example/met", "r.example/met@*", NO },
	/* What the user says. */
	{ "sibling: the user's name wins", CONTAINERD "'r.example/unmet:1'",
	    "['r.example/unmet:1']", NULL, "r.example/met", NULL, NO },
	{ "the user's name wins", CONTAINERD "'r.example/met:1'", NULL, NULL,
	    "r.example/unmet", NULL, YES },
	{ "sibling: over a malformed one", CONTAINERD "'r.example/Unmet:1'", NULL, NULL,
	    "r.example/met", NULL, NO },
	{ "the user's alias", "", NULL, NULL, "index.docker.io/library/hub", NULL, YES },
	{ "sibling: unmet was left out",
	    CONTAINERD "'r.example/met:1'," REF "'r.example/unmet:1'", NULL, NULL, NULL,
	    "r.example/unmet:*", NO },
	{ "another was left out",
	    CONTAINERD "'r.example/met:1'," REF "'r.example/unmet:1'", NULL, NULL, NULL,
	    "r.example/met:1", YES },
};

/* --- without a statement for all others --- */

static const char without_rest[] = MET("r.example/met") "," MET(
    "index.docker.io/team/good") "," UNMET("docker.io/team/bad");

static const struct row bare_rows[] = {
	{ "sibling: met", CONTAINERD "'r.example/met:1'", NULL, NULL, NULL, NULL, NO },
	{ "a name without a statement",
	    CONTAINERD "'r.example/met:1'," REF "'r.example/nobody:1'", NULL, NULL, NULL,
	    NULL, REASON_POLICY_NO_MATCH },
	{ "RepoTags without a statement", CONTAINERD "'r.example/met:1'",
	    "['r.example/nobody:1']", NULL, NULL, NULL, REASON_POLICY_NO_MATCH },
	{ "sibling: it was left out", CONTAINERD "'r.example/met:1'",
	    "['r.example/nobody:1']", NULL, NULL, "r.example/nobody*", NO },
	{ "sibling: found by normalisation", CONTAINERD "'docker.io/team/good:1'", NULL,
	    NULL, NULL, NULL, NO },
	{ "found by normalisation", CONTAINERD "'registry-1.docker.io/team/bad:1'", NULL,
	    NULL, NULL, NULL, YES },
};

/* --- what is said about it --- */

static const struct finding *
finding_of(const struct judge *j, enum reason reason)
{
	for (size_t i = 0; i < j->verdict.findings.n; i++)
		if (j->verdict.findings.v[i].reason == reason)
			return &j->verdict.findings.v[i];
	return NULL;
}

static void
told(struct stage *st)
{
	static const struct row alias = { "alias", CONTAINERD "'docker.io/team/good:1'",
		NULL, NULL, NULL, NULL, NO };
	static const struct row exact = { "exact",
		CONTAINERD "'index.docker.io/team/good:1'", NULL, NULL, NULL, NULL, NO };
	static const struct row nobody = { "nobody",
		CONTAINERD "'r.example/met:1'," REF "'r.example/nobody:7'", NULL, NULL,
		NULL, NULL, REASON_POLICY_NO_MATCH };
	static const struct row out = { "left out",
		CONTAINERD "'r.example/met:1'," REF "'r.example/nobody:7'", NULL, NULL,
		NULL, "*nobody*", NO };
	const struct finding *f;
	struct judge j;

	judge_open(&j, stage_policy(st, "told", without_rest), STAGE_NOW);
	judge_row(&j, st, &alias);
	f = finding_of(&j, REASON_POLICY_SCOPE_NORMALISED);
	ok(f != NULL && !f->blocking, "normalisation alone: a note");
	is_str(f == NULL ? STR_NONE : f->message,
	    "docker.io/team/good is judged by scope index.docker.io/team/good of statement "
	    "met index.docker.io/team/good",
	    "which says what was found for what");
	judge_row(&j, st, &exact);
	ok(finding_of(&j, REASON_POLICY_SCOPE_NORMALISED) == NULL, "sibling: no note");
	judge_row(&j, st, &nobody);
	f = finding_of(&j, REASON_POLICY_NO_MATCH);
	is_str(f == NULL ? STR_NONE : f->message,
	    "r.example/nobody:7: no statement has scope r.example/nobody or *",
	    "no match: the name is told");
	judge_row(&j, st, &out);
	f = finding_of(&j, REASON_NAME_IGNORED);
	ok(f != NULL && !f->blocking, "left out: a note");
	is_str(f == NULL ? STR_NONE : f->message,
	    "name left out: r.example/nobody:7 (ref.name)", "with the name");
	judge_close(&j);
}

int
main(void)
{
	struct stage st;

	stage_open(&st);
	judge_rows(&st, "rest", with_rest, rest_rows, COUNT(rest_rows));
	judge_rows(&st, "bare", without_rest, bare_rows, COUNT(bare_rows));
	told(&st);
	stage_close(&st);
	return tap_done();
}
