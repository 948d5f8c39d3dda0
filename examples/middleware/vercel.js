// `middleware.js` of a Vercel project without a framework.
import { createGuard } from 'claimgate';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });

export default async function middleware(request, context) {
  const { refusal } = await guard(request, context);
  return refusal; // nothing: the request goes on
}
