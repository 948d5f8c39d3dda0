// The signatures of Wycheproof and the answers that the Rust tests expect too: they wrote them down. As a program it prints what is
// found with a provider of the runtime that it runs in: `wycheproof.mjs PROVIDER`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TARGET } from '../lib/target.mjs';
import { providers } from './modules.mjs';

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Of each set how many signatures and refused keys it has, and which signatures should be the other way round. */
export async function compare({ has, parse }) {
  const found = {};
  for (const line of readFileSync(join(TARGET, 'tmp/wycheproof.jsonl'), 'utf8').trim().split('\n')) {
    const { set, algorithm, jwk, cases } = JSON.parse(line);
    if (!has(algorithm)) continue;
    const result = (found[set] ??= { count: 0, refused: 0, wrong: [] });
    const key = parse(algorithm, JSON.stringify(jwk));
    if (!key) result.refused += 1;
    for (const [id, message, signature, holds] of cases) {
      result.count += 1;
      if (((await key?.verify(bytes(message), bytes(signature))) ?? false) !== holds) result.wrong.push(id);
    }
    key?.free();
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await compare(providers.find(({ name }) => name === process.argv[2]))));
}
