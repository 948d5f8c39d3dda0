import { createGate } from 'claimgate';
import policy from './policy.json' with { type: 'json' };

const deploy = (request, job) => Response.json({ deployed: job.claims.repository });
const options = { hostname: '127.0.0.1', port: Number(Deno.env.get('PORT') ?? 8787) };
Deno.serve(options, createGate({ policy, role: 'deploy-production', handle: deploy }));
