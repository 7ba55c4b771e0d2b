/* SPDX-License-Identifier: Apache-2.0 */
/* The libraries this process runs with, as they report themselves. */
#include "run/libraries.h"

#include "audit/db.h"
#include "codec/cborin.h"
#include "codec/jsonin.h"
#include "codec/jsonout.h"
#include "crypto/ossl.h"
#include "input/tarin.h"
#include "input/unpack.h"

static const struct {
	const char *name;
	const char *(*version)(void);
} libraries[] = {
	{ "cJSON", jsonin_library },
	{ "libarchive", tarin_library },
	{ "libcbor", cborin_library },
	{ "openssl", ossl_version },
	{ "sqlite", db_library_version },
	{ "zlib", unpack_zlib },
	{ "zstd", unpack_zstd },
};

const size_t library_count = COUNT(libraries);

struct library
library_at(size_t i)
{
	return (struct library){ libraries[i].name, libraries[i].version() };
}

struct str
libraries_json(struct arena *mem)
{
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	struct jsonout out;

	jsonout_init(&out, &text, NULL, NULL, false);
	jsonout_object_begin(&out, NULL);
	for (size_t i = 0; i < library_count; i++)
		jsonout_text(&out, libraries[i].name, libraries[i].version());
	jsonout_object_end(&out);
	return arena_str(mem, (struct str){ (const char *)text.ptr, text.len });
}
