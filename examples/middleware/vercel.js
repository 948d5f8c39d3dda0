// `middleware.js` of a Vercel project without a framework.
import { createGuard } from 'claimgate';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });

export default async function middleware(request, context) {
  try {
    await guard(request, context);
  } catch (error) {
    return error.getResponse();
  }
  // Nothing is returned: the request goes on.
}
