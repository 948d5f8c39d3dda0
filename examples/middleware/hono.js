import { createGuard } from 'claimgate';
import { Hono } from 'hono';
import { getRuntimeKey } from 'hono/adapter';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });
const app = new Hono();

app.use(async (context, next) => {
  // In Workers keys that are fetched outlive the request; elsewhere there is no such context.
  context.set('job', await guard(context.req.raw, getRuntimeKey() === 'workerd' ? context.executionCtx : undefined));
  await next();
});
app.post('/', (context) => context.json({ deployed: context.get('job').claims.repository }));

export default app;
