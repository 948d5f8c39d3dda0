//! The package's wasm modules: Cargo, then `wasm-bindgen`, then `wasm-opt`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    project::Project,
    run,
    setup::{self, WASM},
};

/// A module of the package.
pub struct Module {
    /// Its crate, below `crates`.
    package: &'static str,
    /// Of its file, `NAME_bg.wasm`.
    pub name: &'static str,
    /// Of its JavaScript, `BINDINGS.js`, which modules with the same exports share.
    bindings: &'static str,
    pub features: &'static str,
    /// In `Cargo.toml`.
    profile: &'static str,
    /// For the C of `ring`.
    cflags: &'static str,
    /// How far `wasm-opt` goes.
    level: &'static str,
}

/// What every entry of the package needs. Browsers wait for it, so it is small: the curves are WebCrypto's there.
///
/// The steps of RSA's inner loop are short and still inlined; `-Oz` would cost a fifth of its speed for the same size.
pub const CORE: Module = Module {
    package: "claimgate-wasm",
    name: "claimgate",
    bindings: "claimgate",
    features: "",
    profile: "wasm",
    cflags: SMALL,
    level: "-Oz",
};

/// The same for servers, which read it from a disk: half as large again, and twice as fast.
pub const SERVER: Module =
    Module { name: "server", features: "curves", profile: "server", cflags: "", level: "-O3", ..CORE };

/// What signs access tokens, and all of the others besides.
pub const EXCHANGE: Module =
    Module { name: "exchange", bindings: "exchange", features: "curves,exchange", ..SERVER };

/// What explains policies of all systems. It is loaded by people, who wait for it once.
pub const INSPECT: Module =
    Module { package: "claimgate-inspect-wasm", name: "inspect", bindings: "inspect", ..CORE };

/// In the order in which they are made: the first with some bindings is the one that writes them.
pub const ALL: [Module; 4] = [CORE, SERVER, EXCHANGE, INSPECT];

/// No part of the package: bare signatures as [`CORE`] and [`SERVER`] verify them, for tests and
/// benchmarks.
pub const SIGNATURES: [Module; 2] = [
    Module { name: "signatures", bindings: "signatures", features: "test-exports", ..CORE },
    Module { name: "signatures-server", bindings: "signatures", features: "curves,test-exports", ..SERVER },
];

const SMALL: &str = "-finline-hint-functions -mllvm -inlinehint-threshold=30";

