import { decide } from '../../claimgate/js/explain/decide.js';
import { inputKindOf } from '../../claimgate/js/explain/input.js';
import { createVerifier } from '../claimgate.js';

/** @type {import('./languages.js').Language} */
export const native = {
  name: 'Claimgate',
  matches: (text) => inputKindOf(text) === 'policy',
  load(text) {
    const verifier = createVerifier({ policy: text });
    return {
      // It was loaded, so this is what it is.
      roles: Object.keys(JSON.parse(text).roles),
      explain: (token, role) => verifier.explainUnverified(token, { role }),
      decide: (token, role, checked) => decide(token, { policy: text, role, ...checked }),
    };
  },
};
