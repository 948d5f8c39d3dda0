import { optionError } from '../options.js';

/** Upper ends of the durations that are counted together, in seconds. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/**
 * Counts of what an exchange decides, in the text of OpenMetrics 1.0. See `types.d.ts`.
 *
 * @returns {import('./types.d.ts').Metrics}
 */
export function createMetrics() {
  const exchanges = new Map();
  const introspections = new Map();
  const durations = new Array(BUCKETS.length + 1).fill(0);
  let revocations = 0;
  let total = 0;
  const add = (/** @type {Map<string, number>} */ counts, /** @type {Record<string, string>} */ labels) => {
    const key = label(labels);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const samples = (/** @type {string} */ name, /** @type {Map<string, number>} */ counts) =>
    [...counts].map(([labels, count]) => `${name}_total{${labels}} ${count}`);

  /** @type {import('./types.d.ts').Metrics} */
  const metrics = {
    exchange({ verdict, code, role, seconds }) {
      add(exchanges, { verdict, code, role });
      const bucket = BUCKETS.findIndex((end) => seconds <= end);
      durations[bucket === -1 ? BUCKETS.length : bucket] += 1;
      total += seconds;
    },
    revocation() {
      revocations += 1;
    },
    introspection(active) {
      add(introspections, { active: String(active) });
    },
    text() {
      let below = 0;
      const buckets = durations.map((count, index) => {
        below += count;
        return `claimgate_token_exchange_seconds_bucket{le="${BUCKETS[index] ?? '+Inf'}"} ${below}`;
      });
      return [
        '# TYPE claimgate_token_exchanges counter',
        '# HELP claimgate_token_exchanges Token exchanges, by what became of them, the code of the refusal, and the role.',
        ...samples('claimgate_token_exchanges', exchanges),
        '# TYPE claimgate_token_exchange_seconds histogram',
        '# UNIT claimgate_token_exchange_seconds seconds',
        '# HELP claimgate_token_exchange_seconds How long token exchanges took.',
        ...buckets,
        `claimgate_token_exchange_seconds_count ${below}`,
        `claimgate_token_exchange_seconds_sum ${total}`,
        '# TYPE claimgate_revocations counter',
        '# HELP claimgate_revocations Access tokens that were ended before their time.',
        `claimgate_revocations_total ${revocations}`,
        '# TYPE claimgate_introspections counter',
        '# HELP claimgate_introspections Questions about access tokens, by whether they held.',
        ...samples('claimgate_introspections', introspections),
        '# EOF',
        '',
      ].join('\n');
    },
  };
  return Object.freeze(metrics);
}

/** @param {unknown} metrics */
export function checkMetrics(metrics) {
  const methods = ['exchange', 'revocation', 'introspection'];
  if (metrics !== undefined && methods.some((method) => typeof (/** @type {any} */ (metrics)?.[method]) !== 'function')) {
    throw optionError('`metrics` must be what `createMetrics` makes');
  }
}

/** @param {Record<string, string>} labels */
function label(labels) {
  const escape = (/** @type {string} */ value) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`).join(',');
}
