/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries of a revocation list (RFC 5280 section 5.3). They stay where they lie: a
 * look-up walks them all, which takes some milliseconds for 400,000 of them.
 */
#include "crypto/crl_parts.h"

#define OID_REASON "\x55\x1d\x15"
#define OID_INVALIDITY "\x55\x1d\x18"
#define OID_ISSUER "\x55\x1d\x1d"

enum { EXTS_MOST = 16 };

typedef VEC(struct crl_entry) entry_list;

struct frame { /* one entry; crlEntryExtensions: `exts`, tag 0 if absent */
	struct der seq, serial, exts;
	struct when date;
	struct cursor inside; /* where `exts` was read */
};

/* The next entry; on failure *fault has words. */
static bool
frame_next(struct frame *f, struct cursor *list, const char **fault)
{
	struct der time;

	*f = (struct frame){ .exts = { .tag = 0 } };
	*fault = "malformed entry";
	if (!der_take(&f->seq, list, DER_STRICT, DER_SEQUENCE))
		return false;
	f->inside = der_enter(list, &f->seq);
	if (!der_take(&f->serial, &f->inside, DER_STRICT, DER_INTEGER))
		return false;
	if (!der_read(&time, &f->inside, DER_STRICT) || !der_time(&f->date, &time)) {
		*fault = "revocationDate is not YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ";
		return false;
	}
	if (f->inside.pos == f->inside.in.len)
		return true;
	return der_take(&f->exts, &f->inside, DER_STRICT, DER_SEQUENCE) &&
	       f->exts.content.len > 0 && der_done(&f->inside);
}

static bool
known(const struct der_ext *e)
{
	return der_ext_is(e, OID_REASON) || der_ext_is(e, OID_INVALIDITY);
}

/*
 * RFC 5280 section 5.3: a list with a critical entry extension that cannot be processed
 * must not be used for any certificate. So all of them are looked at.
 */
static bool
criticals_note(struct crl *out, struct arena *mem, const struct frame *f)
{
	struct cursor list = der_enter(&f->inside, &f->exts);
	struct der_ext e;

	while (!der_done(&list)) {
		if (!der_ext_take(&e, &list))
			return false;
		if (e.critical && der_ext_is(&e, OID_ISSUER))
			out->names_issuers = true;
		else if (e.critical && !known(&e))
			crl_critical_note(out, mem, &e);
	}
	return true;
}

int
crl_entries_walk(struct crl *out, const struct crl_input *in, const struct cursor *c,
    const struct der *list, struct err *err)
{
	struct cursor entries = der_enter(c, list);
	const char *fault;
	struct frame f;

	out->entries = list->content;
	while (!der_done(&entries)) {
		if (!frame_next(&f, &entries, &fault))
			return crl_refuse(in, f.seq.offset, err, fault);
		if (f.exts.tag != 0 && !criticals_note(out, in->mem, &f))
			return crl_refuse(
			    in, f.exts.offset, err, "malformed extensions of an entry");
		out->entry_count++;
	}
	return 0;
}

/* CRLReason ::= ENUMERATED; 7 is not used (section 5.3.1). */
static bool
reason_read(struct crl_entry *out, struct cursor *c)
{
	struct der d;

	if (!der_take(&d, c, DER_STRICT, DER_ENUMERATED) || d.content.len != 1 ||
	    d.content.ptr[0] > CRL_AA_COMPROMISE || d.content.ptr[0] == 7)
		return false;
	out->reason = (enum crl_reason)d.content.ptr[0];
	return der_done(c);
}

/* InvalidityDate ::= GeneralizedTime (section 5.3.2). */
static bool
invalidity_read(struct crl_entry *out, struct cursor *c)
{
	struct der d;

	out->has_invalidity = der_take(&d, c, DER_STRICT, DER_GENERALIZED_TIME) &&
			      der_time(&out->invalidity, &d) && der_done(c);
	return out->has_invalidity;
}

/*
 * CertificateIssuer ::= GeneralNames (section 5.3.3): a directoryName, [4] EXPLICIT. The name is
 * that of this entry and of those behind it.
 */
static bool
issuer_read(struct crl_entry *out, struct cursor *c)
{
	struct der names, name, dn;
	struct cursor in, inner;

	if (!der_take(&names, c, DER_STRICT, DER_SEQUENCE) || !der_done(c))
		return false;
	for (in = der_enter(c, &names); !der_done(&in);) {
		if (!der_read(&name, &in, DER_STRICT))
			return false;
		if (name.tag != DER_CONTEXT_CONS(4))
			continue;
		inner = der_enter(&in, &name);
		if (!der_take(&dn, &inner, DER_STRICT, DER_SEQUENCE) || !der_done(&inner))
			return false;
		out->issuer = dn.whole;
	}
	return out->issuer.len > 0;
}

