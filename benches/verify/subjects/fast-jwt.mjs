import { createVerifier } from 'fast-jwt';
import { VERIFICATION } from '../../lib/role.mjs';
import { decide } from './decide.mjs';

/** With the one key that is right, which spares it the search for a `kid`, and without its cache of tokens it has seen. */
export function fastJwt({ pem }, alg) {
  const verify = createVerifier({
    key: pem[alg],
    algorithms: [alg],
    allowedIss: VERIFICATION.issuer,
    allowedAud: VERIFICATION.audience,
    requiredClaims: VERIFICATION.requiredClaims,
    clockTolerance: VERIFICATION.clockTolerance * 1000,
    cache: false,
  });
  return { name: 'fast-jwt', verify: (token) => decide(verify(token)) };
}
