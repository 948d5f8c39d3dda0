// One suite for every runtime. It uses the package under test, `fetch`, and what the runner hands over: tokens, keys, the
// addresses of issuers, and what the runtime is declared to have.
import { ALGORITHMS } from './algorithms.mjs';
import { CACHES } from './caches.mjs';
import { EXCHANGE } from './exchange.mjs';
import { GATE } from './gate.mjs';
import { INSPECT } from './inspect.mjs';
import { ISSUER } from './issuer.mjs';
import { KEYS } from './keys.mjs';
import { OPTIONS } from './options.mjs';
import { OUTAGES } from './outages.mjs';
import { VERIFY } from './verify.mjs';

const TESTS = { ...VERIFY, ...INSPECT, ...ALGORITHMS, ...OPTIONS, ...KEYS, ...OUTAGES, ...CACHES, ...GATE, ...EXCHANGE, ...ISSUER };

/** How long one test may take, in milliseconds: many times what it needs, also on a busy machine. */
const LIMIT = 60_000;

/**
 * Runs them all, one after the other; resolves to a line each.
 *
 * @param {object} api `claimgate`; `claimgate/exchange` and `claimgate/issuer` are imported where they are tested
 * @param {object} caches the caches for keys that this runtime has, by the names of the adapters
 * @param {object} world see `../world.mjs`
 */
export async function runSuite(api, caches, world) {
  const results = [];
  for (const [name, test] of Object.entries(TESTS)) {
    try {
      await inTime(test(withProvider(api, world.crypto), { ...world, caches }));
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
}

/** A test that hangs fails by its name. */
async function inTime(work) {
  let limit;
  const late = new Promise((_, reject) => (limit = setTimeout(() => reject(new Error(`it did not end within ${LIMIT / 1000} s`)), LIMIT)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(limit);
  }
}

/** The same API, whose verifiers use the provider under test. */
function withProvider(api, crypto) {
  const provided = (create) => (options) =>
    create(Object.hasOwn(Object(options), 'policy') && !Object.hasOwn(options, 'verifier') ? { crypto, ...options } : options);
  const { createVerifier, createGate, createGuard, createNodeGate } = api;
  return {
    ...api,
    chosen: createVerifier,
    createVerifier: provided(createVerifier),
    createGate: provided(createGate),
    createGuard: provided(createGuard),
    createNodeGate: provided(createNodeGate),
  };
}
