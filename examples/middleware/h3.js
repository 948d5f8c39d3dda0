// h3 2, which Nitro 3 is built on.
import { GuardError, createGuard } from 'claimgate';
import { H3, serve } from 'h3';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });
// By itself h3 answers with the status and the headers of the error, but hides its message.
const onError = ({ cause }) => (cause instanceof GuardError ? cause.getResponse() : undefined);
const app = new H3({ onError });

app.use(async (event, next) => {
  event.context.job = await guard(event.req, event);
  return next();
});
app.post('/', (event) => ({ deployed: event.context.job.claims.repository }));

serve(app, { hostname: '127.0.0.1', port: process.env.PORT ?? 8787 });
