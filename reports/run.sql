-- SPDX-License-Identifier: Apache-2.0
-- One run, and the one it is compared with, if that is in this file. ?1: run_id; NULL: the newest
-- run.
SELECT 'assay' AS "tool.name", r.tool_version AS "tool.version", r.tool_build AS "tool.build",
  r.libraries AS "tool.libraries", r.run_uuid AS uuid, r.series, r.origin_db, r.chain_seq, r.effect,
  r.status, r.state, r.exit_code, r.started_at, r.finished_at, r.verify_time, r.verify_time_source,
  r.argv, r.limits, r.host, r.operator, r.prev_hash, r.run_hash, r.compared_with,
  p.started_at AS previous_started_at
FROM run r LEFT JOIN run p ON p.run_uuid = r.compared_with
WHERE r.run_id = coalesce(?1, (SELECT run_id FROM v_last));
