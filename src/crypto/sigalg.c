/* SPDX-License-Identifier: Apache-2.0 */
/* The six signature algorithms of the Notary Project, in one table. */
#include "crypto/sigalg.h"

static const struct sigalg_row rows[] = {
	{ SIGALG_PS256, "PS256", -37, "RSASSA-PSS-SHA-256", DIGEST_SHA256, true, 2048,
	    256 },
	{ SIGALG_PS384, "PS384", -38, "RSASSA-PSS-SHA-384", DIGEST_SHA384, true, 3072,
	    384 },
	{ SIGALG_PS512, "PS512", -39, "RSASSA-PSS-SHA-512", DIGEST_SHA512, true, 4096,
	    512 },
	{ SIGALG_ES256, "ES256", -7, "ECDSA-SHA-256", DIGEST_SHA256, false, 256, 64 },
	{ SIGALG_ES384, "ES384", -35, "ECDSA-SHA-384", DIGEST_SHA384, false, 384, 96 },
	{ SIGALG_ES512, "ES512", -36, "ECDSA-SHA-512", DIGEST_SHA512, false, 521, 132 },
};

const struct sigalg_row *
sigalg_row(enum sigalg id)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

enum sigalg
sigalg_by_jwa(struct str name)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_is(name, rows[i].jwa))
			return rows[i].id;
	return SIGALG_NONE;
}

enum sigalg
sigalg_by_cose(int64_t id)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].cose == id)
			return rows[i].id;
	return SIGALG_NONE;
}
