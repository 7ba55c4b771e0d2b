-- SPDX-License-Identifier: Apache-2.0
-- Runs whose UUID begins with ?1.
SELECT run_id, run_uuid AS uuid FROM run
WHERE substr(run_uuid, 1, length(?1)) = ?1
ORDER BY run_uuid LIMIT 2;
