//! The tests: every step that must pass before a change is taken.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use crate::{
    action, demo, layers, module, package, pins,
    project::Project,
    reproducible, run,
    setup::{self, NO_STD, Need, WASM},
    suggest,
    suite::Step,
    www,
};

/// How long one file of JavaScript tests may take.
const FILE_LIMIT: Duration = Duration::from_secs(10 * 60);

const NODE: &[Need] = &[Need::Node, Need::NpmPackages];

const FMT: &[Need] = &[Need::Component("rustfmt", "fmt")];
const CLIPPY: &[Need] = &[Need::Component("clippy", "clippy"), Need::Target(WASM), Need::Clang];
const BROWSERS: &[Need] = &[Need::Node, Need::NpmPackages, Need::Chromium, Need::Firefox];
const PAGE: &[Need] = &[Need::Node, Need::NpmPackages, Need::Chromium, Need::Firefox, Need::Openssl];
const SHELLS: &[Need] = &[Need::Node, Need::NpmPackages, Need::Zsh, Need::Fish];
const REDIS: &[Need] = &[Need::Node, Need::NpmPackages, Need::Redis];
const DEMO: &[Need] = &[Need::Node, Need::NpmPackages, Need::Curl];

const STEPS: &[Step] = &[
    Step::new("fmt", "the Rust sources are formatted", FMT, fmt),
    Step::new("clippy", "clippy finds nothing", CLIPPY, clippy).long(),
    Step::new("layers", "imports point left, no file is too long", &[], layers),
    Step::new("xtask", "the build tool, and what ends what tests have started", NODE, xtask),
    Step::new("rust", "unit, integration and documentation tests", &[], rust).long(),
    Step::new("corpora", "every input of the fuzzers that is kept holds", &[], corpora).long(),
    Step::new("no-std", "the core builds without `std`", &[Need::Target(NO_STD)], no_std),
    Step::new("doc", "the documentation builds without a warning", &[], doc),
    Step::new(
        "build",
        "the npm package is made and installed, page and Action are made",
        &package::NEEDS,
        build,
    )
    .long(),
    Step::new("signatures", "Wycheproof's signatures in the wasm", &package::NEEDS, signatures).long(),
    Step::new("types", "the types hold, and the JavaScript holds to them", NODE, types).of_package(),
    Step::new("issuer", "the local issuer", NODE, issuer).of_package(),
    Step::new("cli", "the command line", SHELLS, cli).of_package(),
    Step::new("package", "the package as it is shipped", BROWSERS, packaging).of_package(),
    Step::new("instance", "an instance that fails is replaced, and none grows", NODE, instance).of_package(),
    Step::new("peers", "what other libraries let in, and the package does not", NODE, peers).of_package(),
    Step::new(
        "supply",
        "what is built with is pinned, and the package can be built again",
        &package::NEEDS,
        supply,
    )
    .of_package()
    .long(),
    Step::new("publish", "crate and package could be published", NODE, publish).of_package().long(),
    Step::new("middleware", "the gate in every framework, from the examples", NODE, middleware).of_package(),
    Step::new("runtime", "one suite in every runtime and from every bundler", BROWSERS, runtime)
        .of_package()
        .long(),
    Step::new("page", "the page, in browsers", PAGE, page).of_package().long(),
    Step::new("replay", "a token is used once, in every store", REDIS, replay).of_package().waits(),
    Step::new("exchange", "the exchange: its protocol, its faults, other people's clients", NODE, exchange)
        .of_package()
        .long(),
    Step::new("action", "the GitHub Action, with the runner's environment", NODE, action)
        .of_package()
        .waits(),
    Step::new("service", "the token service in Workers, Deno and Node", REDIS, service).of_package().waits(),
    Step::new("load", "keys that rotate and go stale under load", NODE, load).of_package().waits(),
    Step::new("demo", "the demo", DEMO, demonstration).of_package(),
];

