/**
 * Where in a text of JSON a place of the core's is, such as `roles.deploy.allow[0].ref`. A member that is missing has the place
 * of the object that lacks it.
 *
 * @param {string} text
 * @param {{ place?: string, offset?: number }} error `offset` counts bytes
 * @returns {{ line: number, column: number } | undefined} undefined unless there is exactly one
 */
export function locate(text, { place = '', offset }) {
  if (offset !== undefined) return toLine(text, new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, offset)).length);
  let places;
  try {
    JSON.parse(text);
    places = placesOf(text);
  } catch {
    return undefined;
  }
  const exact = places.filter(([name]) => name === place);
  // Names may have dots in them, so that two places can be written alike.
  const around = exact.length > 0 ? exact : places.filter(([name]) => name !== '' && place.startsWith(`${name}.`)).slice(-1);
  const [found] = around;
  return around.length === 1 && found ? toLine(text, found[1]) : undefined;
}

/**
 * @param {string} text
 * @param {number} index
 */
function toLine(text, index) {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
}

/**
 * Every place of a text that is known to be JSON, in its order: of a member where its name begins, of an item where it begins.
 *
 * @param {string} text
 * @returns {[place: string, index: number][]}
 */
function placesOf(text) {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g)];
  /** @type {[string, number][]} */
  const places = [];
  let at = 0;
  /** @param {string} place */
  const value = (place) => {
    const opening = tokens[at++]?.[0];
    if (opening === '{') members(place, '}', () => String(JSON.parse(tokens[at]?.[0] ?? '""')));
    if (opening === '[') members(place, ']', undefined);
  };
  /** @param {string} place @param {string} closing @param {(() => string) | undefined} readName */
  const members = (place, closing, readName) => {
    for (let index = 0; tokens[at]?.[0] !== closing; index += 1) {
      if (tokens[at]?.[0] === ',') at += 1;
      const own = readName ? (place === '' ? readName() : `${place}.${readName()}`) : `${place}[${index}]`;
      places.push([own, tokens[at]?.index ?? 0]);
      if (readName) at += 2;
      value(own);
    }
    at += 1;
  };
  value('');
  return places;
}
