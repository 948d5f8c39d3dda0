import { describe } from './command.js';
import { allClaims } from '../explain/claims.js';
import { safe, show } from '../explain/text.js';

/** @typedef {import('./terminal.js').Layout} Layout */

/** How wide the column of the claims' names is: `repository_visibility`. */
const LABELS = 21;

/**
 * A token for people: what was verified, what is remarkable, what it says.
 *
 * @param {object} token
 * @param {import('../types.d.ts').Inspection} token.inspection
 * @param {import('./inspect.js').Verification} token.verification
 * @param {readonly import('../explain/warnings.js').Warning[]} token.warnings
 * @param {import('../explain/times.js').Times} token.times
 * @param {Layout} layout
 * @returns {string[]}
 */
export function inspectionLines({ inspection, verification, warnings, times }, layout) {
  return [
    ...verdictLines(verification, inspection, layout),
    // What refused it is told already.
    ...warningLines(warnings.filter(({ code }) => !('error' in verification) || code !== verification.error.code), layout),
    '',
    layout.paint('header', 'bold'),
    ...layout.field('alg', show(inspection.header.alg), { labels: LABELS }),
    ...layout.field('kid', show(inspection.header.kid), { labels: LABELS }),
    ...claimLines(inspection, times, layout),
    ...subjectLines(inspection, layout),
  ];
}

/**
 * @param {import('./inspect.js').Verification} verification
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {Layout} layout
 */
function verdictLines(verification, { issuer }, layout) {
  if (verification.verdict === 'verified') {
    const text = `the signature is by a key of ${safe(issuer?.issuer ?? '')}, and the times hold; audience and permissions were not asked about`;
    return layout.verdict('VERIFIED', text, 'green');
  }
  if (verification.verdict === 'refused') {
    const { error, hint } = verification;
    return [...layout.verdict('REFUSED', describe(error), 'red'), ...hintLines(hint, layout)];
  }
  if (verification.verdict === 'undecided') {
    const { error, hint } = verification;
    return [...layout.verdict('NOT VERIFIED', `anybody can have written this; ${describe(error)}`, 'yellow'), ...hintLines(hint, layout)];
  }
  return layout.verdict('NOT VERIFIED', 'anybody can have written this; `--keys` or `--fetch` verifies it', 'yellow');
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
    const value = claims[name];
    const time = name === 'iat' || name === 'nbf' || name === 'exp' ? times[name] : null;
    const seen = time ? ` = ${time.utc}, ${time.relative}` : '';
    const named = name === 'iss' ? ` It names ${issuer ? safe(issuer.name) : 'nobody that is known here'}.` : '';
    const text = typeof value === 'string' ? show(value) : safe(JSON.stringify(value));
    return [...heading, ...layout.field(show(name), text + seen, { labels: LABELS }), ...layout.paragraph(description + named, LABELS + 4, 'dim')];
  });
}

/**
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {Layout} layout
 */
function subjectLines({ subject }, layout) {
  if (subject === null) return [];
  const heading = (/** @type {string} */ text) => ['', `${layout.paint('sub, held against the claims beside it', 'bold')}: ${text}`];
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
