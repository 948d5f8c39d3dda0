import { inspectUnverified } from 'claimgate';
import { timesOf } from '../explain/times.js';
import { warningsOf } from '../explain/warnings.js';
import { optionError } from '../options.js';
import { errorData, print } from './command.js';
import { isRefusal } from '../refusals.js';
import { readToken } from './input.js';
import { briefLines, inspectionLines } from './inspection.js';
import { createLayout, toJson } from './terminal.js';
import { exitOf, readVerification, verifyByItself } from './verification.js';
import { printRefusal } from './verify.js';

/**
 * Runs `claimgate inspect`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runInspect(args) {
  if (args.has('brief') && args.has('json')) throw optionError('give `--brief` or `--json`, but not both');
  const how = await readVerification(args);
  const token = await readToken('inspect', args.positionals[0]);
  const now = how.at ?? Math.floor(Date.now() / 1000);
  let inspection;
  try {
    inspection = inspectUnverified(token);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return printRefusal(args, token, error);
  }
  const verification = await verifyByItself(token, inspection, how);
  const warnings = warningsOf(inspection, now);
  const times = timesOf(inspection.claims, now);
  if (args.has('json')) {
    const { header, issuer, claims, described, subject, defaultAudience } = inspection;
    const error = 'error' in verification ? errorData(verification.error, verification.hint) : null;
    print([toJson({ verdict: verification.verdict, error, warnings, header, issuer, claims, described, subject, defaultAudience, times })]);
  } else {
    const lines = args.has('brief') ? briefLines : inspectionLines;
    print(lines({ inspection, verification, warnings, times }, createLayout()));
  }
  return exitOf(verification);
}
