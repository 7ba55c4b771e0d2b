/* SPDX-License-Identifier: Apache-2.0 */
/* The strict scan of a tar archive: one reading, or none. */
#include "input/tarscan.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "input/magic.h"
#include "input/paxrec.h"
#include "input/tarhead.h"

#define BLOCK TAR_BLOCK
#define SPECIALS_MOST 8 /* extended headers in a row: readers go down a call for each */
#define SPECIAL_MOST ((size_t)1 << 20)
/* Names of one block: each was in the stream, and one extended header may reach into the
 * block. */
#define TEXT_MOST ((size_t)16 << 20)
#define OCTAL_MOST ((UINT64_C(1) << 33) - 1) /* eleven digits */

enum stage { STATE_HEADER, STATE_DATA, STATE_SPECIAL, STATE_PADDING, STATE_END };

struct item {
	enum tar_kind kind;
	size_t name, name_len, link, link_len; /* in text */
	uint64_t size, offset;
	bool foreign_owner;
};

struct special {
	char type;
	uint64_t at; /* offset of its data */
};

struct tarscan {
	const struct limits *limits;
	uint64_t total, pos; /* of the stream; octets seen */
	enum stage state;
	uint64_t left;    /* of data, special header or padding */
	uint64_t padding; /* after the special header */
	uint8_t head[BLOCK];
	size_t head_len;
	uint64_t headers, members;

	struct special special; /* the extended header in hand */
	struct buf octets;      /* of it */
	unsigned specials; /* extended headers since the last member */
	bool has_pax, has_name, has_link, has_size, foreign_owner;
	struct buf name, link; /* from extended headers, for the next member */
	uint64_t size;

	uint64_t end; /* STATE_END: offset of the first zero block */
	struct item *queue;
	size_t first, count, cap;
	struct buf text;
};

struct tarscan *
tarscan_new(const struct limits *limits, uint64_t total)
{
	struct tarscan *s = xmalloc(sizeof(*s));

	*s = (struct tarscan){ .limits = limits, .total = total, .state = STATE_HEADER };
	buf_init(&s->octets, SPECIAL_MOST);
	buf_init(&s->name, SPECIAL_MOST);
	buf_init(&s->link, SPECIAL_MOST);
	buf_init(&s->text, TEXT_MOST);
	return s;
}

void
tarscan_free(struct tarscan *s)
{
	if (s == NULL)
		return;
	buf_clear(&s->octets);
	buf_clear(&s->name);
	buf_clear(&s->link);
	buf_clear(&s->text);
	free(s->queue);
	free(s);
}

static int
fail(const struct tarscan *s, struct err *err, enum reason reason, const char *text)
{
	struct where at = { .offset = s->pos };

	return err_set(err, reason, &at, "%s", text);
}

/* --- queue --- */

/* What was taken goes; views handed out before end here. */
static void
queue_compact(struct tarscan *s)
{
	size_t gone;

	if (s->first == 0)
		return;
	if (s->first == s->count) {
		s->first = s->count = 0;
		buf_reset(&s->text);
		return;
	}
	gone = s->queue[s->first].name;
	if (gone > 0 && s->text.len > gone)
		memmove(s->text.ptr, s->text.ptr + gone, s->text.len - gone);
	s->text.len -= gone;
	memmove(s->queue, s->queue + s->first, (s->count - s->first) * sizeof(*s->queue));
	s->count -= s->first;
	s->first = 0;
	for (size_t i = 0; i < s->count; i++) {
		s->queue[i].name -= gone;
		s->queue[i].link -= gone;
	}
}

static int
queue_text(size_t *at, size_t *len, struct tarscan *s, struct bytes text, struct err *err)
{
	*at = s->text.len;
	*len = text.len;
	if (buf_add(&s->text, text) != 0)
		return fail(s, err, REASON_TAR_HEADER_TOO_LARGE, "names of one block");
	return 0;
}

static int
queue_add(struct tarscan *s, const struct tar_member *m, struct err *err)
{
	struct item item = { .kind = m->kind,
		.size = m->size,
		.offset = m->offset,
		.foreign_owner = m->foreign_owner };

	if (queue_text(&item.name, &item.name_len, s, m->name, err) != 0 ||
	    queue_text(&item.link, &item.link_len, s, m->link, err) != 0)
		return -1;
	if (s->count == s->cap) {
		s->cap = s->cap == 0 ? 64 : s->cap * 2;
		s->queue = xrealloc(s->queue, s->cap * sizeof(*s->queue));
	}
	s->queue[s->count++] = item;
	return 0;
}

static struct bytes
queued(const struct tarscan *s, size_t at, size_t len)
{
	return len == 0 ? bytes_of("", 0) : bytes_of(s->text.ptr + at, len);
}

