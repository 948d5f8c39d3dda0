// The policies that core, schema and page are tested with.
import { readFileSync } from 'node:fs';

const { base, cases } = JSON.parse(readFileSync(new URL('../vectors/policies.json', import.meta.url), 'utf8'));

/** Each with what loading says of it: nothing if it loads. */
export const POLICIES = cases.map(({ name, changes, error, beyond_schema: beyondSchema = false }) => {
  const document = structuredClone(base);
  for (const [pointer, value] of Object.entries(changes)) set(document, pointer.split('/').slice(1), value);
  return { name, document, error, beyondSchema };
});

function set(document, [member, ...rest], value) {
  if (rest.length > 0) set(document[member], rest, value);
  else if (value === null) delete document[member];
  else document[member] = value;
}
