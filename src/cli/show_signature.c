/* SPDX-License-Identifier: Apache-2.0 */
/* One signature in full, as text or JSON. */
#include "cli/show_signature.h"

#include <stdio.h>

#include "cli/view.h"
#include "codec/jsonin.h"
#include "codec/text.h"
#include "report/out.h"

#define VALUE_COLUMN 26
#define VALUE_LEAST 30 /* columns of a sentence; where there are fewer, none is broken */
#define DEPTH_MOST 8 /* of the child's document; it needs 6 */

/* --- what is there --- */

const struct signature_record *
show_signature_record(const struct shown_signature *s)
{
	static const struct signature_record none = { .state = SIGNATURE_ERROR };

	return s->parsed->signatures.n == 0 ? &none : &s->parsed->signatures.v[0];
}

const struct step *
show_signature_fault(const struct shown_signature *s)
{
	for (size_t i = 0; i < s->parsed->steps.n; i++)
		if (s->parsed->steps.v[i].reason != REASON_NONE)
			return &s->parsed->steps.v[i];
	return NULL;
}

/* The document of verify/inspect.h; absent if there is none. */
static struct jv
content(struct json **doc, const struct shown_signature *s)
{
	const struct jv none = { NULL, NULL };
	struct err ignored;

	for (size_t i = 0; i < s->parsed->steps.n; i++) {
		struct str data = s->parsed->steps.v[i].data;

		if (data.ptr == NULL)
			continue;
		if (jsonin_parse(doc, str_bytes(data), s->limits, NULL, &ignored) != 0)
			return none;
		return jsonin_root(*doc);
	}
	return none;
}

static struct str
member(struct jv object, const char *name)
{
	struct str text = STR_NONE;
	struct err ignored;

	if (jsonin_opt_str(&text, object, name, &ignored) != 0)
		return STR_NONE;
	return text;
}

static uint64_t
number(struct jv object, const char *name)
{
	uint64_t n = 0;
	bool present;
	struct err ignored;

	return jsonin_opt_u64(&n, &present, object, name, &ignored) == 0 ? n : 0;
}

static bool
flag(struct jv object, const char *name)
{
	bool value = false, present;
	struct err ignored;

	return jsonin_opt_bool(&value, &present, object, name, &ignored) == 0 && value;
}

const char *
show_signature_word(const struct verdict *judged, struct str manifest_digest)
{
	/* Worst first. */
	static const enum signature_state order[] = { SIGNATURE_INVALID, SIGNATURE_ERROR,
		SIGNATURE_SKIPPED, SIGNATURE_VALID };

	for (size_t k = 0; k < COUNT(order); k++)
		for (size_t i = 0; judged != NULL && i < judged->signatures.n; i++)
			if (judged->signatures.v[i].state == order[k] &&
			    str_equal(
				judged->signatures.v[i].manifest_digest, manifest_digest))
				return signature_state_name(order[k]);
	if (judged != NULL && judged->reason == REASON_POLICY_LEVEL_SKIP)
		return signature_state_name(SIGNATURE_SKIPPED);
	return "not judged";
}

/* --- text --- */

static void
show_label(int indent, const char *label)
{
	int width = VALUE_COLUMN - indent;

	/* One blank at least between the two. */
	printf("%*s%-*s ", indent, "", width > 1 ? width - 1 : 1, label);
}

void
show_line(int indent, const char *label, struct str value)
{
	show_label(indent, label);
	view_text("", value);
}

/* As much as fits in `room` columns, whole words, one at least. */
static size_t
fitting(struct str text, size_t room)
{
	size_t end = 0;

	if (room == SIZE_MAX)
		return text.len;
	for (size_t at = 1; at <= text.len; at++) {
		if (at < text.len && text.ptr[at] != ' ')
			continue;
		if (end > 0 && text_width(str_upto(text, at)) > room)
			break;
		end = at;
	}
	return end;
}

/* A reason and its sentence; on a terminal broken between words, never within one. */
static void
show_reason(
    int indent, const char *label, enum reason reason, struct str text, unsigned width)
{
	AUTO(buf_clear) struct buf line = { .max = (size_t)1 << 20 };
	size_t room = SIZE_MAX;
	struct str rest;

	if (width >= VALUE_COLUMN + VALUE_LEAST)
		room = width - VALUE_COLUMN;
	buf_printf(&line, "%s%s", reason_code(reason), text.len > 0 ? ": " : "");
	text_show(&line, str_bytes(text));
	rest = (struct str){ (const char *)line.ptr, line.len };
	show_label(indent, label);
	for (;;) {
		size_t end = fitting(rest, room);

		printf("%.*s\n", (int)end, rest.ptr);
		if (end + 1 >= rest.len)
			return;
		rest = str_from(rest, end + 1);
		printf("%*s", VALUE_COLUMN, "");
	}
}

