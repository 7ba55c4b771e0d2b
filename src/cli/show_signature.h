/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SHOW_SIGNATURE_H
#define CLI_SHOW_SIGNATURE_H
/*
 * One signature in full, as text or JSON: for `assay inspect`, and for `assay blob --inspect`.
 *
 * What a child sent is taken for hostile here, too: texts are escaped, and a document that is not
 * what verify/inspect.h says costs what it would have shown, no more (cli/sigcontent.h).
 */
#include "cli/doc.h"
#include "run/survey.h"

struct show_style { /* of text */
	bool color; /* words of verdicts */
	unsigned width; /* columns, sentences are broken there; 0: they are not */
};

struct shown_signature {
	const struct limits *limits;
	/* as verify_inspect made it: one signature, one document */
	const struct verdict *parsed;
	/*
	 * The verdict on its artifact, or file; NULL: not judged. Signatures in it are found by
	 * their manifest_digest: under two statements one signature is judged twice.
	 */
	const struct verdict *judged;
	struct show_style style;
};

/* Its one signature. */
const struct signature_record *show_signature_record(const struct shown_signature *s);
/* Why it cannot be shown whole; NULL: it can. */
const struct step *show_signature_fault(const struct shown_signature *s);
/* How it was judged, one word: the worst of its states under several statements; "not judged". */
const char *show_signature_word(const struct verdict *judged, struct str manifest_digest);

/*
 * Its fields, in the object that is open, and lines that begin at the indent of the document; the title
 * is the caller's. "digest" is left out for a signature without manifest.
 */
void show_signature(struct doc *d, const struct shown_signature *s);

/* The verdict on the artifact itself, and its findings: one value named "verdict". */
void show_verdict(
    struct doc *d, const struct verdict *judged, const struct show_style *style);

/* The word of a state, of a signature or an artifact; as the report for people colours it. */
void show_word(const char *word, bool color);

#endif
