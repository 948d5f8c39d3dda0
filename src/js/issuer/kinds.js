import { optionError } from '../options.js';

/**
 * Who the issuer claims to be.
 *
 * @typedef {object} Identity
 * @property {string} issuer the `iss`
 * @property {import('../types.d.ts').PolicyIssuer} policy what a policy says of this issuer
 * @property {string} website where owners live: the base of the default audience
 * @property {string | undefined} enterprise the enterprise that the jobs belong to
 * @property {boolean} immutableSubjects whether this deployment has them
 */

/**
 * A kind of issuer. It composes the `iss` from what it is given: whether that is an `iss` of GitHub's is for the core to say.
 *
 * @typedef {object} Kind
 * @property {readonly ('enterprise' | 'host' | 'subdomain')[]} takes the options that go with it
 * @property {(options: import('./types.d.ts').IssuerOptions) => Identity} compose
 */

const GITHUB = 'https://token.actions.githubusercontent.com';
const WEBSITE = 'https://github.com';

/** @type {Readonly<Record<import('./types.d.ts').IssuerKind, Kind>>} */
export const KINDS = Object.freeze({
  loopback: {
    takes: [],
    compose: ({ url }) => {
      if (url === undefined) throw optionError('kind `loopback` needs the `url` that it is served at, such as `http://127.0.0.1:8788`');
      return { issuer: url, policy: { kind: 'loopback', port: Number(url.split(':').at(-1)) }, website: WEBSITE, enterprise: undefined, immutableSubjects: true };
    },
  },
  github: {
    takes: ['enterprise'],
    compose: ({ enterprise }) => {
      if (enterprise === true) throw optionError('kind `github` needs the slug of the enterprise, such as `acme`');
      const common = { website: WEBSITE, immutableSubjects: true };
      if (enterprise === undefined || enterprise === false) return { ...common, issuer: GITHUB, policy: { kind: 'github' }, enterprise: undefined };
      return { ...common, issuer: `${GITHUB}/${enterprise}`, policy: { kind: 'github', enterprise }, enterprise };
    },
  },
  ghes: {
    takes: ['host'],
    compose: ({ host }) => {
      if (host === undefined) throw optionError('kind `ghes` needs the `host` of the server, such as `github.example.com`');
      const website = `https://${host}`;
      return { issuer: `${website}/_services/token`, policy: { kind: 'ghes', host }, website, enterprise: undefined, immutableSubjects: false };
    },
  },
  'ghe.com': {
    takes: ['subdomain', 'enterprise'],
    compose: ({ subdomain, enterprise }) => {
      if (subdomain === undefined) throw optionError('kind `ghe.com` needs the `subdomain` of the enterprise, such as `octocorp`');
      if (typeof enterprise === 'string') throw optionError('kind `ghe.com` calls the enterprise by its subdomain; give `enterprise` without a name');
      const issuer = `https://token.actions.${subdomain}.ghe.com`;
      const common = { website: `https://${subdomain}.ghe.com`, enterprise: subdomain, immutableSubjects: true };
      if (!enterprise) return { ...common, issuer, policy: { kind: 'ghe.com', subdomain } };
      return { ...common, issuer: `${issuer}/${subdomain}`, policy: { kind: 'ghe.com', subdomain, enterprise: true } };
    },
  },
});
