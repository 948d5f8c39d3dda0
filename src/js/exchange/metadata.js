import { GRANT_TYPE } from './token.js';

/** Seconds that metadata and keys may be kept: a `next` key is known everywhere after as long. */
const MAX_AGE = 300;

/**
 * The documents by which verifiers and clients find their way (RFC 8414; OpenID Connect Discovery 1.0; RFC 7517).
 *
 * @param {import('./exchange.js').Exchange} exchange
 * @param {string} path of the issuer; RFC 8414, section 3.1, has it at the end
 * @returns {Record<string, import('./exchange.js').Endpoint>}
 */
export function publicRoutes({ issuer, askMinter, policy, resourceServers }, path) {
  const metadata = JSON.stringify({
    issuer,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    revocation_endpoint: `${issuer}/revoke`,
    ...(resourceServers.length > 0 && {
      introspection_endpoint: `${issuer}/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
    }),
    grant_types_supported: [GRANT_TYPE],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    // Required by one of the two, which also forbid the empty list, though there are neither authorizations nor ID tokens here.
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['EdDSA', 'ES256'],
  });
  const serve = (/** @type {() => string} */ body) => {
    const respond = () => document(body());
    return { GET: respond, HEAD: respond };
  };
  return {
    [`${path}/.well-known/openid-configuration`]: serve(() => metadata),
    [`/.well-known/oauth-authorization-server${path}`]: serve(() => metadata),
    [`${path}/.well-known/jwks.json`]: serve(() => {
      const now = policy.now();
      return askMinter((minter) => minter.jwks(now));
    }),
  };
}

/** @param {string} body */
function document(body) {
  return new Response(body, {
    // Public: pages of other origins may read it.
    headers: { 'content-type': 'application/json', 'cache-control': `public, max-age=${MAX_AGE}`, 'access-control-allow-origin': '*' },
  });
}
