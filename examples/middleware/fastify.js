import { createGuard } from 'claimgate';
import Fastify from 'fastify';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });
const app = Fastify();

app.decorateRequest('job', null);
app.addHook('onRequest', async (request) => {
  request.job = await guard(request);
});
app.post('/', (request) => ({ deployed: request.job.claims.repository }));

await app.listen({ host: '127.0.0.1', port: process.env.PORT ?? 8787 });
