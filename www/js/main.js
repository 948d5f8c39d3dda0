import { openedWith } from './page/opened-with.js';
import { isOperatedByGithub } from '../claimgate/js/explain/decide.js';
import { isTime } from '../claimgate/js/explain/times.js';
import { sleep } from '../claimgate/js/util/timeout.js';
import { showAnswer, spoken } from './answer.js';
import { createBuilder } from './build/form.js';
import { SAMPLE_JOB, SAMPLE_POLICY, sampleJob, tokenClaims } from './build/sample.js';
import { isSample, sampleKey } from './build/sample-key.js';
import { check } from './check.js';
import { showComparison } from './compare.js';
import { fetchFromIssuer } from './keys/fetch-from-issuer.js';
import { questionAbout, showKeys } from './keys/result.js';
import { createActions } from './page/actions.js';
import { announce, keepSilent } from './page/announce.js';
import { copies } from './page/copy.js';
import { area, button, byId, el, replaceText, show } from './page/dom.js';
import { acceptFiles } from './page/files.js';
import { linkTo, takeFragment } from './page/fragment.js';
import { keepOffline } from './page/offline.js';
import { sentence } from './page/text.js';
import { showPolicy, showTightPolicy } from './policy/result.js';
import { bare, hasToken } from './token/bare.js';
import { colour, showBreak } from './token/field.js';
import { showReading, showRemains } from './token/reading.js';
import { createTimeline } from './token/timeline.js';

/** @typedef {import('./check.js').Checked} Checked */

/** How long nothing must change until the answer is read aloud, in milliseconds. */
const QUIET = 700;

const token = area('token');
const keys = area('keys');
const policy = area('policy');
const other = area('other');
const role = /** @type {HTMLSelectElement} */ (byId('role'));
const leeway = /** @type {HTMLInputElement} */ (byId('leeway'));
/** @type {import('./token/timeline.js').Timeline | undefined} */
let timeline;

const now = () => Math.floor(Date.now() / 1000);

/** The keys that were fetched, and whose they are: until they are edited. @type {{ text: string, issuer: string } | undefined} */
let fetched;
/** The role that is wanted; a policy that is being edited may not have it just now. */
let wanted = '';
/** What links replaced: the last policy that did not come from one, and its role. @type {{ policy: string, role: string } | undefined} */
let replaced;
/** @type {Checked | undefined} */
let last;
/** Why keys could not be fetched: until something else is given or asked for. @type {import('./keys/result.js').Unfetched | undefined} */
let unfetched;
/** Issuers that GitHub does not operate and that the person has confirmed. @type {Set<string>} */
const confirmed = new Set();
/** What the reading was drawn from. */
let drawn = '';
let lastTick = now();

let underWay = 0;
/** The answer is busy while anything is under way that may change it. @param {1 | -1} change */
const count = (change) => byId('answer').setAttribute('aria-busy', String((underWay += change) > 0));
/** What people ask for that takes its time: the sample, keys, files, tokens that are built. */
const requests = createActions(count);
/** The answers to what was given. */
const checks = createActions(count);
/** The last of them, until it is drawn. */
let answered = Promise.resolve();

/** Something else is given or asked for: what is under way is of no use any more. */
function supersede() {
  requests.supersede();
  unfetched = undefined;
  byId('trouble').hidden = true;
}

/** @type {(work: (isNewest: () => boolean) => Promise<unknown>, failed?: (error: any) => void) => void} */
const request = (work, failed = (error) => trouble(String(error?.message ?? error))) => {
  supersede();
  requests.run(work, failed);
};

/** An empty or impossible number counts as the core's own. */
const leewaySeconds = () => (leeway.validity.valid && leeway.value !== '' ? leeway.valueAsNumber : 60);

const isAsOfIssue = () => document.querySelector('input[value="issued"]:checked') !== null;

/** Checks all that was given, and draws it. */
function update() {
  const work = async (/** @type {() => boolean} */ isNewest) => {
    const checked = await checkGiven();
    if (isNewest()) draw(checked);
  };
  return (answered = checks.run(work, fail));
}

/** A failure of this page or of the core, which says nothing about the token: nothing that was drawn before may stay beside what was given now. @param {unknown} error */
function fail(error) {
  last = timeline = undefined;
  drawn = '';
  byId('answer').hidden = byId('tight').hidden = byId('sample-mark').hidden = true;
  for (const place of ['break', 'keys-result', 'policy-result', 'reading-result', 'compare-result', 'token-colours']) show(byId(place));
  token.classList.remove('drawn');
  for (const name of ['fetch-keys', 'build-fill', 'remember', 'link']) button(name).disabled = true;
  trouble(`the token could not be decided, because this page failed: ${/** @type {Error} */ (error).message}`);
}

