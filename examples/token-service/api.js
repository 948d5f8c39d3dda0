// An API that takes the access tokens. It knows the token service by its address, and nothing of Claimgate.
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';

const SCOPE = 'deploy:write';

/** What `jose` says of a token. Its other errors, and those of `fetch`, are no fault of the token. */
const INVALID = /^ERR_(JWT|JWS|JWKS_NO_MATCHING_KEY|JOSE_ALG_NOT_ALLOWED|JOSE_NOT_SUPPORTED)/;

/**
 * A fetch handler that does its work for whoever has an access token with the scope `deploy:write`.
 *
 * @param {object} options
 * @param {string} options.issuer the address of the token service
 * @param {string} options.audience of the access tokens that are meant for this API
 * @param {string} options.secret that the token service knows it by
 * @param {typeof globalThis.fetch} [options.fetch]
 */
export function createApi({ issuer, audience, secret, fetch = globalThis.fetch }) {
  const authorization = `Basic ${btoa(`api:${secret}`)}`;
  const ask = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(5000) });
  let service;

  /** Where the token service has what is needed here. */
  async function discover() {
    const response = await ask(`${issuer}/.well-known/openid-configuration`);
    const metadata = response.ok ? await response.json() : {};
    if (metadata.issuer !== issuer) throw new Error(`\`${issuer}\` does not answer as the token service`);
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri), { [customFetch]: fetch });
    return { keys, introspection: metadata.introspection_endpoint };
  }

  /** What a token says, or nothing if it does not hold. */
  async function verify(token) {
    service ??= await discover();
    try {
      const expected = { issuer, audience, typ: 'at+jwt', algorithms: ['EdDSA', 'ES256'] };
      return (await jwtVerify(token, service.keys, expected)).payload;
    } catch (error) {
      if (INVALID.test(error.code)) return undefined;
      throw error;
    }
  }

  /** Whether the token was not revoked. Leave it out where it is enough that a token ends after some minutes. */
  async function isActive(token) {
    const body = new URLSearchParams({ token });
    const response = await ask(service.introspection, { method: 'POST', headers: { authorization }, body });
    if (!response.ok) throw new Error(`the introspection was answered with status ${response.status}`);
    return (await response.json()).active === true;
  }

  return async (request) => {
    const [, token] = /^bearer +([\w.-]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    if (token === undefined) return refusal(401);
    try {
      const claims = await verify(token);
      if (!claims || !(await isActive(token))) return refusal(401, 'invalid_token');
      const scope = claims.scope?.split(' ') ?? [];
      if (!scope.includes(SCOPE)) return refusal(403, 'insufficient_scope');
      return Response.json({ permitted: scope, to: { role: claims.role, repository: claims.repository, run_id: claims.run_id } });
    } catch (error) {
      console.error(error);
      return Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers: { 'retry-after': '5' } });
    }
  };
}

/** As RFC 6750, section 3, wants it. */
function refusal(status, error) {
  const challenge = error ? `Bearer error="${error}", scope="${SCOPE}"` : `Bearer scope="${SCOPE}"`;
  return Response.json({ error: error ?? 'token_missing' }, { status, headers: { 'www-authenticate': challenge } });
}
