-- SPDX-License-Identifier: Apache-2.0
-- Exceptions that a run applied. ?1: run_id; NULL: the newest run.
SELECT DISTINCT w.ext_id AS id, p.digest AS file_digest, w.subject, w.reason_code, w.justification, w.approved_by,
  w.approved_at, w.expires_at, w.ticket
FROM input i JOIN evaluation e ON e.input_id = i.input_id
JOIN finding f ON f.evaluation_id = e.evaluation_id
JOIN waiver w ON w.waiver_id = f.waiver_id JOIN policy p ON p.policy_id = w.policy_id
WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last))
ORDER BY p.digest, w.ext_id;
