export const AUDIENCE = 'https://deploy.example.com';

/** A policy for one issuer of the world. */
export const policyFor = (url, allow = [{ repository_id: '74', environment: 'prod' }]) => ({
  version: 1,
  audience: AUDIENCE,
  issuers: { local: { kind: 'loopback', port: Number(new URL(url).port) } },
  roles: { deploy: { issuer: 'local', allow, deny: [{ event_name: 'pull_request' }], grant: { audience: 'https://api.example.com' } } },
});

/** The same for github.com. */
export const github = (changes = {}) => ({ ...policyFor('http://127.0.0.1:1'), issuers: { local: { kind: 'github' } }, ...changes });