bool
tarscan_take(struct tar_member *out, struct tarscan *s)
{
	const struct item *item;

	if (s->first == s->count)
		return false;
	item = &s->queue[s->first++];
	*out = (struct tar_member){ .kind = item->kind,
		.name = queued(s, item->name, item->name_len),
		.link = queued(s, item->link, item->link_len),
		.size = item->size,
		.offset = item->offset,
		.foreign_owner = item->foreign_owner };
	return true;
}

/* --- headers --- */

static void
enter(struct tarscan *s, enum stage state, uint64_t left)
{
	s->left = left;
	s->state = left == 0 ? STATE_HEADER : state;
}

static int
fail_at(const struct tarscan *s, const struct tarhead *h, struct err *err,
    enum reason reason, const char *text)
{
	struct where at = { .offset = s->pos - BLOCK,
		.pointer = { (const char *)h->name.ptr, h->name.len } };

	return err_set(err, reason, &at, "%s", text);
}

static void
forget_extended(struct tarscan *s)
{
	s->has_pax = s->has_name = s->has_link = s->has_size = s->foreign_owner = false;
	s->specials = 0;
}

/* Pax or GNU header: its data is collected, then read by special_done. */
static int
begin_special(struct tarscan *s, const struct tarhead *h, struct err *err)
{
	char type = h->type;

	/* Which of two wins, and whether one binds to the other, depends on the reader.
	 */
	if (s->has_pax || (type == 'x' && (s->has_name || s->has_link)) ||
	    (type == 'L' && s->has_name) || (type == 'K' && s->has_link) ||
	    (type == 'g' && (s->has_name || s->has_link)))
		return fail_at(s, h, err, REASON_TAR_AMBIGUOUS,
		    "extended headers are repeated or mixed");
	if (++s->specials > SPECIALS_MOST)
		return fail_at(s, h, err, REASON_TAR_AMBIGUOUS,
		    "too many extended headers in a row");
	if (h->size > SPECIAL_MOST)
		return fail_at(s, h, err, REASON_TAR_HEADER_TOO_LARGE,
		    "extended header is larger than 1 MiB");
	if (h->size == 0)
		return fail_at(s, h, err, REASON_TAR_PAX_MALFORMED,
		    "extended header is empty");
	s->special = (struct special){ .type = type, .at = s->pos };
	buf_reset(&s->octets);
	s->padding = (BLOCK - h->size % BLOCK) % BLOCK;
	enter(s, STATE_SPECIAL, h->size);
	return 0;
}

/* GNU long name: ends at a NUL, and nothing but NULs follows. */
static int
take_long(struct buf *out, bool *has, struct tarscan *s, struct err *err)
{
	struct bytes all = buf_bytes(&s->octets);
	const uint8_t *end = memchr(all.ptr, '\0', all.len);
	size_t len = end == NULL ? all.len : (size_t)(end - all.ptr);

	for (size_t i = len; i < all.len; i++)
		if (all.ptr[i] != '\0')
			return fail(
			    s, err, REASON_TAR_PAX_MALFORMED, "NUL in a GNU long name");
	if (len == 0)
		return fail(s, err, REASON_TAR_PAX_MALFORMED, "empty GNU long name");
	buf_reset(out);
	buf_add(out, bytes_of(all.ptr, len));
	*has = true;
	return 0;
}

static int
special_done(struct tarscan *s, struct err *err)
{
	struct where at = { .offset = s->special.at };
	struct paxrec rec;

	if (s->special.type == 'L')
		return take_long(&s->name, &s->has_name, s, err);
	if (s->special.type == 'K')
		return take_long(&s->link, &s->has_link, s, err);
	if (paxrec_parse(
		&rec, buf_bytes(&s->octets), s->special.type == 'g', &at, err) != 0)
		return -1;
	if (s->special.type == 'g')
		return 0;
	s->has_pax = true;
	if (rec.path.ptr != NULL) {
		buf_reset(&s->name);
		buf_add(&s->name, rec.path);
		s->has_name = true;
	}
	if (rec.link.ptr != NULL) {
		buf_reset(&s->link);
		buf_add(&s->link, rec.link);
		s->has_link = true;
	}
	s->has_size = rec.has_size;
	s->foreign_owner = rec.foreign_owner;
	s->size = rec.size;
	return 0;
}

/* ustar splits long names: prefix, "/", name (POSIX.1-1988). */
static struct bytes
header_name(struct tarscan *s, const struct tarhead *h)
{
	if (s->has_name)
		return buf_bytes(&s->name);
	if (h->prefix.len == 0)
		return h->name;
	buf_reset(&s->name);
	buf_add(&s->name, h->prefix);
	if (h->prefix.ptr[h->prefix.len - 1] != '/')
		buf_u8(&s->name, '/');
	buf_add(&s->name, h->name);
	return buf_bytes(&s->name);
}

