/* SPDX-License-Identifier: Apache-2.0 */
/* Notes on the run: files of searched folders that are no input. */
#include "run/notes.h"

#include "codec/text.h"

static const enum reason reasons[FOUND_KINDS] = {
	[FOUND_OTHER] = REASON_INPUT_IGNORED,
	[FOUND_ALIAS] = REASON_INPUT_ALIAS,
	[FOUND_EXCLUDED] = REASON_INPUT_EXCLUDED,
};

void
notes_add(struct notes *notes, struct arena *mem, enum reason reason, struct str text)
{
	struct finding f = { .reason = reason, .message = text, FINDING_ALONE };

	VEC_PUSH(mem, &notes->list, f);
}

static struct str
globs(struct arena *mem, const struct inputs_options *o)
{
	AUTO(buf_clear) struct buf text = { .max = (size_t)1 << 20 };

	for (size_t i = 0; i < o->exclude_count; i++) {
		buf_text(&text, i == 0 ? "" : " ");
		text_show(&text, str_bytes(str_of(o->exclude[i])));
	}
	return arena_str(mem, (struct str){ (const char *)text.ptr, text.len });
}

/* How many, and of the globs which they are: that is told even of none. */
static struct str
head(struct arena *mem, enum found_kind kind, const struct inputs *in, size_t listed,
    const struct inputs_options *o)
{
	unsigned long long all = in->found[kind];
	const char *cut = listed < all ? ", not all listed (--limit-listed-files)" : "";

	switch (kind) {
	case FOUND_OTHER:
		return arena_printf(mem, "%llu not read%s", all, cut);
	case FOUND_ALIAS:
		return arena_printf(mem, "%llu link%s%s", all, all == 1 ? "" : "s", cut);
	case FOUND_EXCLUDED:
		return arena_printf(mem, "%llu left out by %.*s%s", all, STR_ARG(globs(mem, o)),
		    cut);
	case FOUND_KINDS:
		break;
	}
	return STR("");
}

static struct str
listed_text(struct arena *mem, const struct found_file *f)
{
	struct str path = text_shown(mem, f->path);

	if (f->detail.ptr == NULL)
		return path;
	if (f->kind == FOUND_ALIAS)
		return arena_printf(mem, "%.*s is %.*s", STR_ARG(path),
		    STR_ARG(text_shown(mem, f->detail)));
	return arena_printf(mem, "%.*s (%.*s)", STR_ARG(path), STR_ARG(f->detail));
}

void
notes_found(struct notes *notes, struct arena *mem, const struct inputs *inputs,
    const struct inputs_options *options)
{
	for (enum found_kind kind = 0; kind < FOUND_KINDS; kind++) {
		size_t listed = 0;

		for (size_t i = 0; i < inputs->files.n; i++)
			listed += inputs->files.v[i].kind == kind;
		if (inputs->found[kind] == 0 &&
		    (kind != FOUND_EXCLUDED || options->exclude_count == 0))
			continue;
		notes_add(notes, mem, reasons[kind], head(mem, kind, inputs, listed, options));
		for (size_t i = 0; i < inputs->files.n; i++)
			if (inputs->files.v[i].kind == kind)
				notes_add(notes, mem, reasons[kind],
				    listed_text(mem, &inputs->files.v[i]));
	}
	if (inputs->twice > 0)
		notes_add(notes, mem, REASON_INPUT_TWICE,
		    arena_printf(mem, "%llu skipped", (unsigned long long)inputs->twice));
}
