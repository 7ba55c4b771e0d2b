/* SPDX-License-Identifier: Apache-2.0 */
/* Members of an export, one after the other: names judged, blobs hashed, documents kept. */
#include "input/intake.h"

#include <stdio.h>
#include <stdlib.h>

#include "codec/jsonscan.h"
#include "codec/text.h"
#include "input/exportname.h"

#define LAYOUT_MOST ((size_t)4096)
#define REPOSITORIES_MOST ((size_t)16 << 20)

static const char *const file_names[INTAKE_FILES] = {
	[FILE_INDEX] = "index.json",
	[FILE_LAYOUT] = "oci-layout",
	[FILE_MANIFEST] = "manifest.json",
	[FILE_REPOSITORIES] = "repositories",
	[FILE_VERSION] = "version",
	[FILE_ZARF] = "zarf.yaml",
	[FILE_CHECKSUMS] = "checksums.txt",
};

void
intake_init(struct intake *in, struct store *store, struct hasher *hasher,
    const struct limits *limits, struct arena *mem)
{
	*in = (struct intake){
		.store = store, .hasher = hasher, .limits = limits, .mem = mem
	};
	buf_init(&in->path_text, 4096);
	buf_init(&in->keep, (size_t)limits->v[LIMIT_MANIFEST_BYTES]);
}

static void
forget_files(struct intake *in)
{
	for (size_t i = 0; i < INTAKE_FILES; i++) {
		free(in->files[i].ptr);
		in->files[i] = (struct kept_file){ 0 };
	}
}

void
intake_clear(struct intake *in)
{
	forget_files(in);
	tarnames_clear(&in->names);
	buf_clear(&in->path_text);
	buf_clear(&in->keep);
}

static struct str
escaped(struct intake *in, struct bytes raw)
{
	AUTO(buf_clear) struct buf b = { .max = 200 };

	text_show(&b, raw);
	return arena_str(in->mem, (struct str){ (const char *)b.ptr, b.len });
}

void
intake_note(struct intake *in, enum reason reason, struct bytes detail)
{
	struct input_note note = { .reason = reason, .count = 1 };

	for (size_t i = 0; i < in->notes.n; i++)
		if (in->notes.v[i].reason == reason) {
			in->notes.v[i].count++;
			return;
		}
	note.detail = escaped(in, detail);
	VEC_PUSH(in->mem, &in->notes, note);
}

/* --- where things lie --- */

static void
remember_top(struct intake *in, const struct member_path *p)
{
	AUTO(buf_clear) struct buf b = { .max = sizeof(in->tops[0]) - 1 };

	if (in->top_count == INTAKE_TOPS)
		return;
	text_show(&b, p->part[0]);
	buf_cstr(&b);
	for (size_t i = 0; i < in->top_count; i++)
		if (strlen(in->tops[i]) == b.len &&
		    memcmp(in->tops[i], b.ptr, b.len) == 0)
			return;
	memcpy(in->tops[in->top_count], b.ptr, b.len);
	in->tops[in->top_count++][b.len] = '\0';
}

/* The folders that all files share: what is kept from deeper ones has no meaning any
 * more. */
static void
narrow(struct intake *in, const struct member_path *p)
{
	size_t dirs = p->count - 1 < MEMBER_WRAPS ? p->count - 1 : MEMBER_WRAPS, same = 0;

	if (!in->any) {
		for (size_t i = 0; i < dirs; i++)
			in->wrap[i] = arena_str(in->mem,
			    (struct str){ (const char *)p->part[i].ptr, p->part[i].len });
		in->any = true;
		in->wraps = dirs;
		return;
	}
	while (same < dirs && same < in->wraps &&
	       bytes_equal(p->part[same], str_bytes(in->wrap[same])))
		same++;
	if (same == in->wraps)
		return;
	in->inner_index = in->inner_index || in->files[FILE_INDEX].there;
	for (size_t i = 0; i < INTAKE_FILES; i++)
		in->ignored += in->files[i].there;
	forget_files(in);
	in->wraps = same;
}

/* Marks of forms that this version only recognises. */
static void
look_for_marks(struct intake *in, const struct member_path *p)
{
	for (size_t d = 0; d <= MEMBER_WRAPS; d++) {
		if (member_part_is(p, d, "docker") &&
		    member_part_is(p, d + 1, "registry") &&
		    member_part_is(p, d + 2, "v2") &&
		    (member_part_is(p, d + 3, "blobs") ||
			member_part_is(p, d + 3, "repositories")))
			in->registry = true;
		if (member_part_is(p, d, "blobs") && p->count == d + 2 &&
		    bytes_starts(p->part[d + 1], BYTES_LIT("sha256-")))
			in->ollama = true;
	}
	if (member_part_is(p, 0, "working-dir") ||
	    bytes_starts(p->part[0], BYTES_LIT("isc_")))
		in->mirror = true;
}

