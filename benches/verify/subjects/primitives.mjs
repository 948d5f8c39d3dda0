// The bare signature of RS256 over what a token signs: no token is read, and nothing decided.

/** What is signed, and who says whether a signature holds. */
export async function primitives({ jwks, tokens, kernel }) {
  const [jwk] = jwks.keys.filter(({ kty }) => kty === 'RSA');
  const all = [await ownKernel(jwk, kernel), nodeCrypto(jwk), await webCrypto(jwk)];
  return { signed: tokens.RS256.map(split), hosts: all.filter(Boolean) };
}

/**
 * The wasm's own arithmetic, from a build with bare signatures that is no part of the package.
 *
 * @param {{ bindings: string, wasm: string } | undefined} kernel its JavaScript and the module, in base64; not in workerd, which compiles
 *   nothing at run time
 */
async function ownKernel(jwk, kernel) {
  if (!kernel) return undefined;
  const { SignatureKey, initSync } = await import(`data:text/javascript;base64,${kernel.bindings}`);
  initSync({ module: Uint8Array.from(atob(kernel.wasm), (byte) => byte.charCodeAt(0)) });
  const { kty, n, e } = jwk;
  const key = SignatureKey.parse('RS256', JSON.stringify({ kty, n, e, kid: 'key' }));
  return { name: 'claimgate kernel', holds: (message, signature) => key.verify(message, signature) };
}

function nodeCrypto(jwk) {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
  if (!crypto) return undefined;
  const key = crypto.createPublicKey({ key: jwk, format: 'jwk' });
  return { name: 'node:crypto', holds: (message, signature) => crypto.verify('sha256', message, key, signature) };
}

async function webCrypto(jwk) {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const { kty, n, e } = jwk;
  const key = await crypto.subtle.importKey('jwk', { kty, n, e }, algorithm, false, ['verify']);
  return { name: 'WebCrypto', holds: (message, signature) => crypto.subtle.verify(algorithm, key, signature, message) };
}

function split(token) {
  const end = token.lastIndexOf('.');
  const bytes = atob(token.slice(end + 1).replaceAll('-', '+').replaceAll('_', '/'));
  const signature = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  return { message: new TextEncoder().encode(token.slice(0, end)), signature };
}
