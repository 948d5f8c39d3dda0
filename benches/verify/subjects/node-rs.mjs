// `@node-rs/jsonwebtoken`, of which all but the add-on itself is a search for the add-on.
import { createRequire } from 'node:module';
import { VERIFICATION } from '../../lib/role.mjs';
import { decideIfComplete } from './decide.mjs';

const addon = createRequire(import.meta.url)('@node-rs/jsonwebtoken-linux-x64-gnu');

/** Of the claims that it can require there is no `jti`. */
export function nodeRs({ pem }, alg) {
  const validation = {
    algorithms: [alg],
    iss: [VERIFICATION.issuer],
    aud: [VERIFICATION.audience],
    requiredSpecClaims: ['exp', 'iss', 'aud', 'sub'],
    leeway: VERIFICATION.clockTolerance,
    validateNbf: true,
  };
  return { name: '@node-rs/jsonwebtoken', verify: (token) => decideIfComplete(addon.verifySync(token, pem[alg], validation)) };
}
