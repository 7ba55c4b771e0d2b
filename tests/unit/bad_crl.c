/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists by catalogue row, as far as one list and its signature are concerned:
 * what it must be refused for, or must not hide. What follows for a certificate is
 * decided, and tested, where the chain is known.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/crl.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/kit.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

enum { FLOOD = 400000, MIB = 1 << 20 };

static struct kit k;
static struct forge_chain pki;
static struct scratch scratch;
static const struct cert *issuer;

static const char *const urls[] = { "http://crl.example/part1.crl", NULL };

static struct forge_crl
plain(void)
{
	return forge_crl_of(pki.cert[1], forge_key(k.forge, "ca-sub"));
}

static enum reason
parse(struct crl *out, const struct forge_crl *spec)
{
	struct bytes der = forge_crl(k.forge, spec);
	struct err err;

	if (crl_parse(out, k.mem, der, k.hasher, &k.limits, NULL, &err) == 0)
		return REASON_NONE;
	snprintf(k.detail, sizeof(k.detail), "%s", err.text);
	return err.reason;
}

static struct crl
made(const struct forge_crl *spec, const char *name)
{
	struct crl c = { .weak = true };

	is_reason(parse(&c, spec), REASON_NONE, "%s: is read", name);
	return c;
}

/* The times are facts for the one who asks; a form with two readings is refused. */
static void
r01(void)
{
	static const char *const wrong[] = { "2024-01-01T00:00:00.5Z",
		"2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z" };
	struct forge_crl spec = plain();
	struct crl c;

	c = made(&spec, "bad_R01 sibling");
	ok(c.has_next_update && when_cmp(c.this_update, c.next_update) < 0,
	    "bad_R01 sibling: both times");
	spec.no_next_update = true;
	c = made(&spec, "bad_R01_no_next_update");
	ok(!c.has_next_update, "bad_R01_no_next_update");
	spec = plain();
	spec.this_update = "2099-01-01T00:00:00Z";
	spec.next_update = "2020-01-01T00:00:00Z";
	c = made(&spec, "bad_R01_future_and_past");
	ok(when_cmp(c.this_update, c.next_update) > 0, "bad_R01_future_and_past");
	for (size_t i = 0; i < COUNT(wrong); i++) {
		spec = plain();
		spec.this_update = wrong[i];
		is_reason(parse(&c, &spec), REASON_CRL_MALFORMED,
		    "bad_R01_this_update %s", wrong[i]);
		spec = plain();
		spec.next_update = wrong[i];
		is_reason(parse(&c, &spec), REASON_CRL_MALFORMED,
		    "bad_R01_next_update %s", wrong[i]);
	}
}

static void
r02(void)
{
	struct forge_crl spec = plain();
	struct crl c = made(&spec, "bad_R02 sibling");

	ok(crl_signed_by(&c, issuer), "bad_R02 sibling: the issuer's signature");
	spec.key = forge_key(k.forge, "other-ca");
	c = made(&spec, "bad_R02_same_name_other_key");
	ok(bytes_equal(c.issuer_der, cert_info(issuer)->subject_der) &&
		bytes_equal(c.aki, cert_info(issuer)->ski),
	    "bad_R02_same_name_other_key: name and key identifier claim the issuer");
	ok(!crl_signed_by(&c, issuer), "bad_R02_same_name_other_key");
	spec = plain();
	spec.break_signature = true;
	c = made(&spec, "bad_R02_signature_broken");
	ok(!crl_signed_by(&c, issuer), "bad_R02_signature_broken");
	spec = plain();
	spec.hash = "SHA1";
	c = made(&spec, "bad_R02_sha1");
	ok(c.weak && !crl_signed_by(&c, issuer), "bad_R02_sha1");
	spec.hash = "MD5";
	c = made(&spec, "bad_R02_md5");
	ok(c.weak && !crl_signed_by(&c, issuer), "bad_R02_md5");
	spec = plain();
	spec.inner_hash = "SHA512";
	is_reason(parse(&c, &spec), REASON_CRL_MALFORMED, "bad_R02_two_algorithms");
}

