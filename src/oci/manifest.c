/* SPDX-License-Identifier: Apache-2.0 */
/* Image manifests, image indexes and what else stands in their place. */
#include "oci/manifest.h"

#include "codec/jsonscan.h"

static const char *const known[] = { "schemaVersion", "mediaType", "artifactType",
	"config", "layers", "manifests", "blobs", "subject", "annotations" };

/* Members that only one kind of document has. */
enum {
	HAS_CONFIG = 1,
	HAS_LAYERS = 2,
	HAS_MANIFESTS = 4,
	HAS_BLOBS = 8,
	HAS_FS_LAYERS = 16
};
static const struct {
	const char *name;
	unsigned bit;
} kinds[] = {
	{ "config", HAS_CONFIG },
	{ "layers", HAS_LAYERS },
	{ "manifests", HAS_MANIFESTS },
	{ "blobs", HAS_BLOBS },
	{ "fsLayers", HAS_FS_LAYERS },
};

struct parse {
	struct manifest *m;
	struct arena *mem;
	const struct limits *limits;
	struct manifest_defects *defects; /* NULL: an entry that is malformed ends it */
	struct err *err;
};

static bool
form_of_type(enum manifest_form *out, enum media type)
{
	if (media_is_index(type))
		*out = MANIFEST_INDEX;
	else if (type == MEDIA_OCI_ARTIFACT_MANIFEST)
		*out = MANIFEST_ARTIFACT;
	else if (media_is_manifest(type))
		*out = MANIFEST_IMAGE;
	else
		return false;
	return true;
}

static unsigned
members_of(struct jv root)
{
	unsigned has = 0;

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (jsonin_present(jsonin_get(root, kinds[i].name)))
			has |= kinds[i].bit;
	return has;
}

static bool
form_of_members(enum manifest_form *out, unsigned has)
{
	if (has == HAS_MANIFESTS)
		*out = MANIFEST_INDEX;
	else if (has == HAS_BLOBS)
		*out = MANIFEST_ARTIFACT;
	else if (has == HAS_CONFIG || has == HAS_LAYERS ||
		 has == (HAS_CONFIG | HAS_LAYERS))
		*out = MANIFEST_IMAGE;
	else
		return false;
	return true;
}

/*
 * image-spec manifest.md and image-index.md demand that a document which could be read
 * as another kind is refused (CVE-2021-41190): the members, the type inside and the type
 * that led here must all mean one form.
 */
static int
parse_form(struct parse *p, struct jv root, enum media type)
{
	enum media inner = media_of(p->m->media_type);
	unsigned has = members_of(root);
	enum manifest_form form = MANIFEST_IMAGE, wanted = MANIFEST_IMAGE;
	bool decided = form_of_members(&form, has);

	if (!decided && has != 0 && has != HAS_FS_LAYERS)
		return jsonin_fail(p->err, REASON_MANIFEST_AMBIGUOUS, root,
		    "members of two kinds of manifest");
	if (has == HAS_FS_LAYERS)
		return jsonin_fail(p->err,
		    type == MEDIA_OTHER ? REASON_MANIFEST_MALFORMED
					: REASON_MANIFEST_AMBIGUOUS,
		    root, "members of a Docker schema 1 manifest");
	if (form_of_type(&wanted, type == MEDIA_OTHER ? inner : type)) {
		if (decided && form != wanted)
			return jsonin_fail(p->err, REASON_MANIFEST_AMBIGUOUS, root,
			    "members of another kind than its media type");
		form = wanted;
	} else if (!decided || form == MANIFEST_ARTIFACT) {
		return jsonin_fail(p->err, REASON_MANIFEST_MALFORMED, root,
		    "neither a manifest nor an index");
	}
	if (form_of_type(&wanted, inner) && form != wanted)
		return jsonin_fail(p->err, REASON_MANIFEST_AMBIGUOUS, root,
		    "media type inside is of another kind");
	p->m->form = form;
	return 0;
}

static int
parse_version(struct parse *p, struct jv root)
{
	uint64_t version;
	bool present;

	if (jsonin_opt_u64(&version, &present, root, "schemaVersion", p->err) != 0)
		return -1;
	/* The withdrawn artifact manifest has none. */
	if (!present && p->m->form == MANIFEST_ARTIFACT)
		return 0;
	if (!present || version != 2)
		return jsonin_fail(
		    p->err, REASON_MANIFEST_MALFORMED, root, "schemaVersion is not 2");
	return 0;
}

static int
opt_copy(struct str *out, struct parse *p, struct jv root, const char *name)
{
	struct str s;

	if (jsonin_opt_str(&s, root, name, p->err) != 0)
		return -1;
	*out = media_intern(s);
	if (out->ptr == NULL)
		*out = arena_str(p->mem, s);
	return 0;
}

static int
opt_descriptor(
    struct descriptor *out, bool *has, struct parse *p, struct jv root, const char *name)
{
	struct jv v = jsonin_get(root, name);

	*has = jsonin_present(v) && jsonin_type(v) != JSON_NULL;
	return *has ? descriptor_parse(out, p->mem, v, p->err) : 0;
}

