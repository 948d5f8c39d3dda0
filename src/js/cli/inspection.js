import { describe } from './command.js';
import { allClaims } from '../explain/claims.js';
import { safe, show } from '../explain/text.js';

/** @typedef {import('./terminal.js').Layout} Layout */

/** How wide the column of the claims' names is: `repository_visibility`. */
const LABELS = 21;
/** The same for those of `BRIEF`. */
const BRIEF_LABELS = 16;
/** The longest value that `--brief` shows whole: it fits into two lines wherever it is wrapped. */
const BRIEF_LENGTH = 80;
/** The claims that policies usually pin, with who issued the token, for whom and until when. */
const BRIEF = Object.freeze(['iss', 'aud', 'exp', 'repository', 'repository_id', 'event_name', 'ref', 'environment', 'job_workflow_ref']);

/**
 * A token and what is known about it.
 *
 * @typedef {object} Inspected
 * @property {import('../types.d.ts').Inspection} inspection
 * @property {import('./verification.js').Verification} verification
 * @property {readonly import('../explain/warnings.js').Warning[]} warnings
 * @property {import('../explain/times.js').Times} times
 */

/**
 * A token for people: all that it says, anything unusual, and what was verified, which is first and last.
 *
 * @param {Inspected} inspected
 * @param {Layout} layout
 * @returns {string[]}
 */
export function inspectionLines({ inspection, verification, warnings, times }, layout) {
  const verdict = verdictLines(verification, inspection, layout);
  return [
    ...verdict,
    '',
    layout.paint('header', 'bold'),
    ...layout.field('alg', show(inspection.header.alg), { labels: LABELS }),
    ...layout.field('kid', show(inspection.header.kid), { labels: LABELS }),
    ...claimLines(inspection, times, layout),
    ...subjectLines(inspection, layout),
    ...warningLines(remaining(warnings, verification), layout),
    '',
    ...verdict,
  ];
}

/**
 * The same on one screen. If it is longer than that, as with many warnings, the verdict is also last.
 *
 * @param {Inspected} inspected
 * @param {Layout} layout
 * @returns {string[]}
 */
export function briefLines({ inspection, verification, warnings, times }, layout) {
  const { claims, subject } = inspection;
  const shown = BRIEF.filter((name) => claims[name] !== undefined && claims[name] !== '');
  const checks = { consistent: 'It agrees with the other claims.', unchecked: 'It was not compared with the other claims.', contradictory: 'It contradicts the other claims.' };
  const options = { labels: BRIEF_LABELS };
  const verdict = verdictLines(verification, inspection, layout);
  const lines = [
    ...verdict,
    ...warningLines(remaining(warnings, verification), layout),
    '',
    ...[...shown, 'sub'].flatMap((name) => layout.field(name, shortened(valueOf(name, claims, times)), options)),
    ...(subject === null ? [] : layout.paragraph(checks[subject.check], BRIEF_LABELS + 4, 'dim')),
  ];
  // The prompt takes a line, too.
  return lines.length < layout.rows ? lines : [...lines, '', ...verdict];
}

/** A long value without its middle: what tells jobs apart is at its ends. @param {string} text */
function shortened(text) {
  const letters = [...text];
  if (letters.length <= BRIEF_LENGTH) return text;
  const half = BRIEF_LENGTH / 2;
  return `${letters.slice(0, half).join('')}…${letters.slice(1 - half).join('')}`;
}

/**
 * The warnings, without that of what refused the token: the verdict has it.
 *
 * @param {Inspected['warnings']} warnings
 * @param {Inspected['verification']} verification
 */
function remaining(warnings, verification) {
  return warnings.filter(({ code }) => !('error' in verification) || code !== verification.error.code);
}

/**
 * @param {import('./verification.js').Verification} verification
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {Layout} layout
 */
function verdictLines(verification, { issuer }, layout) {
  if (verification.verdict === 'verified') {
    const text = `the signature is by a key of ${safe(issuer?.issuer ?? '')}, and the token is valid at this time; audience and permissions were not checked`;
    return layout.verdict('VERIFIED', text, 'green');
  }
  if (verification.verdict === 'refused') {
    const { error, hint } = verification;
    return [...layout.verdict('REFUSED', describe(error), 'red'), ...hintLines(hint, layout)];
  }
  if (verification.verdict === 'undecided') {
    const { error, hint } = verification;
    return [...layout.verdict('NOT VERIFIED', `anyone could have written it; ${describe(error)}`, 'yellow'), ...hintLines(hint, layout)];
  }
  return layout.verdict('NOT VERIFIED', 'anyone could have written it; `--keys` or `--fetch` verifies it', 'yellow');
}

/**
 * @param {string | undefined} hint
 * @param {Layout} layout
 */
function hintLines(hint, layout) {
  return hint === undefined ? [] : layout.paragraph(`hint: ${hint}`, 2, 'yellow');
}

/**
 * @param {readonly import('../explain/warnings.js').Warning[]} warnings
 * @param {Layout} layout
 */
export function warningLines(warnings, layout) {
  const lines = warnings.flatMap(({ level, message }) => {
    const isWarning = level === 'warning';
    return layout.field(isWarning ? '!' : '-', safe(message), { labels: 1, indent: 2, ...(isWarning && { styles: ['yellow'] }) });
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

/**
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {import('../explain/times.js').Times} times
 * @param {Layout} layout
 */
function claimLines(inspection, times, layout) {
  const { claims, issuer } = inspection;
  let last = '';
  return allClaims(inspection).flatMap(({ name, group, description }) => {
    const heading = group === last ? [] : ['', layout.paint(group, 'bold')];
    last = group;
    const named = name === 'iss' ? ` It names ${issuer ? safe(issuer.name) : 'no known issuer'}.` : '';
    const text = valueOf(name, claims, times);
    return [...heading, ...layout.field(show(name), text, { labels: LABELS }), ...layout.paragraph(description + named, LABELS + 4, 'dim')];
  });
}

/**
 * @param {string} name
 * @param {Record<string, unknown>} claims
 * @param {import('../explain/times.js').Times} times
 */
function valueOf(name, claims, times) {
  const value = claims[name];
  const time = name === 'iat' || name === 'nbf' || name === 'exp' ? times[name] : null;
  const text = typeof value === 'string' ? show(value) : safe(JSON.stringify(value) ?? '(absent)');
  return time ? `${text} = ${time.utc}, ${time.relative}` : text;
}

/**
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {Layout} layout
 */
function subjectLines({ subject }, layout) {
  if (subject === null) return [];
  const heading = (/** @type {string} */ text) => ['', `${layout.paint('sub, compared with the other claims', 'bold')}: ${text}`];
  if (subject.check === 'contradictory') return [...heading(layout.paint('it contradicts them', 'red', 'bold')), ...layout.paragraph(safe(subject.message), 2)];
  if (subject.check === 'unchecked') return [...heading('not compared'), ...layout.paragraph(`its template is not known from ${show(subject.from)} on`, 2)];
  const form = { classic: 'classic: the repository without ids', immutable: 'immutable: the repository with ids' };
  const notes = [subject.repository && form[subject.repository], subject.customised && "customised: claims of the owner's choice"];
  return [
    ...heading('it agrees'),
    ...subject.segments.flatMap(({ key, value }) => layout.field(show(key), value === null ? '' : show(value), { labels: LABELS })),
    ...notes.flatMap((note) => (note ? layout.paragraph(note, LABELS + 4, 'dim') : [])),
  ];
}
