-- SPDX-License-Identifier: Apache-2.0
-- Certificates in the chains that a run saw, each once. ?1: run_id; NULL: the newest run.
SELECT sha256, subject, issuer, serial, not_before, not_after, key_alg, key_bits, sig_alg, is_ca
FROM certificate WHERE cert_id IN
  (SELECT k.cert_id FROM input i JOIN evaluation e ON e.input_id = i.input_id
   JOIN signature_cert k ON k.evaluation_id = e.evaluation_id
   WHERE i.run_id = coalesce(?1, (SELECT run_id FROM v_last)))
ORDER BY sha256;
