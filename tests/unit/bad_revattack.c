/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks on revocation data, by machine: octets turned, cut and moved between lists and
 * responses, and random collections of lists and responses of which some are lies. No
 * damage may make a certificate good, and what nobody trusted signed changes nothing.
 *
 * REVATTACK_ROUNDS=N tries N times as much.
 */
#include "tests/lib/revcase.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/deredit.h"
#include "tests/lib/tap.h"

static struct revcase c;
static uint64_t state; /* xorshift64: the same each time */
static unsigned long rounds = 1;

static uint64_t
draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static void
put(const char *kind, const char *name, struct bytes data)
{
	char rel[128];

	snprintf(rel, sizeof(rel), "%u/%s/%s", c.folders, kind, name);
	scratch_put(&c.dir, rel, data);
	if (strcmp(kind, "crl") == 0)
		c.lists = true;
	else if (strcmp(kind, "ocsp") == 0)
		c.answers = true;
	else
		c.cache = true;
}

static enum revocation
ask(void)
{
	revcase_ask(&c);
	return c.result.result;
}

static void
good_or_die(const char *what, enum revocation want)
{
	ok(ask() == want, "%s: untouched it is %s", what,
	    want == REVOCATION_GOOD ? "good" : "revoked");
}

/* --- damage ------------------------------------------------------------------------ */

/* One bit, one octet, a piece cut out, doubled, or overwritten with another piece. */
static struct bytes
damaged(struct arena *mem, struct bytes from)
{
	uint8_t *p = arena_alloc(mem, from.len * 2);
	size_t at = (size_t)draw(from.len), n = 1 + (size_t)draw(8), other;

	memcpy(p, from.ptr, from.len);
	n = n > from.len - at ? from.len - at : n;
	switch (draw(5)) {
	case 0:
		p[at] = (uint8_t)(p[at] + 1 + draw(255));
		return bytes_of(p, from.len);
	case 1:
		memmove(p + at, p + at + n, from.len - at - n);
		return bytes_of(p, from.len - n);
	case 2:
		memmove(p + at + n, from.ptr + at, from.len - at);
		return bytes_of(p, from.len + n);
	case 3:
		other = (size_t)draw(from.len - n + 1);
		memmove(p + at, from.ptr + other, n);
		return bytes_of(p, from.len);
	default:
		return bytes_of(p, at);
	}
}

/*
 * Each bit turned (one in `step`, that is), then random damage. `honest`: what it may
 * still be, besides unknown; nothing may turn it into good.
 */
static void
ruin(const char *what, const char *kind, const char *name, struct bytes data, size_t step)
{
	struct bytes whole = arena_bytes(c.k.mem, data);
	uint8_t *p = arena_alloc(c.k.mem, whole.len);
	size_t tried = 0, good = 0, first = 0;
	struct arena mem;

	for (size_t bit = draw(step); bit < whole.len * 8; bit += step, tried++) {
		memcpy(p, whole.ptr, whole.len);
		p[bit / 8] = (uint8_t)(p[bit / 8] ^ 1U << bit % 8);
		put(kind, name, bytes_of(p, whole.len));
		if (ask() == REVOCATION_GOOD && good++ == 0)
			first = bit;
	}
	arena_init(&mem, 0);
	for (unsigned long i = 0; i < 100 * rounds; i++, tried++) {
		struct bytes d = damaged(&mem, whole);

		if (!bytes_equal(d, whole)) {
			put(kind, name, d);
			if (ask() == REVOCATION_GOOD && good++ == 0)
				first = SIZE_MAX;
		}
		arena_reset(&mem);
	}
	arena_clear(&mem);
	ok(good == 0, "%s: %zu times damaged, never good (%zu, first at bit %zu)", what,
	    tried, good, first);
	put(kind, name, whole);
}

static size_t
step_of(size_t step)
{
	return rounds > 1 ? 1 : step;
}

static void
damage_lists(void)
{
	struct bytes der;

	revcase_pointers(&c, LEAF_ONE);
	revcase_begin(&c);
	der = revcase_crl(&c, (struct forge_crl){ ENTRIES(LISTED) });
	put("crl", "a", der);
	good_or_die("a list that names it", REVOCATION_REVOKED);
	ruin("a list that names it", "crl", "a", der, step_of(11));
	der = revcase_crl(&c, (struct forge_crl){ ENTRIES(HOLD) });
	put("crl", "a", der);
	good_or_die("a list that holds it", REVOCATION_REVOKED);
	ruin("a list that holds it", "crl", "a", der, step_of(11));
	der = revcase_crl(&c, (struct forge_crl){ .number = 4 });
	put("crl", "a", der);
	good_or_die("a list without it", REVOCATION_GOOD);
	ruin("a list without it", "crl", "a", der, step_of(11));
}