/* Does an archive hold exports in turn, or a layout too deep to be read? */
static void
look_for_inner(struct intake *in, const struct member_path *p)
{
	struct str text = { (const char *)p->text.ptr, p->text.len };
	char name[256];
	size_t slash;

	if (in->inner.ptr != NULL)
		return;
	while ((slash = str_find(text, '/')) < text.len) {
		if (str_starts(str_from(text, slash), STR("/blobs/sha256/")))
			break;
		text = str_from(text, slash + 1);
	}
	/* No part of a name is longer than a file system allows (member.h). */
	snprintf(name, sizeof(name), "%.*s", STR_ARG(text));
	if (slash < text.len || strcmp(name, "oci-layout") == 0 ||
	    exportname_of(name) != NAME_OTHER)
		in->inner = escaped(in, p->text);
}

static size_t
find_file(const struct member_path *p)
{
	size_t i = 0;

	if (p->count > MEMBER_WRAPS + 1)
		return INTAKE_FILES;
	while (i < INTAKE_FILES && !member_part_is(p, p->count - 1, file_names[i]))
		i++;
	return i;
}

/* Could the name be one of a layout, but for its letters outside ASCII? */
static bool
is_layout_name(const struct member_path *p)
{
	for (size_t d = 0; d <= MEMBER_WRAPS; d++)
		if (member_part_is(p, d, "blobs"))
			return true;
	return find_file(p) != INTAKE_FILES;
}

/* --- names --- */

/*
 * Judge the name of a member that is there at all. *use: it has a name that can be used.
 * What is wrong with a name is a note: the member is left out, the rest is read.
 */
static int
take_name(struct member_path *p, bool *use, struct intake *in, struct bytes name,
    enum tarnames_kind kind, struct err *err)
{
	enum member_name got = member_parse(
	    p, &in->path_text, name, kind == TARNAMES_FOLDER, in->limits);

	*use = false;
	if (in->archive && (got == MEMBER_OK || got == MEMBER_LITTER) &&
	    tarnames_add(&in->names, p, kind, err) != 0)
		return -1;
	switch (got) {
	case MEMBER_TOP:
		return 0;
	case MEMBER_LITTER:
		/* Files and folders of macOS; links it does not make, whatever they are
		 * called. */
		*use = kind == TARNAMES_OTHER;
		return 0;
	case MEMBER_ESCAPES:
		intake_note(in, REASON_TAR_PATH_ESCAPE, name);
		return 0;
	case MEMBER_BAD:
		intake_note(in, REASON_TAR_BAD_NAME, name);
		return 0;
	case MEMBER_OK:
		break;
	}
	if (!p->ascii && is_layout_name(p))
		return err_set(
		    err, REASON_TAR_DAMAGED, NULL, "name of a layout file outside ASCII");
	if (!p->ascii)
		intake_note(in, REASON_TAR_FOREIGN_NAME, p->text);
	*use = true;
	return 0;
}

/* --- files that are kept whole --- */

static size_t
file_limit(const struct intake *in, size_t file)
{
	if (file == FILE_INDEX)
		return (size_t)in->limits->v[LIMIT_INDEX_BYTES];
	if (file == FILE_LAYOUT)
		return LAYOUT_MOST;
	if (file == FILE_REPOSITORIES)
		return REPOSITORIES_MOST;
	return file == FILE_MANIFEST ? (size_t)in->limits->v[LIMIT_MANIFEST_BYTES] : 0;
}

static int
begin_file(struct intake *in, const struct member_path *p, size_t file, bool *wanted,
    struct err *err)
{
	struct where at = { .pointer = { (const char *)p->text.ptr, p->text.len } };

	if (p->count - 1 != in->wraps) {
		in->inner_index = in->inner_index || file == FILE_INDEX;
		in->ignored++;
		return 0;
	}
	if (in->files[file].there)
		return err_set(err, REASON_TAR_DUPLICATE_MEMBER, &at, "stands twice");
	in->files[file].there = true;
	in->file_most = file_limit(in, file);
	if (in->file_most == 0)
		return 0;
	in->file = &in->files[file];
	in->hand = HAND_FILE;
	*wanted = true;
	return 0;
}

static int
file_too_large(const struct intake *in, struct err *err)
{
	if (in->file == &in->files[FILE_INDEX])
		return err_set(err, REASON_LIMIT_INDEX_HIT, NULL, "more than %zu octets",
		    in->file_most);
	if (in->file == &in->files[FILE_LAYOUT])
		return err_set(err, REASON_LAYOUT_VERSION, NULL,
		    "oci-layout has more than %zu octets", in->file_most);
	return err_set(err, REASON_LIMIT_MANIFEST_HIT, NULL,
	    "%s has more than %zu octets",
	    in->file == &in->files[FILE_MANIFEST] ? "manifest.json" : "repositories",
	    in->file_most);
}

