/* SPDX-License-Identifier: Apache-2.0 */
/* A policy folder that loads. */
#include "tests/lib/folder.h"

#include "base/buf.h"
#include "tests/lib/tap.h"

enum policy_kind folder_kind;
static struct ossl *lib;

struct ossl *
folder_library(void)
{
	ossl_process_init();
	lib = ossl_new();
	return lib;
}

void
folder_library_end(void)
{
	ossl_free(lib);
}

/* Statements about files have no scopes. */
static struct str
without_scopes(struct arena *mem, const char *text)
{
	static const char member[] = "'registryScopes':[";
	struct buf b;
	struct str s;

	buf_init(&b, (size_t)1 << 20);
	while (*text != '\0') {
		if (strncmp(text, member, sizeof(member) - 1) == 0)
			text = strstr(text, "],") + 2;
		else
			buf_u8(&b, (uint8_t)*text++);
	}
	s = arena_str(mem, (struct str){ buf_cstr(&b), b.len });
	buf_clear(&b);
	return s;
}

struct str
folder_text(struct arena *mem, const char *text)
{
	return folder_kind == POLICY_BLOB ? without_scopes(mem, text) : str_of(text);
}

void
folder_put(const struct folder *f, const char *text)
{
	struct arena mem;

	arena_init(&mem, 0);
	scratch_json(&f->dir, DOCUMENT, folder_text(&mem, text).ptr);
	arena_clear(&mem);
}

void
folder_begin(struct folder *f)
{
	scratch_open(&f->dir);
	folder_put(f, GOOD);
	scratch_copy(&f->dir, STORE "/root.pem", "certs/anchors/root.pem");
}

enum reason
folder_load_at(struct folder *f, const char *rel, bool lenient)
{
	struct policy_options options = { .kind = folder_kind,
		.insecure_permissions = lenient };

	f->err = (struct err){ .reason = REASON_NONE };
	if (policy_load(&f->policy, scratch_at(&f->dir, rel), lib, &options, &f->err) ==
	    0)
		return REASON_NONE;
	return f->err.reason == REASON_NONE ? REASON_INTERNAL : f->err.reason;
}

enum reason
folder_load(struct folder *f)
{
	return folder_load_at(f, "o/p/q", false);
}

void
folder_refused(struct folder *f, enum reason reason, const char *rel, const char *name)
{
	is_reason(folder_load(f), reason, "%s: %s: %s", name, f->err.file, f->err.text);
	is_str(str_of(f->err.file), scratch_at(&f->dir, rel), "%s: the place", name);
	ok(f->policy.statement_count == 0 && f->policy.store_count == 0,
	    "%s: nothing is left", name);
	policy_clear(&f->policy);
	scratch_close(&f->dir);
}

void
folder_loads(struct folder *f, const char *name)
{
	is_reason(
	    folder_load(f), REASON_NONE, "%s: %s: %s", name, f->err.file, f->err.text);
	policy_clear(&f->policy);
	scratch_close(&f->dir);
}