static void
damage_answers(void)
{
	struct forge_cert spec = forge_cert_responder(
	    forge_key(c.k.forge, "p384"), "CN=Responder", c.ca, c.ca_key, true);
	struct bytes der, responder = forge_cert(c.k.forge, &spec);

	revcase_pointers(&c, LEAF_OCSP);
	revcase_begin(&c);
	der = revcase_ocsp(
	    &c, (struct forge_ocsp){ SINGLES({ .status = FORGE_OCSP_REVOKED }) });
	put("ocsp", "a", der);
	good_or_die("a response that revokes", REVOCATION_REVOKED);
	ruin("a response that revokes", "ocsp", "a", der, step_of(11));
	der = revcase_ocsp(&c, (struct forge_ocsp){ .no_certs = true });
	put("ocsp", "a", der);
	good_or_die("a good response", REVOCATION_GOOD);
	ruin("a good response", "ocsp", "a", der, step_of(11));
	spec.issuer = c.ca;
	der = revcase_ocsp(&c, (struct forge_ocsp){ .responder = responder,
				   .responder_key = forge_key(c.k.forge, "p384") });
	put("ocsp", "a", der);
	good_or_die("a good response of a delegate", REVOCATION_GOOD);
	ruin("a good response of a delegate", "ocsp", "a", der, step_of(31));
}

static void
damage_cache(void)
{
	struct forge_crl base = { .number = 4, FRESHEST, ENTRIES(HOLD) };
	struct forge_crl delta = { DELTA(4, 5), ENTRIES({ .number = 77 }) };
	struct str name;
	struct bytes entry;

	revcase_pointers(&c, LEAF_ONE);
	revcase_begin(&c);
	revcase_cached(&c, REVCASE_URL, base, &delta);
	good_or_die("a cached hold", REVOCATION_REVOKED);
	name = forge_hex(
	    c.k.forge, forge_hash(c.k.forge, "SHA256", forge_text(REVCASE_URL)));
	entry = forge_text(
	    arena_printf(c.k.mem, "{\"baseCRL\":\"%.*s\",\"deltaCRL\":\"%.*s\"}",
		STR_ARG(forge_base64(c.k.forge, revcase_crl(&c, base))),
		STR_ARG(forge_base64(c.k.forge, revcase_crl(&c, delta))))
		.ptr);
	ruin("a cached hold", "cache", arena_str(c.k.mem, name).ptr, entry, step_of(37));
}

/* --- parts of one in another ------------------------------------------------------- */

/* Signed parts, algorithms and signatures of several lists or responses, crossed. */
static void
cross(const char *what, const char *kind, const char *at, const struct bytes *ders,
    size_t count)
{
	size_t tried = 0, good = 0;
	char path[16];

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			for (unsigned part = 0; part < 3; part++) {
				if (i == k)
					continue;
				snprintf(path, sizeof(path), "%s%u", at, part);
				put(kind, "a",
				    der_edit(
					c.k.mem, ders[i], path, der_at(ders[k], path)));
				good += ask() == REVOCATION_GOOD;
				tried++;
			}
	ok(good == 0, "%s: %zu times crossed, never good (%zu)", what, tried, good);
}

static void
cross_lists(void)
{
	const struct bytes stranger = c.root;
	struct bytes ders[6];

	revcase_pointers(&c, LEAF_ONE);
	revcase_begin(&c);
	ders[0] = revcase_crl(&c, (struct forge_crl){ ENTRIES(LISTED) });
	ders[1] = revcase_crl(&c, (struct forge_crl){ ENTRIES(HOLD), .number = 2 });
	ders[2] = revcase_crl(&c, (struct forge_crl){ .number = 3, STALE });
	ders[3] = revcase_crl(&c, (struct forge_crl){ .number = 9, .key = c.leaf_key });
	ders[4] =
	    revcase_crl(&c, (struct forge_crl){ .issuer = stranger, .key = c.root_key });
	ders[5] = revcase_crl(
	    &c, (struct forge_crl){ .number = 8, .pss = true, ENTRIES(LISTED) });
	cross("lists that do not clear it", "crl", "", ders, COUNT(ders));
	cross("the heads of such lists", "crl", "0.", ders, COUNT(ders));
}

