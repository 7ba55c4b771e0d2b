-- SPDX-License-Identifier: Apache-2.0
-- Notes on a run as a whole. ?1: run_id; NULL: the newest run.
SELECT n.reason_code, n.severity, n.message, c.title, c.remedy
FROM run_note n JOIN reason c ON c.reason_code = n.reason_code
WHERE n.run_id = coalesce(?1, (SELECT max(run_id) FROM run))
ORDER BY n.seq;
