// A job's step: asks GitHub's own client for a token, and the gate for a deployment. Prints the gate's answer as JSON.
// `--audience A`: what the token is for. `--edit CLAIM=VALUE`: changes the token on the way.
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { getIDToken } from '@actions/core';

const { values } = parseArgs({ options: { gate: { type: 'string' }, audience: { type: 'string' }, edit: { type: 'string' } } });

let token = await getIDToken(values.audience);
if (values.edit) {
  const [name, value] = values.edit.split('=');
  const [header, payload, signature] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url')), [name]: value };
  token = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}
const response = await fetch(values.gate, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
// On a channel of its own: `getIDToken` prints a command for the runner on standard output, to mask the token.
writeSync(3, JSON.stringify({ status: response.status, headers: [...response.headers], body: await response.json() }));
