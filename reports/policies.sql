-- SPDX-License-Identifier: Apache-2.0
-- Documents that shaped a run. ?1: run_id; NULL: the newest run.
SELECT p.kind, p.digest, u.source_path, p.name, p.version
FROM run_policy u JOIN policy p ON p.policy_id = u.policy_id
WHERE u.run_id = coalesce(?1, (SELECT run_id FROM v_last))
ORDER BY p.kind, p.digest;
