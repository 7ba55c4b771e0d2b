/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order: frame, protected header, unprotected header, common checks. The content of the
 * protected byte string is signed as it stands; only the heads around it are written here
 * (RFC 9052 4.4).
 */
#include "envelope/cose.h"

#include "base/buf.h"
#include "codec/cborin.h"
#include "envelope/header.h"

/* RFC 9052 3.1, RFC 9338, RFC 9360: header labels. */
enum cose_label {
	LABEL_ALG = 1,
	LABEL_CRIT = 2,
	LABEL_CONTENT_TYPE = 3,
	LABEL_KID = 4,
	LABEL_IV = 5,
	LABEL_PARTIAL_IV = 6,
	LABEL_COUNTERSIGNATURE = 7,
	LABEL_COMMON_LAST = 8,
	LABEL_COUNTERSIGNATURE0 = 9,
	LABEL_COUNTERSIGNATURE_V2 = 11,
	LABEL_COUNTERSIGNATURE0_V2 = 12,
	LABEL_X5CHAIN = 33
};

struct cose {
	struct arena *mem;
	const struct limits *limits;
	const struct where *at;
	struct err *err;
	struct bytes protected;
	uint64_t protected_offset;
	struct cborin value[HEADER_OTHER]; /* stands before the value of a known header */
	struct header header;
};

static int
refuse(const struct cose *c, uint64_t offset, enum reason reason, const char *text,
    enum cborin_kind got)
{
	struct where at = c->at == NULL ? (struct where){ .offset = 0 } : *c->at;

	at.offset = offset;
	if (got == CBORIN_END)
		return err_set(c->err, reason, &at, "%s", text);
	return err_set(c->err, reason, &at, "%s, got %s", text, cborin_kind_name(got));
}

/* An item of this kind, or a refusal that says what was wanted. */
static int
want(struct cborin_item *out, struct cose *c, struct cborin *in, enum cborin_kind kind,
    enum reason reason, const char *text)
{
	*out = cborin_next(in);
	if (out->kind != kind)
		return refuse(c, out->offset, reason, text, out->kind);
	return 0;
}

/*
 * RFC 9052 2: IV, partial IV and countersignatures have no use in a Notary Project
 * signature, so whoever reads them reads something else than we do. kid is a byte string
 * and ignored.
 */
static int
check_label(const struct cose *c, int64_t label, uint64_t offset, enum cborin_kind kind)
{
	switch (label) {
	case LABEL_IV:
	case LABEL_PARTIAL_IV:
	case LABEL_COUNTERSIGNATURE:
	case LABEL_COUNTERSIGNATURE0:
	case LABEL_COUNTERSIGNATURE_V2:
	case LABEL_COUNTERSIGNATURE0_V2:
		return refuse(
		    c, offset, REASON_SIG_HEADER, "header is not allowed", CBORIN_END);
	case LABEL_KID:
		if (kind != CBORIN_BYTES)
			return refuse(
			    c, offset, REASON_SIG_HEADER, "kid is no byte string", kind);
		break;
	default:
		break;
	}
	return 0;
}

/* --- protected header --- */

static enum header_id
known_label(const struct cborin_item *label)
{
	int64_t n;

	if (label->kind == CBORIN_TEXT)
		return header_find(cborin_text(label), HEADER_SCHEME);
	if (!cborin_int(&n, label))
		return HEADER_OTHER;
	switch (n) {
	case LABEL_ALG:
		return HEADER_ALG;
	case LABEL_CRIT:
		return HEADER_CRIT;
	case LABEL_CONTENT_TYPE:
		return HEADER_CTY;
	default:
		return HEADER_OTHER;
	}
}

