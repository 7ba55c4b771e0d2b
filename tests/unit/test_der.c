/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DER scan and reader: each rule of X.690 that they hold, with a value that keeps it.
 */
#include "codec/der.h"
#include "tests/lib/tap.h"

static struct limits limits;

#define B(lit) lit, sizeof(lit) - 1

static const struct {
	const char *name, *der;
	size_t len;
	bool strict, shell; /* is it taken? */
	uint64_t offset; /* of the fault, strict */
} rows[] = {
	{ "NULL", B("\x05\x00"), true, true, 0 },
	{ "BOOLEAN true", B("\x01\x01\xff"), true, true, 0 },
	{ "BOOLEAN false", B("\x01\x01\x00"), true, true, 0 },
	{ "BOOLEAN 01", B("\x01\x01\x01"), false, true, 0 },
	{ "BOOLEAN of two octets", B("\x01\x02\xff\xff"), false, true, 0 },
	{ "BOOLEAN empty", B("\x01\x00"), false, true, 0 },
	{ "INTEGER 0", B("\x02\x01\x00"), true, true, 0 },
	{ "INTEGER 128", B("\x02\x02\x00\x80"), true, true, 0 },
	{ "INTEGER -129", B("\x02\x02\xff\x7f"), true, true, 0 },
	{ "INTEGER 00 7f", B("\x02\x02\x00\x7f"), false, true, 0 },
	{ "INTEGER ff 80", B("\x02\x02\xff\x80"), false, true, 0 },
	{ "INTEGER empty", B("\x02\x00"), false, true, 0 },
	{ "ENUMERATED not minimal", B("\x0a\x02\x00\x01"), false, true, 0 },
	{ "NULL with content", B("\x05\x01\x00"), false, true, 0 },
	{ "BIT STRING", B("\x03\x02\x07\x80"), true, true, 0 },
	{ "BIT STRING empty", B("\x03\x01\x00"), true, true, 0 },
	{ "BIT STRING without count", B("\x03\x00"), false, true, 0 },
	{ "BIT STRING count 8", B("\x03\x02\x08\x00"), false, true, 0 },
	{ "BIT STRING empty, count 1", B("\x03\x01\x01"), false, true, 0 },
	{ "BIT STRING spare bit set", B("\x03\x02\x07\x81"), false, true, 0 },
	{ "OID", B("\x06\x03\x55\x04\x03"), true, true, 0 },
	{ "OID empty", B("\x06\x00"), false, true, 0 },
	{ "OID cut", B("\x06\x02\x55\x84"), false, true, 0 },
	{ "OID leading 80", B("\x06\x03\x55\x80\x01"), false, true, 0 },
	{ "OCTET STRING in parts",
	    B("\x24\x04\x04\x02"
	      "ab"),
	    false, true, 0 },
	{ "SEQUENCE primitive", B("\x10\x00"), false, true, 0 },
	{ "SET primitive", B("\x11\x00"), false, true, 0 },
	{ "SEQUENCE", B("\x30\x06\x05\x00\x30\x02\x05\x00"), true, true, 0 },
	{ "SEQUENCE empty", B("\x30\x00"), true, true, 0 },
	{ "end of contents", B("\x00\x00"), false, true, 0 },
	{ "indefinite", B("\x30\x80\x05\x00\x00\x00"), false, false, 0 },
	{ "reserved length", B("\x30\xff\x05\x00"), false, false, 0 },
	{ "long form of 2", B("\x30\x81\x02\x05\x00"), false, true, 0 },
	{ "long form with zero", B("\x04\x82\x00\x01x"), false, true, 0 },
	{ "length of five octets", B("\x04\x85\x00\x00\x00\x00\x01x"), false, false, 0 },
	{ "nothing", B(""), false, false, 0 },
	{ "tag alone", B("\x30"), false, false, 0 },
	{ "length cut", B("\x04\x82\x01"), false, false, 0 },
	{ "content cut", B("\x04\x02x"), false, false, 0 },
	{ "child longer than parent", B("\x30\x03\x04\x02x"), false, false, 2 },
	{ "child header over the end", B("\x30\x01\x04\x00"), false, false, 2 },
	{ "bytes behind", B("\x05\x00\x00"), false, false, 2 },
	{ "second value behind", B("\x05\x00\x05\x00"), false, false, 2 },
	{ "fault deep inside", B("\x30\x07\x30\x05\x05\x00\x01\x01\x01"), false, true,
	    6 },
	{ "context tag", B("\xa0\x03\x82\x01\x00"), true, true, 0 },
	{ "high tag 31", B("\x9f\x1f\x01x"), true, true, 0 },
	{ "high tag 128", B("\xbf\x81\x00\x02\x05\x00"), true, true, 0 },
	{ "high tag below 31", B("\x9f\x1e\x01x"), false, false, 0 },
	{ "high tag leading 80", B("\x9f\x80\x1f\x01x"), false, false, 0 },
	{ "high tag of five octets", B("\x9f\x81\x81\x81\x81\x01\x01x"), false, false,
	    0 },
	{ "high tag cut", B("\x9f\x81"), false, false, 0 },
};

