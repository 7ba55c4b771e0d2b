/* SPDX-License-Identifier: Apache-2.0 */
/* Trusted identities (Notary Project trust policy specification, "Trusted Identities"). */
#include "trust/identity.h"

struct parsing {
	struct identities *out;
	struct arena *mem;
	struct faults *faults;
	struct jv *places; /* of each DN, for the overlap check */
};

/* "x509.subject:" and a name; another prefix is allowed but can never match. */
static int
parse_one(struct parsing *p, struct jv v, struct str text)
{
	struct identities *ids = p->out;
	size_t colon = str_find(text, ':');
	struct str value = str_from(text, colon + 1);
	struct err why;

	if (text.len == 0)
		return faults_fail(
		    p->faults, REASON_POLICY_IDENTITY, v, "empty identity");
	if (str_is(text, "*")) {
		ids->any = true;
		return 0;
	}
	if (colon == text.len)
		return faults_fail(p->faults, REASON_POLICY_IDENTITY, v,
		    "no \":\", want x509.subject: and a distinguished name");
	if (!str_is(str_upto(text, colon), "x509.subject"))
		return 0;
	if (value.len == 0)
		return faults_fail(p->faults, REASON_POLICY_IDENTITY, v,
		    "nothing behind x509.subject:");
	if (dn_parse(&ids->dns[ids->dn_count], p->mem, arena_str(p->mem, value), NULL,
		&why) != 0)
		return faults_fail(p->faults, why.reason, v, "%s", why.text);
	p->places[ids->dn_count++] = v;
	return 0;
}

/* One within the other, equal ones too: one of the two says nothing, and which is unclear. */
static int
check_overlap(const struct parsing *p)
{
	const struct identities *ids = p->out;

	for (size_t j = 1; j < ids->dn_count; j++) {
		size_t i = 0;

		while (i < j && !dn_within(&ids->dns[i], &ids->dns[j]) &&
		       !dn_within(&ids->dns[j], &ids->dns[i]))
			i++;
		if (i < j &&
		    faults_fail(p->faults, REASON_POLICY_IDENTITY_OVERLAP, p->places[j],
			"overlaps identity %zu of the list", i) != 0)
			return -1;
	}
	return 0;
}

int
identities_collect(struct identities *out, struct arena *mem, struct jv array,
    struct faults *faults)
{
	size_t count = jsonin_count(array);
	struct parsing p = { .out = out, .mem = mem, .faults = faults };

	*out = (struct identities){ 0 };
	out->texts = arena_array(mem, count, sizeof(*out->texts));
	out->dns = arena_array(mem, count, sizeof(*out->dns));
	p.places = arena_array(mem, count, sizeof(*p.places));
	for (struct jv v = jsonin_first(array); jsonin_present(v); v = jsonin_next(v)) {
		struct str text;

		if (jsonin_as_str(&text, v, NULL) != 0)
			continue;
		if (count > 1 && str_is(text, "*") &&
		    faults_fail(faults, REASON_POLICY_IDENTITY_WILDCARD, v,
			"\"*\" beside other identities") != 0)
			return -1;
		out->texts[out->text_count++] = arena_str(mem, text);
	}
	for (struct jv v = jsonin_first(array); jsonin_present(v); v = jsonin_next(v)) {
		struct str text;

		if (jsonin_as_str(&text, v, NULL) == 0 && parse_one(&p, v, text) != 0)
			return -1;
	}
	return check_overlap(&p);
}

int
identities_parse(
    struct identities *out, struct arena *mem, struct jv array, struct err *err)
{
	struct faults faults = { .mem = mem, .most = 1 };
	struct str text;

	*out = (struct identities){ 0 };
	if (jsonin_as(array, JSON_ARRAY, err) != 0)
		return -1;
	for (struct jv v = jsonin_first(array); jsonin_present(v); v = jsonin_next(v))
		if (jsonin_as_str(&text, v, err) != 0)
			return -1;
	identities_collect(out, mem, array, &faults);
	if (faults.list.n == 0)
		return 0;
	if (err != NULL)
		*err = faults.list.v[0];
	return -1;
}

enum reason
identities_match(const struct identities *ids, const struct cert *leaf, struct arena *mem,
    struct str *detail)
{
	struct err why;
	struct dn subject;

	*detail = STR_NONE;
	if (ids->any)
		return REASON_NONE;
	if (ids->dn_count == 0) {
		*detail = STR("no x509.subject identity in the statement");
		return REASON_IDENTITY_NONE_USABLE;
	}
	if (dn_of_subject(&subject, mem, leaf, NULL, &why) != 0) {
		*detail = arena_str(mem, str_of(why.text));
		return why.reason;
	}
	for (size_t i = 0; i < ids->dn_count; i++) {
		if (dn_within(&ids->dns[i], &subject))
			return REASON_NONE;
	}
	*detail = arena_printf(mem, "subject %.*s", STR_ARG(cert_subject_text(leaf)));
	return REASON_IDENTITY_MISMATCH;
}
