/* SPDX-License-Identifier: Apache-2.0 */
/* Protected headers of an envelope, from JSON or CBOR, to one form. */
#include "envelope/header.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[HEADER_OTHER] = {
	[HEADER_ALG] = "alg",
	[HEADER_CTY] = "cty",
	[HEADER_CRIT] = "crit",
	[HEADER_SCHEME] = "io.cncf.notary.signingScheme",
	[HEADER_TIME] = "io.cncf.notary.signingTime",
	[HEADER_AUTHENTIC_TIME] = "io.cncf.notary.authenticSigningTime",
	[HEADER_EXPIRY] = "io.cncf.notary.expiry",
	[HEADER_PLUGIN] = "io.cncf.notary.verificationPlugin",
	[HEADER_PLUGIN_VERSION] = "io.cncf.notary.verificationPluginMinVersion",
};

const char *
header_name(enum header_id id)
{
	return id < HEADER_OTHER ? names[id] : "";
}

enum header_id
header_find(struct str name, enum header_id first)
{
	for (enum header_id id = first; id < HEADER_OTHER; id++)
		if (str_is(name, names[id]))
			return id;
	return HEADER_OTHER;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool
header_alias(struct str label)
{
	for (enum header_id id = HEADER_SCHEME; id < HEADER_OTHER; id++) {
		size_t len = strlen(names[id]), i = 0;

		while (i < len && label.len == len &&
		       lower(label.ptr[i]) == lower(names[id][i]))
			i++;
		if (i == len)
			return !str_is(label, names[id]);
	}
	return false;
}

/* RFC 6901 section 3: "~" and "/" of a name are written "~0" and "~1". */
static struct str
pointer_to(struct arena *mem, struct str name)
{
	char *text = arena_alloc(mem, name.len * 2 + 1);
	size_t n = 0;

	text[n++] = '/';
	for (size_t i = 0; i < name.len; i++) {
		bool escape = name.ptr[i] == '~' || name.ptr[i] == '/';

		if (escape)
			text[n++] = '~';
		text[n++] = !escape ? name.ptr[i] : name.ptr[i] == '~' ? '0' : '1';
	}
	return (struct str){ text, n };
}

int
header_refuse(const struct header *h, const struct header_entry *entry, struct err *err,
    enum reason reason, const char *fmt, ...)
{
	struct where at = h->at == NULL ? (struct where){ .offset = 0 } : *h->at;
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (entry != NULL && h->format == FORMAT_NOTATION_JWS)
		at.pointer = pointer_to(h->mem, entry->name);
	else if (entry != NULL)
		at.offset = entry->offset;
	return err_set(err, reason, &at, "%s", text);
}

void
header_add(struct header *h, const struct header_entry *entry)
{
	VEC_PUSH(h->mem, &h->entries, *entry);
}

static int
by_key(const void *a, const void *b)
{
	const struct header_entry *x = a, *y = b;

	return bytes_cmp(x->key, y->key);
}

static int
crit_by_key(const void *a, const void *b)
{
	const struct header_crit *x = a, *y = b;

	return bytes_cmp(x->key, y->key);
}

void
header_seal(struct header *h)
{
	if (h->entries.n > 1)
		qsort(h->entries.v, h->entries.n, sizeof(*h->entries.v), by_key);
	for (size_t i = 0; i < h->entries.n; i++)
		if (h->entries.v[i].id < HEADER_OTHER)
			h->known[h->entries.v[i].id] = &h->entries.v[i];
}

static struct header_entry *
lookup(const struct header *h, struct bytes key)
{
	struct header_entry want = { .key = key };

	if (h->entries.n == 0)
		return NULL;
	return bsearch(&want, h->entries.v, h->entries.n, sizeof(*h->entries.v), by_key);
}

const struct header_entry *
header_lookup(const struct header *h, struct bytes key)
{
	return lookup(h, key);
}

void
header_crit_add(struct header *h, const struct header_crit *crit)
{
	VEC_PUSH(h->mem, &h->crit, *crit);
}

/*
 * RFC 7515 4.1.11 and RFC 9052 3.1: the list is not empty, names nothing twice, and only
 * headers that are there.
 */
int
header_crit_apply(struct header *h, struct err *err)
{
	const struct header_entry *list = h->known[HEADER_CRIT];
	struct header_crit *crit = h->crit.v;

	if (list == NULL)
		return header_refuse(
		    h, NULL, err, REASON_SIG_CRIT, "no list of critical headers");
	if (h->crit.n == 0)
		return header_refuse(
		    h, list, err, REASON_SIG_CRIT, "list of critical headers is empty");
	qsort(crit, h->crit.n, sizeof(*crit), crit_by_key);
	for (size_t i = 0; i < h->crit.n; i++) {
		struct header_entry *entry = lookup(h, crit[i].key);

		if (i > 0 && bytes_equal(crit[i - 1].key, crit[i].key))
			return header_refuse(h, list, err, REASON_SIG_CRIT,
			    "critical header %.*s is listed twice",
			    STR_ARG(crit[i].name));
		if (entry == NULL)
			return header_refuse(h, list, err, REASON_SIG_CRIT,
			    "critical header %.*s is not there", STR_ARG(crit[i].name));
		entry->critical = true;
	}
	return 0;
}

int
header_scheme(struct header *h, struct str text, struct err *err)
{
	for (enum envelope_scheme s = SCHEME_X509; s <= SCHEME_SIGNING_AUTHORITY; s++) {
		if (str_is(text, envelope_scheme_name(s))) {
			h->scheme = s;
			return 0;
		}
	}
	return header_refuse(h, h->known[HEADER_SCHEME], err, REASON_SIG_HEADER,
	    "signing scheme %.*s, want notary.x509 or notary.x509.signingAuthority",
	    STR_ARG(str_upto(text, 64)));
}

/*
 * Signature specification, "Signed Attributes": these are critical wherever they stand.
 */
static int
check_critical(const struct header *h, struct err *err)
{
	static const enum header_id must[] = { HEADER_SCHEME, HEADER_AUTHENTIC_TIME,
		HEADER_EXPIRY, HEADER_PLUGIN, HEADER_PLUGIN_VERSION };

	for (size_t i = 0; i < COUNT(must); i++) {
		const struct header_entry *entry = h->known[must[i]];

		if (entry != NULL && !entry->critical)
			return header_refuse(h, entry, err, REASON_SIG_CRIT,
			    "%s is not marked critical", names[must[i]]);
	}
	return 0;
}

/*
 * Signing scheme specification: each scheme has one signing time, and the other has no
 * meaning.
 */
static int
check_times(const struct header *h, struct err *err)
{
	bool authority = h->scheme == SCHEME_SIGNING_AUTHORITY;
	enum header_id want = authority ? HEADER_AUTHENTIC_TIME : HEADER_TIME;
	enum header_id other = authority ? HEADER_TIME : HEADER_AUTHENTIC_TIME;

	if (h->known[other] != NULL)
		return header_refuse(h, h->known[other], err, REASON_SIG_HEADER,
		    "%s under signing scheme %s", names[other],
		    envelope_scheme_name(h->scheme));
	if (h->known[want] == NULL)
		return header_refuse(h, NULL, err, REASON_SIG_TIME, "no %s", names[want]);
	return 0;
}

static void
fill_attrs(struct envelope *e, const struct header *h)
{
	VEC(struct envelope_attr) attrs = { NULL, 0, 0 };

	for (size_t i = 0; i < h->entries.n; i++) {
		const struct header_entry *entry = &h->entries.v[i];
		struct envelope_attr attr = { entry->name, entry->text, entry->critical };

		/* A least version says nothing without the plug-in it is about. */
		if (entry->id == HEADER_PLUGIN_VERSION && h->known[HEADER_PLUGIN] == NULL)
			attr.text = h->plugin_version;
		else if (entry->id != HEADER_OTHER)
			continue;
		VEC_PUSH(h->mem, &attrs, attr);
	}
	e->attrs = attrs.v;
	e->attr_count = attrs.n;
}

int
header_finish(struct envelope *e, struct header *h, struct err *err)
{
	if (h->known[HEADER_ALG] == NULL)
		return header_refuse(
		    h, NULL, err, REASON_SIG_ALG, "no signature algorithm");
	if (h->known[HEADER_CTY] == NULL)
		return header_refuse(h, NULL, err, REASON_SIG_HEADER, "no content type");
	if (h->known[HEADER_SCHEME] == NULL)
		return header_refuse(
		    h, NULL, err, REASON_SIG_HEADER, "no signing scheme");
	if (check_critical(h, err) != 0 || check_times(h, err) != 0)
		return -1;
	e->alg = h->alg;
	e->content_type = h->content_type;
	e->scheme = h->scheme;
	e->signing_time = h->scheme == SCHEME_X509 ? h->time : h->authentic_time;
	e->signing_time_end = when_add_us(
	    e->signing_time, h->scheme != SCHEME_X509 && h->authentic_more ? 1 : 0);
	e->has_expiry = h->known[HEADER_EXPIRY] != NULL;
	e->expiry = h->expiry;
	e->has_plugin = h->known[HEADER_PLUGIN] != NULL;
	e->plugin = h->plugin;
	e->plugin_min_version = e->has_plugin ? h->plugin_version : STR_NONE;
	fill_attrs(e, h);
	return 0;
}
