-- SPDX-License-Identifier: Apache-2.0
-- The rows of the CSV report, under their names there; the last column is for the order alone.
-- ?1: run_id; NULL: the newest run.
WITH this AS (SELECT coalesce(?1, (SELECT run_id FROM v_last)) AS id),
one AS (SELECT run_uuid, verify_time FROM run WHERE run_id = (SELECT id FROM this)),
left_out AS (SELECT n.input_id, count(*) AS entries FROM input i
  JOIN input_node n ON n.input_id = i.input_id
  WHERE i.run_id = (SELECT id FROM this) AND n.is_root = 1
    AND NOT EXISTS (SELECT 1 FROM evaluation e
      WHERE e.input_id = n.input_id AND e.artifact_id = n.artifact_id)
  GROUP BY n.input_id)
SELECT one.run_uuid, e.checked_at, one.verify_time, i.path_text AS input,
  i.digest AS input_digest,
  (SELECT group_concat(m.name, ' ') FROM (SELECT DISTINCT x.name FROM artifact_name x
     WHERE x.input_id = e.input_id AND x.artifact_id = e.artifact_id
     AND x.role <> 'ignored' ORDER BY x.name) m)
    AS name,
  a.digest, n.media_type, n.platform, e.state,
  d.change, c.severity, e.reason_code, c.title AS reason, f.message, e.statement, e.level,
  p.digest AS policy_digest, s.signer, s.format AS signature_format, s.signing_time,
  s.timestamp_time, s.expiry, w.ext_id AS waiver_id, w.expires_at AS waiver_expires_at,
  c.remedy, f.fingerprint, l.entries AS entries_not_judged,
  (SELECT group_concat(m.name, ' ') FROM (SELECT DISTINCT x.name FROM artifact_name x
     WHERE x.input_id = e.input_id AND x.artifact_id = e.artifact_id
     AND x.role = 'ignored' ORDER BY x.name) m)
    AS names_ignored,
  (SELECT group_concat(json_extract(x.data, '$.statement'), ' ') FROM step x
     WHERE x.evaluation_id = e.evaluation_id AND x.name = 'policy-match'
     AND x.data IS NOT NULL)
    AS statements, i.seq
FROM one JOIN input i ON i.run_id = (SELECT id FROM this)
JOIN v_judged e ON e.input_id = i.input_id
JOIN v_change d ON d.evaluation_id = e.evaluation_id
JOIN artifact a ON a.artifact_id = e.artifact_id
LEFT JOIN input_node n ON n.input_id = e.input_id AND n.artifact_id = e.artifact_id
LEFT JOIN policy p ON p.policy_id = e.policy_id
LEFT JOIN reason c ON c.reason_code = e.reason_code
LEFT JOIN waiver w ON w.waiver_id = e.waiver_id
LEFT JOIN left_out l ON l.input_id = e.input_id
LEFT JOIN finding f ON f.evaluation_id = e.evaluation_id AND f.seq =
  (SELECT x.seq FROM finding x WHERE x.evaluation_id = e.evaluation_id
     AND x.reason_code = e.reason_code ORDER BY x.blocking DESC, x.seq LIMIT 1)
LEFT JOIN signature s ON s.evaluation_id = e.evaluation_id AND s.seq =
  (SELECT x.seq FROM signature x WHERE x.evaluation_id = e.evaluation_id
   ORDER BY x.state <> 'valid', x.seq LIMIT 1)
UNION ALL
-- Inputs with a reason of their own: a refused archive must not be missing from the list.
SELECT one.run_uuid, r.started_at, one.verify_time, i.path_text, i.digest, NULL, NULL,
  NULL, NULL, i.state, 'unknown', c.severity, i.reason_code, c.title,
  i.detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, c.remedy, NULL,
  l.entries, NULL, NULL, i.seq
FROM one JOIN v_input i ON i.run_id = (SELECT id FROM this)
JOIN run r ON r.run_id = i.run_id
LEFT JOIN reason c ON c.reason_code = i.reason_code
LEFT JOIN left_out l ON l.input_id = i.input_id
WHERE i.reason_code IS NOT NULL
ORDER BY 31, 7, 10;
