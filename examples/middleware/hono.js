import { createGuard } from 'claimgate';
import { Hono } from 'hono';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });
const app = new Hono();

app.use(async (context, next) => {
  const { job, refusal } = await guard(context.req.raw);
  if (refusal) return refusal;
  context.set('job', job);
  await next();
});
app.post('/', (context) => context.json({ deployed: context.get('job').claims.repository }));

export default app;
