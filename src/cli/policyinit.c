/* SPDX-License-Identifier: Apache-2.0 */
/* A policy folder to start with. JSON has no comments: README.txt says what they would say. */
#include "cli/policyinit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/view.h"
#include "trust/policycheck.h"

DEFINE_AUTO(char, free)

static const char document[] =
    "{\n"
    "  \"version\": \"1.0\",\n"
    "  \"trustPolicies\": [\n"
    "    {\n"
    "      \"name\": \"example\",\n"
    "      \"registryScopes\": [ \"" POLICYCHECK_EXAMPLE_SCOPE "\" ],\n"
    "      \"signatureVerification\": {\n"
    "        \"level\": \"strict\",\n"
    "        \"verifyTimestamp\": \"afterCertExpiry\"\n"
    "      },\n"
    "      \"trustStores\": [ \"ca:example\", \"tsa:example\" ],\n"
    "      \"trustedIdentities\": [ \"" POLICYCHECK_EXAMPLE_IDENTITY "\" ]\n"
    "    }\n"
    "  ]\n"
    "}\n";

static const char readme[] =
    "A policy folder of assay\n"
    "========================\n"
    "'assay policy check' on this folder tells what is still to do. 'assay audit\n"
    "--policy' with it judges images by it. The document and the trust stores are\n"
    "those of Notation: they can be copied from there and to there as they are.\n"
    "\n"
    "To do first\n"
    "  1. Put the certificate of the authority that signs your signing certificates\n"
    "     into truststore/x509/ca/example/, and the root of your time-stamping\n"
    "     authority into truststore/x509/tsa/example/ (PEM or DER, any file name).\n"
    "     An empty trust store is a fault: nothing could be trusted by it. Without\n"
    "     time stamps, take \"tsa:example\" out of trustStores.\n"
    "  2. Write the name of your own repositories and signers into\n"
    "     trustpolicy.json.\n"
    "  3. Bring the revocation lists of both authorities along, into crl/.\n"
    "\n"
    "trustpolicy.json\n"
    "  version            \"1.0\".\n"
    "  trustPolicies      The statements. For an image the one counts that has its\n"
    "                     repository in registryScopes, else the one with \"*\", else\n"
    "                     none: such an image is never compliant.\n"
    "  name               For people; each name once.\n"
    "  registryScopes     registry/repository, exactly, without tag or digest. Each\n"
    "                     scope stands in one statement only. \"*\" stands alone and\n"
    "                     is for everything that no statement names.\n"
    "  signatureVerification\n"
    "    level            strict      every validation is enforced\n"
    "                     permissive  integrity and authenticity are enforced, a\n"
    "                                 failure of the others is a warning\n"
    "                     audit       integrity is enforced, all others warn\n"
    "                     skip        nothing is verified; never compliant\n"
    "    override         Changes single validations of a level: authenticity,\n"
    "                     authenticTimestamp, expiry (enforce or log), revocation\n"
    "                     (enforce, log or skip). Integrity cannot be changed.\n"
    "                     Example: \"override\": { \"revocation\": \"log\" }\n"
    "    verifyTimestamp  always (if absent), or afterCertExpiry: a time stamp must\n"
    "                     be there once a certificate of the signer has expired.\n"
    "  trustStores        type:name of the folders truststore/x509/TYPE/NAME:\n"
    "                     ca                authorities of signing certificates\n"
    "                     tsa               roots of time-stamping authorities\n"
    "                     signingAuthority  signing services that vouch for the\n"
    "                                       signing time; rarely needed\n"
    "  trustedIdentities  Who may sign: \"x509.subject: C=.., ST=.., O=..\", as much of\n"
    "                     the subject of the signing certificate as must fit. \"*\" is\n"
    "                     everybody whom the authorities give a certificate.\n"
    "\n"
    "trustpolicy.blob.json\n"
    "  The same for files (assay blob): statements have no registryScopes but are\n"
    "  chosen by name; one may have \"globalPolicy\": true and is for all others.\n"
    "\n"
    "crl/   Revocation lists as files, PEM or DER, base and delta lists.\n"
    "ocsp/  OCSP responses as files, DER.\n"
    "  A certificate that names such data and finds none is not good at level strict.\n"
    "  The chain of the time-stamping authority needs lists too.\n"
    "\n"
    "Permissions\n"
    "  Nobody but you and root may be able to write to this folder, the folders above\n"
    "  it, and the files in it: else assay refuses to judge by it.\n";

