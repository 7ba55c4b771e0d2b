/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files as a hostile user or a broken host may leave them, and the same files when all is well.
 * Rows E07, E08, E09, Y06 and Y07 of the catalogue stand at this floor; test names carry them.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

static struct scratch scratch;

static const char *
at(const char *rel)
{
	return scratch_at(&scratch, rel);
}

static void
make_socket(const char *rel)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", at(rel));
	ok(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0, "a socket to try");
}

static void
make_tree(void)
{
	scratch_put(&scratch, "file", BYTES_LIT("hello"));
	scratch_put(&scratch, "dir/sub/file", BYTES_LIT("deep"));
	scratch_link(&scratch, "link", "file");
	scratch_link(&scratch, "dangling", "nowhere");
	scratch_link(&scratch, "dirlink", "dir");
	scratch_link(&scratch, "dir/out", "../file");
	scratch_link(&scratch, "dir/up", "..");
	scratch_fifo(&scratch, "fifo");
	make_socket("sock");
}

static const struct {
	const char *name, *path;
	enum file_kind kind;
	enum reason want;
} opens[] = {
	{ "plain file", "file", FILE_REGULAR, REASON_NONE },
	{ "folder", "dir", FILE_FOLDER, REASON_NONE },
	{ "folder with slashes", "dir//", FILE_FOLDER, REASON_NONE },
	{ "below a link", "dirlink/sub/file", FILE_REGULAR, REASON_NONE },
	{ "bad_Y07_missing", "none", FILE_REGULAR, REASON_FILE_MISSING },
	{ "bad_Y07_missing_folder", "none/file", FILE_REGULAR, REASON_FILE_MISSING },
	{ "bad_Y07_file_as_folder", "file/x", FILE_REGULAR, REASON_FILE_MISSING },
	{ "bad_Y07_link", "link", FILE_REGULAR, REASON_FILE_SYMLINK },
	{ "bad_Y07_dangling", "dangling", FILE_REGULAR, REASON_FILE_SYMLINK },
	{ "bad_Y07_folder_link", "dirlink", FILE_FOLDER, REASON_FILE_SYMLINK },
	{ "bad_Y07_folder_link_slash", "dirlink/", FILE_FOLDER, REASON_FILE_SYMLINK },
	{ "bad_Y07_folder", "dir", FILE_REGULAR, REASON_FILE_TYPE },
	{ "bad_Y07_file_slash", "file/", FILE_REGULAR, REASON_FILE_TYPE },
	{ "bad_Y07_not_folder", "file", FILE_FOLDER, REASON_FILE_TYPE },
	{ "bad_Y07_fifo", "fifo", FILE_REGULAR, REASON_FILE_TYPE },
	{ "bad_Y07_socket", "sock", FILE_REGULAR, REASON_FILE_TYPE },
};

