/** @typedef {import('../types.d.ts').Inspection} Inspection */

/** Events that run with what a stranger wrote: denied unless the job is one of them. */
const DENIED = ['pull_request_target', 'workflow_run'];

/** What says which repository, and what says which of its jobs. Names stand beside ids for those who read the policy. */
const WHOSE = ['repository', 'repository_id', 'repository_owner_id'];
const WHICH = ['job_workflow_ref', 'event_name', 'runner_environment'];

/**
 * A native policy that admits the job of a token, and as little else as a policy can that is to admit its next run as well.
 *
 * @param {Pick<Inspection, 'claims' | 'issuer'>} inspection
 * @param {string} role
 * @returns {import('../types.d.ts').Policy | undefined} nothing if the issuer is of no kind that a policy can have, or if the token
 *   names no repository
 */
export function tightPolicy({ claims, issuer }, role = 'deploy') {
  if (!issuer) return undefined;
  // An environment is what reviewers approve, for whatever reference; without one the reference is what is left to pin.
  const names = [...WHOSE, typeof claims.environment === 'string' ? 'environment' : 'ref', ...WHICH];
  // A policy refuses a `*` outside of a glob.
  const pins = names.filter((name) => typeof claims[name] === 'string' && claims[name] !== '' && !String(claims[name]).includes('*'));
  if (!pins.includes('repository_id') && !pins.includes('repository')) return undefined;
  const denied = DENIED.filter((event) => event !== claims.event_name);
  return {
    version: 1,
    audience: /** @type {string | string[]} */ (claims.aud),
    issuers: { github: issuer.policy },
    roles: {
      [role]: {
        issuer: 'github',
        allow: [Object.fromEntries(pins.map((name) => [name, String(claims[name])]))],
        deny: [{ event_name: denied }],
      },
    },
  };
}
