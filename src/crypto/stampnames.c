/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in a stamper's chain against the constraints above them, as the Notary Project's verifier
 * compares them. OpenSSL's own comparison (RFC 5280 section 4.2.1.10) comes first; this one is stricter
 * in places: an excluded host stands for what is below it in addresses and URIs, too, and for
 * "*.its-parent"; and a name that cannot be compared must not stand below any constraint.
 */
#include "codec/derstr.h"
#include "crypto/ossl_types.h"

DEFINE_AUTO(GENERAL_NAMES, GENERAL_NAMES_free)

struct subject { /* one alternative name */
	int kind;
	bool compared; /* GEN_EMAIL, GEN_DNS or GEN_URI: the others are OpenSSL's alone */
	struct str text, host;
};

static struct str
text_of(const GENERAL_NAME *name)
{
	const ASN1_IA5STRING *s = name->d.ia5;
	int len = ASN1_STRING_length(s);

	return len == 0 ? STR("")
			: (struct str){ (const char *)ASN1_STRING_get0_data(s), (size_t)len };
}

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool
ends_with(struct str text, struct str end)
{
	if (end.len > text.len)
		return false;
	for (size_t i = 1; i <= end.len; i++)
		if (small(text.ptr[text.len - i]) != small(end.ptr[end.len - i]))
			return false;
	return true;
}

static bool
same(struct str a, struct str b)
{
	return a.len == b.len && ends_with(a, b);
}

/* Is `host` the base or below it? A leading dot: below it alone. */
static bool
covers(struct str base, struct str host)
{
	if (base.len == 0)
		return true;
	return ends_with(host, base) &&
	       (base.ptr[0] == '.' || host.len == base.len ||
		   host.ptr[host.len - base.len - 1] == '.');
}

/* "*.example.org" beside "a.example.org": it stands for that one as well. */
static bool
stands_for(struct str base, struct str host)
{
	struct str parent = str_from(base, str_find(base, '.'));

	return str_starts(host, STR("*")) && parent.len > 0 &&
	       same(str_from(host, str_find(host, '.')), parent);
}

static bool
within(const struct subject *s, struct str base, bool excluded)
{
	size_t at = str_find(base, '@');

	if (s->kind == GEN_EMAIL && at < base.len)
		return str_equal(str_upto(base, at), str_upto(s->text, str_find(s->text, '@'))) &&
		       same(str_from(base, at + 1), s->host);
	return covers(base, s->host) || (excluded && stands_for(base, s->host));
}

/* In how many subtrees of its kind is it, and how many are there? */
static void
count(size_t *hits, size_t *total, const struct subject *s, const STACK_OF(GENERAL_SUBTREE) * list,
    bool excluded)
{
	const GENERAL_SUBTREE *tree;

	*hits = *total = 0;
	for (int i = 0; i < sk_GENERAL_SUBTREE_num(list); i++) {
		tree = sk_GENERAL_SUBTREE_value(list, i);
		if (tree->base->type != s->kind)
			continue;
		++*total;
		*hits += within(s, text_of(tree->base), excluded);
	}
}

static bool
allowed(const struct subject *s, const NAME_CONSTRAINTS *limits)
{
	size_t hits, total;

	count(&hits, &total, s, limits->excludedSubtrees, true);
	if (hits > 0)
		return false;
	count(&hits, &total, s, limits->permittedSubtrees, false);
	return total == 0 || hits > 0;
}

/* The host without its port; false if it is none, or an address. */
static bool
uri_host(struct str *out, struct str uri)
{
	struct str host = derstr_uri_host(uri);

	if (host.len > 0 && host.ptr[host.len - 1] != ']')
		host = str_upto(host, str_find(host, ':'));
	*out = host;
	return host.len > 0 && host.ptr[0] != '[' && !derstr_address(host);
}

/* False: a name that cannot be compared with anything. Names of other kinds are not looked at. */
static bool
subject_read(struct subject *s, const GENERAL_NAME *name)
{
	*s = (struct subject){ .kind = name->type };
	s->compared = s->kind == GEN_EMAIL || s->kind == GEN_DNS || s->kind == GEN_URI;
	if (!s->compared)
		return true;
	s->text = s->host = text_of(name);
	if (s->kind == GEN_EMAIL) {
		if (!derstr_mailbox(s->text))
			return false;
		s->host = str_from(s->text, str_find(s->text, '@') + 1);
	} else if (s->kind == GEN_URI && !uri_host(&s->host, s->text)) {
		return false;
	}
	return derstr_domain(s->host, false);
}

/* The certificate at `i` below the constraints of the one at `above`. */
static bool
names_allowed(const struct chain *chain, size_t i, size_t above)
{
	AUTO(GENERAL_NAMES_free) GENERAL_NAMES *names = NULL;
	struct subject s;
	bool fine = true;

	ossl_forget();
	names = X509_get_ext_d2i(chain->certs[i]->x509, NID_subject_alt_name, NULL, NULL);
	ossl_forget();
	for (int n = 0; fine && n < sk_GENERAL_NAME_num(names); n++) {
		fine = subject_read(&s, sk_GENERAL_NAME_value(names, n));
		if (fine && s.compared)
			fine = allowed(&s, chain->certs[above]->constraints);
	}
	return fine;
}

bool
stampnames_allowed(const struct chain *chain, size_t *at, size_t *above)
{
	for (*above = 1; *above < chain->count; ++*above)
		for (*at = 0; chain->certs[*above]->constraints != NULL && *at < *above; ++*at)
			if (!names_allowed(chain, *at, *above))
				return false;
	return true;
}
