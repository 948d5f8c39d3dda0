// Configuration objects keep every condition that they were given, or are refused. Rows A1 and A2.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { createGate, createGuard, createNodeGate, createVerifier } from 'claimgate';
import { createExchange } from 'claimgate/exchange';
import { freshToken, jwks, signingKeys, SAMPLE } from '../lib/tokens.mjs';

const SCHEMA = JSON.parse(await readFile(new URL('../../src/policy/schema.json', import.meta.url), 'utf8'));

/** A policy with every member that the schema has. */
const policy = () => ({
  $schema: 'claimgate/policy.schema.json',
  version: 1,
  audience: [SAMPLE.aud, 'https://tokens.example.com'],
  issuers: {
    github: { kind: 'github', enterprise: 'acme' },
    ghes: { kind: 'ghes', host: 'github.example.com' },
    residency: { kind: 'ghe.com', subdomain: 'octocorp', enterprise: true },
    local: { kind: 'loopback', port: 8788 },
  },
  roles: {
    deploy: {
      description: 'deploys',
      issuer: ['github'],
      audience: [SAMPLE.aud],
      allow: [{ description: 'from main', repository_id: '74', repo_property_regions: { has: ['us-east-1'] }, claims: { new_claim: ['x'] }, environment: ['prod', { glob: ['stag*', 'canary'] }], ref: { glob: 'refs/heads/*' } }, { repository_owner_id: '65' }],
      deny: [{ event_name: ['pull_request', 'pull_request_target'] }],
      grant: { audience: 'https://api.example.com', scope: ['deploy:write'], ttl: 600 },
      unscoped: false,
    },
  },
});
const keys = () => Object.fromEntries(['github', 'ghes', 'residency', 'local'].map((name) => [name, structuredClone(jwks('rsa'))]));
const signer = () => ({ ...signingKeys(), retired: [{ ...publicOnly(signingKeys('ES256').current), exp: 4_000_000_000 }] });
const resourceServers = () => ({ api: { secret: 'xK2mR7wQ9tL4vB8nC3pZ6s', audience: 'https://api.example.com' } });

function publicOnly({ d, ...key }) {
  return { ...key, kid: 'retired' };
}

const exchange = (changes) => createExchange({ policy: policy(), keys: keys(), issuer: 'https://tokens.example.com', signer: signer(), resourceServers: resourceServers(), ...changes });

/** Each option that is an object of data: an example, and what loads it. */
const OPTIONS = {
  policy: [policy, (value) => createVerifier({ policy: value })],
  keys: [keys, (value) => createVerifier({ policy: policy(), keys: value })],
  signer: [signer, (value) => exchange({ signer: value })],
  resourceServers: [resourceServers, (value) => exchange({ resourceServers: value })],
};

/** Every member and item within a value, as what holds it, its name there, and its place. */
function* members(value, place) {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    const own = Array.isArray(value) ? `${place}[${name}]` : `${place}.${name}`;
    yield [value, name, own];
    yield* members(value[name], own);
  }
}

/** The places of an example, each with a fresh copy in which it can be changed. */
function* places(name) {
  const [example] = OPTIONS[name];
  const count = [...members(example(), name)].length;
  for (let index = 0; index < count; index += 1) {
    const value = example();
    const [holder, member, place] = [...members(value, name)][index];
    yield { value, holder, member, place };
  }
}

const refused = (place, message = /./) => (error) => {
  assert.deepEqual([error.code, error.place], ['option_invalid', place], error.message);
  assert.match(error.message, message);
  return true;
};

test('the example has every member of the schema', () => {
  const names = new Set();
  const collect = (schema) => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [name, part] of Object.entries(schema)) {
      if (name === 'properties') Object.keys(part).forEach((member) => names.add(member));
      collect(part);
    }
  };
  collect(SCHEMA);
  const used = new Set([...members(policy(), 'policy')].map(([, name]) => name));
  for (const name of names) assert.ok(used.has(name), `the example has no \`${name}\``);
});

