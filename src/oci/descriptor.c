/* SPDX-License-Identifier: Apache-2.0 */
/* Content descriptors. */
#include "oci/descriptor.h"

#include <stdlib.h>

#include "codec/base64.h"
#include "oci/mediatype.h"

#define DATA_MOST ((size_t)64 << 10) /* of embedded content, decoded */
/* sha256 of "{}" (image-spec manifest.md, "Guidance for an Empty Descriptor"). */
#define EMPTY_DIGEST                                                                     \
	"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

static const char *const known[] = { "mediaType", "digest", "size", "urls", "annotations",
	"data", "artifactType", "platform" };
static const char *const known_platform[] = { "architecture", "os", "os.version",
	"os.features", "variant", "features" };

static int
by_key(const void *a, const void *b)
{
	return str_cmp(
	    ((const struct annotation *)a)->key, ((const struct annotation *)b)->key);
}

int
annotations_parse(struct annotation **out, size_t *count, struct arena *mem,
    struct jv obj, struct err *err)
{
	size_t n = jsonin_count(obj), i = 0;
	struct annotation *list = arena_array(mem, n, sizeof(*list));
	struct str value;

	for (struct jv v = jsonin_first(obj); jsonin_present(v);
	     v = jsonin_next(v), i++) {
		/* image-spec annotations.md: "Values MUST be strings." */
		if (jsonin_as_str(&value, v, NULL) != 0)
			return jsonin_fail(
			    err, REASON_DESCRIPTOR_INVALID, v, "annotation is no string");
		list[i].key = arena_str(mem, jsonin_key(v));
		list[i].value = arena_str(mem, value);
	}
	if (n > 1)
		qsort(list, n, sizeof(*list), by_key);
	*out = list;
	*count = n;
	return 0;
}

static int
parse_type(struct descriptor *d, struct arena *mem, struct jv value, struct err *err)
{
	struct str type;

	if (jsonin_str(&type, value, "mediaType", err) != 0)
		return -1;
	if (!media_valid(type))
		return jsonin_fail(err, REASON_DESCRIPTOR_INVALID,
		    jsonin_get(value, "mediaType"),
		    "not a media type of at most %d octets", MEDIA_TYPE_MOST);
	d->media_type = media_intern(type);
	if (d->media_type.ptr == NULL)
		d->media_type = arena_str(mem, type);
	return 0;
}

static int
parse_digest(struct descriptor *d, struct arena *mem, struct jv value, struct err *err)
{
	struct str text;
	struct err why;

	if (jsonin_str(&text, value, "digest", err) != 0)
		return -1;
	if (digest_parse(&d->digest, text, NULL, &why) != 0) {
		/*
		 * image-spec descriptor.md: other registered algorithms are well-formed,
		 * too.
		 */
		if (why.reason != REASON_DIGEST_UNSUPPORTED ||
		    text.len > DIGEST_UNKNOWN_MOST)
			return jsonin_fail(err, REASON_DIGEST_MALFORMED,
			    jsonin_get(value, "digest"), "%s", why.text);
		d->digest = (struct digest){ .alg = DIGEST_NONE };
	}
	d->digest_text = arena_str(mem, text);
	return 0;
}

static int
parse_size(struct descriptor *d, struct jv value, struct err *err)
{
	struct jv size = jsonin_get(value, "size");

	/* image-spec descriptor.md: an int64, "in bytes, of the raw content". */
	if (jsonin_u64(&d->size, value, "size", NULL) != 0 || d->size > INT64_MAX)
		return jsonin_fail(err, REASON_DESCRIPTOR_BAD_SIZE,
		    jsonin_present(size) ? size : value,
		    "size is not plain digits up to 2^63 - 1");
	return 0;
}

static int
parse_urls(struct descriptor *d, struct jv value, struct err *err)
{
	struct jv urls;
	struct str url;

	if (jsonin_opt_arr(&urls, value, "urls", err) != 0)
		return -1;
	for (struct jv v = jsonin_first(urls); jsonin_present(v); v = jsonin_next(v)) {
		if (jsonin_as_str(&url, v, err) != 0)
			return -1;
		d->foreign = true;
	}
	return 0;
}

