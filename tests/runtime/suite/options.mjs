import { assert, equal, rejects, throws } from '../assert.mjs';
import { AUDIENCE, github, policyFor } from './policies.mjs';

export const OPTIONS = {
  'a wrong policy or option is one clear error': async ({ createVerifier, createGate, decodeUnverified }, { keys }) => {
    throws(() => createVerifier({ policy: github({ roels: {} }) }), { code: 'policy_member_unknown', place: 'roels', suggestion: 'roles' });
    throws(() => createVerifier({ policy: '{' }), { code: 'policy_json' });
    throws(() => createVerifier({ policy: policyFor('http://127.0.0.1:1', [{ environment: 'prod' }]) }), { code: 'policy_unscoped', place: 'roles.deploy.allow[0]' });
    const policy = github();
    for (const [options, message] of [
      [{ policy, leewey: 1 }, '`options` has no member `leewey`, did you mean `leeway`?'],
      [{ policy, leeway: 301 }, 'a leeway of 301 s is too long, it may be at most 300 s'],
      [{ policy, leeway: -1 }, '`leeway`: invalid value: integer `-1`, expected a whole number of seconds'],
      [{ policy, algorithms: ['RS257'] }, 'the algorithm `RS257` is not supported, did you mean `RS256`?'],
      [{ policy, algorithms: ['HS256'] }, 'the algorithm `HS256` is not supported: it signs with a shared secret, and GitHub signs with RS256 and publishes its keys'], // E10
      [{ policy, algorithms: [] }, '`algorithms` must be a list of at least one, such as `["RS256"]`'],
      [{ policy, keys: { locl: keys } }, '`keys` has no member `locl`, did you mean `local`?'],
      [{ policy, keys: { local: 7 } }, '`keys.local` must be a JSON object or a JSON string'],
      [{ policy, keys: {} }, "`keys` has no key set for the policy's issuer `local`"],
      [{ policy, keys: { local: { keys: [] } } }, undefined],
      [{ policy, algorithms: [1] }, '`algorithms` must be a string'],
      [{ policy, leeway: Symbol('x') }, /^`leeway`: invalid type: .*, expected a whole number of seconds$/],
      [{ policy: { toJSON() {} } }, '`policy.toJSON` is a function, which JSON does not have'],
      [{ policy: { big: 1n } }, '`policy.big` is a bigint, which JSON does not have'],
      [{ policy: { roles: { deploy: { allow: [{ environment: undefined }] } } } }, '`policy.roles.deploy.allow[0].environment` is `undefined`: is an environment variable unset? set a value, or leave the member out'],
      [{ policy, maxAge: undefined }, '`maxAge` is `undefined`: set a value, or leave the option out'],
      [Object.create({ policy, oops: 1 }), '`options` has no member `oops`'],
      [{ policy, keys: {}, remoteKeys: {} }, 'give `keys`, which are pinned, or `remoteKeys`, which says how they are fetched, but not both'],
      [{ policy, crypto: 'node' }, '`crypto` must be `host` or `webcrypto` or `wasm`, not `node`'],
      [{ policy, remoteKeys: { maxfresh: 1 } }, '`remoteKeys` has no member `maxfresh`, did you mean `maxFresh`?'],
      [{ policy, remoteKeys: { timeout: 0 } }, '`remoteKeys.timeout` must be a whole number from 1 to 60, not `0`'],
      [{ policy, remoteKeys: { fetch: 7 } }, '`remoteKeys.fetch` must be a function'],
      [{ policy, remoteKeys: { cache: {} } }, '`remoteKeys.cache` must have the methods `get` and `put`: see `claimgate/caches`'],
      [{ policy, clock: 7 }, '`clock` must be a function'],
      [{}, '`policy` must be a JSON object or a JSON string'],
      [undefined, '`options` must be an object'],
    ]) {
      throws(() => createVerifier(options), message === undefined ? { code: 'key_set_malformed' } : { code: 'option_invalid', message });
    }
    const handle = () => new Response();
    for (const [options, message] of [
      [undefined, '`options` must be an object'],
      [{ policy, role: 'deploy', handle, explian: 'full' }, '`options` has no member `explian`, did you mean `explain`?'],
      [{ policy, role: 'deploy', handle, explain: 'ful' }, '`explain` must be `full` or `claims`, not `ful`'],
      [{ policy, verifier: createVerifier({ policy }), role: 'deploy', handle }, '`policy` is an option of the verifier: give it there, or leave out `verifier`'],
      [{ verifier: createVerifier({ policy }), role: 'deploy', handle, explian: 'full' }, '`options` has no member `explian`, did you mean `explain`?'],
      [{ policy, role: 7, handle }, '`role` must be a string'],
    ]) {
      throws(() => createGate(options), { code: 'option_invalid', message });
    }
    throws(() => createGate({ policy, role: 'deploy' }), { code: 'option_invalid' });
    throws(() => createGate({ policy, role: 'depoly', handle: () => {} }), { code: 'role_unknown', suggestion: 'deploy' });
    await rejects(createVerifier({ policy }).authorize('x', { rol: 'deploy' }), { code: 'option_invalid' });
    // What is not a string must never reach the core's memory.
    for (const token of [undefined, null, 5, true, { length: 1e9 }, ['a.b.c']]) {
      await rejects(createVerifier({ policy }).authorize(token, { role: 'deploy' }), { code: 'option_invalid', message: '`token` must be a string' });
      throws(() => decodeUnverified(token), { code: 'option_invalid' });
      throws(() => createVerifier({ policy }).issuersOf(token), { code: 'option_invalid' });
    }
  },

};
