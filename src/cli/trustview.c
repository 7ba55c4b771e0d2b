/* SPDX-License-Identifier: Apache-2.0 */
/* Trust stores and their certificates, as a table, in full, and as JSON. */
#include "cli/trustview.h"

#include <stdio.h>

#include "cli/show_signature.h"
#include "cli/table.h"
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

static struct str
digest_text(struct arena *mem, const struct digest *d)
{
	char text[DIGEST_TEXT];

	digest_format(text, d);
	return arena_str(mem, str_of(text));
}

static void
table_anchor(struct table *t, const struct anchor_store *s, const struct anchor *a,
    struct when now)
{
	struct arena *mem = t->mem;
	struct str hex = str_from(digest_text(mem, &a->cert.sha256), strlen("sha256:"));
	const struct str cells[] = {
		str_of(store_type_name(s->type)),
		s->name,
		a->file,
		trustview_date(mem, a->cert.not_after),
		trustview_left(mem, a->cert.not_after, now),
		str_upto(hex, SHORT_HEX),
		a->cert.subject,
	};

	table_add(t, cells);
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

void
trustview_table(struct arena *mem, const struct anchor_store *stores, size_t count,
    struct when now, size_t width)
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
	struct table t;
	bool broken = false;

	table_init(&t, mem, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < stores[i].count; k++)
			table_anchor(&t, &stores[i], &stores[i].anchors[k], now);
	table_fit(&t, width);
	table_print(&t);
	for (size_t i = 0; i < count; i++) {
		if (stores[i].reason == REASON_NONE)
			continue;
		if (!broken)
			printf("%sStores that do not load, and so give no trust:\n",
			    t.rows.n == 0 ? "" : "\n");
		broken = true;
		broken_print(&stores[i]);
	}
}

static void
digest_json(struct jsonout *out, const char *key, const struct digest *d)
{
	char text[DIGEST_TEXT];

	digest_format(text, d);
	jsonout_text(out, key, text);
}

static void
anchor_json(struct jsonout *out, const struct anchor *a, struct when now)
{
	jsonout_object_begin(out, NULL);
	jsonout_str(out, "file", a->file);
	jsonout_str(out, "subject", a->cert.subject);
	jsonout_str(out, "issuer", a->cert.issuer);
	jsonout_str(out, "serial", a->cert.serial);
	jsonout_when(out, "not_before", a->cert.not_before);
	jsonout_when(out, "not_after", a->cert.not_after);
	jsonout_i64(out, "days_left", days_left(a->cert.not_after, now));
	digest_json(out, "sha256", &a->cert.sha256);
	digest_json(out, "key_sha256", &a->cert.spki_sha256);
	jsonout_str(out, "key_alg", a->cert.key_name);
	jsonout_u64(out, "key_bits", a->cert.key_bits);
	jsonout_str(out, "sig_alg", a->cert.signed_with);
	jsonout_bool(out, "is_ca", a->cert.is_ca);
	jsonout_object_end(out);
}

void
trustview_json(
    struct jsonout *out, const struct anchor_store *stores, size_t count, struct when now)
{
	jsonout_array_begin(out, "stores");
	for (size_t i = 0; i < count; i++) {
		const struct anchor_store *s = &stores[i];
		bool loads = s->reason == REASON_NONE;

		jsonout_object_begin(out, NULL);
		jsonout_text(out, "type", store_type_name(s->type));
		jsonout_str(out, "name", s->name);
		jsonout_bool(out, "loads", loads);
		jsonout_text(out, "reason", loads ? NULL : reason_code(s->reason));
		jsonout_str(out, "detail", loads ? STR_NONE : s->detail);
		jsonout_array_begin(out, "certificates");
		for (size_t k = 0; k < s->count; k++)
			anchor_json(out, &s->anchors[k], now);
		jsonout_array_end(out);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
}

void
trustview_anchor(struct arena *mem, const struct anchor_store *store,
    const struct anchor *a, struct when now)
{
	char before[WHEN_TEXT], after[WHEN_TEXT];
	struct str left = trustview_left(mem, a->cert.not_after, now);
	int64_t days = days_left(a->cert.not_after, now);

	when_format(before, a->cert.not_before);
	when_format(after, a->cert.not_after);
	printf("%s:", store_type_name(store->type));
	view_print(store->name);
	view_text(" ", a->file);
	show_line(2, "subject", a->cert.subject);
	show_line(
	    2, "issuer", str_equal(a->cert.subject, a->cert.issuer) ? STR("itself") : a->cert.issuer);
	show_line(2, "serial number", a->cert.serial);
	show_line(2, "valid from", str_of(before));
	show_line(2, "valid until",
	    arena_printf(
		mem, "%s (%.*s%s)", after, STR_ARG(left), days > 0 ? " left" : ""));
	show_line(2, "key",
	    out_key_open(a->cert.key_name)
		? arena_printf(mem, "%.*s, %u bits", STR_ARG(a->cert.key_name), a->cert.key_bits)
		: a->cert.key_name);
	show_line(2, "signed with", a->cert.signed_with);
	show_line(2, "certificate authority", a->cert.is_ca ? STR("yes") : STR("no"));
	show_line(2, "certificate", digest_text(mem, &a->cert.sha256));
	show_line(2, "public key", digest_text(mem, &a->cert.spki_sha256));
}
