// The few assertions that the suite needs, in plain JavaScript: not every runtime has a library of them.

export function assert(holds, message = 'it does not hold') {
  if (!holds) throw new Error(message);
}

/** Equal as JSON. */
export function equal(actual, expected, message = '') {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(sorted(value)));
  assert(found === wanted, `${message} expected ${wanted}, found ${found}`);
}

export async function rejects(promise, expected, message) {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  assert('error' in outcome, `${message ?? ''} was not refused`);
  matches(outcome.error, expected, message);
}

export function throws(call, expected, message) {
  try {
    call();
  } catch (error) {
    return matches(error, expected, message);
  }
  throw new Error(`${message ?? ''} nothing was thrown`);
}

function matches(error, expected, message = '') {
  for (const [name, value] of Object.entries(expected)) {
    const holds = value instanceof RegExp ? value.test(error[name]) : error[name] === value;
    assert(holds, `${message} \`${name}\` is ${error[name]}, expected ${value}: ${error.stack}`);
  }
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}
