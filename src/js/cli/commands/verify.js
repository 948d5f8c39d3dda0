import { TIME_NOTE } from '../time.js';
import { TOKEN_NOTE, VERIFY_EXITS } from './shared.js';

/** The issuer of github.com. */
export const GITHUB = 'https://token.actions.githubusercontent.com';

/** @type {import('../grammar.js').Command} */
export const VERIFY = {
  summary: 'verify a token, and decide by a policy',
  usage: ['--policy FILE --role ROLE [options] [TOKEN]', '--audience AUD [options] [TOKEN]'],
  about: ['Verifies a token, and decides by a policy whether its job has a role.'],
  most: 1,
  options: {
    'what the token must prove': {
      policy: { value: 'FILE', values: 'file', help: 'the trust policy that decides' },
      role: { value: 'ROLE', help: 'the role that the job must have' },
      audience: {
        value: 'AUD',
        isList: true,
        help: 'without a policy: only the signature and the registered claims are verified, which authorizes nothing. It can be repeated for several audiences',
      },
      issuer: { value: 'URL', help: `with --audience: the \`iss\` that the token must have. Default: ${GITHUB}` },
    },
    'how it is verified': {
      keys: { value: 'FILE', values: 'file', help: "the issuer's JWK Set. Default: it is fetched by discovery" },
      leeway: { value: 'SECONDS', help: 'accepted clock skew. Default: 60, at most 300' },
      'max-age': { value: 'SECONDS', help: 'refuse a token that was issued longer ago' },
      at: { value: 'TIME', help: 'verify as of this time' },
    },
    output: {
      json: {
        help: 'one line of JSON: `verdict` is `verified`, with `authorized`, `role`, `rule`, `issuer`, `audience`, `claims`, `subject`, `grant` and `explanation`; or `refused` or `undecided`, with `error` (`code`, `message`, …) and `explanation`',
      },
    },
  },
  notes: [TIME_NOTE, TOKEN_NOTE],
  exits: VERIFY_EXITS,
};
