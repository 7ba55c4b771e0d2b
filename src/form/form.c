/* SPDX-License-Identifier: Apache-2.0 */
/* The table of forms, and the way of an input through it. */
#include "form/form.h"

#include "codec/jsonin.h"
#include "input/source.h"

/* --- signs --- */

static struct bytes
manifest_json(const struct intake *in)
{
	return bytes_of(in->files[FILE_MANIFEST].ptr, in->files[FILE_MANIFEST].len);
}

/* What the elements of manifest.json are tells three forms apart. */
static enum docker_form
docker_form(const struct intake *in)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct jv root, first;

	if (!in->files[FILE_MANIFEST].there ||
	    jsonin_parse(&doc, manifest_json(in), in->limits, NULL, NULL) != 0)
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
is_zarf(const struct form_signs *s)
{
	return s->in->files[FILE_ZARF].there && s->in->files[FILE_CHECKSUMS].there;
}

static bool
is_mirror(const struct form_signs *s)
{
	return s->in->registry && s->in->mirror;
}

static bool
is_registry(const struct form_signs *s)
{
	return s->in->registry;
}

static bool
is_layouts(const struct form_signs *s)
{
	return s->in->inner_index;
}

static bool
is_docker(const struct form_signs *s)
{
	return s->docker == DOCKER_ARCHIVE;
}

static bool
is_imgpkg(const struct form_signs *s)
{
	return s->docker == DOCKER_IMGPKG;
}

static bool
is_dir(const struct form_signs *s)
{
	return s->docker == DOCKER_DIR;
}

static bool
is_old_docker(const struct form_signs *s)
{
	return s->in->files[FILE_REPOSITORIES].there;
}

static bool
is_ollama(const struct form_signs *s)
{
	return s->in->ollama;
}

static bool
is_headless(const struct form_signs *s)
{
	if (s->in->files[FILE_LAYOUT].there)
		return true;
	for (size_t d = 0; d <= MEMBER_WRAPS; d++)
		if (s->in->blobs_at[d] > 0)
			return true;
	return false;
}

static bool
is_anything(const struct form_signs *s)
{
	(void)s;
	return true;
}

/* --- those that end here --- */

int
form_not_read(struct err *err, const char *form)
{
	return err_set(err, REASON_INPUT_FORM, NULL,
	    "this is a %s, which this version does not read: export as OCI image layout",
	    form);
}

static int
no_digest(struct catalogue *out, struct input_facts *facts, const struct form_signs *signs,
    struct err *err)
{
	(void)out;
	(void)signs;
	facts->kind = INPUT_DOCKER_ARCHIVE;
	return err_set(err, REASON_FORM_NO_MANIFEST_DIGEST, NULL,
	    "a docker-archive names images by configuration only");
}

static int
no_index(struct catalogue *out, struct input_facts *facts, const struct form_signs *signs,
    struct err *err)
{
	(void)out;
	(void)facts;
	(void)signs;
	return err_set(err, REASON_LAYOUT_NO_INDEX, NULL, "index.json is not there");
}

/* Broken, or an array of what is not known: it was to say what the export is. */
static bool
manifest_promises(const struct intake *in)
{
	AUTO(jsonin_free) struct json *doc = NULL;

	return in->files[FILE_MANIFEST].there &&
	       (jsonin_parse(&doc, manifest_json(in), in->limits, NULL, NULL) != 0 ||
		   jsonin_type(jsonin_root(doc)) != JSON_OBJECT);
}

static int
unknown_form(struct catalogue *out, struct input_facts *facts, const struct form_signs *signs,
    struct err *err)
{
	const struct intake *in = signs->in;
	AUTO(buf_clear) struct buf b = { .max = 180 };

	(void)out;
	(void)facts;
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

/* --- the table: the first that recognises what is there --- */

static const struct form forms[] = {
	{ "Zarf package", is_zarf, NULL },
	{ "oc-mirror archive", is_mirror, NULL },
	{ "storage folder of a registry", is_registry, NULL },
	{ "OCI image layout", layout_recognises, layout_catalogue },
	{ "folder of several layouts", is_layouts, NULL },
	{ "docker-archive", is_docker, no_digest },
	{ "imgpkg archive", is_imgpkg, NULL },
	{ "\"dir\" export of skopeo", is_dir, NULL },
	{ "docker export from before version 1.10", is_old_docker, NULL },
	{ "Ollama store", is_ollama, NULL },
	{ "layout without index.json", is_headless, no_index },
	{ "form nobody knows", is_anything, unknown_form },
};

static int
catalogue(struct catalogue *out, struct input_facts *facts, struct intake *in, struct err *err)
{
	const struct form_signs signs = { in, docker_form(in) };
	const struct form *form = forms;

	while (!form->recognises(&signs))
		form++;
	return form->catalogue == NULL ? form_not_read(err, form->name)
				       : form->catalogue(out, facts, &signs, err);
}

/* --- what is known of the input --- */

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

/* Links in place of layers are what docker-archives have; elsewhere they are told. */
static void
note_layer_links(struct intake *in, const struct input_facts *facts)
{
	if (in->layer_links == 0 || facts->kind == INPUT_DOCKER_ARCHIVE)
		return;
	intake_note(in, REASON_TAR_LINK_MEMBER, str_bytes(in->first_layer_link));
	for (size_t i = 0; i < in->notes.n; i++)
		if (in->notes.v[i].reason == REASON_TAR_LINK_MEMBER)
			in->notes.v[i].count += in->layer_links - 1;
}

static void
fill(struct input_facts *facts, struct intake *in)
{
	facts->prefix =
	    in->files[FILE_INDEX].there ? prefix_of(in) : (struct str){ "", 0 };
	facts->members = in->members;
	facts->ignored = in->ignored;
	facts->has_layout_file = in->files[FILE_LAYOUT].there;
	facts->has_manifest_json = in->files[FILE_MANIFEST].there;
	facts->has_repositories = in->files[FILE_REPOSITORIES].there;
	facts->notes = in->notes.v;
	facts->note_count = in->notes.n;
}

int
form_read(struct input_facts *facts, struct catalogue *out, struct store *store,
    struct input_source **keep, struct arena *mem, int fd, bool is_dir, struct hasher *hasher,
    const struct input_options *options, struct err *err)
{
	struct intake in;
	int status;

	*facts = (struct input_facts){ .passes = 1, .prefix = STR("") };
	*out = (struct catalogue){ .count = 0 };
	intake_init(&in, store, hasher, options->limits, mem);
	status = input_take(facts, &in, fd, is_dir, options, err);
	if (status == 0) {
		status = catalogue(out, facts, &in, err);
		note_layer_links(&in, facts);
	}
	if (status != 0 && !is_dir)
		input_found(fd, options, err);
	fill(facts, &in);
	if (status == 0)
		*keep = source_new(source_way_of(is_dir, facts->compression), fd,
		    options->limits, store, &in.seen);
	intake_clear(&in);
	return status;
}