static const struct entry {
	const char *name;
	const char *text; /* NULL: a folder */
} entries[] = {
	{ "truststore", NULL },
	{ "truststore/x509", NULL },
	{ "truststore/x509/ca", NULL },
	{ "truststore/x509/ca/example", NULL },
	{ "truststore/x509/tsa", NULL },
	{ "truststore/x509/tsa/example", NULL },
	{ "crl", NULL },
	{ "ocsp", NULL },
	{ "README.txt", readme },
	/* Last: a folder with a document is a policy. */
	{ "trustpolicy.json", document },
};

/* `name` below `path`, or `path` itself. */
static int
failed(struct err *err, const char *path, const char *name, const char *what)
{
	int error = errno;
	bool disk = error == ENOSPC || error == EDQUOT || error == EIO;
	char place[sizeof(err->file)];
	struct where at = { .offset = 0 };

	snprintf(place, sizeof(place), name == NULL ? "%s%s" : "%s/%s", path,
	    name == NULL ? "" : name);
	at.file = str_of(place);
	errno = error;
	return err_sys(
	    err, disk ? REASON_RESOURCE_DISK : REASON_FILE_WRITE, &at, "%s", what);
}

/* The folder and those above it; for their owner alone, as they are for configuration files. */
static int
make_folders(const char *path, struct err *err)
{
	AUTO(free) char *prefix = xcopy_text(path, strlen(path));

	for (size_t i = 1; prefix[0] != '\0'; i++) {
		char c = prefix[i];

		if (c != '/' && c != '\0')
			continue;
		prefix[i] = '\0';
		if (mkdir(prefix, 0700) != 0 && errno != EEXIST)
			return failed(err, prefix, NULL, "cannot make the folder");
		prefix[i] = c;
		if (c == '\0')
			break;
	}
	return 0;
}

/* Any of these would be written over, or would count in place of what is written. */
static bool
taken(int dir, const char *path)
{
	static const char *const names[] = { "trustpolicy.json", "trustpolicy.oci.json",
		"trustpolicy.blob.json", "README.txt", "truststore", "crl", "ocsp" };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct stat st;

		if (fstatat(dir, names[i], &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		log_error("%s/%s exists already; nothing was written", path, names[i]);
		return true;
	}
	return false;
}

static int
write_text(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd);
}

static int
make_entry(int dir, const char *path, const struct entry *e, struct err *err)
{
	int fd, ret;

	if (e->text == NULL)
		return mkdirat(dir, e->name, 0700) == 0
			   ? 0
			   : failed(err, path, e->name, "cannot make the folder");
	fd = openat(
	    dir, e->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return failed(err, path, e->name, "cannot create");
	ret = write_text(fd, e->text);
	if (close(fd) != 0 || ret != 0) {
		failed(err, path, e->name, "cannot write");
		unlinkat(dir, e->name, 0);
		return -1;
	}
	return 0;
}

/* All of them or none. */
static int
make_entries(int dir, const char *path, struct err *err)
{
	for (size_t i = 0; i < COUNT(entries); i++) {
		if (make_entry(dir, path, &entries[i], err) == 0)
			continue;
		while (i-- > 0)
			unlinkat(dir, entries[i].name,
			    entries[i].text == NULL ? AT_REMOVEDIR : 0);
		return -1;
	}
	return fsync(dir) == 0 ? 0 : failed(err, path, NULL, "cannot sync the folder");
}

static void
told(const char *path)
{
	view_print(str_of(path));
	printf(" is a policy folder now:\n\n");
	printf("  %-30s %s\n", "trustpolicy.json",
	    "one statement, level strict, to be filled in");
	printf("  %-30s %s\n", "README.txt", "what each member of it means");
	printf("  %-30s %s\n", "truststore/x509/ca/example",
	    "for authorities of signing certificates");
	printf("  %-30s %s\n", "truststore/x509/tsa/example",
	    "for roots of time-stamping authorities");
	printf("  %-30s %s\n", "crl, ocsp", "for revocation data");
	printf("\n'assay policy check ");
	view_print(str_of(path));
	printf("' tells what is still to do.\n");
}

int
policyinit(const char *path, bool quiet)
{
	AUTO_FD dir = -1;
	struct err err;

	if (make_folders(path, &err) != 0 ||
	    file_open(&dir, path, FILE_FOLDER, &err) != 0)
		return config_fail(&err);
	if (taken(dir, path))
		return STATUS_FAILED;
	if (make_entries(dir, path, &err) != 0)
		return config_fail(&err);
	if (!quiet)
		told(path);
	return STATUS_OK;
}
