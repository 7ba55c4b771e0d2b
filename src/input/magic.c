/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is by its first octets. */
#include "input/magic.h"

#include "base/defs.h"

struct row {
	uint16_t at, len;
	const char *octets;
	struct magic magic;
};

#define ROW(at, octets, class, name, advice)                                             \
	{                                                                                \
		at, sizeof(octets) - 1, octets,                                          \
		{                                                                        \
			class, name, advice                                              \
		}                                                                        \
	}

#define UNZIP "unpack it, then: tar -cf FILE.tar -C FOLDER ."

static const struct row rows[] = {
	ROW(0, "\x1f\x8b", MAGIC_GZIP, "gzip", ""),
	ROW(0, "\x28\xb5\x2f\xfd", MAGIC_ZSTD, "zstd", ""),
	/* RFC 8878 section 3.1.2: skippable frames 184D2A50 to 184D2A5F; matched without
	 * the low four bits of the first octet, see find_zstd. */
	ROW(0, "\x37\xa4\x30\xec", MAGIC_ZSTD_OTHER, "zstd dictionary",
	    "give the archive itself"),
	ROW(0,
	    "\xfd"
	    "7zXZ\0",
	    MAGIC_COMPRESSION, "xz", "xz -dc FILE > FILE.tar"),
	ROW(0, "BZh", MAGIC_COMPRESSION, "bzip2", "bzip2 -dc FILE > FILE.tar"),
	ROW(0, "\x04\x22\x4d\x18", MAGIC_COMPRESSION, "lz4", "lz4 -dc FILE > FILE.tar"),
	ROW(0, "\x02\x21\x4c\x18", MAGIC_COMPRESSION, "lz4 (legacy)",
	    "lz4 -dc FILE > FILE.tar"),
	ROW(0, "LZIP", MAGIC_COMPRESSION, "lzip", "lzip -dc FILE > FILE.tar"),
	ROW(0, "LRZI", MAGIC_COMPRESSION, "lrzip", "lrzip -d FILE"),
	ROW(0, "\x1f\x9d", MAGIC_COMPRESSION, "compress", "gzip -dc FILE > FILE.tar"),
	ROW(0, "\x1f\xa0", MAGIC_COMPRESSION, "compress", "gzip -dc FILE > FILE.tar"),
	ROW(0, "\x1f\x1e", MAGIC_COMPRESSION, "pack", "gzip -dc FILE > FILE.tar"),
	ROW(0, "\x89LZO", MAGIC_COMPRESSION, "lzop", "lzop -dc FILE > FILE.tar"),
	ROW(0, "\x5d\0\0", MAGIC_COMPRESSION, "lzma",
	    "xz -dc --format=lzma FILE > FILE.tar"),
	ROW(0, "\xed\xab\xee\xdb", MAGIC_COMPRESSION, "rpm", "rpm2archive FILE"),
	ROW(0, "GRZipII", MAGIC_COMPRESSION, "grzip", "grzip -d FILE"),
	ROW(0, "begin ", MAGIC_COMPRESSION, "uuencode", "uudecode FILE"),
	ROW(0, "PK\3\4", MAGIC_ARCHIVE, "zip", UNZIP),
	ROW(0, "PK\5\6", MAGIC_ARCHIVE, "zip", UNZIP),
	ROW(0, "PK\7\x8", MAGIC_ARCHIVE, "zip", UNZIP),
	ROW(0, "7z\xbc\xaf\x27\x1c", MAGIC_ARCHIVE, "7z", UNZIP),
	ROW(0, "Rar!\x1a\x7", MAGIC_ARCHIVE, "rar", UNZIP),
	ROW(0, "070701", MAGIC_ARCHIVE, "cpio", UNZIP),
	ROW(0, "070702", MAGIC_ARCHIVE, "cpio", UNZIP),
	ROW(0, "070707", MAGIC_ARCHIVE, "cpio", UNZIP),
	ROW(0, "\xc7\x71", MAGIC_ARCHIVE, "cpio", UNZIP),
	ROW(0, "\x71\xc7", MAGIC_ARCHIVE, "cpio", UNZIP),
	ROW(0, "!<arch>\n", MAGIC_ARCHIVE, "ar", UNZIP),
	ROW(0, "xar!", MAGIC_ARCHIVE, "xar", UNZIP),
	ROW(0, "MSCF", MAGIC_ARCHIVE, "cab", UNZIP),
	ROW(0, "WARC/", MAGIC_ARCHIVE, "warc", UNZIP),
	ROW(0, "#mtree", MAGIC_ARCHIVE, "mtree", UNZIP),
	ROW(0, "SQLite format 3", MAGIC_ARCHIVE, "SQLite database",
	    "give the export itself"),
	ROW(0, "MZ", MAGIC_ARCHIVE, "program that unpacks itself", UNZIP),
	ROW(0, "hsqs", MAGIC_ARCHIVE, "squashfs", UNZIP),
	ROW(32769, "CD001", MAGIC_ARCHIVE, "iso", UNZIP),
	ROW(0, "age-encryption.org/", MAGIC_ENCRYPTED, "age", ""),
	ROW(0, "-----BEGIN AGE ENCRYPTED FILE-----", MAGIC_ENCRYPTED, "age", ""),
	ROW(0, "-----BEGIN PGP MESSAGE-----", MAGIC_ENCRYPTED, "OpenPGP", ""),
	ROW(0, "Salted__", MAGIC_ENCRYPTED, "openssl enc", ""),
	ROW(0, "U2FsdGVkX1", MAGIC_ENCRYPTED, "openssl enc", ""), /* the same in base64 */
	ROW(0, "$ANSIBLE_VAULT;", MAGIC_ENCRYPTED, "ansible-vault", ""),
	ROW(0, "LUKS\xba\xbe", MAGIC_ENCRYPTED, "LUKS", ""),
	ROW(0, "{", MAGIC_TEXT, "JSON document", "give the whole export"),
	ROW(0, "[", MAGIC_TEXT, "JSON document", "give the whole export"),
};

