-- SPDX-License-Identifier: Apache-2.0
-- Inputs of a run and what was found in them. ?1: run_id; NULL: the newest run.
SELECT i.input_id, i.seq, i.path_text, i.kind, i.compression, i.prefix, i.digest, i.size,
  i.index_digest, i.expanded, i.members, i.blobs, i.unreachable, i.missing, i.passes, v.state,
  v.reason_code, v.detail, c.severity, c.remedy,
  (SELECT count(*) FROM evaluation e WHERE e.input_id = i.input_id) AS judged,
  count(n.artifact_id) AS nodes,
  count(*) FILTER (WHERE n.class = 'image') AS images,
  count(*) FILTER (WHERE n.class = 'index') AS indexes,
  count(*) FILTER (WHERE n.class = 'artifact') AS artifacts,
  count(*) FILTER (WHERE n.class = 'supporting') AS supporting,
  count(*) FILTER (WHERE n.class = 'unknown') AS unknown,
  count(*) FILTER (WHERE n.state = 'absent') AS absent,
  count(*) FILTER (WHERE n.state = 'broken') AS broken,
  i.path
FROM input i JOIN v_input v ON v.input_id = i.input_id
LEFT JOIN input_node n ON n.input_id = i.input_id
LEFT JOIN reason c ON c.reason_code = v.reason_code
WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last))
GROUP BY i.input_id
ORDER BY i.seq;
