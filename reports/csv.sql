-- SPDX-License-Identifier: Apache-2.0
-- The rows of the CSV report; the last column is for the order alone. ?1: run_id; NULL: the newest run.
WITH this AS (SELECT coalesce(?1, (SELECT max(run_id) FROM run)) AS id),
before AS (SELECT r.run_uuid, r.verify_time, r.status = 'complete' AS comparable,
  (SELECT max(o.run_id) FROM run o WHERE o.series = r.series AND o.run_id < r.run_id
     AND o.status = 'complete') AS id
  FROM run r WHERE r.run_id = (SELECT id FROM this))
SELECT before.run_uuid, e.checked_at, before.verify_time, i.path_text AS input,
  i.digest AS input_digest,
  (SELECT group_concat(m.name, ' ') FROM (SELECT DISTINCT x.name FROM artifact_name x
     WHERE x.input_id = e.input_id AND x.artifact_id = e.artifact_id ORDER BY x.name) m)
    AS name,
  a.digest, n.media_type, n.platform, e.state,
  CASE WHEN NOT before.comparable THEN 'unknown'
       WHEN o.state IS NULL THEN 'first-seen'
       WHEN e.state = o.state AND e.reason_code IS o.reason_code THEN 'unchanged'
       WHEN e.state = 'Compliant' THEN 'fixed'
       WHEN o.state = 'Compliant' THEN 'regressed'
       ELSE 'changed' END AS change,
  c.severity, e.reason_code, c.title AS reason, f.message, e.statement, e.level,
  p.digest AS policy_digest, s.signer, s.format AS signature_format, s.signing_time,
  s.timestamp_time, s.expiry, w.ext_id AS waiver_id, w.expires_at AS waiver_expires_at,
  c.remedy, f.fingerprint, i.seq
FROM before JOIN input i ON i.run_id = (SELECT id FROM this)
JOIN evaluation e ON e.input_id = i.input_id
JOIN artifact a ON a.artifact_id = e.artifact_id
LEFT JOIN input_node n ON n.input_id = e.input_id AND n.artifact_id = e.artifact_id
LEFT JOIN policy p ON p.policy_id = e.policy_id
LEFT JOIN reason c ON c.reason_code = e.reason_code
LEFT JOIN waiver w ON w.waiver_id = e.waiver_id
LEFT JOIN finding f ON f.evaluation_id = e.evaluation_id AND f.seq =
  (SELECT x.seq FROM finding x WHERE x.evaluation_id = e.evaluation_id
     AND x.reason_code = e.reason_code ORDER BY x.blocking DESC, x.seq LIMIT 1)
LEFT JOIN signature s ON s.evaluation_id = e.evaluation_id AND s.seq =
  (SELECT x.seq FROM signature x WHERE x.evaluation_id = e.evaluation_id
   ORDER BY x.state <> 'valid', x.seq LIMIT 1)
LEFT JOIN evaluation o ON o.evaluation_id =
  (SELECT x.evaluation_id FROM evaluation x
   WHERE x.artifact_id = e.artifact_id AND x.run_id = before.id
   ORDER BY x.state_rank, x.evaluation_id LIMIT 1)
UNION ALL
-- Inputs with a reason of their own: a refused archive must not be missing from the list.
SELECT before.run_uuid, r.started_at, before.verify_time, i.path_text, i.digest, NULL, NULL,
  NULL, NULL, coalesce(i.state, 'Unknown'), 'unknown', c.severity, i.reason_code, c.title,
  i.detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, c.remedy, NULL, i.seq
FROM before JOIN input i ON i.run_id = (SELECT id FROM this)
JOIN run r ON r.run_id = i.run_id
LEFT JOIN reason c ON c.reason_code = i.reason_code
WHERE i.reason_code IS NOT NULL OR i.state IS NULL
ORDER BY 28, 7, 10;