static bool
row_fits(const struct row *row, struct bytes first)
{
	return first.len >= (size_t)row->at + row->len &&
	       memcmp(first.ptr + row->at, row->octets, row->len) == 0;
}

static struct magic
find_zstd(struct bytes first)
{
	static const struct magic skippable = { MAGIC_ZSTD, "zstd", "" };
	static const struct magic legacy = { MAGIC_ZSTD_OTHER, "zstd before 0.8",
		"zstd -dc FILE > FILE.tar" };
	static const struct magic none = { MAGIC_UNKNOWN, "", "" };

	if (first.len < 4)
		return none;
	if ((first.ptr[0] & 0xf0) == 0x50 &&
	    memcmp(first.ptr + 1, "\x2a\x4d\x18", 3) == 0)
		return skippable;
	if (first.ptr[0] >= 0x1e && first.ptr[0] <= 0x27 &&
	    memcmp(first.ptr + 1, "\xb5\x2f\xfd", 3) == 0)
		return legacy;
	return none;
}

/* Octal digits with blanks before and blank or NUL after them, as every writer makes
 * them. */
static bool
checksum_field(uint32_t *sum, const uint8_t *field)
{
	size_t i = 0;
	uint32_t v = 0;

	while (i < 8 && field[i] == ' ')
		i++;
	if (i == 8 || field[i] < '0' || field[i] > '7')
		return false;
	for (; i < 8 && field[i] >= '0' && field[i] <= '7'; i++)
		v = v << 3 | (uint32_t)(field[i] - '0');
	for (; i < 8; i++)
		if (field[i] != ' ' && field[i] != '\0')
			return false;
	*sum = v;
	return true;
}

bool
magic_tar_header(const uint8_t *block)
{
	uint32_t sum = 0, want = 0;

	for (size_t i = 0; i < 512; i++)
		sum += block[i];
	for (size_t i = 148; i < 156; i++)
		sum += ' ' - (uint32_t)block[i];
	return checksum_field(&want, block + 148) && sum == want;
}

/* --- what other readers take for a tar header --- */

/* GNU tar once wrote numbers in base 64 behind a sign, and still reads them. */
static int64_t
base64_number(const uint8_t *field, size_t len)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	int64_t v = 0;

	for (size_t i = 1; i < len && field[i] != 0; i++) {
		const char *at = strchr(digits, field[i]);

		if (at == NULL)
			break;
		v = v << 6 | (at - digits);
	}
	return v;
}

static int64_t
binary_number(const uint8_t *field, size_t len)
{
	int64_t v = field[0] & 0x7f;

	for (size_t i = 1; i < len; i++)
		v = (v & 0x7fffffffffff) << 8 | field[i];
	return v;
}

/* Octal digits, whatever stands before them; `all`: and between them. -1: none. */
static int64_t
octal_number(const uint8_t *field, size_t len, bool all)
{
	int64_t v = 0;
	bool any = false;

	for (size_t i = 0; i < len; i++) {
		if (field[i] >= '0' && field[i] <= '7') {
			v = v << 3 | (field[i] - '0');
			any = true;
		} else if (any && !all) {
			break;
		}
	}
	return any ? v : -1;
}

/* Signs of a number, in any spelling. */
static bool
number_begins(uint8_t c)
{
	return c <= ' ' || (c >= '0' && c <= '7') || c == '+' || c == '-' || c == 0x80 ||
	       c == 0xff;
}

/*
 * Signed octets, blanks and controls before the number, anything behind it, other bases: readers
 * differ. The size must begin like a number, too, or nobody gets further.
 */