static void
cross_answers(void)
{
	struct bytes ders[4];

	revcase_pointers(&c, LEAF_OCSP);
	revcase_begin(&c);
	ders[0] = revcase_ocsp(
	    &c, (struct forge_ocsp){ SINGLES({ .status = FORGE_OCSP_REVOKED }) });
	ders[1] = revcase_ocsp(&c, (struct forge_ocsp){ SINGLES({ .serial = 99 }) });
	ders[2] = revcase_ocsp(&c, (struct forge_ocsp){ .issuer_key = c.leaf_key });
	ders[3] = revcase_ocsp(&c, (struct forge_ocsp){ .hash = "SHA384",
				       SINGLES({ .status = FORGE_OCSP_UNKNOWN }) });
	cross("responses that do not clear it", "ocsp", "1.0.1.0.", ders, COUNT(ders));
}

/* --- random collections ------------------------------------------------------------ */

/* What must be believed of a list in a collection, from how it was made. */
enum {
	LIE = 1, /* not signed by the issuer: must change nothing */
	FOR_EVER = 2, /* the issuer revokes the certificate in it */
	CLEARS = 4, /* could alone show it to be good */
	DELTA_FRESH = 8,
	HELD = 16, /* a hold, and a delta that lifts it: together they clear */
	LIFTS = 32
};

static const struct made {
	unsigned flags;
	struct forge_crl spec;
} makes[] = {
	{ CLEARS, { .number = 3 } },
	{ CLEARS, { .number = 5 } },
	{ CLEARS, { .number = 7, POINT(.urls = URLS(REVCASE_URL)) } },
	{ CLEARS, { .number = 2, POINT(.only_users = true) } },
	{ CLEARS, { .number = 4, FRESHEST } },
	{ HELD, { .number = 4, ENTRIES(HOLD) } },
	{ 0, { .number = 6, ENTRIES(HOLD), STALE } },
	{ 0, { .number = 6, ENTRIES(HOLD), FRESHEST } },
	{ 0, { .number = 8, STALE } },
	{ 0, { .number = 9, .this_update = "2026-06-01T00:05:01Z" } },
	{ 0, { .number = 3, .no_next_update = true } },
	{ 0, { .number = 3, .unknown_critical = true } },
	{ 0, { .number = 3, POINT(.indirect = true) } },
	{ 0, { .number = 3, POINT(.only_cas = true) } },
	{ 0, { .number = 3, POINT(.only_attributes = true) } },
	{ 0, { .number = 3, POINT(.some_reasons = true) } },
	{ 0, { .number = 3, POINT(.relative = "x") } },
	{ 0, { .number = 3, POINT(.urls = URLS(OTHER_URL)) } },
	{ DELTA_FRESH, { DELTA(3, 9) } },
	{ DELTA_FRESH | LIFTS,
	    { DELTA(4, 6), ENTRIES(ON("removeFromCRL", "2026-05-01")) } },
	{ 0, { DELTA(4, 8), STALE } },
	{ FOR_EVER, { DELTA(2, 4), ENTRIES(LISTED) } },
	{ FOR_EVER, { .number = 1, STALE, ENTRIES(LISTED) } },
	{ FOR_EVER, { .number = 1, POINT(.only_cas = true), ENTRIES(LISTED) } },
	{ FOR_EVER, { .number = 2, ENTRIES(BECAUSE("keyCompromise")) } },
	{ FOR_EVER, { .no_number = true, .no_next_update = true, ENTRIES(LISTED) } },
	{ LIE, { .number = 90, .break_signature = true } },
	{ 0, { .number = 91, .hash = "SHA1" } },
	{ 0, { .number = 92, .inner_hash = "SHA384" } },
	{ 0, { .number = 93, .version1 = true } },
	{ LIE, { .number = 94, .break_signature = true, ENTRIES(LISTED) } },
	{ LIE, { DELTA(1, 95), .break_signature = true,
		   ENTRIES(ON("removeFromCRL", "2026-05-02")) } },
	{ FOR_EVER, { .number = 96, .hash = "SHA1", ENTRIES(LISTED) } },
};

enum { MADE_BY_OTHERS = 3, MADE = COUNT(makes) + MADE_BY_OTHERS, PICKED_MOST = 5 };

static struct pool {
	unsigned flags;
	struct bytes der;
} pool[MADE];

