/**
 * What the page's documentation says of a claim. The page is its only place, because it is read without JavaScript, too.
 *
 * @param {string} name
 * @returns {{ from: string, pin: string, advice: string } | undefined} `advice`: `yes`, `with` or `no`
 */
export function documented(name) {
  // The entry that ends like this is the prefix of what the owner of a repository named.
  const entry = name.startsWith('repo_property_') ? 'repo_property_' : name;
  const place = document.getElementById(`claim-${entry}`);
  const pin = place?.querySelector('.pin');
  if (!place || !pin) return undefined;
  const from = place.querySelector('.from')?.textContent ?? '';
  return { from, pin: pin.textContent ?? '', advice: pin.getAttribute('data-pin') ?? 'with' };
}