static bool
ends_in_slash(struct bytes name)
{
	return name.len > 0 && name.ptr[name.len - 1] == '/';
}

static int
member_size(uint64_t *out, const struct tarscan *s, const struct tarhead *h,
    struct err *err)
{
	*out = h->size;
	if (!s->has_size)
		return 0;
	/*
	 * Writers use the pax size where the field has no room for it. If it had room and
	 * says something else, some readers believe the field.
	 */
	if (s->size <= OCTAL_MOST && *out != s->size)
		return fail_at(s, h, err, REASON_TAR_AMBIGUOUS,
		    "header and pax header differ in size");
	*out = s->size;
	return 0;
}

static int
member_kind(enum tar_kind *out, const struct tarscan *s, const struct tarhead *h,
    struct bytes name, struct err *err)
{
	switch (h->type) {
	case '\0':
		/*
		 * v7 has no type for folders: the name tells. Python's tarfile asks the name
		 * in the header, the others the one that an extended header gives.
		 */
		if (ends_in_slash(h->name) != ends_in_slash(name))
			return fail_at(s, h, err, REASON_TAR_AMBIGUOUS,
			    "by one of its names a folder, by the other a file");
		*out = ends_in_slash(name) ? TAR_FOLDER : TAR_FILE;
		return 0;
	case '0':
		*out = TAR_FILE;
		return 0;
	case '1':
		*out = TAR_HARDLINK;
		return 0;
	case '2':
		*out = TAR_SYMLINK;
		return 0;
	case '3':
	case '4':
	case '6':
		*out = TAR_SPECIAL;
		return 0;
	case '5':
		*out = TAR_FOLDER;
		return 0;
	case 'S':
		return fail_at(s, h, err, REASON_TAR_SPARSE, "sparse member");
	default:
		/* '7' and letters: plain file for some readers, data or none for others. */
		return fail_at(
		    s, h, err, REASON_TAR_AMBIGUOUS, "member of a private type");
	}
}

/* What makes two members of one, or none: each case was seen with a reader in use. */
static int
check_member(const struct tarscan *s, const struct tarhead *h, const struct tar_member *m,
    struct err *err)
{
	bool is_link = m->kind == TAR_HARDLINK || m->kind == TAR_SYMLINK;

	if (m->kind != TAR_FOLDER && ends_in_slash(m->name))
		return fail_at(s, h, err, REASON_TAR_AMBIGUOUS,
		    "the name of a folder for what is none");
	if (m->kind != TAR_FILE && m->size != 0)
		return fail_at(s, h, err, REASON_TAR_AMBIGUOUS,
		    "link, folder or device with data");
	if (h->prefix.len > 0 && h->name.len == 0)
		return fail_at(
		    s, h, err, REASON_TAR_AMBIGUOUS, "name field is empty, prefix is not");
	/* POSIX.1-2001 knows it for links alone; readers keep it with the member. */
	if (s->has_link && !is_link)
		return fail_at(s, h, err, REASON_TAR_AMBIGUOUS,
		    "extended header gives a target to what is no link");
	if (m->size > s->total || s->pos > s->total - m->size)
		return fail_at(s, h, err, REASON_INPUT_TRUNCATED,
		    "member is longer than the archive");
	return 0;
}

static int
begin_member(struct tarscan *s, const struct tarhead *h, struct err *err)
{
	struct tar_member m = { .offset = s->pos, .foreign_owner = s->foreign_owner };

	m.name = header_name(s, h);
	if (member_kind(&m.kind, s, h, m.name, err) != 0 ||
	    member_size(&m.size, s, h, err) != 0 || check_member(s, h, &m, err) != 0)
		return -1;
	if (m.kind == TAR_HARDLINK || m.kind == TAR_SYMLINK)
		m.link = s->has_link ? buf_bytes(&s->link) : h->link;
	forget_extended(s);
	if (++s->members > s->limits->v[LIMIT_MEMBERS])
		return fail(s, err, REASON_LIMIT_MEMBERS_HIT, "too many members");
	enter(s, STATE_DATA, m.size + (BLOCK - m.size % BLOCK) % BLOCK);
	return queue_add(s, &m, err);
}

static bool
all_zero(struct bytes b)
{
	return b.len == 0 || (b.ptr[0] == 0 && memcmp(b.ptr, b.ptr + 1, b.len - 1) == 0);
}

