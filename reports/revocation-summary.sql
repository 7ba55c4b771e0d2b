-- SPDX-License-Identifier: Apache-2.0
-- How well revocation is known: one row. Each list and response counts once, whatever the number of
-- its files; each certificate once. Ages are counted against the time of judgement.
-- ?1: run_id; NULL: the newest run.
WITH this AS (SELECT run_id AS id, verify_time FROM run
  WHERE run_id = coalesce(?1, (SELECT run_id FROM v_last))),
told AS (
  SELECT DISTINCT s.data
  FROM input i JOIN evaluation e ON e.input_id = i.input_id
  JOIN step s ON s.evaluation_id = e.evaluation_id
  WHERE i.run_id = (SELECT id FROM this)
    AND (s.name = 'revocation' OR s.name = 'authenticTimestamp') AND s.data IS NOT NULL),
result AS (
  SELECT json_extract(c.value, '$.subject') AS subject, json_extract(c.value, '$.serial') AS serial,
    json_extract(c.value, '$.result') AS result, json_extract(c.value, '$.reason') AS reason,
    json_extract(c.value, '$.sha256') AS list, json_extract(c.value, '$.this_update') AS listed,
    json_extract(c.value, '$.delta.sha256') AS delta,
    json_extract(c.value, '$.delta.this_update') AS delta_listed,
    json_extract(c.value, '$.responder_crl.sha256') AS responder,
    json_extract(c.value, '$.responder_crl.this_update') AS responder_listed
  FROM told, json_each(CASE WHEN json_valid(told.data) THEN told.data END, '$.certificates') c
  WHERE c.type = 'object'),
used AS (SELECT list AS digest, listed FROM result
  UNION SELECT delta, delta_listed FROM result
  UNION SELECT responder, responder_listed FROM result),
given AS (SELECT u.seq, u.source_path, d.kind, d.digest, d.this_update
  FROM run_revocation u JOIN revocation_data d ON d.revocation_id = u.revocation_id
  WHERE u.run_id = (SELECT id FROM this)),
oldest AS (                             -- an answer may be older than the newest of its response
  SELECT g.digest, g.source_path,
    CASE WHEN strftime('%s', w.listed) IS NOT NULL THEN min(w.listed, g.this_update)
      ELSE g.this_update END AS this_update
  FROM used w JOIN given g ON g.digest = w.digest
  ORDER BY 3, g.seq LIMIT 1)
SELECT
  (SELECT count(DISTINCT digest) FROM given WHERE kind <> 'ocsp') AS lists,
  (SELECT count(DISTINCT digest) FROM given WHERE kind = 'ocsp') AS responses,
  (SELECT count(DISTINCT g.digest) FROM given g JOIN used w ON w.digest = g.digest) AS in_use,
  (SELECT count(*) FROM run_revocation WHERE run_id = (SELECT id FROM this)
     AND reason_code IS NOT NULL) AS unusable,
  (SELECT count(*) FROM (SELECT DISTINCT subject, serial FROM result
     WHERE result <> 'non-revokable')) AS certificates_asked,
  (SELECT count(*) FROM (SELECT DISTINCT subject, serial FROM result
     WHERE reason = 'revocation.no-data')) AS certificates_without_data,
  (SELECT digest FROM oldest) AS "oldest_in_use.digest",
  (SELECT source_path FROM oldest) AS "oldest_in_use.path",
  (SELECT this_update FROM oldest) AS "oldest_in_use.this_update",
  (SELECT max(0, strftime('%s', verify_time) - strftime('%s', (SELECT this_update FROM oldest)))
   FROM this) AS "oldest_in_use.age_seconds";
