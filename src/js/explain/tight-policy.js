import { ClaimgateError } from '../errors.js';
import { quoted } from './text.js';

/** @typedef {import('../types.d.ts').Inspection} Inspection */

/** Events that run with what a stranger wrote: denied unless the job is one of them. */
const DENIED = ['pull_request_target', 'workflow_run'];

/** What says which repository, and what says which of its jobs. Names stand beside ids for those who read the policy. */
const WHOSE = ['repository', 'repository_id', 'repository_owner_id'];
const WHICH = ['job_workflow_ref', 'event_name', 'runner_environment'];

/**
 * A native policy that allows the job of a token, and as little else as a policy can that is to allow its next run as well.
 *
 * @param {Pick<Inspection, 'claims' | 'issuer'>} inspection
 * @param {{ role?: string | undefined, audience?: string | undefined }} [options] the audience is by default that of the token
 * @returns {import('../types.d.ts').Policy | undefined} nothing if the issuer is of no kind that a policy can have, or if the token
 *   names no repository
 * @throws a refusal that names the claim, if one cannot be pinned: a policy without it would allow more jobs
 */
export function tightPolicy({ claims, issuer }, { role = 'deploy', audience } = {}) {
  if (!issuer || (claims.repository_id === undefined && claims.repository === undefined)) return undefined;
  // An environment is what reviewers approve, for whatever reference; without one the reference is what is left to pin.
  const where = claims.environment === undefined ? 'ref' : 'environment';
  if (claims[where] === undefined) throw new ClaimgateError('claim_missing', 'the token has neither `environment` nor `ref`, so a policy cannot tell its job from others', { claim: where });
  const names = [...WHOSE, where, ...WHICH].filter((name) => claims[name] !== undefined);
  const denied = DENIED.filter((event) => event !== claims.event_name);
  return {
    version: 1,
    audience: audience ?? audienceOf(claims),
    issuers: { github: issuer.policy },
    roles: {
      [role]: {
        issuer: 'github',
        allow: [Object.fromEntries(names.map((name) => [name, pinned(name, claims[name])]))],
        deny: [{ event_name: denied }],
      },
    },
  };
}

/**
 * @param {Inspection['claims']} claims
 * @returns {string | string[]}
 */
function audienceOf({ aud }) {
  const audiences = /** @type {string[]} */ ([aud].flat().filter((audience) => typeof audience === 'string' && audience !== ''));
  const [first] = audiences;
  if (first === undefined) throw new ClaimgateError('claim_malformed', '`aud` is empty, and a policy needs an audience: request the token for the audience of your service', { claim: 'aud' });
  return typeof aud === 'string' ? first : audiences;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {string}
 */
function pinned(name, value) {
  const refuse = (/** @type {string} */ why) => {
    throw new ClaimgateError('claim_malformed', `\`${name}\` cannot be pinned: ${why}`, { claim: name });
  };
  if (typeof value !== 'string') return refuse('it is not a string');
  // Only a deployment of a bare commit has a claim that is empty: its `ref`.
  if (value === '' && name !== 'ref') return refuse('it is empty; use the token of a job that has one');
  if (value.includes('*')) return refuse(`it is ${quoted(value)}, and a policy cannot match a \`*\` exactly; use the token of a job whose \`${name}\` has none`);
  return value;
}
