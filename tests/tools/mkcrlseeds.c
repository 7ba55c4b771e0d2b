/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the seeds of fixtures/fuzz/crl. Run in the top folder, with srcdir=. */
#include "tests/lib/forge_crl.h"

static const char *const urls[] = { "http://crl.example/a.crl", NULL };

int
main(void)
{
	const struct forge_crl_entry entries[] = {
		{ .number = 3, .reason = "keyCompromise", .invalidity = "2024-01-05" },
		{ .number = 0x80, .reason = "certificateHold" },
		{ .number = 5, .unknown_critical = true, .date = "2051-01-01" },
	};
	const struct forge_crl_point point = {
		.urls = urls, .only_users = true, .some_reasons = true
	};
	const struct forge_crl_point relative = { .relative = "part", .indirect = true };
	struct forge *f = forge_new();
	struct forge_chain chain = forge_chain(f, forge_key(f, "p256"), "E");
	struct forge_crl spec = forge_crl_of(chain.cert[1], forge_key(f, "p256"));

	forge_mkdir("fixtures/fuzz/crl");
	forge_write("fixtures/fuzz/crl", "empty", forge_crl(f, &spec));
	forge_write(
	    "fixtures/fuzz/crl", "pem", str_bytes(forge_crl_pem(f, forge_crl(f, &spec))));
	spec.entries = entries;
	spec.entry_count = COUNT(entries);
	spec.point = &point;
	spec.freshest = urls;
	forge_write("fixtures/fuzz/crl", "base", forge_crl(f, &spec));
	spec.delta = true;
	spec.base = 1;
	spec.number = 0x1234;
	spec.point = &relative;
	spec.freshest = NULL;
	spec.no_next_update = true;
	forge_write("fixtures/fuzz/crl", "delta", forge_crl(f, &spec));
	forge_free(f);
	return 0;
}