static int
file_data(struct intake *in, struct bytes data, struct err *err)
{
	struct kept_file *f = in->file;

	if (data.len > in->file_most - f->len)
		return file_too_large(in, err);
	f->ptr = xrealloc(f->ptr, f->len + data.len);
	memcpy(f->ptr + f->len, data.ptr, data.len);
	f->len += data.len;
	return 0;
}

/* --- blobs --- */

static void
begin_blob(struct intake *in, const struct digest *d, uint64_t place)
{
	in->hand = HAND_BLOB;
	in->blob = (struct blob){ .digest = *d, .place = place, .state = BLOB_OK };
	in->content = CONTENT_OPEN;
	buf_reset(&in->keep);
	hasher_begin(in->hasher, d->alg);
}

/* A manifest or JSON envelope begins with "{", a COSE_Sign1 with its tag and an array of
 * four. */
static void
look_at_start(struct intake *in)
{
	struct bytes got = buf_bytes(&in->keep);
	size_t i = 0;

	if (got.len >= 1 && got.ptr[0] == 0xd2) {
		if (got.len >= 2)
			in->content = got.ptr[1] == 0x84 ? CONTENT_COSE : CONTENT_NO;
		return;
	}
	while (i < got.len && (got.ptr[i] == ' ' || got.ptr[i] == '\t' ||
				  got.ptr[i] == '\n' || got.ptr[i] == '\r'))
		i++;
	if (i < got.len)
		in->content = got.ptr[i] == '{' ? CONTENT_JSON : CONTENT_NO;
}

static void
keep_content(struct intake *in, struct bytes data)
{
	size_t most = in->keep.max, start = data.len < 16 ? data.len : 16;

	if (in->content == CONTENT_NO)
		return;
	if (in->content == CONTENT_OPEN) {
		/* Most blobs are layers: sixteen octets tell, and the rest need not be
		 * copied. */
		buf_add(&in->keep, bytes_of(data.ptr, start));
		look_at_start(in);
		data.ptr += start;
		data.len -= start;
	}
	if (in->content == CONTENT_COSE)
		most = (size_t)in->limits->v[LIMIT_ENVELOPE_BYTES];
	if (in->keep.full || in->keep.len > most || data.len > most - in->keep.len)
		in->content = CONTENT_NO;
	if (in->content == CONTENT_NO) {
		buf_reset(&in->keep);
		return;
	}
	buf_add(&in->keep, data);
	if (in->content == CONTENT_OPEN)
		look_at_start(in);
}

/*
 * Is it worth keeping? Manifests and indexes have the first names, envelopes and bundles
 * the others; image configurations, which are many, have none. What is no strict JSON may
 * still be named as a manifest, and then the finding needs its octets.
 */
static unsigned
classify(const struct intake *in)
{
	static const char *const names[] = { "schemaVersion", "manifests", "layers",
		"blobs", "mediaType", "protected", "payload", "payloadType", "signatures",
		"critical" };
	const uint32_t manifest = 0x1f;
	uint32_t found = 0;

	if (in->content == CONTENT_COSE)
		return BLOB_META;
	if (in->content != CONTENT_JSON)
		return 0;
	if (jsonscan_top(
		&found, buf_bytes(&in->keep), names, COUNT(names), in->limits, NULL) != 0)
		return BLOB_JSON | BLOB_META;
	return (found & manifest ? BLOB_JSON : 0) | (found != 0 ? BLOB_META : 0);
}

static int
add_blob(struct intake *in, struct err *err)
{
	const struct blob *before = store_find(in->store, &in->blob.digest);
	bool twice = before != NULL, good = twice && before->state == BLOB_OK, again;
	char name[DIGEST_TEXT];
	struct where at = { 0 };

	if (twice)
		digest_format(name, &in->blob.digest);
	if (twice && (!good || in->blob.state != BLOB_OK)) {
		at.blob = str_of(name);
		return err_set(err, REASON_TAR_DUPLICATE_MEMBER, &at,
		    "stands twice, with different content");
	}
	if (twice)
		intake_note(in, REASON_TAR_DUPLICATE_BLOB, str_bytes(str_of(name)));
	return store_add(in->store, &in->blob, buf_bytes(&in->keep), &again, err);
}

static int
end_blob(struct intake *in, struct err *err)
{
	struct digest real;

	hasher_end(in->hasher, &real);
	if (!digest_equal(&real, &in->blob.digest))
		in->blob.state = BLOB_MISMATCH;
	else
		in->blob.flags = classify(in);
	return add_blob(in, err);
}

