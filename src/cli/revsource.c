/* SPDX-License-Identifier: Apache-2.0 */
/* Where revocation data lies: options that several commands share. */
#include "cli/revsource.h"

int
revsource_load(struct revdata *out, const struct revsource *s, struct config *c,
    struct ossl *lib, struct err *err)
{
	const struct revdata_options options = {
		.policy = config_policy(c, NULL),
		.crl_dir = s->crl_dir,
		.ocsp_dir = s->ocsp_dir,
		.cache_dir = s->cache,
		.map = s->map,
		.limits = &c->limits,
	};
	AUTO(hasher_free) struct hasher *hasher = hasher_new(lib);

	return revdata_load(out, &options, hasher, err);
}
