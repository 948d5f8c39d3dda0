/**
 * What a text is that is not what was asked for, if it is one of the things that people mix up.
 *
 * @param {string} text
 * @returns {'token' | 'policy' | 'keys' | 'metadata' | 'answer' | undefined}
 */
export function recognise(text) {
  if (/^\s*ey[\w-]+\.[\w-]+\.[\w-]*\s*$/.test(text)) return 'token';
  let value;
  try {
    value = Object(JSON.parse(text));
  } catch {
    return undefined;
  }
  if (Array.isArray(value.keys)) return 'keys';
  if (typeof value.jwks_uri === 'string') return 'metadata';
  if (typeof value.value === 'string') return 'answer';
  return 'roles' in value || 'issuers' in value ? 'policy' : undefined;
}

/**
 * What a text is that was given for a policy and is none, if it is one of the things that people mix up.
 *
 * @param {string} text
 * @returns {string | undefined}
 */
export function notAPolicy(text) {
  const kind = recognise(text);
  const hints = { token: 'it is a token, not a policy', keys: 'it is a JWK Set, not a policy', metadata: "it is an issuer's metadata, not a policy", answer: 'it is not a policy' };
  return kind === undefined || kind === 'policy' ? undefined : hints[kind];
}
