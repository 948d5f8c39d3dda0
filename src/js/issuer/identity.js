import { checkType, didYouMean, optionError } from '../options.js';

/**
 * Who the issuer claims to be.
 *
 * @typedef {object} Identity
 * @property {string | undefined} origin scheme and host of `iss`; undefined when that is where the issuer is served
 * @property {string} path the path of `iss`, empty or with a leading slash
 * @property {string} website where owners live: the base of the default audience
 * @property {string | undefined} enterprise the enterprise that the jobs belong to
 * @property {boolean} immutableSubjects whether this deployment has them
 */

const WEBSITE = 'https://github.com';

/** Which options a kind takes besides `kind` itself, and what they make of it. */
const KINDS = Object.freeze({
  loopback: {
    takes: [],
    /** @returns {Identity} */
    identify: () => ({ origin: undefined, path: '', website: WEBSITE, enterprise: undefined, immutableSubjects: true }),
  },
  github: {
    takes: ['enterprise'],
    /** @param {import('./types.d.ts').IssuerOptions} options @returns {Identity} */
    identify: ({ enterprise }) => {
      if (enterprise === true) throw optionError('kind `github` needs the slug of the enterprise, such as `acme`');
      const slug = enterprise === false ? undefined : enterprise;
      if (slug !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(slug)) {
        throw optionError(`\`enterprise\` must be a slug of letters, digits and hyphens, not \`${slug}\``);
      }
      return {
        origin: 'https://token.actions.githubusercontent.com',
        path: slug === undefined ? '' : `/${slug}`,
        website: WEBSITE,
        enterprise: slug,
        immutableSubjects: true,
      };
    },
  },
  ghes: {
    takes: ['host'],
    /** @param {import('./types.d.ts').IssuerOptions} options @returns {Identity} */
    identify: ({ host }) => {
      if (host === undefined) {
        throw optionError('kind `ghes` needs the `host` of the server, such as `github.example.com`');
      }
      if (!host.split('.').every(isLabel)) {
        throw optionError(`\`host\` must be a host name in lower case without scheme or port, not \`${host}\``);
      }
      const origin = `https://${host}`;
      return { origin, path: '/_services/token', website: origin, enterprise: undefined, immutableSubjects: false };
    },
  },
  'ghe.com': {
    takes: ['subdomain', 'enterprise'],
    /** @param {import('./types.d.ts').IssuerOptions} options @returns {Identity} */
    identify: ({ subdomain, enterprise }) => {
      if (subdomain === undefined) {
        throw optionError('kind `ghe.com` needs the `subdomain` of the enterprise, such as `octocorp`');
      }
      if (!isLabel(subdomain)) {
        throw optionError(`\`subdomain\` must be lower-case letters, digits and hyphens, not \`${subdomain}\``);
      }
      if (typeof enterprise === 'string') {
        throw optionError('kind `ghe.com` calls the enterprise by its subdomain; give `enterprise` without a name');
      }
      return {
        origin: `https://token.actions.${subdomain}.ghe.com`,
        path: enterprise ? `/${subdomain}` : '',
        website: `https://${subdomain}.ghe.com`,
        enterprise: subdomain,
        immutableSubjects: true,
      };
    },
  },
});

/**
 * Checks the options that say who the issuer is, and makes its identity of them.
 *
 * @param {import('./types.d.ts').IssuerOptions} options
 * @returns {Identity}
 * @throws an error with code `option_invalid`
 */
export function identify(options) {
  const { kind = 'loopback', enterprise } = options;
  checkType('host', options.host, 'string');
  checkType('subdomain', options.subdomain, 'string');
  if (typeof enterprise !== 'boolean') checkType('enterprise', enterprise, 'string');
  if (!Object.hasOwn(KINDS, kind)) {
    const kinds = Object.keys(KINDS);
    const hint = didYouMean(String(kind), kinds) || `; it is one of ${kinds.map((name) => `\`${name}\``).join(', ')}`;
    throw optionError(`unknown kind \`${kind}\`${hint}`);
  }
  for (const name of /** @type {const} */ (['enterprise', 'host', 'subdomain'])) {
    if (options[name] !== undefined && options[name] !== false && !takes(kind, name)) {
      const others = Object.keys(KINDS).filter((other) => takes(/** @type {keyof typeof KINDS} */ (other), name));
      throw optionError(
        `\`${name}\` does not go with kind \`${kind}\`; it goes with ${others.map((other) => `\`${other}\``).join(' and ')}`,
      );
    }
  }
  return KINDS[kind].identify(options);
}

/**
 * @param {keyof typeof KINDS} kind
 * @param {string} option
 */
function takes(kind, option) {
  return /** @type {readonly string[]} */ (KINDS[kind].takes).includes(option);
}

/**
 * Whether this is one label of a host name. Lower case only: `iss` is compared byte for byte.
 *
 * @param {string} label
 */
function isLabel(label) {
  return label.length <= 63 && /^[a-z0-9-]+$/.test(label) && !label.startsWith('-') && !label.endsWith('-');
}
