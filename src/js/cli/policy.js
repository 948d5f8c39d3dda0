import { createVerifier, inspectUnverified } from 'claimgate';
import { optionError } from '../options.js';
import { EXIT, errorData, print } from './command.js';
import { readPolicy } from './decide.js';
import { explainPolicy } from './explain.js';
import { LABELS, explanationLines } from './explanation.js';
import { readStandardInput, readText, readToken } from './input.js';
import { warningLines } from './inspection.js';
import { safe, show } from '../explain/text.js';
import { isInputError, isRefusal } from '../refusals.js';
import { withProgress } from './progress.js';
import { createLayout, toJson } from './terminal.js';
import { printRefusal } from './verify.js';
import { warningsOf } from '../explain/warnings.js';

/**
 * Runs `claimgate policy check`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runCheck(args) {
  const files = args.positionals.length === 0 ? ['-'] : args.positionals;
  // All are read first: a file that does not exist is not a wrong policy.
  const policies = [];
  for (const file of files) {
    const text = file === '-' ? await readStandardInput('policy check', 'a policy') : await readText(file, 'policy');
    policies.push({ file: file === '-' ? 'standard input' : file, text });
  }
  const checked = policies.map(({ file, text }) => ({ file, ...check(text) }));
  print(args.has('json') ? checked.map(toJson) : checked.flatMap(checkLines));
  const passes = (/** @type {ReturnType<typeof check>} */ policy) => policy.valid && !(args.has('strict') && policy.warnings.length > 0);
  return checked.every(passes) ? EXIT.ok : EXIT.refused;
}

/** @param {string} text */
function check(text) {
  try {
    const { issuers, policyWarnings } = withProgress(text, (onProgress) => createVerifier({ policy: text, onProgress }));
    // It was loaded, so this is what it is.
    const { audience, roles } = /** @type {import('../types.d.ts').Policy} */ (JSON.parse(text));
    const counted = Object.entries(roles).map(([name, { issuer, allow, deny = [] }]) => ({ name, issuers: [issuer].flat(), allow: allow.length, deny: deny.length }));
    const { warnings, omitted } = policyWarnings();
    return { valid: /** @type {const} */ (true), audiences: [audience].flat(), issuers, roles: counted, warnings, omittedWarnings: omitted };
  } catch (error) {
    if (!isInputError(error)) throw error;
    return { valid: /** @type {const} */ (false), error: errorData(error) };
  }
}

/** @param {{ file: string } & ReturnType<typeof check>} policy */
function checkLines({ file, ...policy }) {
  const layout = createLayout();
  if (!policy.valid) {
    const { message, code, line, column } = policy.error;
    const where = line === undefined ? show(file) : `${show(file)}:${line}:${column}`;
    return [`${layout.paint('WRONG', 'red', 'bold')} ${where}`, ...layout.paragraph(safe(`${message} (${code})`), 2)];
  }
  const { audiences, issuers, roles, warnings, omittedWarnings } = policy;
  return [
    `${layout.paint('OK', 'green', 'bold')} ${show(file)}`,
    ...audiences.flatMap((audience) => layout.field('audience', show(audience), { labels: 8 })),
    ...issuers.flatMap(({ name, issuer }) => layout.field('issuer', `${show(name)}: ${show(issuer)}`, { labels: 8 })),
    ...roles.flatMap((role) => layout.field('role', `${show(role.name)}, of ${role.issuers.map(show).join(' and ')}: ${role.allow} allow, ${role.deny} deny`, { labels: 8 })),
    ...warnings.flatMap(({ code, place, message }) => layout.field('warning', safe(`${place}: ${message} (${code})`), { labels: 8, styles: ['yellow'] })),
    ...(omittedWarnings > 0 ? layout.field('warning', `${omittedWarnings} more`, { labels: 8 }) : []),
  ];
}

/**
 * Runs `claimgate policy explain`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runExplain(args) {
  const [file, role, option, argument] = [args.value('policy'), args.value('role'), args.value('token'), args.positionals[0]];
  if (file === undefined) throw optionError('give the policy: `--policy FILE`, and for a policy of Claimgate the role: `--role ROLE`');
  if (option !== undefined && argument !== undefined) throw optionError('the token is given twice');
  if (role === undefined) {
    if (args.has('at')) throw optionError('`--at` needs `--role`: policies of other systems are evaluated without a time');
    return explainPolicy(args, file);
  }
  for (const name of ['system', 'input', 'kind']) {
    if (args.has(name)) throw optionError(`\`--${name}\` and \`--role\` exclude each other: only policies of Claimgate have roles`);
  }
  const policy = await readPolicy(file, role);
  const now = args.time('at') ?? Math.floor(Date.now() / 1000);
  const token = await readToken('policy explain', option ?? argument);
  try {
    const explained = createVerifier({ policy }).explainUnverified(token, { role });
    const warnings = warningsOf(inspectUnverified(token), now);
    const { verified, ...rest } = explained;
    print(args.has('json') ? [toJson({ verdict: 'not_verified', ...rest, warnings })] : explainedLines(explained, warnings));
    return EXIT.ok;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return printRefusal(args, token, error);
  }
}

/**
 * @param {import('../types.d.ts').UnverifiedExplanation} explained
 * @param {readonly import('../explain/warnings.js').Warning[]} warnings
 */
function explainedLines({ role, issuer, audience, rule, rulesAdmit, explanation, omittedRules }, warnings) {
  const layout = createLayout();
  const fits = issuer.matched && audience.matched;
  const beside = fits ? '' : `, but ${[!issuer.matched && 'its issuer', !audience.matched && 'its audience'].filter(Boolean).join(' and ')} would be refused`;
  const says = rulesAdmit ? `would give the role ${show(role)} by ${show(rule ?? '')}${beside}` : `would not give the role ${show(role)}`;
  const held = (/** @type {string} */ label, /** @type {boolean} */ matched, /** @type {readonly string[]} */ expected, /** @type {readonly string[]} */ found) =>
    matched
      ? layout.field(`✓ ${label}`, found.map(show).join(', '), { labels: LABELS, styles: ['dim'] })
      : [
          `  ${layout.paint(`✗ ${label}`, 'red', 'bold')}`,
          ...layout.field('expected', expected.map(show).join(' or '), { indent: 6, labels: 8 }),
          ...layout.field('found', found.map(show).join(', '), { indent: 6, labels: 8 }),
        ];
  return [
    ...layout.verdict('NOT VERIFIED', `anyone could have written this token; if it is genuine, the rules ${says}`, 'yellow'),
    ...explanationLines(explanation, omittedRules, layout),
    '',
    layout.paint('before the rules', 'bold'),
    ...held('issuer', issuer.matched, issuer.expected, [issuer.found]),
    ...held('audience', audience.matched, audience.expected, audience.found),
    ...warningLines(warnings, layout),
  ];
}
