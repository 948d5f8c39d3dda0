import { createIssuer, startIssuer } from 'claimgate/issuer';
import { assert, equal, rejects } from '../assert.mjs';
import { AUDIENCE, github } from './policies.mjs';

export const ISSUER = {
  'a local issuer mints tokens that a verifier takes by its `fetch`, and rotates its key': async ({ createVerifier }) => {
    const issuer = createIssuer();
    const verifierOf = () => createVerifier({ policy: github(), remoteKeys: { fetch: issuer.fetch } });
    const verifier = verifierOf();
    const job = issuer.job();
    equal((await verifier.authorize(await job.token(AUDIENCE), { role: 'deploy' })).issuer, issuer.issuer);
    await rejects(verifier.authorize(await createIssuer().job().token(AUDIENCE), { role: 'deploy' }), { code: 'key_unknown' });

    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = job.env;
    const { kid } = await issuer.rotate({ keepOld: false });
    const answer = await issuer.fetch(new Request(`${url}&audience=${encodeURIComponent(AUDIENCE)}`, { headers: { authorization: `bearer ${bearer}` } }));
    const { value } = await answer.json();
    assert(JSON.parse(atob(value.split('.')[0].replaceAll('-', '+').replaceAll('_', '/'))).kid === kid, 'the new key signs');
    equal((await verifierOf().authorize(value, { role: 'deploy' })).rule, 'allow[0]');
    equal((await issuer.fetch(url)).status, 401);
  },

  '`startIssuer` serves an issuer, or says that this runtime cannot': async () => {
    try {
      const issuer = await startIssuer();
      assert(issuer.url.startsWith('http://127.0.0.1:'), issuer.url);
      await issuer.close();
    } catch (error) {
      equal(error.code, 'option_invalid');
      assert(error.message.includes('use `createIssuer`'), error.message);
    }
  },
};
