//! Finds what a command needs, installs what it may, and names the rest, all of it at once.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{
    project::{NPM, Project},
    run,
};

/// Something that a command cannot do without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The standard library of a Rust target.
    Target(&'static str),
    /// A rustup component, with the Cargo command that it brings.
    Component(&'static str, &'static str),
    /// A clang that compiles for wasm32, which `ring` needs.
    Clang,
    Curl,
    /// Debian's Chromium, or another one of the same engine.
    Chromium,
    /// Debian's Firefox, or another one.
    Firefox,
    /// For keys and certificates that are none of ours.
    Openssl,
    /// Debian's Redis.
    Redis,
    /// Debian's zsh, for which there are completions.
    Zsh,
    /// Debian's fish, likewise.
    Fish,
    Node,
    /// What `tests/package-lock.json` lists. Who needs it needs `Node` too.
    NpmPackages,
    CargoDeny,
}

/// The target of the npm package.
pub const WASM: &str = "wasm32-unknown-unknown";
/// A target without `std`, so that a stray use of it cannot hide.
pub const NO_STD: &str = "wasm32v1-none";
const NODE_MAJOR: u32 = 20;
/// The newest when it was written down; an older one does not know all of `deny.toml`.
const CARGO_DENY: &str = "0.20.2";

/// How to get something that is missing.
enum Fix {
    Rustup(String),
    Apt(&'static str),
    /// A program of crates.io and its version, which takes minutes to compile.
    Crate(&'static str, &'static str),
    /// Only the reader can do it: a message that says how.
    Told(String),
}

/// Makes sure that everything in `needs` is there. Quick when it is.
pub fn ensure_all(project: &Project, needs: &[Need]) -> Result<()> {
    let missing: Vec<Fix> = needs.iter().filter_map(|need| missing(*need)).collect();
    if !missing.is_empty() {
        install(missing)?;
    }
    if needs.contains(&Need::Clang) {
        ensure!(clang().is_some(), "the clang that was installed does not compile for wasm32");
    }
    if needs.contains(&Need::NpmPackages) { npm_packages(project) } else { Ok(()) }
}

/// Installs all of it, or nothing if some of it cannot be installed.
fn install(missing: Vec<Fix>) -> Result<()> {
    let administrator = Administrator::find();
    let (can, cannot): (Vec<Fix>, Vec<Fix>) =
        missing.into_iter().partition(|fix| fix.is_possible(administrator));
    if !cannot.is_empty() {
        let lines: Vec<String> = cannot.iter().map(|fix| format!("\n  - {}", fix.advice())).collect();
        bail!("something is missing that cannot be installed from here{}", lines.concat());
    }
    let packages: Vec<&str> = can.iter().filter_map(Fix::apt_package).collect();
    if let (false, Some(administrator)) = (packages.is_empty(), administrator) {
        println!("-- setup: installing {} with apt-get", packages.join(", "));
        run::quiet(&mut administrator.apt_get("update"))?;
        run::quiet(administrator.apt_get("install -y --no-install-recommends").args(&packages))?;
    }
    for fix in &can {
        match fix {
            Fix::Rustup(arguments) => {
                println!("-- setup: rustup {arguments}");
                run::quiet(Command::new("rustup").args(arguments.split_whitespace()))?;
            }
            Fix::Crate(name, version) => {
                println!("-- setup: compiling `{name}` {version}, which takes minutes");
                run::quiet(Command::new("cargo").args(["install", name, "--locked", "--version", version]))?;
            }
            Fix::Apt(_) | Fix::Told(_) => {}
        }
    }
    Ok(())
}

fn missing(need: Need) -> Option<Fix> {
    match need {
        Need::Target(target) => {
            let what = format!("the standard library of Rust for `{target}`");
            (!has_target(target)).then(|| rustup(format!("target add {target}"), &what))
        }
        Need::Component(component, command) => {
            let what = format!("`cargo {command}`");
            let there = run::succeeds(Command::new("cargo").args([command, "--version"]));
            (!there).then(|| rustup(format!("component add {component}"), &what))
        }
        Need::Clang => clang().is_none().then(|| {
            if cfg!(target_os = "macos") {
                Fix::Told("clang for wasm32, which Apple's is not: run `brew install llvm`".into())
            } else {
                Fix::Apt("clang")
            }
        }),
        Need::Curl => program("curl", "--version", "curl"),
        Need::Openssl => program("openssl", "version", "openssl"),
        Need::Redis => program("redis-server", "--version", "redis-server"),
        Need::Zsh => program("zsh", "--version", "zsh"),
        Need::Fish => program("fish", "--version", "fish"),
        Need::Chromium => browser(&["chromium", "chromium-browser", "google-chrome"]),
        Need::Firefox => browser(&["firefox-esr", "firefox"]),
        Need::Node => node_complaint().map(Fix::Told),
        Need::NpmPackages => None,
        Need::CargoDeny => {
            let found = run::capture(Command::new("cargo").args(["deny", "--version"])).unwrap_or_default();
            (!found.contains(CARGO_DENY)).then_some(Fix::Crate("cargo-deny", CARGO_DENY))
        }
    }
}

/// A program that is there if it tells its version, and its Debian package.
fn program(name: &str, version: &str, package: &'static str) -> Option<Fix> {
    (!run::succeeds(Command::new(name).arg(version))).then_some(Fix::Apt(package))
}

/// The names are those of `tests/lib/browsers.mjs`; the first is Debian's package.
fn browser(names: &[&'static str]) -> Option<Fix> {
    let there = names.iter().any(|name| run::succeeds(Command::new(name).arg("--version")));
    (!there).then(|| Fix::Apt(names[0]))
}

/// Asks rustc and not rustup, which a distribution's Rust does not have.
fn has_target(target: &str) -> bool {
    let mut rustc = Command::new("rustc");
    run::capture(rustc.args(["--print", "target-libdir", "--target", target]))
        .is_ok_and(|path| PathBuf::from(path.trim()).is_dir())
}

fn rustup(arguments: String, what: &str) -> Fix {
    if run::succeeds(Command::new("rustup").arg("--version")) {
        Fix::Rustup(arguments)
    } else {
        Fix::Told(format!("{what}: get Rust from rustup, then run `rustup {arguments}`"))
    }
}

fn node_complaint() -> Option<String> {
    let advice = "install it with your system's packages if those are new enough, \
                  else with a version manager, as `nvm install 22`";
    let Ok(version) = run::capture(Command::new("node").arg("--version")) else {
        return Some(format!("Node {NODE_MAJOR} or newer, with npm: {advice}"));
    };
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR) {
        return Some(format!("Node {NODE_MAJOR} or newer, found `{}`: {advice}", version.trim()));
    }
    if !run::succeeds(Command::new("node").args(["--test-force-exit", "--version"])) {
        return Some(format!(
            "a Node with `--test-force-exit` (20.14), found `{}`: {advice}",
            version.trim()
        ));
    }
    let npm = run::succeeds(Command::new(NPM).arg("--version"));
    (!npm).then(|| {
        "npm, which Debian and Ubuntu keep apart from Node: run `sudo apt-get install -y npm`".into()
    })
}

/// Says where the C compiler is, for a Cargo command that builds for wasm32, unless the environment
/// says it already or it is `clang`, which the `cc` crate looks for by itself.
pub fn with_clang(command: &mut Command) -> &mut Command {
    let told = std::env::var_os(CLANG_VARIABLE).is_some();
    if let Some(clang) = clang().filter(|clang| !told && clang.as_os_str() != "clang") {
        // The archiver of macOS knows nothing of wasm; the one that came with this clang does.
        let archiver = clang.with_file_name("llvm-ar");
        if archiver.is_file() {
            command.env("AR_wasm32_unknown_unknown", archiver);
        }
        command.env(CLANG_VARIABLE, clang);
    }
    command
}

const CLANG_VARIABLE: &str = "CC_wasm32_unknown_unknown";

/// The first clang that compiles for wasm32: the one that the environment names, `clang`,
/// Homebrew's, the newest `clang-NN`.
pub fn clang() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(CLANG_VARIABLE) {
        return Some(PathBuf::from(named)).filter(compiles_for_wasm);
    }
    let mut candidates = vec![PathBuf::from("clang")];
    if cfg!(target_os = "macos") {
        let prefix = run::capture(Command::new("brew").args(["--prefix", "llvm"]));
        candidates.extend(prefix.map(|prefix| PathBuf::from(prefix.trim()).join("bin/clang")));
    }
    candidates.into_iter().chain(versioned_clangs()).find(compiles_for_wasm)
}

