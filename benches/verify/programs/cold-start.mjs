// `cold-start.mjs SUBJECT WORLD`: what the first verification of a fresh process takes, from before the import of the package.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import '../subjects/decide.mjs'; // no part of a package

const [subject, path] = process.argv.slice(2);
const world = JSON.parse(readFileSync(path, 'utf8'));
const [token] = world.tokens.RS256;

const began = performance.now();
const { [subject]: make } = await import(`../subjects/${subject}.mjs`);
await make(world, 'RS256').verify(token);
const microseconds = (performance.now() - began) * 1000;

process.stdout.write(String(microseconds), () => process.exit());
