/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists beside the entries that some readers go by: Docker's "manifest.json", images with their
 * names, and "repositories", the older list of names. Both are read by `docker load`, and names in
 * them are names of what is in the layout.
 */
#include <stdlib.h>

#include "store/graph_parts.h"

/* One name may fit many images of equal content: a bound on all names together. */
#define LISTED_MOST ((uint64_t)1 << 16)

/* --- content --- */

int
docker_node_cmp(const void *a, const void *b)
{
	const struct manifest *x = &(*(struct node *const *)a)->manifest;
	const struct manifest *y = &(*(struct node *const *)b)->manifest;
	int c = str_cmp(x->config.digest_text, y->config.digest_text);

	if (c == 0)
		c = (x->child_count > y->child_count) - (x->child_count < y->child_count);
	for (size_t i = 0; c == 0 && i < x->child_count; i++)
		c = str_cmp(x->children[i].digest_text, y->children[i].digest_text);
	return c;
}

int
docker_image_cmp(const struct docker_image *image, const struct manifest *m)
{
	int c = str_cmp(image->config, m->config.digest_text);

	if (c == 0)
		c = (image->layer_count > m->child_count) -
		    (image->layer_count < m->child_count);
	for (size_t i = 0; c == 0 && i < image->layer_count; i++)
		c = str_cmp(image->layers[i], m->children[i].digest_text);
	return c;
}

/* --- names for nodes --- */

struct range {
	struct node **v;
	size_t n;
};

static bool
is_called(const struct slot *s, struct str text)
{
	for (size_t i = 0; i < s->names.n; i++)
		if (str_equal(s->names.v[i].text, text))
			return true;
	return false;
}

/* Of several with the same content the one that index.json gives this name, else all. */
static struct range
called(struct range all, struct str text)
{
	for (size_t i = 0; all.n > 1 && i < all.n; i++)
		if (is_called(slot_of(all.v[i]), text))
			return (struct range){ &all.v[i], 1 };
	return all;
}

static void
give(struct build *b, struct range nodes, struct str text, enum name_source source)
{
	struct node_name ignored;

	nodes = called(nodes, text);
	b->listed_names += nodes.n;
	for (size_t i = 0; i < nodes.n; i++)
		name_claim(b, slot_of(nodes.v[i]), &ignored, text, source);
}

/* Images that are there, by content. */
static struct range
images_of(struct build *b)
{
	struct range r = { arena_array(b->mem, b->all.n, sizeof(struct node *)), 0 };

	for (size_t i = 0; i < b->all.n; i++) {
		struct node *n = &b->all.v[i]->node;

		if (n->state == NODE_PRESENT && n->manifest.form == MANIFEST_IMAGE &&
		    n->manifest.has_config)
			r.v[r.n++] = n;
	}
	if (r.n > 1)
		qsort(r.v, r.n, sizeof(*r.v), docker_node_cmp);
	return r;
}

/* --- manifest.json --- */

static struct range
same_content(struct range images, const struct docker_image *image)
{
	size_t low = 0, high = images.n, end;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (docker_image_cmp(image, &images.v[mid]->manifest) > 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low;
	     end < images.n && docker_image_cmp(image, &images.v[end]->manifest) == 0;
	     end++)
		;
	return (struct range){ images.v + low, end - low };
}

static void
list_names(struct build *b, struct range images)
{
	struct graph *g = b->g;

	if (b->from->images_fault.ptr != NULL)
		build_note(b, REASON_LAYOUT_TWO_INDEXES, "manifest.json: %.*s",
		    STR_ARG(b->from->images_fault));
	g->docker_images = b->from->images;
	g->docker_count = b->from->image_count;
	for (size_t i = 0; i < g->docker_count && b->listed_names <= LISTED_MOST; i++) {
		const struct docker_image *image = &g->docker_images[i];
		struct range same = same_content(images, image);

		for (size_t k = 0; k < image->tag_count && b->listed_names <= LISTED_MOST;
		     k++)
			give(b, same, image->tags[k], NAME_REPO_TAG);
	}
}

/* --- repositories --- */

struct handle { /* what a value of the file may name */
	struct str hex;
	struct node *node;
};

static int
by_hex(const void *a, const void *b)
{
	const struct handle *x = a, *y = b;
	int c = str_cmp(x->hex, y->hex);

	return c != 0 ? c : str_cmp(x->node->digest_text, y->node->digest_text);
}

static struct str
hex_of(struct str digest_text)
{
	return str_from(digest_text, str_find(digest_text, ':') + 1);
}

/*
 * Docker writes the digest of the uppermost layer; of an image without layers, and in other
 * hands, it can only be that of the configuration or the manifest.
 */
static struct handle *
handles_of(size_t *count, struct build *b, struct range images)
{
	struct handle *list = arena_array(b->mem, 3 * images.n, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < images.n; i++) {
		struct node *node = images.v[i];
		const struct manifest *m = &node->manifest;

		list[n++] = (struct handle){ hex_of(node->digest_text), node };
		list[n++] = (struct handle){ hex_of(m->config.digest_text), node };
		if (m->child_count > 0)
			list[n++] = (struct handle){
				hex_of(m->children[m->child_count - 1].digest_text), node
			};
	}
	if (n > 1)
		qsort(list, n, sizeof(*list), by_hex);
	*count = n;
	return list;
}

/* The nodes that a value names; `room` holds them. */
static struct range
named_by(const struct handle *list, size_t count, struct str hex, struct node **room)
{
	struct range r = { room, 0 };
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (str_cmp(list[mid].hex, hex) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < count && str_equal(list[low].hex, hex); low++)
		if (r.n == 0 || room[r.n - 1] != list[low].node)
			room[r.n++] = list[low].node;
	return r;
}

static void
repository_names(struct build *b, struct range images)
{
	struct node **room = arena_array(b->mem, images.n, sizeof(*room));
	const struct docker_tag *tags = b->from->tags;
	size_t count = b->from->tag_count, handle_count, strange = 0, first = 0;
	struct handle *handles;

	if (b->from->tags_fault.ptr != NULL)
		build_note(b, REASON_LAYOUT_TWO_INDEXES, "repositories: %.*s",
		    STR_ARG(b->from->tags_fault));
	if (count == 0)
		return;
	handles = handles_of(&handle_count, b, images);
	for (size_t i = count; i-- > 0 && b->listed_names <= LISTED_MOST;) {
		struct range r = named_by(handles, handle_count, tags[i].hex, room);

		first = r.n == 0 ? i : first;
		strange += r.n == 0;
		give(b, r, tags[i].name, NAME_REPOSITORIES);
	}
	if (strange > 0)
		build_note(b, REASON_LAYOUT_TWO_INDEXES,
		    "%zu of %zu names in repositories are of no image here, one is %.*s",
		    strange, count, STR_ARG(tags[first].name));
}

void
docker_names(struct build *b)
{
	struct range images = images_of(b);

	list_names(b, images);
	repository_names(b, images);
	/* What was left out could have been the name of a stricter statement. */
	if (b->listed_names > LISTED_MOST)
		build_note(b, REASON_LIMIT_FINDINGS_HIT,
		    "more than %llu names in Docker's files",
		    (unsigned long long)LISTED_MOST);
}
