/* SPDX-License-Identifier: Apache-2.0 */
/* Trust stores and their certificates, as a table and in full. */
#include "cli/trustview.h"

#include <stdio.h>

#include "cli/view.h"
#include "report/out.h"

#define DAY 86400
enum { SHORT_HEX = 16 }; /* enough to name a certificate with */

static int64_t
days_left(struct when not_after, struct when now)
{
	int64_t sec = not_after.sec - now.sec;

	return sec >= 0 ? sec / DAY : -((DAY - 1 - sec) / DAY);
}

struct str
trustview_left(struct arena *mem, struct when not_after, struct when now)
{
	int64_t days = days_left(not_after, now);

	if (days < 0)
		return STR("expired");
	if (days == 0)
		return STR("today");
	return arena_printf(mem, "%lld day%s", (long long)days, days == 1 ? "" : "s");
}

struct str
trustview_date(struct arena *mem, struct when w)
{
	char text[WHEN_TEXT];

	when_format(text, w);
	return arena_str(mem, str_upto(str_of(text), strlen("2026-01-31")));
}

/* --- a certificate --- */

static void
put_key(struct doc *d, struct arena *mem, const struct cert_facts *c)
{
	doc_shown(d, "key_alg", "key", c->key_name,
	    out_key_open(c->key_name)
		? arena_printf(mem, "%.*s, %u bits", STR_ARG(c->key_name), c->key_bits)
		: c->key_name);
	doc_u64(d, "key_bits", NULL, c->key_bits);
	doc_str(d, "sig_alg", "signed with", c->signed_with);
}

static void
put_until(struct doc *d, struct arena *mem, struct when not_after, struct when now)
{
	struct str left = trustview_left(mem, not_after, now);
	int64_t days = days_left(not_after, now);
	char text[WHEN_TEXT];

	when_format(text, not_after);
	doc_shown(d, "not_after", "valid until", str_of(text),
	    arena_printf(
		mem, "%s (%.*s%s)", text, STR_ARG(left), days > 0 ? " left" : ""));
	doc_i64(d, "days_left", NULL, days);
}

static void
put_anchor(struct doc *d, struct arena *mem, const struct anchor *a, struct when now)
{
	const struct cert_facts *c = &a->cert;

	doc_str(d, "file", NULL, a->file);
	doc_str(d, "subject", "subject", c->subject);
	doc_shown(d, "issuer", "issuer", c->issuer,
	    str_equal(c->subject, c->issuer) ? STR("itself") : c->issuer);
	doc_str(d, "serial", "serial number", c->serial);
	doc_when(d, "not_before", "valid from", c->not_before);
	put_until(d, mem, c->not_after, now);
	doc_digest(d, "sha256", NULL, &c->sha256);
	doc_digest(d, "key_sha256", NULL, &c->spki_sha256);
	put_key(d, mem, c);
	doc_bool(d, "is_ca", "certificate authority", c->is_ca);
	doc_digest(d, NULL, "certificate", &c->sha256);
	doc_digest(d, NULL, "public key", &c->spki_sha256);
}

static void
put_row(struct doc *d, struct arena *mem, const struct anchor_store *s,
    const struct anchor *a, struct when now)
{
	char hex[DIGEST_TEXT];

	digest_format(hex, &a->cert.sha256);
	doc_row(d);
	doc_word(d, NULL, "TYPE", store_type_name(s->type));
	doc_str(d, NULL, "STORE", s->name);
	doc_str(d, NULL, "FILE", a->file);
	doc_str(d, NULL, "VALID UNTIL", trustview_date(mem, a->cert.not_after));
	doc_str(d, NULL, "LEFT", trustview_left(mem, a->cert.not_after, now));
	doc_str(d, NULL, "SHA256",
	    str_upto(str_from(str_of(hex), strlen("sha256:")), SHORT_HEX));
	doc_str(d, NULL, "SUBJECT", a->cert.subject);
	put_anchor(d, mem, a, now);
	doc_row_end(d);
}

/* --- stores --- */

/* What is told of it but its certificates: the array is open. */
static void
put_store(struct doc *d, const struct anchor_store *s)
{
	bool loads = s->reason == REASON_NONE;

	doc_object(d, NULL);
	doc_word(d, "type", NULL, store_type_name(s->type));
	doc_str(d, "name", NULL, s->name);
	doc_bool(d, "loads", NULL, loads);
	doc_reason(d, s->reason);
	doc_str(d, "detail", NULL, loads ? STR_NONE : s->detail);
	doc_array(d, "certificates");
}

static void
put_store_end(struct doc *d)
{
	doc_array_end(d);
	doc_object_end(d);
}

static void
broken_print(const struct anchor_store *s)
{
	const struct reason_row *row = reason_row(s->reason);

	printf("  %s:", store_type_name(s->type));
	view_text("", s->name);
	printf("    %s: ", row->code);
	view_text("", s->detail);
	view_text("    ", str_of(row->remedy));
}

static void
broken_all(const struct anchor_store *stores, size_t count, bool first)
{
	bool told = false;

	for (size_t i = 0; i < count; i++) {
		if (stores[i].reason == REASON_NONE)
			continue;
		if (!told)
			printf("%sStores that do not load, and so give no trust:\n",
			    first ? "" : "\n");
		told = true;
		broken_print(&stores[i]);
	}
}

void
trustview_list(struct doc *d, struct arena *mem, const struct anchor_store *stores,
    size_t count, struct when now, size_t width)
{
	static const struct table_column columns[] = {
		{ "TYPE", false, TABLE_WHOLE },
		{ "STORE", false, TABLE_MIDDLE },
		{ "FILE", false, TABLE_MIDDLE },
		{ "VALID UNTIL", false, TABLE_WHOLE },
		{ "LEFT", true, TABLE_WHOLE },
		{ "SHA256", false, TABLE_WHOLE },
		{ "SUBJECT", false, TABLE_END },
	};
	size_t rows;

	doc_array(d, "stores");
	doc_table(d, mem, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++) {
		put_store(d, &stores[i]);
		for (size_t k = 0; k < stores[i].count; k++)
			put_row(d, mem, &stores[i], &stores[i].anchors[k], now);
		put_store_end(d);
	}
	rows = doc_table_end(d, width);
	doc_array_end(d);
	if (!d->json)
		broken_all(stores, count, rows == 0);
}

static void
anchor_title(const struct anchor_store *s, const struct anchor *a, bool first)
{
	printf("%s%s:", first ? "" : "\n", store_type_name(s->type));
	view_print(s->name);
	view_text(" ", a->file);
}

void
trustview_show(struct doc *d, struct arena *mem, const struct anchor_store *stores,
    size_t count, struct when now)
{
	doc_array(d, "stores");
	d->indent = 2;
	for (size_t i = 0; i < count; i++) {
		put_store(d, &stores[i]);
		for (size_t k = 0; k < stores[i].count; k++) {
			if (!d->json)
				anchor_title(
				    &stores[i], &stores[i].anchors[k], i + k == 0);
			doc_object(d, NULL);
			put_anchor(d, mem, &stores[i].anchors[k], now);
			doc_object_end(d);
		}
		put_store_end(d);
	}
	doc_array_end(d);
}