function checkGiven() {
  return check(
    {
      token: token.value,
      keys: keys.value,
      keysOf: fetched?.text === keys.value ? fetched.issuer : undefined,
      policy: policy.value,
      role: wanted,
      asOfIssue: isAsOfIssue(),
      leeway: leewaySeconds(),
    },
    now(),
  );
}

/** @param {Checked} checked */
function draw(checked) {
  const { inspection, malformed } = checked;
  const given = `${leewaySeconds()} ${token.value}`;
  colour(token, malformed);
  showBreak(malformed, token.value, (found) => {
    replaceText(token, found);
    token.focus();
    update();
  });
  byId('sample-mark').hidden = !inspection || !isSample(inspection.header);
  byId('answer').hidden = !inspection && !malformed && !checked.policy;
  showAnswer({ signature: byId('signature-card'), policy: byId('policy-card'), warnings: byId('warnings') }, checked);
  showKeys(checked.keys, unfetched, keys.value.trim() !== '');
  showPolicy(checked, policy);
  showTightPolicy(checked);
  if (given !== drawn) {
    timeline = inspection && createTimeline(inspection.claims, leewaySeconds());
    if (inspection && timeline) showReading(byId('reading-result'), token.value, inspection, timeline.element);
    else if (malformed) showRemains(byId('reading-result'), token.value);
    else show(byId('reading-result'), el('p', { class: 'hint' }, 'Paste a token, or try the sample: each claim is explained here.'));
    drawn = given;
  }
  timeline?.move(now());
  const issuedChoice = /** @type {HTMLInputElement} */ (document.querySelector('input[value="issued"]'));
  issuedChoice.disabled = inspection !== undefined && !isTime(inspection.claims.iat);
  byId('leeway-hint').hidden = leeway.validity.valid && leeway.value !== '';
  button('fetch-keys').disabled = !inspection?.issuer;
  button('build-fill').disabled = button('remember').disabled = !inspection;
  showComparison(byId('compare-result'), { before: other.value, now: inspection, token: token.value, policy: policy.value, role: checked.policy?.role ?? '' });
  sayAloud(checked);
  last = checked;
  mark(checked.signature?.state ?? 'empty');
}

/** For measuring. @param {string} what */
function mark(what) {
  performance.clearMarks(`claimgate-${what}`);
  performance.mark(`claimgate-${what}`);
}

/** @param {Checked} checked */
function sayAloud(checked) {
  if (byId('answer').hidden) return keepSilent();
  announce([unfetched && notFetched(unfetched), spoken(checked)].filter(Boolean).join(' '), QUIET);
}

/** @param {import('./keys/result.js').Unfetched} unfetched */
const notFetched = ({ problem }) => `Keys: Not fetched. ${sentence(problem).textContent}`;

/** Now moves on; when it passes one of the token's times, all is checked again. */
function tick() {
  if (!last?.inspection || document.hidden) return;
  timeline?.move(now());
  const { exp, nbf, iat } = last.inspection.claims;
  const turns = [exp, nbf, iat].flatMap((time) => [-leewaySeconds(), 0, leewaySeconds()].map((shift) => Number(time) + shift));
  if (turns.some((turn) => lastTick < turn && now() >= turn)) update();
  lastTick = now();
}

function clear() {
  supersede();
  for (const field of [token, keys, policy, other]) field.value = '';
  forgetOrigin();
  fetched = undefined;
  confirmed.clear();
  wanted = '';
  leeway.value = '60';
  /** @type {HTMLInputElement} */ (document.querySelector('input[value="now"]')).checked = true;
  builder.reset();
  update();
  announce('Everything is cleared');
  token.focus();
}

/** @param {() => boolean} isNewest */
async function useSample(isNewest) {
  const key = await sampleKey();
  const sample = await key.sign({ ...sampleJob(SAMPLE_JOB), ...tokenClaims(now()) });
  if (!isNewest()) return;
  wanted = 'deploy-production';
  replaceText(token, sample);
  replaceText(keys, key.jwks);
  replaceText(policy, SAMPLE_POLICY);
  await update();
}