static int
parse_child(struct parse *p, size_t entry, struct jv v)
{
	struct manifest_defects *bad = p->defects;
	struct err why;

	if (bad == NULL)
		return descriptor_parse(
		    &p->m->children[p->m->child_count++], p->mem, v, p->err);
	if (descriptor_parse(&p->m->children[p->m->child_count], p->mem, v, &why) == 0) {
		p->m->child_count++;
		return 0;
	}
	if (bad->count == COUNT(bad->v)) {
		if (p->err != NULL)
			*p->err = why;
		return -1;
	}
	bad->v[bad->count] = (struct manifest_defect){ .entry = entry,
		.reason = why.reason,
		.detail = arena_printf(p->mem, "%s: %s", why.pointer, why.text) };
	descriptor_glimpse(&bad->v[bad->count++].told, p->mem, v);
	return 0;
}

static int
parse_children(struct parse *p, struct jv root)
{
	static const char *const names[] = {
		[MANIFEST_IMAGE] = "layers",
		[MANIFEST_INDEX] = "manifests",
		[MANIFEST_ARTIFACT] = "blobs",
	};
	bool index = p->m->form == MANIFEST_INDEX;
	uint64_t most = p->limits->v[index ? LIMIT_INDEX_ENTRIES : LIMIT_LAYERS];
	const char *name = names[p->m->form];
	struct jv list;
	size_t n, i = 0;

	/* Tools leave out an empty list of layers, or write null; an index without one is none. */
	if (index ? jsonin_arr(&list, root, name, p->err) != 0
		  : jsonin_opt_arr(&list, root, name, p->err) != 0)
		return -1;
	n = jsonin_count(list);
	if (n > most)
		return jsonin_fail(p->err,
		    index ? REASON_LIMIT_INDEX_ENTRIES_HIT : REASON_LIMIT_LAYERS_HIT,
		    list, "%zu entries, want at most %llu", n, (unsigned long long)most);
	p->m->children = arena_array(p->mem, n, sizeof(*p->m->children));
	for (struct jv v = jsonin_first(list); jsonin_present(v); v = jsonin_next(v))
		if (parse_child(p, i++, v) != 0)
			return -1;
	return 0;
}

static int
parse_root(struct parse *p, struct jv root, enum media type)
{
	struct manifest *m = p->m;
	struct jv annotations;

	if (jsonin_as(root, JSON_OBJECT, p->err) != 0 ||
	    jsonin_known(root, known, COUNT(known), false, p->err) != 0 ||
	    opt_copy(&m->media_type, p, root, "mediaType") != 0 ||
	    opt_copy(&m->artifact_type, p, root, "artifactType") != 0 ||
	    parse_form(p, root, type) != 0 || parse_version(p, root) != 0 ||
	    opt_descriptor(&m->config, &m->has_config, p, root, "config") != 0)
		return -1;
	if (m->form == MANIFEST_IMAGE && !m->has_config)
		return jsonin_fail(p->err, REASON_MANIFEST_MALFORMED, root, "no config");
	if (parse_children(p, root) != 0 ||
	    opt_descriptor(&m->subject, &m->has_subject, p, root, "subject") != 0 ||
	    jsonin_opt_obj(&annotations, root, "annotations", p->err) != 0)
		return -1;
	if (!jsonin_present(annotations))
		return 0;
	return annotations_parse(
	    &m->annotations, &m->annotation_count, p->mem, annotations, p->err);
}

static int
parse_text(struct parse *p, struct bytes text, enum media type, const struct where *at)
{
	AUTO(jsonin_free) struct json *json = NULL;

	if (jsonin_parse(&json, text, p->limits, at, p->err) != 0)
		return -1;
	return parse_root(p, jsonin_root(json), type);
}

int
manifest_parse(struct manifest *out, struct arena *mem, struct bytes text,
    enum media type, const struct limits *limits, const struct where *at, struct err *err)
{
	struct manifest m = { .form = MANIFEST_IMAGE };
	struct parse p = { &m, mem, limits, NULL, err };

	if (parse_text(&p, text, type, at) != 0)
		return -1;
	*out = m;
	return 0;
}

int
manifest_parse_layout(struct manifest *out, struct manifest_defects *defects,
    struct arena *mem, struct bytes text, const struct limits *limits,
    const struct where *at, struct err *err)
{
	struct manifest m = { .form = MANIFEST_INDEX };
	struct parse p = { &m, mem, limits, defects, err };

	defects->count = 0;
	if (parse_text(&p, text, MEDIA_OCI_INDEX, at) != 0)
		return -1;
	*out = m;
	return 0;
}

struct str
manifest_effective_type(const struct manifest *m)
{
	if (m->artifact_type.len > 0)
		return m->artifact_type;
	return m->has_config ? m->config.media_type : STR_NONE;
}

bool
manifest_has_image_config(const struct manifest *m)
{
	return m->form == MANIFEST_IMAGE && m->has_config &&
	       media_is_image_config(m->config.media_type);
}

struct str
manifest_annotation(const struct manifest *m, const char *key)
{
	return annotations_get(m->annotations, m->annotation_count, key);
}

