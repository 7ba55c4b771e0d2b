/* SPDX-License-Identifier: Apache-2.0 */
#include "input/tarscan.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "input/magic.h"
#include "input/paxrec.h"

#define BLOCK ((size_t)512)
#define SPECIAL_MOST ((size_t)1 << 20)
/* Names of one block: each was in the stream, and one extended header may reach into the
 * block. */
#define TEXT_MOST ((size_t)16 << 20)
#define OCTAL_MOST ((UINT64_C(1) << 33) - 1) /* eleven digits */

/* Fields of a header block (POSIX.1-1988) */
enum {
	AT_NAME = 0,
	AT_SIZE = 124,
	AT_TYPE = 156,
	AT_LINK = 157,
	AT_MAGIC = 257,
	AT_PREFIX = 345
};
enum { LEN_NAME = 100, LEN_SIZE = 12, LEN_PREFIX = 155 };

enum format { FORMAT_V7, FORMAT_USTAR, FORMAT_GNU };
enum state { STATE_HEADER, STATE_DATA, STATE_SPECIAL, STATE_PADDING, STATE_END };

struct item {
	enum tar_kind kind;
	size_t name, name_len, link, link_len; /* in text */
	uint64_t size, offset;
	bool foreign_owner;
};

struct tarscan {
	const struct limits *limits;
	uint64_t total, pos; /* of the stream; octets seen */
	enum state state;
	uint64_t left;    /* of data, special header or padding */
	uint64_t padding; /* after the special header */
	uint8_t head[BLOCK];
	size_t head_len;
	uint64_t headers, members;

