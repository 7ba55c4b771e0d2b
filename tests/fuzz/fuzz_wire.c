/* SPDX-License-Identifier: Apache-2.0 */
/* The parent's message reader over any octets: bounded, and nothing inconsistent gets through. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "run/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_message m;
	struct wire_in in;
	struct arena mem;
	struct err err;
	int ends[2];

	if (size > 60000 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return 0;
	if (write(ends[1], data, size) != (ssize_t)size)
		abort();
	close(ends[1]);
	arena_init(&mem, 0);
	wire_in_init(&in, ends[0]);
	if (wire_fill(&in, &err) == 0) {
		while (wire_take(&m, &in, &mem, &err) == 1) {
			if (m.tag == WIRE_VERDICT && m.verdict.state == STATE_COMPLIANT &&
			    (m.verdict.reason != REASON_NONE || m.verdict.signatures.n == 0))
				abort();
			arena_clear(&mem);
		}
	}
	wire_in_clear(&in);
	arena_clear(&mem);
	close(ends[0]);
	return 0;
}
