/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists that other tools made, through the rules that signatures meet: the
 * verdicts that the reference gives for them.
 */
#include "verify/revoked.h"

#include "tests/lib/kit.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

#define NOW "2026-06-01T00:00:00Z"
#define NAME "UID=c-0nwwozqvawvao3ech,CN=ManagementCA,O=EJBCA Container Quickstart"
#define LEAF_URL "http://localhost:10086/leaf.crl"

static struct kit k;
static struct scratch dir;
static unsigned folders;
static struct arena mem;
static struct revoked_result result;

static struct bytes
vector(const char *name)
{
	struct bytes b = tap_file(0, "%s/notation/crl/%s", tap_vectors(), name);

	return arena_bytes(k.mem, b);
}

static const char *
place(const char *name)
{
	return arena_printf(k.mem, "%u/%s", folders, name).ptr;
}

static const char *
path_of(const char *name)
{
	return arena_str(k.mem, str_of(scratch_at(&dir, place(name)))).ptr;
}

/* Files of a folder, or under LEAF_URL by a map. */
static enum reason
ask(const struct chain *chain, const char *time, bool map, const char *const *files)
{
	struct revdata_options options = { .limits = &k.limits };
	struct revoked_question q = { .chain = chain };
	struct revdata data;
	struct revoker *r;
	struct err err;

	folders++;
	for (size_t i = 0; files[i] != NULL; i++)
		scratch_put(&dir, place(files[i]), vector(files[i]));
	if (map) {
		scratch_json(&dir, place("map.json"),
		    arena_printf(k.mem, "{'" LEAF_URL "':'%s'}", files[0]).ptr);
		options.map = path_of("map.json");
	} else {
		options.crl_dir = path_of("");
	}
	if (!when_parse(&q.time, str_of(time)) ||
	    revdata_load(&data, &options, k.hasher, &err) != 0)
		forge_die("%s: %s", files[0], err.text);
	arena_clear(&mem);
	r = revoker_new(&data, k.certs, k.hasher, &k.limits);
	revoked_chain(&result, r, &mem, &q);
	result.detail = arena_str(k.mem, result.detail);
	revoker_free(r);
	revdata_clear(&data);
	return result.reason;
}

#define FILES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_chain(void)
{
	struct bytes *ders;
	const struct chain *chain;
	size_t count;
	struct err err;

	if (cert_split(&ders, &count, k.mem, vector("certchain_with_crl.pem"), NULL,
		&err) != 0 ||
	    chain_get(&chain, k.chains, ders, count, CHAIN_CODE_SIGNING, NULL, &err) != 0)
		forge_die("certchain_with_crl.pem: %s", err.text);
	is_u64(count, 3, "certchain_with_crl.pem: leaf, intermediate, root");
	is_reason(ask(chain, NOW, false, FILES("leaf.crl", "intermediate.crl")),
	    REASON_NONE, "leaf.crl and intermediate.crl: good");
	is_str(result.detail,
	    "2 certificates asked, none revoked; oldest data of 2024-11-11T05:30:51Z",
	    "how old they are");
	is_reason(ask(chain, NOW, false, FILES("leaf_revoked.crl", "intermediate.crl")),
	    REASON_REVOCATION_REVOKED, "leaf_revoked.crl: revoked");
	is_u64(result.at, 0, "the leaf");
	is_reason(ask(chain, NOW, false,
		      FILES("leaf_revoked.crl", "leaf.crl", "intermediate.crl")),
	    REASON_REVOCATION_REVOKED, "both lists of the leaf: revoked");
	is_reason(ask(chain, NOW, true, FILES("leaf_revoked.crl")),
	    REASON_REVOCATION_REVOKED, "the same by its URL");
	is_reason(ask(chain, NOW, true, FILES("leaf.crl")), REASON_REVOCATION_NO_DATA,
	    "only the leaf's list");
	is_u64(result.at, 1, "the intermediate is missing");
	is_reason(ask(chain, NOW, true, FILES("intermediate.crl")),
	    REASON_REVOCATION_NO_DATA, "the list of another under the leaf's URL");
	is_reason(ask(chain, "2124-10-18T05:30:53Z", false,
		      FILES("leaf.crl", "intermediate.crl")),
	    REASON_CRL_STALE, "a century later");
	is_reason(ask(chain, "2124-10-18T05:30:53Z", false,
		      FILES("leaf_revoked.crl", "intermediate.crl")),
	    REASON_REVOCATION_REVOKED, "still revoked then");
	is_reason(ask(chain, "2024-11-11T05:25:50Z", false,
		      FILES("leaf.crl", "intermediate.crl")),
	    REASON_CRL_NOT_YET_VALID, "before they were made");
}

/*
 * The issuer of these is not among the vectors. A certificate with its name, but another
 * key, is: its lists are found by name and must not be believed.
 */
static void
test_namesake(void)
{
	const struct cert *certs[2];
	struct chain chain = { .certs = certs, .count = 2 };
	struct forge_cert ca = forge_cert_root(forge_key(k.forge, "ca"), NAME);
	struct bytes *ders;
	size_t count;
	struct err err;

	if (cert_split(&ders, &count, k.mem, vector("certificateWithDeltaCRL.cer"), NULL,
		&err) != 0 ||
	    kit_cert(&k, &certs[0], ders[0]) != REASON_NONE)
		forge_die("certificateWithDeltaCRL.cer: %s", err.text);
	ok(cert_info(certs[0])->has_freshest,
	    "certificateWithDeltaCRL.cer names a delta");
	ca.no_key_ids = true;
	if (kit_cert(&k, &certs[1], forge_cert(k.forge, &ca)) != REASON_NONE)
		forge_die("namesake");
	ok(bytes_equal(cert_info(certs[0])->issuer_der, cert_info(certs[1])->subject_der),
	    "the stranger has the name of the issuer");
	is_reason(ask(&chain, "2024-11-25T07:33:00Z", false,
		      FILES("crlWithMultipleFreshestCRLs.crl", "delta.crl")),
	    REASON_CRL_BAD_SIGNATURE, "base and delta in force, of a stranger");
	is_reason(ask(&chain, NOW, false, FILES("delta.crl")), REASON_CRL_BAD_SIGNATURE,
	    "the delta alone");
}

int
main(void)
{
	if (tap_vectors() == NULL) {
		tap_skip("vectors not present");
		return tap_done();
	}
	kit_open(&k);
	scratch_open(&dir);
	arena_init(&mem, 0);
	test_chain();
	test_namesake();
	arena_clear(&mem);
	scratch_close(&dir);
	kit_close(&k);
	return tap_done();
}
