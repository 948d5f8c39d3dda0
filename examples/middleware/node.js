import { createNodeGate } from 'claimgate';
import { createServer } from 'node:http';
import policy from './policy.json' with { type: 'json' };

const gate = createNodeGate({ policy, role: 'deploy-production' });
const deploy = (request, response) => response.end(JSON.stringify({ deployed: request.job.claims.repository }));

createServer((request, response) => {
  gate(request, response, () => deploy(request, response)).catch(() => response.destroy());
}).listen(process.env.PORT ?? 8787, '127.0.0.1');
