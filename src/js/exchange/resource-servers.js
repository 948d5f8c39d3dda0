import { ClaimgateError } from '../errors.js';
import { checkMembers, checkObject, optionError } from '../options.js';
import { plainData } from '../plain-data.js';
import { decode } from './form.js';
import { decodeBase64 } from '../util/base64.js';
import { sha256 } from '../util/sha256.js';
import { decodeUtf8 } from '../util/utf8.js';

/** Characters of a secret that nobody guesses: 128 bits in base64url. */
const SECRET_LENGTH = 22;

/**
 * A server that may ask about the access tokens for it.
 *
 * @typedef {{ id: string, secret: string, audience: string }} ResourceServer
 */

/**
 * @param {Readonly<Record<string, import('./types.d.ts').ResourceServer>>} resourceServers
 * @returns {readonly ResourceServer[]}
 */
export function checkResourceServers(resourceServers) {
  checkObject('resourceServers', resourceServers);
  return Object.entries(plainData('resourceServers', resourceServers)).map(([id, server]) => {
    const name = `resourceServers.${id}`;
    checkMembers(name, server, ['secret', 'audience']);
    const { secret, audience } = server;
    if (typeof audience !== 'string' || audience === '') throw optionError(`\`${name}.audience\` must be the audience of the tokens that it is given`);
    if (secret === undefined || secret === '') throw optionError(`\`${name}.secret\` is missing: is the secret of the platform set?`);
    // White space is the line break at the end of a file.
    if (typeof secret !== 'string' || secret.length < SECRET_LENGTH || /\s/.test(secret)) {
      throw optionError(`\`${name}.secret\` must be a random string of at least ${SECRET_LENGTH} characters, without white space`);
    }
    return { id, secret, audience };
  });
}

/**
 * The server whose id and secret a request has (RFC 6749, section 2.3.1: HTTP Basic).
 *
 * @param {Request} request
 * @param {readonly ResourceServer[]} resourceServers
 */
export async function authenticate(request, resourceServers) {
  const { id, secret } = credentials(request) ?? {};
  const server = resourceServers.find((candidate) => candidate.id === id);
  // Hashes, and of an unknown id too, so that how long it takes says nothing of secret or id.
  const isRight = (await sha256(secret ?? '')) === (await sha256(server?.secret ?? ''));
  if (server && isRight) return server;
  const words = id === undefined ? 'give the id and the secret of a resource server by `Authorization: Basic`' : 'the id or the secret of the resource server is wrong';
  throw new ClaimgateError('client_unknown', words);
}

/** @param {Request} request */
function credentials(request) {
  const [, encoded] = /^basic +([a-z\d+/]+=*)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (encoded === undefined) return undefined;
  try {
    const [, id, secret] = /^([^:]*):(.*)$/s.exec(decodeUtf8(decodeBase64(encoded))) ?? [];
    // Both are form-encoded (appendix B).
    return id === undefined || secret === undefined ? undefined : { id: decode(id), secret: decode(secret) };
  } catch {
    return undefined;
  }
}
