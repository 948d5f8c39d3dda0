// The Action: one file, which the runner starts for the step itself, and once more at the end of the job.
import * as core from '@actions/core';
import { requestToken } from './exchange.js';
import { readInputs } from './inputs.js';
import { fail, say, warn } from './log.js';
import { revokeToken } from './revoke.js';

async function main() {
  const inputs = readInputs();
  const { token, lifetime, scope } = await requestToken(inputs);
  core.setSecret(token);
  // Before all that could fail, so that the token is revoked in any case.
  core.saveState('url', inputs.url);
  core.saveState('token', token);
  core.setOutput('token', token);
  core.setOutput('expires-in', lifetime);
  if (inputs.exportsToken) core.exportVariable('CLAIMGATE_TOKEN', token);
  say(`the job has the role \`${inputs.role}\` for ${lifetime} s${scope === '' ? '' : `, with the scope \`${scope}\``}`);
}

async function post() {
  const token = core.getState('token');
  // Without one, the step had failed.
  if (token === '') return;
  try {
    await revokeToken(core.getState('url'), token);
    say('the access token is revoked');
  } catch (error) {
    warn('the access token could not be revoked, and is valid until it expires', error);
  }
}

// What is saved here is only there when the runner comes back.
const isPost = core.getState('isPost') === 'true';
if (!isPost) core.saveState('isPost', 'true');
(isPost ? post : main)().catch(fail);
