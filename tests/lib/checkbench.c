/* SPDX-License-Identifier: Apache-2.0 */
/* A policy folder of which nothing is to be said. */
#include "tests/lib/checkbench.h"

#include <stdio.h>
#include <sys/stat.h>

#include "tests/lib/forge_crl.h"
#include "tests/lib/tap.h"

void
checkbench_open(struct checkbench *b)
{
	struct forge_cert ca, tsa;
	struct forge_crl crl;

	*b = (struct checkbench){ .forge = forge_new() };
	ossl_process_init();
	b->lib = ossl_new();
	umask(022);
	b->ca_key = forge_key(b->forge, "ca");
	b->tsa_key = forge_key(b->forge, "tsa");
	ca = forge_cert_root(b->ca_key, "C=US,ST=WA,O=Example,CN=Root");
	tsa = forge_cert_root(b->tsa_key, "C=US,ST=WA,O=Example Time,CN=Time Root");
	b->ca = forge_cert(b->forge, &ca);
	b->tsa = forge_cert(b->forge, &tsa);
	crl = forge_crl_of(b->ca, b->ca_key);
	b->ca_crl = forge_crl(b->forge, &crl);
	crl = forge_crl_of(b->tsa, b->tsa_key);
	b->tsa_crl = forge_crl(b->forge, &crl);
}

void
checkbench_close(struct checkbench *b)
{
	ossl_free(b->lib);
	forge_free(b->forge);
}

void
checkbench_begin(struct checkbench *b)
{
	scratch_open(&b->dir);
	scratch_json(&b->dir, "trustpolicy.json", GOOD);
	scratch_put(&b->dir, CA "/root.der", b->ca);
	scratch_put(&b->dir, TSA "/root.der", b->tsa);
	scratch_put(&b->dir, "crl/ca.crl", b->ca_crl);
	scratch_put(&b->dir, "crl/tsa.crl", b->tsa_crl);
	b->options = (struct policycheck_options){ .warn_days = 30 };
	when_parse(&b->options.at, STR("2026-06-01T00:00:00Z"));
}

static bool
fits(const struct checkbench *b, const struct policycheck_item *item,
    const struct expect *e)
{
	char path[4400];

	snprintf(path, sizeof(path), e->file[0] == '\0' ? "%s%s" : "%s/%s", b->dir.path,
	    e->file);
	return item->fault == e->fault && item->reason == e->reason &&
	       str_is(item->file, path) && str_is(item->pointer, e->pointer) &&
	       item->text.len != 0;
}

void
checkbench_said(
    struct checkbench *b, const struct expect *want, size_t count, const char *name)
{
	const struct policycheck *c = &b->check;
	size_t faults = 0;

	policycheck_run(&b->check, b->dir.path, b->lib, &b->options);
	is_u64(c->items.n, count, "%s: items", name);
	for (size_t i = 0; i < c->items.n; i++) {
		const struct policycheck_item *item = &c->items.v[i];

		faults += item->fault;
		ok(i < count && fits(b, item, &want[i]), "%s: %s %s %.*s %.*s: %.*s",
		    name, item->fault ? "fault" : "warning", reason_code(item->reason),
		    STR_ARG(item->file), STR_ARG(item->pointer), STR_ARG(item->text));
	}
	ok(c->fault_count == faults && c->warning_count == c->items.n - faults &&
		!c->more,
	    "%s: counts", name);
	policycheck_clear(&b->check);
	scratch_close(&b->dir);
}

void
checkbench_document(struct checkbench *b, const char *text)
{
	checkbench_begin(b);
	scratch_json(&b->dir, "trustpolicy.json", text);
}
