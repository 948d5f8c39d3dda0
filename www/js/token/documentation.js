/**
 * What the page's documentation says of a claim: where it comes from, and what to pin. The page is its only place, because it is
 * read without JavaScript, too.
 *
 * @param {string} name
 * @returns {{ from: readonly Node[], pin: Node } | undefined} copies
 */
export function documented(name) {
  // The entry that ends like this is the prefix of what the owner of a repository named.
  const entry = name.startsWith('repo_property_') ? 'repo_property_' : name;
  const place = document.getElementById(`claim-${entry}`);
  const [from, pin] = [place?.querySelector('.from'), place?.querySelector('.pin')];
  return from && pin ? { from: [...from.cloneNode(true).childNodes], pin: pin.cloneNode(true) } : undefined;
}
