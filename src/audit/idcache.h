/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_IDCACHE_H
#define AUDIT_IDCACHE_H
/*
 * Ids of rows that were just written, by digest text: bounded, each slot holds one, a
 * newer entry takes the place of an older one. A miss costs one question to the database,
 * nothing else.
 */
#include "base/str.h"

#define IDCACHE_SLOTS 4096
#define IDCACHE_KEY 80 /* longer keys are not kept */

struct idcache_slot {
	int64_t id; /* 0: empty */
	uint32_t hash;
	uint8_t len;
	char key[IDCACHE_KEY];
};
struct idcache {
	struct idcache_slot slots[IDCACHE_SLOTS];
};

struct idcache *idcache_new(void);
void idcache_free(struct idcache *c);
int64_t idcache_get(const struct idcache *c, struct str key); /* 0: not there */
void idcache_put(struct idcache *c, struct str key, int64_t id);
void idcache_forget(struct idcache *c); /* after a rollback: rows are gone */

#endif
