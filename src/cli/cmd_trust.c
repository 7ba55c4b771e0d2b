/* SPDX-License-Identifier: Apache-2.0 */
/* assay trust: the trust stores of the policy folder, in Notation's own layout. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/revsource.h"
#include "cli/trustview.h"
#include "cli/view.h"
#include "trust/storeedit.h"

enum { HEX_LEAST = 8 }; /* digits of a digest that name a certificate */

struct trust { /* one call: options, and the folder */
	struct config *config;
	bool has_type, json, all;
	enum store_type type;
	struct str store; /* absent: not given */
	struct when now;
	struct storeedit edit;
};

static int
read_type(void *home, const char *value, struct err *err)
{
	struct trust *t = home;

	t->has_type = store_type_find(&t->type, str_of(value));
	if (t->has_type)
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--type %s, want ca, signingAuthority or tsa", value);
}

static int
read_store(void *home, const char *value, struct err *err)
{
	struct trust *t = home;

	t->store = str_of(value);
	if (store_name_valid(t->store))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--store %s, want a name of letters, digits, dot, dash and underscore", value);
}

/* What may stand in the way: the operator's file, or the store. */
static int
fail(const struct err *err)
{
	const char *code = reason_code(err->reason);
	int status = config_status(err);

	log_err(err);
	log_hint(reason_row(err->reason)->remedy);
	if (strncmp(code, "truststore.", 11) == 0 ||
	    err->reason == REASON_FILE_PERMISSIONS ||
	    err->reason == REASON_POLICY_NOT_FOUND)
		return STATUS_CONFIG;
	if (strncmp(code, "file.", 5) == 0 && err->reason != REASON_FILE_WRITE)
		return STATUS_INPUT;
	return status;
}

static int
begin(struct trust *t, struct err *err)
{
	const struct config *c = t->config;
	const char *policy = config_policy(t->config, err);

	if (policy == NULL || config_at(&t->now, NULL, c, err) != 0)
		return -1;
	return storeedit_open(&t->edit, policy, c->insecure_permissions, &c->limits, err);
}

static struct str
store_text(struct trust *t, const struct anchor_store *s)
{
	return arena_printf(
	    &t->edit.mem, "%s:%.*s", store_type_name(s->type), STR_ARG(s->name));
}

/* --- add --- */

static void
told(struct trust *t, const struct anchor_store *store, const struct storeedit_file *f)
{
	struct arena *mem = &t->edit.mem;
	char digest[DIGEST_TEXT];

	if (t->config->quiet)
		return;
	view_print(f->name);
	view_text(": added to ", store_text(t, store));
	for (size_t i = 0; i < f->count; i++) {
		const struct anchor *a = &f->anchors[i];
		bool expired = when_cmp(a->cert.not_after, t->now) < 0;

		digest_format(digest, &a->cert.sha256);
		view_text("  ", a->cert.subject);
		printf("    %s %s, %s\n", expired ? "EXPIRED on" : "valid until",
		    trustview_date(mem, a->cert.not_after).ptr, digest);
	}
}

/* Every file is looked at before any is written; all that is wrong is told. */
static int
check_all(struct storeedit_file *files, struct trust *t, struct anchor_store *store,
    char **paths, size_t count)
{
	int status = STATUS_OK, one;
	struct err err;

	for (size_t i = 0; i < count; i++) {
		if (storeedit_check(&files[i], &t->edit, store, paths[i], &err) == 0) {
			if (files[i].there.ptr == NULL)
				storeedit_note(&t->edit, store, &files[i]);
			continue;
		}
		one = fail(&err);
		if (status == STATUS_OK || one == STATUS_CONFIG)
			status = one;
	}
	return status;
}

static int
write_all(struct trust *t, const struct anchor_store *store,
    const struct storeedit_file *files, size_t count)
{
	struct err err;

	for (size_t i = 0; i < count; i++) {
		if (files[i].there.ptr != NULL) {
			view_print(files[i].name);
			view_print(STR(": is in "));
			view_print(store_text(t, store));
			view_text(" already, as ", files[i].there);
			continue;
		}
		if (storeedit_write(&t->edit, store, &files[i], &err) != 0)
			return fail(&err);
		told(t, store, &files[i]);
	}
	return STATUS_OK;
}

