import { contextOf, waitUntilOf } from '../context.js';
import { EXPLAIN, POLICY_OPTIONS, loadPolicy } from '../loaded-policy.js';
import { checkMembers, checkString, checkType, checkWord, optionError } from '../options.js';
import { jsonText } from '../plain-data.js';
import { memoryReplay } from '../replay/memory.js';
import { checkStore } from '../replay/once.js';
import { createReporter } from '../report.js';
import { refusal } from './answers.js';
import { createAuditor } from './audit.js';
import { createCore, createMinter, decodeUnverified, hold } from './core.js';
import { createHostSigner } from './host-signer.js';
import { createIntrospection } from './introspection.js';
import { publicRoutes } from './metadata.js';
import { checkMetrics } from './metrics.js';
import { createRevocation } from './revocation.js';
import { checkResourceServers } from './resource-servers.js';
import { createTokenEndpoint } from './token.js';

const OPTIONS = [...POLICY_OPTIONS, 'issuer', 'signer', 'replay', 'explain', 'resourceServers', 'audit', 'metrics'];

/**
 * What the endpoints share.
 *
 * @typedef {object} Exchange
 * @property {ReturnType<typeof loadPolicy<ReturnType<typeof createCore>>>} policy
 * @property {ReturnType<typeof createMinter>} askMinter
 * @property {string} issuer
 * @property {import('../replay/types.d.ts').ReplayStore} replay
 * @property {'full' | 'claims'} explain
 * @property {readonly import('./resource-servers.js').ResourceServer[]} resourceServers
 * @property {ReturnType<typeof createAuditor>} audit
 */

/**
 * A fetch handler that exchanges the tokens of jobs for access tokens. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').ExchangeOptions} options
 * @returns {import('../types.d.ts').FetchHandler}
 */
export function createExchange(options) {
  checkMembers('options', options, OPTIONS);
  const { issuer, signer, replay = memoryReplay(), explain = 'claims', resourceServers = {}, audit, metrics, ...rest } = options;
  const base = issuerUrl(issuer);
  checkWord('explain', explain, EXPLAIN);
  checkStore(replay, ['use', 'has']);
  checkType('audit', audit, 'function');
  checkMetrics(metrics);
  checkType('onError', rest.onError, 'function');
  const report = createReporter(rest.onError);
  const policy = loadPolicy({ .../** @type {import('../types.d.ts').VerifierOptions} */ (rest), onError: report }, { createCore, decodeUnverified, hold });
  if (!policy.askCore((core) => core.grants())) throw optionError('no role of the policy has a `grant`, so there is no access token to have');
  const keys = signingKeys(signer);
  /** @type {Exchange} */
  const exchange = {
    policy,
    issuer,
    replay: /** @type {import('../replay/types.d.ts').ReplayStore} */ (replay),
    explain,
    askMinter: createMinter(issuer, keys, policy.crypto === 'host' ? createHostSigner(keys) : undefined, policy.subtle),
    resourceServers: checkResourceServers(resourceServers),
    audit: createAuditor({ sink: audit, metrics, report, clock: policy.clock }),
  };
  const path = base.pathname.replace(/\/$/, '');
  /** @type {Record<string, Endpoint>} */
  const routes = { ...publicRoutes(exchange, path) };
  routes[`${path}/token`] = { POST: createTokenEndpoint(exchange) };
  routes[`${path}/revoke`] = { POST: createRevocation(exchange) };
  if (exchange.resourceServers.length > 0) routes[`${path}/introspect`] = { POST: createIntrospection(exchange) };

  return async (request, ...more) => {
    const endpoint = own(routes, pathOf(request.url));
    if (!endpoint) return new Response('not found\n', { status: 404, headers: { 'cache-control': 'no-store' } });
    const handle = own(endpoint, request.method);
    if (!handle) return new Response(null, { status: 405, headers: { allow: Object.keys(endpoint).join(', ') } });
    try {
      return await handle(request, waitUntilOf(contextOf(more)));
    } catch (error) {
      return refusal(error, { report, explain });
    }
  };
}

/** @param {unknown} signer */
function signingKeys(signer) {
  if (signer === undefined || signer === '') throw optionError('`signer` is missing: the keys that `npx claimgate keys new` makes');
  const isText = typeof signer === 'string' && signer.trimStart().startsWith('{');
  if (!isText && (typeof signer !== 'object' || ArrayBuffer.isView(signer))) {
    throw optionError('`signer` must be what `npx claimgate keys new` makes, its text or its object, and not the path of a file');
  }
  return jsonText('signer', signer);
}

/**
 * None if it is no address: a runtime makes it of the header `host`, too, which may be anything.
 *
 * @param {string} url
 */
function pathOf(url) {
  try {
    return new URL(url).pathname;
  } catch {
    return '';
  }
}

/**
 * A member whose name comes from outside: `toString` is none.
 *
 * @template T
 * @param {Record<string, T>} members
 * @param {string} name
 * @returns {T | undefined}
 */
function own(members, name) {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/**
 * @typedef {import('../context.js').WaitUntil} WaitUntil
 * @typedef {Record<string, (request: Request, waitUntil?: WaitUntil) => Response | Promise<Response>>} Endpoint by the method
 */

/**
 * RFC 8414, section 2: `https`, without query and fragment. Plain `http` is for one's own machine.
 *
 * @param {unknown} issuer
 */
function issuerUrl(issuer) {
  if (issuer === undefined) throw optionError('`issuer` is missing: the address of this exchange, such as `https://tokens.example.com`');
  checkString('issuer', issuer);
  const url = URL.canParse(String(issuer)) ? new URL(String(issuer)) : undefined;
  const isLocal = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (!url || (url.protocol !== 'https:' && !isLocal) || url.username || url.password || /[?#]/.test(url.href)) {
    throw optionError('`issuer` must be an `https` address without query and fragment, such as `https://tokens.example.com`, or an `http` one of this machine');
  }
  // Verifiers compare it byte for byte, and append to it.
  if (issuer !== url.href.replace(/\/$/, '')) throw optionError(`\`issuer\` must be written as \`${url.href.replace(/\/$/, '')}\``);
  return url;
}
