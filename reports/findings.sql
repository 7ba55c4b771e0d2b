-- SPDX-License-Identifier: Apache-2.0
-- What is to be acted on in one judgement. ?1: evaluation_id.
SELECT f.reason_code, f.severity, f.blocking, f.message, c.remedy, f.fingerprint,
  f.step_seq AS step, f.signature_seq AS signature, w.ext_id AS waiver
FROM finding f JOIN reason c ON c.reason_code = f.reason_code
LEFT JOIN waiver w ON w.waiver_id = f.waiver_id
WHERE f.evaluation_id = ?1
ORDER BY f.seq;
