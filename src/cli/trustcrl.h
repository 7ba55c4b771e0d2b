/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TRUSTCRL_H
#define CLI_TRUSTCRL_H
/* What add, list and show of `assay trust crl` share: options, data, and the state of a file. */
#include "cli/command.h"
#include "cli/doc.h"
#include "cli/revsource.h"

#define TRUSTCRL_WARN_USUAL UINT64_MAX /* warn_days: a share of the life of each file */

struct trustcrl {
	struct config *config;
	struct revsource source;
	bool json, force, exit_code;
	uint64_t warn_days, entries; /* entries: how many of a list are shown */
	struct when now; /* --at, or the clock */
	struct ossl *lib;
	struct hasher *hasher;
	struct revdata data;
};

/* Best first. */
enum revstate {
	REVSTATE_OK,
	REVSTATE_SOON,
	REVSTATE_EARLY,
	REVSTATE_STALE,
	REVSTATE_ENDLESS,
	REVSTATE_UNUSABLE
};

struct revage {
	enum revstate state;
	enum reason reason; /* REASON_NONE for OK and SOON */
	struct when this_update, next_update;
	bool has_next;
	int64_t age, left; /* whole days; negative: to come, gone */
};

/*
 * Read one file from anywhere, lists or a response by its content, whole or not at all. Fails as
 * the readers of both do, and with file.* reasons.
 */
int trustcrl_read(struct trustcrl *t, struct revfile ***files, size_t *count,
    const char *path, struct err *err);

/* At t->now: of a file (a response is as its worst answer), of one answer. */
struct revage trustcrl_age(const struct trustcrl *t, const struct revfile *f);
struct revage trustcrl_age_single(const struct trustcrl *t, const struct ocsp_single *s);
const char *revstate_name(enum revstate s); /* "ok", "soon stale" ... */
/* "30 days left", "stale for 2 days" ..., for people; in the config's memory. */
struct str trustcrl_words(const struct trustcrl *t, const struct revage *a);

/* Issuer of a list; responder of a response: its name, or "key " and hex. */
struct str trustcrl_issuer(const struct trustcrl *t, const struct revfile *f);
/* Number of a list in hex, "none"; of a response "". */
struct str trustcrl_number(const struct trustcrl *t, const struct revfile *f);
struct str trustcrl_hex(const struct trustcrl *t, struct bytes b);
struct str trustcrl_time(const struct trustcrl *t, struct when w);
/* What list and show say of every file, as fields of the object that is open. */
void trustcrl_put(const struct trustcrl *t, struct doc *d, const struct revfile *f);
/* A time, and for people how many days that is from t->now; null, and "none", if there is none. */
void trustcrl_put_time(const struct trustcrl *t, struct doc *d, const char *name,
    const char *label, struct when w, bool has);
/* The document: format, and the time that ages are counted from. */
void trustcrl_begin(struct doc *d, const struct trustcrl *t, const char *format);

/* Print the error and yield its status: 78 for data that is refused, 66 for a file that is not there. */
int trustcrl_fail(const struct err *err);

/* Each yields the exit status; t->data is loaded for all three. */
int trustcrl_add(struct trustcrl *t, char **files, int count);
int trustcrl_list(struct trustcrl *t, char **none, int count);
int trustcrl_show(struct trustcrl *t, char **what, int count);

#endif
