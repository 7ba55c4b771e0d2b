/* SPDX-License-Identifier: Apache-2.0 */
#include "input/form.h"

#include "codec/jsonin.h"
#include "codec/jsonscan.h"

enum docker_form { DOCKER_NONE, DOCKER_ARCHIVE, DOCKER_IMGPKG, DOCKER_DIR };

static struct bytes
content(const struct intake *in, enum intake_file file)
{
	return bytes_of(in->files[file].ptr, in->files[file].len);
}

static int
not_read(struct err *err, const char *form)
{
	return err_set(err, REASON_INPUT_FORM, NULL,
	    "this is a %s, which this version does not read: export as OCI image layout",
	    form);
}

/* What the elements of manifest.json are tells three forms apart. */
static enum docker_form
docker_form(const struct intake *in)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct jv root, first;

	if (!in->files[FILE_MANIFEST].there ||
	    jsonin_parse(&doc, content(in, FILE_MANIFEST), in->limits, NULL, NULL) != 0)
		return DOCKER_NONE;
	root = jsonin_root(doc);
	if (jsonin_type(root) == JSON_OBJECT)
		return jsonin_present(jsonin_get(root, "schemaVersion")) ? DOCKER_DIR
									 : DOCKER_NONE;
	first = jsonin_first(root);
	if (jsonin_type(root) != JSON_ARRAY || jsonin_type(first) != JSON_OBJECT)
		return DOCKER_NONE;
	if (jsonin_present(jsonin_get(first, "Config")))
		return DOCKER_ARCHIVE;
	return jsonin_present(jsonin_get(first, "Image")) ||
		       jsonin_present(jsonin_get(first, "ImageIndex"))
		   ? DOCKER_IMGPKG
		   : DOCKER_NONE;
}

static bool
blobs_within(const struct intake *in, size_t from, size_t to)
{
	for (size_t d = from; d <= to && d <= MEMBER_WRAPS; d++)
		if (in->blobs_at[d] > 0)
			return true;
	return false;
}

/* --- layout --- */

/* image-layout.md, "oci-layout file". One exporter leaves it out on purpose. */
static int
check_version(struct intake *in, struct err *err)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct err why;
	struct str version;

	if (!in->files[FILE_LAYOUT].there) {
		intake_note(in, REASON_LAYOUT_NO_VERSION_FILE, bytes_of(NULL, 0));
		return 0;
	}
	if (jsonin_parse(&doc, content(in, FILE_LAYOUT), in->limits, NULL, &why) != 0 ||
	    jsonin_str(&version, jsonin_root(doc), "imageLayoutVersion", &why) != 0)
		return err_set(
		    err, REASON_LAYOUT_VERSION, NULL, "oci-layout: %.200s", why.text);
	if (!str_is(version, "1.0.0"))
		return err_set(err, REASON_LAYOUT_VERSION, NULL,
		    "imageLayoutVersion is %.40s, want 1.0.0", version.ptr);
	return 0;
}

static int
check_index(const struct intake *in, struct err *err)
{
	static const char *const names[] = { "manifests", "layers", "config" };
	struct where at = { .file = STR("index.json") };
	uint32_t found = 0;
	struct err why;

	if (jsonscan_top(&found, content(in, FILE_INDEX), names, COUNT(names), in->limits,
		&why) != 0) {
		at.offset = why.offset;
		return err_set(err, REASON_LAYOUT_NO_INDEX, &at, "%.200s", why.text);
	}
	if (found != 1)
		return err_set(
		    err, REASON_LAYOUT_NO_INDEX, &at, "index.json is no image index");
	return 0;
}

/* "blobs/sha256/HEX" of newer docker, "HEX.json" of older, "sha256:HEX" of crane. */
static bool
config_is_there(const struct intake *in, struct str path)
{
	struct digest d;
	size_t slash;

	if (str_starts(path, STR("blobs/"))) {
		path = str_from(path, 6);
		slash = str_find(path, '/');
		return digest_from_parts(&d, str_upto(path, slash),
			   str_from(path, slash + 1), NULL, NULL) == 0 &&
		       store_find(in->store, &d) != NULL;
	}
	if (str_starts(path, STR("sha256:")))
		path = str_from(path, 7);
	if (path.len == 69 && str_is(str_from(path, 64), ".json"))
		path = str_upto(path, 64);
	return digest_from_parts(&d, STR("sha256"), path, NULL, NULL) == 0 &&
	       store_find(in->store, &d) != NULL;
}

/* index.json governs; docker's list beside it may be shorter, but not name other images.
 */
static void
check_docker_list(struct intake *in)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct err why;
	struct str config;
	struct jv v;

	if (!in->files[FILE_MANIFEST].there) {
		/* Docker before 1.10 wrote it, and later ones still load what it names. */
		if (in->files[FILE_REPOSITORIES].there)
			intake_note(in, REASON_LAYOUT_TWO_INDEXES,
			    BYTES_LIT("repositories without manifest.json"));
		return;
	}
	if (jsonin_parse(&doc, content(in, FILE_MANIFEST), in->limits, NULL, &why) != 0 ||
	    jsonin_as(jsonin_root(doc), JSON_ARRAY, &why) != 0) {
		intake_note(in, REASON_LAYOUT_TWO_INDEXES, str_bytes(str_of(why.text)));
		return;
	}
	for (v = jsonin_first(jsonin_root(doc)); jsonin_present(v); v = jsonin_next(v)) {
		if (jsonin_str(&config, v, "Config", &why) != 0)
			intake_note(
			    in, REASON_LAYOUT_TWO_INDEXES, str_bytes(str_of(why.text)));
		else if (!config_is_there(in, config))
			intake_note(in, REASON_LAYOUT_TWO_INDEXES, str_bytes(config));
	}
}

