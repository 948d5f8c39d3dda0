import { JOB_CLAIMS } from '../../claimgate/js/issuer/claims.js';
import { isInputError } from '../../claimgate/js/refusals.js';
import { el, show } from '../page/dom.js';
import { sentence } from '../page/text.js';
import { PRESETS } from './presets.js';
import { sampleJob, tokenClaims } from './sample.js';
import { sampleKey } from './sample-key.js';

/** What most policies look at. The others are behind a summary. */
const FIRST = ['aud', 'iss', 'sub', 'repository', 'repository_id', 'repository_owner_id', 'event_name', 'ref', 'environment', 'job_workflow_ref', 'workflow_ref', 'runner_environment'];
const OTHERS = JOB_CLAIMS.filter((name) => !FIRST.includes(name));

/** Of the token and not of its job: made when it is signed. */
const OF_THE_TOKEN = ['iat', 'nbf', 'exp', 'jti'];

/** @typedef {Readonly<Record<string, string | null>>} Given claims that differ from the sample; null leaves one out */

/**
 * The form that builds tokens. It holds what differs from the sample, and shows what follows from that.
 *
 * @param {HTMLFormElement} form
 * @param {(work: (isNewest: () => boolean) => Promise<unknown>, failed: (error: unknown) => void) => void} request runs what takes its time, as
 *   `run` of `createActions` does
 * @param {(built: { token: string, jwks: string }) => void} use
 */
export function createBuilder(form, request, use) {
  const presets = el('select', { id: 'build-preset' }, PRESETS.map(({ name }, index) => el('option', { value: String(index) }, name)));
  const immutable = el('input', { type: 'checkbox', id: 'build-immutable' });
  const more = el('textarea', { id: 'build-more', rows: '2', spellcheck: 'false', autocomplete: 'off', 'aria-describedby': 'build-more-hint', placeholder: '{ "repo_property_team": "deploy" }' });
  const complaint = el('p', { class: 'notice bad', role: 'alert', hidden: true });
  const inputs = new Map([...FIRST, ...OTHERS].map((name) => [name, el('input', { id: `build-${name}`, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off' })]));
  layOut(form, { presets, immutable, more, complaint, inputs });

  /** @type {Given} */
  let given = {};

  const complain = (/** @type {string | undefined} */ text) => {
    complaint.hidden = text === undefined;
    show(complaint, ...(text === undefined ? [] : [el('strong', {}, 'Not signed. '), sentence(text)]));
  };

  /** Shows what follows from what was given, but in the field that is being written. @param {EventTarget | null} [written] */
  const follow = (written) => {
    /** @type {Record<string, string>} */
    let claims = {};
    try {
      claims = sampleJob(given, immutable.checked);
      complain(undefined);
    } catch (error) {
      if (!isInputError(error)) throw error;
      claims = sampleJob({ ...given, sub: '' });
      complain(error.message);
    }
    for (const [name, input] of inputs) if (input !== written) input.value = claims[name] ?? '';
  };

  const start = (/** @type {Given} */ claims, withIds = false) => {
    given = claims;
    immutable.checked = withIds;
    more.value = '';
    follow();
  };

  const usePreset = () => {
    const { claims, immutable: withIds } = PRESETS[Number(presets.value)] ?? { claims: {} };
    start(claims, withIds);
  };

  presets.addEventListener('change', usePreset);
  immutable.addEventListener('change', () => follow());
  for (const [name, input] of inputs) {
    input.addEventListener('input', () => {
      const { [name]: _, ...others } = given;
      // An emptied `sub` follows the claims again; any other that is emptied is left out.
      given = input.value === '' && name === 'sub' ? others : { ...others, [name]: input.value === '' ? null : input.value };
      follow(input);
    });
  }
  const sign = async (/** @type {() => boolean} */ isNewest) => {
    const key = await sampleKey();
    const claims = sampleJob(given, immutable.checked);
    const token = await key.sign({ ...claims, ...tokenClaims(Math.floor(Date.now() / 1000)), ...further(more.value) });
    if (!isNewest()) return;
    complain(undefined);
    use({ token, jwks: key.jwks });
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    request(sign, (error) => complain(/** @type {Error} */ (error).message));
  });
  usePreset();

  return {
    /** @param {Readonly<Record<string, unknown>>} claims those of a token */
    startFrom(claims) {
      const absent = Object.fromEntries([...inputs.keys()].map((name) => [name, null]));
      const strings = Object.entries(claims).flatMap(([name, value]) => (inputs.has(name) && typeof value === 'string' && value !== '' ? [[name, value]] : []));
      start({ ...absent, ...Object.fromEntries(strings) });
      const others = Object.entries(claims).filter(([name, value]) => !OF_THE_TOKEN.includes(name) && value !== '' && !(inputs.has(name) && typeof value === 'string'));
      more.value = others.length === 0 ? '' : JSON.stringify(Object.fromEntries(others), null, 2);
    },
    reset() {
      presets.value = '0';
      usePreset();
    },
  };
}

/** @param {string} text @returns {object} */
function further(text) {
  let value;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new Error(`the further claims are not JSON: ${/** @type {Error} */ (error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('the further claims must be an object, such as `{ "repo_property_team": "deploy" }`');
  return value;
}

/**
 * @param {HTMLFormElement} form
 * @param {{ presets: Element, immutable: Element, more: Element, complaint: Element, inputs: ReadonlyMap<string, Element> }} parts
 */
function layOut(form, { presets, immutable, more, complaint, inputs }) {
  const field = (/** @type {string} */ name) =>
    el('p', { class: 'field' }, el('label', { for: `build-${name}` }, el('code', {}, name)), inputs.get(name));
  show(
    form,
    el('p', { class: 'row' }, el('label', { for: presets.id }, 'Start from'), presets, el('label', {}, immutable, el('span', {}, el('code', {}, 'sub'), ' with ids (immutable)'))),
    el('p', { class: 'hint' }, 'What you change, others follow: ', el('code', {}, 'sub'), ' the environment, the owner the repository. An emptied field leaves its claim out.'),
    el('div', { class: 'fields' }, FIRST.map(field)),
    el(
      'details',
      {},
      el('summary', {}, 'Further claims'),
      el('div', { class: 'fields' }, OTHERS.map(field)),
      el('p', {}, el('label', { for: more.id }, 'Others, and of other types, as JSON')),
      el('p', { class: 'hint', id: 'build-more-hint' }, 'It has the last word. Times and ', el('code', {}, 'jti'), ' are made when the token is signed, unless they are given here.'),
      more,
    ),
    el('p', { class: 'actions' }, el('button', { type: 'submit', class: 'primary' }, 'Sign it, and inspect it')),
    complaint,
  );
}
