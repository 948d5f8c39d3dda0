import { createGate } from 'claimgate';
import policy from './policy.json' with { type: 'json' };

const deploy = (request, job) => Response.json({ deployed: job.claims.repository });
Bun.serve({
  hostname: '127.0.0.1',
  port: process.env.PORT ?? 8787,
  fetch: createGate({ policy, role: 'deploy-production', handle: deploy }),
});
