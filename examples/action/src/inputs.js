import * as core from '@actions/core';
import { quoted } from '../../../src/js/explain/text.js';
import { Failure } from './log.js';

const EXAMPLE = 'such as `https://tokens.example.com`';

/**
 * What the workflow gives: `url` without a slash at the end, and no `scope` for all of it.
 *
 * @typedef {{ url: string, role: string, audience: string, scope: string, exportsToken: boolean }} Inputs
 */

/** @returns {Inputs} */
export function readInputs() {
  const url = serviceUrl(core.getInput('url'));
  const role = core.getInput('role');
  if (role === '') throw new Failure('the input `role` is missing: name a role of the policy of the token service');
  const scope = core.getInput('scope').split(/\s+/).join(' ');
  const exported = core.getInput('export-token');
  if (!['', 'true', 'false'].includes(exported)) throw new Failure(`the input \`export-token\` must be \`true\` or \`false\`, not ${quoted(exported)}`);
  return { url, role, audience: core.getInput('audience') || url, scope, exportsToken: exported === 'true' };
}

/**
 * Where tokens may be sent.
 *
 * @param {string} text
 */
function serviceUrl(text) {
  if (text === '') throw new Failure(`the input \`url\` is missing: give the address of the token service, ${EXAMPLE}`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Not repeated, for the sake of the password.
  if (url?.username || url?.password) {
    throw new Failure('the input `url` must not have a user name and a password: a token service asks for neither');
  }
  const isLocal = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (!url || (url.protocol !== 'https:' && !isLocal)) {
    throw new Failure(`the input \`url\` must be an \`https\` address, ${EXAMPLE}, and not ${quoted(text)}: tokens are sent there`);
  }
  if (/[?#]/.test(url.href)) throw new Failure(`the input \`url\` must have no query and no fragment: ${quoted(text)}`);
  return url.href.replace(/\/$/, '');
}
