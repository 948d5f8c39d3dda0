// An authorizer of Amazon API Gateway, of the kind REQUEST, for both payload formats. Turn its cache off (a TTL of 0): a cached decision
// would outlive the token, and be one about another route.
import { createGuard } from 'claimgate';
import policy from './policy.json' with { type: 'json' };

const guard = createGuard({ policy, role: 'deploy-production' });

export async function handler(event) {
  try {
    const job = await guard(event);
    return answer(event, true, { repository: job.claims.repository, run_id: job.claims.run_id });
  } catch (error) {
    // Nothing was decided: API Gateway denies the request with 500, which the job may retry.
    if (error.status >= 500) throw error;
    // API Gateway denies the request with 403. A gateway response can show this as `$context.authorizer.message`.
    return answer(event, false, { code: error.code, message: error.message });
  }
}

/** Format 2.0 with simple responses, or 1.0, which REST APIs use. */
function answer({ version, methodArn }, isAuthorized, context) {
  if (version === '2.0') return { isAuthorized, context };
  const statement = { Action: 'execute-api:Invoke', Effect: isAuthorized ? 'Allow' : 'Deny', Resource: methodArn };
  return { principalId: 'github-actions', policyDocument: { Version: '2012-10-17', Statement: [statement] }, context };
}
