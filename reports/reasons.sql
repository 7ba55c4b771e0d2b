-- SPDX-License-Identifier: Apache-2.0
-- What is wrong, by reason: blocking findings of a run. ?1: run_id; NULL: the newest run.
SELECT f.reason_code, c.title, c.severity, count(DISTINCT e.evaluation_id) AS artifacts,
  count(DISTINCT CASE WHEN f.waiver_id IS NOT NULL THEN e.evaluation_id END) AS waived
FROM input i JOIN v_judged e ON e.input_id = i.input_id
JOIN finding f ON f.evaluation_id = e.evaluation_id
JOIN reason c ON c.reason_code = f.reason_code
WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last)) AND f.blocking = 1
GROUP BY f.reason_code
ORDER BY CASE c.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2
  WHEN 'low' THEN 3 ELSE 4 END, artifacts DESC, f.reason_code;
