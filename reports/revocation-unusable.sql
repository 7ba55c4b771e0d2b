-- SPDX-License-Identifier: Apache-2.0
-- Files with revocation data that gave nothing, and why. ?1: run_id; NULL: the newest run.
SELECT u.source_path, u.reason_code, u.detail, c.title
FROM run_revocation u JOIN reason c ON c.reason_code = u.reason_code
WHERE u.run_id = coalesce(?1, (SELECT run_id FROM v_last))
ORDER BY u.seq;
