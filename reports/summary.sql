-- SPDX-License-Identifier: Apache-2.0
-- The numbers of a run. ?1: run_id; NULL: the newest run. Each digest counts once, worst state.
WITH this AS (SELECT coalesce(?1, (SELECT max(run_id) FROM run)) AS id),
judged AS (SELECT evaluation_id, state FROM v_judged WHERE run_id = (SELECT id FROM this)),
counts AS (SELECT
  (SELECT count(*) FROM input WHERE run_id = (SELECT id FROM this)) AS inputs,
  (SELECT count(*) FROM input WHERE run_id = (SELECT id FROM this)
     AND reason_code IS NOT NULL) AS inputs_with_reason,
  count(*) AS artifacts,
  count(*) FILTER (WHERE state = 'NonCompliant') AS noncompliant,
  count(*) FILTER (WHERE state = 'Error') AS error,
  count(*) FILTER (WHERE state = 'Unknown') AS unknown,
  count(*) FILTER (WHERE state = 'Compliant') AS compliant,
  count(*) FILTER (WHERE state = 'Exempt') AS exempt,
  count(*) FILTER (WHERE state = 'NotApplicable') AS notapplicable,
  count(*) FILTER (WHERE state = 'Compliant' AND EXISTS (SELECT 1 FROM finding f
    WHERE f.evaluation_id = judged.evaluation_id AND f.severity <> 'info')) AS warned
  FROM judged)
SELECT inputs, inputs_with_reason, artifacts, noncompliant, error, unknown, compliant, exempt,
  notapplicable, warned, artifacts - notapplicable AS applicable,
  CASE WHEN artifacts > notapplicable
    THEN 1000 * compliant / (artifacts - notapplicable) END AS compliant_permille,
  CASE WHEN artifacts > notapplicable
    THEN 1000 * (compliant + exempt) / (artifacts - notapplicable) END AS accepted_permille
FROM counts;
