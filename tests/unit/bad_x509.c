/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates and chains that must be refused, by catalogue row. Each defect stands
 * alone: its sibling is the same chain without it.
 */
#include "tests/lib/deredit.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

static const struct bytes none = { NULL, 0 };
static struct kit k;

static enum reason
verdict(const struct kit_trio *t)
{
	struct bytes ders[3];

	kit_make(&k, ders, t);
	return kit_chain(&k, ders, 3, t->use);
}

static void
refused(const char *name, const struct kit_trio *t, enum reason want)
{
	if (!is_reason(verdict(t), want, "%s", name))
		tap_note("%s", k.detail);
}

static void
x01_x02(void)
{
	struct kit_trio t = kit_trio(&k);
	struct bytes c[3], list[12];
	struct forge_chain other =
	    forge_chain(k.forge, forge_key(k.forge, "p256"), "Else");

	kit_make(&k, c, &t);
	is_reason(
	    kit_chain(&k, c, 3, t.use), REASON_NONE, "X01 X02 sibling: the whole chain");
	is_reason(kit_chain(&k, c, 0, t.use), REASON_CHAIN_EMPTY, "bad_X01_empty_chain");
	is_reason(kit_chain(&k, (struct bytes[]){ c[0], c[2], c[1] }, 3, t.use),
	    REASON_CHAIN_ORDER, "bad_X02_wrong_order");
	is_reason(kit_chain(&k, (struct bytes[]){ c[2], c[1], c[0] }, 3, t.use),
	    REASON_CHAIN_EXTRA_SELF_SIGNED, "bad_X02_root_first");
	is_reason(kit_chain(&k, (struct bytes[]){ c[0], c[2] }, 2, t.use),
	    REASON_CHAIN_ORDER, "bad_X02_gap");
	is_reason(
	    kit_chain(&k, c, 2, t.use), REASON_CHAIN_NO_ROOT, "bad_X02_root_missing");
	is_reason(kit_chain(&k, c, 1, t.use), REASON_CHAIN_SELF_SIGNED_INVALID,
	    "bad_X02_leaf_alone");
	is_reason(kit_chain(&k, (struct bytes[]){ c[0], c[1], c[2], c[2] }, 4, t.use),
	    REASON_CHAIN_EXTRA_SELF_SIGNED, "bad_X02_root_twice");
	is_reason(
	    kit_chain(&k, (struct bytes[]){ c[0], c[1], c[2], other.cert[1] }, 4, t.use),
	    REASON_CHAIN_EXTRA_SELF_SIGNED, "bad_X02_stranger_behind");
	is_reason(
	    kit_chain(&k, (struct bytes[]){ c[0], other.cert[1], c[1], c[2] }, 4, t.use),
	    REASON_CHAIN_ORDER, "bad_X02_stranger_between");
	for (size_t i = 0; i < COUNT(list); i++)
		list[i] = c[i == 0 ? 0 : i == 11 ? 2 : 1];
	is_reason(
	    kit_chain(&k, list, 11, t.use), REASON_LIMIT_CHAIN_HIT, "bad_X02_over_limit");
	t.leaf.break_signature = true;
	refused("bad_X02_leaf_signature_broken", &t, REASON_CHAIN_ORDER);
	t = kit_trio(&k);
	t.ca.break_signature = true;
	refused("bad_X02_ca_signature_broken", &t, REASON_CHAIN_ORDER);
	t = kit_trio(&k);
	t.root.break_signature = true;
	refused("bad_X02_root_signature_broken", &t, REASON_CHAIN_NO_ROOT);
	t = kit_trio(&k);
	t.leaf.issuer_name = "C=US,ST=WA,O=Example,CN=Other";
	refused("bad_X02_issuer_name_differs", &t, REASON_CHAIN_ORDER);
}