static void
test_open(void)
{
	for (size_t i = 0; i < COUNT(opens); i++) {
		struct err err = { .reason = REASON_NONE };
		AUTO_FD fd = -1;
		int rc = file_open(&fd, at(opens[i].path), opens[i].kind, &err);

		is_reason(err.reason, opens[i].want, "%s", opens[i].name);
		ok((rc == 0) == (opens[i].want == REASON_NONE) && (rc == 0) == (fd >= 0),
		    "  and a descriptor only on success");
		if (rc == 0)
			ok((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0, "  closed on exec");
		else
			is_str(str_of(err.file), at(opens[i].path), "  and the place");
	}
	{
		struct err err;
		AUTO_FD fd = -1;

		ok(file_open(&fd, "/dev/zero", FILE_REGULAR, &err) != 0, "a device");
		is_reason(err.reason, REASON_FILE_TYPE, "bad_Y07_device");
	}
}

static const struct {
	const char *name, *path;
	enum file_kind kind;
	enum reason want;
} beneath[] = {
	{ "beneath", "dir/sub/file", FILE_REGULAR, REASON_NONE },
	{ "beneath, one part", "file", FILE_REGULAR, REASON_NONE },
	{ "beneath, folder", "dir/sub", FILE_FOLDER, REASON_NONE },
	{ "bad_Y07_beneath_missing", "dir/none", FILE_REGULAR, REASON_FILE_MISSING },
	{ "bad_Y07_beneath_link", "link", FILE_REGULAR, REASON_FILE_SYMLINK },
	{ "bad_Y07_beneath_link_on_the_way", "dirlink/sub/file", FILE_REGULAR,
	    REASON_FILE_SYMLINK },
	{ "bad_Y07_beneath_link_up", "dir/up/file", FILE_REGULAR, REASON_FILE_SYMLINK },
	{ "bad_Y07_beneath_link_out", "dir/out", FILE_REGULAR, REASON_FILE_SYMLINK },
	{ "bad_Y07_beneath_fifo", "fifo", FILE_REGULAR, REASON_FILE_TYPE },
	{ "bad_Y07_beneath_file_on_the_way", "file/x", FILE_REGULAR,
	    REASON_FILE_MISSING },
	{ "bad_Y07_beneath_parent", "dir/../file", FILE_REGULAR, REASON_FILE_MISSING },
	{ "bad_Y07_beneath_escape", "../file", FILE_REGULAR, REASON_FILE_MISSING },
	{ "bad_Y07_beneath_self", "./file", FILE_REGULAR, REASON_FILE_MISSING },
	{ "bad_Y07_beneath_empty_part", "dir//sub", FILE_FOLDER, REASON_FILE_MISSING },
	{ "bad_Y07_beneath_slash", "dir/sub/", FILE_FOLDER, REASON_FILE_MISSING },
	{ "bad_Y07_beneath_absolute", "/etc/passwd", FILE_REGULAR, REASON_FILE_MISSING },
	{ "bad_Y07_beneath_nothing", "", FILE_FOLDER, REASON_FILE_MISSING },
};

static void
test_open_at(const char *how)
{
	AUTO_FD dir = open(scratch.path, O_RDONLY | O_DIRECTORY);

	for (size_t i = 0; i < COUNT(beneath); i++) {
		struct err err = { .reason = REASON_NONE };
		AUTO_FD fd = -1;
		int rc = file_open_at(&fd, dir, beneath[i].path, beneath[i].kind, &err);

		is_reason(err.reason, beneath[i].want, "%s (%s)", beneath[i].name, how);
		ok((rc == 0) == (beneath[i].want == REASON_NONE) &&
			(rc == 0) == (fd >= 0),
		    "  and a descriptor only on success");
	}
}

static void
test_read(void)
{
	AUTO(buf_clear) struct buf out = { .max = 5 };
	AUTO_FD fd = open(at("file"), O_RDONLY), zero = open("/dev/zero", O_RDONLY);
	struct where where = { .file = STR("file") };
	struct file_id a, b;
	struct err err;
	char bytes[8];

	ok(file_read(&out, fd, REASON_FILE_TOO_LARGE, &where, &err) == 0, "read");
	is_bytes(buf_bytes(&out), BYTES_LIT("hello"), "all of it");
	out.max = 4;
	lseek(fd, 0, SEEK_SET);
	file_read(&out, fd, REASON_LIMIT_INDEX_HIT, &where, &err);
	is_reason(err.reason, REASON_LIMIT_INDEX_HIT, "more than the limit");
	is_str(str_of(err.file), "file", "and the place");
	out.max = 100000;
	file_read(&out, zero, REASON_FILE_TOO_LARGE, &where, &err);
	is_reason(err.reason, REASON_FILE_TOO_LARGE, "an endless file ends at the limit");
	ok(file_pread(bytes, 3, fd, 2, &where, &err) == 0 && memcmp(bytes, "llo", 3) == 0,
	    "read at an offset");
	ok(file_pread(bytes, 4, fd, 2, &where, &err) != 0, "too short");
	is_reason(err.reason, REASON_FILE_UNREADABLE, "a file that ends early");
	ok(file_pread(bytes, 1, fd, UINT64_MAX, &where, &err) != 0, "beyond all files");
	file_identify(&a, fd, &err);
	file_identify(&b, fd, &err);
	ok(file_same(&a, &b) && a.size == 5, "the same file is the same");
	scratch_put(&scratch, "file", BYTES_LIT("hello!"));
	file_identify(&b, fd, &err);
	ok(!file_same(&a, &b), "a changed one is not");
	scratch_put(&scratch, "file", BYTES_LIT("hello"));
}

static void
test_list(void)
{
	AUTO_FD dir = open(scratch.path, O_RDONLY | O_DIRECTORY);
	struct str *names;
	struct arena mem;
	struct err err;
	size_t n = 0;
	bool sorted = true;

	arena_init(&mem, 0);
	for (int round = 0; round < 2; round++) {
		ok(file_list(&names, &n, &mem, dir, 9, &err) == 0 && n == 7,
		    "names, round %d", round);
		for (size_t i = 1; i < n; i++)
			sorted = sorted && str_cmp(names[i - 1], names[i]) < 0;
	}
	ok(sorted && str_is(names[0], "dangling"), "sorted");
	ok(file_list(&names, &n, &mem, dir, 6, &err) != 0, "too many");
	is_reason(err.reason, REASON_LIMIT_MEMBERS_HIT, "more names than the limit");
	arena_clear(&mem);
}

static void
test_trusted(void)
{
	static const struct {
		const char *name, *path;
		mode_t mode;
		uid_t owner;
		enum reason want;
	} rows[] = {
		{ "a file of ours", "file", 0644, 0, REASON_NONE },
		{ "a folder of ours", "dir", 0755, 0, REASON_NONE },
		{ "a sticky folder", "dir", 01777, 0, REASON_NONE },
		{ "bad_Y06_group_writable", "file", 0664, 0, REASON_FILE_PERMISSIONS },
		{ "bad_Y06_world_writable", "file", 0646, 0, REASON_FILE_PERMISSIONS },
		{ "bad_Y06_folder_writable", "dir", 0775, 0, REASON_FILE_PERMISSIONS },
		{ "bad_Y06_sticky_file", "file", 01666, 0, REASON_FILE_PERMISSIONS },
		{ "bad_Y06_other_owner", "file", 0600, 12345, REASON_FILE_PERMISSIONS },
		{ "bad_Y06_sticky_other_owner", "dir", 01777, 12345,
		    REASON_FILE_PERMISSIONS },
	};
	struct where where = { .file = STR("it") };

	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO_FD fd = open(at(rows[i].path), O_RDONLY);
		struct err err = { .reason = REASON_NONE };

		if (rows[i].owner != 0 && fchown(fd, rows[i].owner, (gid_t)-1) != 0) {
			tap_skip("%s: only root can give files away", rows[i].name);
			continue;
		}
		ok(fchmod(fd, rows[i].mode) == 0, "  mode");
		file_trusted(fd, &where, &err);
		is_reason(err.reason, rows[i].want, "%s", rows[i].name);
		if (rows[i].owner != 0)
			ok(fchown(fd, geteuid(), (gid_t)-1) == 0, "  owner back");
		ok(fchmod(fd, 0755) == 0, "  mode back");
	}
	scratch_mode(&scratch, "file", 0644);
}

