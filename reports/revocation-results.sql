-- SPDX-License-Identifier: Apache-2.0
-- What one step found of each certificate of its chain, leaf first. ?1: evaluation_id, ?2: seq of
-- the step.
SELECT json_extract(c.value, '$.result') AS result, json_extract(c.value, '$.subject') AS subject,
  json_extract(c.value, '$.serial') AS serial, json_extract(c.value, '$.method') AS method,
  json_extract(c.value, '$.reason') AS reason, json_extract(c.value, '$.file') AS file,
  json_extract(c.value, '$.number') AS number,
  json_extract(c.value, '$.this_update') AS this_update,
  json_extract(c.value, '$.next_update') AS next_update,
  json_extract(c.value, '$.delta.file') AS delta_file,
  json_extract(c.value, '$.delta.number') AS delta_number,
  json_extract(c.value, '$.revoked_at') AS revoked_at,
  json_extract(c.value, '$.revocation_reason') AS revocation_reason,
  json_extract(c.value, '$.pointer') AS pointer,
  json_extract(c.value, '$.responder_crl.file') AS responder_crl,
  json_extract(c.value, '$.sha256') AS file_digest,
  json_extract(c.value, '$.delta.sha256') AS delta_digest,
  json_extract(c.value, '$.responder_crl.sha256') AS responder_crl_digest
FROM step s, json_each(CASE WHEN json_valid(s.data) THEN s.data END, '$.certificates') c
WHERE s.evaluation_id = ?1 AND s.seq = ?2 AND c.type = 'object'
ORDER BY c.key;
