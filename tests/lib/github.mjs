// github.com as an issuer, without a network.
import { SAMPLE } from './tokens.mjs';

/** What it answers: its metadata, or else these keys. */
export function answerOfGithub(url, keys) {
  const isMetadata = String(url).endsWith('/.well-known/openid-configuration');
  return Response.json(isMetadata ? { issuer: SAMPLE.iss, jwks_uri: `${SAMPLE.iss}/.well-known/jwks` } : keys);
}