/* Write `text` to rel; commit or not. */
static enum reason
output(const char *rel, const char *text, bool commit)
{
	struct err err = { .reason = REASON_NONE };
	struct outfile out;

	if (outfile_open(&out, at(rel), &err) != 0)
		return err.reason;
	if (outfile_write(&out, str_bytes(str_of(text)), &err) == 0 && commit)
		outfile_commit(&out, &err);
	outfile_close(&out);
	return err.reason;
}

static void
holds(const char *rel, const char *want, const char *name)
{
	AUTO(buf_clear) struct buf b = { .max = 4096 };
	AUTO_FD fd = open(at(rel), O_RDONLY);
	struct err err;

	ok(fd >= 0 && file_read(&b, fd, REASON_FILE_TOO_LARGE, NULL, &err) == 0 &&
		str_is((struct str){ (const char *)b.ptr, b.len }, want),
	    "%s", name);
}

static size_t
files_in(const char *rel)
{
	AUTO_FD dir = open(at(rel), O_RDONLY | O_DIRECTORY);
	struct str *names;
	struct arena mem;
	struct err err;
	size_t n = 999;

	arena_init(&mem, 0);
	file_list(&names, &n, &mem, dir, 100, &err);
	arena_clear(&mem);
	return n;
}

static void
test_output(void)
{
	struct stat st = { .st_mode = 0 };
	mode_t mask = umask(0);

	scratch_folder(&scratch, "o");
	is_reason(output("o/new", "one", true), REASON_NONE, "a new output");
	holds("o/new", "one", "  holds what was written");
	stat(at("o/new"), &st);
	ok((st.st_mode & 07777) == 0600, "bad_E07_umask: mode 0600 whatever the umask");
	umask(mask);
	is_reason(output("o/new", "two", false), REASON_NONE, "without commit");
	holds("o/new", "one", "  the old content stays");
	is_reason(output("o/new", "three", true), REASON_NONE, "bad_E08_exists");
	holds("o/new", "three", "  is replaced as a whole");
	scratch_put(&scratch, "victim", BYTES_LIT("mine"));
	scratch_link(&scratch, "o/link", "../victim");
	is_reason(output("o/link", "x", true), REASON_NONE, "bad_E08_symlink");
	holds("victim", "mine", "  is not followed");
	ok(lstat(at("o/link"), &st) == 0 && S_ISREG(st.st_mode), "  but replaced");
	is_u64(files_in("o"), 2, "  and no temporary file stays");
	scratch_fifo(&scratch, "o/fifo");
	is_reason(output("o/fifo", "x", true), REASON_FILE_TYPE, "bad_E08_fifo");
	is_reason(output("o", "x", true), REASON_FILE_TYPE, "bad_E08_folder");
	is_reason(output("o/", "x", true), REASON_FILE_TYPE, "bad_E08_slash");
	is_reason(output("o/..", "x", true), REASON_FILE_TYPE, "bad_E08_parent");
	is_reason(output("none/x", "x", true), REASON_FILE_WRITE, "bad_E08_no_folder");
	outfile_close(&(struct outfile){ .path = NULL });
	ok(fcntl(STDIN_FILENO, F_GETFD) >= 0 || errno == EBADF,
	    "closing nothing closes nothing");
}

