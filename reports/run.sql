-- SPDX-License-Identifier: Apache-2.0
-- One run, and the one it is compared with, if that is in this file. ?1: run_id; NULL: the newest
-- run.
SELECT r.run_id, r.run_uuid, r.origin_db, r.chain_seq, r.series, r.status, r.state, r.effect,
  r.started_at, r.finished_at, r.verify_time, r.verify_time_source, r.tool_version,
  r.tool_build, r.libraries, r.argv, r.limits, r.host, r.operator, r.exit_code, r.prev_hash,
  r.run_hash, p.run_id AS previous_id, r.compared_with AS previous_uuid,
  p.started_at AS previous_started
FROM run r LEFT JOIN run p ON p.run_uuid = r.compared_with
WHERE r.run_id = coalesce(?1, (SELECT run_id FROM v_last));
