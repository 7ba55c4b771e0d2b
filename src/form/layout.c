/* SPDX-License-Identifier: Apache-2.0 */
/* An OCI image layout (OCI image specification, image-layout.md), and what Docker writes beside it. */
#include "codec/jsonin.h"
#include "codec/jsonscan.h"
#include "form/form.h"

static struct bytes
content(const struct intake *in, enum intake_file file)
{
	return bytes_of(in->files[file].ptr, in->files[file].len);
}

/* --- is it sound? --- */

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

/* --- its entries --- */

static int
index_read(struct manifest *top, struct manifest_defects *bad, struct bytes text, struct arena *mem,
    const struct limits *limits, struct err *err)
{
	struct where at = { .file = STR("index.json") };
	struct err why;

	if (manifest_parse_layout(top, bad, mem, text, limits, &at, &why) != 0) {
		if (why.reason == REASON_LIMIT_INDEX_ENTRIES_HIT)
			*err = why;
		else
			err_set(err, REASON_LAYOUT_NO_INDEX, &at, "%s: %s: %s",
			    reason_code(why.reason), why.pointer, why.text);
		return -1;
	}
	/*
	 * image-spec image-layout.md: index.json is an image index; older tools leave
	 * the type out.
	 */
	if (top->media_type.ptr != NULL && media_of(top->media_type) != MEDIA_OCI_INDEX)
		return err_set(err, REASON_LAYOUT_NO_INDEX, &at, "media type %.*s",
		    STR_ARG(str_upto(top->media_type, 64)));
	return 0;
}

static struct catalogue_entry
entry_of(struct arena *mem, const struct descriptor *d)
{
	struct catalogue_entry e = { .descriptor = *d };
	struct entry_name *names;

	e.name_count = entry_names(&names, mem, d);
	e.names = names;
	return e;
}

static void
take_entries(struct catalogue *out, struct arena *mem, const struct manifest *top,
    const struct manifest_defects *bad)
{
	out->entries = arena_array(mem, top->child_count, sizeof(*out->entries));
	for (; out->count < top->child_count; out->count++)
		out->entries[out->count] = entry_of(mem, &top->children[out->count]);
	out->bad = arena_array(mem, bad->count, sizeof(*out->bad));
	for (; out->bad_count < bad->count; out->bad_count++) {
		const struct manifest_defect *d = &bad->v[out->bad_count];
		struct catalogue_entry *e = &out->bad[out->bad_count];

		*e = entry_of(mem, &d->told);
		e->reason = d->reason;
		e->detail = d->detail;
		e->place = d->entry;
	}
}

/* --- lists beside index.json --- */

static struct str
fault_of(struct arena *mem, const struct err *why)
{
	return arena_printf(mem, "%s: %s", why->pointer, why->text);
}

static void
take_lists(struct catalogue *out, const struct layout_documents *documents, struct arena *mem,
    const struct limits *limits)
{
	struct err why;

	if (documents->has_docker_list &&
	    docker_list_parse(&out->images, &out->image_count, mem, documents->docker_list,
		limits, NULL, &why) != 0) {
		out->image_count = 0;
		out->images_fault = fault_of(mem, &why);
	}
	if (documents->has_repositories &&
	    docker_repositories_parse(&out->tags, &out->tag_count, mem,
		documents->repositories, limits, NULL, &why) != 0) {
		out->tag_count = 0;
		out->tags_fault = fault_of(mem, &why);
	}
}

int
layout_documents_read(struct catalogue *out, const struct layout_documents *documents,
    struct arena *mem, struct hasher *hasher, const struct limits *limits, struct err *err)
{
	struct manifest_defects *bad = arena_alloc(mem, sizeof(*bad));
	struct manifest top;

	*out = (struct catalogue){ .count = 0 };
	hasher_of(hasher, DIGEST_SHA256, documents->index, &out->index_digest);
	if (index_read(&top, bad, documents->index, mem, limits, err) != 0)
		return -1;
	take_entries(out, mem, &top, bad);
	take_lists(out, documents, mem, limits);
	return 0;
}

/* --- the row --- */

/* Of kept files whose octets end with the intake. */
static struct bytes
kept(const struct intake *in, enum intake_file file)
{
	return arena_bytes(in->mem, content(in, file));
}

static bool
deeper_blobs(const struct intake *in)
{
	for (size_t d = in->wraps + 1; d <= MEMBER_WRAPS; d++)
		if (in->blobs_at[d] > 0)
			return true;
	return false;
}

bool
layout_recognises(const struct form_signs *signs)
{
	return signs->in->files[FILE_INDEX].there;
}

int
layout_catalogue(struct catalogue *out, struct input_facts *facts,
    const struct form_signs *signs, struct err *err)
{
	struct intake *in = signs->in;
	struct layout_documents documents = {
		.has_docker_list = in->files[FILE_MANIFEST].there,
		.has_repositories = in->files[FILE_REPOSITORIES].there,
	};

	if (in->inner_index || deeper_blobs(in))
		return form_not_read(err, "layout with other layouts in folders below it");
	if (check_index(in, err) != 0)
		return -1;
	if (!in->blobs_folder[in->wraps] && in->blobs_at[in->wraps] == 0 &&
	    !in->files[FILE_LAYOUT].there)
		return err_set(err, REASON_INPUT_FORM, NULL, "index.json without blobs");
	if (check_version(in, err) != 0)
		return -1;
	check_docker_list(in);
	facts->kind = in->archive ? INPUT_OCI_TAR : INPUT_OCI_DIR;
	documents.index = kept(in, FILE_INDEX);
	documents.docker_list = kept(in, FILE_MANIFEST);
	documents.repositories = kept(in, FILE_REPOSITORIES);
	return layout_documents_read(out, &documents, in->mem, in->hasher, in->limits, err);
}
