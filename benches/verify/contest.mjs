// The rows, and who is in the race for each. This runs in the runtime that is measured.
import { race } from './race.mjs';
import { primitives } from './subjects/primitives.mjs';

const EACH = ['RS256', 'ES256', 'EdDSA'];

/** Each row's times: the microseconds that each contestant takes, by their names. */
export async function measure(world, subjects) {
  const { rows, notes } = await prepare(world, subjects);
  const measured = [];
  for (const { contestants, ...row } of rows) measured.push({ ...row, times: await race(contestants) });
  return { rows: measured, notes };
}

/**
 * Whoever cannot run here, or does not know an algorithm, is left out, and the notes say why; to admit what must be refused is
 * an error, and so it is for Claimgate to refuse a good token.
 *
 * @param {object} world
 * @param {Record<string, (world: object, alg: string) => unknown>} subjects each makes something that has a `name` and verifies
 *   tokens of an algorithm, or makes nothing
 */
export async function prepare(world, subjects) {
  const notes = [];
  const fit = {};
  for (const alg of EACH) fit[alg] = await makeAll(world, subjects, alg, notes);
  const rows = EACH.map((alg) => row(`full ${alg}`, fit[alg], world.tokens[alg], ({ verify }) => verify));
  rows.push(
    row('full and claims read RS256', fit.RS256, world.tokens.RS256, reading),
    row('refusal of garbage', fit.RS256, world.garbage, refusing),
    row('refusal of a flipped bit', fit.RS256, world.flipped, refusing),
  );
  const { signed, hosts } = await primitives(world);
  const bare = row('bare signature RS256', hosts, signed, holding);
  rows.push(bare);
  // Those who verify by the host's primitive, beside it once more: what is left when it is taken away.
  const primitive = bare.contestants.find(({ name }) => name === 'node:crypto');
  const users = rows[0].contestants.filter(({ name }) => ['claimgate', 'fast-jwt', 'jsonwebtoken'].includes(name));
  if (primitive) rows.push({ name: 'all but the signature RS256', less: primitive.name, contestants: [...users, primitive] });
  return { rows, notes };
}

/** The subjects that do what is to be done with tokens of an algorithm. */
async function makeAll(world, makers, alg, notes) {
  const [token] = world.tokens[alg];
  const fit = [];
  for (const [maker, make] of Object.entries(makers)) {
    try {
      const subject = await make(world, alg);
      if (!subject) continue;
      const { claims } = await subject.verify(token);
      if (claims.repository !== 'octo-org/octo-repo') throw new Error(`it read \`${claims.repository}\``);
      fit.push(subject);
    } catch (error) {
      if (maker.startsWith('claimgate')) throw error;
      notes.push(`${maker} is not in the race for ${alg}: ${error.message.split('\n')[0]}`);
    }
  }
  for (const { name, verify } of fit) {
    for (const [what, refused] of Object.entries(world.refused[alg])) {
      if (await isAdmitted(verify, refused)) throw new Error(`${name} admits what it must refuse: ${what}, ${alg}`);
    }
  }
  return fit;
}

async function isAdmitted(verify, token) {
  try {
    await verify(token);
    return true;
  } catch {
    return false;
  }
}

/** Whoever answers at once is not made to wait. */
const isPromise = (value) => typeof value?.then === 'function';

function reading({ verify }) {
  let letters = 0; // so that no compiler finds that nobody reads them
  const read = ({ claims }) => (letters += claims.repository.length);
  return (token) => {
    const answer = verify(token);
    return isPromise(answer) ? answer.then(read) : read(answer);
  };
}

function refusing({ name, verify }) {
  const admitted = () => {
    throw new Error(`${name} admits what it must refuse`);
  };
  return (token) => {
    let answer;
    try {
      answer = verify(token);
    } catch {
      return undefined;
    }
    return isPromise(answer) ? answer.then(admitted, () => {}) : admitted();
  };
}

function holding({ name, holds }) {
  const check = (held) => {
    if (!held) throw new Error(`${name} refuses a good signature`);
  };
  return ({ message, signature }) => {
    const answer = holds(message, signature);
    return isPromise(answer) ? answer.then(check) : check(answer);
  };
}

/** @param {(subject: object) => (input: unknown) => unknown} taskOf what a subject does with an input, at once or as a promise */
function row(name, subjects, inputs, taskOf) {
  return { name, contestants: subjects.map((subject) => ({ name: subject.name, run: repeat(taskOf(subject), inputs) })) };
}

function repeat(task, inputs) {
  let next = 0;
  return async (count) => {
    for (let index = 0; index < count; index += 1) {
      next = (next + 1) % inputs.length;
      const answer = task(inputs[next]);
      if (isPromise(answer)) await answer;
    }
  };
}
