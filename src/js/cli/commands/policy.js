import { TIME_NOTE } from '../time.js';
import { AT, BY_ITSELF, TOKEN_NOTE, withFailure } from './shared.js';

/** @type {import('../grammar.js').Command} */
const CHECK = {
  summary: 'load policies, and show what they have or what is wrong',
  usage: ['[options] [FILE…]'],
  about: [
    'Loads policies, and prints their issuers and roles, or what is wrong and where. Without a FILE, or with `-`, a policy is read from standard input.',
    'A policy may say something that is legal and probably not meant, such as the ref `refs/heads/release-.*`. That is a warning, with its place and a stable code.',
  ],
  most: Infinity,
  values: 'file',
  options: {
    options: {
      strict: { help: 'fail on warnings' },
      json: {
        help: 'one line of JSON for each: `file`, `valid`, and `audiences`, `issuers`, `roles`, `warnings` (`code`, `place`, `message`) and `omittedWarnings`, or `error` (with `place`, `suggestion`, `line` and `column` where they are known)',
      },
    },
  },
  exits: withFailure({
    0: 'every policy can be loaded, with --strict without a warning',
    1: 'a policy cannot be loaded',
    2: 'the command line is wrong, or a file cannot be read',
  }),
};

/** @type {import('../grammar.js').Command} */
const EXPLAIN = {
  summary: 'explain what a policy says about a token',
  usage: ['--policy FILE --role ROLE [options] [TOKEN]', '--policy FILE [--system SYSTEM] [--input NAME=VALUE] [TOKEN]'],
  about: [
    'Evaluates every rule and condition of a role against a token, and its issuer and audience. The token is NOT verified: this is for people who debug a policy. `claimgate verify` decides.',
    'Without --role, the policy may be of any system: a trust policy of AWS, Azure, Google Cloud or Vault, octo-sts, a trusted publisher of PyPI, crates.io or RubyGems, as JSON, YAML, Terraform, Bicep or a command line. It is decided as that system would. What the document does not hold, such as `var.org`, can be given with --input.',
  ],
  most: 1,
  options: {
    options: {
      policy: { value: 'FILE', values: 'file', help: 'the policy' },
      role: { value: 'ROLE', help: 'the role, for a policy of Claimgate' },
      system: { value: 'SYSTEM', help: 'the system of the policy: `claimgate`, `aws`, `azure`, `google`, `vault`, `octo-sts`, `pypi`, `crates-io` or `rubygems`. Default: identified by the text' },
      input: { value: 'NAME=VALUE', isList: true, help: 'a value that the policy does not hold, such as `var.org=acme`; a list is JSON. It can be repeated' },
      kind: { value: 'KIND', help: '`org` for an octo-sts policy of an organisation' },
      token: { value: 'TOKEN', help: 'the token, or `-`' },
      at: AT,
      json: {
        help: 'one line of JSON: `verdict` (`not_verified`), `role`, `rulesAdmit`, `rule`, `issuer`, `audience`, `explanation`, `warnings`; or `verdict` (`refused`) and `error` if it is malformed. Without --role: `verified` (`false`), `verdict` (`allow`, `deny` or `unknown`), `system`, `format`, `holes`, `reasons`, `deciding`, `explanation`, `findings`, `assumptions`',
      },
    },
  },
  notes: [TIME_NOTE, TOKEN_NOTE],
  exits: withFailure({
    0: 'explained, whatever the rules say: it is not a decision',
    1: 'the token is malformed, or not of a job',
    2: 'the command line is wrong, or the policy',
  }),
};

/** @type {import('../grammar.js').Command} */
const FROM_TOKEN = {
  summary: 'write a policy that allows the job of a token, and little else',
  usage: ['[options] [TOKEN]'],
  about: [
    'Prints a policy that allows the job of a token and as little else as possible, for you to read and adapt. It pins the repository with its ids, the environment or else the ref, the workflow, the event and the kind of runner. A token in which one of them cannot be pinned is refused.',
    'Unless the token is verified, anyone could have written it, and so the policy: standard error says so. It also has the warnings about the token.',
  ],
  most: 1,
  options: {
    policy: {
      role: { value: 'NAME', help: 'the name of the role. Default: deploy' },
      audience: { value: 'AUD', help: "the audience of your service, if the token was issued for another. Default: the token's own" },
      out: { value: 'FILE', values: 'file', help: 'write the policy to a new file, and none if the token is refused. `> FILE` would empty an existing one' },
    },
    verification: { ...BY_ITSELF, at: { value: 'TIME', help: 'with --fetch or --keys: verify as of this time, to use an old token' } },
  },
  notes: [TIME_NOTE, TOKEN_NOTE],
  exits: withFailure({
    0: 'printed; and with --keys or --fetch: the token is verified',
    1: 'the token is malformed or refused, or a claim cannot be pinned',
    2: 'the command line is wrong, or a file of keys, or the policy cannot be written',
    3: 'not decided: the keys could not be fetched, or the issuer needs `--issuer`',
  }),
};

/** @type {import('../grammar.js').Command} */
export const POLICY = {
  summary: 'check a policy, explain it, or write one from a token',
  usage: ['<command> [options]'],
  commands: { check: CHECK, explain: EXPLAIN, 'from-token': FROM_TOKEN },
};
