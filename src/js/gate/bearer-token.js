import { ClaimgateError } from '../errors.js';
import { optionError } from '../options.js';

/**
 * The token of the request's one `Authorization: Bearer …` header (RFC 6750, section 2.1). See `GuardRequest` in `types.d.ts`.
 *
 * @param {any} request
 * @returns {string}
 */
export function bearerToken(request) {
  // Node keeps the first of several headers, API Gateway the last one: only the other places of the same request show that there were more.
  const layers = [request, request?.raw, request?.req, request?.raw?.req, request?.node?.req];
  const places = layers.flatMap((layer) => [layer?.headers, layer?.headersDistinct, layer?.multiValueHeaders]);
  // API Gateway sends null for a request without headers.
  if (!places.some((headers) => typeof headers === 'object')) {
    throw optionError("the guard was called without a request that has `headers`: give it the framework's request");
  }
  const found = places.map(authorizationsOf);
  const [value = '', other] = new Set(found.flat());
  if (typeof value !== 'string') throw optionError('the `Authorization` header of the request must be a string');
  if (other !== undefined || found.some(({ length }) => length > 1) || JOINED.test(value)) {
    throw new ClaimgateError('request_malformed', "the request has several `Authorization` headers, expected one with the job's token");
  }
  const [, token] = /^bearer +(.*)$/i.exec(value) ?? [];
  if (token !== undefined) return token;
  throw new ClaimgateError('token_missing', "the request has no `Authorization: Bearer` header with the job's token");
}

/** Several headers as `Headers` and proxies join them. A token has no comma; the parameters of other schemes are separated by some. */
const JOINED = /^bearer .*,|, *bearer /i;

/**
 * @param {any} headers as `Headers` or as a plain object, whose names may have any case
 * @returns {unknown[]}
 */
function authorizationsOf(headers) {
  if (typeof headers?.get === 'function') return [headers.get('authorization') ?? []].flat();
  const names = Object.keys(headers ?? {}).filter((name) => name.toLowerCase() === 'authorization');
  return names.flatMap((name) => headers[name] ?? []);
}
