/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_IDCACHE_H
#define AUDIT_IDCACHE_H
/*
 * Ids of rows that were just written, by digest text. Bounded: when it is full, it begins anew. A
 * miss costs one question to the database, nothing else.
 */
#include "base/str.h"

#define IDCACHE_MOST 4096
#define IDCACHE_KEY 80 /* longer keys are not kept */

struct idcache;
struct idcache *idcache_new(void);
void idcache_free(struct idcache *c);
int64_t idcache_get(const struct idcache *c, struct str key); /* 0: not there */
void idcache_put(struct idcache *c, struct str key, int64_t id);
void idcache_forget(struct idcache *c); /* after a rollback: rows are gone */

#endif