int
intake_defect(
    struct intake *in, const struct digest *d, enum blob_state state, struct err *err)
{
	if (in->hand == HAND_BLOB)
		hasher_end(in->hasher, &(struct digest){ 0 });
	in->hand = HAND_NONE;
	in->blob = (struct blob){ .digest = *d, .state = state };
	buf_reset(&in->keep);
	return add_blob(in, err);
}

/* --- members --- */

int
intake_begin(
    struct intake *in, struct bytes name, uint64_t place, bool *wanted, struct err *err)
{
	struct member_path p = { 0 };
	struct digest d;
	size_t depth, file;
	bool use;

	*wanted = false;
	in->hand = HAND_NONE;
	if (++in->members > in->limits->v[LIMIT_MEMBERS])
		return err_set(err, REASON_LIMIT_MEMBERS_HIT, NULL,
		    "more than %llu files",
		    (unsigned long long)in->limits->v[LIMIT_MEMBERS]);
	if (take_name(&p, &use, in, name, TARNAMES_FILE, err) != 0)
		return -1;
	if (!use) {
		in->ignored++;
		return 0;
	}
	narrow(in, &p);
	if (member_blob(&d, &depth, &p)) {
		in->blobs_at[depth]++;
		begin_blob(in, &d, place);
		*wanted = true;
		return 0;
	}
	remember_top(in, &p);
	look_for_marks(in, &p);
	look_for_inner(in, &p);
	file = find_file(&p);
	if (file != INTAKE_FILES)
		return begin_file(in, &p, file, wanted, err);
	in->ignored++;
	return 0;
}

int
intake_data(struct intake *in, struct bytes data, struct err *err)
{
	if (data.len == 0)
		return 0;
	if (in->hand == HAND_FILE)
		return file_data(in, data, err);
	hasher_add(in->hasher, data);
	in->blob.size += data.len;
	keep_content(in, data);
	return 0;
}

int
intake_end(struct intake *in, struct err *err)
{
	bool blob = in->hand == HAND_BLOB;

	in->hand = HAND_NONE;
	return blob ? end_blob(in, err) : 0;
}

int
intake_folder(struct intake *in, struct bytes name, struct err *err)
{
	struct member_path p = { 0 };
	bool use;

	if (take_name(&p, &use, in, name, TARNAMES_FOLDER, err) != 0)
		return -1;
	for (size_t d = 0; use && d <= MEMBER_WRAPS; d++)
		if (p.count >= d + 1 && p.count <= d + 2 &&
		    member_part_is(&p, d, "blobs"))
			in->blobs_folder[d] = true;
	return 0;
}

/*
 * Exporters that store a blob once for several repositories link its names. Both must be
 * names of the same blob, and the target must have been read before and found good.
 */
static bool
is_alias(
    struct intake *in, const struct member_path *p, struct bytes target, size_t *depth)
{
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	struct member_path to = { 0 };
	struct digest from, at;
	const struct blob *b;
	size_t ignored;

	if (!member_blob(&from, depth, p) ||
	    member_parse(&to, &text, target, false, in->limits) != MEMBER_OK ||
	    !member_blob(&at, &ignored, &to) || !digest_equal(&from, &at))
		return false;
	b = store_find(in->store, &at);
	return b != NULL && b->state == BLOB_OK;
}

int
intake_link(
    struct intake *in, struct bytes name, struct bytes target, bool hard, struct err *err)
{
	struct member_path p = { 0 };
	size_t depth;
	bool use;

	if (take_name(&p, &use, in, name, TARNAMES_OTHER, err) != 0)
		return -1;
	if (!use)
		return 0;
	if (hard && is_alias(in, &p, target, &depth)) {
		narrow(in, &p);
		in->blobs_at[depth]++;
		return 0;
	}
	/* docker-archives link repeated layers; whether this is one is known at the end.
	 */
	if (!hard && p.count >= 2 && p.count <= MEMBER_PARTS &&
	    member_part_is(&p, p.count - 1, "layer.tar")) {
		if (in->layer_links++ == 0)
			in->first_layer_link = escaped(in, p.text);
		return 0;
	}
	intake_note(in, REASON_TAR_LINK_MEMBER, p.text);
	return 0;
}

int
intake_special(struct intake *in, struct bytes name, struct err *err)
{
	struct member_path p = { 0 };
	bool use;

	if (take_name(&p, &use, in, name, TARNAMES_OTHER, err) != 0)
		return -1;
	if (use)
		intake_note(in, REASON_TAR_SPECIAL_MEMBER, p.text);
	return 0;
}
