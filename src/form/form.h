/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORM_FORM_H
#define FORM_FORM_H
/*
 * What an export is: a row for each form. Which one it is shows once every member is known, by
 * content and never by the name given; then the form's own documents make the catalogue.
 */
#include "input/intake.h"
#include "store/catalogue.h"

enum docker_form { DOCKER_NONE, DOCKER_ARCHIVE, DOCKER_IMGPKG, DOCKER_DIR };
struct form_signs { /* what rows are told by */
	struct intake *in;
	enum docker_form docker; /* what the elements of manifest.json are */
};
struct form {
	const char *name;
	bool (*recognises)(const struct form_signs *signs);
	/*
	 * Fill *out, and facts->kind. NULL: this version only recognises it, and refuses it by name
	 * (input.form).
	 */
	int (*catalogue)(struct catalogue *out, struct input_facts *facts,
	    const struct form_signs *signs, struct err *err);
};

/*
 * Read an input whole and say what it holds. On success *store holds every blob and its source
 * stays valid while fd is open and *keep is not freed; *out lives in `mem`. *facts is filled as far
 * as known on failure, too. Fails as input_take, with input.form, layout.no-index, layout.version,
 * limit.index-entries, form.no-manifest-digest; what a search found also with input.no-export, if
 * it was read whole and has no mark of an export.
 */
int form_read(struct input_facts *facts, struct catalogue *out, struct store *store,
    struct input_source **keep, struct arena *mem, int fd, bool is_dir, struct hasher *hasher,
    const struct input_options *options, struct err *err);

/* Refused by name: an export of a form that this version only recognises. */
int form_not_read(struct err *err, const char *form);

/* --- rows that have a file of their own --- */
bool layout_recognises(const struct form_signs *signs);
int layout_catalogue(struct catalogue *out, struct input_facts *facts,
    const struct form_signs *signs, struct err *err);
/*
 * The catalogue of a layout's documents; manifest.json and repositories of no octets are not
 * there. Fails with layout.no-index, limit.index-entries.
 */
struct layout_documents {
	struct bytes index, docker_list, repositories;
	bool has_docker_list, has_repositories;
};
int layout_documents_read(struct catalogue *out, const struct layout_documents *documents,
    struct arena *mem, struct hasher *hasher, const struct limits *limits, struct err *err);

#endif