for (const name of Object.keys(OPTIONS)) {
  const [example, load] = OPTIONS[name];
  test(`\`${name}\`: the example loads, also from another realm, frozen, or without a prototype`, () => {
    load(example());
    load(runInNewContext(`(${JSON.stringify(example())})`));
    load(JSON.parse(JSON.stringify(example()), (_, value) => Object.freeze(value)));
    load(JSON.parse(JSON.stringify(example()), (_, value) => (Array.isArray(value) || typeof value !== 'object' ? value : Object.assign(Object.create(null), value))));
  });

  test(`\`${name}\`: every member and item is refused at its place when it is \`undefined\``, () => {
    let count = 0;
    for (const { value, holder, member, place } of places(name)) {
      holder[member] = undefined;
      assert.throws(() => load(value), refused(place, /is `undefined`: is an environment variable unset\?/));
      count += 1;
    }
    assert.ok(count >= 3);
  });

  test(`\`${name}\`: what JSON does not have is refused at its place, and no value is repeated`, () => {
    const secret = 'hunter2';
    class Claims {
      environment = secret;
    }
    const wrong = [() => secret, Symbol(secret), 1n, Number.NaN, Infinity, new Claims(), Object.create({ environment: secret }), new Map([[secret, secret]]), new Date(), new String(secret), Object.create(Object.create(null, { environment: { value: secret } }))];
    for (const thing of wrong) {
      for (const { value, holder, member, place } of places(name)) {
        holder[member] = thing;
        assert.throws(() => load(value), (error) => refused(place)(error) && !inspect(error, { depth: 9 }).includes(secret));
      }
    }
    for (const { value, holder, member, place } of places(name)) {
      if (Array.isArray(holder)) delete holder[member];
      else Object.defineProperty(holder, member, { get: () => secret, enumerable: true });
      assert.throws(() => load(value), refused(place, /array has a hole|getter/));
    }
    for (const { value, holder, member, place } of places(name)) {
      if (Array.isArray(holder)) holder.extra = secret;
      else Object.defineProperty(holder, member, { value: holder[member], enumerable: false });
      assert.throws(() => load(value), refused(Array.isArray(holder) ? place.replace(/\[\d+\]$/, '') : place, /not items|not enumerable/));
    }
    for (const { value, holder, place } of places(name)) {
      holder[Symbol('environment')] = secret;
      assert.throws(() => load(value), refused(place.replace(/(\.[^.[]+|\[\d+\])$/, ''), /symbol|not items/));
    }
    for (const { value, holder, member } of places(name)) {
      holder[member] = value;
      assert.throws(() => load(value), (error) => error.code === 'option_invalid' && /nested too deeply, or contains itself/.test(error.message));
    }
  });
}

test('a condition whose variable is unset is refused, and does not admit more jobs', () => {
  const { unset } = {};
  const value = policy();
  value.roles.deploy.allow[0].environment = unset;
  assert.throws(() => createGuard({ policy: value, role: 'deploy' }), refused('policy.roles.deploy.allow[0].environment'));
  const enterprise = { ...policy(), issuers: { github: { kind: 'github', enterprise: unset } } };
  assert.throws(() => createVerifier({ policy: enterprise }), refused('policy.issuers.github.enterprise'));
});

test('a proxy is read once, and cannot answer differently later', async () => {
  let reads = 0;
  const rule = new Proxy({ repository_id: '74', environment: 'prod' }, {
    getOwnPropertyDescriptor: (target, name) => ({ ...Reflect.getOwnPropertyDescriptor(target, name), ...(name === 'environment' && { value: (reads += 1) === 1 ? 'staging' : 'prod' }) }),
    get: () => 'prod',
  });
  const value = { version: 1, audience: SAMPLE.aud, issuers: { github: { kind: 'github' } }, roles: { deploy: { issuer: 'github', allow: [rule] } } };
  const verifier = createVerifier({ policy: value, keys: { github: jwks('rsa') } });
  assert.equal(reads, 1);
  await assert.rejects(verifier.authorize(freshToken({ environment: 'prod' }), { role: 'deploy' }), { code: 'no_rule_matches' });
});

test('a name that JavaScript has for prototypes is kept as a member, which the policy refuses by its name', () => {
  const value = policy();
  Object.defineProperty(value.roles.deploy.allow[0], '__proto__', { value: 'x', enumerable: true });
  assert.throws(() => createVerifier({ policy: value }), { code: 'policy_json', message: /a member may not be named `__proto__`/ });
});

test('a look-alike of another realm’s prototype is not one', () => {
  const { Object: Other, Array: OtherArray } = runInNewContext('({ Object, Array })');
  const inherited = { environment: { value: 'prod', enumerable: true } };
  const fakes = [
    Object.create(null, { ...inherited, constructor: { value: Other } }),
    Object.create(null, { ...inherited, constructor: { value: Object } }),
    Object.create(Other.prototype, inherited),
    new Proxy(Other.prototype, {}),
    Object.assign(Object.create(null), { constructor: Object.assign(function Object() {}, {}) }),
    OtherArray.prototype,
  ];
  for (const fake of fakes) {
    const value = policy();
    value.roles.deploy.allow[0] = Object.setPrototypeOf({ repository_id: '74' }, fake);
    assert.throws(() => createVerifier({ policy: value }), refused('policy.roles.deploy.allow[0]', /plain object/));
  }
});

test('options that protect are refused when they are `undefined`', () => {
  const handle = () => new Response();
  const makers = [
    [['keys', 'maxAge', 'algorithms'], (more) => createVerifier({ policy: policy(), ...more })],
    [['keys', 'maxAge', 'algorithms', 'replay'], (more) => createGuard({ policy: policy(), role: 'deploy', ...more })],
    [['keys', 'maxAge', 'algorithms', 'replay'], (more) => createGate({ policy: policy(), role: 'deploy', handle, ...more })],
    [['keys', 'maxAge', 'algorithms', 'replay'], (more) => createNodeGate({ policy: policy(), role: 'deploy', ...more })],
    [['keys', 'maxAge', 'algorithms', 'replay', 'audit'], exchange],
  ];
  for (const [names, make] of makers) {
    make({});
    for (const name of names) {
      assert.throws(() => make({ [name]: undefined }), refused(name, /^`\w+` is `undefined`: set a value, or leave the option out$/));
    }
  }
});