static int
add(struct trust *t, char **paths, size_t count)
{
	struct storeedit_file *files = arena_array(&t->edit.mem, count, sizeof(*files));
	struct anchor_store store;
	struct where at = { .file = STR_NONE };
	struct err err;
	int status;

	if (storeedit_load(&store, &t->edit, t->type, t->store, &err) != 0)
		return fail(&err);
	at.file = store_text(t, &store);
	if (store.reason != REASON_NONE && store.reason != REASON_TRUSTSTORE_NOT_FOUND &&
	    store.reason != REASON_TRUSTSTORE_EMPTY) {
		err_set(&err, store.reason, &at, "the store does not load as it is: %.*s",
		    STR_ARG(store.detail));
		return fail(&err);
	}
	status = check_all(files, t, &store, paths, count);
	if (status != STATUS_OK) {
		log_error("nothing was added");
		return status;
	}
	return write_all(t, &store, files, count);
}

/* --- list, show --- */

static bool
wanted(const struct trust *t, const struct anchor_store *s)
{
	return (!t->has_type || s->type == t->type) &&
	       (t->store.ptr == NULL || str_equal(s->name, t->store));
}

/* The stores that the options name, in place. */
static int
stores_wanted(struct anchor_store **out, size_t *count, struct trust *t, struct err *err)
{
	struct where at = { .file = str_of(t->edit.policy) };
	size_t n = 0;

	/* `add` makes the folder. To look into it, it must be there: its name may be mistyped. */
	if (t->edit.dir < 0)
		return err_set(err, REASON_POLICY_NOT_FOUND, &at, "no such folder");
	if (storeedit_all(out, count, &t->edit, err) != 0)
		return -1;
	for (size_t i = 0; i < *count; i++)
		if (wanted(t, &(*out)[i]))
			(*out)[n++] = (*out)[i];
	*count = n;
	return 0;
}

static void
doc_of(struct doc *d, struct trust *t, const char *format)
{
	doc_begin(d, t->json, format, DOC_COLUMN);
	doc_word(d, "policy", NULL, t->edit.policy);
	doc_when(d, "at", NULL, t->now);
}

static int
list(struct trust *t, char **words ATTR_UNUSED, size_t count ATTR_UNUSED)
{
	struct anchor_store *stores;
	size_t n, certs = 0, broken = 0;
	struct doc d;
	struct err err;

	if (stores_wanted(&stores, &n, t, &err) != 0)
		return fail(&err);
	for (size_t i = 0; i < n; i++) {
		certs += stores[i].count;
		broken += stores[i].reason != REASON_NONE;
	}
	doc_of(&d, t, "assay-trust-list/1");
	trustview_list(&d, &t->edit.mem, stores, n, t->now,
	    t->config->verbose ? 0 : config_width(t->config, STDOUT_FILENO));
	if (doc_end(&d) != 0)
		return STATUS_FAILED;
	if (!t->json && !t->config->quiet) {
		printf("%s%zu store%s, %zu certificate%s; policy folder ",
		    n == 0 ? "" : "\n", n, n == 1 ? "" : "s", certs,
		    certs == 1 ? "" : "s");
		view_text("", str_of(t->edit.policy));
	}
	return broken > 0 ? STATUS_CONFIG : STATUS_OK;
}

/* By file name, or by the first digits of its digest. */
static bool
names(const struct anchor *a, struct str word)
{
	const struct str prefix = STR("sha256:");
	char text[DIGEST_TEXT];

	if (str_equal(a->file, word))
		return true;
	digest_format(text, &a->cert.sha256);
	if (str_starts(word, prefix))
		word = str_from(word, prefix.len);
	return word.len >= HEX_LEAST &&
	       str_starts(str_from(str_of(text), prefix.len), word);
}

static void
only_named(struct anchor_store *s, struct str word)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		if (names(&s->anchors[i], word))
			s->anchors[n++] = s->anchors[i];
	s->count = n;
}

/* Leaves the stores that have such a certificate, with nothing else in them. */
static size_t
narrow(struct trust *t, struct anchor_store *stores, size_t count, struct str word,
    bool *broken)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (stores[i].reason != REASON_NONE) {
			log_warn("%s: does not load: %.*s", store_text(t, &stores[i]).ptr,
			    STR_ARG(stores[i].detail));
			*broken = true;
		}
		only_named(&stores[i], word);
		if (stores[i].count > 0)
			stores[n++] = stores[i];
	}
	return n;
}

