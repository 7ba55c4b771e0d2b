/* SPDX-License-Identifier: Apache-2.0 */
/* What the user named, as a list of inputs. */
#include "run/inputs.h"

#include <sys/stat.h>

#include "base/file.h"
#include "oci/reference.h"
#include "run/search.h"

#define LIST_MOST ((size_t)16 << 20)

struct expansion {
	struct inputs *out;
	struct search *search;
};

static int
add_path(struct expansion *e, struct str path, struct err *err)
{
	struct str copy = arena_str(&e->out->mem, path);
	struct stat st;

	if (path.len == 0)
		return err_set(err, REASON_USAGE_OPTION, NULL, "empty path");
	if (str_is(path, "-"))
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "standard input is not read: an export must be a file or a folder");
	if (lstat(copy.ptr, &st) != 0)
		return search_add(e->search, path, NULL, INPUT_GIVEN, REASON_INPUT_MISSING,
		    "does not exist", err);
	if (!S_ISDIR(st.st_mode))
		return search_add(e->search, path, &st, INPUT_GIVEN, REASON_NONE, NULL, err);
	return search_folder(e->search, copy, err);
}

/* "PATH", or "PATH<tab>HOST/REPO". */
static int
add_line(struct expansion *e, struct str line, const struct where *at, struct err *err)
{
	size_t tab = line.len;
	struct str name;
	int done;

	while (tab > 0 && line.ptr[tab - 1] != '\t')
		tab--;
	if (tab == 0)
		return add_path(e, line, err);
	name = str_from(line, tab);
	if (!reference_scope_valid(name))
		return err_set(err, REASON_NAMES_MAP, at, "%.*s, want a path, a tab and HOST/REPOSITORY",
		    STR_ARG(str_upto(name, 300)));
	search_name(e->search, arena_str(&e->out->mem, name));
	done = add_path(e, str_upto(line, tab - 1), err);
	search_name(e->search, STR_NONE);
	return done;
}

static int
add_list(struct expansion *e, const char *path, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = LIST_MOST };
	struct where at = { .file = str_of(path) };
	AUTO_FD fd = -1;
	struct str rest;

	if (file_open(&fd, path, FILE_REGULAR, err) != 0 ||
	    file_read(&text, fd, REASON_FILE_TOO_LARGE, &at, err) != 0)
		return -1;
	rest = (struct str){ (const char *)text.ptr, text.len };
	while (rest.len > 0) {
		struct str line = str_upto(rest, str_find(rest, '\n'));

		rest = str_from(rest, line.len + 1);
		if (line.len == 0)
			continue;
		if (memchr(line.ptr, '\0', line.len) != NULL)
			return err_set(err, REASON_FILE_TYPE, &at, "NUL in a path");
		if (add_line(e, line, &at, err) != 0)
			return -1;
	}
	return 0;
}

int
inputs_expand(struct inputs *out, char *const *args, size_t count,
    const struct inputs_options *options, struct err *err)
{
	AUTO(search_free) struct search *search = NULL;
	struct expansion e = { .out = out };

	memset(out, 0, sizeof(*out));
	arena_init(&out->mem, 0);
	e.search = search = search_new(out, options);
	for (size_t i = 0; i < count; i++) {
		int done = args[i][0] == '@' ? add_list(&e, args[i] + 1, err)
					     : add_path(&e, str_of(args[i]), err);

		if (done != 0)
			return -1;
	}
	return search_links(search, err);
}

void
inputs_clear(struct inputs *inputs)
{
	arena_clear(&inputs->mem);
	memset(inputs, 0, sizeof(*inputs));
}
