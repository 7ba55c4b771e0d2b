/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the workloads of the benchmark.
 *
 *	bench-gen SEED W1|W2 SCALE DIR [jws|cose] [KEY]
 *
 * W1: DIR/w1.tar, 5 GB times SCALE in eight layers per image, 50 images times SCALE, each signed.
 * W2: DIR/w2, a layout folder of 10,000 signed artifacts times SCALE; one signer (RSA-3072 unless
 *     KEY names another committed key), chains of three, each with a token of a RSA-4096 TSA.
 * Both: DIR/policy, a strict policy for any name; DIR/EXPECT, counts and verdicts.
 *
 * Content comes from splitmix64 and SEED. Salts of signatures are random, so digests of signature
 * manifests differ from run to run; shapes and sizes do not. srcdir names the source tree.
 */
#include "tests/lib/forge.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define W1_BYTES 5e9
#define W1_IMAGES 50
#define W1_LAYERS 8
#define W2_ARTIFACTS 10000
#define STEP ((size_t)1 << 20)

struct gen {
	struct forge *f;
	const char *dir;
	uint64_t state;
	enum forge_form form;
	struct forge_chain signer, tsa;
	uint64_t artifacts, blobs, bytes; /* for EXPECT */
};

static uint64_t
splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
fill(uint8_t *out, size_t len, uint64_t *state)
{
	for (size_t i = 0; i < len; i += 8) {
		uint64_t v = splitmix64(state);

		memcpy(out + i, &v, len - i < 8 ? len - i : 8);
	}
}

/* --- a tar of large members, written once through ------------------------------------------- */

