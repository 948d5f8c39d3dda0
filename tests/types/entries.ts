// Every entry compiles without the types of any platform, and its own stand in for them.
import { ClaimgateError, createGate, createGuard, createVerifier, type Fetch } from 'claimgate';
import { cacheApi } from 'claimgate/caches';
import * as errors from 'claimgate/errors';
import { createExchange } from 'claimgate/exchange';
import { startIssuer } from 'claimgate/issuer';
import { ReplayObject, memoryReplay } from 'claimgate/replay';
import serverWasm from 'claimgate/server.wasm';
import * as slim from 'claimgate/slim';
import wasm from 'claimgate/claimgate.wasm';

const policy = { version: 1, audience: 'a', issuers: { github: { kind: 'github' } }, roles: { r: { issuer: 'github', allow: [{ repository_id: '74' }] } } };

declare const fetch: Fetch;
createVerifier({ policy, remoteKeys: { fetch, cache: cacheApi() } });
createVerifier({ policy, remoteKeys: { fetch: async (url, { headers, signal }) => ({ status: signal.aborted ? 500 : 200, headers: { get: (name) => headers[name] ?? null }, body: url }) } });
slim.start(wasm);
slim.start(serverWasm);
slim.start(new Uint8Array());
slim.start(new ArrayBuffer(8));

declare const response: Awaited<ReturnType<ReturnType<typeof createExchange>>>;
const gate = createGate({ policy, role: 'r', replay: memoryReplay(), handle: (request, job) => (request.headers.get('x') === job.role ? response : response) });
const status: Promise<number> = createExchange({ policy, issuer: 'https://tokens.example.com', signer: '{}' })({ url: '', method: 'POST', headers: { get: () => null }, signal: { aborted: false } }).then(({ status }) => status);
createGuard({ policy, role: 'r' })({ headers: {} }).catch((error): unknown => {
  if (error instanceof errors.GuardError) return error.getResponse().text();
  if (error instanceof errors.ClaimgateError) throw new ClaimgateError(error.code, error.toJSON().message, { cause: error });
  return status;
});
export { ReplayObject, startIssuer };
