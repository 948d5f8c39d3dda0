/** As `limits::KEY_SET_BYTES` of the core. */
const MAX_BYTES = 512 * 1024;

/** What an issuer answered that is not its keys. */
export class BadAnswer extends Error {}

/**
 * OpenID Connect Discovery (section 4), then the keys that it names, both of the issuer's own origin.
 *
 * @param {typeof globalThis.fetch} fetch
 * @param {import('./types.d.ts').IssuerInfo} info
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the JWK Set's text
 * @throws {BadAnswer} and whatever `fetch` throws
 */
export async function fetchKeys(fetch, { issuer, discovery }, signal) {
  const metadata = parse(discovery, await fetchText(fetch, discovery, signal));
  // Section 4.3.
  if (metadata.issuer !== issuer) throw new BadAnswer(`\`${discovery}\` is the metadata of another issuer`);
  const keys = String(metadata.jwks_uri);
  // The origin alone would not do: that of a `blob:` address is the origin of what it was made in.
  if (!keys.startsWith(`${new URL(issuer).origin}/`)) {
    throw new BadAnswer(`\`${discovery}\` names keys that are not at the issuer's own origin`);
  }
  return fetchText(fetch, keys, signal);
}

/**
 * @param {string} url
 * @param {string} text
 * @returns {{ issuer?: unknown, jwks_uri?: unknown }}
 */
function parse(url, text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new BadAnswer(`\`${url}\` is not JSON`);
  }
}

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function fetchText(fetch, url, signal) {
  // `manual`, since `error` is not to be had everywhere: a redirect is an answer that is not 200.
  const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal });
  if (response.status !== 200) {
    response.body?.cancel().catch(() => {}); // whose end is of no interest
    throw new BadAnswer(`\`${url}\` answered with status ${response.status}`);
  }
  const bytes = await readBounded(url, response);
  try {
    // The core, not the decoder, is to see a byte-order mark.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BadAnswer(`\`${url}\` is not UTF-8`);
  }
}

/**
 * Reads a body part by part, to stop where it becomes too much, whatever the header says of its length.
 *
 * @param {string} url
 * @param {Response} response
 */
async function readBounded(url, response) {
  const chunks = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > MAX_BYTES) {
      reader?.cancel().catch(() => {});
      throw new BadAnswer(`\`${url}\` is larger than ${MAX_BYTES} bytes`);
    }
    chunks.push(part.value);
  }
  return new Blob(chunks).arrayBuffer();
}