static void
show_member(int indent, const char *label, struct jv object, const char *name)
{
	struct str value = member(object, name);

	if (value.ptr != NULL)
		show_line(indent, label, value);
}

static void
show_title(int indent, const char *title)
{
	printf("%*s%s\n", indent, "", title);
}

/* Names come from the signer: they stand where labels stand, escaped. */
static void
show_pair(int indent, struct jv pair)
{
	AUTO(buf_clear) struct buf name = { .max = (size_t)1 << 20 };

	text_show(&name, str_bytes(member(pair, "name")));
	show_label(indent, buf_cstr(&name));
	view_print(member(pair, "value"));
	puts(flag(pair, "critical") ? "  (critical)" : "");
}

static void
show_pairs(int indent, struct jv array)
{
	for (struct jv i = jsonin_first(array); jsonin_present(i); i = jsonin_next(i))
		show_pair(indent, i);
}

static void
show_cert(struct jv c, int indent)
{
	struct str name = member(c, "key_alg"), with = member(c, "sig_alg");

	printf("%*s", indent, "");
	view_print(member(c, "sha256"));
	puts(flag(c, "signer") ? "  (signer of the token)" : "");
	indent += 2;
	show_member(indent, "unusable", c, "reason");
	show_member(indent, "issued to", c, "subject");
	show_member(indent, "issued by", c, "issuer");
	if (name.ptr == NULL)
		return;
	show_label(indent, "valid");
	view_print(member(c, "not_before"));
	view_text(" to ", member(c, "not_after"));
	show_member(indent, "serial", c, "serial");
	show_label(indent, "key");
	view_print(name);
	if (out_key_open(name))
		printf(" %llu", (unsigned long long)number(c, "key_bits"));
	view_text(", signed with ", with);
}

static void
show_certs(int indent, struct jv array)
{
	if (jsonin_count(array) == 0)
		return;
	show_title(indent, "certificates");
	for (struct jv i = jsonin_first(array); jsonin_present(i); i = jsonin_next(i))
		show_cert(i, indent + 2);
}

/* In the largest unit that holds it whole. */
static void
show_accuracy(int indent, uint64_t us)
{
	const char *unit = us % 1000000 == 0 ? "s" : us % 1000 == 0 ? "ms" : "us";
	uint64_t n = us % 1000000 == 0 ? us / 1000000 : us % 1000 == 0 ? us / 1000 : us;

	show_label(indent, "accuracy");
	printf("%llu %s\n", (unsigned long long)n, unit);
}

static void
show_token(int indent, struct jv t)
{
	if (!jsonin_present(t))
		return;
	show_title(indent, "time stamp");
	indent += 2;
	if (member(t, "reason").ptr != NULL) {
		show_label(indent, "error");
		view_print(member(t, "reason"));
		view_text(": ", member(t, "detail"));
		return;
	}
	show_member(indent, "time", t, "time");
	show_accuracy(indent, number(t, "accuracy_us"));
	show_label(indent, "window");
	view_print(member(t, "lower"));
	view_text(" to ", member(t, "upper"));
	show_member(indent, "policy", t, "policy");
	show_member(indent, "serial", t, "serial");
	show_label(indent, "imprint");
	view_print(member(t, "imprint_algorithm"));
	view_text(":", member(t, "imprint"));
	show_member(indent, "signing time", t, "signing_time");
	show_certs(indent, jsonin_get(t, "certificates"));
}

static void
show_artifact(int indent, struct jv artifact)
{
	if (!jsonin_present(artifact))
		return;
	show_title(indent, "signed artifact");
	show_member(indent + 2, "media type", artifact, "media_type");
	show_member(indent + 2, "digest", artifact, "digest");
	show_label(indent + 2, "size");
	printf("%llu\n", (unsigned long long)number(artifact, "size"));
}

