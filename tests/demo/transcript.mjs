// What the demo prints.

const isPlain = !process.stdout.isTTY || process.env.NO_COLOR !== undefined;
const paint = (code) => (text) => (isPlain ? text : `\u001b[${code}m${text}\u001b[0m`);
const [bold, green, red, yellow, dim] = [1, 32, 31, 33, 2].map(paint);

const CLIENT_NAMES = { actions: '@actions/core', curl: 'curl' };
const INDENT = ' '.repeat(4);

export function printWorld({ issuer, gate }) {
  console.log(`
${bold('claimgate: jobs ask for a deployment')}

  issuer  ${issuer.url}, speaks as ${issuer.issuer}
  gate    ${gate.url}, examples/deploy-gate bundled by wrangler, in workerd
`);
}

export function printCase(number, { title, client }, { status, body }, sentence, isExpected) {
  const verdict = status === 200 ? green('admitted') : yellow('denied  ');
  console.log(`${String(number).padStart(2)}  ${verdict}  ${bold(title)} ${dim(`(${CLIENT_NAMES[client]})`)}`);
  for (const line of wrap(`${status}${body.code ? ` ${body.code}` : ''}: ${sentence}`)) console.log(INDENT + line);
  if (!isExpected) console.log(`${INDENT}${red('not as expected')}`);
  console.log();
}

/** Lines of at most 100 characters, broken at spaces. */
function wrap(text) {
  return text.match(/.{1,100}(?=\s|$)|\S+/g).map((line) => line.trim());
}

export function printService({ service, api }) {
  console.log(`
${bold('a job gets an access token in place of a stored secret')}

  service ${service}, examples/token-service in workerd, with a Durable Object
  api     ${api}, examples/token-service/api.js: a stock jose verifier
`);
}

export function printStep(number, title, isExpected, says) {
  console.log(`${String(number).padStart(2)}  ${bold(title)}`);
  for (const line of says.split('\n').flatMap(wrap)) console.log(INDENT + line);
  if (!isExpected) console.log(`${INDENT}${red('not as expected')}`);
  console.log();
}

export function printSummary(cases, unexpected) {
  console.log(
    unexpected === 0
      ? green(`all ${cases} cases were decided as they should be`)
      : red(`${unexpected} of the cases were not decided as they should be`),
  );
}

export function printTrial({ env, gate, audience }) {
  console.log(`
Issuer and gate stay up until you press Ctrl-C. Be the job yourself:

export ACTIONS_ID_TOKEN_REQUEST_URL='${env.ACTIONS_ID_TOKEN_REQUEST_URL}'
export ACTIONS_ID_TOKEN_REQUEST_TOKEN='${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}'

TOKEN=$(curl -sSf -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${audience}" | sed 's/.*"value":"\\([^"]*\\)".*/\\1/')
curl -i -X POST -H "Authorization: Bearer $TOKEN" ${gate.url}; echo
`);
}
