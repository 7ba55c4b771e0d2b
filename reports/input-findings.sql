-- SPDX-License-Identifier: Apache-2.0
-- Findings on one input as a whole, on nodes of its inventory, and broken nodes. ?1: input_id.
SELECT f.reason_code, f.severity, f.blocking, f.message, a.digest AS artifact
FROM input_finding f LEFT JOIN artifact a ON a.artifact_id = f.artifact_id
WHERE f.input_id = ?1
UNION ALL
SELECT n.reason_code, c.severity, 0, coalesce(n.detail, c.title), a.digest
FROM input_node n JOIN artifact a ON a.artifact_id = n.artifact_id
JOIN reason c ON c.reason_code = n.reason_code
WHERE n.input_id = ?1
ORDER BY 5, 1, 4;