static void
r03(void)
{
	const struct forge_crl_point indirect = { .indirect = true };
	const struct forge_crl_point empty = { .lax = true };
	const struct forge_crl_entry entry = { .number = 9, .unknown_critical = true };
	struct forge_ext broken = { "2.5.29.28", true,
		forge_der(k.forge, 0x30, 1, bytes_of("\x81\x01\x01", 3)) };
	struct forge_crl spec = plain();
	struct crl c;

	spec.delta = true;
	spec.base = 1;
	spec.number = 2;
	c = made(&spec, "bad_R03_delta");
	ok(c.is_delta, "bad_R03_delta is never taken for a whole list");
	spec = plain();
	spec.point = &indirect;
	c = made(&spec, "bad_R03_indirect");
	ok(c.points.indirect, "bad_R03_indirect");
	spec.point = &empty;
	is_reason(parse(&c, &spec), REASON_CRL_MALFORMED, "bad_R03_point_empty");
	spec = plain();
	spec.extra = &broken;
	spec.extra_count = 1;
	is_reason(parse(&c, &spec), REASON_CRL_MALFORMED, "bad_R03_point_not_understood");
	spec = plain();
	spec.unknown_critical = true;
	c = made(&spec, "bad_R03_unknown_critical");
	ok(c.unknown_critical, "bad_R03_unknown_critical");
	spec = plain();
	spec.entries = &entry;
	spec.entry_count = 1;
	c = made(&spec, "bad_R03_unknown_critical_entry");
	ok(c.unknown_critical, "bad_R03_unknown_critical_entry");
	spec = plain();
	spec.version1 = true;
	is_reason(parse(&c, &spec), REASON_CRL_MALFORMED, "bad_R03_version_1");
}

static void
r04(void)
{
	const struct forge_crl_point relative = { .relative = "part1" };
	const struct forge_crl_point full = { .urls = urls };
	struct forge_crl spec = plain();
	struct crl c;

	spec.point = &full;
	c = made(&spec, "bad_R04 sibling");
	ok(!c.points.relative && c.points.url_count == 1, "bad_R04 sibling: a full name");
	spec.point = &relative;
	c = made(&spec, "bad_R04_relative_name");
	ok(c.points.relative && c.points.has_name && c.points.url_count == 0,
	    "bad_R04_relative_name covers nothing");
}

static void
r05(void)
{
	struct forge_crl spec = plain();
	struct crl older, newer;

	spec.number = 0xff;
	older = made(&spec, "bad_R05 older");
	spec.number = 0x100;
	newer = made(&spec, "bad_R05 newer");
	ok(crl_number_cmp(older.number, newer.number) < 0, "bad_R05_rollback is seen");
	ok(crl_number_cmp(newer.number, newer.number) == 0, "bad_R05 sibling: the same");
	spec.no_number = true;
	newer = made(&spec, "bad_R05_no_number");
	ok(crl_number_cmp(newer.number, older.number) < 0, "bad_R05_no_number");
	spec = plain();
	spec.number_raw = bytes_of("\x81", 1);
	is_reason(parse(&newer, &spec), REASON_CRL_MALFORMED, "bad_R05_negative_number");
	spec.number_raw = bytes_of("123456789012345678901", 21);
	is_reason(parse(&newer, &spec), REASON_CRL_MALFORMED, "bad_R05_long_number");
}

