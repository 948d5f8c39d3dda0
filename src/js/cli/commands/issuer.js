import { JOB_CLAIMS } from '../../issuer/claims.js';
import { KINDS } from '../../issuer/kinds.js';
import { PROFILES } from '../../issuer/profiles.js';
import { ROTATE_PATH } from '../../issuer/routes.js';
import { TIME_NOTE } from '../time.js';

/** Claims with an option of their own, by its name. `enterprise` is the issuer's, which gives it to the job. */
export const CLAIM_OPTIONS = Object.freeze(
  Object.fromEntries([
    ...['sub', ...JOB_CLAIMS.filter((name) => name !== 'enterprise')].map((name) => [name.replaceAll('_', '-'), name]),
    ['event', 'event_name'],
  ]),
);

/** @type {Readonly<Record<string, import('../grammar.js').Option>>} */
const CLAIMS = Object.fromEntries(Object.keys(CLAIM_OPTIONS).map((name) => [name, { value: 'VALUE', mayBeEmpty: true }]));

/** @type {import('../grammar.js').Command} */
export const ISSUER = {
  summary: "GitHub's OIDC provider, for development and tests",
  usage: ['[options] [-- command args…]'],
  about: [
    "GitHub's OIDC provider for development and tests, on 127.0.0.1. It prints what a job needs to ask for tokens, and runs until it is interrupted. With a command, it runs that as the job, and exits with its exit code.",
  ],
  runs: true,
  options: {
    'the issuer': {
      port: { value: 'N', help: 'the port. Default: a free one' },
      kind: { value: 'KIND', values: Object.keys(KINDS), help: 'loopback (`iss` is where it is served; the default), github, ghes or ghe.com' },
      enterprise: { value: 'SLUG', isOptional: true, help: 'github: the enterprise with its own issuer; ghe.com: without a slug' },
      host: { value: 'HOST', help: 'ghes: the host name of the server, with its port if that is not 443' },
      subdomain: { value: 'NAME', help: 'ghe.com: the subdomain of the enterprise' },
      json: { help: 'print one line of JSON: `url`, `issuer`, `env`' },
    },
    'the job': {
      profile: {
        value: 'NAME',
        values: Object.keys(PROFILES),
        help: `the kind of run, one of the profiles below. Default: the sample of GitHub's documentation, a deployment to \`prod\` through a reusable workflow`,
      },
      ...CLAIMS,
      repository: {
        value: 'OWNER/REPO',
        mayBeEmpty: true,
        help: "a claim. Every claim of GitHub's has such an option: --repository-id, --ref, --actor, --job-workflow-ref, … Derived claims follow, unless you set them",
      },
      event: { value: 'NAME', mayBeEmpty: true, help: 'short for --event-name; a pull_request has its own ref and no environment' },
      environment: { value: 'NAME', mayBeEmpty: true, help: 'the environment' },
      'no-environment': { help: 'a job without an environment' },
      claim: { value: 'NAME=VALUE', isList: true, help: 'any claim, for instance a custom property (repo_property_team=edge)' },
      immutable: { help: 'a `sub` with ids: repo:OWNER@ID/REPO@ID' },
      'subject-template': { value: 'KEYS', help: 'a customised `sub`: repo,context,job_workflow_ref' },
      'issued-at': { value: 'TIME', help: '`iat`. A relative time goes with the clock. Default: now' },
      lifetime: { value: 'SECONDS', help: 'from `iat` to `exp`. Default: 300' },
    },
  },
  notes: [
    TIME_NOTE,
    `SIGHUP changes the signing key and keeps the old one published. A POST to ${ROTATE_PATH} with the bearer token of the job does the same, and with ?keep-old=false withdraws the old key.`,
  ],
  lists: { profiles: Object.fromEntries(Object.entries(PROFILES).map(([name, { summary }]) => [name, summary])) },
  exits: { 0: 'interrupted', 2: 'the options are wrong, or the port is in use', 70: 'internal error', 126: 'the command cannot be run', 127: 'the command does not exist' },
};
