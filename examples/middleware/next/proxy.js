// Next.js 16; before that the file is `middleware.js`, the function `middleware`, and it runs on the edge.
import { createGuard } from 'claimgate';
import { NextResponse } from 'next/server';
import policy from '../policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });

export async function proxy(request, context) {
  try {
    await guard(request, context);
  } catch (error) {
    return error.getResponse();
  }
  return NextResponse.next();
}
