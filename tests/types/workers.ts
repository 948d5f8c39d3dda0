// In a Worker the types are those of Workers.
import { createGate } from 'claimgate';
import { cacheApi, workersKv } from 'claimgate/caches';
import { createExchange } from 'claimgate/exchange';
import { ReplayObject, durableObjectReplay } from 'claimgate/replay';
import * as slim from 'claimgate/slim';
import policy from '../../examples/deploy-gate/policy.json' with { type: 'json' };

interface Env {
  KEYS: KVNamespace;
  REPLAY: DurableObjectNamespace;
  MODULE: WebAssembly.Module;
}
declare const env: Env;

slim.start(env.MODULE);
createGate({ policy, role: 'r', remoteKeys: { fetch, cache: workersKv(env.KEYS) }, handle: () => new Response() });
cacheApi(caches.default);
createExchange({ policy, issuer: 'https://tokens.example.com', signer: '{}', replay: durableObjectReplay(env.REPLAY) });

export default {
  fetch: createGate({ policy, role: 'r', handle: async (request, job, env: Env, context: ExecutionContext) => Response.json({ country: request.cf?.country, role: job.role, keys: await env.KEYS.get('x') }) }),
} satisfies ExportedHandler<Env>;
export { ReplayObject };
