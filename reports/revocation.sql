-- SPDX-License-Identifier: Apache-2.0
-- Revocation lists and OCSP responses that were brought along. In use: a result of some step names
-- it, for a signing chain or for that of a time stamp. ?1: run_id; NULL: the newest run.
WITH this AS (SELECT coalesce(?1, (SELECT run_id FROM v_last)) AS id),
told AS (
  SELECT DISTINCT s.data
  FROM input i JOIN evaluation e ON e.input_id = i.input_id
  JOIN step s ON s.evaluation_id = e.evaluation_id
  WHERE i.run_id = (SELECT id FROM this)
    AND (s.name = 'revocation' OR s.name = 'authenticTimestamp') AND s.data IS NOT NULL),
result AS (
  SELECT json_extract(c.value, '$.sha256') AS list,
    json_extract(c.value, '$.delta.sha256') AS delta,
    json_extract(c.value, '$.responder_crl.sha256') AS responder
  FROM told, json_each(CASE WHEN json_valid(told.data) THEN told.data END, '$.certificates') c
  WHERE c.type = 'object'),
used AS (SELECT list AS digest FROM result UNION SELECT delta FROM result
  UNION SELECT responder FROM result)
SELECT d.kind, d.digest, u.source_path AS path, u.url_sha256, b.size, d.issuer, d.issuer_key,
  d.number, d.base_number, d.this_update, d.next_update, d.entries,
  EXISTS (SELECT 1 FROM used WHERE used.digest = d.digest) AS in_use
FROM run_revocation u JOIN revocation_data d ON d.revocation_id = u.revocation_id
JOIN blob b ON b.digest = d.digest
WHERE u.run_id = (SELECT id FROM this)
ORDER BY u.seq;