static int
take_layout(
    struct input_facts *facts, struct intake *in, enum input_kind plain, struct err *err)
{
	if (in->inner_index || blobs_within(in, in->wraps + 1, MEMBER_WRAPS))
		return not_read(err, "layout with other layouts in folders below it");
	if (check_index(in, err) != 0)
		return -1;
	if (!in->blobs_folder[in->wraps] && in->blobs_at[in->wraps] == 0 &&
	    !in->files[FILE_LAYOUT].there)
		return err_set(err, REASON_INPUT_FORM, NULL, "index.json without blobs");
	if (check_version(in, err) != 0)
		return -1;
	check_docker_list(in);
	facts->kind = plain;
	return 0;
}

/* --- others --- */

/* Broken, or an array of what is not known: it was to say what the export is. */
static bool
manifest_promises(const struct intake *in)
{
	AUTO(jsonin_free) struct json *doc = NULL;

	return in->files[FILE_MANIFEST].there &&
	       (jsonin_parse(&doc, content(in, FILE_MANIFEST), in->limits, NULL, NULL) != 0 ||
		   jsonin_type(jsonin_root(doc)) != JSON_OBJECT);
}

static int
unknown_form(const struct intake *in, struct err *err)
{
	AUTO(buf_clear) struct buf b = { .max = 180 };

	for (size_t i = 0; i < in->top_count; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", in->tops[i]);
	if (in->found == INPUT_GIVEN || in->inner.ptr != NULL || manifest_promises(in))
		return err_set(err, REASON_INPUT_FORM, NULL, "no known form, it holds: %s",
		    in->inner.ptr != NULL     ? in->inner.ptr
			: in->top_count == 0 ? "nothing"
					     : buf_cstr(&b));
	return err_set(err, REASON_INPUT_NO_EXPORT, NULL, "it holds: %s",
	    in->top_count == 0 ? "nothing" : buf_cstr(&b));
}

static int
refuse_other(struct input_facts *facts, struct intake *in, struct err *err)
{
	if (in->inner_index)
		return not_read(err, "folder of several layouts");
	switch (docker_form(in)) {
	case DOCKER_ARCHIVE:
		facts->kind = INPUT_DOCKER_ARCHIVE;
		return err_set(err, REASON_FORM_NO_MANIFEST_DIGEST, NULL,
		    "a docker-archive names images by configuration only");
	case DOCKER_IMGPKG:
		return not_read(err, "imgpkg archive");
	case DOCKER_DIR:
		return not_read(err, "\"dir\" export of skopeo");
	case DOCKER_NONE:
		break;
	}
	if (in->files[FILE_REPOSITORIES].there)
		return not_read(err, "docker export from before version 1.10");
	if (in->ollama)
		return not_read(err, "Ollama store");
	if (in->files[FILE_LAYOUT].there || blobs_within(in, 0, MEMBER_WRAPS))
		return err_set(
		    err, REASON_LAYOUT_NO_INDEX, NULL, "index.json is not there");
	return unknown_form(in, err);
}

static struct str
prefix_of(struct intake *in)
{
	if (in->wraps == 0)
		return (struct str){ "", 0 };
	if (in->wraps == 1)
		return arena_printf(in->mem, "%.*s/", STR_ARG(in->wrap[0]));
	return arena_printf(
	    in->mem, "%.*s/%.*s/", STR_ARG(in->wrap[0]), STR_ARG(in->wrap[1]));
}

static int
decide(
    struct input_facts *facts, struct intake *in, enum input_kind plain, struct err *err)
{
	if (in->files[FILE_ZARF].there && in->files[FILE_CHECKSUMS].there)
		return not_read(err, "Zarf package");
	if (in->registry)
		return not_read(err,
		    in->mirror ? "oc-mirror archive" : "storage folder of a registry");
	if (in->files[FILE_INDEX].there)
		return take_layout(facts, in, plain, err);
	return refuse_other(facts, in, err);
}

int
form_decide(
    struct input_facts *facts, struct intake *in, enum input_kind plain, struct err *err)
{
	int status = decide(facts, in, plain, err);

	if (in->layer_links > 0 && facts->kind != INPUT_DOCKER_ARCHIVE) {
		intake_note(in, REASON_TAR_LINK_MEMBER, str_bytes(in->first_layer_link));
		for (size_t i = 0; i < in->notes.n; i++)
			if (in->notes.v[i].reason == REASON_TAR_LINK_MEMBER)
				in->notes.v[i].count += in->layer_links - 1;
	}
	facts->prefix =
	    in->files[FILE_INDEX].there ? prefix_of(in) : (struct str){ "", 0 };
	facts->members = in->members;
	facts->ignored = in->ignored;
	facts->has_layout_file = in->files[FILE_LAYOUT].there;
	facts->has_manifest_json = in->files[FILE_MANIFEST].there;
	facts->has_repositories = in->files[FILE_REPOSITORIES].there;
	facts->index_json = arena_bytes(in->mem, content(in, FILE_INDEX));
	facts->manifest_json = arena_bytes(in->mem, content(in, FILE_MANIFEST));
	facts->repositories = arena_bytes(in->mem, content(in, FILE_REPOSITORIES));
	facts->notes = in->notes.v;
	facts->note_count = in->notes.n;
	return status;
}
