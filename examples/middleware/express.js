import { createNodeGate } from 'claimgate';
import express from 'express';
import policy from './policy.json' with { type: 'json' };

const app = express();
app.use(createNodeGate({ policy, role: 'deploy-production' }));
app.post('/', (request, response) => response.json({ deployed: request.job.claims.repository }));

app.listen(process.env.PORT ?? 8787, '127.0.0.1');
