// What the figures should come to. They decide nothing: what misses is told.

const ratio = (title, limit, where, peer) => ({ title, limit, measured: (results) => ratioTo(peer, find(results, where)) });
const amount = (title, limit, where) => ({ title, limit, measured: (results) => find(results, where)[0]?.ours });

const FULL = { subject: 'claimgate', row: 'full RS256' };
const READ = { subject: 'claimgate', row: 'full and claims read RS256' };

/** `limit` is the highest that is good: of ours to theirs, of microseconds, or of bytes. */
const TARGETS = [
  ratio('Node, claims read, to the fastest peer', 1.0, { runtime: 'Node', ...READ }),
  ratio("Node with `crypto: 'wasm'`, to jose", 0.65, { runtime: 'Node', ...FULL, subject: 'claimgate wasm' }, 'jose'),
  ratio('Bun, claims read, to the fastest peer', 1.0, { runtime: 'Bun', ...READ }),
  ratio('Deno, to the fastest peer', 0.45, { runtime: 'Deno', ...FULL }),
  ratio('workerd with `nodejs_compat`, claims read, to jose', 0.85, { runtime: 'workerd', ...READ }, 'jose'),
  ratio('workerd without it, to jose', 0.9, { runtime: 'workerd without node', ...FULL }, 'jose'),
  ratio('Chromium, to jose', 0.8, { runtime: 'Chromium', ...FULL }, 'jose'),
  ratio('Firefox, to jose', 0.45, { runtime: 'Firefox', ...FULL }, 'jose'),
  ratio('native, to the fastest peer', 1.0, { runtime: 'native', ...FULL }),
  ratio('Node, the RSA-2048 kernel, to `node:crypto`', 2.5, { runtime: 'Node', row: 'bare signature RS256' }, 'node:crypto'),
  ratio('Node, cold start, to jose', 1.5, { runtime: 'Node', row: 'cold start' }, 'jose'),
  ratio('Bun, cold start, to jose', 1.5, { runtime: 'Bun', row: 'cold start' }, 'jose'),
  ratio('Deno, cold start, to jose', 1.5, { runtime: 'Deno', row: 'cold start' }, 'jose'),
  amount('Node, all but the signature, µs', 6, { runtime: 'Node', row: 'all but the signature RS256' }),
  amount('size of `claimgate`, bytes', 80_000, { row: 'size', subject: 'claimgate' }),
];

/** Each with what was measured, if it was, and its verdict. */
export const judge = (results) =>
  TARGETS.map(({ title, limit, measured }) => {
    const value = measured(results) ?? null;
    return { title, limit, value, verdict: value === null ? 'not measured' : value <= limit ? 'met' : 'missed' };
  });

const find = (results, where) =>
  results.filter((result) => Object.entries(where).every(([member, value]) => result[member] === value));

/** To one peer, or to the fastest. */
function ratioTo(peer, found) {
  const ratios = found.filter((result) => result.ratio !== null && (peer === undefined || result.peer === peer));
  return ratios.length === 0 ? undefined : Math.max(...ratios.map((result) => result.ratio));
}
