/* SPDX-License-Identifier: Apache-2.0 */
/* Two authorities with pointers, and the data that they ask for. */
#include "tests/lib/revstage.h"

#define URL "http://pki.example/"

static struct arena *
mem(struct revstage *s)
{
	return forge_mem(s->st.f);
}

static const char *
print(struct revstage *s, const char *head, const char *name, const char *tail)
{
	return arena_printf(mem(s), "%s%s%s", head, name, tail).ptr;
}

static void
part_make(struct revstage *s, enum rev_who who, struct forge_cert spec)
{
	static const char *const names[] = { "leaf", "ca", "tsa", "tsa-ca" };
	struct rev_part *p = &s->parts[who];

	p->name = names[who];
	p->crl = print(s, URL, p->name, ".crl");
	p->delta = print(s, URL, p->name, "-delta.crl");
	p->ocsp = print(s, URL "ocsp/", p->name, "");
	p->issuer = spec.issuer;
	p->issuer_key = spec.issuer_key;
	spec.crl_url = p->crl;
	spec.ocsp_url = p->ocsp;
	spec.serial = p->serial = 0x1000 + (uint64_t)who;
	p->cert = forge_cert(s->st.f, &spec);
}

void
revstage_open(struct revstage *s)
{
	struct stage *st = &s->st;
	struct forge *f;

	memset(s, 0, sizeof(*s));
	stage_open(st);
	f = st->f;
	part_make(s, REV_CA,
	    forge_cert_ca(forge_key(f, "ca-sub"), "C=US,ST=WA,O=Example,CN=Issuing CA",
		st->ca.cert[2], forge_key(f, "ca")));
	st->ca.cert[1] = s->parts[REV_CA].cert;
	part_make(s, REV_LEAF,
	    forge_cert_leaf(st->ca.key, "C=US,ST=WA,O=Example,CN=Signer", st->ca.cert[1],
		forge_key(f, "ca-sub")));
	st->ca.cert[0] = s->parts[REV_LEAF].cert;
	part_make(s, REV_TSA_CA,
	    forge_cert_ca(forge_key(f, "tsa-sub"), "C=US,O=Time,CN=Time Stamping CA",
		st->tsa.cert[2], forge_key(f, "tsa-ca")));
	st->tsa.cert[1] = s->parts[REV_TSA_CA].cert;
	part_make(s, REV_TSA,
	    forge_cert_tsa(st->tsa.key, "C=US,O=Time,CN=Time Stamper", st->tsa.cert[1],
		forge_key(f, "tsa-sub")));
	st->tsa.cert[0] = s->parts[REV_TSA].cert;
}

void
revstage_close(struct revstage *s)
{
	stage_close(&s->st);
}

/* --- data -------------------------------------------------------------------------- */

void
revstage_begin(struct revstage *s)
{
	s->folders++;
	s->crl = s->ocsp = s->cache = false;
	s->map = STR_NONE;
}

/* "data-N/KIND/NAME" */
static const char *
place(struct revstage *s, const char *kind, const char *name)
{
	return arena_printf(mem(s), "data-%u/%s%s", s->folders, kind, name).ptr;
}

static struct bytes
list_make(struct revstage *s, enum rev_who who, struct forge_crl spec)
{
	const struct rev_part *p = &s->parts[who];

	if (spec.issuer.len == 0)
		spec.issuer = p->issuer;
	if (spec.key == NULL)
		spec.key = p->issuer_key;
	return forge_crl(s->st.f, &spec);
}

void
revstage_list(struct revstage *s, enum rev_who who, struct forge_crl spec)
{
	const char *tail = spec.delta ? "-delta.crl" : ".crl";

	scratch_put(&s->st.dir, place(s, "crl/", print(s, s->parts[who].name, tail, "")),
	    list_make(s, who, spec));
	s->crl = true;
}

