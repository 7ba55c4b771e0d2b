/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of rows by digest text. */
#include "audit/idcache.h"

#include <stdlib.h>

#include "base/map.h"

struct known {
	struct str key;
	int64_t id;
};

struct idcache {
	struct known v[IDCACHE_MOST];
	size_t n;
	struct map by_key; /* to places in v */
	struct arena mem; /* of the keys */
};

struct idcache *
idcache_new(void)
{
	struct idcache *c = xmalloc(sizeof(*c));

	c->n = 0;
	map_init(&c->by_key, NULL);
	arena_init(&c->mem, 0);
	return c;
}

void
idcache_free(struct idcache *c)
{
	if (c == NULL)
		return;
	map_clear(&c->by_key);
	arena_clear(&c->mem);
	free(c);
}

static bool
is_known(const void *cache, uint32_t at, const void *key)
{
	return str_equal(((const struct idcache *)cache)->v[at].key, *(const struct str *)key);
}

static uint32_t
find(const struct idcache *c, struct str key)
{
	return map_find(
	    &c->by_key, map_hash(&c->by_key, str_bytes(key)), is_known, c, &key);
}

int64_t
idcache_get(const struct idcache *c, struct str key)
{
	uint32_t at = find(c, key);

	return at == MAP_NONE ? 0 : c->v[at].id;
}

void
idcache_put(struct idcache *c, struct str key, int64_t id)
{
	uint32_t at = find(c, key);

	if (at != MAP_NONE) {
		c->v[at].id = id;
		return;
	}
	if (key.len == 0 || key.len > IDCACHE_KEY)
		return;
	if (c->n == IDCACHE_MOST)
		idcache_forget(c);
	map_add(&c->by_key, map_hash(&c->by_key, str_bytes(key)), (uint32_t)c->n);
	c->v[c->n++] = (struct known){ arena_str(&c->mem, key), id };
}

void
idcache_forget(struct idcache *c)
{
	c->n = 0;
	map_clear(&c->by_key);
	arena_reset(&c->mem);
}
