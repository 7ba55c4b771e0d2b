-- SPDX-License-Identifier: Apache-2.0
-- Inputs of a run and what was found in them. ?1: run_id; NULL: the newest run.
SELECT i.input_id, i.seq, i.path_text AS path, i.kind, i.compression, i.prefix, i.digest, i.size,
  i.index_digest, v.state, v.reason_code, v.detail,
  (SELECT count(*) FROM evaluation e WHERE e.input_id = i.input_id) AS "inventory.judged",
  count(n.artifact_id) AS "inventory.manifests",
  count(*) FILTER (WHERE n.class = 'image') AS "inventory.images",
  count(*) FILTER (WHERE n.class = 'index') AS "inventory.indexes",
  count(*) FILTER (WHERE n.class = 'artifact') AS "inventory.artifacts",
  count(*) FILTER (WHERE n.class = 'supporting') AS "inventory.supporting",
  count(*) FILTER (WHERE n.class = 'unknown') AS "inventory.unknown",
  count(*) FILTER (WHERE n.state = 'absent') AS "inventory.absent",
  count(*) FILTER (WHERE n.state = 'broken') AS "inventory.broken",
  i.expanded AS "inventory.expanded", i.members AS "inventory.members",
  i.blobs AS "inventory.blobs", i.unreachable AS "inventory.unreachable",
  i.missing AS "inventory.missing", i.passes AS "inventory.passes", i.path AS path_octets
FROM input i JOIN v_input v ON v.input_id = i.input_id
LEFT JOIN input_node n ON n.input_id = i.input_id
WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last))
GROUP BY i.input_id
ORDER BY i.seq;
