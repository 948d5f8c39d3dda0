import { BadAnswer, fetchKeys } from '../../claimgate/js/keys/discovery.js';
import { sleep } from '../../claimgate/js/util/timeout.js';

/** How long the issuer may take, in milliseconds. */
const TIMEOUT = 10_000;

/**
 * The keys that an issuer publishes, or in words why they cannot be had here.
 *
 * @param {import('../../claimgate/js/types.d.ts').ParsedIssuer} issuer
 * @returns {Promise<{ jwks: string, problem?: undefined } | { problem: string }>}
 */
export async function fetchFromIssuer({ name, issuer, discovery }) {
  const { origin } = new URL(issuer);
  let isForbidden = false;
  const blocked = (/** @type {SecurityPolicyViolationEvent} */ { blockedURI }) => {
    isForbidden ||= blockedURI.startsWith(origin);
  };
  document.addEventListener('securitypolicyviolation', blocked);
  try {
    const info = { name, issuer, discovery };
    const { jwks } = await fetchKeys({ fetch: (...request) => fetch(...request), info, now: Date.now() / 1000, signal: AbortSignal.timeout(TIMEOUT) });
    return jwks === undefined ? { problem: `\`${discovery}\` answered without keys` } : { jwks };
  } catch (error) {
    if (error instanceof BadAnswer) return { problem: error.message };
    if (error instanceof DOMException && error.name === 'TimeoutError') return { problem: `${name} did not answer within ${TIMEOUT / 1000} seconds` };
    // The violation is told of in a task of its own.
    await sleep(0);
    if (isForbidden) return { problem: `this page may not ask \`${origin}\`: its Content-Security-Policy names the issuers that it may ask, in \`connect-src\`` };
    if (!navigator.onLine) return { problem: 'this machine is offline' };
    return { problem: await whyNot(name, discovery) };
  } finally {
    document.removeEventListener('securitypolicyviolation', blocked);
  }
}

/**
 * `fetch` fails alike for an issuer that is down and for one that lets no other page read its answer. To ask without reading
 * tells them apart.
 *
 * @param {string} name
 * @param {string} discovery
 */
async function whyNot(name, discovery) {
  try {
    await fetch(discovery, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(TIMEOUT) });
    return `${name} answers, but allows no other page to read its keys (CORS)`;
  } catch {
    return `${name} cannot be reached from here`;
  }
}
