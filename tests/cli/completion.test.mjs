// Completions, each in its own shell: they offer what the grammar of the commands has.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../node_modules/claimgate/js/cli/commands/index.js';
import { findCommand, optionsOf } from '../node_modules/claimgate/js/cli/grammar.js';
import { run } from '../lib/run.mjs';
import { claimgate, files } from './claimgate.mjs';

const KINDS = ['loopback', 'github', 'ghes', 'ghe.com'];
const optionsAt = (...path) => Object.keys(optionsOf(findCommand(ROOT, path).command)).map((name) => `--${name}`);

/** What is typed, and what is offered. The folder has the file `policy.json`, as `files` makes it. */
const CASES = [
  ['claimgate ', Object.keys(ROOT.commands)],
  ['claimgate ver', ['verify']],
  ['claimgate --v', ['--version']],
  ['claimgate policy ', ['check', 'explain', 'from-token']],
  ['claimgate keys ro', ['rotate']],
  ['claimgate help pol', ['policy']],
  ['claimgate help policy ', ['check', 'explain', 'from-token']],
  ['claimgate help policy check ', []],
  ['claimgate completion ', ['bash', 'zsh', 'fish']],
  ['claimgate completion bash ', []],
  ['claimgate inspect --', optionsAt('inspect')],
  ['claimgate policy from-token --', optionsAt('policy', 'from-token')],
  ['claimgate issuer --', optionsAt('issuer')],
  ['claimgate policy explain --pol', ['--policy']],
  ['claimgate verify --role policy --pol', ['--policy']],
  ['claimgate issuer --kind ', KINDS],
  ['claimgate issuer --kind=gh', ['ghes', 'ghe.com']],
  ['claimgate issuer --profile dep', ['dependabot', 'deployment-of-a-commit']],
  ['claimgate keys rotate --alg ', ['EdDSA', 'ES256']],
  ['claimgate verify --policy pol', ['policy.json']],
  ['claimgate verify --keys=pol', ['policy.json']],
  ['claimgate policy check pol', ['policy.json']],
  ['claimgate keys rotate --in-place pol', ['policy.json']],
  // Nothing is known of these, and no file is meant.
  ['claimgate verify --role ', []],
  ['claimgate inspect pol', []],
  ['claimgate issuer pol', []],
  ['claimgate issuer --ref pol', []],
  ['claimgate issuer --enterprise pol', []],
  // A value that may be left out.
  ['claimgate issuer --enterprise --pro', ['--profile']],
  // A new command line.
  ['claimgate issuer -- --', []],
  ['claimgate issuer -- cat pol', ['policy.json']],
];
const LINES = CASES.map(([line]) => line);

/** A folder with the script of a shell; each answer of a driver is a line `== N`, then what is offered, a line each. */
async function prepare(t, shell) {
  const { folder } = await files(t);
  const { code, stdout } = await claimgate(['completion', shell]);
  assert.equal(code, 0);
  await writeFile(join(folder, 'script'), stdout);
  const offered = async (driver, args) => {
    await writeFile(join(folder, 'driver'), driver);
    const env = { PATH: process.env.PATH, HOME: folder, TERM: 'dumb', LANG: 'C.UTF-8' };
    const printed = await run(shell, ['driver', ...args], { cwd: folder, env, timeout: 120_000 });
    return printed.split(/^== \d+\n/m).slice(1).map((answer) => [...new Set(answer.split('\n').filter(Boolean))]);
  };
  return offered;
}

function assertOffers(answers) {
  assert.equal(answers.length, CASES.length);
  for (const [index, [line, expected]] of CASES.entries()) assert.deepEqual(answers[index].toSorted(), expected.toSorted(), line);
}

test('bash completes commands, options, their values and files', async (t) => {
  const offered = await prepare(t, 'bash');
  // As readline calls the function that is registered: it has split the words at `=`, too.
  const driver = `
    source ./script
    [[ $(complete -p claimgate) =~ ' -F '([a-z_]+)' ' ]] || exit 1
    index=0
    for line; do
      spaced=\${line//=/ = }
      COMP_WORDS=($spaced)
      [[ $line == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      "\${BASH_REMATCH[1]}"
      echo "== $((index++))"
      printf '%s\\n' "\${COMPREPLY[@]}"
    done`;
  assertOffers(await offered(driver, LINES));
  const [programs] = await offered(driver, ['claimgate issuer -- bas']);
  assert.ok(programs.includes('bash'), String(programs));
});

test('zsh completes commands, options, their values and files', async (t) => {
  const offered = await prepare(t, 'zsh');
  // An interactive zsh for each line, in which the tabulator is pressed. What its completion adds is written to a file.
  const driver = `
    zmodload zsh/zpty
    cat > setup <<'END'
      autoload -Uz compinit && compinit -u -D
      source ./script
      PROMPT=
      bindkey '^I' complete-word
      comppostfuncs=(exit)
      compadd() {
        if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then
          builtin compadd "$@"
          return
        fi
        local -a added
        builtin compadd -A added "$@"
        print -rl -- $added >> added
        builtin compadd "$@"
      }
      print READY
END
    integer index=0
    for line; do
      : > added
      zpty shell zsh -f -i
      zpty -w shell 'source ./setup'
      zpty -r shell printed $'*READY\\r\\n*' || exit 1
      zpty -w -n shell "$line"$'\\t'
      while zpty -r shell printed; do :; done
      zpty -d shell
      print "== $((index++))"
      cat added
    done`;
  assertOffers(await offered(driver, LINES));
  const [programs] = await offered(driver, ['claimgate issuer -- bas']);
  assert.ok(programs.includes('bash'), String(programs));
});

test('fish completes commands, options, their values and files', async (t) => {
  const offered = await prepare(t, 'fish');
  const driver = `
    source ./script
    set index 0
    for line in $argv
      echo "== $index"
      set index (math $index + 1)
      complete -C $line
    end`;
  const plain = (answers) => answers.map((words) => words.map((word) => word.split('\t')[0].replace(/^--[a-z-]+=/, '')));
  assertOffers(plain(await offered(driver, LINES)));
  const [programs] = plain(await offered(driver, ['claimgate issuer -- bas']));
  assert.ok(programs.includes('bash'), String(programs));
});
