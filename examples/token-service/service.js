// What the three runtimes share: the policy, who may ask about access tokens, and where decisions are told.
import { createExchange, createMetrics } from 'claimgate/exchange';
import policy from './policy.json' with { type: 'json' };

const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * @param {object} options
 * @param {string} options.issuer the address of this service, such as `https://tokens.example.com`
 * @param {string} options.signingKeys what `npx claimgate keys new` prints
 * @param {string} options.apiSecret the secret with which the API asks `/introspect`
 * @param {import('claimgate/replay').ReplayStore} options.replay remembers which tokens were used
 */
export function createService({ issuer, signingKeys, apiSecret, replay }) {
  const metrics = createMetrics();
  return {
    fetch: createExchange({
      policy,
      issuer,
      signer: signingKeys,
      replay,
      resourceServers: { api: { secret: apiSecret, audience: 'https://api.example.com' } },
      // Whatever keeps what is printed keeps the audit log. No token is in it.
      audit: (line) => console.log(line),
      metrics,
    }),
    // No route of the service, which everybody can reach: how often who is refused what is for those who run it. Node and Deno
    // serve it on another port, of the machine alone. Isolates of Workers each have counts of their own, which add up nowhere:
    // count the lines of the audit log there.
    serveMetrics: () => new Response(metrics.text(), { headers: { 'content-type': OPENMETRICS } }),
  };
}
