/* SPDX-License-Identifier: Apache-2.0 */
/* The manifests that hold signatures, their one blob, and what exactly was signed. */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define NOTARY "application/vnd.cncf.notary.signature"
#define EMPTY "application/vnd.oci.empty.v1+json"
#define SOME_DIGEST                                                                      \
	"sha256:a000000000000000000000000000000000000000000000000000000000000001"

static const char *const forms[] = { "jws", "cose" };

/* --- manifests that hold signatures ------------------------------------------------------------------ */

struct holder { /* a manifest with ' for " around envelope $E and subject $S */
	const char *name, *type, *text;
	enum reason reason;
};

static const char *
fill(struct forge *f, const char *text, const char *envelope, const char *subject)
{
	AUTO(buf_clear) struct buf b = { .max = 1 << 16 };

	for (; *text != '\0'; text++)
		if (text[0] == '$')
			buf_text(&b, *++text == 'E' ? envelope : subject);
		else
			buf_printf(&b, "%c", *text == '\'' ? '"' : *text);
	return arena_str(forge_mem(f), str_of(buf_cstr(&b))).ptr;
}

#define CONFIG(type)                                                                     \
	"'config':{'mediaType':'" type "','digest':"                                     \
	"'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',"     \
	"'size':2}"
#define HEAD "{'schemaVersion':2,'mediaType':'" MANIFEST "',"
#define ARTIFACT "application/vnd.oci.artifact.manifest.v1+json"
#define DOCKER "application/vnd.docker.distribution.manifest.v2+json"

static const struct holder holders[] = {
	{ "new form", MANIFEST,
	    HEAD "'artifactType':'" NOTARY
		 "'," CONFIG(EMPTY) ",'layers':[$E],'subject':$S}",
	    REASON_NONE },
	{ "new form without type inside", MANIFEST,
	    "{'schemaVersion':2,'artifactType':'" NOTARY
	    "'," CONFIG(EMPTY) ",'layers':[$E],'subject':$S}",
	    REASON_NONE },
	{ "legacy form", MANIFEST, HEAD CONFIG(NOTARY) ",'layers':[$E],'subject':$S}",
	    REASON_NONE },
	{ "legacy form with empty artifactType", MANIFEST,
	    HEAD "'artifactType':''," CONFIG(NOTARY) ",'layers':[$E],'subject':$S}",
	    REASON_NONE },
	{ "withdrawn artifact manifest", ARTIFACT,
	    "{'mediaType':'" ARTIFACT "','artifactType':'" NOTARY
	    "','blobs':[$E],'subject':$S}",
	    REASON_NONE },
	{ "artifactType beside the config of the legacy form", MANIFEST,
	    HEAD "'artifactType':'" NOTARY
		 "'," CONFIG(NOTARY) ",'layers':[$E],'subject':$S}",
	    REASON_NONE },
	{ "new form with an image's config", MANIFEST,
	    HEAD "'artifactType':'" NOTARY "'," CONFIG(
		"application/vnd.oci.image.config.v1+json") ",'layers':[$E],'subject':$S}",
	    REASON_SIG_MANIFEST_INVALID },
	{ "a Docker manifest, whose subject does not count", DOCKER,
	    "{'schemaVersion':2,'mediaType':'" DOCKER
	    "'," CONFIG(NOTARY) ",'layers':[$E],'subject':$S}",
	    REASON_SIGNATURE_NOT_FOUND },
	{ "another artifact type", MANIFEST,
	    HEAD "'artifactType':'" NOTARY
		 ".x'," CONFIG(EMPTY) ",'layers':[$E],'subject':$S}",
	    REASON_SIGNATURE_NOT_FOUND },
	{ "artifact type in another case", MANIFEST,
	    HEAD "'artifactType':'application/vnd.CNCF.notary.signature'," CONFIG(
		EMPTY) ",'layers':[$E],'subject':$S}",
	    REASON_SIGNATURE_NOT_FOUND },
	{ "another config type", MANIFEST,
	    HEAD CONFIG("application/json") ",'layers':[$E],'subject':$S}",
	    REASON_SIGNATURE_NOT_FOUND },
	{ "no layer", MANIFEST,
	    HEAD "'artifactType':'" NOTARY
		 "'," CONFIG(EMPTY) ",'layers':[],'subject':$S}",
	    REASON_SIG_MANIFEST_LAYERS },
	{ "two layers", MANIFEST,
	    HEAD "'artifactType':'" NOTARY
		 "'," CONFIG(EMPTY) ",'layers':[$E,$E],'subject':$S}",
	    REASON_SIG_MANIFEST_LAYERS },
	{ "two blobs", ARTIFACT,
	    "{'mediaType':'" ARTIFACT "','artifactType':'" NOTARY
	    "','blobs':[$E,$E],'subject':$S}",
	    REASON_SIG_MANIFEST_LAYERS },
	{ "no subject", MANIFEST,
	    HEAD "'artifactType':'" NOTARY "'," CONFIG(EMPTY) ",'layers':[$E]}",
	    REASON_SIGNATURE_NOT_FOUND },
};

