/* SPDX-License-Identifier: Apache-2.0 */
/* Names in the annotations of a descriptor. */
#include "oci/entryname.h"

#include "oci/reference.h"

#define SOURCE_PREFIX "containerd.io/distribution.source."

struct names {
	struct arena *mem;
	VEC(struct entry_name) list;
};

static void
add(struct names *n, struct str text, enum name_source source)
{
	struct entry_name name = { text, source };

	if (text.ptr != NULL)
		VEC_PUSH(n->mem, &n->list, name);
}

/* containerd writes where content was fetched from: "team/web,team/site" for a host. */
static void
add_sources(struct names *n, const struct descriptor *d)
{
	const struct str prefix = STR(SOURCE_PREFIX);

	for (size_t i = 0; i < d->annotation_count; i++) {
		struct str host = d->annotations[i].key, list = d->annotations[i].value;

		if (!str_starts(host, prefix))
			continue;
		host = str_from(host, prefix.len);
		while (list.len > 0) {
			size_t comma = str_find(list, ',');
			struct str name = arena_printf(n->mem, "%.*s/%.*s", STR_ARG(host),
			    STR_ARG(str_upto(list, comma)));

			if (reference_scope_valid(name) && reference_is_full(name))
				add(n, name, NAME_DISTRIBUTION);
			list = str_from(list, comma + 1);
		}
	}
}

size_t
entry_names(struct entry_name **out, struct arena *mem, const struct descriptor *d)
{
	struct names n = { .mem = mem };

	add(&n, descriptor_annotation(d, "io.containerd.image.name"), NAME_CONTAINERD);
	add(&n, descriptor_annotation(d, "org.opencontainers.image.ref.name"), NAME_REF);
	add_sources(&n, d);
	*out = n.list.v;
	return n.list.n;
}
