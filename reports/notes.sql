-- SPDX-License-Identifier: Apache-2.0
-- Notes on a run as a whole; of each reason, which one of how many. ?1: run_id; NULL: the newest run.
SELECT n.reason_code, n.severity, n.message, c.remedy, c.title,
  row_number() OVER (PARTITION BY n.reason_code ORDER BY n.seq) AS nth,
  count(*) OVER (PARTITION BY n.reason_code) AS of_reason
FROM run_note n JOIN reason c ON c.reason_code = n.reason_code
WHERE n.run_id = coalesce(?1, (SELECT run_id FROM v_last))
ORDER BY n.seq;
