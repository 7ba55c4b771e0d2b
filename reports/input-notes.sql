-- SPDX-License-Identifier: Apache-2.0
-- Notes on inputs as a whole that are more than informational, in the form of notes.sql.
-- ?1: run_id; NULL: the newest run.
SELECT f.reason_code, f.severity, i.path_text || ': ' || f.message AS message, c.remedy, c.title,
  row_number() OVER (PARTITION BY f.reason_code ORDER BY i.seq, f.seq) AS nth,
  count(*) OVER (PARTITION BY f.reason_code) AS of_reason
FROM input i JOIN input_finding f ON f.input_id = i.input_id
JOIN reason c ON c.reason_code = f.reason_code
WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last))
  AND f.artifact_id IS NULL AND f.blocking = 0 AND f.severity <> 'info'
ORDER BY f.reason_code, i.seq, f.seq;