/* Leaf and root with one name and two keys: not self-signed, whatever the names say. */
static void
same_name(void)
{
	struct kit_trio t = kit_trio(&k);
	struct bytes c[3];

	t.root.subject = t.leaf.subject;
	t.root.has_path_len = true;
	kit_make(&k, c, &t);
	t.leaf.issuer = c[2];
	t.leaf.issuer_key = t.root.key;
	c[0] = forge_cert(k.forge, &t.leaf);
	is_reason(kit_chain(&k, (struct bytes[]){ c[0], c[2] }, 2, t.use), REASON_NONE,
	    "leaf and root share a name");
	is_reason(kit_chain(&k, c, 1, t.use), REASON_CHAIN_SELF_SIGNED_INVALID,
	    "that leaf alone is not self-signed");
}

static void
single(void)
{
	struct forge_cert leaf = forge_cert_leaf(
	    forge_key(k.forge, "p384"), "C=US,ST=WA,O=Example,CN=Own", none, NULL);
	struct bytes der = forge_cert(k.forge, &leaf);

	is_reason(
	    kit_chain(&k, &der, 1, CHAIN_CODE_SIGNING), REASON_NONE, "self-signed leaf");
	leaf.break_signature = true;
	der = forge_cert(k.forge, &leaf);
	is_reason(kit_chain(&k, &der, 1, CHAIN_CODE_SIGNING),
	    REASON_CHAIN_SELF_SIGNED_INVALID, "its signature broken");
	leaf.break_signature = false;
	leaf.issuer_name = "CN=else";
	der = forge_cert(k.forge, &leaf);
	is_reason(kit_chain(&k, &der, 1, CHAIN_CODE_SIGNING),
	    REASON_CHAIN_SELF_SIGNED_INVALID, "its issuer named otherwise");
	leaf = forge_cert_root(forge_key(k.forge, "ca"), "CN=Root");
	der = forge_cert(k.forge, &leaf);
	is_reason(kit_chain(&k, &der, 1, CHAIN_CODE_SIGNING), REASON_LEAF_IS_CA,
	    "a root alone");
}

static void
x04(void)
{
	struct kit_trio t = kit_trio(&k);

	refused("X04 sibling", &t, REASON_NONE);
	t.leaf.basic = FORGE_BASIC_CA;
	refused("bad_X04_leaf_is_ca", &t, REASON_LEAF_IS_CA);
	t.leaf.basic = FORGE_BASIC_LEAF;
	refused("X04 sibling: leaf says cA false", &t, REASON_NONE);
	t = kit_trio(&k);
	t.ca.basic = FORGE_BASIC_NONE;
	refused(
	    "bad_X04_intermediate_without_constraints", &t, REASON_CA_BASIC_CONSTRAINTS);
	t.ca.basic = FORGE_BASIC_LEAF;
	t.ca.has_path_len = false;
	refused("bad_X04_intermediate_no_ca", &t, REASON_CA_BASIC_CONSTRAINTS);
	t = kit_trio(&k);
	t.ca.basic_lax = true;
	refused("bad_X04_constraints_not_critical", &t, REASON_CA_BASIC_CONSTRAINTS);
	t = kit_trio(&k);
	t.root.basic = FORGE_BASIC_NONE;
	refused("bad_X04_root_without_constraints", &t, REASON_CA_BASIC_CONSTRAINTS);
	t = kit_trio(&k);
	t.root.has_path_len = true;
	refused("bad_X04_path_len_exceeded", &t, REASON_CA_PATH_LEN);
	t.root.path_len = 1;
	refused("X04 sibling: path length fits", &t, REASON_NONE);
	t = kit_trio(&k);
	t.ca.version1 = true;
	t.leaf.no_key_ids = true;
	refused("bad_X04_version_1_ca", &t, REASON_CA_BASIC_CONSTRAINTS);
}

