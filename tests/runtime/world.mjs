// What the suite is given: tokens good and bad, keys, and issuers that run.
import { startIssuers } from '../lib/issuers.mjs';
import { SAMPLE, jwks, signToken, signingKeys, tokenWithLeadingZero, tokensOfEachAlgorithm } from '../lib/tokens.mjs';

/** A world of its own for one run of the suite; plain data, but for `close`. */
export async function startWorld() {
  const { urls, close } = await startIssuers();
  const now = Math.floor(Date.now() / 1000);
  const claims = { ...SAMPLE, aud: 'https://deploy.example.com', iat: now, nbf: now - 300, exp: now + 300 };
  const token = (changes = {}, options) => signToken(JSON.stringify({ ...claims, ...changes }), options);
  const sub = (environment) => `repo:octo-org/octo-repo:environment:${environment}`;
  const tokens = {
    sample: signToken(SAMPLE),
    good: token({ repo_property_team: 'web', later: { a: [1] } }),
    capitals: token({ environment: 'Prod', sub: sub('Prod') }),
    hostile: token({ environment: 'a"b\\c\r\nX: y\u202e', sub: sub('a"b\\c\r\nX%3A y\u202e') }),
    prototype: signToken(JSON.stringify(claims).replace('{', '{"__proto__":{"admin":true},')),
    'other audience': token({ aud: 'https://other.example' }),
    'other issuer': token({ iss: 'https://other.example' }),
    'other kid': token({}, { key: 'rsa-other' }),
    rotated: token({ iss: urls.rotating }, { key: 'rsa-other' }),
    replaced: token({ iss: urls.replacing, exp: now + 7200 }, { key: 'rsa-other', header: { kid: 'rsa' } }),
    forged: token({ iss: urls.sound, exp: now + 7200 }, { key: 'rsa-other', header: { kid: 'rsa' } }),
    'shared later': token({ iss: urls.shared, exp: now + 7200 }, { key: 'rsa-other' }),
    'tagged later': token({ iss: urls.tagged, exp: now + 7200 }, { key: 'rsa-other' }),
    'breaking, long': token({ iss: urls.breaking, exp: now + 7200 }),
    'breaking, rotated': token({ iss: urls.breaking, exp: now + 7200 }, { key: 'rsa-other' }),
    'cut, long': token({ iss: urls.cut, exp: now + 7200 }),
  };
  // The suite's clocks run ahead of the tokens' usual life, to see keys grow old.
  for (const [name, iss] of Object.entries(urls)) tokens[name] = token({ iss, exp: now + 7200 });
  const algorithms = tokensOfEachAlgorithm(JSON.stringify(claims));
  const leadingZeros = ['RS256', 'PS256', 'ES256'].map((alg) => tokenWithLeadingZero(claims, alg));
  return { world: { tokens, refused: refusedTokens(claims), algorithms, leadingZeros, keys: jwks('rsa', 'p256'), signingKeys: { EdDSA: signingKeys(), ES256: signingKeys('ES256') }, issuers: urls }, close };
}

/** One token for each check. */
function refusedTokens(claims) {
  const good = signToken(claims);
  const [header, payload, signature] = good.split('.');
  const text = JSON.stringify(claims);
  const signed = (changes, options) => signToken({ ...claims, ...changes }, options);
  const without = (name) => signToken(Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name)));
  const headed = (extra) => signToken(claims, { header: extra });
  return [
    ['empty', '', 'token_segments'],
    ['two segments', `${header}.${payload}`, 'token_segments'],
    ['too large', signed({ pad: 'x'.repeat(16_384) }), 'token_too_large'],
    ['padded signature', `${good}==`, 'token_encoding', 'signature'],
    ['line break', `${good}\n`, 'token_encoding', 'signature'],
    ['not ascii', `${good}é`, 'token_encoding', 'signature'],
    ['duplicate member', signToken(text.replace('{', '{"exp":9999999999,')), 'token_json', 'payload'],
    ['byte-order mark', signToken(`\ufeff${text}`), 'token_json', 'payload'],
    ['nested deep', signToken(text.replace('{', `{"x":${'['.repeat(50)}${']'.repeat(50)},`)), 'token_json', 'payload'],
    ['array', signToken('[]'), 'token_json', 'payload'],
    ['crit', headed({ crit: [] }), 'token_header', 'header.crit'],
    ['b64', headed({ b64: false }), 'token_header', 'header.b64'],
    ['typ', headed({ typ: 'at+jwt' }), 'token_header', 'header.typ'],
    ['none', `${Buffer.from('{"alg":"none","kid":"rsa"}').toString('base64url')}.${payload}.`, 'algorithm_unsupported', 'header.alg'],
    ['hmac', headed({ alg: 'HS256' }), 'algorithm_unsupported', 'header.alg'],
    ['another algorithm', headed({ alg: 'RS384' }), 'algorithm_mismatch'],
    ['an algorithm that is not accepted', headed({ alg: 'ES256', kid: 'p256' }), 'key_unknown'],
    ['unknown key', signed({}, { key: 'rsa-other' }), 'key_unknown'],
    ['forged', signed({}, { key: 'rsa-other', header: { kid: 'rsa' } }), 'signature_invalid'],
    ['changed', `${header}.${Buffer.from(text.replace('octocat', 'octodog')).toString('base64url')}.${signature}`, 'signature_invalid'],
    ['no exp', without('exp'), 'claim_missing'],
    ['no jti', without('jti'), 'claim_missing'],
    ['exp as text', signed({ exp: String(claims.exp) }), 'claim_malformed'],
    ['aud with a number', signed({ aud: [claims.aud, 7] }), 'claim_malformed'],
    ['an id as a number', signed({ repository_id: 74 }), 'claim_malformed'],
    ['issuer with a slash', signed({ iss: `${claims.iss}/` }), 'issuer_mismatch'],
    ['audience with a slash', signed({ aud: `${claims.aud}/` }), 'audience_mismatch'],
    ['expired', signed({ exp: claims.iat - 61 }), 'token_expired'],
    ['not yet valid', signed({ nbf: claims.iat + 3600 }), 'token_not_yet_valid'],
    ['of the future', signed({ iat: claims.iat + 3600 }), 'token_issued_in_future'],
    ['contradictory subject', signed({ environment: 'staging' }), 'subject_contradiction'],
    ['pull request', signed({ event_name: 'pull_request' }), 'rule_denies'],
    ['another repository', signed({ repository_id: '75' }), 'no_rule_matches'],
  ].map(([name, token, code, place]) => ({ name, token, code, place }));
}
