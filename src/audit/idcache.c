/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of rows by digest text. */
#include "audit/idcache.h"

#include <stdlib.h>

#include "base/arena.h"

/* FNV-1a; who makes collisions gains a few questions to the database. */
static uint32_t
hash_of(struct str key)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < key.len; i++)
		h = (h ^ (uint8_t)key.ptr[i]) * 16777619u;
	return h;
}

struct idcache *
idcache_new(void)
{
	struct idcache *c = xmalloc(sizeof(*c));

	idcache_forget(c);
	return c;
}

void
idcache_free(struct idcache *c)
{
	free(c);
}

int64_t
idcache_get(const struct idcache *c, struct str key)
{
	uint32_t hash = hash_of(key);
	const struct idcache_slot *s = &c->slots[hash % IDCACHE_SLOTS];

	if (s->id != 0 && s->hash == hash &&
	    str_equal((struct str){ s->key, s->len }, key))
		return s->id;
	return 0;
}

void
idcache_put(struct idcache *c, struct str key, int64_t id)
{
	uint32_t hash = hash_of(key);
	struct idcache_slot *s = &c->slots[hash % IDCACHE_SLOTS];

	if (key.len == 0 || key.len > IDCACHE_KEY)
		return;
	s->id = id;
	s->hash = hash;
	s->len = (uint8_t)key.len;
	memcpy(s->key, key.ptr, key.len);
}

void
idcache_forget(struct idcache *c)
{
	memset(c, 0, sizeof(*c));
}
