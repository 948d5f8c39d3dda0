// What was measured, as `{ runtime, subject, row, peer, ours, theirs, ratio }`.

const isOurs = (name) => name.startsWith('claimgate');

/** Every one of ours beside every peer; null where there is nothing yet. */
export function resultsOf(runtime, rows) {
  return rows.flatMap(({ name: row, less, times }) => {
    const taken = Object.entries(times).filter(([name]) => name !== less);
    const values = Object.fromEntries(taken.map(([name, value]) => [name, less ? value - times[less] : value]));
    const names = Object.keys(values);
    const subjects = names.some(isOurs) ? names.filter(isOurs) : ['claimgate kernel'];
    const peers = names.some((name) => !isOurs(name)) ? names.filter((name) => !isOurs(name)) : [null];
    return subjects.flatMap((subject) =>
      peers.map((peer) => {
        const [ours, theirs] = [values[subject] ?? null, values[peer] ?? null];
        const ratio = ours === null || theirs === null ? null : round(ours / theirs, 3);
        return { runtime, subject, row, peer, ours: round(ours, 2), theirs: round(theirs, 2), ratio };
      }),
    );
  });
}

const round = (value, digits) => (value === null ? null : Number(value.toFixed(digits)));