static void
pool_make(void)
{
	struct forge_cert twin = revcase_ca(&c);
	struct bytes other;

	for (size_t i = 0; i < COUNT(makes); i++)
		pool[i] = (struct pool){ makes[i].flags,
			arena_bytes(c.k.mem, revcase_crl(&c, makes[i].spec)) };
	/* The same name, another key, with and without its key identifier. */
	twin.key = forge_key(c.k.forge, "other-ca");
	other = forge_cert(c.k.forge, &twin);
	for (size_t i = 0; i < MADE_BY_OTHERS; i++) {
		struct forge_crl spec = { .number = 97 + i,
			.issuer = i == 2 ? c.root : other,
			.key = i == 2 ? c.root_key : twin.key,
			.no_aki = i == 1 };

		pool[COUNT(makes) + i] =
		    (struct pool){ LIE, arena_bytes(c.k.mem, revcase_crl(&c, spec)) };
	}
}

struct collection {
	size_t at[PICKED_MOST];
	size_t count;
};

/* The flags of all, and of the honest ones. */
static unsigned
lay_out(const struct collection *k, bool honest, unsigned shift)
{
	unsigned flags = 0;
	char name[32];

	revcase_begin(&c);
	scratch_folder(&c.dir, arena_printf(&c.mem, "%u/crl", c.folders).ptr);
	c.lists = true;
	for (size_t i = 0; i < k->count; i++) {
		const struct pool *p = &pool[k->at[i]];

		if (honest && (p->flags & LIE) != 0)
			continue;
		flags |= p->flags;
		snprintf(name, sizeof(name), "%02zu", (i + shift) % k->count);
		put("crl", name, p->der);
	}
	return flags;
}

/* Is there at least something that good may rest on? */
static bool
proof(unsigned flags, enum revcase_leaf leaf)
{
	bool lifted = (flags & HELD) != 0 && (flags & LIFTS) != 0;

	return ((flags & CLEARS) != 0 || lifted) &&
	       (leaf != LEAF_DELTA || (flags & DELTA_FRESH) != 0);
}

static void
collections(enum revcase_leaf leaf, const char *what)
{
	size_t forgot = 0, believed = 0, moved = 0, unproven = 0, good = 0;
	struct collection k;

	revcase_pointers(&c, leaf);
	pool_make();
	for (unsigned long n = 0; n < 120 * rounds; n++) {
		enum revocation all, honest;
		enum reason reason;
		unsigned flags;

		k.count = 1 + (size_t)draw(PICKED_MOST);
		for (size_t i = 0; i < k.count; i++)
			k.at[i] = (size_t)draw(MADE);
		lay_out(&k, false, 0);
		all = ask();
		reason = c.result.reason;
		lay_out(&k, false, 1);
		moved += ask() != all || c.result.reason != reason;
		flags = lay_out(&k, true, 0);
		honest = ask();
		believed += honest != all;
		forgot += (flags & FOR_EVER) != 0 && all != REVOCATION_REVOKED;
		unproven += all == REVOCATION_GOOD && !proof(flags, leaf);
		good += all == REVOCATION_GOOD;
		scratch_remove(&c.dir, arena_printf(&c.mem, "%u", c.folders - 2).ptr);
	}
	ok(forgot == 0, "%s: a revocation for ever is never missed (%zu)", what, forgot);
	ok(believed == 0, "%s: what others signed changes nothing (%zu)", what, believed);
	ok(moved == 0, "%s: names of files change nothing (%zu)", what, moved);
	ok(unproven == 0, "%s: good needs proof (%zu)", what, unproven);
	ok(leaf == LEAF_TWO || good > 0, "%s: %zu collections were good", what, good);
}

/* --- good, but overtaken ----------------------------------------------------------- */

/* A hold that is out of date now, and newer than the data that says good. */
#define NEWER .this_update = "2026-05-31T00:00:00Z", .next_update = "2026-05-31T12:00:00Z"
/* The same, older than that data. */
#define OLDER .this_update = "2026-05-01T00:00:00Z", .next_update = "2026-05-02T00:00:00Z"

