-- SPDX-License-Identifier: Apache-2.0
-- Every judgement of a run, beside the one it is compared with. ?1: run_id; NULL: the newest run.
WITH this AS (SELECT coalesce(?1, (SELECT run_id FROM v_last)) AS id)
SELECT e.evaluation_id, e.input_id, e.artifact_id, a.digest, n.media_type, n.artifact_type, n.size,
  n.platform, n.class, n.found_by, coalesce(n.is_root, 0) AS is_root, i.seq AS input, e.state,
  c.change, e.checked_at, p.digest AS "policy.digest", e.statement AS "policy.statement",
  e.level AS "policy.level", e.reason_code, w.ext_id AS waiver
FROM input i JOIN v_judged e ON e.input_id = i.input_id
JOIN v_change c ON c.evaluation_id = e.evaluation_id
JOIN artifact a ON a.artifact_id = e.artifact_id
LEFT JOIN input_node n ON n.input_id = e.input_id AND n.artifact_id = e.artifact_id
LEFT JOIN policy p ON p.policy_id = e.policy_id
LEFT JOIN waiver w ON w.waiver_id = e.waiver_id
WHERE i.run_id = (SELECT id FROM this)
ORDER BY i.seq, a.digest;
