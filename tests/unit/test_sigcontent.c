/* SPDX-License-Identifier: Apache-2.0 */
/* The document of a child about a signature, taken apart: what is not as it should be is not there. */
#include "cli/sigcontent.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

static struct limits limits;

static bool
read_text(struct sigcontent *out, struct arena *mem, const char *text)
{
	return sigcontent_read(out, mem, str_bytes(quoted(mem, text)), &limits);
}

static void
test_whole(struct arena *mem)
{
	struct sigcontent c;

	ok(read_text(&c, mem,
	       "{'signed_attributes':{'content_type':'t','signing_scheme':'s','signing_time':'1',"
	       "'extended':[{'name':'n','value':'v','critical':true}]},"
	       "'user_metadata':[{'name':'k','value':'w'}],"
	       "'signed_artifact':{'media_type':'m','digest':'d','size':7},"
	       "'unsigned_attributes':{'signing_agent':'a','timestamp':{'time':'2',"
	       "'accuracy_us':9,'certificates':[{'sha256':'x','signer':true}]}},"
	       "'certificates':[{'sha256':'y','key_alg':'RSA','key_bits':2048,'is_ca':true},"
	       "{'sha256':'z','reason':'cert.not-der'}]}"),
	    "a whole one");
	is_str(c.content_type, "t", "content type");
	ok(c.expiry.ptr == NULL && c.plugin.ptr == NULL, "what is left out");
	ok(c.extended.n == 1 && c.extended.v[0].critical, "extended");
	ok(c.has_payload && c.metadata.n == 1 && c.size == 7, "payload");
	ok(c.token.there && c.token.accuracy_us == 9 && c.token.certs.n == 1 &&
		c.token.certs.v[0].signer,
	    "token");
	ok(c.certs.n == 2 && c.certs.v[0].is_ca && c.certs.v[0].key_bits == 2048 &&
		c.certs.v[0].reason.ptr == NULL,
	    "certificates");
	is_str(c.certs.v[1].reason, "cert.not-der", "one that cannot be read");
}

static void
test_hostile(struct arena *mem)
{
	struct sigcontent c;

	ok(!read_text(&c, mem, "{'certificates':["), "bad_document_cut");
	ok(!read_text(&c, mem, "{'size':1,'size':2}"), "bad_document_twice");
	ok(read_text(&c, mem, "[1,2]") && !c.has_payload && c.certs.n == 0,
	    "bad_document_array: nothing is there");
	ok(read_text(&c, mem,
	       "{'signed_attributes':7,'certificates':[{'sha256':7,'key_bits':-1,'is_ca':'yes'},3],"
	       "'signed_artifact':{'size':1.5,'digest':[]},'surplus':{'a':1}}"),
	    "bad_document_types");
	ok(c.content_type.ptr == NULL && c.digest.ptr == NULL && c.size == 0,
	    "bad_document_types: not there");
	ok(c.certs.n == 2 && c.certs.v[0].sha256.ptr == NULL &&
		c.certs.v[0].key_bits == 0 && !c.certs.v[0].is_ca,
	    "bad_document_types: nor in a certificate");
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	limits_default(&limits);
	test_whole(&mem);
	test_hostile(&mem);
	arena_clear(&mem);
	return tap_done();
}