static void
x05(void)
{
	static const struct {
		const char *name;
		unsigned usage;
		enum reason want;
	} rows[] = {
		{ "X05 sibling: nonRepudiation",
		    KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION, REASON_NONE },
		{ "bad_X05_key_usage_missing", 0, REASON_LEAF_KEY_USAGE_MISSING },
		{ "bad_X05_no_digital_signature", KU_NON_REPUDIATION,
		    REASON_LEAF_KEY_USAGE },
		{ "bad_X05_key_encipherment", KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT,
		    REASON_LEAF_KEY_USAGE },
		{ "bad_X05_data_encipherment",
		    KU_DIGITAL_SIGNATURE | KU_DATA_ENCIPHERMENT, REASON_LEAF_KEY_USAGE },
		{ "bad_X05_key_agreement", KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT,
		    REASON_LEAF_KEY_USAGE },
		{ "bad_X05_cert_sign", KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN,
		    REASON_LEAF_KEY_USAGE },
		{ "bad_X05_crl_sign", KU_DIGITAL_SIGNATURE | KU_CRL_SIGN,
		    REASON_LEAF_KEY_USAGE },
		{ "bad_X05_encipher_only", KU_DIGITAL_SIGNATURE | KU_ENCIPHER_ONLY,
		    REASON_LEAF_KEY_USAGE },
		{ "bad_X05_decipher_only", KU_DIGITAL_SIGNATURE | KU_DECIPHER_ONLY,
		    REASON_LEAF_KEY_USAGE },
	};
	struct kit_trio t = kit_trio(&k);

	for (size_t i = 0; i < COUNT(rows); i++) {
		t.leaf.key_usage = rows[i].usage;
		refused(rows[i].name, &t, rows[i].want);
	}
	t = kit_trio(&k);
	t.leaf.key_usage_lax = true;
	refused("bad_X05_key_usage_not_critical", &t, REASON_LEAF_KEY_USAGE_NOT_CRITICAL);
	t = kit_trio(&k);
	t.ca.key_usage = KU_CRL_SIGN;
	refused("bad_X05_ca_without_cert_sign", &t, REASON_CA_KEY_USAGE);
	t.ca.key_usage = 0;
	refused("bad_X05_ca_without_key_usage", &t, REASON_CA_KEY_USAGE);
	t = kit_trio(&k);
	t.ca.key_usage_lax = true;
	refused("bad_X05_ca_key_usage_not_critical", &t, REASON_CA_KEY_USAGE);
	t = kit_trio(&k);
	t.root.key_usage = KU_CRL_SIGN;
	refused("bad_X05_root_without_cert_sign", &t, REASON_CA_KEY_USAGE);
}

static void
x06(void)
{
	static const struct {
		const char *name, *eku;
		enum reason want;
	} rows[] = {
		{ "X06 sibling: none", NULL, REASON_NONE },
		{ "X06 sibling: unknown purpose", "1.2.3.4", REASON_NONE },
		{ "bad_X06_any", "anyExtendedKeyUsage", REASON_LEAF_EKU },
		{ "bad_X06_server", "codeSigning,serverAuth", REASON_LEAF_EKU },
		{ "bad_X06_client", "codeSigning,clientAuth", REASON_LEAF_EKU },
		{ "bad_X06_email", "emailProtection", REASON_LEAF_EKU },
		{ "bad_X06_time_stamping", "timeStamping", REASON_LEAF_EKU },
		{ "bad_X06_ocsp", "OCSPSigning,codeSigning", REASON_LEAF_EKU },
	};
	struct kit_trio t = kit_trio(&k);

	for (size_t i = 0; i < COUNT(rows); i++) {
		t.leaf.eku = rows[i].eku;
		refused(rows[i].name, &t, rows[i].want);
	}
	t = kit_trio(&k);
	t.use = CHAIN_TIMESTAMPING;
	refused("bad_X06_code_signing_as_tsa", &t, REASON_TSA_EKU);
	t.leaf.eku = "timeStamping";
	refused("bad_X06_time_stamping_not_critical", &t, REASON_TSA_EKU);
	t.leaf.eku_critical = true;
	refused("X06 sibling: critical timeStamping", &t, REASON_NONE);
}