	char special_type; /* of the header that is collected, or waits for its member */
	struct buf special;
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
	buf_init(&s->special, SPECIAL_MOST);
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
	buf_clear(&s->special);
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

/* --- fields --- */

static struct bytes
field(const uint8_t *head, size_t at, size_t len)
{
	const uint8_t *end = memchr(head + at, '\0', len);

	return bytes_of(head + at, end == NULL ? len : (size_t)(end - (head + at)));
}

/* GNU and star: first bit set, then a big-endian number. */
static bool
size_binary(uint64_t *out, const uint8_t *f)
{
	uint64_t v = 0;

	if (f[0] != 0x80)
		return false;
	for (size_t i = 1; i < LEN_SIZE; i++) {
		if (v >> 55 != 0)
			return false;
		v = v << 8 | f[i];
	}
	*out = v;
	return true;
}

/* Blanks, octal digits, then only blanks and NULs. All blank is 0, as all readers have
 * it. */
static bool
size_octal(uint64_t *out, const uint8_t *f)
{
	uint64_t v = 0;
	size_t i = 0;

	while (i < LEN_SIZE && f[i] == ' ')
		i++;
	for (; i < LEN_SIZE && f[i] >= '0' && f[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(f[i] - '0');
	for (; i < LEN_SIZE; i++)
		if (f[i] != ' ' && f[i] != '\0')
			return false;
	*out = v;
	return true;
}

static int
read_size(uint64_t *out, const struct tarscan *s, const uint8_t *head, struct err *err)
{
	const uint8_t *f = head + AT_SIZE;

	if (f[0] & 0x80 ? size_binary(out, f) : size_octal(out, f))
		return 0;
	return fail(s, err, REASON_TAR_BAD_SIZE, "size field is no number below 2^63");
}

static int
read_format(
    enum format *out, const struct tarscan *s, const uint8_t *head, struct err *err)
{
	static const uint8_t none[6];
	const uint8_t *magic = head + AT_MAGIC;

	if (memcmp(magic, "ustar  \0", 8) == 0)
		*out = FORMAT_GNU;
	else if (memcmp(magic, "ustar\0", 6) == 0)
		*out = FORMAT_USTAR;
	else if (memcmp(magic, none, sizeof(none)) == 0)
		*out = FORMAT_V7;
	else
		return fail(
		    s, err, REASON_TAR_AMBIGUOUS, "header is neither v7, ustar nor GNU");
	return 0;
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
enter(struct tarscan *s, enum state state, uint64_t left)
{
	s->left = left;
	s->state = left == 0 ? STATE_HEADER : state;
}

static void
forget_extended(struct tarscan *s)
{
	s->has_pax = s->has_name = s->has_link = s->has_size = s->foreign_owner = false;
}

/* Pax or GNU header: its data is collected, then read by special_done. */
static int
begin_special(struct tarscan *s, char type, const uint8_t *head, struct err *err)
{
	uint64_t size;

	/* Which of two wins, and whether one binds to the other, depends on the reader.
	 */
	if (s->has_pax || (type == 'x' && (s->has_name || s->has_link)) ||
	    (type == 'L' && s->has_name) || (type == 'K' && s->has_link) ||
	    (type == 'g' && (s->has_name || s->has_link)))
		return fail(s, err, REASON_TAR_AMBIGUOUS,
		    "extended headers are repeated or mixed");
	if (read_size(&size, s, head, err) != 0)
		return -1;
	if (size > SPECIAL_MOST)
		return fail(s, err, REASON_TAR_HEADER_TOO_LARGE,
		    "extended header is larger than 1 MiB");
	if (size == 0)
		return fail(s, err, REASON_TAR_PAX_MALFORMED, "extended header is empty");
	s->special_type = type;
	buf_reset(&s->special);
	s->padding = (BLOCK - size % BLOCK) % BLOCK;
	enter(s, STATE_SPECIAL, size);
	return 0;
}

/* GNU long name: ends at a NUL, and nothing but NULs follows. */
static int
take_long(struct buf *out, bool *has, struct tarscan *s, struct err *err)
{
	struct bytes all = buf_bytes(&s->special);
	size_t len = field(all.ptr, 0, all.len).len;

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
	struct where at = { .offset = s->pos };
	struct paxrec rec;

	if (s->special_type == 'L')
		return take_long(&s->name, &s->has_name, s, err);
	if (s->special_type == 'K')
		return take_long(&s->link, &s->has_link, s, err);
	if (paxrec_parse(
		&rec, buf_bytes(&s->special), s->special_type == 'g', &at, err) != 0)
		return -1;
	if (s->special_type == 'g')
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
header_name(struct tarscan *s, enum format format, const uint8_t *head)
{
	struct bytes name = field(head, AT_NAME, LEN_NAME), prefix;

	if (s->has_name)
		return buf_bytes(&s->name);
	prefix = field(head, AT_PREFIX, LEN_PREFIX);
	if (format != FORMAT_USTAR || prefix.len == 0)
		return name;
	buf_reset(&s->name);
	buf_add(&s->name, prefix);
	if (prefix.ptr[prefix.len - 1] != '/')
		buf_u8(&s->name, '/');
	buf_add(&s->name, name);
	return buf_bytes(&s->name);
}

static int
member_size(uint64_t *out, const struct tarscan *s, const uint8_t *head, struct err *err)
{
	if (read_size(out, s, head, err) != 0)
		return -1;
	if (!s->has_size)
		return 0;
	/*
	 * Writers use the pax size where the field has no room for it. If it had room and
	 * says something else, some readers believe the field.
	 */
	if (s->size <= OCTAL_MOST && *out != s->size)
		return fail(
		    s, err, REASON_TAR_AMBIGUOUS, "header and pax header differ in size");
	*out = s->size;
	return 0;
}

static int
member_kind(enum tar_kind *out, const struct tarscan *s, char type, enum format format,
    struct bytes name, struct err *err)
{
	switch (type) {
	case '\0':
	case '0':
	case '7':
		/* v7 has no type for folders. */
		*out = type == '\0' && format == FORMAT_V7 && name.len > 0 &&
			       name.ptr[name.len - 1] == '/'
			   ? TAR_FOLDER
			   : TAR_FILE;
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
		return fail(s, err, REASON_TAR_SPARSE, "sparse member");
	default:
		/* Other letters: plain file for some readers, data or none for others. */
		return fail(s, err, REASON_TAR_AMBIGUOUS, "member of a private type");
	}
}

static int
begin_member(struct tarscan *s, const uint8_t *head, struct err *err)
{
	struct tar_member m = { .offset = s->pos, .foreign_owner = s->foreign_owner };
	enum format format = FORMAT_V7;

	if (read_format(&format, s, head, err) != 0)
		return -1;
	m.name = header_name(s, format, head);
	if (member_kind(&m.kind, s, (char)head[AT_TYPE], format, m.name, err) != 0 ||
	    member_size(&m.size, s, head, err) != 0)
		return -1;
	if (m.kind == TAR_HARDLINK || m.kind == TAR_SYMLINK)
		m.link =
		    s->has_link ? buf_bytes(&s->link) : field(head, AT_LINK, LEN_NAME);
	/* With "/" at its end it is a file for some readers, a folder without data for
	 * others. */
	if (m.kind == TAR_FILE && m.size != 0 && m.name.len > 0 &&
	    m.name.ptr[m.name.len - 1] == '/')
		return fail(s, err, REASON_TAR_AMBIGUOUS, "name of a folder, with data");
	if (m.kind != TAR_FILE && m.size != 0)
		return fail(
		    s, err, REASON_TAR_AMBIGUOUS, "link, folder or device with data");
	if (m.size > s->total || s->pos > s->total - m.size)
		return fail(
		    s, err, REASON_INPUT_TRUNCATED, "member is longer than the archive");
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
	char type = (char)head[AT_TYPE];

	if (all_zero(bytes_of(head, BLOCK))) {
		if (s->has_pax || s->has_name || s->has_link)
			return fail(s, err, REASON_TAR_PAX_MALFORMED,
			    "extended header without a member");
		s->state = STATE_END;
		s->end = s->pos - BLOCK;
		return 0;
	}
	if (!magic_tar_header(head))
		return s->headers == 0
			   ? fail(s, err, REASON_INPUT_FORMAT,
				 "neither tar nor a known compression")
			   : fail(s, err, REASON_TAR_DAMAGED, "header checksum is wrong");
	s->headers++;
	if (type == 'x' || type == 'g' || type == 'L' || type == 'K')
		return begin_special(s, type, head, err);
	return begin_member(s, head, err);
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

	buf_add(&s->special, bytes_of(block->ptr, n));
	s->pos += n;
	s->left -= n;
	block->ptr += n;
	block->len -= n;
	if (s->left > 0)
		return 0;
	enter(s, STATE_PADDING, s->padding);
	return special_done(s, err);
}

/* Data and padding pass by: the stream has them, and libarchive hands the data out. */
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
		case STATE_PADDING:
			push_past(s, &block);
			break;
		case STATE_END:
			status = push_end(s, &block, err);
			break;
		}
	return status;
}

int
tarscan_end(struct tarscan *s, struct err *err)
{
	switch (s->state) {
	case STATE_END:
		if (s->members == 0)
			return fail(s, err, REASON_INPUT_EMPTY, "archive has no members");
		/*
		 * POSIX.1-1988 10.1.1: two blocks of zeros. Without them a copy that was cut
		 * between two members looks whole.
		 */
		return s->pos - s->end >= 2 * BLOCK
			   ? 0
			   : fail(s, err, REASON_INPUT_TRUNCATED,
				 "archive ends after one block of zeros, want two");
	case STATE_HEADER:
		if (s->head_len > 0)
			return fail(
			    s, err, REASON_INPUT_TRUNCATED, "archive ends in a header");
		if (s->members == 0)
			return fail(s, err, REASON_INPUT_EMPTY, "archive has no members");
		if (s->has_pax || s->has_name || s->has_link)
			return fail(s, err, REASON_TAR_PAX_MALFORMED,
			    "extended header without a member");
		return fail(s, err, REASON_INPUT_TRUNCATED,
		    "archive ends without its end marker, two blocks of zeros");
	case STATE_DATA:
	case STATE_SPECIAL:
	case STATE_PADDING:
		break;
	}
	return fail(s, err, REASON_INPUT_TRUNCATED, "archive ends in a member");
}
