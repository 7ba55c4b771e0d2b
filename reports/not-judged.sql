-- SPDX-License-Identifier: Apache-2.0
-- Entries of a run that were not judged themselves, and why: the role that their content gives
-- them, or part of an entry that was judged. ?1: run_id; NULL: the newest run.
SELECT coalesce(n.role, 'part') AS role, count(*) AS entries
FROM input i JOIN input_node n ON n.input_id = i.input_id AND n.is_root = 1
WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last)) AND NOT EXISTS
  (SELECT 1 FROM evaluation e WHERE e.input_id = n.input_id AND e.artifact_id = n.artifact_id)
GROUP BY 1 ORDER BY 1;
