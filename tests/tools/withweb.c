/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command that believes it has a network: a proxy on the loopback interface, named by
 * HTTP_PROXY, answers each request with a file, or with a time stamp that `openssl ts` makes.
 *
 *   withweb FOLDER COMMAND...
 *
 * FOLDER/urls has lines "URL<tab>FILE[<tab>TYPE]", below FOLDER; a FILE "tsa:CONFIG" is an authority.
 * An OCSP request or a question may stand behind the URL. What is not there is 404. The exit status
 * is the command's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"

enum { MAX_MESSAGE = 1 << 22, TURN_MS = 20, PATIENCE_S = 10 };

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(70);
}

static bool
slurp(struct buf *out, const char *path)
{
	uint8_t part[4096];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, (struct bytes){ part, n });
	fclose(f);
	return !out->full;
}

/* --- what is answered ----------------------------------------------------------------------- */

struct answer {
	char file[2048], type[128];
	struct buf body;
};

/* Sets file and type to what stands behind the URL in the table. */
static bool
look_up(struct answer *a, const char *folder, const char *url)
{
	AUTO(buf_clear) struct buf path = { .max = 4096 }, table = { .max = MAX_MESSAGE };
	char known[2048], *line, *rest;
	size_t len;

	buf_printf(&path, "%s/urls", folder);
	if (!slurp(&table, buf_cstr(&path)) || buf_u8(&table, 0) != 0)
		return false;
	for (line = strtok_r((char *)table.ptr, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		strcpy(a->type, "application/octet-stream");
		if (sscanf(line, "%2047[^\t]\t%2047[^\t]\t%127[^\t]", known, a->file,
			a->type) < 2)
			continue;
		len = strlen(known);
		if (strncmp(url, known, len) == 0 &&
		    (url[len] == '\0' || url[len] == '/' || url[len] == '?'))
			return true;
	}
	return false;
}

static void
run(char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		/* openssl tells on stderr what its configuration need not have. */
		int quiet = open("/dev/null", O_WRONLY);

		if (quiet < 0 || dup2(quiet, STDERR_FILENO) < 0)
			_exit(126);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

static bool
stamp(struct buf *answer, const char *config, struct bytes query)
{
	char folder[] = "/tmp/withweb.XXXXXX", in[64], out[64];
	char *argv[] = { (char[]){ "openssl" }, (char[]){ "ts" }, (char[]){ "-reply" },
		(char[]){ "-config" }, strdup(config), (char[]){ "-queryfile" }, in,
		(char[]){ "-out" }, out, NULL };
	FILE *f;
	bool good;

	if (mkdtemp(folder) == NULL)
		die(folder);
	snprintf(in, sizeof(in), "%s/query", folder);
	snprintf(out, sizeof(out), "%s/reply", folder);
	f = fopen(in, "wb");
	if (f == NULL || fwrite(query.ptr, 1, query.len, f) != query.len ||
	    fclose(f) != 0)
		die(in);
	run(argv);
	good = slurp(answer, out);
	unlink(in);
	unlink(out);
	rmdir(folder);
	free(argv[4]);
	return good;
}

/* --- one request ---------------------------------------------------------------------------- */

static size_t
body_length(const char *head)
{
	const char *line = strcasestr(head, "\r\nContent-Length:");

	return line == NULL ? 0 : (size_t)strtoul(line + 17, NULL, 10);
}

/* Reads until the head is whole, then as much as it says; false where the client goes away. */
static bool
read_request(struct buf *in, size_t *head, int fd)
{
	uint8_t part[4096];
	const char *end;
	ssize_t n;

	for (;;) {
		end = strstr(buf_cstr(in), "\r\n\r\n");
		if (end != NULL) {
			*head = (size_t)(end - (const char *)in->ptr) + 4;
			if (in->len >= *head + body_length(buf_cstr(in)))
				return true;
		}
		n = read(fd, part, sizeof(part));
		if (n <= 0 || buf_add(in, (struct bytes){ part, (size_t)n }) != 0)
			return false;
	}
}

static bool
find_answer(struct answer *a, const char *folder, const char *url, struct bytes query)
{
	AUTO(buf_clear) struct buf path = { .max = 4096 };

	if (!look_up(a, folder, url)) {
		fprintf(stderr, "withweb: not there: %s\n", url);
		return false;
	}
	if (strncmp(a->file, "tsa:", 4) == 0) {
		strcpy(a->type, "application/timestamp-reply");
		return stamp(&a->body, a->file + 4, query);
	}
	buf_printf(&path, "%s/%s", folder, a->file);
	return slurp(&a->body, buf_cstr(&path));
}

static void
serve(int fd, const char *folder)
{
	AUTO(buf_clear)
	struct buf in = { .max = MAX_MESSAGE },
		   out = { .max = MAX_MESSAGE };
	struct timeval patience = { .tv_sec = PATIENCE_S };
	struct answer a = { .body = { .max = MAX_MESSAGE } };
	char method[8], url[2048];
	size_t head;
	bool good;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (!read_request(&in, &head, fd) ||
	    sscanf(buf_cstr(&in), "%7s %2047s", method, url) != 2)
		return;
	good =
	    find_answer(&a, folder, url, (struct bytes){ in.ptr + head, in.len - head });
	buf_printf(&out,
	    "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s\r\n",
	    good ? "200 OK" : "404 Not Found", good ? a.type : "text/plain",
	    good ? a.body.len : 0, "Connection: close\r\n");
	if (good && strcmp(method, "HEAD") != 0)
		buf_add(&out, buf_bytes(&a.body));
	buf_clear(&a.body);
	for (size_t done = 0; done < out.len;) {
		ssize_t n = send(fd, out.ptr + done, out.len - done, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

/* --- the command and its proxy -------------------------------------------------------------- */

static int
listen_here(unsigned *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		die("loopback");
	*port = ntohs(at.sin_port);
	return fd;
}

static pid_t
start(char *const argv[], unsigned port)
{
	char proxy[64];
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid > 0)
		return pid;
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", port);
	setenv("HTTP_PROXY", proxy, 1);
	setenv("http_proxy", proxy, 1);
	unsetenv("NO_PROXY");
	unsetenv("no_proxy");
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* That poll() ends early is all that it is for. */
static void
on_child(int signal)
{
	(void)signal;
}

int
main(int argc, char **argv)
{
	struct pollfd wait = { .events = POLLIN };
	unsigned port;
	int status;
	pid_t pid;

	if (argc < 3) {
		fputs("usage: withweb FOLDER COMMAND...\n", stderr);
		return 64;
	}
	signal(SIGCHLD, on_child);
	wait.fd = listen_here(&port);
	pid = start(argv + 2, port);
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (poll(&wait, 1, TURN_MS) == 1) {
			int fd = accept4(wait.fd, NULL, NULL, SOCK_CLOEXEC);

			if (fd >= 0) {
				serve(fd, argv[1]);
				close(fd);
			}
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
