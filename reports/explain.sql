-- SPDX-License-Identifier: Apache-2.0
-- One judgement with its reason and input. ?1: evaluation_id.
SELECT e.input_id, e.artifact_id, a.digest, n.media_type, n.artifact_type, n.size, n.platform,
  n.class, n.found_by, e.state, e.reason_code, c.title, c.severity, c.remedy,
  p.digest AS "policy.digest", e.statement AS "policy.statement", e.level AS "policy.level",
  u.source_path AS "policy.source_path", e.checked_at, e.signatures_found, e.signatures_valid,
  w.ext_id AS waiver, w.justification, w.approved_by, w.expires_at, i.path_text AS path,
  i.digest AS input_digest, r.run_uuid AS uuid, r.series, r.status, r.verify_time,
  r.verify_time_source,
  (SELECT count(*) FROM edge g WHERE g.input_id = e.input_id AND g.parent_id = e.artifact_id
     AND g.kind <> 'manifest') AS referrers
FROM v_judged e JOIN input i ON i.input_id = e.input_id
JOIN run r ON r.run_id = i.run_id
JOIN artifact a ON a.artifact_id = e.artifact_id
LEFT JOIN input_node n ON n.input_id = e.input_id AND n.artifact_id = e.artifact_id
LEFT JOIN reason c ON c.reason_code = e.reason_code
LEFT JOIN policy p ON p.policy_id = e.policy_id
LEFT JOIN run_policy u ON u.run_id = i.run_id AND u.policy_id = e.policy_id
LEFT JOIN waiver w ON w.waiver_id = e.waiver_id
WHERE e.evaluation_id = ?1;
