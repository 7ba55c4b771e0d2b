-- SPDX-License-Identifier: Apache-2.0
-- Files with revocation data that gave nothing, and why. ?1: run_id; NULL: the newest run.
SELECT u.source_path AS path, u.reason_code, u.detail
FROM run_revocation u
WHERE u.run_id = coalesce(?1, (SELECT run_id FROM v_last))
  AND u.reason_code IS NOT NULL
ORDER BY u.seq;
