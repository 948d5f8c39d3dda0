import { createGate } from 'claimgate';
import policy from '../../policy.json' with { type: 'json' };

const deploy = (request, job) => Response.json({ deployed: job.claims.repository });

// The route decides, too: the proxy does not see requests that its `matcher` leaves out. If tokens may be used once only, give `replay` to
// one of the two.
export const POST = createGate({ policy, role: 'deploy-production', handle: deploy });
