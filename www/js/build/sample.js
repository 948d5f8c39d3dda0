import { deriveClaims } from '../../claimgate/js/issuer/claims.js';
import { renderSubject } from '../../claimgate/js/issuer/subject.js';

export const ISSUER = 'https://token.actions.githubusercontent.com';
export const AUDIENCE = 'https://deploy.example.com';

/** GitHub dates `nbf` back, and its tokens live for five minutes. Seconds. */
const BACKDATED = 300;
const LIFETIME = 300;

/**
 * The claims of a job, filled up from the sample of GitHub's documentation, without those of a single token.
 *
 * @param {Record<string, string | null>} [given] null leaves a claim out
 * @param {boolean} [immutable] whether `sub` has the ids
 * @returns {Record<string, string>}
 */
export function sampleJob(given = {}, immutable = false) {
  const claims = deriveClaims(given, given.enterprise ?? undefined);
  return { iss: ISSUER, aud: AUDIENCE, sub: renderSubject(claims, { immutable }), ...claims };
}

/**
 * What a token says besides its job.
 *
 * @param {number} now seconds since 1970
 */
export function tokenClaims(now) {
  return { jti: crypto.randomUUID(), iat: now, nbf: now - BACKDATED, exp: now + LIFETIME };
}

/** Denies the sample, because its reusable workflow is that of a branch and not of a release. */
export const SAMPLE_POLICY = `{
  "version": 1,
  "audience": "${AUDIENCE}",
  "issuers": { "github": { "kind": "github" } },
  "roles": {
    "deploy-production": {
      "issuer": "github",
      "allow": [
        {
          "repository_id": "74",
          "repository": "octo-org/octo-repo",
          "environment": "prod",
          "job_workflow_ref": { "glob": "octo-org/octo-automation/.github/workflows/*@refs/tags/v*" }
        }
      ],
      "deny": [{ "event_name": ["pull_request_target", "workflow_run"] }]
    },
    "read-staging": {
      "issuer": "github",
      "allow": [{ "repository_id": "74", "repository": "octo-org/octo-repo" }]
    }
  }
}
`;
