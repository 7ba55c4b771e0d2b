/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs two commands in turn and compares what they cost; or one, and watches its memory.
 *
 *	bench-run [-n PAIRS] [-r] NAME -- A... -- B...
 *	bench-run -m NAME -- A...
 *
 * A B A B ...: the machine's mood changes slowly, so each A is compared with the B beside it, and
 * the median of these ratios counts. Prints "NAME-cpu RATIO MIN MAX" and "NAME-wall RATIO MIN MAX".
 * CPU is user and system time of the command and of all its children (wait4).
 * -r: B prints its own cost as "cost-ns N" in its last line, and that counts as its CPU and wall.
 * -m: prints "NAME-rss-kib SUM LARGEST": the peak of the resident sizes of all processes of the
 *     command together, looked at every 5 ms, and the largest single one (kernel's own record).
 * "{}" in an argument becomes the number of the run, so that no two runs share a database.
 * Output of A and B is dropped; a command that fails ends the comparison with status 1, unless it
 * ends with 2 (assay: not compliant, which is an answer).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAIRS_MOST 99
#define ARGS_MOST 64
#define PROCESSES_MOST 4096

struct cost {
	double cpu, wall; /* seconds */
};

static void
die(const char *what)
{
	fprintf(stderr, "bench-run: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- one command ------------------------------------------------------------------------- */

/* "{}" becomes the number of the run. */
static char *
argument(const char *text, unsigned run)
{
	size_t room = strlen(text) + 16;
	const char *hole = strstr(text, "{}");
	char *out = malloc(room);

	if (out == NULL)
		die("memory");
	if (hole == NULL)
		snprintf(out, room, "%s", text);
	else
		snprintf(out, room, "%.*s%u%s", (int)(hole - text), text, run, hole + 2);
	return out;
}

static pid_t
start(char *const *argv, unsigned run, int out)
{
	pid_t pid = fork();
	char *copy[ARGS_MOST];
	size_t n = 0;
	int null;

	if (pid < 0)
		die("fork");
	if (pid > 0)
		return pid;
	while (argv[n] != NULL && n < ARGS_MOST - 1) {
		copy[n] = argument(argv[n], run);
		n++;
	}
	copy[n] = NULL;
	null = open("/dev/null", O_RDWR);
	dup2(null, STDIN_FILENO);
	dup2(out < 0 ? null : out, STDOUT_FILENO);
	execvp(copy[0], copy);
	die(copy[0]);
	return -1;
}

static void
demand_success(const char *name, int status)
{
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2))
		return;
	fprintf(stderr, "bench-run: %s ended with status %d\n", name,
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	exit(1);
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static struct cost
run_once(char *const *argv, unsigned run)
{
	struct rusage use;
	struct cost c;
	double begin = now();
	pid_t pid = start(argv, run, -1);
	int status;

	if (wait4(pid, &status, 0, &use) != pid)
		die("wait4");
	c.wall = now() - begin;
	c.cpu = seconds(use.ru_utime) + seconds(use.ru_stime);
	demand_success(argv[0], status);
	return c;
}

/* A command that measures itself. */
static struct cost
run_reporting(char *const *argv, unsigned run)
{
	char text[4096];
	size_t len = 0;
	ssize_t got;
	struct cost c;
	int ends[2], status;
	const char *at;
	pid_t pid;

	if (pipe(ends) != 0)
		die("pipe");
	pid = start(argv, run, ends[1]);
	close(ends[1]);
	while (len < sizeof(text) - 1 &&
	       (got = read(ends[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	close(ends[0]);
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	demand_success(argv[0], status);
	at = strstr(text, "cost-ns ");
	if (at == NULL) {
		fprintf(stderr, "bench-run: %s printed no cost-ns\n", argv[0]);
		exit(1);
	}
	c.cpu = c.wall = strtod(at + 8, NULL) / 1e9;
	return c;
}

/* --- pairs --------------------------------------------------------------------------------- */

static int
cmp_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
print_ratios(const char *name, const char *what, double *ratio, size_t n)
{
	qsort(ratio, n, sizeof(*ratio), cmp_double);
	printf("%s-%s %.3f %.3f %.3f\n", name, what,
	    n % 2 == 1 ? ratio[n / 2] : (ratio[n / 2 - 1] + ratio[n / 2]) / 2, ratio[0],
	    ratio[n - 1]);
}

static void
compare(const char *name, char *const *a, char *const *b, size_t pairs, bool reporting)
{
	double cpu[PAIRS_MOST], wall[PAIRS_MOST];

	for (size_t i = 0; i < pairs; i++) {
		struct cost one = run_once(a, (unsigned)(2 * i));
		struct cost two =
		    (reporting ? run_reporting : run_once)(b, (unsigned)(2 * i + 1));

		cpu[i] = one.cpu / two.cpu;
		wall[i] = one.wall / two.wall;
	}
	print_ratios(name, "cpu", cpu, pairs);
	print_ratios(name, "wall", wall, pairs);
}

/* --- memory -------------------------------------------------------------------------------- */

static uint64_t
resident_kib(pid_t pid)
{
	static uint64_t page;
	unsigned long long pages = 0;
	char path[64];
	FILE *in;

	if (page == 0)
		page = (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	in = fopen(path, "r");
	if (in == NULL)
		return 0;
	if (fscanf(in, "%*u %llu", &pages) != 1)
		pages = 0;
	fclose(in);
	return pages * page;
}

/* Children of every thread of `pid`, appended to the list. */
static size_t
add_children(pid_t *list, size_t n, pid_t pid)
{
	char path[64];
	FILE *in;
	int child;

	/* Children of other threads than the first stand in that thread's file; assay forks from
	 * its first thread only. */
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	in = fopen(path, "r");
	if (in == NULL)
		return n;
	while (n < PROCESSES_MOST && fscanf(in, "%d", &child) == 1)
		list[n++] = child;
	fclose(in);
	return n;
}

static uint64_t
tree_kib(pid_t root)
{
	static pid_t list[PROCESSES_MOST];
	uint64_t sum = 0;
	size_t n = 1;

	list[0] = root;
	for (size_t i = 0; i < n; i++) {
		sum += resident_kib(list[i]);
		n = add_children(list, n, list[i]);
	}
	return sum;
}

static void
watch(const char *name, char *const *argv)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	uint64_t peak = 0, largest;
	struct rusage use;
	int status;
	pid_t pid = start(argv, 0, -1);

	for (;;) {
		uint64_t sum = tree_kib(pid);
		pid_t got = wait4(pid, &status, WNOHANG, &use);

		if (sum > peak)
			peak = sum;
		if (got == pid)
			break;
		if (got < 0)
			die("wait4");
		nanosleep(&pause, NULL);
	}
	demand_success(argv[0], status);
	largest = (uint64_t)use.ru_maxrss;
	if (largest > peak)
		peak = largest;
	printf("%s-rss-kib %llu %llu\n", name, (unsigned long long)peak,
	    (unsigned long long)largest);
}

/* --- command line ---------------------------------------------------------------------------- */

static char **
after_dashes(char **argv)
{
	while (*argv != NULL && strcmp(*argv, "--") != 0)
		argv++;
	if (*argv == NULL)
		return NULL;
	*argv = NULL;
	return argv + 1;
}

int
main(int argc, char **argv)
{
	bool memory = false, reporting = false;
	size_t pairs = 7;
	char **a, **b;
	int opt;

	while ((opt = getopt(argc, argv, "+mrn:")) != -1) {
		if (opt == 'm')
			memory = true;
		else if (opt == 'r')
			reporting = true;
		else if (opt == 'n')
			pairs = (size_t)strtoul(optarg, NULL, 10);
		else
			return 64;
	}
	a = optind < argc ? after_dashes(argv + optind) : NULL;
	b = a == NULL || memory ? NULL : after_dashes(a);
	if (a == NULL || a[0] == NULL || (!memory && (b == NULL || b[0] == NULL)) ||
	    pairs < 1 || pairs > PAIRS_MOST) {
		fputs("usage: bench-run [-n PAIRS] [-r] NAME -- A... -- B...\n"
		      "       bench-run -m NAME -- A...\n",
		    stderr);
		return 64;
	}
	if (memory)
		watch(argv[optind], a);
	else
		compare(argv[optind], a, b, pairs, reporting);
	return 0;
}