bool
magic_tar_for_some(const uint8_t *block)
{
	const uint8_t *field = block + 148;
	const int64_t wanted[] = { octal_number(field, 8, false), octal_number(field, 8, true),
		(field[0] & 0x80) != 0 ? binary_number(field, 8) : -1,
		field[0] == '+' || field[0] == '-' ? base64_number(field, 8) : -1 };
	int64_t sum = 0, with_sign = 0;

	for (size_t i = 0; i < 512; i++) {
		uint8_t c = i >= 148 && i < 156 ? ' ' : block[i];

		sum += c;
		with_sign += c < 0x80 ? c : c - 0x100;
	}
	for (size_t i = 0; i < COUNT(wanted); i++)
		if (wanted[i] >= 0 && (wanted[i] == sum || wanted[i] == with_sign))
			return number_begins(block[124]);
	return false;
}

/*
 * Is a tar header that begins as `row` does that other thing, too, for a reader in use?
 * Compressions are asked for before tar is. Other archives are weighed against it: "ustar"
 * makes a header heavier than any of them.
 */
static bool
is_both(const struct row *row, struct bytes first)
{
	switch (row->magic.class) {
	case MAGIC_GZIP:
	case MAGIC_ZSTD:
	case MAGIC_ZSTD_OTHER:
		return true;
	case MAGIC_COMPRESSION:
		/* These may begin a name: a reader wants a digit next, or a line. */
		if (strcmp(row->magic.name, "uuencode") == 0)
			return false;
		return strcmp(row->magic.name, "bzip2") != 0 ||
		       (first.ptr[3] >= '1' && first.ptr[3] <= '9');
	case MAGIC_ARCHIVE:
		return row->at > 0 || memcmp(first.ptr + 257, "ustar", 5) != 0;
	case MAGIC_UNKNOWN:
	case MAGIC_TAR:
	case MAGIC_ENCRYPTED:
	case MAGIC_TEXT:
	case MAGIC_POLYGLOT:
		break;
	}
	return false;
}

/*
 * RFC 9580 sections 5.1 and 5.3, RFC 5652 section 6: a session key encrypted to a key (type 1,
 * version 3 or 6) or to a password (type 3, version 4 to 6), or CMS EnvelopedData.
 */
static bool
is_encrypted(struct bytes first)
{
	static const uint8_t enveloped[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x07, 0x03 };
	uint8_t type, version;
	size_t at;

	if (first.len < 24)
		return false;
	if (first.ptr[0] == 0x30) {
		at = first.ptr[1] < 0x80 ? 2 : 2 + (first.ptr[1] & 0x7fU);
		return at + sizeof(enveloped) <= 24 &&
		       memcmp(first.ptr + at, enveloped, sizeof(enveloped)) == 0;
	}
	if ((first.ptr[0] & 0xc0) == 0xc0) {
		type = first.ptr[0] & 0x3f;
		at = first.ptr[1] < 192 ? 2 : first.ptr[1] < 224 ? 3 : 6;
	} else if ((first.ptr[0] & 0xc0) == 0x80) {
		type = first.ptr[0] >> 2 & 0x0f;
		at = (size_t)2 << (first.ptr[0] & 3);
		at = at == 2 ? 2 : at == 4 ? 3 : 5;
	} else {
		return false;
	}
	version = first.ptr[at];
	return (type == 1 && (version == 3 || version == 6)) ||
	       (type == 3 && version >= 4 && version <= 6);
}

static struct magic
find_both(struct bytes first)
{
	static const struct magic tar = { MAGIC_TAR, "tar", "" };
	struct magic found = find_zstd(first);

	for (size_t i = 0; i < COUNT(rows) && found.class == MAGIC_UNKNOWN; i++)
		if (row_fits(&rows[i], first) && is_both(&rows[i], first))
			found = rows[i].magic;
	if (found.class == MAGIC_UNKNOWN)
		return tar;
	found.class = MAGIC_POLYGLOT;
	return found;
}

struct magic
magic_find(struct bytes first)
{
	struct magic found = find_zstd(first), both;
	bool tar = first.len >= 512 && magic_tar_header(first.ptr);

	/* What is a tar header to some readers is none here; but it is no other thing, either. */
	if (tar || (first.len >= 512 && magic_tar_for_some(first.ptr))) {
		both = find_both(first);
		if (tar || both.class == MAGIC_POLYGLOT)
			return both;
	}
	for (size_t i = 0; i < COUNT(rows) && found.class == MAGIC_UNKNOWN; i++)
		if (row_fits(&rows[i], first))
			found = rows[i].magic;
	if (found.class == MAGIC_UNKNOWN && is_encrypted(first))
		found = (struct magic){ MAGIC_ENCRYPTED, "OpenPGP or CMS", "" };
	return found;
}
