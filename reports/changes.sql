-- SPDX-License-Identifier: Apache-2.0
-- A run against the complete run of its series before it; NULL where there is none.
-- ?1: run_id; NULL: the newest run.
WITH this AS (SELECT coalesce(?1, (SELECT max(run_id) FROM run)) AS id),
before AS (SELECT max(o.run_id) AS id FROM run r JOIN run o ON o.series = r.series
  AND o.run_id < r.run_id AND o.status = 'complete'
  WHERE r.run_id = (SELECT id FROM this) AND r.status = 'complete'),
now AS (SELECT artifact_id, state, state = 'NonCompliant' OR state = 'Error' AS bad
  FROM v_judged WHERE run_id = (SELECT id FROM this)),
old AS (SELECT artifact_id, state, state = 'NonCompliant' OR state = 'Error' AS bad
  FROM v_judged WHERE run_id = (SELECT id FROM before)),
pairs AS (SELECT n.state, n.bad, o.state AS old_state, o.bad AS old_bad
  FROM now n LEFT JOIN old o ON o.artifact_id = n.artifact_id)
SELECT before.id AS previous_id,
  CASE WHEN before.id IS NOT NULL THEN
    (SELECT count(*) FROM pairs WHERE bad AND NOT coalesce(old_bad, 0)) END AS new,
  CASE WHEN before.id IS NOT NULL THEN
    (SELECT count(*) FROM pairs WHERE state = 'Compliant' AND old_state <> 'Compliant')
    END AS fixed,
  CASE WHEN before.id IS NOT NULL THEN
    (SELECT count(*) FROM pairs WHERE bad AND old_bad) END AS still,
  CASE WHEN before.id IS NOT NULL THEN
    (SELECT count(*) FROM pairs WHERE old_state IS NULL) END AS first_seen,
  CASE WHEN before.id IS NOT NULL THEN
    (SELECT count(*) FROM old WHERE artifact_id NOT IN (SELECT artifact_id FROM now))
    END AS disappeared
FROM before;
