// The demo's jobs, and what must become of each. `issuer` is the one that the gate trusts, `other` has keys of its own.

const AUDIENCE = 'https://deploy.example.com';

export const CASES = [
  {
    title: "the documentation's sample job",
    client: 'actions',
    status: 200,
    says: /^octo-org\/octo-repo deployed to prod, admitted by allow\[0\]$/,
  },
  {
    title: 'the same with curl, from a repository with an immutable subject',
    client: 'curl',
    job: { subject: { immutable: true } },
    status: 200,
    says: /^octo-org\/octo-repo deployed to prod, admitted by allow\[0\]$/,
  },
  {
    title: 'a pull request',
    client: 'actions',
    job: { claims: { event_name: 'pull_request' } },
    status: 403,
    code: 'rule_denies',
    says: /deny\[0\]: `event_name` is `pull_request`$/,
  },
  {
    title: 'another repository',
    client: 'curl',
    job: { claims: { repository: 'octo-org/other-repo', repository_id: '75' } },
    status: 403,
    code: 'no_rule_matches',
    says: /`repository_id` must be `74`, not `75`.*`repository` must be `octo-org\/octo-repo`, not `octo-org\/other-repo`/,
  },
  {
    title: 'another environment',
    client: 'actions',
    job: { claims: { environment: 'staging' } },
    status: 403,
    code: 'no_rule_matches',
    says: /nearest is allow\[0\]: `environment` must be `prod`, not `staging`$/,
  },
  {
    title: 'the right environment, in capitals',
    client: 'actions',
    job: { claims: { environment: 'Prod' } },
    status: 403,
    code: 'no_rule_matches',
    says: /`environment` must be `prod`, not `Prod` \(the values differ in case only, and case counts\)$/,
  },
  {
    title: 'no environment at all',
    client: 'curl',
    job: { claims: { environment: null } },
    status: 403,
    code: 'no_rule_matches',
    says: /`environment` must be `prod`, but is absent \(the job has no `environment:`\)$/,
  },
  {
    title: 'a wrong audience: the job did not ask for one',
    client: 'actions',
    audience: undefined,
    status: 401,
    code: 'audience_mismatch',
    says: /^`aud` must be `https:\/\/deploy\.example\.com`, not `https:\/\/github\.com\/octo-org` \(that is github's default/,
  },
  {
    title: 'an expired token',
    client: 'actions',
    job: { issuedAgo: 3600 },
    status: 401,
    code: 'token_expired',
    says: /^the token expired at .*, 33\d\d s before now/,
  },
  {
    title: "a tampered token: `staging`'s, edited to say `prod`",
    client: 'actions',
    job: { claims: { environment: 'staging' } },
    edit: 'environment=prod',
    status: 401,
    code: 'signature_invalid',
    says: /^the signature does not hold$/,
  },
  {
    title: 'an unknown key: a token that somebody else signed',
    client: 'curl',
    issuer: 'other',
    status: 401,
    code: 'key_unknown',
    says: /^`https:\/\/token\.actions\.githubusercontent\.com` has no usable key `[0-9a-f-]{36}`$/,
  },
].map((defaults) => ({ audience: AUDIENCE, issuer: 'issuer', job: {}, ...defaults }));

export { AUDIENCE };
