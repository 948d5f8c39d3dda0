// 100,000 tokens through Durable Objects in workerd: none is lost, and nothing is left when they are over. Time is the test's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveBundle } from '../lib/miniflare.mjs';
import { SAMPLE, jwks, now, signToken, signingKeys } from '../lib/tokens.mjs';
import { ISSUER, POLICY, TYPES } from './world.mjs';

const TOKENS = 100_000;
/** Tokens of one request to the Worker, so that HTTP is not what is tested. */
const BATCH = 1000;
/** How long the tokens are valid, in seconds: longer than the test takes on a busy machine. */
const LIFE = 3600;

const worker = `
  import { createExchange } from 'claimgate/exchange';
  import { ReplayObject as Base, durableObjectReplay } from 'claimgate/replay';

  /** With a clock that can be set, and a look into its storage. */
  export class ReplayObject extends Base {
    #storage;
    #ahead = 0;
    constructor(state) {
      super(state);
      this.#storage = state.storage;
    }
    now() {
      return super.now() + this.#ahead;
    }
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === '/set') this.#ahead = Number(searchParams.get('ahead'));
      if (pathname === '/ring') await this.alarm();
      if (!['/set', '/ring', '/look'].includes(pathname)) return super.fetch(request);
      return Response.json([(await this.#storage.list()).size, await this.#storage.getAlarm()]);
    }
  }

  let exchange;
  export default {
    async fetch(request, env) {
      const { pathname, search } = new URL(request.url);
      if (pathname === '/batch') {
        exchange ??= createExchange({
          policy: ${JSON.stringify(POLICY)},
          keys: { github: ${JSON.stringify(jwks('ed25519'))} },
          algorithms: ['EdDSA'],
          issuer: '${ISSUER}',
          signer: ${JSON.stringify(signingKeys())},
          replay: durableObjectReplay(env.REPLAY),
        });
        const answers = await Promise.all((await request.json()).map(async (token) => {
          const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: token, subject_token_type: '${TYPES}id_token', role: 'deploy' });
          const answer = await (await exchange(new Request('${ISSUER}/token', { method: 'POST', body }))).json();
          return answer.access_token ? 'issued' : answer.code;
        }));
        return Response.json(answers);
      }
      const shards = Array.from({ length: 16 }, (_, shard) => env.REPLAY.get(env.REPLAY.idFromName('claimgate used ' + shard + ' of 16')));
      return Response.json(await Promise.all(shards.map(async (shard) => (await shard.fetch('https://x' + pathname + search)).json())));
    },
  };`;

test('100,000 exchanges through Durable Objects', { timeout: 540_000 }, async () => {
  const durableObjects = { REPLAY: { className: 'ReplayObject', useSQLite: true } };
  const { url, close } = await serveBundle({ files: { 'worker.mjs': worker }, flags: [], durableObjects });
  try {
    // Each on a connection of its own: while a batch is signed nobody sees that one was closed meanwhile.
    const headers = { connection: 'close' };
    const ask = async (path, body) => (await fetch(new URL(path, url), { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })).json();
    const stored = async (path = 'look') => (await ask(path)).reduce((sum, [count]) => sum + count, 0);
    const exp = now() + LIFE;
    const batch = (first) => Array.from({ length: BATCH }, (_, number) => signToken({ ...SAMPLE, jti: `token ${first + number}`, iat: exp - LIFE, nbf: exp - LIFE, exp }, { alg: 'EdDSA' }));
    const exchange = async (tokens) => {
      const counts = {};
      for (const answer of await ask('batch', tokens)) counts[answer] = (counts[answer] ?? 0) + 1;
      return counts;
    };

    assert.deepEqual(await exchange(new Array(BATCH).fill(batch(-1)[0])), { issued: 1, token_used: BATCH - 1 });
    let next = 0;
    const work = async () => {
      for (let first = next; first < TOKENS; first = next) {
        next += BATCH;
        assert.deepEqual(await exchange(batch(first)), { issued: BATCH });
      }
    };
    await Promise.all([work(), work()]);
    assert.equal(await stored(), TOKENS + 1);
    assert.deepEqual(await exchange(batch(TOKENS / 2)), { token_used: BATCH });

    // Not a second before the last verifier could let one in, and then all of them.
    const shards = await ask('look');
    assert.ok(shards.every(([count, alarm]) => count > TOKENS / 32 && alarm === (exp + 660) * 1000), JSON.stringify(shards));
    await ask(`set?ahead=${exp + 590 - now()}`);
    assert.equal(await stored('ring'), TOKENS + 1);
    await ask(`set?ahead=${exp + 601 - now()}`);
    assert.equal(await stored('ring'), 0);
  } finally {
    await close();
  }
});