static void
test_check(void)
{
	struct bytes der;
	struct err err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		der = bytes_of(rows[i].der, rows[i].len);
		err.reason = REASON_NONE;
		if (ok((der_check(der, &limits, NULL, &err) == 0) == rows[i].strict,
			"strict: %s", rows[i].name) &&
		    !rows[i].strict) {
			is_reason(
			    err.reason, REASON_DER_SYNTAX, "strict: %s", rows[i].name);
			is_u64(err.offset, rows[i].offset, "strict: %s, offset",
			    rows[i].name);
		}
		ok((der_check_shell(der, &limits, NULL, &err) == 0) == rows[i].shell,
		    "shell: %s", rows[i].name);
	}
}

static void
test_depth(void)
{
	struct limits few = limits;
	uint8_t deep[300];
	struct err err;
	size_t n = 60, at = sizeof(deep);

	/* n SEQUENCEs in each other, written from the inside. */
	for (size_t i = 0; i < n; i++) {
		deep[at - 1] = (uint8_t)(2 * i);
		deep[at - 2] = 0x30;
		at -= 2;
	}
	few.v[LIMIT_DER_DEPTH] = n;
	ok(der_check(bytes_of(deep + at, 2 * n), &few, NULL, &err) == 0,
	    "as deep as the limit");
	few.v[LIMIT_DER_DEPTH] = n - 1;
	ok(der_check(bytes_of(deep + at, 2 * n), &few, NULL, &err) != 0, "one deeper");
	is_reason(err.reason, REASON_LIMIT_DER_DEPTH_HIT, "the limit is named");
	few.v[LIMIT_DER_DEPTH] = 1000;
	ok(der_check(bytes_of(deep + at, 2 * n), &few, NULL, &err) == 0,
	    "a limit beyond the most");
}

static void
test_reader(void)
{
	struct bytes text = BYTES_LIT("\x30\x0b\x02\x01\x05\x30\x03\x04\x01x\x04\x01y");
	struct cursor top = cursor_of(text), in, deeper;
	struct der seq, number, inner, octets;
	uint64_t v;

	ok(der_next_is(&top, DER_SEQUENCE) && !der_next_is(&top, DER_SET),
	    "what comes next");
	ok(der_take(&seq, &top, DER_STRICT, DER_SEQUENCE) && seq.offset == 0 &&
		seq.whole.len == top.in.len,
	    "outer value");
	ok(der_done(&top), "nothing behind");
	in = der_enter(&top, &seq);
	ok(der_take(&number, &in, DER_STRICT, DER_INTEGER) && der_uint(&v, &number) &&
		v == 5 && number.offset == 2,
	    "INTEGER at offset 2");
	ok(der_take(&inner, &in, DER_STRICT, DER_SEQUENCE) && inner.offset == 5,
	    "inner value");
	deeper = der_enter(&in, &inner);
	ok(der_take(&octets, &deeper, DER_STRICT, DER_OCTET_STRING) &&
		octets.offset == 7 && der_done(&deeper),
	    "offsets count on from the outermost");
	ok(!der_take(&octets, &in, DER_STRICT, DER_INTEGER) && in.failed, "wrong tag");
	ok(!der_read(&octets, &in, DER_STRICT) && !der_done(&in) &&
		!der_next_is(&in, DER_NULL),
	    "a failed cursor stays failed");
}

