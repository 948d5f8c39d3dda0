import { createGuard } from 'claimgate';
import Koa from 'koa';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });
const app = new Koa();

app.use(async (context, next) => {
  context.state.job = await guard(context.request);
  await next();
});
app.use((context) => {
  context.body = { deployed: context.state.job.claims.repository };
});

app.listen(process.env.PORT ?? 8787, '127.0.0.1');
