import { readFileSync } from 'node:fs';
import { getIDToken } from '@actions/core';
import { quoted } from '../../../src/js/explain/text.js';
import { Failure } from './log.js';

const FROM_HERE = "github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository";

/**
 * A new ID token of this job, masked in the log.
 *
 * @param {string} audience
 */
export async function requestIdToken(audience) {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = process.env;
  if (!url || !bearer) throw notPermitted();
  try {
    return await getIDToken(audience);
  } catch (error) {
    // It has line breaks and columns of spaces.
    throw new Failure(`GitHub gave this job no ID token: ${/** @type {Error} */ (error).message.replace(/\s+/g, ' ')}`);
  }
}

function notPermitted() {
  const fork = forkOfPullRequest();
  if (fork !== undefined) {
    return new Failure(`this is a pull request from ${fork}, and the jobs of those get no ID token, whatever the workflow says`, [
      `  to leave this step out there, give it the line \`if: ${FROM_HERE}\``,
    ]);
  }
  return new Failure('this job may not ask for an ID token: add the line `id-token: write` to the `permissions:` of the job in the workflow', [
    '  if it is the job of a reusable workflow, the job that calls it needs the line, too',
  ]);
}

/** The fork that a pull request comes from, if it comes from one. `pull_request_target` has the permissions of the repository. */
function forkOfPullRequest() {
  const { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path, GITHUB_REPOSITORY: here } = process.env;
  if (!name?.startsWith('pull_request') || name === 'pull_request_target' || !path) return undefined;
  const from = JSON.parse(readFileSync(path, 'utf8')).pull_request?.head?.repo;
  if (from === undefined || from?.full_name === here) return undefined;
  return from === null ? 'a fork that is gone' : `the fork ${quoted(String(from.full_name))}`;
}