/// The steps of these names, in the order of the list, or all of them. What uses the package brings
/// the step that makes it.
pub fn select(names: &[&str]) -> Result<Vec<&'static Step>, String> {
    let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(suggest::unknown("step", name, &known));
    }
    let named = |step: &Step| names.is_empty() || names.contains(&step.name);
    let uses_package = STEPS.iter().any(|step| step.uses_package && named(step));
    Ok(STEPS.iter().filter(|step| named(step) || (step.name == "build" && uses_package)).collect())
}

/// Prints the steps' names.
pub fn list() {
    for step in STEPS {
        println!("{:<9}{}", step.name, step.title);
    }
}

fn fmt(project: &Project) -> Result<()> {
    run::quiet(&mut project.cargo("fmt --all --check"))?;
    run::quiet(&mut project.cargo("fmt --manifest-path fuzz/Cargo.toml --check")).map(drop)
}

fn clippy(project: &Project) -> Result<()> {
    run::quiet(project.cargo("clippy --workspace --all-targets --locked -- -D").arg("warnings"))?;
    for features in ["", "curves,exchange,test-exports"] {
        let mut cargo = project.cargo("clippy -p claimgate-wasm --no-default-features --locked");
        cargo.args(["--features", features, "--target", WASM, "--", "-D", "warnings"]);
        run::quiet(setup::with_clang(&mut cargo))?;
    }
    let mut inspector = project.cargo("clippy -p claimgate-inspect-wasm --locked");
    run::quiet(inspector.args(["--target", WASM, "--", "-D", "warnings"]))?;
    let mut fuzzers = project.cargo("clippy --manifest-path fuzz/Cargo.toml --all-targets --locked");
    fuzzers.arg("--target-dir").arg(&project.target).args(["--", "-D", "warnings"]);
    run::quiet(&mut fuzzers).map(drop)
}

fn layers(project: &Project) -> Result<()> {
    layers::check(&project.root)
}

fn xtask(project: &Project) -> Result<()> {
    cargo_test(&mut project.cargo("test -p xtask --locked"))?;
    node_test(project, "tests/lib")
}

fn rust(project: &Project) -> Result<()> {
    cargo_test(&mut project.cargo("test -p claimgate -p claimgate-inspect --locked"))
}

/// The fuzzers are a workspace of their own, which puts what it makes beside everything else.
fn corpora(project: &Project) -> Result<()> {
    let mut cargo = project.cargo("test --manifest-path fuzz/Cargo.toml --locked");
    cargo_test(cargo.arg("--target-dir").arg(&project.target))
}

/// Runs `cargo test`, shows its counts, and fails too if there was nothing to run.
fn cargo_test(cargo: &mut Command) -> Result<()> {
    let printed = run::quiet(cargo)?;
    let heads = ["Running ", "Doc-tests ", "test result: "];
    for line in printed.lines().map(str::trim) {
        if heads.iter().any(|head| line.starts_with(head)) {
            run::say(&format!("    {line}"));
        }
    }
    let results = printed.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    let passed = results.filter_map(|result| result.split(' ').next()?.parse::<usize>().ok()).sum::<usize>();
    ensure!(passed > 0, "no test was run");
    Ok(())
}

fn no_std(project: &Project) -> Result<()> {
    run::quiet(
        &mut project.cargo(&format!("build -p claimgate --no-default-features --target {NO_STD} --locked")),
    )
    .map(drop)
}

