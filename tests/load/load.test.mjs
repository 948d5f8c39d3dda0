// Keys under load: 2,000 verifications a second for 20 seconds, while they are rotated, and while their issuer is down.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier } from 'claimgate';
import { startIssuer } from 'claimgate/issuer';
import { serveBundle } from '../lib/miniflare.mjs';

const AUDIENCE = 'https://deploy.example.com';
const BATCHES = 2000;
const BATCH = 20;
const BATCH_MS = 10;
/** The package's cooldown of refetches is 10 seconds, by a clock of whole seconds. In milliseconds. */
const COOLDOWN_MS = 11_000;
/** How far the load may fall behind its rate and catch up again, in milliseconds. What a busy machine takes beyond that delays the rest. */
const LAG_MS = 1000;
/** The most batches that wait for their answers. */
const IN_FLIGHT = 100;

const policyFor = ({ url }) => ({
  version: 1,
  audience: AUDIENCE,
  issuers: { local: { kind: 'loopback', port: Number(new URL(url).port) } },
  roles: { deploy: { issuer: 'local', allow: [{ repository_id: '74' }] } },
});

/** Verifies batches in this process; yields a code for each token, `ok` for those that are admitted. */
async function openNode(options) {
  const verifier = createVerifier(options);
  const verify = (token) => verifier.authorize(token, { role: 'deploy' }).then(() => 'ok', ({ code }) => code);
  return { verify: (tokens) => Promise.all(tokens.map(verify)), close: async () => {} };
}

/** The same in workerd. */
async function openWorkerd(options) {
  const source = `
import { createVerifier } from 'claimgate';

const verifier = createVerifier({ ...${JSON.stringify(options)}, onError: () => {} });
const verify = (token, waitUntil) => verifier.authorize(token, { role: 'deploy', waitUntil }).then(() => 'ok', ({ code }) => code);

export default {
  async fetch(request, env, context) {
    const tokens = await request.json();
    return Response.json(await Promise.all(tokens.map((token) => verify(token, (work) => context.waitUntil(work)))));
  },
};
`;
  const worker = await serveBundle({ files: { 'worker.mjs': source }, flags: ['nodejs_compat'] });
  // A connection each: one that was idle may be closed by workerd just when it is used again.
  const headers = { connection: 'close' };
  const verify = async (tokens) => (await fetch(worker.url, { method: 'POST', headers, body: JSON.stringify(tokens) })).json();
  return { verify, close: worker.close };
}

/**
 * Sends batches at their rate, whatever becomes of them, and keeps what became of each token.
 *
 * @param {(tokens: string[]) => Promise<string[]>} verify
 * @param {() => string[]} tokens those that are to be had now
 * @param {(batch: number) => unknown} [before] called before each batch
 */
async function load(verify, tokens, before = () => {}) {
  const outcomes = [];
  const running = [];
  const began = Date.now();
  let schedule = began;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    await before(batch);
    schedule = Math.max(schedule, Date.now() - batch * BATCH_MS - LAG_MS);
    // On a busy machine answers come late, and more connections than a server has room for are reset.
    if (batch >= IN_FLIGHT) await running[batch - IN_FLIGHT];
    const pool = tokens();
    const sent = Array.from({ length: BATCH }, (_, index) => pool[(batch * BATCH + index) % pool.length]);
    const dispatched = Date.now();
    running.push(
      verify(sent).then((codes) => {
        const ended = Date.now();
        codes.forEach((code, index) => outcomes.push({ code, token: sent[index], dispatched, ended }));
      }),
    );
    const early = schedule + (batch + 1) * BATCH_MS - Date.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  await Promise.all(running);
  return { outcomes, rate: Math.round((BATCHES * BATCH * 1000) / (Date.now() - began)) };
}

const mint = (issuer) => Promise.all(Array.from({ length: 10 }, () => issuer.job().token(AUDIENCE)));
const count = (outcomes, wanted) => outcomes.filter(wanted).length;

