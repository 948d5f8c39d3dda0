import { JOB_CLAIMS } from './claims.js';
import { checkType, didYouMean, optionError } from '../options.js';

/**
 * Renders `sub` as GitHub does.
 *
 * @param {import('./claims.js').Claims} claims the claims of the job
 * @param {import('./types.d.ts').SubjectOptions} [options]
 * @returns {string}
 * @throws an error with code `option_invalid`, also when the subject needs a claim that the job does not have
 */
export function renderSubject(claims, { immutable = false, template = ['repo', 'context'] } = {}) {
  checkType('immutable', immutable, 'boolean');
  if (!Array.isArray(template) || template.length === 0 || !template.every((key) => typeof key === 'string')) {
    throw optionError('`template` must be a list of claim names, such as `["repo", "context", "job_workflow_ref"]`');
  }
  return template.map((key) => segment(key, claims, immutable)).join(':');
}

/**
 * @param {string} key
 * @param {import('./claims.js').Claims} claims
 * @param {boolean} immutable
 */
function segment(key, claims, immutable) {
  if (key === 'repo') return `repo:${immutable ? immutableRepository(claims) : value(claims, 'repository')}`;
  if (key === 'context') return context(claims);
  return `${key}:${value(claims, key)}`;
}

/**
 * What follows the repository in a default subject. An environment hides everything else.
 *
 * @param {import('./claims.js').Claims} claims
 */
function context(claims) {
  if (claims.environment !== undefined) return `environment:${value(claims, 'environment')}`;
  if (claims.event_name === 'pull_request') return 'pull_request';
  return `ref:${value(claims, 'ref')}`;
}

/** @param {import('./claims.js').Claims} claims */
function immutableRepository(claims) {
  const [owner, name, ...rest] = value(claims, 'repository').split('/');
  if (!owner || !name || rest.length > 0) {
    throw optionError(
      `an immutable \`sub\` needs a \`repository\` like \`octo-org/octo-repo\`, not \`${claims.repository}\``,
    );
  }
  return `${owner}@${value(claims, 'repository_owner_id')}/${name}@${value(claims, 'repository_id')}`;
}

/**
 * The value of a claim as it stands in a subject. `:` separates the segments, so it is escaped; `%` is not, so that
 * different values can render alike. That is GitHub's way, and a verifier has to cope with it.
 *
 * @param {import('./claims.js').Claims} claims
 * @param {string} name
 */
function value(claims, name) {
  const found = claims[name];
  if (found === undefined) {
    const known = ['repo', 'context', ...JOB_CLAIMS, ...Object.keys(claims)];
    throw optionError(
      `\`sub\` needs the claim \`${name}\`, which the job does not have${
        known.includes(name) ? '; give the claim, or `sub` itself' : didYouMean(name, known)
      }`,
    );
  }
  return found.replaceAll(':', '%3A');
}