/* NameConstraints { permitted or excluded [n] { { base } } } */
static struct bytes
constraints(uint8_t list, uint8_t tag, const char *base)
{
	return forge_der(k.forge, 0x30, 1,
	    forge_der(k.forge, list, 1,
		forge_der(
		    k.forge, 0x30, 1, forge_der(k.forge, tag, 1, forge_text(base)))));
}

static void
x07(void)
{
	struct bytes name = forge_der(k.forge, 0x30, 1,
	    forge_der(k.forge, 0x82, 1, forge_text("build.example.org")));
	struct forge_ext san = { "2.5.29.17", false, name };
	struct forge_ext limit = { "2.5.29.30", true,
		constraints(0xa0, 0x82, "example.org") };
	struct kit_trio t = kit_trio(&k);

	t.leaf.extra = &san;
	t.ca.extra = &limit;
	t.leaf.extra_count = t.ca.extra_count = 1;
	refused("X07 sibling: name within the constraints", &t, REASON_NONE);
	limit.der = constraints(0xa0, 0x82, "example.com");
	refused("bad_X07_name_not_permitted", &t, REASON_CERT_NAME_CONSTRAINTS);
	limit.der = constraints(0xa1, 0x82, "example.org");
	refused("bad_X07_name_excluded", &t, REASON_CERT_NAME_CONSTRAINTS);
	t.ca.extra_count = 0;
	t.root.extra = &limit;
	t.root.extra_count = 1;
	refused("bad_X07_constraint_of_the_root", &t, REASON_CERT_NAME_CONSTRAINTS);
	limit.critical = false;
	refused("bad_X07_constraint_not_critical", &t, REASON_CERT_NAME_CONSTRAINTS);
	limit.der = forge_der(k.forge, 0x30, 1,
	    forge_der(k.forge, 0xa0, 1,
		forge_der(k.forge, 0x30, 2,
		    forge_der(k.forge, 0x82, 1, forge_text("example.org")),
		    forge_der(k.forge, 0x80, 1, forge_text("\x01")))));
	refused("bad_X07_minimum_not_zero", &t, REASON_CERT_NAME_CONSTRAINTS);
	limit.der = forge_der(k.forge, 0x30, 0);
	refused("bad_X07_constraints_empty", &t, REASON_CERT_EXTENSION);
	limit.der = forge_text("\x30\x03\xa0\x05\x00");
	refused("bad_X07_constraints_malformed", &t, REASON_CERT_EXTENSION);
	/*
	 * Kinds of names that the library cannot compare: refused if such a name is
	 * there.
	 */
	limit.der = constraints(0xa0, 0x88, "\x2a\x03");
	san.der = forge_der(
	    k.forge, 0x30, 1, forge_der(k.forge, 0x88, 1, forge_text("\x2a\x03")));
	refused("bad_X07_unsupported_form", &t, REASON_CERT_NAME_CONSTRAINTS);
}

