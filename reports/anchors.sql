-- SPDX-License-Identifier: Apache-2.0
-- Trust anchors that a run had loaded. ?1: run_id; NULL: the newest run.
SELECT t.kind, t.store, coalesce(c.sha256, t.key_sha256) AS sha256, c.subject, c.not_before,
  c.not_after
FROM run_anchor u JOIN trust_anchor t ON t.anchor_id = u.anchor_id
LEFT JOIN certificate c ON c.cert_id = t.cert_id
WHERE u.run_id = coalesce(?1, (SELECT run_id FROM v_last))
ORDER BY t.kind, t.store, sha256;