static void
test_holders(struct stage *st, struct judge *j)
{
	for (size_t i = 0; i < COUNT(holders); i++) {
		struct forge_desc envelope, manifest;
		struct subject s;

		subject_open(&s, st);
		envelope = forge_blob(s.layout, "application/jose+json",
		    subject_envelope(&s, (struct forge_envelope){ .plugin = NULL }));
		manifest = forge_blob(s.layout, holders[i].type,
		    str_bytes(str_of(fill(s.f, holders[i].text,
			forge_desc_json(s.f, &envelope, NULL).ptr,
			forge_desc_json(s.f, &s.image, NULL).ptr))));
		forge_entry(s.layout, &manifest, NULL);
		is_reason(subject_judge(&s, j), holders[i].reason, "manifest: %s",
		    holders[i].name);
		subject_close(&s);
	}
}

/* Subject and payload are two statements; both must be about this artifact. */
static void
test_subject_lies(struct stage *st, struct judge *j)
{
	struct subject s;
	struct forge_desc image;

	subject_open(&s, st);
	image = s.image;
	s.image.media_type = DOCKER;
	subject_sign(&s, (struct forge_envelope){ .payload = BYTES_LIT("{}") });
	s.image = image;
	s.image.size++;
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	s.image = image;
	is_reason(subject_judge(&s, j), REASON_SIGNATURE_NOT_FOUND,
	    "a subject of another type or size is another subject");
	ok(judge_found(j, REASON_REFERRER_SUBJECT_MISMATCH, false), "which is told");
	subject_close(&s);
}

/* --- the envelope's blob --------------------------------------------------------------------------------- */

static void
test_envelope_blob(struct stage *st, struct judge *j)
{
	static const struct {
		const char *name, *type, *digest;
		const char *data; /* NULL: a good envelope */
		int64_t more; /* of the described size */
		enum reason reason;
	} rows[] = {
		{ "as it is", "application/jose+json", NULL, NULL, 0, REASON_NONE },
		{ "type of the other form", "application/cose", NULL, NULL, 0,
		    REASON_COSE_FORM },
		{ "type unknown", "application/json", NULL, NULL, 0,
		    REASON_ENVELOPE_TYPE_UNSUPPORTED },
		{ "type in another case", "application/JOSE+json", NULL, NULL, 0,
		    REASON_ENVELOPE_TYPE_UNSUPPORTED },
		{ "type with a parameter", "application/jose+json; a=b", NULL, NULL, 0,
		    REASON_ENVELOPE_TYPE_UNSUPPORTED },
		{ "described longer", "application/jose+json", NULL, NULL, 1,
		    REASON_BLOB_SIZE_MISMATCH },
		{ "described shorter", "application/jose+json", NULL, NULL, -1,
		    REASON_BLOB_SIZE_MISMATCH },
		{ "described huge", "application/jose+json", NULL, NULL, 1 << 21,
		    REASON_LIMIT_ENVELOPE_HIT },
		{ "absent", "application/jose+json", SOME_DIGEST, NULL, 0,
		    REASON_SIGNATURE_RETRIEVAL },
		{ "of no known digest", "application/jose+json", "blake3:00", NULL, 0,
		    REASON_DIGEST_UNSUPPORTED },
		{ "empty", "application/jose+json", NULL, "", 0, REASON_ENVELOPE_EMPTY },
		{ "empty COSE", "application/cose", NULL, "", 0, REASON_ENVELOPE_EMPTY },
		{ "an object", "application/jose+json", NULL, "{}", 0, REASON_SIG_FORM },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_desc envelope, manifest;
		struct subject s;
		struct bytes data;

		subject_open(&s, st);
		data =
		    rows[i].data == NULL
			? subject_envelope(&s, (struct forge_envelope){ .plugin = NULL })
			: forge_text(rows[i].data);
		envelope = forge_blob(s.layout, rows[i].type, data);
		envelope.size = (uint64_t)((int64_t)envelope.size + rows[i].more);
		if (rows[i].digest != NULL)
			envelope.digest = str_of(rows[i].digest);
		manifest = forge_blob(s.layout, MANIFEST,
		    str_bytes(str_of(fill(s.f, holders[0].text,
			forge_desc_json(s.f, &envelope, NULL).ptr,
			forge_desc_json(s.f, &s.image, NULL).ptr))));
		forge_entry(s.layout, &manifest, NULL);
		is_reason(
		    subject_judge(&s, j), rows[i].reason, "envelope: %s", rows[i].name);
		subject_close(&s);
	}
}