static void
x08(void)
{
	struct forge_ext odd[2] = { { "1.2.3.4", false, forge_text("\x05") }, { 0 } };
	struct kit_trio t = kit_trio(&k);

	odd[0].der = forge_der(k.forge, 0x05, 0);
	odd[1] = odd[0];
	t.leaf.extra = odd;
	t.leaf.extra_count = 1;
	refused("X08 sibling: unknown extension, not critical", &t, REASON_NONE);
	odd[0].critical = true;
	refused("bad_X08_unknown_critical_leaf", &t, REASON_CERT_CRITICAL_EXTENSION);
	t = kit_trio(&k);
	t.ca.extra = odd;
	t.ca.extra_count = 1;
	refused("bad_X08_unknown_critical_ca", &t, REASON_CERT_CRITICAL_EXTENSION);
	t = kit_trio(&k);
	t.root.extra = odd;
	t.root.extra_count = 1;
	refused("bad_X08_unknown_critical_root", &t, REASON_CERT_CRITICAL_EXTENSION);
	t.root.extra_count = 2;
	refused("bad_X08_extension_twice", &t, REASON_CERT_EXTENSION);
	odd[0] = (struct forge_ext){ "2.5.29.15", true, forge_text("\x03\x02\x07\x80") };
	t = kit_trio(&k);
	t.leaf.extra = odd;
	t.leaf.extra_count = 1;
	refused("bad_X08_key_usage_twice", &t, REASON_CERT_EXTENSION);
	odd[0] =
	    (struct forge_ext){ "2.5.29.36", true, forge_text("\x30\x03\x80\x01\x05") };
	refused(
	    "bad_X08_policy_constraints_critical", &t, REASON_CERT_CRITICAL_EXTENSION);
}

/* Critical names of kinds that nobody compares: not understood in a stamper's chain. */
static void
x08_names(void)
{
	struct bytes other = forge_der(k.forge, 0x88, 1, forge_text("\x2a\x03"));
	struct bytes host = forge_der(k.forge, 0x82, 1, forge_text("a.example"));
	struct forge_ext names = { "2.5.29.17", true, forge_der(k.forge, 0x30, 1, other) };
	struct kit_trio t = kit_trio(&k), c;

	t.leaf.extra = &names;
	t.leaf.extra_count = 1;
	refused("X08 sibling: signer of code with such names", &t, REASON_NONE);
	t.use = CHAIN_TIMESTAMPING;
	t.leaf.eku = "timeStamping";
	t.leaf.eku_critical = true;
	refused("bad_X08_critical_names_of_no_known_kind", &t, REASON_CERT_CRITICAL_EXTENSION);
	names.critical = false;
	refused("X08 sibling: such names, not critical", &t, REASON_NONE);
	names.critical = true;
	names.der = forge_der(k.forge, 0x30, 2, other, host);
	refused("X08 sibling: a known kind among them", &t, REASON_NONE);
	t.leaf.extra_count = 0;
	names = (struct forge_ext){ "2.5.29.30", true, constraints(0xa0, 0x88, "\x2a\x03") };
	c = t;
	c.ca.extra = &names;
	c.ca.extra_count = 1;
	refused("bad_X08_critical_constraints_ca", &c, REASON_CERT_CRITICAL_EXTENSION);
	names.critical = false;
	refused("X08 sibling: such constraints, not critical", &c, REASON_NONE);
	names.critical = true;
	c = t;
	c.root.extra = &names;
	c.root.extra_count = 1;
	refused("bad_X08_critical_constraints_root", &c, REASON_CERT_CRITICAL_EXTENSION);
	c.use = CHAIN_CODE_SIGNING;
	c.leaf.eku = "codeSigning";
	refused("X08 sibling: signer of code below such constraints", &c, REASON_NONE);
}

static struct when
at(const char *text)
{
	struct when w = { 0, 0 };

	ok(when_parse(&w, str_of(text)), "time %s", text);
	return w;
}

