import { checkUnverified, claimTable, parseIssuer as parse } from '../wasm/claimgate.js';
import { call, decodeUnverified } from './core.js';
import { checkString } from './options.js';

/** @typedef {import('./types.d.ts').ParsedIssuer} ParsedIssuer */

/**
 * What a token says, and how it agrees with itself, **not verified**. See `types.d.ts`.
 *
 * @param {string} token
 * @returns {import('./types.d.ts').Inspection}
 */
export function inspectUnverified(token) {
  const { header, claims } = decodeUnverified(token);
  const { subject, defaultAudience, problem } = call(() => checkUnverified(token));
  const issuer = typeof claims.iss === 'string' ? parseIssuer(claims.iss) : null;
  const contradicts = problem?.code === 'subject_contradiction';
  return {
    verified: false,
    header,
    claims,
    described: describe(claims),
    issuer,
    defaultAudience: issuer && defaultAudience,
    subject: contradicts ? { check: 'contradictory', message: problem.message } : subject,
    problem: problem && !contradicts ? { code: problem.code, message: problem.message, claim: problem.claim } : null,
  };
}

/**
 * What `explainUnverified` of a verifier returns: the rules as the core held them against the token, and beside them
 * whether the token names the issuer and an audience that verification would ask for.
 *
 * @param {string} role
 * @param {readonly string[]} issuers each `iss` that the role trusts
 * @param {import('./types.d.ts').DecodedToken} token
 * @param {{ rule: string | null, admits: boolean, audiences: string[], explanation: import('./types.d.ts').RuleOutcome[], omittedRules?: number }} held
 * @returns {import('./types.d.ts').UnverifiedExplanation}
 */
export function unverifiedExplanation(role, issuers, { claims }, { rule, admits, audiences, explanation, omittedRules }) {
  const iss = String(claims.iss);
  const aud = /** @type {string[]} */ ([claims.aud].flat());
  return {
    verified: false,
    role,
    issuer: { matched: issuers.includes(iss), expected: issuers, found: iss },
    audience: { matched: aud.some((audience) => audiences.includes(audience)), expected: audiences, found: aud },
    rule,
    rulesAdmit: admits,
    explanation,
    ...(omittedRules !== undefined && { omittedRules }),
  };
}

/**
 * The issuer whose `iss` is exactly this text, or null. See `types.d.ts`.
 *
 * @param {string} iss
 * @returns {ParsedIssuer | null}
 */
export function parseIssuer(iss) {
  checkString('iss', iss);
  const found = call(() => parse(iss));
  if (found === null) return null;
  const { name: kind, issuer, discovery } = found;
  const policy = { kind, ...parts(kind, issuer) };
  return { issuer, discovery, policy, name: nameOf(policy) };
}

/**
 * What a policy says of an issuer besides its kind. The core has seen that it is one: this only cuts.
 *
 * @param {string} kind
 * @param {string} issuer
 * @returns {Omit<import('./types.d.ts').PolicyIssuer, 'kind'>}
 */
function parts(kind, issuer) {
  const [, host = '', path] = /^https?:\/\/([^/]+)(?:\/(.*))?$/.exec(issuer) ?? [];
  if (kind === 'loopback') return { port: Number(host.split(':')[1]) };
  if (kind === 'ghes') return { host };
  if (kind === 'github') return path ? { enterprise: path } : {};
  return { subdomain: host.slice('token.actions.'.length, -'.ghe.com'.length), ...(path && { enterprise: true }) };
}

/**
 * @param {import('./types.d.ts').PolicyIssuer} issuer
 * @returns {string} for people
 */
function nameOf({ kind, enterprise, host, subdomain, port }) {
  if (kind === 'ghes') return `the Enterprise Server ${host}`;
  if (kind === 'loopback') return `a local issuer for development, on port ${port}`;
  if (kind === 'github') return enterprise ? `the enterprise ${enterprise} of github.com` : 'github.com';
  return `${subdomain}.ghe.com (data residency)${enterprise ? ", the enterprise's own issuer" : ''}`;
}

/**
 * The claims of a token that are known, with what they mean, in the order of the core's table.
 *
 * @param {Record<string, unknown>} claims
 * @returns {import('./types.d.ts').DescribedClaim[]}
 */
function describe(claims) {
  const names = Object.keys(claims);
  return call(() => claimTable())
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [known = '', group = '', description = ''] = line.split('\t');
      // The one that ends like this is the prefix of what the owner of a repository named.
      const found = names.filter((name) => (known.endsWith('_') ? name.startsWith(known) && name !== known : name === known));
      return found.map((name) => ({ name, group, description: description.trim() }));
    });
}
