/* SPDX-License-Identifier: Apache-2.0 */
/* What a signal does. Everything that a handler calls here is safe in one (signal-safety(7)). */
#include "cli/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/defs.h"
#include "base/file.h"

#define GRACE_MS 1700 /* of two seconds; the rest is for the system */

static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
static volatile int stop_signal;
static volatile bool in_order;
static timer_t grace;
static bool has_grace;

ATTR_NORETURN static void
end_now(int number)
{
	static const char text[] = "assay: error: ended by a signal [run.interrupted]\n";
	struct pollfd err = { .fd = STDERR_FILENO, .events = POLLOUT };

	outfile_abandon();
	/* Nobody may read what is written there. */
	if (poll(&err, 1, 0) == 1 && (err.revents & POLLOUT) != 0 &&
	    write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(128 + number);
	_exit(128 + number);
}

static void
on_signal(int number)
{
	struct itimerspec left = { .it_value = { .tv_sec = GRACE_MS / 1000,
				       .tv_nsec = GRACE_MS % 1000 * 1000000L } };
	int before = errno;

	if (!in_order || !has_grace)
		end_now(number);
	if (stop_signal == 0) {
		stop_signal = number;
		timer_settime(grace, 0, &left, NULL);
	}
	errno = before;
}

static void
on_grace(int number)
{
	end_now(stop_signal == 0 ? number : stop_signal);
}

void
signals_start(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigemptyset(&none);
	for (size_t i = 0; i < COUNT(numbers); i++)
		sigaction(numbers[i], &action, NULL);
	sigaction(SIGCHLD, &usual, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

const volatile int *
signals_catch(void)
{
	struct sigaction action = { .sa_handler = on_grace };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };

	sigaction(SIGALRM, &action, NULL);
	has_grace = timer_create(CLOCK_MONOTONIC, &event, &grace) == 0;
	in_order = true;
	return &stop_signal;
}