fn compiles_for_wasm(clang: &PathBuf) -> bool {
    // `/dev/null` is an empty C program on every Unix.
    run::succeeds(
        Command::new(clang).args("--target=wasm32-unknown-unknown -c -x c /dev/null -o /dev/null".split(' ')),
    )
}

fn versioned_clangs() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let files =
        std::env::split_paths(&path).filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let version = |name: &str| name.strip_prefix("clang-").and_then(|version| version.parse::<u32>().ok());
    let mut found: Vec<(u32, PathBuf)> =
        files.filter_map(|file| Some((version(file.file_name().to_str()?)?, file.path()))).collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

/// Installs the tests' npm packages unless they are all there, and those of the lock file, of which
/// a copy stays beside them.
fn npm_packages(project: &Project) -> Result<()> {
    let lock = fs::read(project.root.join("tests/package-lock.json"))?;
    let stamp = project.node_modules().join(".claimgate-lock.json");
    let contents: Value = serde_json::from_slice(&lock).context("`tests/package-lock.json` is not JSON")?;
    let direct = contents["packages"][""]["dependencies"].as_object();
    let are_there = direct.is_some_and(|names| {
        names.keys().all(|name| project.node_modules().join(name).join("package.json").exists())
    });
    if are_there && fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("-- setup: the tests' npm packages");
    run::quiet(&mut project.npm("tests", "ci"))?;
    Ok(fs::write(stamp, lock)?)
}

