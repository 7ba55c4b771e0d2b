-- SPDX-License-Identifier: Apache-2.0
-- The newest run, whatever became of it. ?1: series, or NULL for any.
SELECT run_id, run_uuid AS uuid FROM v_run_order
WHERE ?1 IS NULL OR series = ?1
ORDER BY place DESC LIMIT 1;
