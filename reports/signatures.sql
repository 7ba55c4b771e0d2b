-- SPDX-License-Identifier: Apache-2.0
-- Signatures that were looked at in one judgement. ?1: evaluation_id.
SELECT s.seq, s.manifest_digest, s.envelope_digest, s.format, s.state, s.scheme, s.algorithm,
  s.signed_digest, s.signing_time, s.expiry, s.timestamp_time, s.timestamp_accuracy_us,
  s.tsa_subject, s.signer, s.identity_issuer, s.trust_store, c.sha256 AS anchor, s.token_digest,
  s.agent
FROM signature s LEFT JOIN trust_anchor t ON t.anchor_id = s.anchor_id
LEFT JOIN certificate c ON c.cert_id = t.cert_id
WHERE s.evaluation_id = ?1
ORDER BY s.seq;