static void
x09_x10(void)
{
	static const struct {
		const char *name, *from, *to;
		enum reason want;
		size_t where;
	} rows[] = {
		{ "X09 sibling", "2024-06-01T00:00:00Z", "2024-06-01T00:00:00Z",
		    REASON_NONE, 0 },
		{ "X10 sibling: first second", "2024-02-01T00:00:00Z",
		    "2024-02-01T00:00:00Z", REASON_NONE, 0 },
		{ "X10 sibling: last second", "2025-01-01T00:00:00Z",
		    "2025-01-01T00:00:00Z", REASON_NONE, 0 },
		{ "bad_X10_leaf_not_yet_valid", "2024-01-31T23:59:59.999999Z",
		    "2024-06-01T00:00:00Z", REASON_CERT_NOT_YET_VALID, 0 },
		{ "bad_X10_leaf_expired", "2024-06-01T00:00:00Z",
		    "2025-01-01T00:00:00.000001Z", REASON_CERT_EXPIRED, 0 },
		{ "bad_X10_interval_crosses_the_end", "2024-12-31T23:59:59Z",
		    "2025-01-01T00:00:01Z", REASON_CERT_EXPIRED, 0 },
	};
	const struct chain *chain;
	struct kit_trio t = kit_trio(&k);
	struct bytes c[3];
	struct err err;
	size_t where;

	t.leaf.not_before = "2024-02-01T00:00:00Z";
	t.leaf.not_after = "2025-01-01T00:00:00Z";
	kit_make(&k, c, &t);
	ok(chain_get(&chain, k.chains, c, 3, t.use, NULL, &err) == 0, "chain");
	for (size_t i = 0; i < COUNT(rows); i++) {
		is_reason(chain_valid(chain, at(rows[i].from), at(rows[i].to), &where),
		    rows[i].want, "%s", rows[i].name);
		is_u64(where, rows[i].where, "%s: index", rows[i].name);
	}
	t = kit_trio(&k);
	t.ca.not_after = "2024-03-01T00:00:00Z";
	kit_make(&k, c, &t);
	ok(chain_get(&chain, k.chains, c, 3, t.use, NULL, &err) == 0, "chain");
	is_reason(chain->reason, REASON_NONE, "dates are no chain rule");
	is_reason(chain_valid(chain, at("2024-06-01T00:00:00Z"),
		      at("2024-06-01T00:00:00Z"), &where),
	    REASON_CERT_EXPIRED, "bad_X09_intermediate_expired");
	is_u64(where, 1, "bad_X09 index");
	t = kit_trio(&k);
	t.root.not_before = "2024-07-01T00:00:00Z";
	kit_make(&k, c, &t);
	ok(chain_get(&chain, k.chains, c, 3, t.use, NULL, &err) == 0, "chain");
	is_reason(chain_valid(chain, at("2024-06-01T00:00:00Z"),
		      at("2024-06-01T00:00:00Z"), &where),
	    REASON_CERT_NOT_YET_VALID, "bad_X09_root_not_yet_valid");
	is_u64(where, 2, "bad_X09 index of the root");
}

static EVP_PKEY *
explicit_key(void)
{
	EVP_PKEY *key = forge_key_new(k.forge, "P-256");

	EVP_PKEY_set_utf8_string_param(key, "encoding", "explicit");
	return key;
}

static void
x11_x12(void)
{
	static const struct {
		const char *name, *key;
		enum reason leaf, ca;
	} rows[] = {
		{ "bad_X12_rsa_1024", "RSA-1024", REASON_KEY_UNSUPPORTED,
		    REASON_CA_KEY_WEAK },
		{ "bad_X12_rsa_2560", "RSA-2560", REASON_KEY_UNSUPPORTED, REASON_NONE },
		{ "bad_X12_p192", "P-192", REASON_KEY_UNSUPPORTED, REASON_CA_KEY_WEAK },
		{ "bad_X12_p224", "P-224", REASON_KEY_UNSUPPORTED, REASON_CA_KEY_WEAK },
		{ "bad_X12_secp256k1", "secp256k1", REASON_KEY_UNSUPPORTED,
		    REASON_KEY_UNSUPPORTED },
		{ "bad_X12_brainpool", "brainpoolP256r1", REASON_KEY_UNSUPPORTED,
		    REASON_KEY_UNSUPPORTED },
	};
	struct kit_trio t = kit_trio(&k);

	for (size_t i = 0; i < COUNT(rows); i++) {
		t = kit_trio(&k);
		t.leaf.key = forge_key_new(k.forge, rows[i].key);
		refused(rows[i].name, &t, rows[i].leaf);
		t = kit_trio(&k);
		t.ca.key = forge_key_new(k.forge, rows[i].key);
		refused(rows[i].name, &t, rows[i].ca);
	}
	t = kit_trio(&k);
	t.leaf.key = forge_key_new(k.forge, "ED25519");
	refused("bad_X12_ed25519_leaf", &t, REASON_KEY_UNSUPPORTED);
	t = kit_trio(&k);
	t.leaf.key = explicit_key();
	refused("bad_X11_explicit_leaf", &t, REASON_KEY_EXPLICIT_PARAMS);
	t = kit_trio(&k);
	t.ca.key = explicit_key();
	refused("bad_X11_explicit_ca", &t, REASON_KEY_EXPLICIT_PARAMS);
	t = kit_trio(&k);
	t.root.key = t.ca.issuer_key = explicit_key();
	refused("bad_X11_explicit_root", &t, REASON_KEY_EXPLICIT_PARAMS);
}

