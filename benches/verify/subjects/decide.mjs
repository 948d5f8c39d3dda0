import { VERIFICATION, hasRole } from '../../lib/role.mjs';

/** What is left to do by hand once a signature, an issuer, an audience and the times hold: the policy's conditions. */
export function decide(claims) {
  if (!hasRole(claims)) throw new Error('the job does not have the role');
  return { claims };
}

/** The same, where the library does not require claims itself. */
export function decideIfComplete(claims) {
  for (const name of VERIFICATION.requiredClaims) if (claims[name] === undefined) throw new Error(`there is no \`${name}\``);
  return decide(claims);
}
