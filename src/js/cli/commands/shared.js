// What several commands have in common.

/** @typedef {import('../grammar.js').Option} Option */

export const TOKEN_NOTE =
  'TOKEN is a compact JWT. Without it, or with `-`, it is read from standard input, where a `Bearer ` before it is accepted. As an argument it can be seen in the process list by every user of the machine.';

/** @type {Option} */
export const AT = Object.freeze({ value: 'TIME', help: 'evaluate the token as of this time' });

const FAILED = 'internal error: nothing was decided';
const UNREACHABLE = 'the keys could not be fetched: nothing is known about the token';

/** @param {Record<number, string>} exits */
export const withFailure = (exits) => Object.freeze({ ...exits, 70: FAILED });

export const VERIFY_EXITS = withFailure({
  0: 'verified, and with a policy: the job has the role',
  1: 'refused',
  2: 'the command line is wrong, or a policy or a file of keys: standard error says how, whatever the format',
  3: UNREACHABLE,
});

/** How a token is verified by its own claims. @type {Readonly<Record<string, Option>>} */
export const BY_ITSELF = Object.freeze({
  keys: {
    value: 'FILE',
    values: 'file',
    help: 'verify the signature and the times with this JWK Set, as the keys of the issuer that the token names',
  },
  fetch: {
    help: 'the same, with the keys that this issuer publishes, fetched over the network. Only the issuers of github.com and *.ghe.com are asked because a token names them; any other needs `--issuer`',
  },
  issuer: {
    value: 'URL',
    help: 'with --fetch or --keys: the `iss` that the token must have, such as that of an Enterprise Server',
  },
});
