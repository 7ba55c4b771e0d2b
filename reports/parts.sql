-- SPDX-License-Identifier: Apache-2.0
-- What an index contains, with the signatures each part has of its own. ?1: input_id,
-- ?2: artifact_id.
SELECT a.digest, n.media_type, n.platform, n.size, n.state AS presence,
  (SELECT count(*) FROM edge r WHERE r.input_id = g.input_id AND r.parent_id = g.child_id
     AND r.kind = 'referrer') AS referrers,
  (SELECT e.state FROM v_judged e WHERE e.input_id = g.input_id
     AND e.artifact_id = g.child_id) AS state
FROM edge g JOIN artifact a ON a.artifact_id = g.child_id
LEFT JOIN input_node n ON n.input_id = g.input_id AND n.artifact_id = g.child_id
WHERE g.input_id = ?1 AND g.parent_id = ?2 AND g.kind = 'manifest'
ORDER BY g.position, a.digest;