/// How `apt-get` may be run here.
#[derive(Clone, Copy)]
enum Administrator {
    Root,
    Sudo,
}

impl Administrator {
    fn find() -> Option<Self> {
        if !run::succeeds(Command::new("apt-get").arg("--version")) {
            return None;
        }
        let root = run::capture(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0");
        let sudo = || run::succeeds(Command::new("sudo").args(["-n", "true"]));
        if root { Some(Self::Root) } else { sudo().then_some(Self::Sudo) }
    }

    fn apt_get(self, arguments: &str) -> Command {
        let words = match self {
            Self::Root => "env",
            Self::Sudo => "sudo -n env",
        };
        let mut words = words.split(' ');
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments.split(' '));
        command
    }
}

impl Fix {
    fn is_possible(&self, administrator: Option<Administrator>) -> bool {
        match self {
            Self::Rustup(_) | Self::Crate(..) => true,
            Self::Apt(_) => administrator.is_some(),
            Self::Told(_) => false,
        }
    }

    fn apt_package(&self) -> Option<&str> {
        if let Self::Apt(package) = self { Some(package) } else { None }
    }

    fn advice(&self) -> String {
        match self {
            Self::Rustup(arguments) => format!("run `rustup {arguments}`"),
            Self::Apt(package) => format!(
                "{package}: run `sudo apt-get install -y --no-install-recommends {package}`, \
                 or what your system has instead"
            ),
            Self::Crate(name, version) => format!("run `cargo install {name} --locked --version {version}`"),
            Self::Told(message) => message.clone(),
        }
    }
}