void
revstage_answer(struct revstage *s, enum rev_who who, struct forge_ocsp spec)
{
	const struct rev_part *p = &s->parts[who];

	if (spec.cert.len == 0)
		spec.cert = p->cert;
	if (spec.issuer.len == 0)
		spec.issuer = p->issuer;
	if (spec.issuer_key == NULL)
		spec.issuer_key = p->issuer_key;
	scratch_put(&s->st.dir, place(s, "ocsp/", print(s, p->name, ".ors", "")),
	    forge_ocsp(s->st.f, &spec));
	s->ocsp = true;
}

/* Of a list of number 4 that announces a delta, and the delta. */
static struct forge_crl
base_of(struct revstage *s, enum rev_who who)
{
	const char **urls = arena_array(mem(s), 2, sizeof(*urls));

	urls[0] = s->parts[who].delta;
	return (struct forge_crl){ .number = 4, .freshest = urls };
}

static const struct forge_crl delta = { .delta = true, .base = 4, .number = 5 };

static void
cache_put(struct revstage *s, enum rev_who who)
{
	struct forge *f = s->st.f;
	const char *url = s->parts[who].crl;
	struct str entry =
	    arena_printf(mem(s), "{\"baseCRL\":\"%.*s\",\"deltaCRL\":\"%.*s\"}",
		STR_ARG(forge_base64(f, list_make(s, who, base_of(s, who)))),
		STR_ARG(forge_base64(f, list_make(s, who, delta))));
	struct str name = forge_hex(f, forge_hash(f, "SHA256", forge_text(url)));

	scratch_put(&s->st.dir, place(s, "cache/", arena_str(mem(s), name).ptr),
	    str_bytes(entry));
	s->cache = true;
}

static void
map_put(struct revstage *s, enum rev_who who)
{
	const struct rev_part *p = &s->parts[who];

	scratch_put(&s->st.dir, place(s, "map/", p->name),
	    list_make(s, who, (struct forge_crl){ .number = 1 }));
	s->map = arena_printf(mem(s), "%.*s%s\"%s\":\"%s\"", STR_ARG(s->map),
	    s->map.len > 0 ? "," : "", p->crl, p->name);
}

void
revstage_good(struct revstage *s, enum rev_who who, enum rev_way way)
{
	switch (way) {
	case REV_CRL:
		revstage_list(s, who, (struct forge_crl){ .number = 1 });
		break;
	case REV_OCSP:
		revstage_answer(s, who, (struct forge_ocsp){ .version = 0 });
		break;
	case REV_DELTA:
		revstage_list(s, who, base_of(s, who));
		revstage_list(s, who, delta);
		break;
	case REV_CACHE:
		cache_put(s, who);
		break;
	case REV_MAP:
		map_put(s, who);
		break;
	case REV_WAY_COUNT:
		break;
	}
}

void
revstage_others(struct revstage *s, enum rev_who but, enum rev_way way)
{
	for (int who = 0; who < REV_WHO_COUNT; who++)
		if ((enum rev_who)who != but)
			revstage_good(s, (enum rev_who)who, way);
}

void
revstage_use(struct revstage *s, struct judge *j)
{
	struct revdata_options o = { .policy = NULL };
	struct str map;

	if (s->crl)
		o.crl_dir = print(s, s->st.dir.path, "/", place(s, "crl", ""));
	if (s->ocsp)
		o.ocsp_dir = print(s, s->st.dir.path, "/", place(s, "ocsp", ""));
	if (s->cache)
		o.cache_dir = print(s, s->st.dir.path, "/", place(s, "cache", ""));
	if (s->map.len > 0) {
		map = arena_printf(mem(s), "{%.*s}", STR_ARG(s->map));
		scratch_put(&s->st.dir, place(s, "map/", "map.json"), str_bytes(map));
		o.map = print(s, s->st.dir.path, "/", place(s, "map/", "map.json"));
	}
	judge_revdata(j, &o);
}