static bool
value_read(struct crl_entry *out, const struct der_ext *e)
{
	struct cursor c = cursor_of(e->value.content);

	if (der_ext_is(e, OID_REASON))
		return reason_read(out, &c);
	if (der_ext_is(e, OID_INVALIDITY))
		return invalidity_read(out, &c);
	if (der_ext_is(e, OID_ISSUER))
		return issuer_read(out, &c);
	return !e->critical;
}

/* False: the entry names the certificate, but what it says cannot be known. */
static bool
extensions_read(struct crl_entry *out, const struct frame *f)
{
	struct cursor list = der_enter(&f->inside, &f->exts);
	struct bytes seen[EXTS_MOST];
	struct der_ext e;
	size_t count = 0;

	while (!der_done(&list)) {
		if (!der_ext_take(&e, &list) || count == COUNT(seen))
			return false;
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(seen[i], e.oid.content))
				return false;
		seen[count++] = e.oid.content;
		if (!value_read(out, &e))
			return false;
	}
	return true;
}

/*
 * Whose certificates the entries from here on are about (section 5.3.3), told by one of an
 * indirect list. `lost`: it says so in a way that cannot be read.
 */
struct issuer_run {
	struct bytes name;
	bool lost;
};

static void
issuer_follow(struct issuer_run *run, const struct frame *f)
{
	struct cursor list = der_enter(&f->inside, &f->exts), value;
	struct crl_entry named = { .unusable = false };
	struct der_ext e;

	while (f->exts.tag != 0 && !der_done(&list)) {
		if (!der_ext_take(&e, &list))
			return;
		if (!der_ext_is(&e, OID_ISSUER))
			continue;
		value = cursor_of(e.value.content);
		run->lost = !issuer_read(&named, &value);
		run->name = named.issuer;
	}
}

/* RFC 5280 section 5.3.3: a list that is not indirect has no such entries. */
static struct crl_entry
entry_read(const struct frame *f, const struct crl *c, const struct issuer_run *run)
{
	struct crl_entry entry = { .date = f->date, .reason = CRL_NO_REASON };

	if (f->exts.tag != 0)
		entry.unusable = !extensions_read(&entry, f);
	if (run->lost || (entry.issuer.len > 0 && !c->points.indirect))
		entry.unusable = true;
	entry.issuer = run->name;
	return entry;
}

static struct bytes
number_of(struct bytes v)
{
	while (v.len > 0 && v.ptr[0] == 0)
		v = bytes_of(v.ptr + 1, v.len - 1);
	return v;
}

/* Of a list that is not DER: who is named, and nothing of what is said about him. */
static void
faulty_lookup(
    entry_list *found, const struct crl *c, struct bytes serial, struct arena *mem)
{
	struct cursor list = cursor_of(c->entries), in;
	struct crl_entry entry = { .unusable = true, .date = c->this_update };
	struct der seq, number;

	while (!der_done(&list) && der_read(&seq, &list, DER_SHELL)) {
		in = der_enter(&list, &seq);
		if (der_take(&number, &in, DER_SHELL, DER_INTEGER) &&
		    bytes_equal(number_of(number.content), number_of(serial)))
			VEC_PUSH(mem, found, entry);
	}
}

struct crl_entry *
crl_lookup(size_t *count, const struct crl *c, struct bytes serial, struct arena *mem)
{
	struct cursor list = cursor_of(c->entries);
	struct issuer_run run = { .lost = false };
	entry_list found = { NULL, 0, 0 };
	const char *fault;
	struct frame f;

	if (c->fault.ptr != NULL)
		faulty_lookup(&found, c, serial, mem);
	while (c->fault.ptr == NULL && !der_done(&list) &&
	       frame_next(&f, &list, &fault)) {
		struct crl_entry entry;

		if (c->points.indirect)
			issuer_follow(&run, &f);
		if (!bytes_equal(f.serial.content, serial))
			continue;
		entry = entry_read(&f, c, &run);
		VEC_PUSH(mem, &found, entry);
	}
	*count = found.n;
	return found.v;
}

const char *
crl_reason_name(enum crl_reason r)
{
	switch (r) {
	case CRL_NO_REASON:
	case CRL_UNSPECIFIED:
		return "unspecified";
	case CRL_KEY_COMPROMISE:
		return "keyCompromise";
	case CRL_CA_COMPROMISE:
		return "cACompromise";
	case CRL_AFFILIATION_CHANGED:
		return "affiliationChanged";
	case CRL_SUPERSEDED:
		return "superseded";
	case CRL_CESSATION:
		return "cessationOfOperation";
	case CRL_HOLD:
		return "certificateHold";
	case CRL_REMOVE:
		return "removeFromCRL";
	case CRL_PRIVILEGE_WITHDRAWN:
		return "privilegeWithdrawn";
	case CRL_AA_COMPROMISE:
		return "aACompromise";
	}
	return "unspecified";
}
