-- SPDX-License-Identifier: Apache-2.0
-- Manifests of a run that were not judged and that a text can mean. ?1: run_id; NULL: the newest
-- run. ?2: a digest, the start of one, or a name.
WITH this AS (SELECT coalesce(?1, (SELECT run_id FROM v_last)) AS id)
SELECT a.digest, i.path_text AS path, n.class, n.state, n.media_type, n.platform, n.found_by,
  n.reason_code, n.detail,
  (SELECT b.digest FROM edge g JOIN artifact b ON b.artifact_id = g.parent_id
   WHERE g.input_id = n.input_id AND g.child_id = n.artifact_id
   ORDER BY g.kind, b.digest LIMIT 1) AS parent,
  (SELECT g.kind FROM edge g JOIN artifact b ON b.artifact_id = g.parent_id
   WHERE g.input_id = n.input_id AND g.child_id = n.artifact_id
   ORDER BY g.kind, b.digest LIMIT 1) AS parent_kind,
  n.role
FROM input i JOIN input_node n ON n.input_id = i.input_id
JOIN artifact a ON a.artifact_id = n.artifact_id
WHERE i.run_id = (SELECT id FROM this) AND NOT EXISTS (SELECT 1 FROM evaluation e
  WHERE e.input_id = n.input_id AND e.artifact_id = n.artifact_id) AND (
  a.digest = ?2
  OR (length(?2) >= 6 AND (substr(a.digest, 1, length(?2)) = ?2
      OR substr(a.digest, instr(a.digest, ':') + 1, length(?2)) = ?2))
  OR EXISTS (SELECT 1 FROM artifact_name m WHERE m.input_id = n.input_id
      AND m.artifact_id = n.artifact_id AND m.name = ?2))
ORDER BY a.digest, i.seq;
