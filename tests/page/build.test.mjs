// Tokens are built in the page, and compared.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLE, freshToken, now } from '../lib/tokens.mjs';
import { inBrowsers } from './page.mjs';

const fresh = (claims = {}) => freshToken({ aud: 'https://deploy.example.com', ...claims });
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const POLICY = JSON.stringify({
  version: 1,
  audience: 'https://deploy.example.com',
  issuers: { github: { kind: 'github' } },
  roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74', ref: 'refs/heads/main' }], deny: [{ event_name: 'pull_request_target' }] } },
});

inBrowsers((open) => {
  const sign = async ({ click, shows, value }) => {
    await click('#build button[type=submit]');
    await shows('#signature-card', /Verified.*throw-away key/);
    return claimsOf(await value('token'));
  };

  test('a token is built, signed with a throw-away key, and marked as a sample', async () => {
    const inspector = await open();
    const claims = await sign(inspector);
    assert.equal(claims.sub, 'repo:octo-org/octo-repo:environment:prod');
    assert.ok(Math.abs(claims.iat - now()) < 30 && claims.exp - claims.iat === 300);
    assert.ok(!(await inspector.isHidden('#sample-mark')));
    assert.match(await inspector.text('#sample-mark'), /Sample\. .*throw-away key.*GitHub never issued it/);
    // Elsewhere it is known as a sample, too, and the key of another page is another one.
    const other = await open();
    await other.paste('token', await inspector.value('token'));
    await other.shows('#sample-mark', /Sample/);
    await other.paste('keys', await inspector.value('keys'));
    await other.shows('#signature-card', /Verified/);
    const before = await other.value('token');
    await other.click('#build button[type=submit]');
    await other.page.waitForFunction((before) => document.querySelector('#token').value !== before, {}, before);
    await other.paste('token', await inspector.value('token'));
    await other.shows('#signature-card', /Refused/);
  });

  test('what is changed, others follow', async () => {
    const inspector = await open();
    const { paste, click } = inspector;
    await paste('build-repository', 'acme/shop');
    await paste('build-environment', '');
    await paste('build-event_name', 'push');
    await paste('build-ref', 'refs/tags/v1');
    const claims = await sign(inspector);
    assert.equal(claims.sub, 'repo:acme/shop:ref:refs/tags/v1');
    assert.equal(claims.repository_owner, 'acme');
    assert.equal(claims.ref_type, 'tag');
    assert.ok(!('environment' in claims));
    await click('#build-immutable');
    assert.equal((await sign(inspector)).sub, 'repo:acme@65/shop@74:ref:refs/tags/v1');
    await paste('build-sub', 'my:own');
    assert.equal((await sign(inspector)).sub, 'my:own');
    await paste('build-sub', '');
    assert.match((await sign(inspector)).sub, /^repo:acme@65/);
  });

  test('every job to start from is a token that verifies', async () => {
    const inspector = await open();
    const presets = await inspector.page.$$eval('#build-preset option', (options) => options.map(({ value }) => value));
    assert.ok(presets.length > 5);
    for (const preset of presets) {
      await inspector.page.select('#build-preset', preset);
      await sign(inspector);
      await inspector.shows('.subject', /agrees with/);
    }
  });

  test('further claims, of any type, have the last word', async () => {
    const inspector = await open();
    const { paste, shows, click } = inspector;
    await click('#build summary');
    await paste('build-more', '{ "repo_property_team": "deploy", "exp": 1, "run_id": 5 }');
    await click('#build button[type=submit]');
    await shows('#signature-card', /Refused/);
    await shows('#reading-result', /repo_property_team.*deploy/);
    await paste('build-more', '{ "repo_property_team": ');
    await click('#build button[type=submit]');
    await shows('#build [role=alert]', /Not signed\. The further claims are not JSON/);
  });

  test('a token that was pasted is where a new one starts from', async () => {
    const inspector = await open();
    const { paste, shows, click } = inspector;
    await paste('token', fresh({ repo_property_team: 'deploy', workflow: 'Ship it' }));
    await shows('.issuer', /github\.com/);
    await click('#build-fill');
    const claims = await sign(inspector);
    for (const name of Object.keys(SAMPLE)) if (!['iat', 'nbf', 'exp', 'jti', 'aud', 'head_ref', 'base_ref', 'workflow'].includes(name)) assert.equal(claims[name], SAMPLE[name], name);
    assert.equal(claims.workflow, 'Ship it');
    assert.equal(claims.repo_property_team, 'deploy');
  });

  test('two tokens are compared: what changed, and which condition it hit', async () => {
    const { page, paste, shows, value, click } = await open();
    await paste('token', fresh());
    await shows('.issuer', /github\.com/);
    await click('#remember');
    await shows('#compare-result', /Nothing changed that tells two jobs apart/);
    await paste('policy', POLICY);
    await paste('token', fresh({ ref: 'refs/heads/mian', run_id: '99', environment: 'production', sub: 'repo:octo-org/octo-repo:environment:production' }));
    await shows('#compare-result', /the policy gave the token before the role deploy, and does not give it to this one.*allow\[0\]\.ref is not met any more/i);
    const rows = await page.$$eval('#compare-result > table tbody tr', (rows) => rows.map((row) => [...row.children].map(({ textContent }) => textContent).join('|')));
    assert.deepEqual(rows.sort(), [
      'environment|prod|production',
      'ref hit a condition|refs/heads/main|refs/heads/mian',
      'sub|repo:octo-org/octo-repo:environment:prod|repo:octo-org/octo-repo:environment:production',
    ]);
    await shows('#compare-result details', /What differs in every run: \d/);
    await paste('token', fresh({ event_name: 'pull_request_target' }));
    await shows('#compare-result', /deny\[0\]\.event_name is met now, and denies/);
    await paste('token', fresh({ aud: 'https://github.com/octo-org' }));
    await shows('#compare-result', /gave the token before the role deploy, and does not give.*aud is not met any more: it is not the policy's audience/);
    await paste('other', 'nonsense');
    await shows('#compare-result', /Malformed/);
    assert.equal(await value('other'), 'nonsense');
    // The token is taken from what was pasted.
    await paste('other', JSON.stringify({ value: fresh() }));
    await shows('#compare-result', /aud is not met any more/);
  });
});
