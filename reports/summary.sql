-- SPDX-License-Identifier: Apache-2.0
-- The numbers of a run. Judgements count: an artifact in each input. ?1: run_id; NULL: the newest
-- run.
WITH this AS (SELECT coalesce(?1, (SELECT run_id FROM v_last)) AS id),
judged AS (SELECT evaluation_id, artifact_id, state FROM v_judged WHERE run_id = (SELECT id FROM this)),
given AS (SELECT state, reason_code FROM v_input WHERE run_id = (SELECT id FROM this)),
counts AS (SELECT
  (SELECT count(*) FROM given) AS inputs,
  (SELECT count(*) FROM given WHERE reason_code IS NOT NULL) AS inputs_with_reason,
  count(*) AS artifacts,
  count(*) FILTER (WHERE state = 'NonCompliant') AS noncompliant,
  count(*) FILTER (WHERE state = 'Error') AS error,
  count(*) FILTER (WHERE state = 'Unknown') AS unknown,
  count(*) FILTER (WHERE state = 'Compliant') AS compliant,
  count(*) FILTER (WHERE state = 'Exempt') AS exempt,
  count(*) FILTER (WHERE state = 'NotApplicable') AS notapplicable,
  count(*) FILTER (WHERE state = 'Compliant' AND EXISTS (SELECT 1 FROM finding f
    WHERE f.evaluation_id = judged.evaluation_id AND f.severity <> 'info')) AS warned,
  count(DISTINCT artifact_id) AS digests,
  (SELECT count(*) FROM given WHERE state = 'NonCompliant') AS inputs_noncompliant,
  (SELECT count(*) FROM given WHERE state = 'Error') AS inputs_error,
  (SELECT count(*) FROM given WHERE state = 'Unknown') AS inputs_unknown,
  (SELECT count(*) FROM given WHERE state = 'Compliant') AS inputs_compliant,
  (SELECT count(*) FROM given WHERE state = 'Exempt') AS inputs_exempt,
  (SELECT count(*) FROM given WHERE state = 'NotApplicable') AS inputs_notapplicable
  FROM judged)
SELECT inputs, inputs_noncompliant AS "inputs_by_state.NonCompliant",
  inputs_error AS "inputs_by_state.Error", inputs_unknown AS "inputs_by_state.Unknown",
  inputs_compliant AS "inputs_by_state.Compliant", inputs_exempt AS "inputs_by_state.Exempt",
  inputs_notapplicable AS "inputs_by_state.NotApplicable", artifacts, digests AS distinct_digests,
  noncompliant AS "by_state.NonCompliant", error AS "by_state.Error",
  unknown AS "by_state.Unknown", compliant AS "by_state.Compliant", exempt AS "by_state.Exempt",
  notapplicable AS "by_state.NotApplicable", warned AS with_warnings,
  CASE WHEN artifacts > notapplicable
    THEN 1000 * compliant / (artifacts - notapplicable) END AS compliant_permille,
  CASE WHEN artifacts > notapplicable
    THEN 1000 * (compliant + exempt) / (artifacts - notapplicable) END AS accepted_permille,
  inputs_with_reason, artifacts - notapplicable AS applicable,
  coalesce((SELECT state FROM run WHERE run_id = (SELECT id FROM this)),
    CASE WHEN inputs_noncompliant > 0 THEN 'NonCompliant' WHEN inputs_error > 0 THEN 'Error'
      ELSE 'Unknown' END) AS state
FROM counts;
