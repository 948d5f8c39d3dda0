// The bare signature of RS256 over what a token signs: no token is read, and nothing decided.

/** What is signed, and who says whether a signature holds. */
export async function primitives({ jwks, tokens }) {
  const [jwk] = jwks.keys.filter(({ kty }) => kty === 'RSA');
  const all = [await kernel(jwk), nodeCrypto(jwk), await webCrypto(jwk)];
  return { signed: tokens.RS256.map(split), hosts: all.filter(Boolean) };
}

/**
 * THE KERNEL: its place. Once there is a way to call it, this returns `{ name: 'claimgate kernel', holds: (message, signature)
 * => boolean }`, both of them a `Uint8Array`, with the key prepared here; every table then has its row.
 */
async function kernel(_jwk) {
  return undefined;
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
