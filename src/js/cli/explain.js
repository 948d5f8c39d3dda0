import { ClaimgateError, inspectUnverified } from 'claimgate';
import { evaluate } from 'claimgate/inspect';
import { safe, show } from '../explain/text.js';
import { optionError } from '../options.js';
import { isRefusal } from '../refusals.js';
import { EXIT, print } from './command.js';
import { readText, readToken } from './input.js';
import { createLayout, toJson } from './terminal.js';
import { printRefusal } from './verify.js';

/** @typedef {import('../inspect/types.d.ts').PolicyEvaluation} PolicyEvaluation */
/** @typedef {import('../inspect/types.d.ts').PolicyPart} PolicyPart */
/** @typedef {import('./terminal.js').Layout} Layout */

/** How each verdict is said. @type {Readonly<Record<PolicyEvaluation['verdict'], [word: string, words: string, style: import('./terminal.js').Style]>>} */
const VERDICTS = Object.freeze({
  allow: ['ALLOW', 'would accept this token', 'green'],
  deny: ['DENY', 'would refuse this token', 'red'],
  unknown: ['UNKNOWN', 'the decision depends on what the document does not hold or the vendor does not document', 'yellow'],
});

/**
 * Explains a policy of any system: `claimgate policy explain` without a role.
 *
 * @param {import('./arguments.js').Arguments} args
 * @param {string} file
 */
export async function explainPolicy(args, file) {
  const text = await readText(file, 'policy');
  const token = await readToken('policy explain', args.value('token') ?? args.positionals[0]);
  try {
    const claims = claimsOf(token);
    const options = { system: args.value('system'), kind: args.value('kind') };
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const evaluation = await evaluate(text, { claims, inputs: inputsOf(args), ...given });
    print(args.has('json') ? [toJson({ verified: false, ...evaluation })] : lines(evaluation));
    return EXIT.ok;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return printRefusal(args, token, error);
  }
}

/**
 * The claims of a token, or a JSON object of claims.
 *
 * @param {string} token
 * @returns {Record<string, unknown>}
 */
function claimsOf(token) {
  if (!token.trimStart().startsWith('{')) return inspectUnverified(token).claims;
  try {
    return JSON.parse(token);
  } catch {
    throw new ClaimgateError('token_json', 'the claims are not JSON: give a token, or its claims as a JSON object');
  }
}

/** @param {import('./arguments.js').Arguments} args */
function inputsOf(args) {
  const inputs = args.list('input').map((input) => {
    const at = input.indexOf('=');
    if (at < 1) throw optionError('`--input` must be `NAME=VALUE`, such as `--input var.org=acme`');
    return [input.slice(0, at), valueOf(input.slice(at + 1))];
  });
  return Object.fromEntries(inputs);
}

/**
 * The value of an input: a text, or a list as JSON.
 *
 * @param {string} text
 */
function valueOf(text) {
  if (!text.startsWith('[')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param {PolicyEvaluation} evaluation */
function lines({ verdict, system, format, holes, reasons, deciding, findings, assumptions }) {
  const layout = createLayout();
  const [word, words, style] = VERDICTS[verdict];
  return [
    ...layout.verdict(word, `${system} ${verdict === 'unknown' ? `(${format}): ` : ''}${words}; the token is not verified`, style),
    ...deciding.slice(0, MOST).flatMap((part) => ['', ...partLines(part, layout)]),
    ...(deciding.length > MOST ? ['', `  ${deciding.length - MOST} more conditions, see --json`] : []),
    ...section('unknown because', reasons.map(({ message }) => message), layout),
    ...section('works differently from what it looks like', findings.map(({ grade, message, at }) => `${at.line}:${at.column} ${grade}: ${message}`), layout),
    ...section('assumed', assumptions, layout),
    ...section(
      'not in the document, give a value with --input NAME=VALUE',
      holes.map(({ name, at, default: usual }) => `${at.line}:${at.column} ${name}${usual === undefined ? '' : ` (default: ${usual})`}`),
      layout,
    ),
  ];
}

/** Conditions that are listed; `--json` has all of them. */
const MOST = 20;

/**
 * @param {string} title
 * @param {readonly string[]} texts
 * @param {Layout} layout
 */
function section(title, texts, layout) {
  if (texts.length === 0) return [];
  return ['', layout.paint(title, 'bold'), ...texts.flatMap((text) => layout.paragraph(safe(text), 2))];
}

/**
 * @param {PolicyPart} part
 * @param {Layout} layout
 */
function partLines(part, layout) {
  const where = part.at === undefined ? '' : `${part.at.line}:${part.at.column} `;
  const mark = part.holds === 'true' ? '✓' : part.holds === 'unknown' ? '?' : '✗';
  const style = part.holds === 'unknown' ? 'yellow' : 'red';
  const because = (part.because ?? []).flatMap((text) => layout.field('because', safe(text), { indent: 6, labels: 8 }));
  if (part.kind === 'claim') {
    const { claim, operator, expected, found, advice = [] } = part;
    return [
      ...layout.paragraph(`${mark} ${where}${show(claim)} (${show(operator)})`, 2, style, 'bold'),
      ...layout.field('expected', expected.map(show).join(' or '), { indent: 6, labels: 8 }),
      ...layout.field('found', found === undefined ? 'nothing, the token has no such claim' : show(typeof found === 'string' ? found : JSON.stringify(found)), { indent: 6, labels: 8 }),
      ...because,
      ...advice.flatMap(({ side, message }) => layout.field('change', safe(`${side}: ${message}`), { indent: 6, labels: 8 })),
    ];
  }
  const name = part.kind === 'fixed' ? part.subject : part.kind === 'place' ? part.name : part.kind;
  return [...layout.paragraph(`${mark} ${where}${show(name)}`, 2, style, 'bold'), ...because];
}
