// Node, Deno and Bun: `rows.mjs WORLD` prints what it measured.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { measure } from '../contest.mjs';
import { claimgate, claimgateWasm } from '../subjects/claimgate.mjs';
import { jose } from '../subjects/jose.mjs';

const subjects = {
  claimgate,
  'claimgate wasm': claimgateWasm,
  jose,
  'fast-jwt': async (...given) => (await import('../subjects/fast-jwt.mjs')).fastJwt(...given),
  jsonwebtoken: async (...given) => (await import('../subjects/jsonwebtoken.mjs')).jsonWebToken(...given),
  '@node-rs/jsonwebtoken': async (...given) => (await import('../subjects/node-rs.mjs')).nodeRs(...given),
};

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const world = { ...read(process.argv[2]), kernel: read(new URL('../../kernel.json', import.meta.url)) };
const version = globalThis.Deno?.version.deno ?? globalThis.Bun?.version ?? process.versions.node;
process.stdout.write(JSON.stringify({ version, ...(await measure(world, subjects)) }), () => process.exit());
