import { ClaimgateError, inspectUnverified } from 'claimgate';
import { decideByItself, isOperatedByGithub } from '../explain/decide.js';
import { timesOf } from '../explain/times.js';
import { warningsOf } from '../explain/warnings.js';
import { optionError } from '../options.js';
import { EXIT, TOKEN_HELP, errorData, print, runCommand } from './command.js';
import { isUnavailable, readKeys, unavailableMessage } from './decide.js';
import { isRefusal } from '../refusals.js';
import { readToken } from './input.js';
import { inspectionLines } from './inspection.js';
import { hintFor } from './malformed.js';
import { createLayout, toJson } from './terminal.js';
import { refusedData, refusedLines } from './verify.js';

/**
 * What became of verifying a token, if that was asked for.
 *
 * @typedef {{ verdict: 'not_verified' | 'verified' }
 *   | { verdict: 'refused' | 'undecided', error: ClaimgateError, hint?: string | undefined }} Verification
 */

const HELP = `usage: claimgate inspect [options] [TOKEN]

Shows what a token says, what that means, and what is remarkable about it. Unless it is verified, anybody can have
written it.

  --keys FILE   verify the signature and the times with this JWK Set, as the keys of the issuer that the token names
  --fetch       the same, with the keys that this issuer publishes, fetched over the network. Only the issuers of
                github.com and *.ghe.com are asked because a token names them; any other one needs \`--issuer\`
  --issuer URL  with --fetch or --keys: the \`iss\` that the token must have, such as that of an Enterprise Server
  --at TIME     look at it as of then (seconds since 1970)
  --json        one line of JSON: \`verdict\` (\`not_verified\`, \`verified\`, \`refused\` or \`undecided\`), \`error\`, \`warnings\`,
                \`header\`, \`issuer\`, \`claims\`, \`described\` (what the claims mean), \`subject\`, \`times\`; of a malformed
                token only \`verdict\` and \`error\`

Whether the audience is the right one is not asked here, nor what the job may do: \`claimgate verify\` is for that.

${TOKEN_HELP}

exit codes
  0  shown; and with --keys or --fetch: verified
  1  the token is malformed, or refused
  2  the command line is wrong, or a file of keys
  3  not decided: the keys could not be fetched, or the issuer needs \`--issuer\`
  70 internal error: nothing was decided`;

const GRAMMAR = { command: 'inspect', switches: ['fetch', 'json'], values: ['keys', 'issuer', 'at'], arguments: 1 };

/**
 * Runs `claimgate inspect`.
 *
 * @param {readonly string[]} argv
 */
export function runInspect(argv) {
  return runCommand(GRAMMAR, HELP, argv, async (args) => {
    if (args.has('keys') && args.has('fetch')) throw optionError('give `--keys`, or `--fetch` to get them, but not both');
    const trusted = args.value('issuer');
    if (trusted !== undefined && !args.has('keys') && !args.has('fetch')) throw optionError('`--issuer` needs `--fetch` or `--keys`, which verify the token');
    const keys = await readKeys(args.value('keys'));
    const at = args.seconds('at');
    const token = await readToken('inspect', args.positionals[0]);
    const now = at ?? Math.floor(Date.now() / 1000);
    let inspection;
    try {
      inspection = inspectUnverified(token);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      print(args.has('json') ? [toJson(refusedData(token, error))] : refusedLines(token, error));
      return EXIT.refused;
    }
    /** @type {Verification} */
    const verification =
      keys !== undefined || args.has('fetch') ? await verify(token, inspection, { keys, trusted, at }) : { verdict: 'not_verified' };
    const warnings = warningsOf(inspection, now);
    const times = timesOf(inspection.claims, now);
    if (args.has('json')) {
      const { header, issuer, claims, described, subject, defaultAudience } = inspection;
      const error = 'error' in verification ? errorData(verification.error, verification.hint) : null;
      print([toJson({ verdict: verification.verdict, error, warnings, header, issuer, claims, described, subject, defaultAudience, times })]);
    } else {
      print(inspectionLines({ inspection, verification, warnings, times }, createLayout()));
    }
    return { not_verified: EXIT.ok, verified: EXIT.ok, refused: EXIT.refused, undecided: EXIT.unavailable }[verification.verdict];
  });
}

/**
 * Verifies a token against its own claims: the issuer that it names, and its own audience.
 *
 * @param {string} token
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {{ keys: string | undefined, trusted: string | undefined, at: number | undefined }} options
 * @returns {Promise<Verification>}
 */
async function verify(token, inspection, options) {
  try {
    await decideByItself(token, inspection, options);
    return { verdict: 'verified' };
  } catch (error) {
    if (isRefusal(error)) return { verdict: 'refused', error, hint: hintFor(token, error) };
    if (!isUnavailable(error)) throw error;
    const { code, retryAfter } = error;
    const { issuer } = inspection;
    const hint = issuer && options.trusted === undefined && !isOperatedByGithub(issuer) ? `if it is yours, name it: \`--issuer ${issuer.issuer}\`` : undefined;
    return { verdict: 'undecided', error: new ClaimgateError(code, unavailableMessage(error), { retryAfter }), hint };
  }
}