static void
test_values(void)
{
	static const struct {
		const char *der;
		size_t len;
		bool fine;
		uint64_t want;
	} numbers[] = {
		{ B("\x02\x01\x00"), true, 0 },
		{ B("\x02\x08\x7f\xff\xff\xff\xff\xff\xff\xff"), true, INT64_MAX },
		{ B("\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff"), false, 0 },
		{ B("\x02\x01\xff"), false, 0 },
		{ B("\x02\x02\x00\x01"), false, 0 },
		{ B("\x0a\x01\x01"), false, 0 },
	};
	static const struct {
		const char *oid;
		size_t len;
		const char *want;
	} oids[] = {
		{ B("\x55\x04\x03"), "2.5.4.3" },
		{ B("\x2a\x86\x48\x86\xf7\x0d"), "1.2.840.113549" },
		{ B("\x27"), "0.39" },
		{ B("\x88\x37\x03"), "2.999.3" },
		{ B("\x55\x80\x03"), NULL },
		{ B("\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), NULL },
		{ B(""), NULL },
	};
	struct cursor c;
	struct der d;
	struct bytes bits;
	char text[64];
	uint64_t v;

	for (size_t i = 0; i < COUNT(numbers); i++) {
		c = cursor_of(bytes_of(numbers[i].der, numbers[i].len));
		der_read(&d, &c, DER_STRICT);
		ok(der_uint(&v, &d) == numbers[i].fine && v == numbers[i].want,
		    "number %zu", i);
	}
	for (size_t i = 0; i < COUNT(oids); i++) {
		ok(der_oid_text(text, sizeof(text), bytes_of(oids[i].oid, oids[i].len)) ==
			(oids[i].want != NULL),
		    "OID %zu", i);
		is_str(
		    str_of(text), oids[i].want == NULL ? "" : oids[i].want, "OID %zu", i);
	}
	ok(!der_oid_text(text, 6, bytes_of("\x55\x04\x03", 3)) || strlen(text) < 6,
	    "no room for the text");
	ok(!der_oid_text(text, 4, bytes_of("\x55\x04\x03", 3)), "not even nearly");
	c = cursor_of(BYTES_LIT("\x03\x02\x00"
				"a"));
	der_read(&d, &c, DER_STRICT);
	ok(der_bits(&bits, &d) && bits.len == 1 && bits.ptr[0] == 'a',
	    "BIT STRING of octets");
	c = cursor_of(BYTES_LIT("\x03\x02\x01\x80"));
	der_read(&d, &c, DER_STRICT);
	ok(!der_bits(&bits, &d), "BIT STRING with spare bits");
}

static const struct {
	uint8_t tag;
	const char *text;
	const char *plain, *fraction; /* what each reader says; NULL: refused */
} times[] = {
	{ DER_UTC_TIME, "240229235959Z", "2024-02-29T23:59:59Z", NULL },
	{ DER_UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z", NULL },
	{ DER_UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z", NULL },
	{ DER_UTC_TIME, "230229000000Z", NULL, NULL },
	{ DER_UTC_TIME, "2401010000Z", NULL, NULL },
	{ DER_UTC_TIME, "240101000000", NULL, NULL },
	{ DER_UTC_TIME, "240101000060Z", NULL, NULL },
	{ DER_UTC_TIME, "-40101000000Z", NULL, NULL },
	{ DER_UTC_TIME, "20240101000000Z", NULL, NULL },
	{ DER_GENERALIZED_TIME, "20240229235959Z", "2024-02-29T23:59:59Z",
	    "2024-02-29T23:59:59Z" },
	{ DER_GENERALIZED_TIME, "99991231235959Z", "9999-12-31T23:59:59Z",
	    "9999-12-31T23:59:59Z" },
	{ DER_GENERALIZED_TIME, "20240101000000.5Z", NULL,
	    "2024-01-01T00:00:00.500000Z" },
	{ DER_GENERALIZED_TIME, "20240101000000.123456Z", NULL,
	    "2024-01-01T00:00:00.123456Z" },
	{ DER_GENERALIZED_TIME, "20240101000000.123456789Z", NULL,
	    "2024-01-01T00:00:00.123456Z" },
	{ DER_GENERALIZED_TIME, "20240101000000.1234567891Z", NULL, NULL },
	{ DER_GENERALIZED_TIME, "20240101000000.50Z", NULL, NULL },
	{ DER_GENERALIZED_TIME, "20240101000000.Z", NULL, NULL },
	{ DER_GENERALIZED_TIME, "20240101000000.5", NULL, NULL },
	{ DER_GENERALIZED_TIME, "20240101000000,5Z", NULL, NULL },
	{ DER_GENERALIZED_TIME, "20240101000000+01", NULL, NULL },
	{ DER_GENERALIZED_TIME, "00000101000000Z", NULL, NULL },
	{ DER_IA5_STRING, "20240101000000Z", NULL, NULL },
};

static void
test_times(void)
{
	char text[WHEN_TEXT];
	struct when w;
	struct der d;
	bool more;

	for (size_t i = 0; i < COUNT(times); i++) {
		d = (struct der){ .tag = times[i].tag,
			.content = str_bytes(str_of(times[i].text)) };
		ok(der_time(&w, &d) == (times[i].plain != NULL), "time %s",
		    times[i].text);
		if (times[i].plain != NULL) {
			when_format(text, w);
			is_str(str_of(text), times[i].plain, "%s", times[i].text);
		}
		ok(der_time_fraction(&w, &more, &d) == (times[i].fraction != NULL),
		    "time with fraction %s", times[i].text);
		if (times[i].fraction != NULL) {
			when_format_us(text, w);
			is_str(str_of(text), times[i].fraction, "%s", times[i].text);
			ok(more == (strlen(times[i].text) == 25),
			    "something was cut off or not");
		}
	}
}

int
main(void)
{
	limits_default(&limits);
	test_check();
	test_depth();
	test_reader();
	test_values();
	test_times();
	return tap_done();
}
