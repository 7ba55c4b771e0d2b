-- SPDX-License-Identifier: Apache-2.0
-- Judgements of a run that a text can mean. ?1: run_id; NULL: the newest run. ?2: a digest, the
-- start of one, or a name.
WITH this AS (SELECT coalesce(?1, (SELECT run_id FROM v_last)) AS id)
SELECT e.evaluation_id, a.digest
FROM input i JOIN v_judged e ON e.input_id = i.input_id
JOIN artifact a ON a.artifact_id = e.artifact_id
WHERE i.run_id = (SELECT id FROM this) AND (
  a.digest = ?2
  OR (length(?2) >= 6 AND (substr(a.digest, 1, length(?2)) = ?2
      OR substr(a.digest, instr(a.digest, ':') + 1, length(?2)) = ?2))
  OR EXISTS (SELECT 1 FROM artifact_name n WHERE n.input_id = e.input_id
      AND n.artifact_id = e.artifact_id AND n.name = ?2))
ORDER BY a.digest, i.seq;
