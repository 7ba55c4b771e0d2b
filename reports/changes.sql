-- SPDX-License-Identifier: Apache-2.0
-- A run against the one it is compared with, judgement by judgement; NULL where there is none. A
-- judgement of the other run is gone only if its input was read, or not given any more.
-- ?1: run_id; NULL: the newest run.
WITH this AS (SELECT coalesce(?1, (SELECT run_id FROM v_last)) AS id),
before AS (SELECT o.run_id AS id FROM run r JOIN run o ON o.run_uuid = r.compared_with
  WHERE r.run_id = (SELECT id FROM this)),
now AS (SELECT c.old_id, c.state, c.old_state, c.state = 'NonCompliant' OR c.state = 'Error' AS bad,
    c.old_state = 'NonCompliant' OR c.old_state = 'Error' AS old_bad
  FROM input i JOIN v_change c ON c.input_id = i.input_id
  WHERE i.run_id = (SELECT id FROM this)),
lost AS (SELECT EXISTS (SELECT 1 FROM input n WHERE n.run_id = (SELECT id FROM this)
    AND n.path = i.path AND n.whole = 0) AS unread
  FROM input i JOIN evaluation e ON e.input_id = i.input_id
  WHERE i.run_id = (SELECT id FROM before)
    AND e.evaluation_id NOT IN (SELECT old_id FROM now WHERE old_id IS NOT NULL)),
documents AS (SELECT u.run_id, p.kind, p.digest FROM run_policy u
  JOIN policy p ON p.policy_id = u.policy_id),
one AS (SELECT (SELECT id FROM before) AS id)
SELECT id AS previous_id,
  CASE WHEN id IS NOT NULL THEN
    (SELECT count(*) FROM now WHERE bad AND NOT coalesce(old_bad, 0)) END
    AS newly_noncompliant,
  CASE WHEN id IS NOT NULL THEN
    (SELECT count(*) FROM now WHERE state = 'Compliant' AND old_state <> 'Compliant') END AS fixed,
  CASE WHEN id IS NOT NULL THEN (SELECT count(*) FROM now WHERE bad AND old_bad) END
    AS still_noncompliant,
  CASE WHEN id IS NOT NULL THEN (SELECT count(*) FROM now WHERE old_state IS NULL) END
    AS first_seen,
  CASE WHEN id IS NOT NULL THEN (SELECT count(*) FROM lost WHERE NOT unread) END AS disappeared,
  CASE WHEN id IS NOT NULL THEN (SELECT count(*) FROM lost WHERE unread) END AS unread,
  CASE WHEN id IS NOT NULL THEN
    EXISTS (SELECT kind, digest FROM documents WHERE run_id = (SELECT id FROM this)
      EXCEPT SELECT kind, digest FROM documents WHERE run_id = id)
    OR EXISTS (SELECT kind, digest FROM documents WHERE run_id = id
      EXCEPT SELECT kind, digest FROM documents WHERE run_id = (SELECT id FROM this)) END
    AS policy_changed,
  CASE WHEN id IS NOT NULL THEN
    EXISTS (SELECT anchor_id FROM run_anchor WHERE run_id = (SELECT id FROM this)
      EXCEPT SELECT anchor_id FROM run_anchor WHERE run_id = id)
    OR EXISTS (SELECT anchor_id FROM run_anchor WHERE run_id = id
      EXCEPT SELECT anchor_id FROM run_anchor WHERE run_id = (SELECT id FROM this)) END
    AS anchors_changed,
  (SELECT count(*) FROM v_run_order r JOIN v_run_order o ON o.series = r.series
     AND o.place < r.place AND o.status = 'complete'
   WHERE r.run_id = (SELECT id FROM this)) AS earlier
FROM one;
