-- SPDX-License-Identifier: Apache-2.0
-- What is to be acted on in one judgement. ?1: evaluation_id.
SELECT f.seq, f.reason_code, f.severity, f.blocking, f.message, c.remedy, f.fingerprint,
  f.step_seq, f.signature_seq, w.ext_id AS waiver, c.title
FROM finding f JOIN reason c ON c.reason_code = f.reason_code
LEFT JOIN waiver w ON w.waiver_id = f.waiver_id
WHERE f.evaluation_id = ?1
ORDER BY f.seq;
