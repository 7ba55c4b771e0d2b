-- SPDX-License-Identifier: Apache-2.0
-- States of one artifact over the runs of a series, newest first; the file, where it is another.
-- ?1: artifact_id, ?2: series, ?3: input_id of the one that is looked at.
SELECT r.started_at, r.status, e.state, e.reason_code,
  CASE WHEN i.path <> (SELECT path FROM input WHERE input_id = ?3) THEN i.path_text END AS input
FROM v_judged e JOIN input i ON i.input_id = e.input_id
JOIN run r ON r.run_id = i.run_id
JOIN v_run_order o ON o.run_id = r.run_id
WHERE e.artifact_id = ?1 AND r.series = ?2
ORDER BY o.place DESC, i.seq LIMIT 20;
