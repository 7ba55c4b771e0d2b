/* SPDX-License-Identifier: Apache-2.0 */
/* assay inspect: every signature of an export in full, judged by nobody. */
#include <stdio.h>

#include "cli/view.h"
#include "codec/jsonin.h"

static const struct cert_record *
find_cert(const struct verdict *v, const struct digest *d)
{
	for (size_t i = 0; i < v->certs.n; i++)
		if (digest_equal(&v->certs.v[i].sha256, d))
			return &v->certs.v[i];
	return NULL;
}

static struct str
data_of(const struct verdict *v)
{
	for (size_t i = 0; i < v->steps.n; i++)
		if (v->steps.v[i].data.ptr != NULL)
			return v->steps.v[i].data;
	return STR_NONE;
}

static const struct step *
failed_step(const struct verdict *v)
{
	for (size_t i = 0; i < v->steps.n; i++)
		if (v->steps.v[i].reason != REASON_NONE)
			return &v->steps.v[i];
	return NULL;
}

/* --- text --- */

static void
print_certs(const struct verdict *v, const struct signature_record *s)
{
	char hex[DIGEST_TEXT], time[WHEN_TEXT];

	puts("    certificates");
	for (size_t i = 0; i < s->chain_count; i++) {
		const struct cert_record *c = find_cert(v, &s->chain[i]);

		if (c == NULL)
			continue;
		digest_format(hex, &c->sha256);
		printf("      %s\n", hex);
		view_text("        issued to   ", c->subject);
		view_text("        issued by   ", c->issuer);
		when_format(time, c->not_before);
		printf("        valid       %s to ", time);
		when_format(time, c->not_after);
		printf("%s\n        key         ", time);
		view_print(c->key_name);
		/* The name of a curve tells its size. */
		if (str_is(c->key_name, "RSA"))
			printf(" %u", c->key_bits);
		fputs(", signed with ", stdout);
		view_print(c->signed_with);
		putchar('\n');
	}
}

static void
print_member(const char *label, struct jv object, const char *name)
{
	struct str text = STR_NONE;
	struct err ignored;

	if (jsonin_opt_str(&text, object, name, &ignored) == 0 && text.ptr != NULL)
		view_text(label, text);
}

static void
print_pairs(const char *title, struct jv array)
{
	struct str name, value;
	struct err ignored;

	if (jsonin_count(array) == 0)
		return;
	printf("    %s\n", title);
	for (struct jv i = jsonin_first(array); jsonin_type(i) != JSON_ABSENT; i = jsonin_next(i)) {
		if (jsonin_str(&name, i, "name", &ignored) != 0 ||
		    jsonin_str(&value, i, "value", &ignored) != 0)
			continue;
		fputs("      ", stdout);
		view_print(name);
		view_text(" = ", value);
	}
}

static void
print_token(struct jv token)
{
	struct str text;
	struct err ignored;

	if (jsonin_type(token) == JSON_ABSENT)
		return;
	puts("    time stamp");
	print_member("      error       ", token, "error");
	print_member("      time        ", token, "time");
	print_member("      not before  ", token, "lower");
	print_member("      not after   ", token, "upper");
	print_member("      policy      ", token, "policy");
	print_member("      serial      ", token, "serial");
	for (struct jv i = jsonin_first(jsonin_get(token, "certificates"));
	     jsonin_type(i) != JSON_ABSENT; i = jsonin_next(i))
		if (jsonin_as_str(&text, i, &ignored) == 0)
			view_text("      certificate ", text);
}

static void
print_data(const struct view *v, struct str data)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct jv root, attributes, artifact;
	struct err ignored;

	if (data.ptr == NULL ||
	    jsonin_parse(&doc, str_bytes(data), &v->config->limits, NULL, &ignored) != 0)
		return;
	root = jsonin_root(doc);
	attributes = jsonin_get(root, "signed_attributes");
	artifact = jsonin_get(root, "signed_artifact");
	print_member("    payload type  ", attributes, "content_type");
	print_member("    scheme        ", attributes, "signing_scheme");
	print_member("    signing time  ", attributes, "signing_time");
	print_member("    expiry        ", attributes, "expiry");
	print_member("    plug-in       ", attributes, "verification_plugin");
	print_member("    signed        ", artifact, "digest");
	print_member("                  ", artifact, "media_type");
	print_pairs("extended attributes", jsonin_get(attributes, "extended"));
	print_pairs("user metadata", jsonin_get(root, "user_metadata"));
	print_token(jsonin_get(root, "timestamp"));
}

