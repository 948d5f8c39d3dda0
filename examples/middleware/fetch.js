// Wherever a module exports a fetch handler: Workers, `deno serve`, Bun, Vercel's functions.
import { createGate } from 'claimgate';
import policy from './policy.json' with { type: 'json' };

const deploy = (request, job) => Response.json({ deployed: job.claims.repository });
export default { fetch: createGate({ policy, role: 'deploy-production', handle: deploy }) };
