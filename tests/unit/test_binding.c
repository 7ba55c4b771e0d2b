/* SPDX-License-Identifier: Apache-2.0 */
/*
 * User metadata that the caller demands: each pair must be signed, nothing else matters, and no
 * level lets a mismatch pass (Notary Project, "Signing and Verification Workflow").
 */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

static struct stage st;

/* An image whose payload carries these annotations, judged at a level under these demands. */
static enum reason
judged(const char *level, const char *annotations, const struct metadata *wanted, size_t count)
{
	struct judge_target target;
	struct forge_target payload;
	struct subject image;
	struct judge j;
	enum reason got;

	stage_judge(&j, &st, "metadata", level, "'ca:root'");
	j.metadata = wanted;
	j.metadata_count = count;
	subject_open(&image, &st);
	target = subject_target(&image);
	payload = (struct forge_target){ target.media_type, target.digest, target.size,
		annotations };
	subject_sign(&image,
	    (struct forge_envelope){ .payload = forge_payload(image.f, &payload) });
	got = subject_judge(&image, &j);
	if (count > 0)
		ok(judge_step(&j, STEP_CLAIMS) != NULL, "the claims were looked at");
	subject_close(&image);
	judge_close(&j);
	return got;
}

int
main(void)
{
	static const char strict[] = "'level':'strict'", audit[] = "'level':'audit'";
	static const char two[] = "{\"build\":\"101\",\"team\":\"web\"}";
	const struct metadata build = { STR("build"), STR("101") };
	const struct metadata wrong = { STR("build"), STR("102") };
	const struct metadata other = { STR("Build"), STR("101") };
	const struct metadata both[] = { { STR("team"), STR("web") }, { STR("build"), STR("101") } };
	const struct metadata half[] = { { STR("team"), STR("web") }, { STR("build"), STR("1") } };

	stage_open(&st);
	is_reason(judged(strict, two, NULL, 0), REASON_NONE, "nothing is demanded");
	is_reason(judged(strict, two, &build, 1), REASON_NONE, "one pair of two");
	is_reason(judged(strict, two, both, 2), REASON_NONE, "both, in another order");
	is_reason(judged(strict, two, &wrong, 1), REASON_PAYLOAD_METADATA_MISMATCH,
	    "another value");
	is_reason(judged(strict, two, &other, 1), REASON_PAYLOAD_METADATA_MISMATCH,
	    "a name in another case");
	is_reason(judged(strict, two, half, 2), REASON_PAYLOAD_METADATA_MISMATCH,
	    "one of two is wrong");
	is_reason(judged(strict, NULL, &build, 1), REASON_PAYLOAD_METADATA_MISMATCH,
	    "no metadata at all");
	is_reason(judged(audit, two, &wrong, 1), REASON_PAYLOAD_METADATA_MISMATCH,
	    "not even at level audit");
	stage_close(&st);
	return tap_done();
}
