/* SPDX-License-Identifier: Apache-2.0 */
/* A file of any kind, read once and hashed. */
#include "input/blobin.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct hashing { /* one hasher for each algorithm: they run side by side */
	struct hasher *by_alg[DIGEST_SHA512 + 1];
};

static void
hashing_begin(struct hashing *h, struct ossl *lib, unsigned wanted)
{
	*h = (struct hashing){ { NULL } };
	for (int alg = DIGEST_SHA256; alg <= DIGEST_SHA512; alg++) {
		if ((wanted & 1U << alg) == 0)
			continue;
		h->by_alg[alg] = hasher_new(lib);
		hasher_begin(h->by_alg[alg], (enum digest_alg)alg);
	}
}

static void
hashing_add(struct hashing *h, struct bytes data)
{
	for (int alg = DIGEST_SHA256; alg <= DIGEST_SHA512; alg++)
		if (h->by_alg[alg] != NULL)
			hasher_add(h->by_alg[alg], data);
}

static void
hashing_end(struct hashing *h, struct digest *digests)
{
	for (int alg = DIGEST_SHA256; alg <= DIGEST_SHA512; alg++) {
		if (h->by_alg[alg] == NULL)
			continue;
		hasher_end(h->by_alg[alg], &digests[alg]);
		hasher_free(h->by_alg[alg]);
	}
}

static int
read_step(uint8_t *step, size_t *len, int fd, uint64_t at, struct err *err)
{
	struct where place = { .offset = at };
	ssize_t n;

	do {
		n = pread(fd, step, BLOBIN_STEP, (off_t)at);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, REASON_FILE_UNREADABLE, &place, "read failed");
	*len = (size_t)n;
	return 0;
}

static int
read_all(struct hashing *h, int fd, const struct file_id *id,
    const struct input_options *options, struct err *err)
{
	uint8_t *step = xmalloc(BLOBIN_STEP);
	uint64_t done = 0;
	size_t len = 0;
	int status;

	do {
		status = read_step(step, &len, fd, done, err);
		if (status != 0)
			break;
		hashing_add(h, bytes_of(step, len));
		done += len;
		if (options->progress != NULL)
			options->progress(options->progress_ctx, done);
		/* A file that grows while it is read might never end. */
	} while (len > 0 && done <= id->size);
	free(step);
	if (status == 0 && done != id->size)
		return err_set(err, REASON_INPUT_CHANGED, NULL,
		    "another size than when the file was opened");
	return status;
}

int
blobin_read(struct blobin *out, struct ossl *lib, int fd, unsigned wanted,
    const struct input_options *options, struct err *err)
{
	uint64_t most = options->limits->v[LIMIT_INPUT_BYTES];
	struct file_id before, after;
	struct hashing h;
	int status;

	*out = (struct blobin){ .size = 0 };
	if (file_identify(&before, fd, err) != 0)
		return -1;
	if (before.size > most)
		return err_set(err, REASON_LIMIT_INPUT_HIT, NULL,
		    "%llu octets, limit %llu", (unsigned long long)before.size,
		    (unsigned long long)most);
	hashing_begin(&h, lib, wanted);
	status = read_all(&h, fd, &before, options, err);
	hashing_end(&h, out->digests);
	if (status != 0 || file_identify(&after, fd, err) != 0)
		return -1;
	if (!file_same(&before, &after))
		return err_set(err, REASON_INPUT_CHANGED, NULL,
		    "size, time or inode changed while the file was read");
	out->size = before.size;
	return 0;
}