static void
show_content(int indent, struct jv root)
{
	struct jv attributes = jsonin_get(root, "signed_attributes");
	struct jv others = jsonin_get(root, "unsigned_attributes");

	if (!jsonin_present(root))
		return;
	show_artifact(indent, jsonin_get(root, "signed_artifact"));
	show_title(indent, "signed attributes");
	show_member(indent + 2, "content type", attributes, "content_type");
	show_member(indent + 2, "signing scheme", attributes, "signing_scheme");
	show_member(indent + 2, "signing time", attributes, "signing_time");
	show_member(indent + 2, "expiry", attributes, "expiry");
	show_member(indent + 2, "plug-in", attributes, "verification_plugin");
	show_member(
	    indent + 2, "plug-in version", attributes, "verification_plugin_min_version");
	show_pairs(indent + 2, jsonin_get(attributes, "extended"));
	if (jsonin_count(jsonin_get(root, "user_metadata")) == 0) {
		show_line(indent, "user metadata", STR("(empty)"));
	} else {
		show_title(indent, "user metadata");
		show_pairs(indent + 2, jsonin_get(root, "user_metadata"));
	}
	show_certs(indent, jsonin_get(root, "certificates"));
	if (jsonin_count(others) == 0)
		return;
	show_title(indent, "unsigned attributes");
	show_member(indent + 2, "signing agent", others, "signing_agent");
	show_token(indent + 2, jsonin_get(others, "timestamp"));
}

/* --- text: what was judged --- */

static void
show_findings(
    const struct verdict *v, int signature, int indent, const struct show_style *style)
{
	for (size_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.v[i];

		if (f->signature == signature)
			show_reason(indent, f->blocking ? "" : "(does not block)",
			    f->reason, f->message, style->width);
	}
}

void
show_word(const char *word, bool color)
{
	static const struct {
		const char *word, *code;
	} rows[] = { { "Compliant", "32" }, { "valid", "32" }, { "NonCompliant", "1;31" },
		{ "invalid", "1;31" }, { "Error", "35" }, { "error", "35" },
		{ "Unknown", "33" }, { "Exempt", "36" } };
	const char *code = "2";

	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(word, rows[i].word) == 0)
			code = rows[i].code;
	if (color)
		printf("\x1b[%sm%s\x1b[0m", code, word);
	else
		fputs(word, stdout);
}

/* False: the verdict does not say anything of this signature. */
static bool
show_judged(const struct shown_signature *s, int indent)
{
	struct str digest = show_signature_record(s)->manifest_digest;
	const struct verdict *v = s->judged;
	bool any = false;

	for (size_t i = 0; i < v->signatures.n; i++) {
		const struct signature_record *r = &v->signatures.v[i];

		if (!str_equal(r->manifest_digest, digest))
			continue;
		any = true;
		show_label(indent, "verdict");
		show_word(signature_state_name(r->state), s->style.color);
		view_text(r->trust_store.len > 0 ? ", anchored in " : "", r->trust_store);
		show_findings(v, (int)i, indent, &s->style);
	}
	if (!any)
		show_line(indent, "verdict", str_of(show_signature_word(v, digest)));
	return any;
}

void
show_verdict_text(const struct verdict *v, int indent, const struct show_style *style)
{
	show_label(indent, "verdict");
	show_word(state_name(v->state), style->color);
	if (v->reason != REASON_NONE)
		printf(": %s", reason_code(v->reason));
	if (v->statement.ptr != NULL) {
		fputs(", by statement ", stdout);
		view_print(v->statement);
		fputs(" (", stdout);
		fputs(level_name(v->level), stdout);
		putchar(')');
	}
	putchar('\n');
	show_findings(v, -1, indent, style);
}

void
show_signature_text(const struct shown_signature *s, int indent)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	const struct signature_record *r = show_signature_record(s);
	const struct step *fault = show_signature_fault(s);
	struct jv root = content(&doc, s);
	bool told = s->judged != NULL && show_judged(s, indent);
	char digest[DIGEST_TEXT];

	/* A verdict has said it already. */
	if (fault != NULL && !told) {
		show_reason(indent, "cannot be read", fault->reason, fault->detail,
		    s->style.width);
	} else if (fault == NULL && !jsonin_present(root)) {
		show_line(indent, "content", STR("(too long to be shown)"));
	}
	if (r->algorithm.ptr != NULL)
		show_line(indent, "signature algorithm", r->algorithm);
	if (r->envelope_type.ptr != NULL)
		show_line(indent, "envelope type", r->envelope_type);
	if (r->envelope_digest.alg != DIGEST_NONE) {
		digest_format(digest, &r->envelope_digest);
		show_line(indent, "envelope", str_of(digest));
	}
	show_content(indent, root);
}

/* --- JSON --- */