/** @param {() => boolean} isNewest @returns {Promise<void>} */
async function fetchKeys(isNewest) {
  // Of the token that is in the field, also if it was pasted just now.
  await answered;
  const issuer = last?.inspection?.issuer;
  if (!issuer || !isNewest()) return;
  if (!isOperatedByGithub(issuer) && !confirmed.has(issuer.issuer)) {
    const confirm = () => {
      confirmed.add(issuer.issuer);
      request(fetchKeys);
    };
    unfetched = { issuer, problem: questionAbout(issuer), confirm };
    announce(notFetched(unfetched));
    return update();
  }
  announce(`Asking ${issuer.name}`);
  const answer = await fetchFromIssuer(issuer);
  if (!isNewest()) return;
  if (answer.problem !== undefined) {
    unfetched = { issuer, problem: answer.problem };
    announce(notFetched(unfetched));
  } else {
    replaceText(keys, answer.jwks);
    fetched = { text: keys.value, issuer: issuer.issuer };
  }
  await update();
}

/** @param {string} text lower case, as a message of an error */
function trouble(text) {
  byId('trouble').hidden = false;
  show(byId('trouble'), sentence(text));
}

/** @param {import('./page/fragment.js').Fragment} given */
function take(given) {
  const found = given.texts.find(({ text }) => hasToken(text));
  if (found !== undefined) token.value = bare(found.text);
  if (given.policy !== undefined) {
    const kept = replaced ?? { policy: policy.value, role: wanted };
    replaceText(policy, given.policy); // which is an edit, and so forgets the origin
    replaced = kept;
    showOrigin(kept);
  }
  if (given.role !== undefined) wanted = given.role;
  if (found?.wasSent) trouble('the token stood in the query of the address, which the server of this page has seen: put it behind a `#`, or paste it');
}

/** Says that the policy is from a link, which anyone can write, and gives back the one that it replaced. @param {NonNullable<typeof replaced>} own */
function showOrigin(own) {
  const restore = own.policy.trim() !== '' && el('button', { type: 'button' }, 'Restore my policy');
  if (restore) {
    restore.addEventListener('click', () => {
      replaceText(policy, own.policy);
      wanted = own.role;
      forgetOrigin();
      update();
    });
  }
  byId('policy-origin').hidden = false;
  show(byId('policy-origin'), el('strong', {}, 'From a link. '), 'This policy came with the address of the page. ', restore);
}

function forgetOrigin() {
  replaced = undefined;
  byId('policy-origin').hidden = true;
}

const builder = createBuilder(/** @type {HTMLFormElement} */ (byId('build')), request, ({ token: built, jwks }) => {
  replaceText(token, built);
  replaceText(keys, jwks);
  update();
  byId('token-section').scrollIntoView();
  token.focus();
});

for (const field of [token, keys, policy, other]) {
  field.addEventListener('input', () => {
    if (field === policy) forgetOrigin();
    supersede();
    update();
  });
}
leeway.addEventListener('input', update);
for (const choice of document.querySelectorAll('input[name="as-of"]')) choice.addEventListener('change', update);
role.addEventListener('change', () => {
  wanted = role.value;
  update();
});
button('sample').addEventListener('click', () => request(useSample));
button('fetch-keys').addEventListener('click', () => request(fetchKeys));
button('clear').addEventListener('click', clear);
button('remember').addEventListener('click', () => {
  supersede();
  other.value = token.value;
  update();
});
button('build-fill').addEventListener('click', () =>
  request(async (isNewest) => {
    await answered;
    if (isNewest() && last?.inspection) builder.startFrom(last.inspection.claims);
  }),
);
button('tight-use').addEventListener('click', () => {
  wanted = '';
  replaceText(policy, byId('tight-text').textContent ?? '');
  update();
});
copies(button('tight-copy'), () => byId('tight-text').textContent ?? '');
copies(button('link'), () => linkTo(policy.value, role.value));
acceptFiles({ request, changed: update, trouble });
addEventListener('hashchange', () => {
  supersede();
  take(takeFragment());
  update();
});
setInterval(tick, 1000);

take(openedWith);
await update();
// Drawn once more while it is hidden: what moves while it becomes visible is seen to move.
if (byId('app').classList.contains('opened')) await sleep(50);
byId('app').inert = false;
mark('ready');
// When nothing is waited for: the page is kept, and the key is made that a sample would wait for.
const later = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 1000));
later(keepOffline);
later(() => sampleKey().catch(() => {}));