static int
show(struct trust *t, char **words, size_t count ATTR_UNUSED)
{
	struct anchor_store *stores;
	bool broken = false;
	struct doc d;
	struct err err;
	size_t n;

	if (stores_wanted(&stores, &n, t, &err) != 0)
		return fail(&err);
	n = narrow(t, stores, n, str_of(words[0]), &broken);
	if (n > 0) {
		doc_of(&d, t, "assay-trust-show/1");
		trustview_show(&d, &t->edit.mem, stores, n, t->now);
		return doc_end(&d) == 0 ? STATUS_OK : STATUS_FAILED;
	}
	log_error(
	    "no store%s has a certificate %s", broken ? " that loads" : "", words[0]);
	log_hint("see assay trust list");
	return broken ? STATUS_CONFIG : STATUS_INPUT;
}

/* --- remove --- */

static int
remove_files(struct trust *t, char **files, size_t count)
{
	int status = STATUS_OK;
	struct err err;

	for (size_t i = 0; i < count; i++) {
		if (storeedit_remove(&t->edit, t->type, t->store, files[i], &err) != 0) {
			status = fail(&err);
		} else if (!t->config->quiet) {
			view_print(str_of(files[i]));
			printf(": removed from %s:", store_type_name(t->type));
			view_text("", t->store);
		}
	}
	return status;
}

static int
remove_store(struct trust *t)
{
	struct err err;
	size_t count;

	if (storeedit_remove_all(&count, &t->edit, t->type, t->store, &err) != 0)
		return fail(&err);
	if (t->config->quiet)
		return STATUS_OK;
	printf("%s:", store_type_name(t->type));
	view_print(t->store);
	printf(": removed, %zu file%s\n", count, count == 1 ? "" : "s");
	return STATUS_OK;
}

static int
remove_any(struct trust *t, char **files, size_t count)
{
	struct anchor_store left;
	int status;

	if (t->all)
		return remove_store(t);
	status = remove_files(t, files, count);
	if (storeedit_load(&left, &t->edit, t->type, t->store, NULL) == 0 &&
	    left.reason == REASON_TRUSTSTORE_EMPTY)
		log_warn("%s is empty now: whatever needs it is refused",
		    store_text(t, &left).ptr);
	return status;
}

/* --- the words behind "trust" --- */

#define ROW_POLICY                                                                       \
	OPT_ROW_PATH(CONFIG, config, policy, "policy", "DIR",                            \
	    "the policy folder ($ASSAY_POLICY, or ~/.config/assay)")
#define ROW_TYPE                                                                         \
	OPT_ROW_OTHER(OWN, read_type, "type", "TYPE", "ca, signingAuthority or tsa")
#define ROW_STORE OPT_ROW_OTHER(OWN, read_store, "store", "NAME", "name of the store")
#define ROW_AT                                                                           \
	OPT_ROW_PATH(                                                                    \
	    CONFIG, config, at, "at", "TIME", "count the days from TIME instead of now")
#define ROW_INSECURE                                                                     \
	OPT_ROW_FLAG(CONFIG, config, insecure_permissions, "insecure-permissions",       \
	    "accept a policy folder that others may write")

static const struct opt_row add_rows[] = { ROW_POLICY, ROW_TYPE, ROW_STORE, ROW_AT,
	ROW_INSECURE, CONFIG_ROWS_COMMON, OPT_END };
static const struct opt_row list_rows[] = { ROW_POLICY, ROW_TYPE, ROW_STORE,
	OPT_ROW_FORMAT(trust, json), ROW_AT, ROW_INSECURE, CONFIG_ROWS_COMMON, OPT_END };
static const struct opt_row remove_rows[] = { ROW_POLICY, ROW_TYPE, ROW_STORE,
	OPT_ROW_FLAG(OWN, trust, all, "all", "all files, and the store itself"), ROW_INSECURE,
	CONFIG_ROWS_COMMON, OPT_END };

typedef int trust_action(struct trust *t, char **words, size_t count);