bool
manifest_like(struct bytes text, const struct limits *limits)
{
	static const char *const names[] = { "manifests", "config", "schemaVersion",
		"mediaType" };
	enum { MANIFESTS = 1, CONFIG = 2, VERSION = 4, MEDIA = 8 };
	uint32_t f;

	if (jsonscan_top(&f, text, names, COUNT(names), limits, NULL) != 0)
		return false;
	/* The artifact manifest may lack all but its media type. */
	return (f & (MANIFESTS | MEDIA)) != 0 ||
	       (f & (CONFIG | VERSION)) == (CONFIG | VERSION);
}

/* --- Docker's list --- */

/* "blobs/sha256/HEX" as "sha256:HEX"; absent for any other file. */
static struct str
blob_of_path(struct arena *mem, struct str path)
{
	struct str alg, hex;
	struct digest d;

	if (!str_starts(path, STR("blobs/")))
		return STR_NONE;
	path = str_from(path, 6);
	alg = str_upto(path, str_find(path, '/'));
	hex = str_from(path, alg.len + 1);
	if (digest_from_parts(&d, alg, hex, NULL, NULL) != 0)
		return STR_NONE;
	return arena_printf(mem, "%.*s:%.*s", STR_ARG(alg), STR_ARG(hex));
}

/* A list of texts. Go writes an empty one as null. */
static int
docker_texts(struct str **out, size_t *count, struct parse *p, struct jv list)
{
	struct str text;
	size_t n = 0;

	*count = 0;
	if (!jsonin_present(list) || jsonin_type(list) == JSON_NULL)
		return 0;
	if (jsonin_as(list, JSON_ARRAY, p->err) != 0)
		return -1;
	*out = arena_array(p->mem, jsonin_count(list), sizeof(**out));
	for (struct jv v = jsonin_first(list); jsonin_present(v); v = jsonin_next(v)) {
		if (jsonin_as_str(&text, v, p->err) != 0)
			return -1;
		(*out)[n++] = arena_str(p->mem, text);
	}
	*count = n;
	return 0;
}

static int
docker_image(struct docker_image *image, struct parse *p, struct jv v)
{
	static const char *const names[] = { "Config", "RepoTags", "Layers", "Parent",
		"LayerSources" };
	struct str path;

	if (jsonin_as(v, JSON_OBJECT, p->err) != 0 ||
	    jsonin_known(v, names, COUNT(names), false, p->err) != 0 ||
	    jsonin_str(&path, v, "Config", p->err) != 0 ||
	    docker_texts(&image->layers, &image->layer_count, p,
		jsonin_get(v, "Layers")) != 0 ||
	    docker_texts(&image->tags, &image->tag_count, p,
		jsonin_get(v, "RepoTags")) != 0)
		return -1;
	image->config = blob_of_path(p->mem, path);
	for (size_t i = 0; i < image->layer_count; i++)
		image->layers[i] = blob_of_path(p->mem, image->layers[i]);
	return 0;
}

int
docker_list_parse(struct docker_image **out, size_t *count, struct arena *mem,
    struct bytes text, const struct limits *limits, const struct where *at,
    struct err *err)
{
	struct parse p = { .mem = mem, .limits = limits, .err = err };
	AUTO(jsonin_free) struct json *json = NULL;
	struct docker_image *list;
	size_t i = 0;

	if (jsonin_parse(&json, text, limits, at, err) != 0 ||
	    jsonin_as(jsonin_root(json), JSON_ARRAY, err) != 0)
		return -1;
	*count = jsonin_count(jsonin_root(json));
	list = arena_array(mem, *count, sizeof(*list));
	for (struct jv v = jsonin_first(jsonin_root(json)); jsonin_present(v);
	     v = jsonin_next(v))
		if (docker_image(&list[i++], &p, v) != 0)
			return -1;
	*out = list;
	return 0;
}

/* {"repository": {"tag": "hex"}} */
int
docker_repositories_parse(struct docker_tag **out, size_t *count, struct arena *mem,
    struct bytes text, const struct limits *limits, const struct where *at,
    struct err *err)
{
	AUTO(jsonin_free) struct json *json = NULL;
	VEC(struct docker_tag) list = { NULL, 0, 0 };
	struct str hex;

	if (jsonin_parse(&json, text, limits, at, err) != 0 ||
	    jsonin_as(jsonin_root(json), JSON_OBJECT, err) != 0)
		return -1;
	for (struct jv r = jsonin_first(jsonin_root(json)); jsonin_present(r);
	     r = jsonin_next(r)) {
		if (jsonin_as(r, JSON_OBJECT, err) != 0)
			return -1;
		for (struct jv t = jsonin_first(r); jsonin_present(t);
		     t = jsonin_next(t)) {
			if (jsonin_as_str(&hex, t, err) != 0)
				return -1;
			VEC_PUSH(mem, &list,
			    ((struct docker_tag){
				arena_printf(mem, "%.*s:%.*s", STR_ARG(jsonin_key(r)),
				    STR_ARG(jsonin_key(t))),
				arena_str(mem, hex) }));
		}
	}
	*out = list.v;
	*count = list.n;
	return 0;
}