/* A signal ends the process while an output is written: its handler knows what is half written. */
static void
test_abandoned(void)
{
	struct outfile out;
	struct err err;

	scratch_folder(&scratch, "ab");
	scratch_put(&scratch, "ab/old", BYTES_LIT("old"));
	ok(outfile_open(&out, at("ab/old"), &err) == 0 &&
		outfile_write(&out, BYTES_LIT("new"), &err) == 0,
	    "half written");
	is_u64(files_in("ab"), 2, "  beside the old one");
	outfile_abandon();
	is_u64(files_in("ab"), 1, "  is gone in the handler");
	holds("ab/old", "old", "  and the old content stays");
	outfile_close(&out);
	is_reason(output("ab/old", "new", true), REASON_NONE, "sibling: written whole");
	outfile_abandon();
	holds("ab/old", "new", "  it is not half written any more");
}

/* In a child: limits of the process. */
static int
child_status(void (*fn)(void))
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		fn();
		fflush(NULL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
small_files(void)
{
	struct rlimit most = { 2, 2 };
	enum reason got;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &most);
	got = output("o/large", "more than two", true);
	_exit(got == REASON_RESOURCE_DISK && access(at("o/large"), F_OK) != 0 &&
		      files_in("o") == 3
		  ? 7
		  : 1);
}

static void
few_descriptors(void)
{
	struct err err = { .reason = REASON_NONE };
	struct rlimit most = { 16, 16 };
	int fd = -1, n = 0;

	setrlimit(RLIMIT_NOFILE, &most);
	for (; n < 20 && file_open(&fd, at("file"), FILE_REGULAR, &err) == 0; n++)
		continue;
	_exit(
	    n < 16 && err.reason == REASON_FILE_UNREADABLE && err.sys == EMFILE ? 7 : 1);
}

static void
test_limits(void)
{
	is_u64((uint64_t)child_status(small_files), 7,
	    "bad_E09_file_size: said, and nothing left behind");
	is_u64((uint64_t)child_status(few_descriptors), 7, "bad_E09_descriptors: said");
}

/* As on a kernel older than openat2(2), or in a sandbox that does not know it. */
static bool
forbid_openat2(unsigned with)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | with),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { COUNT(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

int
main(void)
{
	scratch_open(&scratch);
	make_tree();
	test_open();
	test_open_at("openat2");
	test_read();
	test_list();
	test_trusted();
	test_output();
	test_abandoned();
	test_limits();
	if (forbid_openat2(ENOSYS))
		test_open_at("step by step");
	else
		tap_skip("no seccomp filter, so openat2 cannot be taken away");
	scratch_close(&scratch);
	return tap_done();
}
