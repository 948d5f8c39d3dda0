// A policy is pasted, and says whether it lets the job in, and which condition does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POLICIES } from '../lib/policies.mjs';
import { SAMPLE, freshToken, jwks, now } from '../lib/tokens.mjs';
import { inBrowsers } from './page.mjs';

const AUDIENCE = 'https://deploy.example.com';
const fresh = (claims = {}) => freshToken({ aud: AUDIENCE, ...claims });
const KEYS = JSON.stringify(jwks('rsa'));
const POLICY = JSON.stringify({
  version: 1,
  audience: AUDIENCE,
  issuers: { github: { kind: 'github' } },
  roles: {
    deploy: { issuer: 'github', allow: [{ repository: 'octo-org/other' }, { repository_id: '74', environment: 'prod' }], deny: [{ event_name: ['pull_request_target'] }] },
    read: { issuer: 'github', allow: [{ repository_id: '74' }] },
  },
}, null, 2);

inBrowsers((open) => {
  test('from the sample’s button to the condition that denies: one action', async () => {
    const { page, shows, count, click } = await open();
    await click('#sample');
    await shows('#signature-card', /Verified.*throw-away key/);
    await shows('#policy-card', /Denied.*deploy-production.*environment.*expectedprod.*foundProd.*nearestThe values differ in case only/);
    assert.equal(await count('#sample-mark:not([hidden])'), 1);
  });

  test('admitted, denied and not decided, and each condition with what was expected and found', async () => {
    const { paste, shows, page } = await open();
    await paste('policy', POLICY);
    await shows('#policy-card', /Not decided.*no token yet/i);
    await paste('token', fresh());
    await shows('#policy-card', /Not decided.*if the token is genuine, the rules give it the role deploy/i);
    await paste('keys', KEYS);
    await shows('#policy-card', /Admitted.*the role deploy by allow\[1\]/i);
    await paste('token', fresh({ environment: 'production', sub: 'repo:octo-org/octo-repo:environment:production' }));
    await shows('#policy-card', /Denied.*nearest, allow\[1\].*environment.*expectedprod.*foundproduction/i);
    const rules = await page.$$eval('.rule', (rules) => rules.map(({ textContent }) => textContent));
    assert.equal(rules.length, 3);
    assert.match(rules[0], /^allow\[1\] does not match: 1 of 2 conditions not metthe nearest rule/);
    await paste('token', fresh({ event_name: 'pull_request_target' }));
    await shows('#policy-card', /Denied.*deny\[0\]/);
  });

  test('the role is chosen, and is asked about at once', async () => {
    const { page, paste, shows } = await open();
    await paste('keys', KEYS);
    await paste('token', fresh({ environment: undefined, sub: 'repo:octo-org/octo-repo:ref:refs/heads/main', ref: 'refs/heads/main' }));
    await paste('policy', POLICY);
    await shows('#policy-card', /Denied/);
    await page.select('#role', 'read');
    await shows('#policy-card', /Admitted.*the role read/i);
  });

  test('a token of another issuer, or for another audience, is denied whatever its claims say', async () => {
    const { paste, shows } = await open();
    await paste('policy', POLICY);
    await paste('token', fresh({ aud: 'https://elsewhere.example' }));
    await shows('#policy-card', /Not decided.*But its audience must be https:\/\/deploy\.example\.com, not https:\/\/elsewhere\.example/);
    await paste('keys', KEYS);
    await shows('#policy-card', /Denied.*aud/);
    await paste('token', fresh({ iss: 'https://github.example.com/_services/token' }));
    await shows('#policy-card', /Denied.*iss must be https:\/\/token\.actions\.githubusercontent\.com, the issuer of the role/);
  });

  test('what refused a token first does not hide what its policy would say', async () => {
    const { paste, shows } = await open();
    await paste('keys', KEYS);
    await paste('policy', POLICY.replace('"prod"', '"Prod"').replace('octo-org/other', 'x/y'));
    await paste('token', fresh({ exp: now() - 3600, iat: now() - 4000, nbf: now() - 4000, aud: 'https://elsewhere.example' }));
    await shows('#policy-card', /Denied.*expired.*Besides, no rule would give this job the role deploy.*environment.*expectedProd.*foundprod.*And its audience must be https:\/\/deploy/i);
    await paste('token', `${fresh().slice(0, -6)}AAAAAA`);
    await shows('#policy-card', /Denied.*signature.*environment.*expectedProd/i);
  });

  test('a policy that is wrong says where, and leads there', async () => {
    const { page, paste, shows, click } = await open();
    await paste('policy', POLICY.replace('"environment"', '"enviroment"'));
    await shows('#policy-result', /Not loaded\. .*enviroment.*did you mean environment/);
    await click('#policy-result button');
    const selected = await page.$eval('#policy', (field) => field.value.slice(field.selectionStart, field.selectionEnd));
    assert.equal(selected.trim(), '"enviroment": "prod"');
    await paste('policy', '{ "version": 1,, }');
    await shows('#policy-result', /Go to line 1, column 16/);
    await paste('policy', fresh());
    await shows('#policy-result', /Expected a policy, but this is a token/);
  });

  test('of many rules the one that decides is drawn, and some others', async () => {
    const { paste, shows, count } = await open();
    const allow = Array.from({ length: 2000 }, (_, number) => ({ repository_id: String(1000 + number) }));
    await paste('token', fresh());
    await paste('policy', JSON.stringify({ ...JSON.parse(POLICY), roles: { deploy: { issuer: 'github', allow: [...allow, { repository_id: '74' }] } } }));
    await shows('#policy-result', /allow\[2000\] matches.*and 1,950 more rules/);
    assert.equal(await count('.rule'), 51);
    await paste('policy', `${' '.repeat(300_000)}${POLICY}`);
    await shows('#policy-result', /more than the 262144 that this page reads/);
  });

  test('a role that a link asks for, and the policy does not have, is missed', async () => {
    const policy = Buffer.from(POLICY).toString('base64url');
    const { paste, shows } = await open(`#policy=${policy}&role=production`);
    await paste('token', fresh());
    await paste('keys', KEYS);
    await shows('#policy-result', /the policy has no role production, so this is about deploy/i);
  });

  test('a policy of another language is known by its text', async () => {
    const { paste, shows } = await open();
    const texts = {
      AWS: '{ "Version": "2012-10-17", "Statement": [] }',
      Azure: '{ "claimsMatchingExpression": { "languageVersion": 1 } }',
      'Google Cloud': 'assertion.repository_id == "74"',
      Vault: '{ "bound_claims": {} }',
    };
    for (const [language, text] of Object.entries(texts)) {
      await paste('policy', text);
      await shows('#policy-result', new RegExp(`a trust policy of ${language}, which this page does not read yet`));
    }
  });

  test('a tight policy is written from the token, admits it, and pins ids', async () => {
    const { paste, shows, value, click, isHidden } = await open();
    await paste('keys', KEYS);
    await paste('token', fresh());
    await click('#tight-use');
    await shows('#policy-card', /Admitted.*the role deploy/i);
    const { roles, audience } = JSON.parse(await value('policy'));
    const [rule] = roles.deploy.allow;
    assert.equal(audience, AUDIENCE);
    assert.deepEqual(roles.deploy.deny, [{ event_name: ['pull_request_target', 'workflow_run'] }]);
    for (const name of ['repository', 'repository_id', 'repository_owner_id', 'environment', 'job_workflow_ref', 'event_name']) assert.equal(rule[name], SAMPLE[name]);
    for (const change of [{ repository_id: '75' }, { environment: 'dev', sub: 'repo:octo-org/octo-repo:environment:dev' }, { event_name: 'push' }]) {
      await paste('token', fresh(change));
      await shows('#policy-card', /Denied/);
    }
    // For a job without an environment its reference is pinned.
    await paste('token', fresh({ environment: undefined, sub: 'repo:octo-org/octo-repo:ref:refs/heads/main' }));
    await shows('#tight-text', /"ref": "refs\/heads\/main"/);
    // A claim that cannot be pinned is not left out: the page says why it writes no policy.
    await paste('token', fresh({ environment: 'prod*', sub: 'repo:octo-org/octo-repo:environment:prod*' }));
    await shows('#tight-warnings', /^No policy is written\. environment cannot be pinned: it is prod\*/);
    assert.ok(await isHidden('#tight-use'));
  });

  test('of a tight policy it is said when not to use it, and a policy that it replaces comes back with undo', async () => {
    const { page, paste, shows, value, click } = await open();
    await paste('keys', KEYS);
    await paste('token', fresh());
    await shows('#tight-warnings', /^$/);
    await click('#policy');
    await page.evaluate((text) => document.execCommand('insertText', false, text), POLICY);
    await paste('token', fresh({ event_name: 'pull_request_target', aud: 'https://github.com/octo-org' }));
    await shows('#tight-warnings', /it admits pull_request_target.*its audience is the default one/i);
    await paste('keys', '');
    await shows('#tight-warnings', /the token is not verified/i);
    await click('#tight-use');
    await shows('#policy-result', /the role deploy/);
    assert.notEqual(await value('policy'), POLICY);
    await page.focus('#policy');
    await page.keyboard.down('Control');
    await page.keyboard.press('z');
    await page.keyboard.up('Control');
    assert.equal(await value('policy'), POLICY);
  });

  test('a tight policy is copied', async () => {
    const { page, paste, shows, click } = await open();
    await paste('token', fresh());
    await page.waitForSelector('#tight:not([hidden])');
    // The clipboard of a browser without a window belongs to nobody, so what is written to it is looked at on the way.
    await page.evaluate(() => (navigator.clipboard.writeText = async (text) => (globalThis.copied = text)));
    await click('#tight-copy');
    await shows('#tight-copy', /Copied/);
    assert.equal(JSON.parse(await page.evaluate(() => globalThis.copied)).version, 1);
  });

  test('a link carries the policy and the role, and never a token', async () => {
    const { page, paste, shows, click } = await open();
    await page.evaluate(() => (navigator.clipboard.writeText = async (text) => (globalThis.copied = text)));
    await paste('token', fresh());
    await paste('policy', POLICY);
    await page.select('#role', 'read');
    await shows('#policy-card', /role read/);
    await click('#link');
    await shows('#link', /Copied/);
    const link = await page.evaluate(() => globalThis.copied);
    const carried = new URLSearchParams(new URL(link).hash.slice(1));
    assert.deepEqual([...carried.keys()], ['policy', 'role']);
    assert.equal(Buffer.from(carried.get('policy'), 'base64url').toString(), POLICY);

    const other = await open(new URL(link).hash);
    await other.shows('#policy-language', /a policy of Claimgate/);
    assert.equal(await other.value('policy'), POLICY);
    assert.equal(await other.value('role'), 'read');
    assert.equal(await other.value('token'), '');
    assert.equal(await other.page.evaluate(() => location.hash), '');
    await other.shows('#policy-origin', /From a link\. This policy came with the address of the page\.$/);

    // A page that has a policy gets one by a link.
    const own = POLICY.replace('"prod"', '"stage"');
    await other.paste('policy', own);
    assert.ok(await other.isHidden('#policy-origin'));
    await other.page.evaluate((hash) => (location.hash = hash), new URL(link).hash);
    await other.shows('#policy-origin', /Restore my policy/);
    assert.equal(await other.value('policy'), POLICY);
    // A second link does not make the first one the policy to restore.
    const second = new URLSearchParams({ policy: Buffer.from(POLICY.replaceAll('"deploy"', '"release"')).toString('base64url'), role: 'release' });
    await other.page.evaluate((hash) => (location.hash = hash), String(second));
    await other.page.waitForFunction(() => document.querySelector('#role').value === 'release');
    await other.click('#policy-origin button');
    assert.equal(await other.value('policy'), own);
    assert.equal(await other.value('role'), 'read', 'the role of the restored policy');
    assert.ok(await other.isHidden('#policy-origin'));

    await other.page.evaluate(() => (navigator.clipboard.writeText = async (text) => (globalThis.copied = text)));
    await other.paste('policy', POLICY.replaceAll('deploy.example.com', 'keycloak.example.com'));
    await other.click('#link');
    await other.shows('#link', /Copied/);
    await other.shows('#link', /Copy a link/);
    await other.paste('policy', POLICY.replace('"prod"', JSON.stringify(fresh())));
    await other.click('#link');
    await other.shows('#link', /There is a token in it/);
  });

  test('the policies of the vectors are loaded, or refused in words', async () => {
    const { paste, shows } = await open();
    assert.ok(POLICIES.length > 50);
    for (const { document, error } of POLICIES) {
      await paste('policy', JSON.stringify(document, null, 2));
      await shows('#policy-section', error === undefined ? /a policy of Claimgate/ : /Not loaded\. \S.*\./);
    }
  });
});