/** How many had each code, and when the first was sent and the last was answered, in milliseconds since `began`. */
function summary(outcomes, began) {
  const codes = {};
  for (const { code, dispatched, ended } of outcomes) {
    const entry = (codes[code] ??= { count: 0, first: Infinity, last: 0 });
    Object.assign(entry, { count: entry.count + 1, first: Math.min(entry.first, dispatched - began), last: Math.max(entry.last, ended - began) });
  }
  return codes;
}

for (const [runtime, open] of [['Node', openNode], ['workerd', openWorkerd]]) {
  test(`${runtime}: no false denial while keys are rotated`, async (t) => {
    const issuer = await startIssuer();
    // With time to fetch keys on a busy machine, too.
    const { verify, close } = await open({ policy: policyFor(issuer), remoteKeys: { timeout: 30 } });
    try {
      let pool = await mint(issuer);
      const [published] = pool;
      let withdrawn;
      let refetched;
      const { outcomes, rate } = await load(verify, () => pool, async (batch) => {
        // The old key stays published, then both go at once.
        if (batch === 400) {
          pool = (await issuer.rotate(), await mint(issuer));
          refetched = verify(pool.slice(0, 1)).then(() => Date.now());
        }
        if (batch === 700) assert.deepEqual(await verify([published]), ['ok'], 'a key that is still published');
        if (batch !== 1700) return;
        // The cooldown counts from the end of a refetch, which takes its time on a busy machine.
        const cooldown = (await refetched) + COOLDOWN_MS - Date.now();
        if (cooldown > 0) await new Promise((resolve) => setTimeout(resolve, cooldown));
        withdrawn = pool;
        await issuer.rotate({ keepOld: false });
        pool = await mint(issuer);
      });
      // What was on its way when its key was withdrawn may be refused.
      const denied = outcomes.filter(({ code, token }) => code !== 'ok' && !withdrawn.includes(token));
      t.diagnostic(`${outcomes.length} verifications, ${rate}/s, ${denied.length} false denials`);
      assert.equal(outcomes.length, BATCHES * BATCH);
      assert.deepEqual(summary(denied, outcomes[0].dispatched), {});
      assert.deepEqual(await verify([published, withdrawn[0]]), ['key_unknown', 'key_unknown'], 'keys that were withdrawn');
    } finally {
      await close();
      await issuer.close();
    }
  });

  test(`${runtime}: no false denial while the issuer is down, and no admission beyond the bound`, async (t) => {
    const issuer = await startIssuer();
    const maxStale = 12;
    const { verify, close } = await open({ policy: policyFor(issuer), remoteKeys: { maxFresh: 2, maxStale }, ...(runtime === 'Node' ? { onError: () => {} } : {}) });
    try {
      const pool = await mint(issuer);
      const first = Date.now();
      assert.deepEqual(await verify(pool.slice(0, 1)), ['ok']);
      const last = Date.now();
      await issuer.close();
      const { outcomes, rate } = await load(verify, () => pool);
      // The verifier's clock has whole seconds.
      const bound = { from: first + (maxStale - 1) * 1000, to: last + (maxStale + 1) * 1000 };
      const falseDenials = count(outcomes, ({ code, ended }) => code !== 'ok' && ended < bound.from);
      const lateAdmissions = count(outcomes, ({ code, dispatched }) => code === 'ok' && dispatched > bound.to);
      const [kept, refused] = [count(outcomes, ({ code }) => code === 'ok'), count(outcomes, ({ code }) => code === 'keys_unavailable')];
      t.diagnostic(`${outcomes.length} verifications, ${rate}/s: ${kept} admitted by kept keys, ${refused} refused beyond their bound`);
      assert.deepEqual([outcomes.length, falseDenials, lateAdmissions, kept + refused], [BATCHES * BATCH, 0, 0, BATCHES * BATCH]);
      assert.ok(kept > 0 && refused > 0);
    } finally {
      await close();
      await issuer.close();
    }
  });
}
