/* SPDX-License-Identifier: Apache-2.0 */
/* Replays fuzz corpora without a fuzzer: every file below the folders in argv, one TAP line each. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned count;

static int
replay_file(const char *path)
{
	FILE *in = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t n = 0, cap = 0;

	if (in == NULL)
		return -1;
	do {
		cap += 1 << 16;
		data = realloc(data, cap);
		if (data == NULL)
			abort();
		n += fread(data + n, 1, cap - n, in);
	} while (n == cap);
	fclose(in);
	/* An exact copy, so that a sanitizer sees the first byte past the end. */
	data = realloc(data, n == 0 ? 1 : n);
	if (data == NULL)
		abort();
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	printf("ok %u - replay %s\n", ++count, strrchr(path, '/') + 1);
	fflush(stdout);
	return 0;
}

int
main(int argc, char **argv)
{
	struct dirent **names;
	char path[4096];
	int n;

	for (int i = 1; i < argc; i++) {
		n = scandir(argv[i], &names, NULL, alphasort);
		if (n < 0) {
			printf("not ok %u - no corpus %s\n", ++count, argv[i]);
			continue;
		}
		for (int k = 0; k < n; k++) {
			struct stat st;

			snprintf(path, sizeof(path), "%s/%s", argv[i], names[k]->d_name);
			if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && replay_file(path) != 0)
				printf("not ok %u - cannot read %s\n", ++count, path);
			free(names[k]);
		}
		free(names);
	}
	printf("1..%u\n", count);
	return count == 0;
}