static void
x13(void)
{
	static const char *const weak[] = { "SHA1", "MD5", "SHA224" };
	struct kit_trio t;
	struct bytes c[3];

	for (size_t i = 0; i < COUNT(weak); i++) {
		t = kit_trio(&k);
		t.leaf.hash = weak[i];
		refused("bad_X13_leaf", &t, REASON_CHAIN_WEAK_SIGALG);
		t = kit_trio(&k);
		t.ca.hash = weak[i];
		refused("bad_X13_intermediate", &t, REASON_CHAIN_WEAK_SIGALG);
		t = kit_trio(&k);
		t.root.hash = weak[i];
		refused("bad_X13_root", &t, REASON_CHAIN_WEAK_SIGALG);
		t.leaf.hash = weak[i];
		t.leaf.issuer = none;
		t.leaf.issuer_key = NULL;
		c[0] = forge_cert(k.forge, &t.leaf);
		is_reason(kit_chain(&k, c, 1, t.use), REASON_CHAIN_WEAK_SIGALG,
		    "bad_X13_single %s", weak[i]);
	}
	for (int pss = 0; pss < 2; pss++) {
		t = kit_trio(&k);
		t.leaf.hash = t.ca.hash = t.root.hash = "SHA512";
		t.leaf.pss = t.ca.pss = t.root.pss = pss == 1;
		refused("X13 sibling: SHA-512", &t, REASON_NONE);
	}
}

/* A policy tree that grows with every certificate is never built. */
static void
x16(void)
{
	struct bytes any = forge_der_oid(k.forge, "2.5.29.32.0"), one, map = none,
		     list = none;
	struct forge_ext policies[2] = { { "2.5.29.32", true, none },
		{ "2.5.29.33", true, none } };
	struct kit_trio t = kit_trio(&k);

	for (unsigned i = 0; i < 60; i++) {
		one = forge_der_oid(k.forge, arena_printf(k.mem, "1.2.3.%u", i).ptr);
		list = der_join(k.mem, list, forge_der(k.forge, 0x30, 1, one));
		map = der_join(k.mem, map,
		    forge_der(k.forge, 0x30, 2, one, forge_der_oid(k.forge, "1.2.3.1")));
	}
	policies[0].der =
	    forge_der(k.forge, 0x30, 2, list, forge_der(k.forge, 0x30, 1, any));
	policies[1].der = forge_der(k.forge, 0x30, 1, map);
	t.ca.extra = policies;
	t.ca.extra_count = 2;
	refused("bad_X16_policies_are_not_evaluated", &t, REASON_NONE);
}

int
main(void)
{
	kit_open(&k);
	x01_x02();
	same_name();
	single();
	x04();
	x05();
	x06();
	x07();
	x08();
	x08_names();
	x09_x10();
	x11_x12();
	x13();
	x16();
	kit_close(&k);
	return tap_done();
}