fn doc(project: &Project) -> Result<()> {
    run::quiet(
        project
            .cargo("doc --no-deps -p claimgate -p claimgate-inspect --locked")
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
    .map(drop)
}

fn build(project: &Project) -> Result<()> {
    let tarball = package::build(project)?;
    package::install_tarball(project, &tarball)?;
    www::build(project)?;
    action::build(project)
}

fn signatures(project: &Project) -> Result<()> {
    run::quiet(
        &mut project.cargo("test -p claimgate --test core --locked -- --ignored wycheproof::write_cases"),
    )?;
    module::build_signatures(project)?;
    node_test(project, "tests/signatures")
}

fn types(project: &Project) -> Result<()> {
    let folder = project.root.join("tests/types");
    // The JavaScript of package and page as it was put together: only there it stands beside the
    // bindings.
    let check = |name: &str, path: PathBuf, files: PathBuf| {
        let configuration = serde_json::json!({
            "extends": folder.join(name),
            "compilerOptions": { "typeRoots": [project.node_modules().join("@types")] },
            "include": [files, folder.join("wasm.d.ts")],
        });
        fs::write(&path, configuration.to_string()).map(|()| path)
    };
    let package =
        check("package.base.json", project.target.join("npm/tsconfig.json"), "package/js/**/*.js".into())?;
    let modules = www::modules(project);
    let page = check("page.base.json", modules.join("tsconfig.json"), modules.join("js/**/*.js"))?;
    for configuration in [package, page] {
        tsc(project, "typescript", &configuration)?;
    }
    usage(project)
}

/// Usage of the package, by file: with these libraries of TypeScript, and the types of these packages.
const USAGE: [(&str, &[&str], &[&str]); 4] = [
    ("usage.ts", &["es2022", "dom"], &["node"]),
    ("usage.ts", &["es2022"], &["node"]),
    ("workers.ts", &["es2022"], &["@cloudflare/workers-types"]),
    ("entries.ts", &["es2022"], &[]),
];

/// How modules are resolved: by which TypeScript, `module` and `moduleResolution`. TypeScript 7 has no `node10` any more.
const RESOLUTIONS: [(&str, &str, &str); 4] = [
    ("typescript-5", "esnext", "node10"),
    ("typescript", "node18", "node16"),
    ("typescript", "nodenext", "nodenext"),
    ("typescript", "esnext", "bundler"),
];

/// What users write compiles however modules are resolved, with and without the types of platforms.
fn usage(project: &Project) -> Result<()> {
    let folder = project.target.join("types");
    fs::create_dir_all(&folder)?;
    for (file, libraries, types) in USAGE {
        for (compiler, module, resolution) in RESOLUTIONS {
            let configuration = serde_json::json!({
                "extends": project.root.join("tests/types/usage.base.json"),
                "compilerOptions": {
                    "lib": libraries,
                    "types": types,
                    "typeRoots": [project.node_modules().join("@types"), project.node_modules()],
                    "module": module,
                    "moduleResolution": resolution,
                },
                "files": [project.root.join("tests/types").join(file)],
            });
            let path = folder.join("tsconfig.json");
            fs::write(&path, configuration.to_string())?;
            tsc(project, compiler, &path)
                .with_context(|| format!("{file} with `{resolution}`, {libraries:?}"))?;
        }
    }
    Ok(())
}

fn tsc(project: &Project, compiler: &str, configuration: &Path) -> Result<()> {
    let program = format!("tests/node_modules/{compiler}/bin/tsc");
    run::quiet(project.node(program).arg("-p").arg(configuration)).map(drop)
}

fn issuer(project: &Project) -> Result<()> {
    node_test(project, "tests/issuer")
}

fn cli(project: &Project) -> Result<()> {
    // Each starts many processes, one after the other.
    node_tests(project, "tests/cli", 2)
}

fn packaging(project: &Project) -> Result<()> {
    node_test(project, "tests/package")
}

fn instance(project: &Project) -> Result<()> {
    node_test(project, "tests/instance")
}

fn peers(project: &Project) -> Result<()> {
    node_test(project, "tests/peers")
}

/// One module for all: `cargo xtask audit` builds the three again.
fn supply(project: &Project) -> Result<()> {
    pins::check(&project.root)?;
    reproducible::check(project, &[module::CORE])
}

/// Everything but the upload.
fn publish(project: &Project) -> Result<()> {
    let tarball = package::tarball(project);
    let lint = "import { publint } from 'publint';
        const { messages } = await publint({ pkgDir: process.argv[1], level: 'suggestion', strict: true });
        for (const message of messages) console.error(message);
        process.exitCode = messages.length";
    let mut publint = project.node("--input-type=module");
    publint.current_dir(project.root.join("tests")).arg("-e").arg(lint).arg(package::folder(project));
    run::quiet(&mut publint)?;
    let mut types_are_found = project.node("tests/node_modules/@arethetypeswrong/cli/dist/index.js");
    // It is an ES module, which CommonJS can require where Node lets it.
    let arguments = ["--profile", "strict", "--ignore-rules", "cjs-resolves-to-esm"];
    run::quiet(types_are_found.arg(&tarball).args(arguments))?;
    run::quiet(project.npm(".", "publish --dry-run").arg(&tarball))?;
    run::quiet(&mut project.cargo("publish --dry-run --allow-dirty --locked -p claimgate")).map(drop)
}

fn node_test(project: &Project, folder: &str) -> Result<()> {
    node_tests(project, folder, 1)
}

/// So many files at once.
fn node_tests(project: &Project, folder: &str, at_once: u8) -> Result<()> {
    let files = files(project, folder, |name| name.ends_with(".test.mjs"))?;
    let mut node = project.node("--test");
    // A file ends, even if a test of it hangs, or has left something open.
    node.arg(format!("--test-timeout={}", FILE_LIMIT.as_millis())).arg("--test-force-exit");
    // Node's own choice of the reporter depends on its version and on the terminal.
    node.arg(format!("--test-concurrency={at_once}")).arg("--test-reporter=spec").args(files);
    run::shown(&mut node)
}

fn middleware(project: &Project) -> Result<()> {
    node_test(project, "tests/middleware")
}

fn runtime(project: &Project) -> Result<()> {
    run::shown(&mut project.node("tests/runtime/main.mjs"))
}

/// Browsers start, load and draw: each test waits for its own most of the time.
fn page(project: &Project) -> Result<()> {
    node_tests(project, "tests/page", 2)
}

fn replay(project: &Project) -> Result<()> {
    node_test(project, "tests/replay")
}

fn exchange(project: &Project) -> Result<()> {
    node_test(project, "tests/exchange")
}

fn service(project: &Project) -> Result<()> {
    node_test(project, "tests/service")
}

fn action(project: &Project) -> Result<()> {
    node_test(project, "tests/action")
}

fn load(project: &Project) -> Result<()> {
    node_test(project, "tests/load")
}

fn demonstration(project: &Project) -> Result<()> {
    run::shown(&mut demo::command(project))
}

/// The files of a folder that have such a name, sorted. None is a failure: a step that tests
/// nothing must not pass.
fn files(project: &Project, folder: &str, wanted: fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let entries =
        project.root.join(folder).read_dir().with_context(|| format!("`{folder}` cannot be read"))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<PathBuf>, _>>()?;
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| wanted(&name.to_string_lossy()));
    let mut found: Vec<PathBuf> = paths.into_iter().filter(named).collect();
    found.sort();
    ensure!(!found.is_empty(), "`{folder}` holds nothing to run");
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Result<Vec<&'static str>, String> {
        Ok(select(names)?.iter().map(|step| step.name).collect())
    }

    #[test]
    fn no_name_means_all() {
        assert_eq!(names(&[]).unwrap().len(), STEPS.len());
    }

    #[test]
    fn what_uses_the_package_brings_the_build() {
        assert_eq!(names(&["demo", "fmt"]).unwrap(), ["fmt", "build", "demo"]);
        assert_eq!(names(&["rust"]).unwrap(), ["rust"]);
    }

    #[test]
    fn an_unknown_name_is_corrected() {
        assert_eq!(names(&["fmt", "clipy"]).unwrap_err(), "unknown step `clipy`, did you mean `clippy`?");
    }
}
