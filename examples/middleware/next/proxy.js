// Next.js 16; before that the file is `middleware.js`, the function `middleware`, and it runs on the edge.
import { createGuard } from 'claimgate';
import { NextResponse } from 'next/server';
import policy from '../policy.json';

const guard = createGuard({ policy, role: 'deploy-production' });

export async function proxy(request, context) {
  const { refusal } = await guard(request, context);
  return refusal ?? NextResponse.next();
}
