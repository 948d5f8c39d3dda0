// E9: an editor shows what each claim means, in the words of the core's table.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-5';

const FILE = fileURLToPath(new URL('hover.ts', import.meta.url));
const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, types: [], lib: ['lib.es2022.d.ts'] };

/** What an editor shows for a piece of a program. */
function hover(source, piece) {
  const host = {
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => '1',
    getScriptSnapshot(name) {
      const text = name === FILE ? source : ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => process.cwd(),
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === FILE || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  };
  const service = ts.createLanguageService(host, ts.createDocumentRegistry());
  assert.deepEqual(service.getSemanticDiagnostics(FILE).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), []);
  return (name) => ts.displayPartsToString(service.getQuickInfoAtPosition(FILE, piece(name))?.documentation);
}

/** The core's table: a name, a group and a sentence each. */
async function claims() {
  const source = await readFile(new URL('../../src/claims/names.rs', import.meta.url), 'utf8');
  const github = [...source.matchAll(/^ +\/\/\/ (.+)\n +\w+ (\w+)(?: "(\w+)")?: /gm)].map(([, sentence, method, name = method]) => [name, sentence]);
  const others = [...source.matchAll(/^ +"(\w+)\\t[^"]*\\t([^"]+)\\n",$/gm)].map(([, name, sentence]) => [name, sentence]);
  assert.ok(github.length > 25 && others.length === 8);
  return { github: Object.fromEntries(github), others: Object.fromEntries(others) };
}

test('each claim of a job has its sentence', async () => {
  const { github, others } = await claims();
  const all = { ...github, ...others };
  const { repo_property_: property, ...named } = all;
  const lines = Object.keys(named).map((name) => `job.claims.${name};`);
  const source = `import type { Authorized } from 'claimgate';\ndeclare const job: Authorized;\n${lines.join('\n')}\n`;
  const show = hover(source, (name) => source.indexOf(`claims.${name};`) + 'claims.'.length);
  for (const [name, sentence] of Object.entries(named)) assert.equal(show(name), sentence, name);
  assert.ok(property);
});

test('each claim has its sentence in a rule of a policy', async () => {
  const { github, others } = await claims();
  const named = { ...github, sub: others.sub };
  const rule = Object.keys(named).map((name) => `${name}: 'x'`).join(', ');
  const policy = `{ version: 1, audience: 'a', issuers: {}, roles: { r: { issuer: 'github', allow: [{ ${rule} }] } } }`;
  const source = `import { createVerifier, type Policy } from 'claimgate';\ncreateVerifier({ policy: ${policy} });\nconst policy: Policy = ${policy};\n`;
  for (const find of ['indexOf', 'lastIndexOf']) {
    const show = hover(source, (name) => source[find](` ${name}: 'x'`) + 1);
    for (const [name, sentence] of Object.entries(named)) assert.equal(show(name), sentence, `${find} ${name}`);
  }
});

test('a policy names the claims of the table, and no other', async () => {
  const { github } = await claims();
  const types = await readFile(new URL('../node_modules/claimgate/js/claims.d.ts', import.meta.url), 'utf8');
  const [, members] = /interface ClaimTable<T> \{\n([^]*?)\n\}/.exec(types);
  assert.deepEqual([...members.matchAll(/^ {2}(\w+)\?: T;$/gm)].map(([, name]) => name), Object.keys(github));
});
