/* SPDX-License-Identifier: Apache-2.0 */
/* Process hygiene: what every assay process gives up before it looks at input. */
#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CPU_SLACK 5     /* seconds */
#define OOM_SCORE "500" /* of 1000: whoever reads an input goes before whoever keeps the record */

/*
 * A file opened later must never become 0, 1 or 2. What is written to a standard output that was
 * closed is lost: open for reading only, it fails, and the exit status says so.
 */
static void
open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY);
}

static void
close_from(unsigned first, unsigned last)
{
	if (first > last)
		return;
	if (syscall(SYS_close_range, first, last, 0) == 0)
		return;
	for (unsigned fd = first; fd <= last && fd < 65536; fd++)
		close((int)fd);
}

bool
sandbox_process(void)
{
	struct rlimit none = { 0, 0 };

	/*
	 * Nobody reads the memory of a process that holds a policy and a record (prctl(2)); but a
	 * sanitizer looks for leaks as a debugger does.
	 */
	if (!SANITIZED)
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	open_standard();
	close_from(3, ~0U);
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return getauxval(AT_SECURE) == 0;
}

void
sandbox_environment(void)
{
	/* The block that the process began with stays where it was: tokens and passwords lie in it. */
	for (char **e = environ; e != NULL && *e != NULL; e++)
		explicit_bzero(*e, strlen(*e));
	clearenv();
}

static int
limit(int which, uint64_t value, uint64_t slack, struct err *err)
{
	struct rlimit r = { (rlim_t)value, (rlim_t)(value + slack) };
	struct rlimit have;

	if (getrlimit((__rlimit_resource_t)which, &have) == 0 && have.rlim_max < r.rlim_max)
		r.rlim_max = have.rlim_max;
	if (r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	if (setrlimit((__rlimit_resource_t)which, &r) != 0)
		return err_sys(err, REASON_RESOURCE_PROCESS, NULL, "setrlimit %d", which);
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
close_others(const int *keep, size_t count)
{
	int sorted[8];
	unsigned next = 3;

	if (count > COUNT(sorted))
		return;
	memcpy(sorted, keep, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_number);
	for (size_t i = 0; i < count; i++) {
		if (sorted[i] > (int)next)
			close_from(next, (unsigned)sorted[i] - 1);
		next = (unsigned)sorted[i] + 1;
	}
	close_from(next, ~0U);
}

/*
 * Where memory runs out, the kernel is to end the child and not the parent. Its files in /proc are
 * root's as long as it is not dumpable (proc(5)).
 */
static void
first_to_go(void)
{
	int fd;

	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!write(fd, OOM_SCORE, sizeof(OOM_SCORE) - 1);
		close(fd);
	}
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int
sandbox_child(const struct limits *limits, const int *keep, size_t count, int parent,
    struct err *err)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(0);       /* the parent died before the line above */
	first_to_go();
	close_others(keep, count);
	signal(SIGINT, SIG_IGN);        /* a terminal sends it to all; the parent decides */
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	/* A sanitizer reserves terabytes of addresses, and the limit would end it at once. */
	if (!SANITIZED && limit(RLIMIT_AS, limits->v[LIMIT_CHILD_MEMORY], 0, err) != 0)
		return -1;
	/* Linux sends SIGKILL at the hard limit, and SIGXCPU, which says why, at a lower soft one. */
	if (limit(RLIMIT_CPU, limits->v[LIMIT_INPUT_CPU], CPU_SLACK, err) != 0 ||
	    limit(RLIMIT_FSIZE, 0, 0, err) != 0 || limit(RLIMIT_NOFILE, 64, 0, err) != 0 ||
	    limit(RLIMIT_NPROC, 0, 0, err) != 0)
		return -1;
	return 0;
}