static void
test_envelope_tampered(struct stage *st, struct judge *j)
{
	struct subject s;
	struct bytes envelope;
	struct forge_desc d;

	subject_open(&s, st);
	envelope = subject_envelope(&s, (struct forge_envelope){ .agent = "a/1" });
	d = forge_blob(s.layout, "application/jose+json", envelope);
	subject_attach(&s, FORGE_JWS, envelope, NULL);
	forge_tamper(
	    s.layout, &d, forge_flip(s.f, envelope, forge_after(envelope, "a/1") - 1, 1));
	is_reason(subject_judge(&s, j), REASON_SIGNATURE_RETRIEVAL,
	    "envelope: changed where no signature looks, but not its digest");
	subject_close(&s);
}

/* --- the annotation with thumbprints -------------------------------------------------------------------- */

static void
test_thumbprints(struct stage *st, struct judge *j)
{
	struct forge_chain two = st->ca, other = st->ca;

	two.count = 2;
	other.cert[0] = st->alone.cert[0];
	const struct {
		const char *name;
		const struct forge_chain *chain;
		bool told;
	} rows[] = {
		{ "right", &st->ca, false },
		{ "missing", NULL, true },
		{ "too few", &two, true },
		{ "others", &other, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct subject s;

		subject_open(&s, st);
		subject_attach(&s, FORGE_JWS,
		    subject_envelope(&s, (struct forge_envelope){ .plugin = NULL }),
		    rows[i].chain);
		is_reason(subject_judge(&s, j), REASON_NONE, "thumbprints %s: no effect",
		    rows[i].name);
		ok(judge_found(j, REASON_SIG_MANIFEST_THUMBPRINT, false) == rows[i].told,
		    "thumbprints %s: %stold", rows[i].name, rows[i].told ? "" : "not ");
		subject_close(&s);
	}
}

/* A thumbprint of a trusted signer makes nobody trusted. */
static void
test_thumbprint_lie(struct stage *st, struct judge *j)
{
	struct forge_chain stranger =
	    forge_chain(st->f, forge_key(st->f, "p256"), "Stranger");
	struct subject s;

	subject_open(&s, st);
	subject_attach(&s, FORGE_JWS,
	    subject_envelope(&s, (struct forge_envelope){ .signer = &stranger }),
	    &st->ca);
	is_reason(subject_judge(&s, j), REASON_CERT_UNTRUSTED,
	    "thumbprints of a trusted chain on a stranger's signature");
	subject_close(&s);
}

/* --- the payload ------------------------------------------------------------------------------------------- */

static void
test_payloads(struct stage *st, struct judge *j)
{
	static const char *const named[] = { "image", "type", "digest", "size",
		"digest in capitals", "annotations", "unknown member" };

	for (size_t i = 0; i < COUNT(named); i++)
		for (int form = 0; form < 2; form++) {
			enum reason want = i == 0 || i >= 5
					       ? REASON_NONE
					       : REASON_PAYLOAD_TARGET_MISMATCH;
			struct forge_envelope spec = { .form = form == 0 ? FORGE_JWS
									 : FORGE_COSE };
			struct forge_target t;
			struct subject s;

			subject_open(&s, st);
			t = (struct forge_target){ .media_type = s.image.media_type,
				.digest = s.image.digest.ptr,
				.size = s.image.size };
			if (i == 1)
				t.media_type = DOCKER;
			else if (i == 2)
				t.digest = SOME_DIGEST;
			else if (i == 3)
				t.size++;
			else if (i == 4)
				t.digest = arena_printf(
				    forge_mem(s.f), "SHA256%s", s.image.digest.ptr + 6)
					       .ptr;
			else if (i == 5)
				t.annotations = "{\"a\":\"b\"}";
			spec.payload = forge_payload(s.f, &t);
			if (i == 6)
				spec.payload = str_bytes(
				    arena_printf(forge_mem(s.f), "{\"more\":1,%s",
					(const char *)spec.payload.ptr + 1));
			subject_sign(&s, spec);
			is_reason(subject_judge(&s, j), want, "%s payload: %s",
			    forms[form], named[i]);
			ok(judge_found(j, REASON_PAYLOAD_UNKNOWN_MEMBER, false) ==
				(i == 6),
			    "%s payload: %s: unknown members are told", forms[form],
			    named[i]);
			subject_close(&s);
		}
}

int
main(void)
{
	struct stage st;
	struct judge j;

	stage_open(&st);
	stage_judge(&j, &st, "strict", "'level':'strict'", "'ca:root'");
	test_holders(&st, &j);
	test_subject_lies(&st, &j);
	test_envelope_blob(&st, &j);
	test_envelope_tampered(&st, &j);
	test_thumbprints(&st, &j);
	test_thumbprint_lie(&st, &j);
	test_payloads(&st, &j);
	judge_close(&j);
	stage_close(&st);
	return tap_done();
}
