-- SPDX-License-Identifier: Apache-2.0
-- The lines of the text report: artifacts, and inputs that have a reason of their own. Worst first.
-- ?1: run_id; NULL: the newest run. ?2: 1 for the compliant ones too.
SELECT e.state,
  coalesce(
    (SELECT n.name FROM artifact_name n
     WHERE n.input_id = e.input_id AND n.artifact_id = e.artifact_id
     ORDER BY n.role = 'ignored', CASE n.source WHEN 'option' THEN 0 WHEN 'scope-map' THEN 1
       WHEN 'containerd' THEN 2 WHEN 'ref.name' THEN 3 WHEN 'repo-tag' THEN 4
       WHEN 'repositories' THEN 5 WHEN 'distribution' THEN 6 ELSE 7 END, n.name LIMIT 1),
    (SELECT n.name FROM edge g CROSS JOIN artifact_name n
       ON n.input_id = g.input_id AND n.artifact_id = g.parent_id
     WHERE g.input_id = e.input_id AND g.child_id = e.artifact_id AND g.kind = 'manifest'
     ORDER BY n.role = 'ignored', CASE n.source WHEN 'option' THEN 0 WHEN 'scope-map' THEN 1
       WHEN 'containerd' THEN 2 WHEN 'ref.name' THEN 3 WHEN 'repo-tag' THEN 4
       WHEN 'repositories' THEN 5 WHEN 'distribution' THEN 6 ELSE 7 END, n.name LIMIT 1)) AS name,
  a.digest, e.reason_code,
  -- Why, else the first warning; and always what was said of its names.
  (SELECT group_concat(t.d, '; ') FROM (
    SELECT coalesce((SELECT f.message FROM finding f WHERE f.evaluation_id = e.evaluation_id
      AND f.reason_code = e.reason_code ORDER BY f.blocking DESC, f.seq LIMIT 1),
      (SELECT c.title FROM reason c WHERE c.reason_code = e.reason_code),
      (SELECT 'warning: ' || f.message FROM finding f WHERE f.evaluation_id = e.evaluation_id
       AND f.severity <> 'info' AND f.reason_code <> 'name.ignored'
       AND f.reason_code <> 'policy.scope-normalised' ORDER BY f.seq LIMIT 1)) AS d
    UNION ALL
    SELECT 'warning: ' || min(f.message) ||
      CASE count(*) WHEN 1 THEN '' ELSE ', and ' || (count(*) - 1) || ' more' END
    FROM finding f WHERE f.evaluation_id = e.evaluation_id
      AND f.reason_code IN ('name.ignored', 'policy.scope-normalised')
    GROUP BY f.reason_code) t WHERE t.d IS NOT NULL) AS detail,
  e.state_rank, i.seq, i.path_text AS path,
  (SELECT count(*) FROM evaluation x
   WHERE x.artifact_id = e.artifact_id AND x.run_id = e.run_id) > 1 AS several
FROM input i JOIN v_judged e ON e.input_id = i.input_id
JOIN artifact a ON a.artifact_id = e.artifact_id
WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last))
  AND (e.state <> 'Compliant' OR ?2 = 1)
UNION ALL
SELECT i.state, NULL, NULL, i.reason_code, i.detail,
  CASE i.state WHEN 'NonCompliant' THEN 0 WHEN 'Error' THEN 1 WHEN 'Unknown' THEN 2
    WHEN 'Compliant' THEN 3 WHEN 'Exempt' THEN 4 WHEN 'NotApplicable' THEN 5 END,
  i.seq, i.path_text, 0
FROM v_input i
WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last)) AND i.reason_code IS NOT NULL
ORDER BY 6, 7, 3;
