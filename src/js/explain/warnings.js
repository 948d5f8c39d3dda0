import { quoted } from './text.js';
import { parseIssuer } from '../inspect.js';
import { duration, isTime } from './times.js';

/**
 * Something that a person who looks at a token should know.
 *
 * @typedef {object} Warning
 * @property {'warning' | 'note'} level
 * @property {string} code
 * @property {string} message
 */

/** Of GitHub's tokens the oldest samples lived for six hours. Seconds. */
const LONG = 8 * 3600;

/** The branches that GitHub makes for merge queues, each for one attempt to merge. */
const MERGE_QUEUE = 'refs/heads/gh-readonly-queue/';

const FORKS = 'who opens it decides what runs; a role that deploys should deny it';
/** @type {Readonly<Record<string, string>>} */
const EVENTS = Object.freeze({
  pull_request: `the job runs for a pull request: ${FORKS}`,
  pull_request_target:
    'the job runs for a pull request with `pull_request_target`: `ref` is a branch of the repository itself, so a condition on `ref` admits it; deny the event',
  workflow_run: 'the job was started by another run (`workflow_run`), which a pull request may have started; deny the event where that matters',
  dynamic: 'GitHub started the run itself (`dynamic`), for example for Dependabot or Copilot: its workflow is not a file of the repository; deny the event where that matters',
});

/**
 * Anything unusual about a token, the worst first. Nothing of it depends on whether the token is verified.
 *
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {number} now
 * @returns {Warning[]}
 */
export function warningsOf({ claims, issuer, subject, problem, defaultAudience }, now) {
  /** @type {Warning[]} */
  const found = [];
  const warn = (/** @type {string} */ code, /** @type {string} */ message) => found.push({ level: 'warning', code, message });
  const note = (/** @type {string} */ code, /** @type {string} */ message) => found.push({ level: 'note', code, message });

  const { iss, aud, exp, nbf, iat } = claims;
  // Of a secret that was given in place of a token nothing else matters.
  if (issuer === null && problem?.code !== 'token_kind') warn('unknown_issuer', unknownIssuer(iss));
  if (issuer?.policy.kind === 'ghes') note('enterprise_server', `whoever has the host \`${issuer.policy.host}\` can issue such tokens: is it yours?`);
  if (issuer?.policy.kind === 'loopback') note('local_issuer', 'a local issuer is for development: trust it nowhere else');
  if (problem) warn(problem.code, problem.message);
  if (subject?.check === 'contradictory') warn('subject_contradiction', subject.message);
  if (isTime(exp) && exp <= now) warn('token_expired', `the token expired ${duration(now - exp)} ago`);
  if (isTime(nbf) && nbf > now) warn('token_not_yet_valid', `the token is not valid yet, only in ${duration(nbf - now)}`);
  if (isTime(iat) && iat > now) warn('token_issued_in_future', `the token was issued ${duration(iat - now)} in the future: is a clock wrong?`);
  const begins = isTime(nbf) ? nbf : iat;
  if (isTime(exp) && isTime(begins)) {
    if (exp <= begins) warn('never_valid', 'the token ends before it begins, so it is never valid');
    else if (exp - begins > LONG) warn('long_lived', `the token lives for ${duration(exp - begins)}, and those of GitHub for minutes`);
  }
  if (defaultAudience !== null && [aud].flat().includes(defaultAudience)) {
    warn('default_audience', `\`aud\` is the default, ${quoted(defaultAudience)}: the job should ask for its token with the audience of the one service that it is for`);
  }
  const event = typeof claims.event_name === 'string' && Object.hasOwn(EVENTS, claims.event_name) && EVENTS[claims.event_name];
  if (event) warn('event', event);
  if (typeof claims.ref === 'string' && claims.ref.startsWith(MERGE_QUEUE)) {
    warn('merge_queue', '`ref` is a branch of a merge queue: its code is not merged yet, and no other run has this `ref`; a role that deploys should not allow it');
  }
  if (subject?.check === 'consistent' && subject.repository === 'classic') {
    warn('classic_subject', '`sub` names the repository without ids: whoever has the name next has this `sub` too; a policy should pin `repository_id`');
  }
  if (subject?.check === 'unchecked') {
    note('subject_unchecked', `from ${quoted(subject.from)} on, \`sub\` follows a template that is not known here, and was not compared`);
  }
  if (claims.runner_environment === 'self-hosted') note('self_hosted', "the job runs on a self-hosted runner, which is as safe as its owner keeps it");
  return found;
}

/**
 * Near spellings are the more dangerous ones: a person reads over them.
 *
 * @param {unknown} iss
 */
function unknownIssuer(iss) {
  if (typeof iss !== 'string') return '`iss` is missing, so nobody says who issued the token';
  const plain = iss.trim().toLowerCase().replace(/\/+$/, '').replace(/^http:/, 'https:');
  const meant = parseIssuer(plain) ?? (plain.startsWith('https://localhost:') ? parseIssuer(plain.replace('https://localhost', 'http://127.0.0.1')) : null);
  if (meant) return `\`iss\` is ${quoted(iss)}, which is not \`${meant.issuer}\`: issuers are compared byte for byte`;
  if (/github|ghe\.com/i.test(iss)) return `\`iss\` is ${quoted(iss)}, a look-alike: it is no issuer of GitHub's`;
  return `\`iss\` is ${quoted(iss)}, which is no issuer of GitHub's`;
}
