-- SPDX-License-Identifier: Apache-2.0
-- States of one artifact over the runs of a series, newest first. ?1: artifact_id, ?2: series.
SELECT r.started_at, r.run_uuid, r.status, e.state, e.reason_code
FROM run r JOIN evaluation e ON e.run_id = r.run_id AND e.artifact_id = ?1
WHERE r.series = ?2 AND e.evaluation_id =
  (SELECT x.evaluation_id FROM evaluation x
   WHERE x.artifact_id = e.artifact_id AND x.run_id = r.run_id
   ORDER BY x.state_rank, x.evaluation_id LIMIT 1)
ORDER BY r.run_id DESC LIMIT 20;
