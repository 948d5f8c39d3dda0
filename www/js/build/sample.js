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
 * @param {Readonly<Record<string, string | null>>} [given] what differs from the sample, which others follow; null leaves a claim out
 * @param {boolean} [immutable] whether `sub` has the ids
 * @returns {Record<string, string>}
 * @throws a refusal if `sub` follows from a claim that is not there
 */
export function sampleJob({ aud = AUDIENCE, ...given } = {}, immutable = false) {
  const claims = deriveClaims(given, given.enterprise ?? undefined);
  if (!('iss' in given)) claims.iss = ISSUER;
  if (!('sub' in given)) claims.sub = renderSubject(claims, { immutable });
  if (aud !== null) claims.aud = aud;
  return claims;
}

/**
 * What a token says besides its job.
 *
 * @param {number} now seconds since 1970
 */
export function tokenClaims(now) {
  return { jti: crypto.randomUUID(), iat: now, nbf: now - BACKDATED, exp: now + LIFETIME };
}

/** The job of the sample: GitHub itself takes environments that differ in case for the same. */
export const SAMPLE_JOB = Object.freeze({ environment: 'Prod' });

/** Denies the sample, because here case counts. */
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
          "job_workflow_ref": { "glob": "octo-org/octo-automation/.github/workflows/*@refs/heads/main" }
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
