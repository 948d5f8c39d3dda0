/**
 * Every claim of a token with what it means: those that are known in the order of the core's table, then the others.
 *
 * @param {Pick<import('../types.d.ts').Inspection, 'claims' | 'described'>} inspection
 * @returns {import('../types.d.ts').DescribedClaim[]}
 */
export function allClaims({ claims, described }) {
  const names = new Set(described.map(({ name }) => name));
  const others = Object.keys(claims).filter((name) => !names.has(name));
  return [...described, ...others.map((name) => ({ name, group: 'other', description: "Not a claim of GitHub's." }))];
}
