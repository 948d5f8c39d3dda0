//! `cargo run --release --example rsa -- CASES [SEED]`: the cases of the target `rsa` with 2048 bits,
//! chosen at the extremes, without libFuzzer.

use std::{env, time::Instant};

use claimgate_fuzz::{random::Random, rsa};

fn main() {
    let mut arguments = env::args().skip(1).map(|text| text.parse::<u64>().expect("a number"));
    let cases = arguments.next().unwrap_or(100_000);
    let seed = arguments.next().unwrap_or(1);
    let mut random = Random::new(seed);
    let started = Instant::now();
    let (mut n, mut base) = ([0; 256], [0; 256]);
    for case in 0..cases {
        if case % 8 == 0 {
            random.fill(&mut n);
            n[0] |= 0x80;
            n[255] |= 1;
        }
        random.fill(&mut base);
        if base >= n {
            base[0] &= 0x7f;
        }
        rsa::power(&n, if case % 16 == 0 { (1 << 33) - 1 } else { 65_537 }, &base);
        if case % 32 == 0 {
            // What to do, and up to eight edits; none now and then.
            let mut edits = [0; 17];
            random.fill(&mut edits);
            rsa::check_signature(&edits[..1 + 2 * random.below(9) as usize]);
        }
        if case % (1 << 16) == 0 {
            println!("{case} cases, {:.0} s", started.elapsed().as_secs_f64());
        }
    }
    println!("{cases} cases from the seed {seed}, {:.0} s", started.elapsed().as_secs_f64());
}
