import { createExchange } from 'claimgate/exchange';
import { assert, equal, throws } from '../assert.mjs';
import { github } from './policies.mjs';

const ISSUER = 'https://tokens.example.com';
const TYPES = 'urn:ietf:params:oauth:token-type:';
const SUBTLE = { EdDSA: ['Ed25519', 'Ed25519'], ES256: [{ name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', hash: 'SHA-256' }] };

export const EXCHANGE = {
  'the exchange gives access tokens that others verify, once, until they are revoked': async (api, { tokens, keys, signingKeys, crypto: provider }) => {
    for (const [alg, signer] of Object.entries(signingKeys)) {
      const secret = 'a-secret-of-22-letters';
      const exchange = createExchange({
        policy: github(),
        keys: { local: keys },
        crypto: provider,
        issuer: ISSUER,
        signer,
        resourceServers: { api: { secret, audience: 'https://api.example.com' } },
      });
      const ask = async (path, form, headers) => {
        const init = form && { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: String(new URLSearchParams(form)) };
        const response = await exchange(new Request(`${ISSUER}/${path}`, init));
        const text = await response.text();
        return { status: response.status, body: text && JSON.parse(text) };
      };
      const form = {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: tokens.good,
        subject_token_type: `${TYPES}id_token`,
        role: 'deploy',
      };
      const { status, body } = await ask('token', form);
      const { access_token: token, ...rest } = body;
      equal([status, rest], [200, { issued_token_type: `${TYPES}access_token`, token_type: 'Bearer', expires_in: 900 }]);
      const [header, payload, signature] = token.split('.');
      const bytes = (segment) => Uint8Array.from(atob(segment.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
      const { keys: [jwk] } = (await ask('.well-known/jwks.json')).body;
      equal(JSON.parse(new TextDecoder().decode(bytes(header))), { typ: 'at+jwt', alg, kid: jwk.kid });
      const [imported, verified] = SUBTLE[alg];
      const { kty, crv, x, y } = jwk;
      const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, imported, false, ['verify']);
      assert(await crypto.subtle.verify(verified, key, bytes(signature), new TextEncoder().encode(`${header}.${payload}`)), 'the signature');
      const claims = JSON.parse(new TextDecoder().decode(bytes(payload)));
      equal([claims.iss, claims.aud, claims.repository, claims.exp - claims.iat], [ISSUER, 'https://api.example.com', 'octo-org/octo-repo', 900]);
      assert(/^[\w-]{22}$/.test(claims.jti), claims.jti);

      equal((await ask('token', form)).body.code, 'token_used');
      equal((await ask('token', { ...form, subject_token: tokens.capitals })).body.code, 'no_rule_matches');
      const authorization = `Basic ${btoa(`api:${secret}`)}`;
      const isActive = async () => (await ask('introspect', { token }, { authorization })).body.active;
      equal(await isActive(), true);
      equal(await ask('revoke', { token }), { status: 200, body: '' });
      equal(await isActive(), false);
    }
    throws(() => createExchange({ policy: github(), issuer: ISSUER, signer: { current: {} } }), { code: 'signing_keys_invalid', place: 'current' });
  },
};
