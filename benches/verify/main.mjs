// From the text of a token to the decision, everywhere: Claimgate and its peers, side by side in one run.
// `node main.mjs [RUNTIME…]` measures in those runtimes alone.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd, temporaryFolder } from '../../tests/lib/ending.mjs';
import { TARGET } from '../../tests/lib/target.mjs';
import { TESTS } from '../lib/packages.mjs';
import { resultsOf } from './results.mjs';
import { RUNTIMES } from './runtimes/index.mjs';
import { resultTable, targetTable } from './table.mjs';
import { judge } from './targets.mjs';
import { makeWorld } from './world.mjs';

const PEERS = ['jose', 'fast-jwt', 'jsonwebtoken', '@node-rs/jsonwebtoken-linux-x64-gnu'];
const BENCHES = fileURLToPath(new URL('..', import.meta.url));

async function main() {
  const chosen = choose(process.argv.slice(2));
  const context = await prepare();
  const results = [];
  const notes = [];
  const machine = `${cpus().length} × ${cpus()[0]?.model}`;
  // Others who were at work weigh most on those that wait for threads, as WebCrypto does on Node.
  const load = loadavg()[0];
  const versions = { machine, load, npm: await peerVersions(), crates: await crateVersions() };
  for (const { name, run } of chosen) {
    const began = performance.now();
    const outcome = await run(context);
    console.log(`  ${name} ${outcome.version}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    versions[name] = outcome.version;
    results.push(...resultsOf(name, outcome.rows));
    notes.push(...outcome.notes.map((note) => `${name}: ${note}`));
  }
  console.log(`\nMicroseconds, medians; bytes for size and memory.\n\n${resultTable(results)}`);
  console.log(`\n${notes.map((note) => `- ${note}\n`).join('')}\n${targetTable(judge(results))}`);
  await keep({ 'results.json': results, 'versions.json': versions });
}

function choose(names) {
  const unknown = names.find((name) => !Object.hasOwn(RUNTIMES, name));
  if (unknown !== undefined) {
    console.error(`error: unknown runtime \`${unknown}\`, known are ${Object.keys(RUNTIMES).join(', ')}`);
    process.exit(2);
  }
  return names.length === 0 ? Object.values(RUNTIMES) : names.map((name) => RUNTIMES[name]);
}

/** The benchmark's own files below the tests, so that every runtime finds the packages, with the world beside them. */
async function prepare() {
  const { folder } = temporaryFolder(join(TESTS, '.bench-'));
  await cp(BENCHES, folder, { recursive: true });
  const world = makeWorld();
  const worldFile = join(folder, 'world.json');
  await writeFile(worldFile, JSON.stringify(world));
  const [server, browser] = await Promise.all(['signatures-server', 'signatures'].map(kernelOf));
  await writeFile(join(folder, 'kernel.json'), JSON.stringify(server));
  console.log(`  tokens of ${world.tokens.RS256[0].length} bytes`);
  return { folder, world, worldFile, browserKernel: browser };
}

/** The kernel as it is compiled for servers or browsers. It is apart from the world, which is read where memory is measured. */
async function kernelOf(name) {
  const read = (file) => readFile(join(TARGET, 'signatures', file), 'base64');
  return { bindings: await read('signatures.js'), wasm: await read(`${name}_bg.wasm`) };
}

async function peerVersions() {
  const manifests = PEERS.map(async (name) => {
    try {
      return [name, JSON.parse(await readFile(join(TESTS, 'node_modules', name, 'package.json'), 'utf8')).version];
    } catch {
      return [name, null]; // for another platform
    }
  });
  return Object.fromEntries(await Promise.all(manifests));
}

async function crateVersions() {
  const lock = await readFile(new URL('../../Cargo.lock', import.meta.url), 'utf8');
  return Object.fromEntries(
    ['ring', 'jsonwebtoken'].map((name) => [name, new RegExp(`name = "${name}"\nversion = "(.+)"`).exec(lock)?.[1] ?? null]),
  );
}

async function keep(files) {
  const folder = join(TARGET, 'bench');
  await mkdir(folder, { recursive: true });
  for (const [name, contents] of Object.entries(files)) {
    await writeFile(join(folder, name), `${JSON.stringify(contents, undefined, 2)}\n`);
    console.log(`  ${join('target/bench', name)}`);
  }
}

await runToEnd(main, { minutes: 60 });