static void
print_signature(const struct view *view, const struct verdict *v,
    const struct signature_record *s)
{
	const struct step *failed = failed_step(v);

	view_text("  signature ", s->manifest_digest);
	view_text("    envelope      ", s->envelope_type);
	if (failed != NULL) {
		printf("    unusable      %s: ", reason_code(failed->reason));
		view_text("", failed->detail);
	}
	if (s->algorithm.ptr != NULL)
		view_text("    algorithm     ", s->algorithm);
	print_data(view, data_of(v));
	if (s->agent.len > 0)
		view_text("    signing agent ", s->agent);
	if (s->chain_count > 0)
		print_certs(v, s);
}

/* --- JSON --- */

static void
certs_json(struct jsonout *out, const struct verdict *v, const struct signature_record *s)
{
	char text[DIGEST_TEXT];

	jsonout_array_begin(out, "certificates");
	for (size_t i = 0; i < s->chain_count; i++) {
		const struct cert_record *c = find_cert(v, &s->chain[i]);

		if (c == NULL)
			continue;
		jsonout_object_begin(out, NULL);
		digest_format(text, &c->sha256);
		jsonout_text(out, "sha256", text);
		jsonout_str(out, "subject", c->subject);
		jsonout_str(out, "issuer", c->issuer);
		jsonout_str(out, "serial", c->serial);
		when_format(text, c->not_before);
		jsonout_text(out, "not_before", text);
		when_format(text, c->not_after);
		jsonout_text(out, "not_after", text);
		jsonout_str(out, "key", c->key_name);
		jsonout_u64(out, "key_bits", c->key_bits);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
}

static void
signature_json(struct jsonout *out, const struct verdict *v, const struct signature_record *s)
{
	const struct step *failed = failed_step(v);
	struct str data = data_of(v);

	jsonout_object_begin(out, NULL);
	jsonout_str(out, "subject", v->digest);
	jsonout_str(out, "manifest_digest", s->manifest_digest);
	jsonout_str(out, "envelope_type", s->envelope_type);
	jsonout_str(out, "format", s->format);
	jsonout_str(out, "algorithm", s->algorithm);
	jsonout_str(out, "agent", s->agent);
	if (failed != NULL) {
		jsonout_text(out, "unusable", reason_code(failed->reason));
		jsonout_str(out, "detail", failed->detail);
	}
	if (data.ptr != NULL)
		jsonout_raw(out, "content", str_bytes(data));
	certs_json(out, v, s);
	jsonout_object_end(out);
}

/* --- both --- */

static size_t
show_signatures(struct view *view, const struct survey_input *input, struct str *last)
{
	size_t shown = 0;

	for (size_t i = 0; i < input->signatures.n; i++) {
		const struct verdict *v = &input->signatures.v[i];
		const struct node_record *node = survey_find(input, v->digest);

		if (v->signatures.n == 0 || !view_wanted(view, v->digest, node))
			continue;
		view->matched++;
		shown++;
		view->unusable += failed_step(v) != NULL;
		if (view->json) {
			signature_json(&view->out, v, &v->signatures.v[0]);
			continue;
		}
		if (!str_equal(*last, v->digest))
			view_text("artifact ", v->digest);
		*last = v->digest;
		print_signature(view, v, &v->signatures.v[0]);
	}
	return shown;
}

static int
show(void *ctx, const struct survey_input *input, struct err *err)
{
	struct view *view = ctx;
	struct str last = STR("");
	size_t shown;

	(void)err;
	view_count(view, input);
	if (view->json) {
		jsonout_object_begin(&view->out, NULL);
		view_input_json(&view->out, input);
		jsonout_array_begin(&view->out, "signatures");
	} else {
		view_input_head(view, input);
		if (input->why != NULL && input->why->text[0] != '\0')
			view_text("    ", str_of(input->why->text));
	}
	shown = show_signatures(view, input, &last);
	if (view->json) {
		jsonout_array_end(&view->out);
		jsonout_object_end(&view->out);
	} else if (shown == 0 && input->end != NULL) {
		puts("no signature that assay can read");
	}
	view->inputs++;
	return 0;
}

int
cmd_inspect(struct config *c, int argc, char **argv)
{
	return view_main(c, argc, argv, "inspect", "INPUT [REF]",
	    "The signatures of an export, in full, without judging them",
	    "Nothing shown here was verified: not the signature, not the chain, not the time. REF is\n"
	    "the digest of an artifact, the start of one (15 characters or more), or a name.\n",
	    WORKER_INSPECT, show);
}
