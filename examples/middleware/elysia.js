import { createGuard } from 'claimgate';
import { Elysia } from 'elysia';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });

new Elysia()
  .resolve(async ({ request }) => ({ job: await guard(request) }))
  .post('/', ({ job }) => ({ deployed: job.claims.repository }))
  .listen({ hostname: '127.0.0.1', port: process.env.PORT ?? 8787 });
