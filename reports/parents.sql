-- SPDX-License-Identifier: Apache-2.0
-- Indexes that contain an artifact. ?1: input_id, ?2: artifact_id.
SELECT a.digest FROM edge g JOIN artifact a ON a.artifact_id = g.parent_id
WHERE g.input_id = ?1 AND g.child_id = ?2 AND g.kind = 'manifest'
ORDER BY a.digest;