/* A scalar is put; an object or array is begun, and true. */
static bool
put_value(struct jsonout *out, struct jv v)
{
	struct str text = STR_NONE;
	uint64_t n = 0;
	bool b = false;
	struct err ignored;

	switch (jsonin_type(v)) {
	case JSON_OBJECT:
		jsonout_object_begin(out, NULL);
		return true;
	case JSON_ARRAY:
		jsonout_array_begin(out, NULL);
		return true;
	case JSON_STRING:
		jsonin_as_str(&text, v, &ignored);
		jsonout_str(out, NULL, text);
		return false;
	case JSON_NUMBER:
		jsonin_as_u64(&n, v, &ignored);
		jsonout_u64(out, NULL, n);
		return false;
	case JSON_BOOL:
		jsonin_as_bool(&b, v, &ignored);
		jsonout_bool(out, NULL, b);
		return false;
	case JSON_NULL:
	case JSON_ABSENT:
		jsonout_null(out, NULL);
		return false;
	}
	return false;
}

/* All members of the document, in their order, into the object that is open. */
static void
put_content(struct jsonout *out, struct jv root)
{
	struct jv open[DEPTH_MOST];
	unsigned depth = 0;
	struct jv v = jsonin_first(root);

	for (;;) {
		if (!jsonin_present(v)) {
			if (depth == 0)
				return;
			if (jsonin_type(open[--depth]) == JSON_OBJECT)
				jsonout_object_end(out);
			else
				jsonout_array_end(out);
			v = jsonin_next(open[depth]);
			continue;
		}
		if (jsonin_key(v).ptr != NULL)
			jsonout_key(out, jsonin_key(v));
		if (depth == DEPTH_MOST - 1 || !put_value(out, v)) {
			if (depth == DEPTH_MOST - 1)
				jsonout_null(out, NULL);
			v = jsonin_next(v);
			continue;
		}
		open[depth++] = v;
		v = jsonin_first(v);
	}
}

static void
put_findings(struct jsonout *out, const struct verdict *v, int signature)
{
	jsonout_array_begin(out, "findings");
	for (size_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.v[i];

		if (f->signature != signature)
			continue;
		jsonout_object_begin(out, NULL);
		jsonout_text(out, "reason", reason_code(f->reason));
		jsonout_bool(out, "blocking", f->blocking);
		jsonout_str(out, "message", f->message);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
}

static void
put_judged(struct jsonout *out, const struct shown_signature *s)
{
	struct str digest = show_signature_record(s)->manifest_digest;
	const struct verdict *v = s->judged;

	jsonout_text(out, "verdict", show_signature_word(v, digest));
	jsonout_array_begin(out, "judged");
	for (size_t i = 0; i < v->signatures.n; i++) {
		const struct signature_record *r = &v->signatures.v[i];

		if (!str_equal(r->manifest_digest, digest))
			continue;
		jsonout_object_begin(out, NULL);
		jsonout_text(out, "state", signature_state_name(r->state));
		jsonout_str(out, "trust_store", r->trust_store);
		put_findings(out, v, (int)i);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
}

void
show_verdict_json(struct jsonout *out, const struct verdict *v)
{
	jsonout_object_begin(out, "verdict");
	jsonout_text(out, "state", state_name(v->state));
	jsonout_text(
	    out, "reason", v->reason == REASON_NONE ? NULL : reason_code(v->reason));
	jsonout_str(out, "statement", v->statement);
	jsonout_word(out, "level", level_name(v->level));
	put_findings(out, v, -1);
	jsonout_object_end(out);
}

void
show_signature_json(struct jsonout *out, const struct shown_signature *s)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	const struct signature_record *r = show_signature_record(s);
	const struct step *fault = show_signature_fault(s);
	char digest[DIGEST_TEXT];

	if (r->manifest_digest.len > 0)
		jsonout_str(out, "digest", r->manifest_digest);
	if (s->judged != NULL)
		put_judged(out, s);
	if (fault != NULL) {
		jsonout_text(out, "reason", reason_code(fault->reason));
		jsonout_str(out, "detail", fault->detail);
	}
	jsonout_str(out, "algorithm", r->algorithm);
	jsonout_str(out, "envelope_type", r->envelope_type);
	digest_format(digest, &r->envelope_digest);
	jsonout_text(out, "envelope_digest",
	    r->envelope_digest.alg == DIGEST_NONE ? NULL : digest);
	jsonout_word(out, "format", signature_format_name(r->format));
	put_content(out, content(&doc, s));
}
