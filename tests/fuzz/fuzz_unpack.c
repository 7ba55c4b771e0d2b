/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed streams: whatever comes, it ends, within the limits. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct limits limits;
	struct err err = { 0 };
	struct bytes block = { 0 };
	struct unpack *u = NULL;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	uint64_t total = 0;
	int status;

	limits_default(&limits);
	limits.v[LIMIT_EXPANDED_BYTES] = (uint64_t)32 << 20;
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (unpack_open(&u, fd, &limits, &err) == 0) {
		do {
			status = unpack_next(&block, u, &err);
			total += status == 0 ? block.len : 0;
		} while (status == 0 && block.len > 0);
		if (total > limits.v[LIMIT_EXPANDED_BYTES] ||
		    (status == 0 && total != unpack_totals(u).expanded))
			abort();
	}
	unpack_close(u);
	close(fd);
	return 0;
}
