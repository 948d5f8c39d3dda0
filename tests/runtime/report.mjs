/** Prints the results and sets the exit code. A suite that ran nothing fails. */
export function report(runtime, results) {
  const failed = results.filter(({ error }) => error);
  for (const { name, error } of results) console.log(`${error ? 'not ok' : 'ok'}  ${runtime}: ${name}${error ? `\n${error}` : ''}`);
  console.log(`${runtime}: ${results.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 && results.length > 0 ? 0 : 1;
}