static int
add_entry(struct cose *c, struct cborin *in)
{
	struct cborin_item label = cborin_next(in), value;
	struct header_entry entry = { .key = label.raw, .offset = label.offset };
	struct cborin before = *in;
	struct bytes raw;
	int64_t n;

	entry.name = cborin_show(c->mem, &label, label.raw);
	entry.id = known_label(&label);
	/* As in a JWS, where a reader that ignores case would honour it. */
	if (label.kind == CBORIN_TEXT && header_alias(cborin_text(&label)))
		return refuse(c, label.offset, REASON_SIG_HEADER,
		    "label differs from a known one only in case", CBORIN_END);
	value = cborin_next(in);
	raw = cborin_skip(in, &value);
	if (cborin_int(&n, &label) && check_label(c, n, label.offset, value.kind) != 0)
		return -1;
	if (entry.id < HEADER_OTHER)
		c->value[entry.id] = before;
	else
		entry.text = cborin_show(c->mem, &value, raw);
	header_add(&c->header, &entry);
	return 0;
}

static int
read_alg(struct cose *c, struct cborin *in)
{
	struct cborin_item v = cborin_next(in);
	int64_t id;

	if (!cborin_int(&id, &v))
		return refuse(
		    c, v.offset, REASON_SIG_ALG, "algorithm is no integer", v.kind);
	c->header.alg = sigalg_by_cose(id);
	if (c->header.alg == SIGALG_NONE)
		return refuse(c, v.offset, REASON_SIG_ALG,
		    "algorithm is none of PS256, PS384, PS512, ES256, ES384, ES512",
		    CBORIN_END);
	return 0;
}

/*
 * RFC 9052 3.1: text with one "/" and no blanks around it. The uint form is of no use
 * here.
 */
