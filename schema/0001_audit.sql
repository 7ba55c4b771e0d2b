-- SPDX-License-Identifier: Apache-2.0
-- The audit database, generation 1: the record of every run of assay.
--
-- Ids are local to this file; what leaves it are UUIDs and digests. Times are UTC text of 20
-- characters, so that text order is time order. Lists of words in CHECK are chains of OR: IN (...)
-- builds a temporary tree for every row that is written. JSON columns are checked by the program:
-- json_valid() does not run in a schema that is not trusted.
-- application_id, user_version and journal_mode are set by the program.

CREATE TABLE meta (                     -- facts about this file
  key   TEXT NOT NULL PRIMARY KEY,      -- 'db_uuid', 'created_at', 'created_by'
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (                     -- evidence, by content
  digest     TEXT NOT NULL PRIMARY KEY
             CHECK (digest GLOB 'sha256:[0-9a-f]*' AND length(digest) = 71),
  media_type TEXT NOT NULL,
  size       INTEGER NOT NULL CHECK (size >= 0),
  bytes      BLOB,                      -- NULL: pruned or too large; the digest stays
  CHECK (bytes IS NULL OR length(bytes) = size)
) STRICT;

CREATE TABLE reason (                   -- why something was found; rewritten by newer programs
  reason_code TEXT NOT NULL PRIMARY KEY,
  title    TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity = 'critical' OR severity = 'high' OR
           severity = 'medium' OR severity = 'low' OR severity = 'info'),
  remedy   TEXT NOT NULL,
  controls TEXT NOT NULL DEFAULT '[]' -- SP 800-53 ids
) STRICT, WITHOUT ROWID;

CREATE TABLE run (                      -- one invocation of assay audit
  run_id      INTEGER PRIMARY KEY,
  run_uuid    TEXT NOT NULL UNIQUE CHECK (length(run_uuid) = 36),
  origin_db   TEXT NOT NULL CHECK (length(origin_db) = 36),
  chain_seq   INTEGER NOT NULL CHECK (chain_seq >= 1),
  series      TEXT NOT NULL,            -- joins repeated audits of one scope
  status      TEXT NOT NULL CHECK (status = 'running' OR status = 'complete' OR
              status = 'interrupted' OR status = 'failed'),
  state       TEXT CHECK (state = 'NonCompliant' OR state = 'Error' OR state = 'Unknown' OR
              state = 'Compliant' OR state = 'Exempt' OR state = 'NotApplicable'),
  effect      TEXT NOT NULL CHECK (effect = 'audit' OR effect = 'deny'),
  started_at  TEXT NOT NULL CHECK (started_at  LIKE '____-__-__T__:__:__Z'),
  finished_at TEXT          CHECK (finished_at LIKE '____-__-__T__:__:__Z'),
  verify_time TEXT NOT NULL CHECK (verify_time LIKE '____-__-__T__:__:__Z'),
  verify_time_source TEXT NOT NULL
              CHECK (verify_time_source = 'clock' OR verify_time_source = 'option'),
  tool_version TEXT NOT NULL,
  tool_build  TEXT NOT NULL,
  libraries   TEXT NOT NULL,            -- JSON object: versions at run time
  argv        TEXT NOT NULL,            -- JSON array
  limits      TEXT NOT NULL,            -- JSON object
  host        TEXT,                     -- NULL unless asked for
  operator    TEXT,
  exit_code   INTEGER,
  compared_with TEXT,                   -- UUID of the run that changes are told against
  prev_hash   TEXT,                     -- sealing
  run_hash    TEXT,
  UNIQUE (origin_db, chain_seq),
  CHECK ((status = 'running') = (finished_at IS NULL)),
  CHECK (status <> 'complete' OR state IS NOT NULL)
) STRICT;

