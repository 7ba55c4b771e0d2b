/* SPDX-License-Identifier: Apache-2.0 */
/* What a signature says of itself: a child's document, taken apart once. */
#include "cli/sigcontent.h"

#include "codec/jsonin.h"

static struct str
text_of(struct arena *mem, struct jv object, const char *name)
{
	struct str text = STR_NONE;
	struct err ignored;

	if (jsonin_opt_str(&text, object, name, &ignored) != 0)
		return STR_NONE;
	return arena_str(mem, text);
}

static uint64_t
number_of(struct jv object, const char *name)
{
	uint64_t n = 0;
	bool present;
	struct err ignored;

	return jsonin_opt_u64(&n, &present, object, name, &ignored) == 0 ? n : 0;
}

static bool
truth_of(struct jv object, const char *name)
{
	bool value = false, present;
	struct err ignored;

	return jsonin_opt_bool(&value, &present, object, name, &ignored) == 0 && value;
}

static struct sigpairs
pairs_of(struct arena *mem, struct jv object, const char *name)
{
	struct jv array = jsonin_get(object, name);
	struct sigpairs out = { .n = 0 };

	out.v = arena_array(mem, jsonin_count(array), sizeof(*out.v));
	for (struct jv i = jsonin_first(array); jsonin_present(i); i = jsonin_next(i))
		out.v[out.n++] = (struct sigpair){
			.name = text_of(mem, i, "name"),
			.value = text_of(mem, i, "value"),
			.critical = truth_of(i, "critical"),
		};
	return out;
}

static struct sigcert
cert_of(struct arena *mem, struct jv c)
{
	return (struct sigcert){
		.sha256 = text_of(mem, c, "sha256"),
		.reason = text_of(mem, c, "reason"),
		.subject = text_of(mem, c, "subject"),
		.issuer = text_of(mem, c, "issuer"),
		.serial = text_of(mem, c, "serial"),
		.not_before = text_of(mem, c, "not_before"),
		.not_after = text_of(mem, c, "not_after"),
		.key_alg = text_of(mem, c, "key_alg"),
		.key_bits = number_of(c, "key_bits"),
		.sig_alg = text_of(mem, c, "sig_alg"),
		.is_ca = truth_of(c, "is_ca"),
		.signer = truth_of(c, "signer"),
	};
}

static struct sigcerts
certs_of(struct arena *mem, struct jv object)
{
	struct jv array = jsonin_get(object, "certificates");
	struct sigcerts out = { .n = 0 };

	out.v = arena_array(mem, jsonin_count(array), sizeof(*out.v));
	for (struct jv i = jsonin_first(array); jsonin_present(i); i = jsonin_next(i))
		out.v[out.n++] = cert_of(mem, i);
	return out;
}

static struct sigtoken
token_of(struct arena *mem, struct jv t)
{
	return (struct sigtoken){
		.there = jsonin_present(t),
		.reason = text_of(mem, t, "reason"),
		.detail = text_of(mem, t, "detail"),
		.time = text_of(mem, t, "time"),
		.lower = text_of(mem, t, "lower"),
		.upper = text_of(mem, t, "upper"),
		.accuracy_us = number_of(t, "accuracy_us"),
		.policy = text_of(mem, t, "policy"),
		.serial = text_of(mem, t, "serial"),
		.imprint_algorithm = text_of(mem, t, "imprint_algorithm"),
		.imprint = text_of(mem, t, "imprint"),
		.signing_time = text_of(mem, t, "signing_time"),
		.certs = certs_of(mem, t),
	};
}

static void
take(struct sigcontent *out, struct arena *mem, struct jv root)
{
	struct jv attributes = jsonin_get(root, "signed_attributes"),
		  artifact = jsonin_get(root, "signed_artifact"),
		  others = jsonin_get(root, "unsigned_attributes");

	*out = (struct sigcontent){
		.content_type = text_of(mem, attributes, "content_type"),
		.signing_scheme = text_of(mem, attributes, "signing_scheme"),
		.signing_time = text_of(mem, attributes, "signing_time"),
		.expiry = text_of(mem, attributes, "expiry"),
		.plugin = text_of(mem, attributes, "verification_plugin"),
		.plugin_min_version =
		    text_of(mem, attributes, "verification_plugin_min_version"),
		.extended = pairs_of(mem, attributes, "extended"),
		.has_payload = jsonin_present(artifact),
		.metadata = pairs_of(mem, root, "user_metadata"),
		.media_type = text_of(mem, artifact, "media_type"),
		.digest = text_of(mem, artifact, "digest"),
		.size = number_of(artifact, "size"),
		.agent = text_of(mem, others, "signing_agent"),
		.token = token_of(mem, jsonin_get(others, "timestamp")),
		.certs = certs_of(mem, root),
	};
}

bool
sigcontent_read(struct sigcontent *out, struct arena *mem, struct bytes doc,
    const struct limits *limits)
{
	AUTO(jsonin_free) struct json *parsed = NULL;
	struct err ignored;

	if (jsonin_parse(&parsed, doc, limits, NULL, &ignored) != 0)
		return false;
	take(out, mem, jsonin_root(parsed));
	return true;
}