/// The wasm features that rustc uses without being asked, which every engine of the last years has;
/// nothing else is let in. The low memory is the deep end of the stack, which the linker puts first.
const WASM_OPT: [&str; 12] = [
    "--converge",
    "--low-memory-unused",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Makes [`SIGNATURES`] in `target/signatures`.
pub fn build_signatures(project: &Project) -> Result<()> {
    let folder = project.target.join("signatures");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    SIGNATURES.iter().try_for_each(|module| module.build(project, &folder).map(drop))
}

impl Module {
    /// The manifest of its crate, from the root.
    pub fn manifest(&self) -> String {
        format!("crates/{}/Cargo.toml", self.package.trim_start_matches("claimgate-"))
    }

    /// Makes the module and its JavaScript in `folder`, and returns the module's path.
    pub fn build(&self, project: &Project, folder: &Path) -> Result<PathBuf> {
        run::say(&format!("  the module `{}`", self.name));
        self.compile(project)?;
        let wasm = self.bind(project, folder)?;
        self.optimise(project, &wasm)?;
        Ok(wasm)
    }

    fn compile(&self, project: &Project) -> Result<()> {
        let mut cargo = project.cargo(&format!("build -p {} --locked", self.package));
        cargo.args(["--profile", self.profile]).arg("--target-dir").arg(&project.target);
        cargo.args(["--no-default-features", "--features", self.features, "--target", WASM]);
        cargo.env("CFLAGS_wasm32_unknown_unknown", self.cflags);
        // Without SIMD, RSA falls to its arithmetic on arrays.
        let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
        flags.extend(remap_paths());
        cargo.arg("--config").arg(format!("target.{WASM}.rustflags={flags:?}"));
        run::quiet(setup::with_clang(&mut cargo)).map(drop)
    }

    /// Writes the module and its JavaScript, and returns the module's path.
    fn bind(&self, project: &Project, folder: &Path) -> Result<PathBuf> {
        let compiled = project
            .target
            .join(WASM)
            .join(self.profile)
            .join(format!("{}.wasm", self.package.replace('-', "_")));
        let mut bindgen = Bindgen::new();
        bindgen.input_path(compiled).out_name(self.bindings).typescript(true);
        bindgen.remove_name_section(true).remove_producers_section(true);
        // By which `src/js/instance.js` replaces an instance that trapped.
        bindgen.reset_state_function(true);
        // No `new URL("claimgate_bg.wasm", import.meta.url)`: each entry of the package brings the
        // module in its runtime's way, and a bundler would follow this one.
        bindgen.web(true)?.omit_default_module_path(true);
        let made = project.target.join("npm/bindings");
        bindgen.generate(&made).context("wasm-bindgen failed")?;
        fs::create_dir_all(folder)?;
        let name = format!("{}.js", self.bindings);
        let compiled = made.join(format!("{}_bg.wasm", self.bindings));
        let (written, module) = without_hashes(&fs::read_to_string(made.join(&name))?, fs::read(compiled)?);
        let bindings = folder.join(&name);
        if bindings.exists() {
            ensure!(
                fs::read_to_string(&bindings)? == written,
                "`{}` has other exports than `{name}`",
                self.name
            );
        } else {
            fs::write(bindings, written)?;
            // Not the types of the bare module, to which those of the exports do not refer.
            let types = format!("{}.d.ts", self.bindings);
            fs::copy(made.join(&types), folder.join(types))?;
        }
        let wasm = folder.join(format!("{}_bg.wasm", self.name));
        fs::write(&wasm, module)?;
        Ok(wasm)
    }

    /// Optimises the module in place. The last input and its result are kept, because this takes
    /// seconds and is most often repeated.
    fn optimise(&self, project: &Project, wasm: &Path) -> Result<()> {
        let tool = project.node_modules().join("binaryen");
        let version = fs::read(tool.join("package.json"))?;
        let recipe = [version, self.level.into(), WASM_OPT.join(" ").into_bytes(), fs::read(wasm)?].concat();
        let folder = project.target.join("npm/wasm-opt").join(self.name);
        let (input, output) = (folder.join("input"), folder.join("output.wasm"));
        if !(output.exists() && fs::read(&input).is_ok_and(|known| known == recipe)) {
            fs::create_dir_all(&folder)?;
            // Gone first, so that an interrupted run leaves nothing that would pass for a result.
            if input.exists() {
                fs::remove_file(&input)?;
            }
            let mut optimiser = project.node(tool.join("bin/wasm-opt"));
            optimiser.arg(self.level).args(WASM_OPT);
            run::quiet(optimiser.arg(wasm).arg("-o").arg(&output))?;
            fs::write(input, recipe)?;
        }
        fs::copy(output, wasm)?;
        Ok(())
    }
}

/// The name of what calls a closure, up to the hash of a symbol.
const CLOSURE: &str = "wasm_bindgen__convert__closures_____invoke__h";

/// Names the exports that call closures by their order. Their hashes depend on how the module is optimised, and modules with the
/// same exports share their JavaScript.
fn without_hashes(bindings: &str, mut module: Vec<u8>) -> (String, Vec<u8>) {
    // A comment of the generator has an index of the module's table.
    let lines = bindings.lines().filter(|line| !line.trim_start().starts_with("// Cast intrinsic for"));
    let mut text = lines.flat_map(|line| [line, "\n"]).collect::<String>();
    let hash_of = |at: &str| {
        at.get(..16).filter(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit())).map(str::to_owned)
    };
    let mut hashes: Vec<String> = text.split(CLOSURE).skip(1).filter_map(hash_of).collect();
    let mut seen = std::collections::HashSet::new();
    hashes.retain(|hash| seen.insert(hash.clone()));
    for (index, hash) in hashes.iter().enumerate() {
        // As long as before, so that the module's sections keep their sizes.
        let (old, new) = (format!("{CLOSURE}{hash}"), format!("{CLOSURE}{index:016}"));
        text = text.replace(&old, &new);
        while let Some(at) = module.windows(old.len()).position(|window| window == old.as_bytes()) {
            module[at..at + old.len()].copy_from_slice(new.as_bytes());
        }
    }
    (text, module)
}

/// Gives Cargo's folders of sources one name. The places of panics are part of the module: without
/// this they would tell where its builder keeps them, and no two builders would get the same bytes.
fn remap_paths() -> Vec<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let registries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let mut folders: Vec<PathBuf> =
        registries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    let flag = |folder: &PathBuf| format!("--remap-path-prefix={}=crates", folder.display());
    folders.iter().map(flag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_that_differ_in_hashes_have_the_same_bindings() {
        let made = |hash: &str| {
            let text = format!("// Cast intrinsic for {hash}\nwasm.{CLOSURE}{hash}_16(a);\n");
            without_hashes(&text, format!("\0{CLOSURE}{hash}_16\0").into_bytes())
        };
        let (one, other) = (made("0123456789abcdef"), made("fedcba9876543210"));
        assert_eq!(one, other);
        assert_eq!(one.0, format!("wasm.{CLOSURE}{}_16(a);\n", "0".repeat(16)));
        assert_eq!(one.1.len(), CLOSURE.len() + 16 + 5);
    }
}
