// The crate, beside other crates: `benches/native.rs` measures, and prints what a runtime would.
import { fileURLToPath } from 'node:url';
import { run } from '../../../tests/lib/run.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export async function inRust() {
  // Through `cargo xtask` it is the Cargo that runs that.
  const cargo = process.env.CARGO ?? 'cargo';
  const printed = await run(cargo, ['bench', '--quiet', '--locked', '-p', 'claimgate', '--bench', 'native'], { cwd: ROOT });
  const rows = printed.trim().split('\n').map((line) => JSON.parse(line));
  const [, version] = (await run('rustc', ['--version'], { cwd: ROOT })).split(' ');
  return { version, rows, notes: [] };
}