static const struct overtaken_row {
	const char *name;
	enum reason reason;
	struct {
		bool there;
		struct forge_crl spec;
	} lists[2];
	struct {
		bool there;
		struct forge_ocsp spec;
	} answers[2];
} overtaken[] = {
	{ "response, then a hold in a response", REASON_OCSP_STALE,
	    { { .there = false } },
	    { GIVEN(.version = 0),
		GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED, .reason = 7, NEWER })) } },
	{ "response, before it a hold in a response", REASON_NONE, { { .there = false } },
	    { GIVEN(.version = 0),
		GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED, .reason = 7, OLDER })) } },
	{ "response, then a hold without nextUpdate", REASON_OCSP_NO_NEXT_UPDATE,
	    { { .there = false } },
	    { GIVEN(.version = 0), GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED,
				       .reason = 7,
				       .this_update = "2026-05-31T00:00:00Z",
				       .no_next_update = true })) } },
	{ "list, then a hold in a response", REASON_OCSP_STALE, { GIVEN(.number = 1) },
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED, .reason = 7, NEWER })) } },
	{ "list, before it a hold in a response", REASON_NONE,
	    { GIVEN(.number = 1, .this_update = "2026-05-20") },
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED, .reason = 7, OLDER })) } },
	{ "response, then a hold in a list", REASON_CRL_STALE,
	    { GIVEN(.number = 1, ENTRIES(HOLD), NEWER) }, { GIVEN(.version = 0) } },
	{ "response, before it a hold in a list", REASON_NONE,
	    { GIVEN(.number = 1, ENTRIES(HOLD), OLDER) }, { GIVEN(.version = 0) } },
	{ "response, then a list that is not understood", REASON_REVOCATION_REVOKED,
	    { GIVEN(.number = 1, .this_update = "2026-05-31", .unknown_critical = true,
		ENTRIES(LISTED)) },
	    { GIVEN(.version = 0) } },
	{ "list, then a hold in a list of a part", REASON_CRL_STALE,
	    { GIVEN(.number = 9), GIVEN(.number = 2, ENTRIES(HOLD),
				      POINT(.urls = URLS(REVCASE_URL)), NEWER) },
	    { { .there = false } } },
	{ "list, before it a hold in a list of a part", REASON_NONE,
	    { GIVEN(.number = 1, .this_update = "2026-05-20"),
		GIVEN(.number = 2, ENTRIES(HOLD), POINT(.urls = URLS(REVCASE_URL)),
		    OLDER) },
	    { { .there = false } } },
};

static void
overtake(void)
{
	revcase_pointers(&c, LEAF_BOTH);
	for (size_t i = 0; i < COUNT(overtaken); i++) {
		const struct overtaken_row *r = &overtaken[i];

		revcase_begin(&c);
		for (unsigned k = 0; k < 2; k++) {
			const char name[] = { (char)('a' + k), '\0' };

			if (r->lists[k].there)
				revcase_list(&c, name, r->lists[k].spec);
			if (r->answers[k].there)
				revcase_answer(&c, name, r->answers[k].spec);
		}
		is_reason(revcase_ask(&c), r->reason, "good by a %s", r->name);
	}
}

/* --- too much of it ---------------------------------------------------------------- */

/* Faults of a file times URLs that name it: a small map must not fill the memory. */
static void
many_faults(void)
{
	enum { BLOCKS = 300, NAMES = 200 };
	struct str text = STR(""), map = STR("{");
	char rel[64];

	revcase_begin(&c);
	for (unsigned i = 0; i < BLOCKS; i++)
		text = arena_printf(c.k.mem,
		    "%.*s-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n",
		    STR_ARG(text));
	for (unsigned i = 0; i < NAMES; i++)
		map = arena_printf(c.k.mem, "%.*s%s\"http://crl.example/%u\":\"x.pem\"",
		    STR_ARG(map), i == 0 ? "" : ",", i);
	snprintf(rel, sizeof(rel), "%u/map/x.pem", c.folders);
	scratch_put(&c.dir, rel, str_bytes(text));
	snprintf(rel, sizeof(rel), "%u/map/map.json", c.folders);
	scratch_put(&c.dir, rel, str_bytes(arena_printf(c.k.mem, "%.*s}", STR_ARG(map))));
	c.map = true;
	is_reason(revcase_ask(&c), REASON_REVOCATION_NO_DATA, "a file of faults");
	is_u64(c.data.problem_count, BLOCKS + NAMES - 1,
	    "each fault once, and one for each further URL");
}

int
main(void)
{
	const char *more = getenv("REVATTACK_ROUNDS");

	if (more != NULL)
		rounds = strtoul(more, NULL, 10);
	state = 88172645463325252U ^ rounds;
	revcase_open(&c);
	damage_lists();
	damage_answers();
	damage_cache();
	cross_lists();
	cross_answers();
	collections(LEAF_ONE, "one list named");
	collections(LEAF_TWO, "two lists named");
	collections(LEAF_DELTA, "list and delta named");
	overtake();
	many_faults();
	revcase_close(&c);
	return tap_done();
}
