import { serve } from '@hono/node-server';
import { redisReplay } from 'claimgate/replay';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { createService } from './service.js';

/** Milliseconds after which Redis is taken to be down: it answers in one. */
const REDIS_TIMEOUT = 1000;

const { ISSUER, SIGNING_KEYS, API_SECRET, REDIS_URL, HOST = '127.0.0.1', PORT = '8787', METRICS_PORT } = process.env;
if (!REDIS_URL) throw new Error('`REDIS_URL` is missing: set it to the address of your redis, such as `redis://127.0.0.1:6379`');

const redis = createClient({
  url: REDIS_URL,
  // While Redis is away a job is told to try again at once. By default its request would wait until Redis is back.
  disableOfflineQueue: true,
  // A connection on which nothing comes, not even an answer to this, is made anew.
  pingInterval: REDIS_TIMEOUT,
  socket: { connectTimeout: REDIS_TIMEOUT, socketTimeout: 5 * REDIS_TIMEOUT, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000) },
});
// Without a listener the first error would be the last attempt to connect.
redis.on('error', (error) => console.error(`redis: ${error.message || error.code}`));
redis.on('ready', () => console.error('redis: connected'));

// Nobody waits for it: an API gets the keys, with which it verifies tokens, whether there is Redis or not.
const connect = () => redis.connect().catch(() => {});
connect();

const overdue = Symbol('overdue');

async function send(command) {
  const answer = await Promise.race([redis.sendCommand(command), sleep(REDIS_TIMEOUT, overdue, { ref: false })]);
  if (answer !== overdue) return answer;
  // A peer that vanished without a word is noticed by TCP after a quarter of an hour.
  redis.destroy();
  connect();
  throw new Error(`redis did not answer within ${REDIS_TIMEOUT} ms`);
}

// Made once Redis is there: it says whether it evicts keys, and a Redis that does is refused.
let making;
const store = () => (making ??= redisReplay(send).catch((error) => {
  making = undefined;
  throw error;
}));
redis.on('ready', () => store().catch((error) => console.error(error.message)));
const replay = { use: async (id, expires) => (await store()).use(id, expires), has: async (id) => (await store()).has(id) };

const service = createService({ issuer: ISSUER, signingKeys: SIGNING_KEYS, apiSecret: API_SECRET, replay });
const servers = [serve({ fetch: service.fetch, hostname: HOST, port: Number(PORT) })];
if (METRICS_PORT) servers.push(serve({ fetch: service.serveMetrics, hostname: '127.0.0.1', port: Number(METRICS_PORT) }));

// Requests that are under way get their answers; then nothing is left to do, and the process ends.
process.once('SIGTERM', async () => {
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  redis.destroy();
});
