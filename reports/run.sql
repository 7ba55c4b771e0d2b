-- SPDX-License-Identifier: Apache-2.0
-- One run, and the complete run of its series before it. ?1: run_id; NULL: the newest run.
-- A run that is not complete is compared with nothing: what it did not reach would look gone.
SELECT r.run_id, r.run_uuid, r.origin_db, r.chain_seq, r.series, r.status, r.state, r.effect,
  r.started_at, r.finished_at, r.verify_time, r.verify_time_source, r.tool_version,
  r.tool_build, r.libraries, r.argv, r.limits, r.host, r.operator, r.exit_code, r.prev_hash,
  r.run_hash, p.run_id AS previous_id, p.run_uuid AS previous_uuid,
  p.started_at AS previous_started
FROM run r LEFT JOIN run p ON p.run_id =
  (SELECT max(o.run_id) FROM run o
   WHERE o.series = r.series AND o.run_id < r.run_id AND o.status = 'complete'
     AND r.status = 'complete')
WHERE r.run_id = coalesce(?1, (SELECT max(run_id) FROM run));
