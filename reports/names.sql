-- SPDX-License-Identifier: Apache-2.0
-- Names of one artifact in one input: its own, else those of the index that contains it.
-- CROSS JOIN: by the few edges of the artifact, not by all names of the input.
-- ?1: input_id, ?2: artifact_id.
WITH own AS (SELECT name, source, role, scope FROM artifact_name
  WHERE input_id = ?1 AND artifact_id = ?2)
SELECT name, source, 1 AS own, role AS use, scope FROM own
UNION ALL
SELECT DISTINCT n.name, n.source, 0, n.role, n.scope
FROM edge g CROSS JOIN artifact_name n ON n.input_id = g.input_id AND n.artifact_id = g.parent_id
WHERE g.input_id = ?1 AND g.child_id = ?2 AND g.kind = 'manifest'
  AND NOT EXISTS (SELECT 1 FROM own)
ORDER BY 1, 2;
