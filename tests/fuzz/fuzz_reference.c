/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References: what is taken has a valid scope, and reads the same when it is written out
 * again.
 */
#include <stdlib.h>

#include "codec/text.h"
#include "oci/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
check_again(struct arena *mem, const struct reference *r)
{
	struct str text = arena_printf(mem, "%.*s/%.*s%s%.*s%s%.*s", STR_ARG(r->registry),
	    STR_ARG(r->repository), r->tag.ptr != NULL ? ":" : "", STR_ARG(r->tag),
	    r->digest.ptr != NULL ? "@" : "", STR_ARG(r->digest));
	struct reference again;

	must(reference_is_full(text) || str_find(r->registry, '.') == r->registry.len);
	if (!reference_is_full(text))
		return;
	must(reference_parse(&again, mem, text, NULL) == 0);
	must(str_equal(again.registry, r->registry) &&
	     str_equal(again.repository, r->repository) && str_equal(again.tag, r->tag) &&
	     str_equal(again.digest, r->digest));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text, alg, hex, suffix;
	struct reference r;
	struct arena mem;

	if (!text_check(&text, bytes_of(data, size)))
		return 0;
	arena_init(&mem, 0);
	if (reference_parse(&r, &mem, text, NULL) == 0) {
		must(reference_scope_valid(reference_scope(&mem, &r)));
		must(r.tag.ptr == NULL || reference_tag_valid(r.tag));
		check_again(&mem, &r);
	}
	if (reference_scope_valid(text)) {
		struct str normal = reference_normal(&mem, text);

		must(str_equal(reference_normal(&mem, normal), normal));
		must(reference_scope_valid(normal) && reference_is_full(normal));
	}
	if (reference_scope_valid(text))
		must(str_find(text, '@') == text.len && str_find(text, '*') == text.len);
	if (reference_digest_tag(text, &alg, &hex, &suffix))
		must(alg.len > 0 && hex.len >= 64 &&
		     text.len == alg.len + 1 + hex.len +
				     (suffix.ptr == NULL ? 0 : 1 + suffix.len));
	arena_clear(&mem);
	return 0;
}
