/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mistakes that verifiers of Notary Project signatures make, by number: 33 to 35, 37 and 38, which
 * show in a whole run. See test_pitfalls.c.
 *
 * The clock of this program is a fake one, which a test can set, and which can jump at each look.
 */
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define SIGNATURE_TYPE "application/vnd.cncf.notary.signature"
#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define NOW_SECONDS 1780272000 /* STAGE_NOW */
#define DAY 86400

static struct stage st;

/* --- the clock ------------------------------------------------------------------------------------ */

static struct {
	bool on;
	int64_t seconds, step;
	uint64_t looks;
} fake;

static int64_t
look(void)
{
	int64_t now = fake.seconds;

	fake.looks++;
	fake.seconds += fake.step;
	return now;
}

/* The C library's, also for the libraries that assay uses. */
int
clock_gettime(clockid_t id, struct timespec *out)
{
	if (!fake.on || id != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, id, out);
	*out = (struct timespec){ .tv_sec = look() };
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}

int
gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*out = (struct timeval){ .tv_sec = now.tv_sec };
	return 0;
}

/* --- the program itself ------------------------------------------------------------------------------ */

/* Its exit status; what it prints is not looked at. `args` ends with NULL. */
static int
assay(const struct command *command, const char *name, const char *const *args)
{
	static unsigned databases;
	char *argv[24] = { (char *)(uintptr_t) "assay", (char *)(uintptr_t)name,
		(char *)(uintptr_t) "--db", NULL };
	struct config c;
	int argc = 4, status, null;
	pid_t pid;

	argv[3] = (char *)(uintptr_t)arena_printf(
	    forge_mem(st.f), "%s/%u.db", st.dir.path, databases++)
		      .ptr;
	for (; *args != NULL && argc + 1 < (int)COUNT(argv); args++)
		argv[argc++] = (char *)(uintptr_t)*args;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		config_init(&c, argc, argv);
		_exit(config_finish(command->run(&c, command, argc - 2, argv + 2)));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		forge_die("assay cannot be run");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *
policy_of(const char *name, const char *level)
{
	return stage_policy(&st, name,
	    strcmp(level, "skip") == 0
		? "{'name':'a','registryScopes':['*'],"
		  "'signatureVerification':{'level':'skip'}}"
		: stage_statement(&st,
		      arena_printf(forge_mem(st.f), "'level':'%s'", level).ptr,
		      "'ca:root'"));
}

/* --- 33: nothing looked at is nothing proven ----------------------------------------------------------- */

static void
p33_images(void)
{
	static const struct {
		const char *name, *level;
		int signatures;
		enum state state;
		enum reason reason;
		int status;
	} rows[] = {
		{ "pitfall_33 sibling: signed, audit", "audit", 1, STATE_COMPLIANT,
		    REASON_NONE, STATUS_OK },
		{ "pitfall_33_no_signature_at_audit", "audit", 0, STATE_NONCOMPLIANT,
		    REASON_SIGNATURE_NOT_FOUND, STATUS_NONCOMPLIANT },
		{ "pitfall_33_no_signature_at_permissive", "permissive", 0,
		    STATE_NONCOMPLIANT, REASON_SIGNATURE_NOT_FOUND, STATUS_NONCOMPLIANT },
		{ "pitfall_33_skip_is_not_compliant", "skip", 1, STATE_NOT_APPLICABLE,
		    REASON_POLICY_LEVEL_SKIP, STATUS_HOLES },
		{ "pitfall_33_skip_without_signature", "skip", 0, STATE_NOT_APPLICABLE,
		    REASON_POLICY_LEVEL_SKIP, STATUS_HOLES },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *dir = policy_of("unsigned", rows[i].level);
		struct subject s;
		struct judge j;

		judge_open(&j, dir, STAGE_NOW);
		subject_open(&s, &st);
		if (rows[i].signatures > 0)
			subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
		is_reason(subject_judge(&s, &j), rows[i].reason, "%s", rows[i].name);
		ok(j.verdict.state == rows[i].state, "%s: %s", rows[i].name,
		    state_name(j.verdict.state));
		is_u64((uint64_t)assay(&command_audit, "audit",
			   (const char *const[]){ "--policy", dir, "--at", STAGE_NOW,
			       "--name", STAGE_NAME, "--exit-code", s.dir, NULL }),
		    (uint64_t)rows[i].status, "%s: exit status", rows[i].name);
		subject_close(&s);
		judge_close(&j);
	}
}

static struct bytes
signature_of(struct bytes file)
{
	struct forge_target target = { .media_type = "text/plain", .size = file.len };
	struct forge_envelope spec = { .signer = &st.ca };

	target.digest = arena_printf(forge_mem(st.f), "sha256:%s",
	    forge_hex(st.f, forge_hash(st.f, "SHA256", file)).ptr)
			    .ptr;
	spec.payload = forge_payload(st.f, &target);
	return forge_envelope(st.f, &spec);
}

static void
p33_files(void)
{
	static const struct {
		const char *name, *statement;
		bool right;
		int status;
	} rows[] = {
		{ "pitfall_33 sibling: file and its signature", "audit", true,
		    STATUS_OK },
		{ "pitfall_33_file_with_the_signature_of_another", "audit", false,
		    STATUS_NONCOMPLIANT },
		{ "pitfall_33_file_at_skip", "skip", true, STATUS_HOLES },
	};
	const char *dir = policy_of("files", "strict");
	const char *file = arena_printf(forge_mem(st.f), "%s/f.txt", st.dir.path).ptr;

	scratch_json(&st.dir, "files/trustpolicy.blob.json",
	    "{'version':'1.0','trustPolicies':["
	    "{'name':'audit','signatureVerification':{'level':'audit'},"
	    "'trustStores':['ca:root'],'trustedIdentities':['*']},"
	    "{'name':'skip','signatureVerification':{'level':'skip'}}]}");
	scratch_put(&st.dir, "f.txt", BYTES_LIT("a file\n"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		scratch_put(&st.dir, "f.txt.jws.sig",
		    signature_of(
			rows[i].right ? BYTES_LIT("a file\n") : BYTES_LIT("another\n")));
		is_u64((uint64_t)assay(&command_blob, "blob",
			   (const char *const[]){ "--policy", dir, "--at", STAGE_NOW,
			       "--statement", rows[i].statement, "--exit-code",
			       "--signature", scratch_at(&st.dir, "f.txt.jws.sig"), file,
			       NULL }),
		    (uint64_t)rows[i].status, "%s", rows[i].name);
	}
	ok(assay(&command_blob, "blob",
	       (const char *const[]){ "--policy", dir, "--at", STAGE_NOW, "--statement",
		   "audit", "--exit-code", file, NULL }) != STATUS_OK,
	    "pitfall_33_file_without_signature");
}

/* --- 34: one bad signature, and very many ------------------------------------------------------------------ */

static void
p34_many(void)
{
	struct subject s;
	struct judge j;

	judge_open(&j, policy_of("many", "strict"), STAGE_NOW);
	subject_open(&s, &st);
	for (unsigned i = 0; i < 12; i++)
		subject_sign(&s,
		    (struct forge_envelope){ .form = i % 2 == 0 ? FORGE_JWS : FORGE_COSE,
			.flip = FORGE_PART_SIGNATURE,
			.flip_at = i });
	subject_attach(&s, FORGE_JWS, BYTES_LIT("no envelope at all"), &st.ca);
	is_reason(subject_judge(&s, &j), REASON_SIG_INVALID,
	    "pitfall_34 sibling: thirteen broken signatures");
	subject_close(&s);

	subject_open(&s, &st);
	for (unsigned i = 0; i < 12; i++)
		subject_sign(&s,
		    (struct forge_envelope){ .form = i % 2 == 0 ? FORGE_JWS : FORGE_COSE,
			.flip = FORGE_PART_SIGNATURE,
			.flip_at = i });
	subject_attach(&s, FORGE_JWS, BYTES_LIT("no envelope at all"), &st.ca);
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	is_reason(
	    subject_judge(&s, &j), REASON_NONE, "pitfall_34_one_bad_hides_a_good_one");
	ok(j.verdict.signatures.n == 14 && judge_found(&j, REASON_SIG_INVALID, false),
	    "pitfall_34: all are told");
	subject_close(&s);

	subject_open(&s, &st);
	for (unsigned i = 0; i < 130; i++)
		subject_sign(
		    &s, (struct forge_envelope){ .form = FORGE_COSE,
			    .flip = FORGE_PART_SIGNATURE,
			    .flip_at = i % 64,
			    .agent = arena_printf(forge_mem(s.f), "%u", i).ptr });
	is_reason(subject_judge(&s, &j), REASON_SIG_INVALID, "pitfall_34_no_limit");
	ok(j.verdict.signatures.n == 100 && judge_found(&j, REASON_SIGNATURE_LIMIT, true),
	    "pitfall_34: %zu of 130 were looked at", j.verdict.signatures.n);
	subject_close(&s);
	judge_close(&j);
}

/* --- 35: whose name is it ------------------------------------------------------------------------------------ */

/* Strict for the real repository, which trusts nobody here; audit for the one the export claims. */
static void
p35_claimed_name(void)
{
	static const char statements[] =
	    "{'name':'real','registryScopes':['r.example/real'],"
	    "'signatureVerification':{'level':'strict'},'trustStores':['ca:stranger'],"
	    "'trustedIdentities':['*']},"
	    "{'name':'lax','registryScopes':['r.example/lax'],"
	    "'signatureVerification':{'level':'audit'},'trustStores':['ca:stranger'],"
	    "'trustedIdentities':['*']}";
	struct subject s;
	struct judge j;

	judge_open(&j, stage_policy(&st, "claimed", statements), STAGE_NOW);
	subject_new(&s, &st);
	forge_entry(s.layout, &s.image, "r.example/lax:1");
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	forge_layout_end(s.layout);
	s.written = true;
	is_reason(judge_folder(&j, s.dir, NULL), REASON_POLICY_NAMELESS,
	    "pitfall_35_name_of_the_export_believed");
	is_reason(judge_folder(&j, s.dir, "r.example/real"), REASON_CERT_UNTRUSTED,
	    "pitfall_35_name_of_the_export_before_the_user's");
	j.trust_names = true;
	is_reason(judge_folder(&j, s.dir, "r.example/real"), REASON_CERT_UNTRUSTED,
	    "pitfall_35_name_of_the_export_beside_the_user's");
	is_reason(judge_folder(&j, s.dir, NULL), REASON_NONE,
	    "pitfall_35 sibling: the user wants it believed");
	subject_close(&s);
	judge_close(&j);
}

/* --- 37: one time for all ------------------------------------------------------------------------------------- */

static void
p37_verdict(void)
{
	struct forge_token token = { .tsa = &st.tsa };
	struct subject s;
	struct judge j;

	stage_judge(&j, &st, "clock", "'level':'strict'", "'ca:root','tsa:root'");
	subject_open(&s, &st);
	subject_sign(&s,
	    (struct forge_envelope){ .token = &token, .expiry = "2026-06-01T00:00:01Z" });
	for (int year = 1971; year <= 2171; year += 100) {
		fake.on = true;
		fake.seconds = (int64_t)(year - 1970) * 365 * DAY;
		ok(time(NULL) == (time_t)fake.seconds, "the clock says %d", year);
		fake.looks = 0;
		judge_renew(&j);
		is_reason(subject_judge(&s, &j), REASON_NONE,
		    "pitfall_37_clock_of_the_machine in %d", year);
		is_u64(fake.looks, 0, "pitfall_37: nobody looked at it");
		fake.on = false;
	}
	subject_close(&s);
	judge_close(&j);
}

/* The clock jumps by a hundred days at each look; the signatures expire after fifty. */
static void
p37_run(void)
{
	static const struct {
		const char *name;
		int64_t start;
		int status;
	} rows[] = {
		{ "pitfall_37_clock_read_for_each_input", NOW_SECONDS, STATUS_OK },
		{ "pitfall_37 sibling: it is the clock", NOW_SECONDS + 60 * (int64_t)DAY,
		    STATUS_NONCOMPLIANT },
	};
	const char *dir = policy_of("jump", "strict");
	struct subject s[3];

	for (size_t i = 0; i < COUNT(s); i++) {
		subject_open(&s[i], &st);
		subject_sign(
		    &s[i], (struct forge_envelope){ .expiry = "2026-07-21T00:00:00Z" });
		forge_layout_end(s[i].layout);
		s[i].written = true;
	}
	fake.step = 100 * DAY;
	for (size_t i = 0; i < COUNT(rows); i++) {
		fake.on = true;
		fake.seconds = rows[i].start;
		is_u64((uint64_t)assay(&command_audit, "audit",
			   (const char *const[]){ "--policy", dir, "--name", STAGE_NAME,
			       "--jobs", "1", "--exit-code", s[0].dir, s[1].dir, s[2].dir,
			       NULL }),
		    (uint64_t)rows[i].status, "%s", rows[i].name);
		fake.on = false;
	}
	fake.step = 0;
	for (size_t i = 0; i < COUNT(s); i++)
		subject_close(&s[i]);
}

/* --- 38: what a descriptor says of sizes ----------------------------------------------------------------------- */

/* A signature manifest whose layer is said to have this size. */
static void
attach_sized(struct subject *s, struct bytes envelope, uint64_t size)
{
	struct forge_desc layer =
	    forge_blob(s->layout, forge_envelope_type(FORGE_JWS), envelope);
	struct forge_desc config =
	    forge_blob(s->layout, "application/vnd.oci.empty.v1+json", BYTES_LIT("{}"));
	struct forge_desc manifest;

	layer.size = size;
	manifest = forge_blob(s->layout, MANIFEST_TYPE,
	    str_bytes(arena_printf(forge_mem(s->f),
		"{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE
		"\",\"artifactType\":\"" SIGNATURE_TYPE
		"\",\"config\":%s,\"layers\":[%s],\"subject\":%s}",
		forge_desc_json(s->f, &config, NULL).ptr,
		forge_desc_json(s->f, &layer, NULL).ptr,
		forge_desc_json(s->f, &s->image, NULL).ptr)));
	forge_entry(s->layout, &manifest, NULL);
}

static void
p38_sizes(void)
{
	static char blank[200001];
	static const struct {
		const char *name;
		bool large; /* the envelope is larger than the limit */
		int64_t more; /* than it has */
		enum reason reason;
	} rows[] = {
		{ "pitfall_38 sibling: the size that it has", false, 0, REASON_NONE },
		{ "pitfall_38_longer_than_its_descriptor", false, -1,
		    REASON_BLOB_SIZE_MISMATCH },
		{ "pitfall_38_shorter_than_its_descriptor", false, 1,
		    REASON_BLOB_SIZE_MISMATCH },
		{ "pitfall_38_over_the_limit", true, 0, REASON_LIMIT_ENVELOPE_HIT },
		/* It was never held in memory, so nobody can say more of it. */
		{ "pitfall_38_limit_from_the_descriptor", true, -190000,
		    REASON_SIGNATURE_RETRIEVAL },
	};
	struct judge j;

	memset(blank, ' ', sizeof(blank) - 1);
	judge_open(&j, policy_of("sizes", "strict"), STAGE_NOW);
	j.limits.v[LIMIT_ENVELOPE_BYTES] = 100000;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_envelope spec = { .form = FORGE_JWS };
		struct bytes envelope;
		struct subject s;

		/* Blanks between two members: still one right envelope. */
		if (rows[i].large)
			spec.outer_extra = blank;
		subject_open(&s, &st);
		envelope = subject_envelope(&s, spec);
		attach_sized(
		    &s, envelope, (uint64_t)((int64_t)envelope.len + rows[i].more));
		is_reason(subject_judge(&s, &j), rows[i].reason, "%s", rows[i].name);
		subject_close(&s);
	}
	j.limits.v[LIMIT_ENVELOPE_BYTES] = 300000;
	judge_close(&j);
}

int
main(void)
{
	stage_open(&st);
	p33_images();
	p33_files();
	p34_many();
	p35_claimed_name();
	p37_verdict();
	p37_run();
	p38_sizes();
	stage_close(&st);
	return tap_done();
}
