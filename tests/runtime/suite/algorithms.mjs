import { equal, rejects, throws } from '../assert.mjs';
import { github } from './policies.mjs';

const decode = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
const encode = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export const ALGORITHMS = {
  'the provider is the one that the runtime is declared to have': async ({ chosen, createVerifier }, { hasHost, defaults, crypto }) => {
    equal(chosen({ policy: github() }).crypto, defaults[0]);
    equal(chosen({ policy: github(), algorithms: ['RS256', 'ES256'] }).crypto, defaults[1]);
    equal(createVerifier({ policy: github() }).crypto, crypto);
    if (hasHost) equal(chosen({ policy: github(), crypto: 'host' }).crypto, 'host');
    else throws(() => chosen({ policy: github(), crypto: 'host' }), { code: 'option_invalid', message: /^this runtime has no synchronous `node:crypto`/ });
  },

  'every algorithm verifies its tokens, and no byte may change': async ({ createVerifier }, { algorithms, hasCurves }) => {
    equal(algorithms.map(({ alg }) => alg), ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA']);
    for (const { alg, token, jwk, otherJwk } of algorithms) {
      if (!hasCurves && alg.startsWith('E')) {
        throws(() => createVerifier({ policy: github(), algorithms: [alg] }), { code: 'option_invalid', message: new RegExp(`^\`${alg}\` needs WebCrypto`) });
        continue;
      }
      const verdict = (token, key) =>
        createVerifier({ policy: github(), keys: { local: { keys: [key] } }, algorithms: [alg] }).authorize(token, { role: 'deploy' });
      equal((await verdict(token, jwk)).rule, 'allow[0]', alg);
      await rejects(verdict(token, otherJwk), { code: 'signature_invalid' }, `${alg}, another key`);
      const [, input, signature] = /^(.*)\.(.*)$/.exec(token);
      const bytes = decode(signature);
      for (const [index] of bytes.entries()) {
        if (index % 16 !== 0) continue;
        await rejects(verdict(`${input}.${encode(bytes.with(index, bytes[index] ^ 1))}`, jwk), { code: 'signature_invalid' }, alg);
      }
      for (const changed of [bytes.slice(1), bytes.slice(0, -1), new Uint8Array([0, ...bytes]), new Uint8Array([...bytes, 0]), new Uint8Array(bytes.length), new Uint8Array()]) {
        await rejects(verdict(`${input}.${encode(changed)}`, jwk), { code: 'signature_invalid' }, alg);
      }
    }
  },

  'a signature has one form: its leading zeros are a part of it': async ({ createVerifier }, { algorithms, leadingZeros, hasCurves }) => {
    for (const token of leadingZeros) {
      const { alg } = JSON.parse(atob(token.split('.')[0]));
      if (!hasCurves && alg.startsWith('E')) continue;
      const { jwk } = algorithms.find((algorithm) => algorithm.alg === alg);
      const verifier = createVerifier({ policy: github(), keys: { local: { keys: [jwk] } }, algorithms: [alg] });
      await verifier.authorize(token, { role: 'deploy' });
      const [, input, signature] = /^(.*)\.(.*)$/.exec(token);
      const shorter = `${input}.${encode(decode(signature).slice(1))}`;
      await rejects(verifier.authorize(shorter, { role: 'deploy' }), { code: 'signature_invalid' }, alg);
    }
  },

  'a key that no curve holds is not used': async ({ createVerifier }, { algorithms, hasCurves }) => {
    if (!hasCurves) return;
    for (const { alg, jwk } of algorithms.filter(({ alg }) => alg.startsWith('ES'))) {
      const keys = { local: { keys: [{ ...jwk, x: jwk.y, y: jwk.x }] } };
      throws(() => createVerifier({ policy: github(), keys, algorithms: [alg] }), { code: 'key_set_malformed', message: /`x` and `y` are not a point of the curve \(`keys\[0\]`\)$/ });
    }
  },
};
