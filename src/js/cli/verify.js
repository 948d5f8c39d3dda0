import { ClaimgateError, parseIssuer } from 'claimgate';
import { didYouMean, optionError } from '../options.js';
import { EXIT, complain, describe, errorData, print } from './command.js';
import { GITHUB } from './commands/verify.js';
import { admitAny, decide } from '../explain/decide.js';
import { readKeys, readPolicy, unavailableMessage } from './decide.js';
import { explanationLines } from './explanation.js';
import { isRefusal, isTemporary } from '../refusals.js';
import { readToken } from './input.js';
import { excerpt, hintFor } from './malformed.js';
import { quoted, safe, show } from '../explain/text.js';
import { createLayout, toJson } from './terminal.js';
import { relative, toUtc } from '../explain/times.js';

/** @typedef {import('../types.d.ts').Authorized} Authorized */

/**
 * Runs `claimgate verify`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runVerify(args) {
  const demand = await readDemand(args);
  const options = { leeway: args.seconds('leeway'), maxAge: args.seconds('max-age'), at: args.time('at') };
  const keys = await readKeys(args.value('keys'));
  const token = await readToken('verify', args.positionals[0]);
  const isJson = args.has('json');
  try {
    const job = await decide(token, { ...demand, ...options, keys });
    const isAuthorization = args.has('policy');
    print(isJson ? [toJson(verifiedData(job, isAuthorization))] : verifiedLines(job, isAuthorization, options.at));
    return EXIT.ok;
  } catch (error) {
    if (isTemporary(error)) {
      const unavailable = new ClaimgateError(error.code, unavailableMessage(error), error);
      if (isJson) print([toJson({ verdict: 'undecided', error: errorData(unavailable) })]);
      complain(`claimgate verify: ${describe(unavailable)}`);
      return EXIT.unavailable;
    }
    if (!isRefusal(error)) throw error;
    return printRefusal(args, token, error);
  }
}

/**
 * @param {import('./arguments.js').Arguments} args
 * @param {string} token
 * @param {ClaimgateError} error
 */
export function printRefusal(args, token, error) {
  print(args.has('json') ? [toJson(refusedData(args, token, error))] : refusedLines(args, token, error));
  return EXIT.refused;
}

/** @param {import('./arguments.js').Arguments} args */
async function readDemand(args) {
  const [policy, role, issuer, audiences] = [args.value('policy'), args.value('role'), args.value('issuer'), args.list('audience')];
  if (policy !== undefined) {
    if (audiences.length > 0 || issuer !== undefined) {
      throw optionError('`--audience` and `--issuer` do not go with `--policy`, which says both');
    }
    if (role === undefined) throw optionError('`--policy` needs `--role`, the role that the job is to have');
    return { policy: await readPolicy(policy, role), role };
  }
  if (role !== undefined) throw optionError('`--role` needs `--policy`, the file that has the role');
  if (audiences.length === 0) {
    throw optionError('what must the token prove? give `--policy FILE --role ROLE`, or `--audience AUD` for signature and registered claims only');
  }
  const known = parseIssuer(issuer ?? GITHUB);
  if (!known) {
    const plain = String(issuer).replace(/\/+$/, '');
    const meant = parseIssuer(plain) ? `, did you mean ${quoted(plain)}?` : didYouMean(plain, [GITHUB]);
    throw optionError(`${quoted(String(issuer))} is not an issuer of GitHub's${meant || '; `claimgate verify --help` has an example'}`);
  }
  return admitAny(known.policy, audiences);
}

/**
 * @param {Authorized} job
 * @param {boolean} isAuthorization
 */
function verifiedData(job, isAuthorization) {
  const { role, rule, issuer, audience, claims, subject, grant, explanation, omittedRules } = job;
  const decision = isAuthorization ? { role, rule, grant: grant ?? null, explanation, omittedRules } : {};
  return { verdict: 'verified', authorized: isAuthorization, issuer, audience, claims, subject, ...decision };
}

/**
 * @param {Authorized} job
 * @param {boolean} isAuthorization
 * @param {number} [at]
 */
function verifiedLines({ role, rule, issuer, audience, claims, grant, explanation }, isAuthorization, at) {
  const layout = createLayout();
  const what = isAuthorization
    ? `the job is admitted, it has the role ${show(role)} by ${show(rule)}`
    : 'signature, issuer, audience, times and subject hold';
  const then = at === undefined ? '' : `, as of ${toUtc(at)}`;
  const now = at ?? Date.now() / 1000;
  return [
    ...layout.verdict('VERIFIED', `${what}${then}`, 'green'),
    ...(isAuthorization ? [] : layout.paragraph('This is not an authorization: no policy was asked whether the job may do anything.', 2, 'yellow')),
    '',
    ...layout.field('issuer', show(issuer)),
    ...layout.field('audience', show(audience)),
    ...layout.field('subject', show(claims.sub)),
    ...layout.field('expires', `${toUtc(claims.exp)}, ${relative(claims.exp, now)}`),
    ...(grant && isAuthorization ? layout.field('grant', grantText(grant)) : []),
    ...(isAuthorization ? explanationLines(explanation.filter((outcome) => outcome.rule === rule), undefined, layout) : []),
  ];
}

/** @param {import('../types.d.ts').Grant} grant */
function grantText({ audience, scope, ttl }) {
  return `${show(audience)}, ${scope.length === 0 ? 'no scope' : `scope ${scope.map(show).join(' ')}`}, ${ttl} s`;
}

/**
 * @param {import('./arguments.js').Arguments} args
 * @param {string} token
 * @param {ClaimgateError} error
 */
function refusedData(args, token, error) {
  return { verdict: 'refused', error: errorData(error, hintFor(args, token, error)), explanation: error.explanation, omittedRules: error.omittedRules };
}

/**
 * A refusal, what decided first.
 *
 * @param {import('./arguments.js').Arguments} args
 * @param {string} token
 * @param {ClaimgateError} error
 */
function refusedLines(args, token, error) {
  const layout = createLayout();
  const { explanation, omittedRules } = error;
  // The rules follow, one below the other: the message would have them in a row.
  const message = explanation ? error.message.replace(/, (the nearest is |deny\[\d+\]: ).*$/s, '') : error.message;
  const hint = hintFor(args, token, error);
  return [
    ...layout.verdict('REFUSED', `${safe(message)} (${error.code})`, 'red'),
    ...excerpt(token, error).map((line) => `  ${line}`),
    ...(hint === undefined ? [] : layout.paragraph(`hint: ${hint}`, 2, 'yellow')),
    ...(explanation ? explanationLines(explanation, omittedRules, layout) : []),
  ];
}