static int
act(struct config *c, const struct command *self, int argc, char **argv, bool names_store,
    trust_action *action)
{
	struct trust t = { .config = c, .store = STR_NONE };
	void *homes[OPT_HOMES] = { [OPT_OWN] = &t, [OPT_CONFIG] = c };
	struct opt_given given;
	struct err err;
	int status;

	if (!opt_begin(self, homes, argc, argv, &given, &status))
		return status;
	if (names_store && (!t.has_type || t.store.ptr == NULL))
		return opt_wrong(self, "--type and --store must be given");
	if (action == remove_any && t.all == (given.operands > 0))
		return opt_wrong(self, "name the files to remove, or --all and no file");
	if (begin(&t, &err) != 0) {
		status = fail(&err);
		return status == STATUS_INPUT ? STATUS_CONFIG
					      : status; /* no FILE's fault */
	}
	status = action(&t, argv, (size_t)given.operands);
	storeedit_close(&t.edit);
	return status;
}

static int
run_add(struct config *c, const struct command *self, int argc, char **argv)
{
	return act(c, self, argc, argv, true, add);
}

static int
run_list(struct config *c, const struct command *self, int argc, char **argv)
{
	return act(c, self, argc, argv, false, list);
}

static int
run_show(struct config *c, const struct command *self, int argc, char **argv)
{
	return act(c, self, argc, argv, false, show);
}

static int
run_remove(struct config *c, const struct command *self, int argc, char **argv)
{
	return act(c, self, argc, argv, true, remove_any);
}

static const struct command trust_add = {
	.name = "trust add",
	.operands = "--type TYPE --store NAME FILE...",
	.summary = "Put certificates into a trust store",
	.description =
	    "Each FILE (PEM, or DER) is checked whole by the rules of the store before\n"
	    "anything is written: a CA, or a certificate signed by its own key; in a tsa\n"
	    "store a self-signed root. It keeps its name; a name that is taken is refused.\n"
	    "A file whose certificates are all there already is left out. Folders that are\n"
	    "missing are made. notation reads the store as it is.\n",
	.examples = "  assay trust add --type ca --store shop shop-root.pem\n"
		    "  assay trust add --policy policy/ --type tsa --store stamps tsa-root.crt\n",
	.least = 1,
	.most = OPT_ANY,
	.rows = add_rows,
	.run = run_add,
};
static const struct command trust_list = {
	.name = "trust list",
	.operands = "",
	.summary = "List the certificates of the trust stores",
	.description =
	    "Stores that do not load are listed with the reason; the exit status is 78 then,\n"
	    "as it is without a policy folder.\n"
	    "A certificate that several files of a store hold is listed once.\n",
	.examples = "  assay trust list --type ca\n"
		    "  assay trust list --format json --policy policy/\n",
	.rows = list_rows,
	.run = run_list,
};
static const struct command trust_show = {
	.name = "trust show",
	.operands = "FILE|SHA256",
	.summary = "Show a certificate of a trust store in full",
	.description =
	    "It is named by its file in the store, or by at least 8 digits of the SHA-256\n"
	    "of the certificate. Without --type and --store all stores are searched.\n",
	.examples = "  assay trust show shop-root.pem\n"
		    "  assay trust show 3f6a51c2\n",
	.least = 1,
	.most = 1,
	.rows = list_rows,
	.run = run_show,
};
static const struct command trust_remove = {
	.name = "trust remove",
	.operands = "--type TYPE --store NAME FILE...|--all",
	.summary = "Remove files from a trust store",
	.description =
	    "Nothing is asked. A file need not be a certificate: what keeps a store from\n"
	    "loading is removed so, too.\n",
	.examples = "  assay trust remove --type ca --store shop old-root.pem\n"
		    "  assay trust remove --type ca --store shop --all\n",
	.most = OPT_ANY,
	.rows = remove_rows,
	.run = run_remove,
};

static const struct command *const parts[] = { &trust_add, &trust_list, &trust_show,
	&trust_remove, &command_trust_crl, NULL };
const struct command command_trust = {
	.name = "trust",
	.summary = "Manage trust stores and revocation lists",
	.description = "Stores lie in Notation's own layout, truststore/x509/TYPE/NAME below the\n"
		       "policy folder, revocation lists in crl/, OCSP responses in ocsp/.\n",
	.parts = parts,
};