static int
parse_platform(struct descriptor *d, struct arena *mem, struct jv value, struct err *err)
{
	struct str os, arch, variant;
	struct jv platform;

	if (jsonin_opt_obj(&platform, value, "platform", err) != 0)
		return -1;
	if (!jsonin_present(platform))
		return 0;
	if (jsonin_known(platform, known_platform, COUNT(known_platform), false, err) !=
		0 ||
	    jsonin_opt_str(&os, platform, "os", err) != 0 ||
	    jsonin_opt_str(&arch, platform, "architecture", err) != 0 ||
	    jsonin_opt_str(&variant, platform, "variant", err) != 0)
		return -1;
	if (os.len > PLATFORM_MOST || arch.len > PLATFORM_MOST ||
	    variant.len > PLATFORM_MOST)
		return jsonin_fail(err, REASON_DESCRIPTOR_INVALID, platform,
		    "a part of the platform is longer than %d octets", PLATFORM_MOST);
	/* Shown and selected by, never part of identity: an empty one is simply none. */
	if (os.len == 0 && arch.len == 0)
		return 0;
	d->platform = arena_printf(mem, "%.*s/%.*s%s%.*s", STR_ARG(os), STR_ARG(arch),
	    variant.len > 0 ? "/" : "", STR_ARG(variant));
	return 0;
}

static int
parse_data(struct descriptor *d, struct arena *mem, struct jv value, struct err *err)
{
	struct str text;

	if (jsonin_opt_str(&text, value, "data", err) != 0)
		return -1;
	if (text.ptr == NULL)
		return 0;
	/*
	 * image-spec descriptor.md, "data": base 64 of the whole content, digest and
	 * size hold.
	 */
	if (text.len > (DATA_MOST + 2) / 3 * 4 ||
	    !base64_decode(&d->data, mem, BASE64_STANDARD, text) ||
	    d->data.len > DATA_MOST || d->data.len != d->size)
		return jsonin_fail(err, REASON_DESCRIPTOR_DATA_MISMATCH,
		    jsonin_get(value, "data"),
		    "not base 64 of the described size, at most %zu octets", DATA_MOST);
	if (d->data.ptr == NULL)
		d->data = BYTES_LIT("");
	return 0;
}

static int
parse_rest(struct descriptor *d, struct arena *mem, struct jv value, struct err *err)
{
	struct jv annotations;
	struct str type;

	if (parse_urls(d, value, err) != 0 ||
	    jsonin_opt_obj(&annotations, value, "annotations", err) != 0)
		return -1;
	if (jsonin_present(annotations) &&
	    annotations_parse(
		&d->annotations, &d->annotation_count, mem, annotations, err) != 0)
		return -1;
	if (parse_data(d, mem, value, err) != 0 ||
	    jsonin_opt_str(&type, value, "artifactType", err) != 0)
		return -1;
	d->artifact_type = media_intern(type);
	if (d->artifact_type.ptr == NULL)
		d->artifact_type = arena_str(mem, type);
	return parse_platform(d, mem, value, err);
}

int
descriptor_parse(
    struct descriptor *out, struct arena *mem, struct jv value, struct err *err)
{
	struct descriptor d = { .size = 0 };

	if (jsonin_type(value) != JSON_OBJECT)
		return jsonin_fail(
		    err, REASON_JSON_TYPE, value, "want a descriptor object");
	if (jsonin_known(value, known, COUNT(known), false, err) != 0 ||
	    parse_type(&d, mem, value, err) != 0 ||
	    parse_digest(&d, mem, value, err) != 0 || parse_size(&d, value, err) != 0 ||
	    parse_rest(&d, mem, value, err) != 0)
		return -1;
	*out = d;
	return 0;
}

void
descriptor_glimpse(struct descriptor *out, struct arena *mem, struct jv value)
{
	struct jv annotations;
	struct str text;

	*out = (struct descriptor){ .size = 0 };
	if (jsonin_type(value) != JSON_OBJECT)
		return;
	if (jsonin_str(&text, value, "digest", NULL) == 0 && text.len > 0 &&
	    text.len <= DIGEST_UNKNOWN_MOST) {
		out->digest_text = arena_str(mem, text);
		if (digest_parse(&out->digest, text, NULL, NULL) != 0)
			out->digest = (struct digest){ .alg = DIGEST_NONE };
	}
	if (jsonin_opt_obj(&annotations, value, "annotations", NULL) == 0 &&
	    jsonin_present(annotations) &&
	    annotations_parse(
		&out->annotations, &out->annotation_count, mem, annotations, NULL) != 0) {
		out->annotations = NULL;
		out->annotation_count = 0;
	}
}

bool
descriptor_match(const struct descriptor *a, const struct descriptor *b)
{
	return str_equal(a->digest_text, b->digest_text) && a->size == b->size &&
	       str_equal(a->media_type, b->media_type);
}

struct str
annotations_get(const struct annotation *list, size_t count, const char *key)
{
	struct str want = str_of(key);
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(list[mid].key, want);

		if (c == 0)
			return list[mid].value;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return STR_NONE;
}

struct str
descriptor_annotation(const struct descriptor *d, const char *key)
{
	return annotations_get(d->annotations, d->annotation_count, key);
}

bool
descriptor_is_empty(const struct descriptor *d)
{
	return d->size == 2 && str_is(d->digest_text, EMPTY_DIGEST);
}
