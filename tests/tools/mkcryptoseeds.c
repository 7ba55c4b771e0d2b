/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the seeds of fixtures/fuzz/{cert,der,dn,tst}. Run in the top folder, with
 * srcdir=.
 */
#include <stdio.h>

#include "tests/lib/kit.h"

static struct kit k;

static void
put(const char *name, struct bytes b)
{
	forge_write("fixtures/fuzz", name, b);
}

static void
certificates(void)
{
	struct kit_trio t = kit_trio(&k);
	struct forge_cert own = forge_cert_leaf(forge_key(k.forge, "p384"),
	    "C=US,ST=WA,O=E+OU=F,CN=x", (struct bytes){ NULL, 0 }, NULL);
	const struct cert *c;
	struct bytes ders[3];

	t.leaf.crl_url = "http://crl.example/a.crl";
	t.leaf.ocsp_url = "http://ocsp.example/";
	t.leaf.key = forge_key(k.forge, "p256");
	kit_make(&k, ders, &t);
	put("cert/leaf-p256", ders[0]);
	put("cert/ca-rsa", ders[1]);
	put("cert/pem", str_bytes(forge_pem(k.forge, ders[0])));
	put("der/certificate", ders[0]);
	own.eku = "timeStamping";
	own.eku_critical = true;
	put("cert/self-signed-p384", forge_cert(k.forge, &own));
	kit_cert(&k, &c, forge_cert(k.forge, &own));
	put("dn/name", cert_info(c)->subject_der);
}

static void
tokens(void)
{
	struct forge_chain ec = forge_chain_tsa(k.forge, forge_key(k.forge, "p256"), "E");
	struct forge_chain rsa = forge_chain_tsa(k.forge, forge_key(k.forge, "tsa"), "E");
	struct forge_token a = { .tsa = &ec,
		.millis = 500,
		.ess_issuer_serial = true,
		.signing_time = "2024-02-01T00:00:00Z" };
	struct forge_token b = { .tsa = &rsa,
		.pss = true,
		.hash = "SHA384",
		.ess_hash = "SHA512",
		.seconds = 1,
		.time = "2024-02-01T00:00:00.5Z" };

	put("tst/ecdsa", forge_token(k.forge, &a, forge_text("m")));
	put("tst/pss", forge_token(k.forge, &b, forge_text("m")));
}

int
main(void)
{
	kit_open(&k);
	certificates();
	tokens();
	put("dn/identity", forge_text("C=US, ST=WA;O=a\\,b\\c3\\bc,CN=x\\ "));
	put("der/values",
	    forge_text(
		"\x30\x13\x01\x01\xff\x02\x01\x05\x06\x03\x55\x04\x03\x03\x02\x07\x80"
		"\x18\x01x"));
	kit_close(&k);
	return 0;
}
