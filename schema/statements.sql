-- SPDX-License-Identifier: Apache-2.0
-- Every statement that writes the record, and the few questions that writing needs. Each begins
-- with a line "-- @name". Parameters are numbered, or called as the fields of a record are
-- (src/verdict/shape.c). Read by src/audit.

-- @schema
-- All that is there but for what ANALYZE makes, in exactly its form.
SELECT type, name, tbl_name, sql FROM sqlite_schema
WHERE NOT (type = 'table' AND tbl_name = name AND (
  (name = 'sqlite_stat1' AND sql = 'CREATE TABLE sqlite_stat1(tbl,idx,stat)') OR
  (name = 'sqlite_stat4' AND sql = 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)')))
ORDER BY type, name;

-- @meta-get
SELECT value FROM meta WHERE key = ?1;

-- @meta-put
INSERT INTO meta (key, value) VALUES (?1, ?2)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- @reason-put
INSERT INTO reason (reason_code, title, severity, remedy, controls) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (reason_code) DO UPDATE SET title = excluded.title, severity = excluded.severity,
  remedy = excluded.remedy, controls = excluded.controls;

-- @reason-has
SELECT 1 FROM reason WHERE reason_code = ?1;

-- @stale-next
-- The input after ?1 with judgements that a killed run, or one that had to end at once, left without
-- an end: in any order.
SELECT i.input_id FROM run r JOIN input i ON i.run_id = r.run_id
WHERE r.status <> 'complete' AND i.state IS NULL AND i.input_id > ?1
  AND EXISTS (SELECT 1 FROM evaluation e WHERE e.input_id = i.input_id)
ORDER BY i.input_id LIMIT 1;

-- @stale-inputs
UPDATE input SET state = (SELECT v.state FROM v_input v WHERE v.input_id = input.input_id),
  reason_code = 'artifact.not-judged', detail = ?1
WHERE state IS NULL AND run_id IN (SELECT run_id FROM run WHERE status <> 'complete');

-- @stale-runs
UPDATE run SET status = 'interrupted', finished_at = ?1,
  state = coalesce((SELECT e.state FROM input i JOIN evaluation e ON e.input_id = i.input_id
                    WHERE i.run_id = run.run_id AND e.state_rank < 2
                    ORDER BY e.state_rank LIMIT 1), 'Unknown')
WHERE status = 'running';

-- @run-last
SELECT max(started_at) FROM run;

-- @run-has
SELECT count(*) FROM run WHERE run_uuid = ?1;

-- @run-put
INSERT INTO run (run_uuid, origin_db, chain_seq, series, status, effect, started_at, verify_time,
  verify_time_source, tool_version, tool_build, libraries, argv, limits, host, operator)
VALUES (?1, ?2, (SELECT coalesce(max(chain_seq), 0) + 1 FROM run WHERE origin_db = ?2), ?3,
  'running', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- @run-note
INSERT INTO run_note (run_id, seq, reason_code, severity, message) VALUES (?1, ?2, ?3, ?4, ?5);

-- @run-end
UPDATE run SET status = ?2, state = ?3, finished_at = ?4, exit_code = ?5, compared_with = ?6
WHERE run_id = ?1;

-- @run-before
-- What run ?1 is compared with: the newest complete run of its series that was given inputs and
-- read each of them to its end. What another did not read would look new, or gone.
SELECT o.run_uuid FROM v_run_order r JOIN v_run_order o ON o.series = r.series AND o.place < r.place
WHERE r.run_id = ?1 AND o.status = 'complete'
  AND EXISTS (SELECT 1 FROM input i WHERE i.run_id = o.run_id)
  AND NOT EXISTS (SELECT 1 FROM input i WHERE i.run_id = o.run_id AND i.whole = 0)
ORDER BY o.place DESC LIMIT 1;

-- @run-exit
UPDATE run SET exit_code = ?2 WHERE run_id = ?1;

-- @report-put
INSERT INTO report_file (run_id, format, path_text, sha256, size, written_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (run_id, format, path_text) DO UPDATE SET sha256 = excluded.sha256,
  size = excluded.size, written_at = excluded.written_at;

-- @blob-put
INSERT INTO blob (digest, media_type, size, bytes) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (digest) DO UPDATE SET bytes = excluded.bytes
WHERE bytes IS NULL AND excluded.bytes IS NOT NULL;

-- @policy-put
INSERT INTO policy (kind, digest, version, name) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (kind, digest) DO NOTHING;

-- @policy-get
SELECT policy_id FROM policy WHERE kind = ?1 AND digest = ?2;

-- @run-policy
INSERT INTO run_policy (run_id, policy_id, source_path) VALUES (?1, ?2, ?3)
ON CONFLICT (run_id, policy_id) DO NOTHING;

-- @cert-put
INSERT INTO certificate (sha256, subject, issuer, serial, not_before, not_after, key_alg, key_bits,
  sig_alg, spki_sha256, is_ca)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (sha256) DO NOTHING;

-- @cert-get
SELECT cert_id FROM certificate WHERE sha256 = ?1;

-- @anchor-put
INSERT INTO trust_anchor (kind, store, cert_id) VALUES (?1, ?2, ?3)
ON CONFLICT (kind, store, cert_id) WHERE cert_id IS NOT NULL DO NOTHING;

-- @anchor-get
SELECT t.anchor_id FROM certificate c JOIN trust_anchor t ON t.cert_id = c.cert_id
WHERE c.sha256 = ?3 AND t.kind = ?1 AND t.store = ?2;

-- @run-anchor
INSERT INTO run_anchor (run_id, anchor_id) VALUES (?1, ?2)
ON CONFLICT (run_id, anchor_id) DO NOTHING;

-- @revocation-put
INSERT INTO revocation_data (kind, digest, issuer, issuer_key, scope, number, base_number,
  this_update, next_update, entries)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (kind, digest) DO NOTHING;

-- @revocation-get
SELECT revocation_id FROM revocation_data WHERE kind = ?1 AND digest = ?2;

-- @run-revocation
INSERT INTO run_revocation (run_id, seq, revocation_id, source_path, url_sha256, reason_code, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- @revocation-rollback
-- Newest lists of run ?1 that are older than one of an earlier run: same kind, issuer, its key and
-- scope. Numbers are hex of one form: the longer is the higher. Each with the highest before.
WITH mine AS (
  SELECT u.seq, u.source_path, d.kind, d.issuer, d.issuer_key, d.scope, d.number,
    row_number() OVER (PARTITION BY d.kind, d.issuer, d.issuer_key, d.scope
      ORDER BY length(d.number) DESC, d.number DESC, u.seq) AS place
  FROM run_revocation u JOIN revocation_data d ON d.revocation_id = u.revocation_id
  WHERE u.run_id = ?1 AND d.number IS NOT NULL),
newer AS (
  SELECT m.seq, m.source_path, m.number, e.number AS had, r.run_uuid, r.started_at,
    row_number() OVER (PARTITION BY m.seq
      ORDER BY length(e.number) DESC, e.number DESC, r.started_at DESC, r.run_uuid) AS place
  FROM mine m CROSS JOIN revocation_data e ON e.issuer = m.issuer AND e.kind = m.kind
    AND e.issuer_key IS m.issuer_key AND e.scope IS m.scope AND (length(e.number) > length(m.number)
      OR (length(e.number) = length(m.number) AND e.number > m.number))
  CROSS JOIN run_revocation u ON u.revocation_id = e.revocation_id AND u.run_id <> ?1
  CROSS JOIN run r ON r.run_id = u.run_id
  WHERE m.place = 1)
SELECT source_path, number, had, run_uuid, started_at FROM newer WHERE place = 1 ORDER BY seq;

-- @input-put
INSERT INTO input (run_id, seq, path, path_text, kind) VALUES (?1, ?2, ?3, ?4, 'unknown')
ON CONFLICT (run_id, seq) DO NOTHING;

-- @input-get
SELECT input_id FROM input WHERE run_id = ?1 AND seq = ?2;

-- @input-untouched
-- Inputs of run ?1 that nothing is known of, not even what is in them.
UPDATE input SET state = 'Unknown', reason_code = 'artifact.not-judged', detail = ?2
WHERE run_id = ?1 AND state IS NULL AND NOT EXISTS (SELECT 1 FROM input_node n
  WHERE n.input_id = input.input_id);

-- @input-end
UPDATE input SET kind = :kind, compression = :compression, prefix = :prefix, digest = :digest,
  size = :size, index_digest = :index_digest, expanded = :expanded, members = :members,
  blobs = :blobs, unreachable = :unreachable, missing = :missing, passes = :passes
WHERE input_id = :input_id;

-- @input-state
UPDATE input SET state = ?2, reason_code = ?3, detail = ?4, whole = ?5 WHERE input_id = ?1;

-- @note-trim
DELETE FROM run_note WHERE run_id = ?1 AND reason_code = ?2 AND seq IN (SELECT seq FROM run_note
  WHERE run_id = ?1 AND reason_code = ?2 ORDER BY seq LIMIT -1 OFFSET ?3);

-- @input-drop
DELETE FROM input WHERE input_id = ?1;

-- @input-worst
SELECT min(state_rank), count(*) FROM evaluation WHERE input_id = ?1;

-- @input-nodes
SELECT count(*) FROM input_node WHERE input_id = ?1;

-- @input-open
SELECT input_id FROM input WHERE run_id = ?1 AND state IS NULL ORDER BY seq LIMIT 1;

-- @input-open-size
-- How much is to be said of the inputs of run ?1 that have no end, up to ?2.
SELECT count(*) FROM (SELECT 1 FROM input i JOIN input_node n ON n.input_id = i.input_id
  WHERE i.run_id = ?1 AND i.state IS NULL AND n.judged = 1 LIMIT ?2);

-- @input-unjudged
-- The next node of input ?1 after artifact ?2 that should have a judgement: in any order, but each
-- once, so that many cost no more than their number.
SELECT n.artifact_id, a.digest FROM input_node n JOIN artifact a ON a.artifact_id = n.artifact_id
WHERE n.input_id = ?1 AND n.artifact_id > ?2 AND n.judged = 1
  AND NOT EXISTS (SELECT 1 FROM evaluation e
    WHERE e.input_id = n.input_id AND e.artifact_id = n.artifact_id)
ORDER BY n.artifact_id LIMIT 1;

-- @input-finding
INSERT INTO input_finding (input_id, seq, artifact_id, reason_code, severity, blocking, message)
VALUES (:input_id, (SELECT coalesce(max(seq), -1) + 1 FROM input_finding
  WHERE input_id = :input_id), :artifact_id, :reason_code, :severity, :blocking, :message);

-- @artifact-put
INSERT INTO artifact (digest) VALUES (?1) ON CONFLICT (digest) DO NOTHING;

-- @artifact-get
SELECT artifact_id FROM artifact WHERE digest = ?1;

-- @node-put
INSERT INTO input_node (input_id, artifact_id, media_type, artifact_type, size, platform, class,
  state, found_by, is_root, judged, reason_code, detail, role)
VALUES (:input_id, :artifact_id, :media_type, :artifact_type, :size, :platform, :class, :state,
  :found_by, :is_root, :judged, :reason_code, :detail, :role)
ON CONFLICT (input_id, artifact_id) DO NOTHING;

-- @name-put
INSERT INTO artifact_name (input_id, artifact_id, name, source, role, scope)
VALUES (:input_id, :artifact_id, :name, :source, :role, :scope)
ON CONFLICT (input_id, artifact_id, name, source) DO NOTHING;

-- @edge-put
INSERT INTO edge (input_id, parent_id, child_id, kind, position)
VALUES (:input_id, :parent_id, :child_id, :kind, :position)
ON CONFLICT (input_id, parent_id, child_id, kind) DO NOTHING;

-- @evaluation-put
INSERT INTO evaluation (run_id, input_id, artifact_id, policy_id, statement, level, state,
  reason_code, signatures_found, signatures_valid, checked_at, duration_us)
VALUES (:run_id, :input_id, :artifact_id, :policy_id, :statement, :level, :state, :reason_code,
  :signatures_found, :signatures_valid, :checked_at, :duration_us);

-- @evaluation-get
SELECT count(*) FROM evaluation WHERE input_id = ?1 AND artifact_id = ?2;

-- @judged-next
-- The judgement of input ?1 after that of artifact ?2: in any order, but each once.
SELECT e.artifact_id, e.evaluation_id, e.state_rank, e.reason_code, a.digest,
  (SELECT coalesce(max(f.seq), -1) + 1 FROM finding f WHERE f.evaluation_id = e.evaluation_id)
FROM evaluation e JOIN artifact a ON a.artifact_id = e.artifact_id
WHERE e.input_id = ?1 AND e.artifact_id > ?2 ORDER BY e.artifact_id LIMIT 1;

-- @judged-state
UPDATE evaluation SET state = ?2, reason_code = ?3, waiver_id = NULL WHERE evaluation_id = ?1;

-- @check-put
INSERT INTO check_result (evaluation_id, seq, kind, statement, mode, demanded, found, looked_at, valid,
  outcome)
VALUES (:evaluation_id, :seq, :kind, :statement, :mode, :demanded, :found, :looked_at, :valid,
  :outcome);

-- @signature-put
INSERT INTO signature (evaluation_id, seq, check_seq, manifest_digest, envelope_digest, token_digest, format,
  scheme, algorithm, signed_digest, signing_time, expiry, timestamp_time, timestamp_accuracy_us,
  tsa_subject, signer, trust_store, anchor_id, agent, state)
VALUES (:evaluation_id, :seq, :check_seq, :manifest_digest, :envelope_digest, :token_digest, :format, :scheme,
  :algorithm, :signed_digest, :signing_time, :expiry, :timestamp_time, :timestamp_accuracy_us,
  :tsa_subject, :signer, :trust_store, :anchor_id, :agent, :state);

-- @chain-put
INSERT INTO signature_cert (evaluation_id, seq, chain, position, cert_id)
VALUES (?1, ?2, ?3, ?4, ?5);

-- @step-put
INSERT INTO step (evaluation_id, seq, check_seq, signature_seq, name, action, outcome, reason_code,
  detail, data)
VALUES (:evaluation_id, :seq, :check_seq, :signature_seq, :name, :action, :outcome, :reason_code, :detail,
  :data);

-- @finding-put
INSERT INTO finding (evaluation_id, seq, step_seq, check_seq, signature_seq, reason_code, severity,
  blocking, message, fingerprint)
VALUES (:evaluation_id, :seq, :step_seq, :check_seq, :signature_seq, :reason_code, :severity, :blocking,
  :message, :fingerprint);

-- @totals
SELECT e.state_rank, count(*) FROM input i JOIN evaluation e ON e.input_id = i.input_id
WHERE i.run_id = ?1 GROUP BY e.state_rank ORDER BY e.state_rank;

-- @totals-inputs
SELECT coalesce(state, 'Unknown'), count(*) FROM input WHERE run_id = ?1 GROUP BY 1 ORDER BY 1;
