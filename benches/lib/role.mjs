// The decision that is raced for: one role of a policy, and the same in code for those who have no policies.

export const ROLE = 'deploy-production';

export const POLICY = {
  version: 1,
  audience: 'https://deploy.example.com',
  issuers: { github: { kind: 'github' } },
  roles: {
    [ROLE]: {
      issuer: 'github',
      allow: [{ repository_id: '74', repository: 'octo-org/octo-repo', environment: 'prod' }],
      deny: [{ event_name: ['pull_request_target', 'workflow_run'] }],
      grant: { audience: 'https://api.example.com', scope: ['deploy:write', 'deploy:read'], ttl: 900 },
    },
  },
};

/** What `jwtVerify` of `jose` is told. */
export const VERIFICATION = {
  issuer: 'https://token.actions.githubusercontent.com',
  audience: POLICY.audience,
  algorithms: ['RS256'],
  requiredClaims: ['exp', 'iat', 'jti', 'sub'],
  clockTolerance: 60,
};

export function hasRole(job) {
  return (
    job.repository_id === '74' &&
    job.repository === 'octo-org/octo-repo' &&
    job.environment === 'prod' &&
    job.event_name !== 'pull_request_target' &&
    job.event_name !== 'workflow_run'
  );
}