CREATE TABLE run_note (                 -- said about the run as a whole; never blocking
  run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  seq         INTEGER NOT NULL,
  reason_code TEXT NOT NULL REFERENCES reason,
  severity    TEXT NOT NULL,
  message     TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy (                   -- every document that shaped a result
  policy_id INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL CHECK (kind = 'notation-trust-policy' OR kind = 'cosign-policy' OR
            kind = 'assay-policy' OR kind = 'assay-config' OR kind = 'keyset' OR
            kind = 'waivers' OR kind = 'sigstore-root'),
  digest    TEXT NOT NULL REFERENCES blob(digest),
  version   TEXT,
  name      TEXT,
  UNIQUE (kind, digest)
) STRICT;

CREATE TABLE run_policy (
  run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  policy_id   INTEGER NOT NULL REFERENCES policy,
  source_path TEXT NOT NULL,            -- where it was read from, escaped
  PRIMARY KEY (run_id, policy_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE certificate (
  cert_id    INTEGER PRIMARY KEY,
  sha256     TEXT NOT NULL UNIQUE REFERENCES blob(digest),      -- of the DER
  subject    TEXT NOT NULL,                                     -- RFC 4514
  issuer     TEXT NOT NULL,
  serial     TEXT NOT NULL,                                     -- hex
  not_before TEXT NOT NULL CHECK (not_before LIKE '____-__-__T__:__:__Z'),
  not_after  TEXT NOT NULL CHECK (not_after  LIKE '____-__-__T__:__:__Z'),
  key_alg    TEXT NOT NULL,
  key_bits   INTEGER,
  sig_alg    TEXT NOT NULL,
  spki_sha256 TEXT NOT NULL,
  is_ca      INTEGER NOT NULL CHECK (is_ca = 0 OR is_ca = 1),
  sans       TEXT NOT NULL DEFAULT '[]'
) STRICT;

CREATE TABLE trust_anchor (
  anchor_id  INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind = 'ca' OR kind = 'signingAuthority' OR kind = 'tsa' OR
             kind = 'public-key' OR kind = 'fulcio' OR kind = 'rekor' OR kind = 'ctfe' OR
             kind = 'timestamp-authority'),
  store      TEXT NOT NULL,
  cert_id    INTEGER REFERENCES certificate,
  key_sha256 TEXT REFERENCES blob(digest),
  CHECK ((cert_id IS NULL) <> (key_sha256 IS NULL))
) STRICT;

CREATE TABLE run_anchor (               -- all that were loaded, not only those that matched
  run_id    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  anchor_id INTEGER NOT NULL REFERENCES trust_anchor,
  PRIMARY KEY (run_id, anchor_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE revocation_data (          -- one revocation list or OCSP response, by content
  revocation_id INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind = 'crl' OR kind = 'delta-crl' OR kind = 'ocsp'),
  digest      TEXT NOT NULL REFERENCES blob(digest),    -- of the DER; large ones without octets
  issuer      TEXT NOT NULL,            -- RFC 4514; OCSP: the responder as it names itself
  issuer_key  TEXT,                     -- hex key identifier of that issuer, if told
  scope       TEXT,                     -- sha256 of IssuingDistributionPoint: numbers of one scope
                                        -- are compared with each other alone
  number      TEXT,                     -- CRL number, hex of whole octets without leading zeros
  base_number TEXT,                     -- of a delta: the list that it completes
  this_update TEXT NOT NULL CHECK (this_update LIKE '____-__-__T__:__:__Z'),
  next_update TEXT          CHECK (next_update LIKE '____-__-__T__:__:__Z'),
  entries     INTEGER NOT NULL CHECK (entries >= 0),    -- certificates that it speaks of
  UNIQUE (kind, digest)
) STRICT;

CREATE TABLE run_revocation (           -- all that was brought along, usable or not
  run_id        INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  seq           INTEGER NOT NULL,
  revocation_id INTEGER REFERENCES revocation_data,     -- NULL: the file gave nothing
  source_path   TEXT NOT NULL,          -- escaped
  url_sha256    TEXT,                   -- of the URL it was downloaded from, if mapped
  reason_code   TEXT REFERENCES reason, -- why the file gave nothing
  detail        TEXT,
  PRIMARY KEY (run_id, seq),
  CHECK ((revocation_id IS NULL) = (reason_code IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE input (                    -- one archive, layout folder or file given to the run
  input_id    INTEGER PRIMARY KEY,
  run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  seq         INTEGER NOT NULL CHECK (seq >= 0),
  path        BLOB NOT NULL,            -- exact octets as given
  path_text   TEXT NOT NULL,            -- escaped, for people
  kind        TEXT NOT NULL CHECK (kind = 'oci-layout-dir' OR kind = 'oci-layout-tar' OR
              kind = 'docker-archive' OR kind = 'blob' OR kind = 'unknown'),
  compression TEXT CHECK (compression = 'none' OR compression = 'gzip' OR compression = 'zstd'),
  prefix      TEXT,                     -- wrapping folder inside the archive
  digest      TEXT,                     -- of the whole file, if it was asked for
  size        INTEGER CHECK (size >= 0),
  index_digest TEXT,                    -- sha256 of index.json as read
  expanded    INTEGER,                  -- octets after decompression
  members     INTEGER,
  blobs       INTEGER,
  unreachable INTEGER,                  -- blobs that nothing refers to
  missing     INTEGER,                  -- digests referred to and not there
  passes      INTEGER,                  -- over the octets of an archive
  state       TEXT CHECK (state = 'NonCompliant' OR state = 'Error' OR state = 'Unknown' OR
              state = 'Compliant' OR state = 'Exempt' OR state = 'NotApplicable'),
  reason_code TEXT REFERENCES reason,   -- of the input itself
  detail      TEXT,
  whole       INTEGER NOT NULL DEFAULT 0 CHECK (whole = 0 OR whole = 1),    -- read to its end
  UNIQUE (run_id, seq)
) STRICT;

CREATE TABLE artifact (                 -- one manifest, index or file, by its digest, ever
  artifact_id INTEGER PRIMARY KEY,
  digest      TEXT NOT NULL UNIQUE CHECK (length(digest) BETWEEN 1 AND 255)
) STRICT;

CREATE TABLE input_node (               -- the inventory: a manifest or index of this input
  input_id      INTEGER NOT NULL REFERENCES input ON DELETE CASCADE,
  artifact_id   INTEGER NOT NULL REFERENCES artifact,
  media_type    TEXT,                   -- as this input describes it
  artifact_type TEXT,
  size          INTEGER,
  platform      TEXT,                   -- os/arch[/variant]
  class         TEXT NOT NULL CHECK (class = 'supporting' OR class = 'index' OR
                class = 'image' OR class = 'artifact' OR class = 'unknown'),
  state         TEXT NOT NULL CHECK (state = 'present' OR state = 'absent' OR
                state = 'broken'),
  found_by      TEXT NOT NULL CHECK (found_by = 'index.json' OR found_by = 'tag-index' OR
                found_by = 'child' OR found_by = 'subject' OR found_by = 'blob-scan' OR
                found_by = 'option' OR found_by = 'unknown'),
  is_root       INTEGER NOT NULL CHECK (is_root = 0 OR is_root = 1),
  judged        INTEGER NOT NULL CHECK (judged = 0 OR judged = 1),
  reason_code   TEXT REFERENCES reason, -- why it is broken
  detail        TEXT,
  role          TEXT CHECK (role = 'signature' OR role = 'attestation' OR role = 'referrer' OR
                role = 'tag-index'),    -- why it is supporting, and not judged
  PRIMARY KEY (input_id, artifact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifact_name (
  input_id    INTEGER NOT NULL REFERENCES input ON DELETE CASCADE,
  artifact_id INTEGER NOT NULL REFERENCES artifact,
  name        TEXT NOT NULL,            -- full reference or tag, as in the export
  source      TEXT NOT NULL CHECK (source = 'ref.name' OR source = 'containerd' OR
              source = 'repo-tag' OR source = 'repositories' OR source = 'distribution' OR
              source = 'option' OR source = 'scope-map' OR source = 'basename'),
  role        TEXT NOT NULL             -- chooses: its statements had to be met
              CHECK (role = 'chooses' OR role = 'claimed' OR role = 'overruled' OR
              role = 'spare' OR role = 'ignored' OR role = 'shown'),
  scope       TEXT,                     -- registry/repository that it stands for
  PRIMARY KEY (input_id, artifact_id, name, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE edge (                     -- the graph: index to child, subject to referrer
  input_id  INTEGER NOT NULL REFERENCES input ON DELETE CASCADE,
  parent_id INTEGER NOT NULL REFERENCES artifact,
  child_id  INTEGER NOT NULL REFERENCES artifact,
  kind      TEXT NOT NULL CHECK (kind = 'manifest' OR kind = 'referrer' OR
            kind = 'cosign-tag' OR kind = 'referrers-tag'),
  position  INTEGER NOT NULL,
  PRIMARY KEY (input_id, parent_id, child_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE input_finding (            -- on an input as a whole, or on a node that is not judged
  input_id    INTEGER NOT NULL REFERENCES input ON DELETE CASCADE,
  seq         INTEGER NOT NULL,
  artifact_id INTEGER REFERENCES artifact,      -- NULL: the input
  reason_code TEXT NOT NULL REFERENCES reason,
  severity    TEXT NOT NULL,
  blocking    INTEGER NOT NULL CHECK (blocking = 0 OR blocking = 1),
  message     TEXT NOT NULL,
  PRIMARY KEY (input_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluation (               -- one artifact judged in one input of one run
  evaluation_id INTEGER PRIMARY KEY,
  run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  input_id    INTEGER NOT NULL REFERENCES input ON DELETE CASCADE,
  artifact_id INTEGER NOT NULL REFERENCES artifact,
  policy_id   INTEGER REFERENCES policy,        -- NULL: no statement matched
  statement   TEXT,
  level       TEXT CHECK (level = 'strict' OR level = 'permissive' OR level = 'audit' OR
              level = 'skip' OR level = 'custom'),
  state       TEXT NOT NULL CHECK (state = 'NonCompliant' OR state = 'Error' OR
              state = 'Unknown' OR state = 'Compliant' OR state = 'Exempt' OR
              state = 'NotApplicable'),
  state_rank  INTEGER GENERATED ALWAYS AS (CASE state   -- 0: worst
              WHEN 'NonCompliant' THEN 0 WHEN 'Error' THEN 1 WHEN 'Unknown' THEN 2
              WHEN 'Compliant' THEN 3 WHEN 'Exempt' THEN 4 ELSE 5 END) VIRTUAL,
  reason_code TEXT REFERENCES reason,   -- the primary one; NULL: Compliant
  waiver_id   INTEGER REFERENCES waiver,
  signatures_found INTEGER NOT NULL DEFAULT 0,
  signatures_valid INTEGER NOT NULL DEFAULT 0,
  checked_at  TEXT NOT NULL CHECK (checked_at LIKE '____-__-__T__:__:__Z'),
  duration_us INTEGER NOT NULL CHECK (duration_us >= 0),
  UNIQUE (input_id, artifact_id),
  CHECK ((state = 'Compliant') = (reason_code IS NULL)),
  CHECK ((state = 'Exempt') = (waiver_id IS NOT NULL)),
  CHECK (signatures_valid <= signatures_found)
) STRICT;

CREATE TABLE check_result (             -- one demand of a statement, and whether it was met
  evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
  seq         INTEGER NOT NULL,
  kind        TEXT NOT NULL CHECK (kind = 'signature' OR kind = 'sbom' OR
              kind = 'vulnerability' OR kind = 'licence' OR kind = 'schema'),
  statement   TEXT NOT NULL,            -- of the policy, that demands it
  mode        TEXT NOT NULL CHECK (mode = 'any' OR mode = 'all'),
  demanded    INTEGER NOT NULL CHECK (demanded >= 0),   -- so many must hold
  found       INTEGER NOT NULL CHECK (found >= 0),
  looked_at   INTEGER NOT NULL CHECK (looked_at <= found),
  valid       INTEGER NOT NULL CHECK (valid <= looked_at),
  outcome     TEXT NOT NULL CHECK (outcome = 'pass' OR outcome = 'fail' OR
              outcome = 'error' OR outcome = 'skipped' OR outcome = 'not-applicable'),
  PRIMARY KEY (evaluation_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE signature (                -- one envelope that was looked at
  evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
  seq             INTEGER NOT NULL,
  check_seq       INTEGER NOT NULL,     -- the check that looked at it
  manifest_digest TEXT NOT NULL,        -- the referrer
  envelope_digest TEXT REFERENCES blob(digest),         -- NULL: could not be read
  token_digest    TEXT REFERENCES blob(digest),         -- RFC 3161 token
  format          TEXT CHECK (format = 'notation-jws' OR format = 'notation-cose' OR
                  format = 'cosign-simple' OR format = 'sigstore-bundle'),
  scheme          TEXT,
  algorithm       TEXT,
  signed_digest   TEXT,                 -- inside the payload, even if it does not match
  signing_time    TEXT,
  expiry          TEXT,
  timestamp_time  TEXT,                 -- of a token that verified
  timestamp_accuracy_us INTEGER,
  tsa_subject     TEXT,
  signer          TEXT,                 -- subject DN, SAN identity or key id
  identity_issuer TEXT,
  trust_store     TEXT,                 -- type:name that held the anchor
  anchor_id       INTEGER REFERENCES trust_anchor,
  agent           TEXT,                 -- what the signing tool says it is; not signed by all
  state           TEXT NOT NULL CHECK (state = 'valid' OR state = 'invalid' OR
                  state = 'error' OR state = 'skipped'),
  PRIMARY KEY (evaluation_id, seq),
  FOREIGN KEY (evaluation_id, check_seq)
    REFERENCES check_result(evaluation_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE signature_cert (
  evaluation_id INTEGER NOT NULL,
  seq       INTEGER NOT NULL,           -- of the signature
  chain     TEXT NOT NULL CHECK (chain = 'signing' OR chain = 'tsa'),
  position  INTEGER NOT NULL,           -- 0: leaf
  cert_id   INTEGER NOT NULL REFERENCES certificate,
  PRIMARY KEY (evaluation_id, seq, chain, position),
  FOREIGN KEY (evaluation_id, seq) REFERENCES signature(evaluation_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE step (                     -- one validation, passes included
  evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
  seq         INTEGER NOT NULL,
  check_seq   INTEGER,                  -- NULL: before any check
  signature_seq INTEGER,                -- NULL: the artifact itself
  name        TEXT NOT NULL CHECK (name = 'discovery' OR name = 'policy-match' OR
              name = 'envelope' OR name = 'binding' OR name = 'integrity' OR
              name = 'authenticity' OR name = 'identity' OR name = 'authenticTimestamp' OR
              name = 'expiry' OR name = 'revocation' OR name = 'transparency' OR
              name = 'claims'),
  action      TEXT NOT NULL CHECK (action = 'enforce' OR action = 'log' OR action = 'skip'),
  outcome     TEXT NOT NULL CHECK (outcome = 'pass' OR outcome = 'fail' OR
              outcome = 'error' OR outcome = 'skipped' OR outcome = 'not-applicable'),
  reason_code TEXT REFERENCES reason,
  detail      TEXT,
  data        TEXT,                     -- JSON object
  PRIMARY KEY (evaluation_id, seq),
  FOREIGN KEY (evaluation_id, check_seq)
    REFERENCES check_result(evaluation_id, seq) ON DELETE CASCADE,
  FOREIGN KEY (evaluation_id, signature_seq)
    REFERENCES signature(evaluation_id, seq) ON DELETE CASCADE,
  CHECK ((outcome = 'fail' OR outcome = 'error') = (reason_code IS NOT NULL)),
  CHECK (action <> 'skip' OR outcome = 'skipped' OR outcome = 'not-applicable')
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (                  -- one thing to act on
  evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
  seq         INTEGER NOT NULL,
  step_seq    INTEGER,
  check_seq   INTEGER,
  signature_seq INTEGER,
  reason_code TEXT NOT NULL REFERENCES reason,
  severity    TEXT NOT NULL CHECK (severity = 'critical' OR severity = 'high' OR
              severity = 'medium' OR severity = 'low' OR severity = 'info'),
  blocking    INTEGER NOT NULL CHECK (blocking = 0 OR blocking = 1),
  message     TEXT NOT NULL,
  fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
  waiver_id   INTEGER REFERENCES waiver,
  PRIMARY KEY (evaluation_id, seq),
  FOREIGN KEY (evaluation_id, check_seq)
    REFERENCES check_result(evaluation_id, seq) ON DELETE CASCADE,
  FOREIGN KEY (evaluation_id, step_seq)
    REFERENCES step(evaluation_id, seq) ON DELETE CASCADE,
  FOREIGN KEY (evaluation_id, signature_seq)
    REFERENCES signature(evaluation_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE waiver (                   -- one exception as approved, with its end
  waiver_id   INTEGER PRIMARY KEY,
  ext_id      TEXT NOT NULL,            -- id in the waiver file
  policy_id   INTEGER NOT NULL REFERENCES policy,       -- that file
  subject     TEXT NOT NULL,            -- digest, or name pattern
  reason_code TEXT REFERENCES reason,   -- NULL: any
  justification TEXT NOT NULL CHECK (length(trim(justification)) > 0),
  approved_by TEXT NOT NULL,
  approved_at TEXT NOT NULL CHECK (approved_at LIKE '____-__-__T__:__:__Z'),
  expires_at  TEXT NOT NULL CHECK (expires_at  LIKE '____-__-__T__:__:__Z'),
  ticket      TEXT,
  UNIQUE (policy_id, ext_id),
  CHECK (expires_at > approved_at)
) STRICT;

CREATE TABLE report_file (              -- what was handed out, to match later
  run_id     INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  format     TEXT NOT NULL,
  path_text  TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  size       INTEGER NOT NULL,
  written_at TEXT NOT NULL,
  PRIMARY KEY (run_id, format, path_text)
) STRICT, WITHOUT ROWID;

CREATE TABLE prune_log (                -- deletions leave a trace
  pruned_at TEXT NOT NULL,
  run_uuid  TEXT NOT NULL,
  run_hash  TEXT,
  what      TEXT NOT NULL CHECK (what = 'run' OR what = 'blobs'),
  rule      TEXT NOT NULL
) STRICT;

-- NULLs never clash in UNIQUE, hence two partial indices.
CREATE UNIQUE INDEX anchor_cert ON trust_anchor(kind, store, cert_id)
                           WHERE cert_id IS NOT NULL;
CREATE UNIQUE INDEX anchor_key ON trust_anchor(kind, store, key_sha256)
                           WHERE key_sha256 IS NOT NULL;
CREATE INDEX run_series    ON run(series, run_id);
CREATE INDEX input_path    ON input(run_id, path);
CREATE INDEX input_open    ON input(run_id, seq) WHERE state IS NULL;
CREATE INDEX eval_artifact ON evaluation(artifact_id, run_id);
CREATE INDEX eval_bad      ON evaluation(run_id, reason_code) WHERE state <> 'Compliant';
CREATE INDEX find_reason   ON finding(reason_code, evaluation_id);
CREATE INDEX find_print    ON finding(fingerprint);
CREATE INDEX sig_envelope  ON signature(envelope_digest);
CREATE INDEX name_lookup   ON artifact_name(name, artifact_id);
CREATE INDEX edge_child    ON edge(child_id, input_id);
CREATE INDEX cert_after    ON certificate(not_after);
CREATE INDEX sigcert_cert  ON signature_cert(cert_id);
CREATE INDEX revocation_issuer ON revocation_data(issuer, kind, scope, issuer_key);
CREATE INDEX revocation_used   ON run_revocation(revocation_id, run_id);

-- Views for people at a prompt. They pick run ids first, then ask by input.

CREATE VIEW v_run_order AS              -- place: oldest run first, whatever the ids in this file
SELECT run_id, run_uuid, series, status, row_number() OVER
         (ORDER BY since, origin_db, chain_seq) AS place
FROM (SELECT *, max(started_at) OVER    -- runs of one file by number: a clock may go back
        (PARTITION BY origin_db ORDER BY chain_seq) AS since FROM run);

CREATE VIEW v_last AS                   -- the newest run
SELECT run_id FROM v_run_order ORDER BY place DESC LIMIT 1;

CREATE VIEW v_judged AS                 -- judgements; until an input ends, nothing in it is known
SELECT e.evaluation_id, i.run_id, e.input_id, e.artifact_id, e.policy_id, e.statement, e.level,
       CASE WHEN i.state IS NULL AND e.state_rank > 2 THEN 'Unknown' ELSE e.state END AS state,
       CASE WHEN i.state IS NULL THEN min(e.state_rank, 2) ELSE e.state_rank END AS state_rank,
       CASE WHEN i.state IS NULL AND e.state_rank > 2 THEN 'artifact.not-judged'
            ELSE e.reason_code END AS reason_code,
       e.waiver_id, e.signatures_found, e.signatures_valid, e.checked_at, e.duration_us
FROM input i JOIN evaluation e ON e.input_id = i.input_id;

CREATE VIEW v_input AS                  -- inputs, those too that have not ended
SELECT i.input_id, i.run_id, i.seq, i.path, i.path_text, i.digest,
       coalesce(i.state, CASE (SELECT min(e.state_rank) FROM evaluation e
         WHERE e.input_id = i.input_id)
         WHEN 0 THEN 'NonCompliant' WHEN 1 THEN 'Error' ELSE 'Unknown' END) AS state,
       CASE WHEN i.state IS NULL THEN 'artifact.not-judged' ELSE i.reason_code END AS reason_code,
       CASE WHEN i.state IS NULL THEN 'the run has not come to the end of it'
            ELSE i.detail END AS detail
FROM input i;

-- Each judgement beside the one it is compared with: the same artifact in an input of the same
-- path. An input that was given under another path then is found again where it can only be one.
CREATE VIEW v_pair AS
SELECT e.evaluation_id, i.run_id, e.input_id, e.artifact_id, o.run_id AS old_run, coalesce(
         (SELECT x.evaluation_id FROM evaluation x JOIN input y ON y.input_id = x.input_id
          WHERE x.artifact_id = e.artifact_id AND x.run_id = o.run_id AND y.path = i.path
          ORDER BY y.seq LIMIT 1),
         CASE WHEN NOT EXISTS (SELECT 1 FROM input y WHERE y.run_id = o.run_id
                AND y.path = i.path)
              AND (SELECT count(*) FROM evaluation x JOIN input y ON y.input_id = x.input_id
                   WHERE x.artifact_id = e.artifact_id AND x.run_id = i.run_id
                     AND NOT EXISTS (SELECT 1 FROM input z WHERE z.run_id = o.run_id
                       AND z.path = y.path)) = 1
              THEN (SELECT CASE WHEN count(*) = 1 THEN max(x.evaluation_id) END
                    FROM evaluation x JOIN input y ON y.input_id = x.input_id
                    WHERE x.artifact_id = e.artifact_id AND x.run_id = o.run_id
                      AND NOT EXISTS (SELECT 1 FROM input z WHERE z.run_id = i.run_id
                        AND z.path = y.path)) END) AS old_id
FROM input i JOIN evaluation e ON e.input_id = i.input_id
JOIN run r ON r.run_id = i.run_id LEFT JOIN run o ON o.run_uuid = r.compared_with;

CREATE VIEW v_change AS                 -- what became of each judgement since the run before
SELECT p.evaluation_id, p.run_id, p.input_id, p.artifact_id, e.state, e.reason_code, p.old_id,
       o.state AS old_state,
       CASE WHEN r.status <> 'complete' OR (r.compared_with IS NOT NULL AND p.old_run IS NULL)
              THEN 'unknown'
            WHEN o.state IS NULL THEN 'first-seen'
            WHEN e.state = o.state AND e.reason_code IS o.reason_code THEN 'unchanged'
            WHEN e.state = 'Compliant' THEN 'fixed'
            WHEN o.state = 'Compliant' THEN 'regressed'
            ELSE 'changed' END AS change
FROM v_pair p JOIN run r ON r.run_id = p.run_id
JOIN v_judged e ON e.evaluation_id = p.evaluation_id
LEFT JOIN evaluation o ON o.evaluation_id = p.old_id;

CREATE VIEW v_newest AS                 -- newest complete run of a series, what it is compared with
SELECT n.series, n.run_id, n.run_uuid, r.verify_time, o.run_id AS previous_id
FROM (SELECT *, row_number() OVER (PARTITION BY series ORDER BY place DESC) AS age
      FROM v_run_order WHERE status = 'complete') n
JOIN run r ON r.run_id = n.run_id LEFT JOIN run o ON o.run_uuid = r.compared_with
WHERE n.age = 1;

CREATE VIEW v_latest AS                 -- states in the newest run of each series
SELECT n.series, a.digest, j.evaluation_id, j.run_id, j.input_id, j.artifact_id, j.policy_id,
       j.statement, j.state, j.reason_code, j.waiver_id, j.checked_at, n.run_uuid,
       n.verify_time
FROM v_newest n JOIN v_judged j ON j.run_id = n.run_id
JOIN artifact a ON a.artifact_id = j.artifact_id;

CREATE VIEW v_by_reason AS              -- what is wrong in the newest run, by reason
SELECT n.series, n.run_uuid, f.reason_code, c.title, f.severity,
       count(DISTINCT e.evaluation_id) AS artifacts, count(*) AS findings,
       sum(f.waiver_id IS NOT NULL) AS waived
FROM v_newest n JOIN input i ON i.run_id = n.run_id
JOIN evaluation e ON e.input_id = i.input_id
JOIN finding f ON f.evaluation_id = e.evaluation_id
JOIN reason c ON c.reason_code = f.reason_code
WHERE f.blocking = 1
GROUP BY 1, 2, 3, 4, 5;

CREATE VIEW v_transition AS             -- newest run against the one before
SELECT n.series, n.run_uuid, a.digest, i.path_text AS input, c.state AS new_state, c.old_state,
       c.change, c.evaluation_id, c.reason_code
FROM v_newest n JOIN v_change c ON c.run_id = n.run_id
JOIN artifact a ON a.artifact_id = c.artifact_id JOIN input i ON i.input_id = c.input_id;

CREATE VIEW v_newly_noncompliant AS
SELECT * FROM v_transition WHERE (new_state = 'NonCompliant' OR new_state = 'Error')
  AND coalesce(old_state, '') NOT IN ('NonCompliant', 'Error');

CREATE VIEW v_disappeared AS            -- judged in the run before, absent now
SELECT n.series, a.digest, i.path_text AS input, e.state AS old_state
FROM v_newest n JOIN input i ON i.run_id = n.previous_id
JOIN evaluation e ON e.input_id = i.input_id
JOIN artifact a ON a.artifact_id = e.artifact_id
WHERE e.evaluation_id NOT IN (SELECT c.old_id FROM v_pair c
    WHERE c.run_id = n.run_id AND c.old_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM input x WHERE x.run_id = n.run_id AND x.path = i.path
    AND x.whole = 0);

CREATE VIEW v_expiring AS               -- everything with an end date, in the newest runs
SELECT l.series, 'signature' AS what, s.expiry AS ends_at, l.digest,
       s.envelope_digest AS item, s.signer AS label
  FROM v_latest l JOIN signature s ON s.evaluation_id = l.evaluation_id
  WHERE s.expiry IS NOT NULL
UNION ALL
SELECT DISTINCT l.series, 'certificate', c.not_after, l.digest, c.sha256, c.subject
  FROM v_latest l JOIN signature s ON s.evaluation_id = l.evaluation_id
  JOIN signature_cert k ON k.evaluation_id = s.evaluation_id AND k.seq = s.seq
  JOIN certificate c ON c.cert_id = k.cert_id
  WHERE s.timestamp_time IS NULL
UNION ALL
SELECT DISTINCT n.series, 'trust-anchor', c.not_after, NULL, c.sha256, c.subject
  FROM v_newest n JOIN run_anchor ra ON ra.run_id = n.run_id
  JOIN trust_anchor t ON t.anchor_id = ra.anchor_id
  JOIN certificate c ON c.cert_id = t.cert_id
UNION ALL
SELECT DISTINCT l.series, 'waiver', w.expires_at, l.digest, w.ext_id, w.approved_by
  FROM v_latest l JOIN waiver w ON w.waiver_id = l.waiver_id;
