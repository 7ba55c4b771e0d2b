-- SPDX-License-Identifier: Apache-2.0
-- Every judgement of a run. ?1: run_id; NULL: the newest run.
WITH this AS (SELECT coalesce(?1, (SELECT max(run_id) FROM run)) AS id),
before AS (SELECT r.status = 'complete' AS comparable,
  (SELECT max(o.run_id) FROM run o WHERE o.series = r.series AND o.run_id < r.run_id
     AND o.status = 'complete') AS id
  FROM run r WHERE r.run_id = (SELECT id FROM this))
SELECT e.evaluation_id, e.input_id, e.artifact_id, i.seq, a.digest, n.media_type,
  n.artifact_type, n.size, n.platform, n.class, n.found_by, n.is_root, e.state, e.reason_code,
  e.statement, e.level, p.digest AS policy_digest, e.checked_at, e.signatures_found,
  e.signatures_valid, w.ext_id AS waiver, e.duration_us,
  CASE WHEN NOT before.comparable THEN 'unknown'
       WHEN o.state IS NULL THEN 'first-seen'
       WHEN e.state = o.state AND e.reason_code IS o.reason_code THEN 'unchanged'
       WHEN e.state = 'Compliant' THEN 'fixed'
       WHEN o.state = 'Compliant' THEN 'regressed'
       ELSE 'changed' END AS change
FROM before JOIN input i ON i.run_id = (SELECT id FROM this)
JOIN evaluation e ON e.input_id = i.input_id
JOIN artifact a ON a.artifact_id = e.artifact_id
LEFT JOIN input_node n ON n.input_id = e.input_id AND n.artifact_id = e.artifact_id
LEFT JOIN policy p ON p.policy_id = e.policy_id
LEFT JOIN waiver w ON w.waiver_id = e.waiver_id
LEFT JOIN evaluation o ON o.evaluation_id =
  (SELECT x.evaluation_id FROM evaluation x
   WHERE x.artifact_id = e.artifact_id AND x.run_id = before.id
   ORDER BY x.state_rank, x.evaluation_id LIMIT 1)
ORDER BY i.seq, a.digest;
