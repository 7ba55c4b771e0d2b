/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a policy folder: the first fault, or all. */
#include "trust/faults.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

bool
faults_host(const struct err *err)
{
	return reason_row(err->reason)->class == ERR_ENV;
}

int
faults_host_error(struct err *err, const struct err *e, const struct where *at)
{
	errno = e->sys;
	return err_sys(err, e->reason, at, "%s", e->text);
}

int
faults_add(struct faults *f, const struct err *err)
{
	if (f->list.n < f->most)
		VEC_PUSH(f->mem, &f->list, *err);
	return f->list.n < f->most ? 0 : -1;
}

int
faults_fail(struct faults *f, enum reason r, struct jv v, const char *fmt, ...)
{
	char text[2 * sizeof(((struct err *)0)->text)];
	struct err err;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	jsonin_fail(&err, r, v, "%s", text);
	return faults_add(f, &err);
}
