/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_STAGE_H
#define TESTS_LIB_STAGE_H
/*
 * What a test of verification needs on disk: a policy folder that trusts two committed
 * authorities, and layouts with one image whose signatures the test makes. Everything lies below
 * one scratch folder.
 */
#include "tests/lib/forge.h"
#include "tests/lib/judge.h"
#include "tests/lib/scratch.h"

#define STAGE_NOW "2026-06-01T00:00:00Z"
#define STAGE_NAME "registry.example/a/b" /* of every image that is made here */

struct stage {
	struct scratch dir;
	struct forge *f; /* for what stays; a subject has its own */
	struct forge_chain ca, tsa; /* their roots are in the stores "root" */
	struct forge_chain alone; /* one self-signed signer, in "ca:alone" */
	unsigned cases;
};

void stage_open(struct stage *s);
void stage_close(struct stage *s);

/*
 * A statement for scope *, JSON with ' for ": verification "'level':'strict'", stores
 * "'ca:root','tsa:root'", identity the organization of s->ca. Of each type there is a store
 * "root"; ca has "stranger", too, with another root, and "alone".
 */
const char *stage_statement(
    struct stage *s, const char *verification, const char *stores);
/* A policy folder NAME with these statements; yields its path. */
const char *stage_policy(struct stage *s, const char *name, const char *statements);
/* Both of them, and a judge at STAGE_NOW. */
void stage_judge(struct judge *j, struct stage *s, const char *name,
    const char *verification, const char *stores);

/* Leaf first, under the authority `s->ca`: another subject, dates, pointers to revocation lists. */
struct forge_chain stage_signer(struct stage *s, const struct forge_cert *leaf);
/* A leaf to start from for stage_signer. */
struct forge_cert stage_leaf(struct stage *s, const char *key);

struct subject { /* one image in a layout of its own */
	struct stage *stage;
	struct forge *f;
	struct forge_layout *layout;
	struct forge_desc layer, image;
	const char *dir;
	bool written; /* index.json is there */
};

/* The image is in the layout, but not in its index.json. */
void subject_new(struct subject *s, struct stage *stage);
/* The image is there under STAGE_NAME. */
void subject_open(struct subject *s, struct stage *stage);
void subject_close(struct subject *s); /* its folder is removed */
struct judge_target subject_target(const struct subject *s);
struct bytes subject_payload(const struct subject *s);
/* The envelope of `spec`; payload and signer are filled in where they are missing. */
struct bytes subject_envelope(struct subject *s, struct forge_envelope spec);
struct forge_desc subject_attach(struct subject *s, enum forge_form form,
    struct bytes envelope, const struct forge_chain *signer);
/* Makes the envelope and attaches it. */
struct forge_desc subject_sign(struct subject *s, struct forge_envelope spec);
/* Writes index.json, the first time, and judges the image. */
enum reason subject_judge(struct subject *s, struct judge *j);

/* One image, one envelope, one verdict. */
enum reason stage_verdict(struct stage *s, struct judge *j, struct forge_envelope spec);
/* The same as a test of each envelope form: the reason, and compliant only for REASON_NONE. */
void stage_both(struct stage *s, struct judge *j, const char *name,
    struct forge_envelope spec, enum reason reason);
void stage_passes(
    struct stage *s, struct judge *j, const char *name, struct forge_envelope spec);

#endif
