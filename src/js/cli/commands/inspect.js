import { TIME_NOTE } from '../time.js';
import { AT, BY_ITSELF, TOKEN_NOTE, withFailure } from './shared.js';

/** @type {import('../grammar.js').Command} */
export const INSPECT = {
  summary: 'show what a token says, and what that means',
  usage: ['[options] [TOKEN]'],
  about: [
    'Shows what a token says, what that means, and anything unusual. The verdict is the first and the last line. Unless the token is verified, anyone could have written it.',
  ],
  most: 1,
  options: {
    verification: BY_ITSELF,
    output: {
      at: AT,
      brief: { help: 'on one screen: the verdict, the warnings, the claims that policies usually pin, and `sub`. Long values are shortened' },
      json: {
        help: 'one line of JSON: `verdict` (`not_verified`, `verified`, `refused` or `undecided`), `error`, `warnings`, `header`, `issuer`, `claims`, `described` (what the claims mean), `subject`, `times`; of a malformed token only `verdict` and `error`',
      },
    },
  },
  notes: ['Neither the audience nor the permissions of the job are checked: use `claimgate verify`.', TIME_NOTE, TOKEN_NOTE],
  exits: withFailure({
    0: 'shown; and with --keys or --fetch: verified',
    1: 'the token is malformed, or refused',
    2: 'the command line is wrong, or a file of keys',
    3: 'not decided: the keys could not be fetched, or the issuer needs `--issuer`',
  }),
};