static void
tar_header(FILE *out, const char *name, uint64_t size)
{
	char h[512] = { 0 };
	unsigned sum = 0;

	snprintf(h, 100, "%s", name);
	snprintf(h + 100, 8, "0000644");
	snprintf(h + 108, 8, "0000000");
	snprintf(h + 116, 8, "0000000");
	snprintf(h + 124, 12, "%011llo", (unsigned long long)size & 077777777777ULL);
	snprintf(h + 136, 12, "%011o", 1705320000u);
	memset(h + 148, ' ', 8);
	h[156] = '0';
	memcpy(h + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	fwrite(h, 1, sizeof(h), out);
}

static void
tar_pad(FILE *out, uint64_t size)
{
	static const char zero[512];

	fwrite(zero, 1, (size_t)((512 - size % 512) % 512), out);
}

/* Twice through the same numbers: the name of the member is the digest of its content. */
static struct forge_desc
big_layer(struct gen *g, FILE *out, uint64_t size)
{
	uint8_t *step = xmalloc(STEP), value[32];
	uint64_t start = splitmix64(&g->state), state = start;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	struct forge_desc d = { .media_type = "application/vnd.oci.image.layer.v1.tar",
		.size = size };

	EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	for (uint64_t at = 0; at < size; at += STEP) {
		size_t n = size - at < STEP ? (size_t)(size - at) : STEP;

		fill(step, n, &state);
		EVP_DigestUpdate(md, step, n);
	}
	EVP_DigestFinal_ex(md, value, NULL);
	EVP_MD_CTX_free(md);
	d.digest = arena_printf(forge_mem(g->f), "sha256:%s",
	    forge_hex(g->f, bytes_of(value, sizeof(value))).ptr);
	tar_header(out,
	    arena_printf(forge_mem(g->f), "blobs/sha256/%s", d.digest.ptr + 7).ptr, size);
	state = start;
	for (uint64_t at = 0; at < size; at += STEP) {
		size_t n = size - at < STEP ? (size_t)(size - at) : STEP;

		fill(step, n, &state);
		fwrite(step, 1, n, out);
	}
	tar_pad(out, size);
	free(step);
	g->blobs++;
	g->bytes += size;
	return d;
}

/* --- one signed artifact -------------------------------------------------------------------- */

/* Through `f`, so that the memory of one artifact can go when it is done. */
static void
sign_artifact(struct gen *g, struct forge *f, struct forge_layout *l,
    const struct forge_desc *layers, size_t count)
{
	struct arena *mem = forge_mem(f);
	struct str salt =
	    arena_printf(mem, "%016llx", (unsigned long long)splitmix64(&g->state));
	struct forge_desc image = forge_image(l, salt.ptr, layers, count), signature;
	struct forge_token token = { .tsa = &g->tsa,
		.time = "2024-02-01T10:00:00Z",
		.seconds = 1,
		.hash = "SHA512",
		.serial = ++g->artifacts };
	struct forge_target target = { .digest = image.digest.ptr, .size = image.size };
	struct forge_envelope env = { .form = g->form,
		.payload = forge_payload(f, &target),
		.signer = &g->signer,
		.signing_time = "2024-02-01T09:59:58Z",
		.agent = "assay-bench/1",
		.token = &token };
	struct forge_referrer ref = { .subject = image,
		.form = g->form,
		.envelope = forge_envelope(f, &env),
		.signer = &g->signer };

	signature = forge_referrer(l, &ref);
	forge_entry(l, &image,
	    arena_printf(mem, "registry.example/bench/app-%llu:1",
		(unsigned long long)g->artifacts)
		.ptr);
	forge_entry(l, &signature, NULL);
	g->blobs += 4;
	g->bytes += image.size + signature.size + ref.envelope.len;
}

static void
write_policy(struct gen *g)
{
	static const char *const folders[] = { "", "/truststore", "/truststore/x509",
		"/truststore/x509/ca", "/truststore/x509/ca/bench",
		"/truststore/x509/tsa", "/truststore/x509/tsa/bench" };
	const char *dir = arena_printf(forge_mem(g->f), "%s/policy", g->dir).ptr;

	for (size_t i = 0; i < COUNT(folders); i++)
		forge_mkdir(arena_printf(forge_mem(g->f), "%s%s", dir, folders[i]).ptr);
	forge_write(dir, "trustpolicy.json",
	    forge_text(
		"{\"version\":\"1.0\",\"trustPolicies\":["
		"{\"name\":\"bench\",\"registryScopes\":[\"*\"],\"signatureVerification\":"
		"{\"level\":\"strict\"},\"trustStores\":[\"ca:bench\",\"tsa:bench\"],"
		"\"trustedIdentities\":[\"x509.subject:C=US,ST=WA,O=Bench\"]}]}\n"));
	forge_write(dir, "truststore/x509/ca/bench/root.pem",
	    str_bytes(forge_pem(g->f, g->signer.cert[2])));
	forge_write(dir, "truststore/x509/tsa/bench/root.pem",
	    str_bytes(forge_pem(g->f, g->tsa.cert[2])));
}

/* --- workloads -------------------------------------------------------------------------------- */

/* Layers go straight into the tar; the small blobs through a layout folder, then behind them. */
static void
make_w1(struct gen *g, double scale)
{
	struct arena *mem = forge_mem(g->f);
	size_t images = (size_t)(W1_IMAGES * scale) < 2 ? 2 : (size_t)(W1_IMAGES * scale);
	uint64_t mean = (uint64_t)(W1_BYTES * scale) / images / W1_LAYERS;
	const char *small = arena_printf(mem, "%s/small", g->dir).ptr;
	const char *path = arena_printf(mem, "%s/w1.tar", g->dir).ptr;
	struct forge_layout *l = forge_layout_new(g->f, small);
	FILE *out = fopen(path, "wb");

	if (out == NULL)
		forge_die("cannot write %s", path);
	g->blobs++; /* the empty config that signatures share */
	for (size_t i = 0; i < images; i++) {
		struct forge_desc layers[W1_LAYERS];

		for (size_t k = 0; k < W1_LAYERS; k++) /* 50 % to 150 % of the mean */
			layers[k] = big_layer(
			    g, out, mean / 2 + splitmix64(&g->state) % (mean + 1));
		sign_artifact(g, g->f, l, layers, W1_LAYERS);
	}
	if (fclose(out) != 0)
		forge_die("cannot write %s", path);
	forge_layout_end(l);
	/* Appended members end the archive; a tar without its two zero blocks can be extended so. */
	if (system(arena_printf(mem,
		"tar --sort=name --format=ustar --mtime=@1705320000 --owner=0 "
		"--group=0 --numeric-owner -C %s -cf - blobs index.json oci-layout >> %s && "
		"rm -r %s",
		small, path, small)
		       .ptr) != 0)
		forge_die("tar failed");
}

static void
make_w2(struct gen *g, double scale)
{
	size_t artifacts =
	    (size_t)(W2_ARTIFACTS * scale) < 1 ? 1 : (size_t)(W2_ARTIFACTS * scale);
	struct forge_layout *l =
	    forge_layout_new(g->f, arena_printf(forge_mem(g->f), "%s/w2", g->dir).ptr);
	struct forge_desc layer;
	uint8_t content[3000];

	fill(content, sizeof(content), &g->state);
	layer = forge_blob(l, "application/vnd.oci.image.layer.v1.tar",
	    bytes_of(content, sizeof(content)));
	g->blobs += 2; /* this layer, and the empty config of signatures */
	for (size_t i = 0; i < artifacts; i++) {
		struct forge *step = forge_new();

		forge_layout_memory(l, step);
		sign_artifact(g, step, l, &layer, 1);
		forge_layout_memory(l, g->f);
		forge_free(step);
	}
	forge_layout_end(l);
}

int
main(int argc, char **argv)
{
	struct gen g = { .f = forge_new() };
	const char *key = argc > 6 ? argv[6] : "rsa3072";
	double scale;
	FILE *out;

	if (argc < 5 || argc > 7)
		forge_die("usage: bench-gen SEED W1|W2 SCALE DIR [jws|cose] [KEY]");
	g.state = strtoull(argv[1], NULL, 10);
	scale = strtod(argv[3], NULL);
	g.dir = argv[4];
	g.form = argc > 5 && strcmp(argv[5], "cose") == 0 ? FORGE_COSE : FORGE_JWS;
	g.signer = forge_chain(g.f, forge_key(g.f, key), "Bench");
	g.tsa = forge_chain_tsa(g.f, forge_key(g.f, "tsa"), "Bench Time");
	forge_mkdir(g.dir);
	if (strcmp(argv[2], "W1") == 0)
		make_w1(&g, scale);
	else if (strcmp(argv[2], "W2") == 0)
		make_w2(&g, scale);
	else
		forge_die("workload %s", argv[2]);
	write_policy(&g);
	out = fopen(arena_printf(forge_mem(g.f), "%s/EXPECT", g.dir).ptr, "w");
	if (out == NULL)
		forge_die("cannot write EXPECT");
	fprintf(out,
	    "artifacts %llu\ncompliant %llu\nnoncompliant 0\nblobs %llu\nbytes %llu\n",
	    (unsigned long long)g.artifacts, (unsigned long long)g.artifacts,
	    (unsigned long long)g.blobs, (unsigned long long)g.bytes);
	if (fclose(out) != 0)
		forge_die("cannot write EXPECT");
	forge_free(g.f);
	return 0;
}
