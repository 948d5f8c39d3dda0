import { JOB_CLAIMS } from '../../claimgate/js/issuer/claims.js';
import { renderSubject } from '../../claimgate/js/issuer/subject.js';
import { isRefusal } from '../claimgate.js';
import { el, show } from '../page/dom.js';
import { sentence } from '../page/text.js';
import { PRESETS } from './presets.js';
import { sampleJob, tokenClaims } from './sample.js';
import { sampleKey } from './sample-key.js';

/** Of a token and not of its job: made anew each time. */
const OF_THE_TOKEN = ['iat', 'nbf', 'exp', 'jti'];

/** Claims of strings that most policies look at; the others are behind a summary. */
const FIRST = ['aud', 'iss', 'sub', 'repository', 'repository_id', 'repository_owner', 'repository_owner_id', 'event_name', 'ref', 'environment', 'job_workflow_ref', 'runner_environment'];

/**
 * The form that builds tokens.
 *
 * @param {HTMLFormElement} form
 * @param {(built: { token: string, jwks: string }) => void} use
 */
export function createBuilder(form, use) {
  /** @type {Map<string, HTMLInputElement>} */
  const inputs = new Map();
  const names = [...FIRST, ...JOB_CLAIMS.filter((name) => !FIRST.includes(name))];
  const field = (/** @type {string} */ name) => {
    const input = el('input', { id: `build-${name}`, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', ...(name === 'sub' && { 'aria-describedby': 'build-subject-hint' }) });
    inputs.set(name, input);
    return el('p', { class: 'field' }, el('label', { for: input.id }, el('code', {}, name)), input);
  };
  const presets = el('select', { id: 'build-preset' }, PRESETS.map(({ name }, index) => el('option', { value: String(index) }, name.replaceAll('`', ''))));
  const ownSubject = el('input', { type: 'checkbox', id: 'build-own-subject' });
  const immutable = el('input', { type: 'checkbox', id: 'build-immutable' });
  const more = el('textarea', { id: 'build-more', rows: '2', spellcheck: 'false', autocomplete: 'off', 'aria-describedby': 'build-more-hint', placeholder: '{ "repo_property_team": "deploy" }' });
  const complaint = el('p', { class: 'notice bad', role: 'alert', hidden: true });
  show(
    form,
    el('p', { class: 'row' }, el('label', { for: presets.id }, 'Start from'), presets),
    el('div', { class: 'fields' }, FIRST.map(field)),
    el('p', { class: 'row', id: 'build-subject-hint' }, el('label', {}, immutable, ' sub with ids (immutable)'), el('label', {}, ownSubject, ' I write sub by myself; else it follows the claims')),
    el('details', {}, el('summary', {}, 'Further claims'), el('div', { class: 'fields' }, names.filter((name) => !FIRST.includes(name)).map(field)),
      el('p', {}, el('label', { for: more.id }, 'Others, or of other types, as a JSON object; it has the last word')), el('p', { class: 'hint', id: 'build-more-hint' }, 'An empty field leaves its claim out. ', el('code', {}, 'iat'), ', ', el('code', {}, 'nbf'), ', ', el('code', {}, 'exp'), ' and ', el('code', {}, 'jti'), ' are made when the token is signed, unless they are given here.'), more),
    el('p', { class: 'actions' }, el('button', { type: 'submit', class: 'primary' }, 'Sign it, and inspect it')),
    complaint,
  );

  /** @param {Readonly<Record<string, unknown>>} claims */
  const fill = (claims) => {
    for (const [name, input] of inputs) input.value = typeof claims[name] === 'string' ? String(claims[name]) : '';
    const others = Object.entries(claims).filter(([name, value]) => (!inputs.has(name) || typeof value !== 'string') && !OF_THE_TOKEN.includes(name));
    more.value = others.length === 0 ? '' : JSON.stringify(Object.fromEntries(others), null, 2);
    complain();
  };

  const complain = (/** @type {string} */ text = '') => {
    complaint.hidden = text === '';
    show(complaint, text !== '' && el('strong', {}, 'Not signed. '), text !== '' && sentence(text));
  };

  /** @returns {Record<string, string>} */
  const strings = () => Object.fromEntries([...inputs].filter(([, { value }]) => value !== '').map(([name, { value }]) => [name, value]));

  const followSubject = () => {
    const subject = /** @type {HTMLInputElement} */ (inputs.get('sub'));
    subject.readOnly = !ownSubject.checked;
    if (ownSubject.checked) return;
    try {
      subject.value = renderSubject(strings(), { immutable: immutable.checked });
      complain();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      subject.value = '';
      complain(error.message);
    }
  };

  const usePreset = () => {
    const { claims, immutable: withIds = false } = PRESETS[Number(presets.value)] ?? { claims: {} };
    ownSubject.checked = false;
    immutable.checked = withIds;
    fill(sampleJob(claims, withIds));
    followSubject();
  };

  presets.addEventListener('change', usePreset);
  form.addEventListener('input', ({ target }) => target !== presets && followSubject());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const extra = more.value.trim() === '' ? {} : JSON.parse(more.value);
      if (typeof extra !== 'object' || extra === null || Array.isArray(extra)) throw new SyntaxError('it is not an object');
      const key = await sampleKey();
      const token = await key.sign({ ...strings(), ...tokenClaims(Math.floor(Date.now() / 1000)), ...extra });
      complain();
      use({ token, jwks: key.jwks });
    } catch (error) {
      complain(error instanceof SyntaxError ? `the further claims are not a JSON object: ${error.message}` : String(/** @type {Error} */ (error).message));
    }
  });
  usePreset();

  return {
    /** @param {Readonly<Record<string, unknown>>} claims those of a token */
    startFrom(claims) {
      ownSubject.checked = true;
      fill(claims);
      followSubject();
    },
    reset: usePreset,
  };
}