static int
read_header(struct tarscan *s, const uint8_t *head, struct err *err)
{
	struct where at = { .offset = s->pos - BLOCK };
	struct tarhead h;

	if (all_zero(bytes_of(head, BLOCK))) {
		if (s->specials > 0)
			return fail(s, err, REASON_TAR_PAX_MALFORMED,
			    "extended header without a member");
		s->state = STATE_END;
		s->end = s->pos - BLOCK;
		return 0;
	}
	if (!magic_tar_header(head))
		return s->headers == 0
			   ? err_set(err, REASON_INPUT_FORMAT, &at,
				 "neither tar nor a known compression")
			   : err_set(err, REASON_TAR_DAMAGED, &at,
				 "header checksum is wrong");
	if (tarhead_parse(&h, head, &at, err) != 0)
		return -1;
	s->headers++;
	if (h.type == 'x' || h.type == 'g' || h.type == 'L' || h.type == 'K')
		return begin_special(s, &h, err);
	return begin_member(s, &h, err);
}

/* --- stream --- */

static int
push_header(struct tarscan *s, struct bytes *block, struct err *err)
{
	size_t n = BLOCK - s->head_len;

	if (n > block->len)
		n = block->len;
	memcpy(s->head + s->head_len, block->ptr, n);
	s->head_len += n;
	s->pos += n;
	block->ptr += n;
	block->len -= n;
	if (s->head_len < BLOCK)
		return 0;
	s->head_len = 0;
	return read_header(s, s->head, err);
}

static int
push_special(struct tarscan *s, struct bytes *block, struct err *err)
{
	size_t n = block->len < s->left ? block->len : (size_t)s->left;

	buf_add(&s->octets, bytes_of(block->ptr, n));
	s->pos += n;
	s->left -= n;
	block->ptr += n;
	block->len -= n;
	if (s->left > 0)
		return 0;
	enter(s, STATE_PADDING, s->padding);
	return special_done(s, err);
}

/* Data and its padding pass by: the stream has them, and libarchive hands the data out. */
static void
push_past(struct tarscan *s, struct bytes *block)
{
	size_t n = block->len < s->left ? block->len : (size_t)s->left;

	s->pos += n;
	s->left -= n;
	block->ptr += n;
	block->len -= n;
	if (s->left == 0)
		s->state = STATE_HEADER;
}

/* Python's tarfile looks for records and names in the whole block. */
static int
push_padding(struct tarscan *s, struct bytes *block, struct err *err)
{
	size_t n = block->len < s->left ? block->len : (size_t)s->left;

	if (!all_zero(bytes_of(block->ptr, n)))
		return fail(s, err, REASON_TAR_AMBIGUOUS,
		    "octets between an extended header and the next one");
	push_past(s, block);
	return 0;
}

static int
push_end(struct tarscan *s, struct bytes *block, struct err *err)
{
	if (!all_zero(*block))
		return fail(
		    s, err, REASON_TAR_TRAILING_DATA, "octets after the end marker");
	s->pos += block->len;
	*block = bytes_of(NULL, 0);
	return 0;
}

int
tarscan_push(struct tarscan *s, struct bytes block, struct err *err)
{
	int status = 0;

	queue_compact(s);
	while (status == 0 && block.len > 0)
		switch (s->state) {
		case STATE_HEADER:
			status = push_header(s, &block, err);
			break;
		case STATE_SPECIAL:
			status = push_special(s, &block, err);
			break;
		case STATE_DATA:
			push_past(s, &block);
			break;
		case STATE_PADDING:
			status = push_padding(s, &block, err);
			break;
		case STATE_END:
			status = push_end(s, &block, err);
			break;
		}
	return status;
}

/*
 * POSIX.1-1988 10.1.1: two blocks of zeros. Without them a copy that was cut between two members
 * looks whole.
 */
static void
check_marker(const struct tarscan *s, struct err *cut)
{
	if (s->state != STATE_END)
		fail(s, cut, REASON_INPUT_TRUNCATED,
		    "archive ends without its end marker, two blocks of zeros");
	else if (s->pos - s->end < 2 * BLOCK)
		fail(s, cut, REASON_INPUT_TRUNCATED,
		    "archive ends after one block of zeros, want two");
}

int
tarscan_end(struct tarscan *s, struct err *cut, struct err *err)
{
	if (s->state != STATE_HEADER && s->state != STATE_END)
		return fail(
		    s, err, REASON_INPUT_TRUNCATED, "archive ends in a member");
	if (s->state == STATE_HEADER && s->head_len > 0)
		return fail(
		    s, err, REASON_INPUT_TRUNCATED, "archive ends in a header");
	if (s->members == 0)
		return fail(s, err, REASON_INPUT_EMPTY, "archive has no members");
	if (s->specials > 0)
		return fail(s, err, REASON_TAR_PAX_MALFORMED,
		    "extended header without a member");
	check_marker(s, cut);
	return 0;
}
