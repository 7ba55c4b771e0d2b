-- SPDX-License-Identifier: Apache-2.0
-- What to do, by primary reason of artifacts and inputs. ?1: run_id; NULL: the newest run.
WITH this AS (SELECT coalesce(?1, (SELECT run_id FROM v_last)) AS id),
named AS (
  SELECT e.reason_code, e.artifact_id, NULL AS input_id
  FROM input i JOIN v_judged e ON e.input_id = i.input_id
  WHERE i.run_id = (SELECT id FROM this) AND e.reason_code IS NOT NULL
  UNION ALL
  SELECT reason_code, NULL, input_id FROM v_input
  WHERE run_id = (SELECT id FROM this) AND reason_code IS NOT NULL)
SELECT c.reason_code, c.title, c.severity, c.remedy, count(n.artifact_id) AS artifacts,
  count(n.input_id) AS inputs
FROM named n JOIN reason c ON c.reason_code = n.reason_code
GROUP BY c.reason_code
ORDER BY CASE c.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2
  WHEN 'low' THEN 3 ELSE 4 END, artifacts + inputs DESC, c.reason_code;
