import { quoted } from '../../claimgate/js/explain/text.js';
import { inputKindOf } from '../../claimgate/js/explain/input.js';
import { area, el, replaceText } from './dom.js';

/** No token, key set or policy is larger. Bytes. */
const MOST = 1024 * 1024;

/**
 * Lets people open a file, or drop one anywhere: it goes where it belongs.
 *
 * @param {{ request: (work: (isNewest: () => boolean) => Promise<unknown>) => void, changed: () => void, trouble: (text: string) => void }} page
 *   `request` runs what takes its time, as `run` of `createActions` does
 */
export function acceptFiles({ request, changed, trouble }) {
  const read = (/** @type {File} */ file, /** @type {string | undefined} */ target) => {
    if (file.size > MOST) return trouble(`${quoted(file.name)} has ${file.size} bytes, which is no token, key set or policy`);
    request(async (isNewest) => {
      const text = await file.text();
      if (!isNewest()) return;
      replaceText(area(target ?? placeOf(text)), text);
      changed();
    });
  };
  for (const opener of document.querySelectorAll('[data-open]')) {
    opener.addEventListener('click', () => {
      const input = el('input', { type: 'file' });
      input.addEventListener('change', () => input.files?.[0] && read(input.files[0], opener.getAttribute('data-open') ?? undefined));
      input.click();
    });
  }
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0];
    const field = fieldOf(event.target);
    const text = event.dataTransfer?.getData('text/plain') ?? '';
    // Into a field the browser puts text by itself. Elsewhere it may take a token for an address, and go there.
    if (!file && event.target instanceof Element && event.target.closest('textarea, input')) return;
    event.preventDefault();
    if (file) read(file, field);
    else if (text !== '') {
      replaceText(area(placeOf(text)), text);
      changed();
    }
  });
}

/** The field that something was dropped on. @param {EventTarget | null} target */
function fieldOf(target) {
  return target instanceof HTMLTextAreaElement && target.id !== 'build-more' ? target.id : undefined;
}

/** The field that a text belongs into. @param {string} text */
function placeOf(text) {
  const kind = inputKindOf(text);
  if (kind === 'policy') return 'policy';
  return kind === 'key_set' || kind === 'metadata' || /-----BEGIN |"kty"/.test(text) ? 'keys' : 'token';
}
