/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links that a search met. They are not followed to judge what they lead to: one to an input is
 * another name of it, one behind which an export lies that the run does not have is an error, and
 * any other is listed. To know, what it leads to is searched without adding anything.
 */
#include "run/search_parts.h"

#include <fcntl.h>
#include <stdlib.h>

#include "input/exportname.h"
#include "run/exportfolder.h"

static const char *
name_of(const struct link *link)
{
	const char *slash = strrchr(link->path.ptr, '/');

	return slash == NULL ? link->path.ptr : slash + 1;
}

static bool
promises(const struct link *link)
{
	return exportname_of(name_of(link)) != NAME_OTHER;
}

/* The folder that a link leads to waits, unless each entry of it was looked at. */
static void
push_target(struct search *s, const struct link *link, const struct stat *st)
{
	const struct seen *before = search_find(s, st);
	struct folder target = { .depth = 0 };
	char *path;

	if (before != NULL && before->walked)
		return;
	path = realpath(link->path.ptr, NULL);
	if (path == NULL) {
		s->found = true;
		return;
	}
	target.path = arena_str(&s->out->mem, str_of(path));
	free(path);
	VEC_PUSH(&s->out->mem, &s->queue, target);
}

/* s->found: it leads to an export that is no input of the run. */
static void
try_link(struct search *s, const struct link *link)
{
	const struct seen *file;
	struct stat st;

	if (stat(link->path.ptr, &st) != 0) {
		s->found |= promises(link);
		return;
	}
	file = search_find(s, &st);
	if (file != NULL && file->input)
		return;
	if (S_ISREG(st.st_mode))
		s->found |= promises(link) ||
		    (st.st_size > 0 && export_magic(AT_FDCWD, link->path.ptr, 0));
	else if (S_ISDIR(st.st_mode))
		push_target(s, link, &st);
	else
		s->found |= promises(link);
}

/* What was walked on the way to an export would not lead there again: it is forgotten. */
static void
end_try(struct search *s, size_t links)
{
	for (size_t i = 0; s->found && i < s->walked.n; i++)
		s->seen.v[s->walked.v[i]].walked = false;
	s->walked.n = 0;
	s->queue.n = 0;
	s->links.n = links;
	s->trying = s->found = false;
}

static int
leads_to_export(struct search *s, const struct link *link, bool *leads, struct err *err)
{
	size_t links = s->links.n;
	int status = 0;

	s->trying = true;
	s->found = false;
	try_link(s, link);
	/* Links below it lead further. */
	for (size_t i = links; status == 0 && !s->found; i++) {
		status = search_queue(s, err);
		if (i >= s->links.n)
			break;
		try_link(s, &s->links.v[i]);
	}
	*leads = s->found;
	end_try(s, links);
	return status;
}

static int
take_link(struct search *s, const struct link *link, struct err *err)
{
	struct searched *folder = &s->out->folders.v[link->folder];
	const struct seen *input;
	bool there, leads;
	struct stat st;

	there = stat(link->path.ptr, &st) == 0;
	input = there ? search_find(s, &st) : NULL;
	if (input != NULL && input->input) {
		search_list(s, FOUND_ALIAS, link->path, input->path);
		folder->any = true;
		return 0;
	}
	if (leads_to_export(s, link, &leads, err) != 0)
		return -1;
	if (!leads && !promises(link)) {
		search_list(s, FOUND_OTHER, link->path, STR("link"));
		return 0;
	}
	folder->any = true;
	return search_add(s, link->path, NULL, search_found_by(name_of(link)), REASON_FILE_SYMLINK,
	    !there		    ? "link to nothing that is there"
		: S_ISDIR(st.st_mode) ? "link to a folder with what is no input of this run: name "
				      "its target"
				      : "link to what is no input of this run: name its target",
	    err);
}

int
search_links(struct search *s, struct err *err)
{
	size_t links = s->links.n;

	for (size_t i = 0; i < links; i++) {
		const struct link link = s->links.v[i];

		if (take_link(s, &link, err) != 0)
			return -1;
	}
	for (size_t i = 0; i < s->out->folders.n; i++)
		if (!s->out->folders.v[i].any &&
		    search_told_empty(s, &s->out->folders.v[i], err) != 0)
			return -1;
	return 0;
}
