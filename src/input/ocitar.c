/* SPDX-License-Identifier: Apache-2.0 */
/* An archive, read as the members of an export. */
#include "input/ocitar.h"

#include "input/tarin.h"

#define PROGRESS_EVERY 256 /* members */
#define FEED_STEP ((uint64_t)1 << 20)

static void
tell(const struct input_options *o, const struct unpack *u)
{
	if (o->progress != NULL)
		o->progress(o->progress_ctx, unpack_totals(u).done);
}

static int
read_file(struct intake *in, struct tarin *tar, const struct tar_member *m,
    const struct unpack *u, const struct input_options *options, struct err *err)
{
	struct bytes data;
	bool wanted = false;

	if (intake_begin(in, m->name, m->offset, &wanted, err) != 0)
		return -1;
	if (!wanted)
		return 0;
	do {
		if (tarin_data(&data, tar, err) != 0 || intake_data(in, data, err) != 0)
			return -1;
		if (m->size > FEED_STEP)
			tell(options, u);
	} while (data.len > 0);
	return intake_end(in, err);
}

static int
read_member(struct intake *in, struct tarin *tar, const struct tar_member *m,
    const struct unpack *u, const struct input_options *options, struct err *err)
{
	switch (m->kind) {
	case TAR_FILE:
		return read_file(in, tar, m, u, options, err);
	case TAR_FOLDER:
		return intake_folder(in, m->name, err);
	case TAR_HARDLINK:
	case TAR_SYMLINK:
		return intake_link(in, m->name, m->link, m->kind == TAR_HARDLINK, err);
	case TAR_SPECIAL:
		break;
	}
	return intake_special(in, m->name, err);
}

int
ocitar_read(struct intake *in, struct unpack *u, const struct input_options *options,
    struct err *err)
{
	AUTO(tarin_close) struct tarin *tar = NULL;
	struct tar_member m;
	uint64_t count = 0;
	bool more = true;

	in->archive = true;
	if (tarin_open(&tar, u, options->limits, err) != 0)
		return -1;
	for (;;) {
		if (tarin_next(&m, tar, &more, err) != 0)
			return -1;
		if (!more)
			break;
		if (read_member(in, tar, &m, u, options, err) != 0)
			return -1;
		if (++count % PROGRESS_EVERY == 0)
			tell(options, u);
	}
	if (tarin_cut(tar) != NULL)
		in->seen.cut = *tarin_cut(tar);
	if (unpack_totals(u).trailing_zeros)
		intake_note(in, REASON_Z_TRAILING_ZEROS, bytes_of(NULL, 0));
	tell(options, u);
	return 0;
}
