// Writes the package's bill of materials: CycloneDX, without a time or a random number, so that the same sources have the
// same one. `node sbom.mjs FACTS PACKAGE`; FACTS is what `sbom.rs` found out.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [facts, folder] = process.argv.slice(2);
const { cargo, lock, tools } = JSON.parse(readFileSync(facts, 'utf8'));
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

// What Cargo knows of each crate that a module is made of. One that is in both may have other features, and so dependencies.
const packages = new Map(cargo.flatMap((metadata) => metadata.packages).map((entry) => [entry.id, entry]));
const nodes = new Map();
for (const { id, deps } of cargo.flatMap(({ resolve }) => resolve.nodes)) nodes.set(id, { deps: [...(nodes.get(id)?.deps ?? []), ...deps] });
const checksums = new Map(
  [...lock.matchAll(/^name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"$/gm)].map(
    ([, name, version, checksum]) => [`${name}@${version}`, checksum],
  ),
);

/** What a crate is compiled of (`null` is Cargo's word for a normal dependency), by the ids of Cargo. */
function dependencies(id, kinds) {
  const ofKind = nodes.get(id).deps.filter(({ dep_kinds }) => dep_kinds.some(({ kind }) => kinds.includes(kind)));
  return ofKind.map(({ pkg }) => pkg);
}

/** A macro runs in the compiler: what it brings is not in the module. */
const isMacro = (id) => packages.get(id).targets.some(({ kind }) => kind.includes('proc-macro'));
/** The project's own crates are the package itself: what they need stands in their place. */
const isOwn = (id) => packages.get(id).source === null;
const through = (next) => (id) => next(id).flatMap((dependency) => (isOwn(dependency) ? through(next)(dependency) : [dependency]));
const linked = through((id) => dependencies(id, [null]).filter((dependency) => !isMacro(dependency)));
const needed = through((id) => dependencies(id, [null, 'build']));

function closure(roots, next) {
  const found = new Set(roots);
  for (const id of found) for (const dependency of next(id)) found.add(dependency);
  return found;
}

const crates = cargo.map(({ resolve }) => resolve.root);
const inModule = closure(crates.flatMap(linked), linked);
const builders = [...closure(crates.flatMap(needed), needed)].filter((id) => !inModule.has(id));

const purl = ({ name, version }) => `pkg:cargo/${name}@${version}`;

function component(id, scope) {
  const { name, version, license, repository } = packages.get(id);
  const checksum = checksums.get(`${name}@${version}`);
  if (!checksum || !license) throw new Error(`\`${name}\` has no checksum or no licence`);
  return {
    type: 'library',
    'bom-ref': purl({ name, version }),
    name,
    version,
    scope,
    hashes: [{ alg: 'SHA-256', content: checksum }],
    // Until 2021 a slash meant `OR`.
    licenses: [{ expression: license.replaceAll('/', ' OR ') }],
    purl: purl({ name, version }),
    ...(repository && { externalReferences: [{ type: 'vcs', url: repository }] }),
  };
}

const byRef = (one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1);
const components = (ids, scope) => [...ids].map((id) => component(id, scope)).sort(byRef);

/** Of the compiler's distribution: it is in each module and in no lock file. */
const standardLibrary = {
  type: 'library',
  'bom-ref': `std@${tools.rustc}`,
  name: 'std',
  version: tools.rustc,
  description: "Rust's standard library, of which `core` and `alloc` are in each module",
  scope: 'required',
  licenses: [{ expression: 'MIT OR Apache-2.0' }],
};

const wasm = readdirSync(join(folder, 'wasm')).filter((name) => name.endsWith('.wasm')).sort();
const modules = wasm.map((name) => ({
  type: 'file',
  'bom-ref': `wasm/${name}`,
  name: `wasm/${name}`,
  hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(readFileSync(join(folder, 'wasm', name))).digest('hex') }],
}));

const root = `pkg:npm/${manifest.name}@${manifest.version}`;
const refs = (ids) => [...new Set(ids.map((id) => purl(packages.get(id))))].sort();

const bill = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    lifecycles: [{ phase: 'build' }],
    component: {
      type: 'library',
      'bom-ref': root,
      name: manifest.name,
      version: manifest.version,
      description: manifest.description,
      licenses: [{ expression: manifest.license }],
      purl: root,
      components: modules,
    },
  },
  components: [...components(inModule, 'required'), standardLibrary],
  dependencies: [
    { ref: root, dependsOn: [...refs([...new Set(crates.flatMap(linked))]), standardLibrary['bom-ref']] },
    ...[...inModule].map((id) => ({ ref: purl(packages.get(id)), dependsOn: refs(linked(id)) })).sort((one, other) => (one.ref < other.ref ? -1 : 1)),
    { ref: standardLibrary['bom-ref'] },
  ],
  compositions: [{ aggregate: 'complete', assemblies: [root], dependencies: [root] }],
  formulation: [
    {
      'bom-ref': 'build',
      components: [
        ...Object.entries(tools).map(([name, version]) => ({ type: 'application', 'bom-ref': `tool/${name}`, name, version })),
        ...components(builders, 'excluded'),
      ],
    },
  ],
};

writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
