// Who the issuer claims to be: it takes what a policy takes, by the same rule.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier } from 'claimgate';
import { createIssuer } from 'claimgate/issuer';

const outcome = (make) => {
  try {
    return make();
  } catch (error) {
    assert.equal(error.name, 'ClaimgateError', error.stack);
    return error.code;
  }
};

/** The `iss` of an issuer in a policy, or why it is refused. */
const policyOf = (issuer) =>
  outcome(() => createVerifier({ policy: { version: 1, audience: 'x', issuers: { it: issuer }, roles: { r: { issuer: 'it', allow: [{ repository_id: '1' }] } } } }).issuers[0].issuer);

const SLUGS = ['acme', '_acme', '-acme', 'acme-', 'a', 'A_b-1', '1', 'a'.repeat(100), 'a'.repeat(101), '', ' ', 'a b', 'a/b', 'acme/', '..', 'acme/../other', '%2e', 'é', '?x', '#x', 'a.b'];
const HOSTS = ['github.example.com', 'github.example.com:8443', 'github.example.com:443', 'github.example.com:0', 'github.example.com:65535', 'github.example.com:65536',
  'github.example.com:08443', 'github.example.com:', 'github.example.com:x', ':8443', 'GitHub.example.com', 'localhost', 'a', 'a..b', '.a', 'a.', '-a', 'a-', 'a_b', 'a/b', 'a@b', 'a b', 'é', '',
  'https://github.example.com', 'github.example.com/', `${'a'.repeat(63)}.b`, `${'a'.repeat(64)}.b`, '127.0.0.1', '[::1]', 'a?b', 'a#b'];
const SUBDOMAINS = ['octocorp', 'octo-corp', '-octocorp', 'octocorp-', 'a.b', 'A', '', 'a/', 'a_b', '1', 'a'.repeat(63), 'a'.repeat(64), 'x.ghe.com/', 'é'];

// Row D11.
test('the local issuer accepts exactly the slugs, hosts, subdomains and ports that a policy accepts', () => {
  const table = [
    ...SLUGS.map((enterprise) => ({ kind: 'github', enterprise })),
    ...HOSTS.map((host) => ({ kind: 'ghes', host })),
    ...SUBDOMAINS.flatMap((subdomain) => [{ kind: 'ghe.com', subdomain }, { kind: 'ghe.com', subdomain, enterprise: true }]),
  ].map((issuer) => [issuer, issuer]);
  const ports = [0, 1, 80, 8788, 65_535, 65_536, 99_999].map((port) => [{ kind: 'loopback', url: `http://127.0.0.1:${port}` }, { kind: 'loopback', port }]);
  const accepted = [...table, ...ports].filter(([options, issuer]) => {
    const made = outcome(() => createIssuer(options).issuer);
    const expected = policyOf(issuer);
    const isRefused = !expected.startsWith('http');
    assert.equal(made, isRefused ? 'option_invalid' : expected, JSON.stringify(options));
    return !isRefused;
  });
  assert.ok(accepted.length > 20 && accepted.length < table.length - 30, `${accepted.length} of ${table.length}`);
  for (const known of ['_acme', 'github.example.com:8443']) assert.ok(accepted.some(([options]) => Object.values(options).includes(known)), known);
});

test('an identity that is refused says which option, what it must be and what it is', () => {
  for (const [options, message] of [
    [{ enterprise: 'a'.repeat(101) }, /^`enterprise` must be the slug of an enterprise, letters, digits, `-` and `_`, such as `acme`, not `a+`$/],
    [{ kind: 'ghes', host: 'GitHub.example.com' }, /^`host` must be a host name in lower case .*, not `GitHub\.example\.com`$/],
    [{ kind: 'ghe.com', subdomain: 'a.b' }, /^`subdomain` must be one label of a host name in lower case, .*, not `a\.b`$/],
    [{ kind: 'loopback' }, /^kind `loopback` needs the `url` that it is served at/],
    [{ kind: 'loopback', url: 'http://localhost:8788' }, /^`url` must be the origin of a loopback address .*, not `http:\/\/localhost:8788`$/],
    [{ url: 'https://issuer.example.com/' }, /^`url` must be an origin without a path/],
    ...['https://[bad', 'https://u:p@x', 'ftp://x', 'https://x?y', 'https://x:443', 'x'].map((url) => [{ url }, /^`url` must be an origin without a path/]),
    [{ url: 8788 }, /^`url` must be a string$/],
  ]) assert.throws(() => createIssuer(options), { name: 'ClaimgateError', code: 'option_invalid', message });
});
