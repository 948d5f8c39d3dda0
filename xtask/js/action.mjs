// Makes the GitHub Action: `node action.mjs SOURCE TARGET`. All of it in one file, because the runner installs nothing.
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [source, target] = process.argv.slice(2);
const tests = fileURLToPath(new URL('../../tests/', import.meta.url));
const { buildSync } = createRequire(join(tests, 'package.json'))('esbuild');

// As it was written but for that, so that people can read what they trust their tokens to.
const { metafile } = buildSync({
  absWorkingDir: tests,
  entryPoints: [join(source, 'src/index.js')],
  // By its name it is CommonJS, also in a repository whose files are modules.
  outfile: join(target, 'index.cjs'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  charset: 'utf8',
  legalComments: 'eof',
  nodePaths: [join(tests, 'node_modules')],
  metafile: true,
});
copyFileSync(join(source, 'action.yml'), join(target, 'action.yml'));

// Whoever passes their code on must pass on their licences.
const inputs = Object.keys(metafile.inputs).map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
const licences = [...new Set(inputs)].filter((name) => name !== undefined).sort().map(licenceOf);
writeFileSync(join(target, 'licences.txt'), licences.join('\n'));

function licenceOf(name) {
  const folder = join(tests, 'node_modules', name);
  const file = readdirSync(folder).find((file) => /^licen[cs]e(\.|$)/i.test(file));
  if (file === undefined) throw new Error(`\`${name}\` comes without its licence`);
  return `# ${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
