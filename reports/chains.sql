-- SPDX-License-Identifier: Apache-2.0
-- Certificates of one signature, leaf first. ?1: evaluation_id, ?2: seq of the signature.
SELECT k.chain, c.sha256, c.subject, c.not_before, c.not_after, c.key_alg, c.key_bits, c.is_ca
FROM signature_cert k JOIN certificate c ON c.cert_id = k.cert_id
WHERE k.evaluation_id = ?1 AND k.seq = ?2
ORDER BY k.chain, k.position;
