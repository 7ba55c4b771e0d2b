/* SPDX-License-Identifier: Apache-2.0 */
/* What a process gives up before it looks at input. */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "run/sandbox.h"
#include "tests/lib/tap.h"

/* The octets that the process began with, not only the names. */
static void
test_environment(void)
{
	bool there = environ != NULL && environ[0] != NULL, empty = true;
	size_t count = 0;
	char *begin[256];

	while (there && count < COUNT(begin) && environ[count] != NULL) {
		begin[count] = environ[count];
		count++;
	}
	ok(count > 0 && begin[0][0] != '\0', "there is an environment");
	sandbox_environment();
	for (size_t i = 0; i < count; i++)
		empty = empty && begin[i][0] == '\0';
	ok(empty, "nothing of it is left where it was");
	ok(getenv("PATH") == NULL && (environ == NULL || environ[0] == NULL), "and no name");
}

static void
test_process(void)
{
	ok(sandbox_process(), "no raised privileges");
#if SANITIZED
	tap_skip("a sanitizer looks for leaks as a debugger does");
#else
	ok(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0, "nobody reads its memory");
#endif
	ok(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "no new privileges");
}

int
main(void)
{
	test_process();
	test_environment();
	return tap_done();
}