static int
read_content_type(struct cose *c, struct cborin *in)
{
	struct cborin_item v;
	struct str text;
	size_t slash;

	if (want(&v, c, in, CBORIN_TEXT, REASON_SIG_HEADER, "content type is no text") !=
	    0)
		return -1;
	text = cborin_text(&v);
	slash = str_find(text, '/');
	if (slash == text.len ||
	    str_find(str_from(text, slash + 1), '/') + slash + 1 != text.len ||
	    text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ')
		return refuse(c, v.offset, REASON_SIG_HEADER,
		    "content type is no media type", CBORIN_END);
	c->header.content_type = text;
	return 0;
}

/* Labels 0 to 8 are understood by everyone, so they are never listed (RFC 9052 3.1). */
static int
read_crit(struct cose *c, struct cborin *in)
{
	struct cborin_item list, v;
	struct header_crit crit;
	int64_t n;

	if (want(&list, c, in, CBORIN_ARRAY, REASON_SIG_CRIT, "crit is no array") != 0)
		return -1;
	for (uint64_t i = 0; i < list.value; i++) {
		v = cborin_next(in);
		if (v.kind != CBORIN_TEXT && !cborin_int(&n, &v))
			return refuse(c, v.offset, REASON_SIG_CRIT,
			    "critical label is neither integer nor text", v.kind);
		if (v.kind != CBORIN_TEXT && n >= 0 && n <= LABEL_COMMON_LAST)
			return refuse(c, v.offset, REASON_SIG_CRIT,
			    "labels 0 to 8 must not be critical", CBORIN_END);
		crit = (struct header_crit){ .key = v.raw, .offset = v.offset };
		crit.name = cborin_show(c->mem, &v, v.raw);
		header_crit_add(&c->header, &crit);
	}
	return 0;
}

static int
read_scheme(struct cose *c, struct cborin *in)
{
	struct cborin_item v;

	if (want(&v, c, in, CBORIN_TEXT, REASON_SIG_HEADER,
		"signing scheme is no text") != 0)
		return -1;
	return header_scheme(&c->header, cborin_text(&v), c->err);
}

/* Seconds with a fraction, cut down to microseconds. */
static bool
float_time(struct when *out, bool *more, double seconds)
{
	double whole, micros;

	/* NaN fails each comparison; 2^53 is far beyond the year 9999. */
	if (!(seconds >= 0 && seconds < 9007199254740992.0))
		return false;
	whole = (double)(int64_t)seconds;
	if (!when_from_unix(out, (int64_t)seconds))
		return false;
	micros = (seconds - whole) * 1000000;
	out->usec = (uint32_t)micros;
	*more = micros > (double)out->usec;
	return true;
}

/*
 * RFC 8949 3.4.2: tag 1 over a number, an integer or a float. A time before 1970 is no time of a
 * signature.
 */
static int
read_time(struct when *out, bool *more, struct cose *c, struct cborin *in)
{
	struct cborin_item tag, v;
	int64_t sec;

	if (want(&tag, c, in, CBORIN_TAG, REASON_SIG_TIME, "time has no tag 1") != 0)
		return -1;
	if (tag.value != 1)
		return refuse(c, tag.offset, REASON_SIG_TIME,
		    "time has another tag than 1", CBORIN_END);
	v = cborin_next(in);
	*more = false;
	if (v.kind == CBORIN_FLOAT
		? !float_time(out, more, v.number)
		: v.kind != CBORIN_UINT || !cborin_int(&sec, &v) || !when_from_unix(out, sec))
		return refuse(c, v.offset, REASON_SIG_TIME,
		    "time is no number of seconds from 1970 to the year 9999", v.kind);
	return 0;
}

static int
read_plugin(struct str *out, struct cose *c, struct cborin *in)
{
	struct cborin_item v;
	struct str text;
	size_t i = 0;

	if (want(&v, c, in, CBORIN_TEXT, REASON_SIG_HEADER, "header is no text") != 0)
		return -1;
	text = cborin_text(&v);
	while (i < text.len &&
	       (text.ptr[i] == ' ' || (text.ptr[i] >= '\t' && text.ptr[i] <= '\r')))
		i++;
	if (i == text.len)
		return refuse(
		    c, v.offset, REASON_SIG_HEADER, "header is blank", CBORIN_END);
	*out = text;
	return 0;
}

static int
read_value(struct cose *c, enum header_id id)
{
	struct header *h = &c->header;
	struct cborin in = c->value[id];
	bool finer;

	switch (id) {
	case HEADER_ALG:
		return read_alg(c, &in);
	case HEADER_CTY:
		return read_content_type(c, &in);
	case HEADER_CRIT:
		return read_crit(c, &in);
	case HEADER_SCHEME:
		return read_scheme(c, &in);
	case HEADER_TIME:
		return read_time(&h->time, &finer, c, &in);
	case HEADER_AUTHENTIC_TIME:
		return read_time(&h->authentic_time, &h->authentic_more, c, &in);
	case HEADER_EXPIRY:
		return read_time(&h->expiry, &finer, c, &in);
	case HEADER_PLUGIN:
		return read_plugin(&h->plugin, c, &in);
	case HEADER_PLUGIN_VERSION:
		return read_plugin(&h->plugin_version, c, &in);
	case HEADER_OTHER:
		break;
	}
	return 0;
}

static int
read_protected(struct envelope *e, struct cose *c)
{
	/* Rows of the specification's table: alg, crit, content type, then the rest. */
	static const enum header_id order[] = { HEADER_ALG, HEADER_CRIT, HEADER_CTY,
		HEADER_SCHEME, HEADER_TIME, HEADER_AUTHENTIC_TIME, HEADER_EXPIRY,
		HEADER_PLUGIN, HEADER_PLUGIN_VERSION };
	struct cborin_item map;
	struct cborin in;

	if (c->protected.len == 0)
		return refuse(c, c->protected_offset, REASON_SIG_ALG,
		    "protected header is empty: no algorithm", CBORIN_END);
	if (cborin_open(&in, c->protected, c->protected_offset, CBORIN_TAGS_ALLOWED,
		c->limits, c->at, c->err) != 0 ||
	    want(&map, c, &in, CBORIN_MAP, REASON_COSE_FORM,
		"protected header is no map") != 0)
		return -1;
	for (uint64_t i = 0; i < map.value; i++)
		if (add_entry(c, &in) != 0)
			return -1;
	header_seal(&c->header);
	if (c->header.known[HEADER_ALG] == NULL)
		return refuse(c, c->protected_offset, REASON_SIG_ALG,
		    "no signature algorithm", CBORIN_END);
	for (size_t i = 0; i < COUNT(order); i++) {
		if (c->header.known[order[i]] != NULL && read_value(c, order[i]) != 0)
			return -1;
		if (order[i] == HEADER_CRIT && header_crit_apply(&c->header, c->err) != 0)
			return -1;
	}
	return header_finish(e, &c->header, c->err);
}

/* --- unprotected header --- */

/*
 * RFC 9360 2 also has the short form for one certificate; the envelope specification has
 * not.
 */
static int
read_chain(struct envelope *e, struct cose *c, struct cborin *in)
{
	VEC(struct bytes) certs = { NULL, 0, 0 };
	struct cborin_item list, v;

	if (want(&list, c, in, CBORIN_ARRAY, REASON_CERT_CHAIN_FORM,
		"x5chain is no array") != 0)
		return -1;
	if (list.value == 0)
		return refuse(c, list.offset, REASON_CERT_CHAIN_FORM, "x5chain is empty",
		    CBORIN_END);
	for (uint64_t i = 0; i < list.value; i++) {
		if (want(&v, c, in, CBORIN_BYTES, REASON_CERT_CHAIN_FORM,
			"certificate is no byte string") != 0)
			return -1;
		if (v.content.len == 0)
			return refuse(c, v.offset, REASON_CERT_CHAIN_FORM,
			    "certificate is empty", CBORIN_END);
		VEC_PUSH(c->mem, &certs, v.content);
	}
	e->certs = certs.v;
	e->cert_count = certs.n;
	return 0;
}

static int
read_timestamp(struct envelope *e, struct cose *c, struct cborin *in)
{
	struct cborin_item v;

	if (want(&v, c, in, CBORIN_BYTES, REASON_SIG_HEADER,
		"time stamp is no byte string") != 0)
		return -1;
	if (v.content.len == 0)
		return refuse(
		    c, v.offset, REASON_SIG_HEADER, "time stamp is empty", CBORIN_END);
	e->timestamp = v.content;
	return 0;
}

/* What is signed elsewhere must not stand here unsigned; other labels mean nothing. */
static int
read_unprotected_entry(struct envelope *e, struct cose *c, struct cborin *in)
{
	struct cborin_item label = cborin_next(in), v;
	enum header_id id = known_label(&label);
	struct cborin value = *in;
	int64_t n;

	v = cborin_next(in);
	(void)cborin_skip(in, &v);
	/* RFC 9052 3: a label stands in one of the two maps. */
	if (header_lookup(&c->header, label.raw) != NULL)
		return refuse(c, label.offset, REASON_ENVELOPE_DUPLICATE_KEY,
		    "label stands protected and unprotected", CBORIN_END);
	if (id < HEADER_OTHER)
		return refuse(c, label.offset, REASON_SIG_HEADER,
		    "header is not allowed unprotected", CBORIN_END);
	if (cborin_int(&n, &label))
		return n == LABEL_X5CHAIN ? read_chain(e, c, &value)
					  : check_label(c, n, label.offset, v.kind);
	if (str_is(cborin_text(&label), HEADER_TIMESTAMP))
		return read_timestamp(e, c, &value);
	if (!str_is(cborin_text(&label), HEADER_AGENT))
		return 0;
	if (v.kind != CBORIN_TEXT)
		return refuse(
		    c, v.offset, REASON_SIG_HEADER, "signing agent is no text", v.kind);
	e->agent = cborin_text(&v);
	return 0;
}

static int
read_unprotected(struct envelope *e, struct cose *c, struct cborin in, uint64_t pairs)
{
	for (uint64_t i = 0; i < pairs; i++)
		if (read_unprotected_entry(e, c, &in) != 0)
			return -1;
	return 0;
}

/* --- frame --- */

/* RFC 8949 3: the shortest head of a byte string. */
static void
add_bytes_head(struct buf *out, size_t len)
{
	if (len < 24) {
		buf_u8(out, (uint8_t)(0x40 + len));
	} else if (len <= UINT8_MAX) {
		buf_u8(out, 0x58);
		buf_be(out, len, 1);
	} else if (len <= UINT16_MAX) {
		buf_u8(out, 0x59);
		buf_be(out, len, 2);
	} else if (len <= UINT32_MAX) {
		buf_u8(out, 0x5a);
		buf_be(out, len, 4);
	} else {
		buf_u8(out, 0x5b);
		buf_be(out, len, 8);
	}
}

/*
 * RFC 9052 4.4: Sig_structure = [ "Signature1", body_protected, external_aad = h'',
 * payload ]. The first part holds all before the payload's octets, the second is the
 * payload itself.
 */
static void
build_signed(struct envelope *e, const struct cose *c)
{
	AUTO(buf_clear) struct buf b = { .max = c->protected.len + 64 };

	buf_u8(&b, 0x84);
	buf_u8(&b, 0x6a);
	buf_text(&b, "Signature1");
	add_bytes_head(&b, c->protected.len);
	buf_add(&b, c->protected);
	buf_u8(&b, 0x40);
	add_bytes_head(&b, e->payload.len);
	e->signed_parts[0] = arena_bytes(c->mem, buf_bytes(&b));
	e->signed_parts[1] = e->payload;
	e->signed_part_count = 2;
}

static int
read_frame(struct envelope *e, struct cose *c, struct cborin *in)
{
	struct cborin_item v, unprotected;
	struct cborin headers;

	v = cborin_next(in);
	if (v.kind != CBORIN_ARRAY || v.value != 4)
		return refuse(
		    c, v.offset, REASON_COSE_FORM, "not an array of four", v.kind);
	if (want(&v, c, in, CBORIN_BYTES, REASON_COSE_FORM,
		"protected header is no byte string") != 0)
		return -1;
	c->protected = v.content;
	c->protected_offset = v.offset + (v.raw.len - v.content.len);
	if (want(&unprotected, c, in, CBORIN_MAP, REASON_COSE_FORM,
		"unprotected header is no map") != 0)
		return -1;
	headers = *in;
	(void)cborin_skip(in, &unprotected);
	if (want(&v, c, in, CBORIN_BYTES, REASON_COSE_PAYLOAD,
		"payload is no byte string") != 0)
		return -1;
	if (v.content.len == 0)
		return refuse(
		    c, v.offset, REASON_COSE_PAYLOAD, "payload is empty", CBORIN_END);
	e->payload = v.content;
	if (want(&v, c, in, CBORIN_BYTES, REASON_COSE_FORM,
		"signature is no byte string") != 0)
		return -1;
	if (v.content.len == 0)
		return refuse(
		    c, v.offset, REASON_ENVELOPE_EMPTY, "signature is empty", CBORIN_END);
	e->signature = v.content;
	if (read_protected(e, c) != 0)
		return -1;
	return read_unprotected(e, c, headers, unprotected.value);
}

int
cose_parse(struct envelope *out, struct arena *mem, struct bytes octets,
    const struct limits *limits, const struct where *at, struct err *err)
{
	struct envelope e = { .format = FORMAT_NOTATION_COSE };
	struct cose c = { .mem = mem,
		.limits = limits,
		.at = at,
		.err = err,
		.header = { .format = FORMAT_NOTATION_COSE, .mem = mem, .at = at } };
	struct cborin in;

	if (octets.len > limits->v[LIMIT_ENVELOPE_BYTES])
		return err_set(err, REASON_LIMIT_ENVELOPE_HIT, at,
		    "envelope of %zu bytes", octets.len);
	if (octets.len == 0)
		return err_set(err, REASON_ENVELOPE_EMPTY, at, "envelope is empty");
	/*
	 * Tag 18 in its one octet, then an array of four: what COSE_Sign1_Tagged looks
	 * like in shortest form. The tag is taken here, because libcbor 0.8.0 calls it
	 * malformed.
	 */
	if (!bytes_starts(octets, BYTES_LIT("\xd2\x84")))
		return err_set(err, REASON_COSE_FORM, at, "does not begin with D2 84");
	if (cborin_open(&in, (struct bytes){ octets.ptr + 1, octets.len - 1 }, 1,
		CBORIN_TAGS_REFUSED, limits, at, err) != 0 ||
	    read_frame(&e, &c, &in) != 0)
		return -1;
	build_signed(&e, &c);
	if (envelope_check(&e, at, err) != 0)
		return -1;
	*out = e;
	return 0;
}
