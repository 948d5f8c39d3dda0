// `node --expose-gc memory.mjs SUBJECT WORLD`: the bytes that a process has after many verifications.
import { readFileSync } from 'node:fs';

const COUNT = 10_000;

const [subject, path] = process.argv.slice(2);
const world = JSON.parse(readFileSync(path, 'utf8'));
const tokens = world.tokens.RS256;
const { [subject]: make } = await import(`../subjects/${subject}.mjs`);
const { verify } = make(world, 'RS256');
for (let index = 0; index < COUNT; index += 1) await verify(tokens[index % tokens.length]);
const { rss } = process.memoryUsage();
globalThis.gc();
// The memory of the wasm is external to the heap.
const { heapUsed, external } = process.memoryUsage();
process.stdout.write(JSON.stringify({ rss, heap: heapUsed + external }));
