-- SPDX-License-Identifier: Apache-2.0
-- Every check of one judgement. ?1: evaluation_id.
SELECT s.seq, s.name, s.action, s.outcome, s.signature_seq AS signature, s.reason_code, s.detail,
  s.data, CASE WHEN json_valid(s.data) THEN json_extract(s.data, '$.anchor') END AS anchor
FROM step s
WHERE s.evaluation_id = ?1
ORDER BY s.seq;
