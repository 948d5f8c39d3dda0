//! The workspace's build tool: `cargo xtask audit|bench|build|demo|fuzz|release|serve|test`.

mod action;
mod audit;
mod bench;
mod circles;
mod codes;
mod demo;
mod fuzz;
mod inline;
mod js_layers;
mod layers;
mod module;
mod package;
mod pins;
mod processes;
mod project;
mod release;
mod reproducible;
mod run;
mod sbom;
mod setup;
mod suggest;
mod suite;
mod supervise;
mod test;
mod tokens;
mod www;

use std::process::ExitCode;

use project::Project;

const HELP: &str = "\
usage: cargo xtask <command>

commands:
  audit          check the supply chain: licences, sources, advisories, pins, and that the package, built
                 again in another folder, is the same; needs cargo-deny, which takes minutes to compile
  bench [name…] [-- argument…]
                 set up what is missing, build, and run every benchmark, or only the named ones, with
                 these arguments: `bench verify -- node bun` measures in those runtimes
  build          make the npm package, `target/npm/claimgate-X.Y.Z.tgz`, the page, `target/www`, and the
                 GitHub Action, `target/action`
  demo [--keep]  set up what is missing, build, and run the demo; `--keep` is passed on to it
  fuzz [name…] [--minutes N]
                 run every fuzz target, or only the named ones, for 10 minutes each unless told otherwise;
                 needs nightly and cargo-fuzz
  release TAG    check that everything speaks of this version, and put together what is published, in
                 `target/shipped`
  serve [--port N]
                 build, and serve the page on 127.0.0.1, port 8790 unless told otherwise
  test [name…]   set up what is missing and run every test, or only the named steps

Each command installs what it may and names the rest. `cargo xtask test --list` names the steps, and
`cargo xtask bench --list` the benchmarks.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => return usage("a command is missing"),
        ["help", ..] => return help(),
        all if all.iter().any(|argument| matches!(*argument, "--help" | "-h")) => return help(),
        ["audit"] => Project::find().and_then(|project| audit::run(&project)),
        ["bench", rest @ ..] if rest.contains(&"--list") => {
            bench::list();
            return ExitCode::SUCCESS;
        }
        ["bench", rest @ ..] => {
            let end = rest.iter().position(|argument| *argument == "--").unwrap_or(rest.len());
            let (names, arguments) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
            match bench::select(names) {
                Ok(benches) => Project::find().and_then(|project| bench::run(&project, &benches, arguments)),
                Err(message) => return usage(&message),
            }
        }
        ["build"] => Project::find().and_then(|project| build(&project)),
        ["demo"] => Project::find().and_then(|project| demo::run(&project, false)),
        ["demo", "--keep"] => Project::find().and_then(|project| demo::run(&project, true)),
        ["fuzz", arguments @ ..] => match fuzz::select(arguments) {
            Ok((targets, minutes)) => {
                Project::find().and_then(|project| fuzz::run(&project, &targets, minutes))
            }
            Err(message) => return usage(&message),
        },
        ["release", tag] => Project::find().and_then(|project| release::run(&project, tag)),
        ["release", ..] => return usage("`release` needs one tag, as `v1.2.3`"),
        ["serve"] => Project::find().and_then(|project| www::serve(&project, www::PORT)),
        ["serve", "--port", port] if port.parse::<u16>().is_ok() => {
            Project::find().and_then(|project| www::serve(&project, port))
        }
        ["serve", "--port", ..] => return usage("`--port` needs one number, from 0 to 65535"),
        ["serve", other, ..] => return usage(&suggest::unknown("argument", other, &["--port", "--help"])),
        ["test", rest @ ..] if rest.contains(&"--list") => {
            test::list();
            return ExitCode::SUCCESS;
        }
        ["test", names @ ..] => match test::select(names) {
            Ok(steps) => Project::find().and_then(|project| suite::run(&project, &steps)),
            Err(message) => return usage(&message),
        },
        ["audit" | "build", other, ..] => return usage(&suggest::unknown("argument", other, &["--help"])),
        ["demo", "--keep", other, ..] => {
            return usage(&suggest::unknown("argument", other, &["--help"]));
        }
        ["demo", other, ..] => {
            return usage(&suggest::unknown("argument", other, &["--keep", "--help"]));
        }
        [other, ..] => {
            return usage(&suggest::unknown(
                "command",
                other,
                &["audit", "bench", "build", "demo", "fuzz", "release", "serve", "test", "help"],
            ));
        }
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn build(project: &Project) -> anyhow::Result<ExitCode> {
    package::build(project)?;
    www::build(project)?;
    action::build(project)?;
    Ok(ExitCode::SUCCESS)
}

fn help() -> ExitCode {
    println!("{HELP}");
    ExitCode::SUCCESS
}

fn usage(message: &str) -> ExitCode {
    eprintln!("error: {message}\n\n{HELP}");
    ExitCode::from(2)
}
