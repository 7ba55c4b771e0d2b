/* SPDX-License-Identifier: Apache-2.0 */
/* What a signature says of itself, as a JSON object for views. */
#include "verify/inspect.h"

#include "codec/jsonout.h"
#include "crypto/tst.h"

static void
put_when(struct jsonout *out, const char *key, struct when w)
{
	char text[WHEN_TEXT];

	when_format_us(text, w);
	jsonout_text(out, key, text);
}

static void
put_attributes(struct jsonout *out, const struct envelope *e)
{
	jsonout_object_begin(out, "signed_attributes");
	jsonout_str(out, "content_type", e->content_type);
	jsonout_text(out, "signing_scheme", envelope_scheme_name(e->scheme));
	put_when(out, "signing_time", e->signing_time);
	if (e->has_expiry)
		put_when(out, "expiry", e->expiry);
	if (e->has_plugin)
		jsonout_str(out, "verification_plugin", e->plugin);
	jsonout_array_begin(out, "extended");
	for (size_t i = 0; i < e->attr_count; i++) {
		jsonout_object_begin(out, NULL);
		jsonout_str(out, "name", e->attrs[i].name);
		jsonout_str(out, "value", e->attrs[i].text);
		jsonout_bool(out, "critical", e->attrs[i].critical);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
	jsonout_object_end(out);
}

static void
put_payload(struct jsonout *out, const struct payload *p)
{
	jsonout_object_begin(out, "signed_artifact");
	jsonout_str(out, "media_type", p->media_type);
	jsonout_str(out, "digest", p->digest);
	jsonout_u64(out, "size", p->size);
	jsonout_object_end(out);
	jsonout_array_begin(out, "user_metadata");
	for (size_t i = 0; i < p->meta_count; i++) {
		jsonout_object_begin(out, NULL);
		jsonout_str(out, "name", p->meta[i].key);
		jsonout_str(out, "value", p->meta[i].value);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
}

/* The certificates of a token are shown by name; whether they are trusted is not asked here. */
static void
put_token_certs(struct jsonout *out, const struct verify_tools *tools, const struct tst *t)
{
	jsonout_array_begin(out, "certificates");
	for (size_t i = 0; i < t->cert_count; i++) {
		const struct cert *c;
		struct err ignored;

		if (certs_get(&c, tools->certs, t->certs[i], NULL, &ignored) != 0)
			jsonout_text(out, NULL, reason_code(ignored.reason));
		else
			jsonout_str(out, NULL, cert_subject_text(c));
	}
	jsonout_array_end(out);
}

static void
put_token(struct jsonout *out, struct arena *mem, const struct verify_tools *tools,
    const struct envelope *e)
{
	struct err err;
	struct tst t;

	if (e->timestamp.len == 0)
		return;
	jsonout_object_begin(out, "timestamp");
	if (tst_parse(&t, mem, e->timestamp, tools->limits, NULL, &err) != 0) {
		jsonout_text(out, "error", reason_code(err.reason));
	} else if (tst_imprint(&t, tools->hasher, e->signature) != REASON_NONE) {
		jsonout_text(out, "error", reason_code(REASON_TST_IMPRINT));
	} else {
		put_when(out, "time", t.time);
		put_when(out, "lower", t.lower);
		put_when(out, "upper", t.upper);
		jsonout_i64(out, "accuracy_us", t.accuracy_us);
		jsonout_str(out, "policy", t.policy);
		jsonout_str(out, "serial", t.serial);
		put_token_certs(out, tools, &t);
	}
	jsonout_object_end(out);
}

struct str
inspect_json(struct arena *mem, const struct verify_tools *tools, const struct envelope *e,
    const struct payload *p)
{
	AUTO(buf_clear) struct buf text = { .max = (size_t)8 << 20 };
	struct jsonout out;

	jsonout_init(&out, &text, NULL, NULL, false);
	jsonout_object_begin(&out, NULL);
	put_attributes(&out, e);
	put_payload(&out, p);
	put_token(&out, mem, tools, e);
	jsonout_object_end(&out);
	/* Too much to show: an absent text, never half a document. */
	if (text.full)
		return STR_NONE;
	return arena_str(mem, (struct str){ (const char *)text.ptr, text.len });
}
