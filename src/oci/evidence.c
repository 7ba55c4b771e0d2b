/* SPDX-License-Identifier: Apache-2.0 */
/* What the octets of a layer say that it is. */
#include "oci/evidence.h"

#include "codec/jsonin.h"

static bool
is_string(struct jv obj, const char *name)
{
	return jsonin_type(jsonin_get(obj, name)) == JSON_STRING;
}

static bool
begins(struct jv obj, const char *name, struct str prefix)
{
	struct str text;

	return is_string(obj, name) && jsonin_str(&text, obj, name, NULL) == 0 &&
	       str_starts(text, prefix);
}

/* critical.type, critical.image, critical.identity: all three are always there. */
static bool
is_simple_signing(struct jv root)
{
	struct jv critical = jsonin_get(root, "critical");

	return is_string(critical, "type") &&
	       is_string(jsonin_get(critical, "image"), "docker-manifest-digest") &&
	       jsonin_type(jsonin_get(critical, "identity")) == JSON_OBJECT;
}

static bool
is_dsse(struct jv root)
{
	return is_string(root, "payload") && is_string(root, "payloadType") &&
	       jsonin_type(jsonin_get(root, "signatures")) == JSON_ARRAY;
}

static bool
is_bundle(struct jv root)
{
	return begins(root, "mediaType", STR("application/vnd.dev.sigstore.bundle")) &&
	       jsonin_type(jsonin_get(root, "verificationMaterial")) == JSON_OBJECT;
}

static bool
is_statement(struct jv root)
{
	return begins(root, "_type", STR("https://in-toto.io/Statement/")) &&
	       is_string(root, "predicateType") &&
	       jsonin_type(jsonin_get(root, "subject")) == JSON_ARRAY;
}

static int
parse(struct json **out, struct bytes text, const struct limits *limits)
{
	struct limits roomy = *limits;
	struct err why;

	if (text.len == 0)
		return -1;
	if (roomy.v[LIMIT_JSON_STRING] < text.len)
		roomy.v[LIMIT_JSON_STRING] = text.len;
	return jsonin_parse(out, text, &roomy, NULL, &why);
}

enum evidence
evidence_of(struct bytes text, const struct limits *limits)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct jv root;

	if (parse(&doc, text, limits) != 0)
		return EVIDENCE_NONE;
	root = jsonin_root(doc);
	if (is_simple_signing(root))
		return EVIDENCE_SIMPLE_SIGNING;
	if (is_dsse(root))
		return EVIDENCE_DSSE;
	if (is_bundle(root))
		return EVIDENCE_BUNDLE;
	return is_statement(root) ? EVIDENCE_STATEMENT : EVIDENCE_NONE;
}

struct str
evidence_claimed_digest(struct arena *mem, struct bytes text, const struct limits *limits)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct str digest;
	struct jv image;

	if (parse(&doc, text, limits) != 0 || !is_simple_signing(jsonin_root(doc)))
		return STR_NONE;
	image = jsonin_get(jsonin_get(jsonin_root(doc), "critical"), "image");
	return jsonin_str(&digest, image, "docker-manifest-digest", NULL) == 0
		   ? arena_str(mem, digest)
		   : STR_NONE;
}
