import { createGate } from 'claimgate';
import policy from '../policy.json' with { type: 'json' };

export default {
  // `full`: a denial says what the policy expects. Leave it out if that is not for every user of GitHub to know.
  fetch: createGate({ policy, role: 'deploy-production', explain: 'full', handle: deploy }),
};

/** Deploys what the job asks for; here it only says what it would deploy. */
async function deploy(request, job) {
  const { repository, sha, environment, actor, run_id } = job.claims;
  return Response.json({ deployed: { repository, sha, environment }, by: { actor, run_id }, admitted: job.rule });
}
