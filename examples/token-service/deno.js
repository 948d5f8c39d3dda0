import { denoKvReplay } from 'claimgate/replay';
import { createService } from './service.js';

const hostname = Deno.env.get('HOST') ?? '127.0.0.1';
const metricsPort = Deno.env.get('METRICS_PORT');

const service = createService({
  issuer: Deno.env.get('ISSUER'),
  signingKeys: Deno.env.get('SIGNING_KEYS'),
  apiSecret: Deno.env.get('API_SECRET'),
  replay: denoKvReplay(await Deno.openKv(Deno.env.get('KV_PATH'))),
});

Deno.serve({ hostname, port: Number(Deno.env.get('PORT') ?? 8787) }, service.fetch);
if (metricsPort) Deno.serve({ hostname: '127.0.0.1', port: Number(metricsPort) }, service.serveMetrics);