static void
r06_limit(void)
{
	struct forge_crl spec = plain();
	struct bytes der = forge_crl(k.forge, &spec), *list;
	struct bytes pem = str_bytes(forge_crl_pem(k.forge, der));
	struct limits limits = k.limits;
	struct err err;
	struct crl c;
	size_t n;

	limits.v[LIMIT_CRL_BYTES] = der.len;
	is_reason(crl_parse(&c, k.mem, der, k.hasher, &limits, NULL, &err) == 0
		      ? REASON_NONE
		      : err.reason,
	    REASON_NONE, "bad_R06 sibling: at the limit");
	ok(crl_split(&list, &n, k.mem, der, &limits, NULL, &err) == 0 &&
		crl_split(&list, &n, k.mem, pem, &limits, NULL, &err) == 0,
	    "bad_R06 sibling: files at the limit");
	limits.v[LIMIT_CRL_BYTES]--;
	ok(crl_parse(&c, k.mem, der, k.hasher, &limits, NULL, &err) != 0,
	    "bad_R06_list_above_limit");
	is_reason(err.reason, REASON_LIMIT_CRL_HIT, "its reason");
	ok(crl_split(&list, &n, k.mem, der, &limits, NULL, &err) != 0,
	    "bad_R06_file_above_limit");
	is_reason(err.reason, REASON_LIMIT_CRL_HIT, "its reason");
	ok(crl_split(&list, &n, k.mem, pem, &limits, NULL, &err) != 0,
	    "bad_R06_block_above_limit");
	is_reason(err.reason, REASON_LIMIT_CRL_HIT, "its reason");
}

/* The most memory that this process had, in octets. */
static size_t
peak(void)
{
	FILE *in = fopen("/proc/self/status", "r");
	unsigned long kib = 0;
	char line[256];

	while (in != NULL && fgets(line, sizeof(line), in) != NULL)
		if (sscanf(line, "VmHWM: %lu", &kib) == 1)
			break;
	if (in != NULL)
		fclose(in);
	return (size_t)kib << 10;
}

/* Runs in a child, whose memory starts small. */
static void
flood_make(const char *path)
{
	struct forge_crl spec = plain();
	struct bytes der;
	FILE *out;

	spec.flood = FLOOD;
	der = forge_crl(k.forge, &spec);
	out = fopen(path, "wb");
	if (out == NULL || fwrite(der.ptr, 1, der.len, out) != der.len ||
	    fclose(out) != 0)
		_exit(1);
	_exit(0);
}

/* Exit status: what is wrong, 0 for nothing. */
static void
flood_read(const char *path)
{
	struct forge_crl spec = plain();
	struct crl c;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct bytes last = forge_crl_flood_serial(k.forge, FLOOD - 1);
	size_t n = 0, len, before, used;
	void *map;
	struct err err;

	/* All that a list makes the libraries load is there now. */
	if (parse(&c, &spec) != REASON_NONE || !crl_signed_by(&c, issuer))
		_exit(1);
	before = peak();
	len = fd < 0 ? 0 : (size_t)lseek(fd, 0, SEEK_END);
	map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (len < 13 * MIB || map == MAP_FAILED ||
	    crl_parse(&c, k.mem, bytes_of(map, len), k.hasher, &k.limits, NULL, &err) !=
		0)
		_exit(2);
	crl_lookup(&n, &c, last, k.mem);
	if (c.entry_count != FLOOD || n != 1 || !crl_signed_by(&c, issuer))
		_exit(3);
	used = peak() - before;
	if (used > len + 2 * MIB) {
		printf("# %zu octets of memory for a list of %zu\n", used, len);
		fflush(stdout);
		_exit(4);
	}
	_exit(0);
}

static int
child(void (*work)(const char *), const char *path)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		work(path);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 99;
	return WEXITSTATUS(status);
}

static void
r06_memory(void)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s", scratch_at(&scratch, "flood.crl"));
	is_u64((uint64_t)child(flood_make, path), 0, "a list of %d entries", FLOOD);
	is_u64((uint64_t)child(flood_read, path), 0,
	    "bad_R06_flood takes no more memory than its octets");
}

int
main(void)
{
	kit_open(&k);
	scratch_open(&scratch);
	pki = forge_chain(k.forge, forge_key(k.forge, "p256"), "Example");
	kit_cert(&k, &issuer, pki.cert[1]);
	r06_memory();
	r01();
	r02();
	r03();
	r04();
	r05();
	r06_limit();
	scratch_close(&scratch);
	kit_close(&k);
	return tap_done();
}
