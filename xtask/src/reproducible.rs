//! The same sources make the same package, wherever it is built.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    inline,
    module::Module,
    package,
    project::{Project, files_below},
    run,
};

/// Copies the sources to another folder, builds these modules there from nothing, puts the package together, and holds it
/// against the one that `build` made. The modules that are not named are taken over as they are.
pub fn check(project: &Project, modules: &[Module]) -> Result<()> {
    let copy = copy_sources(project)?;
    let (ours, theirs) = (package::folder(project), package::folder(&copy));
    package::copy_folder(&ours.join("wasm"), &theirs.join("wasm"))?;
    for module in modules {
        let wasm = module.build(&copy, &theirs.join("wasm"))?;
        inline::write(&copy, module.name, &wasm)?;
    }
    let tarball = package::put_together(&copy, &theirs)?;
    for file in files_below(&ours)? {
        let name = file.strip_prefix(&ours)?.display();
        ensure!(
            fs::read(&file)? == fs::read(theirs.join(file.strip_prefix(&ours)?)).unwrap_or_default(),
            "`{name}` is another one when it is built in another folder: hold `{}` against `{}`",
            ours.display(),
            theirs.display()
        );
    }
    if fs::read(package::tarball(project))? != fs::read(&tarball)? {
        bail!("the same files make another tarball: `{}`", tarball.display());
    }
    let names: Vec<&str> = modules.iter().map(|module| module.name).collect();
    run::say(&format!("  the same tarball, with a new build of {}", names.join(", ")));
    Ok(())
}

/// The sources as they are in the work tree, and nothing that was built from them. What npm installed is shared: it is
/// pinned by the lock file, and weighs a gigabyte.
fn copy_sources(project: &Project) -> Result<Project> {
    let folder = project.target.join("reproducible");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let root = folder.join("sources");
    let mut git = std::process::Command::new("git");
    git.current_dir(&project.root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = run::capture(&mut git).context("the sources are listed by git")?;
    for name in listed.split_terminator('\0').filter(|name| project.root.join(name).is_file()) {
        let to = root.join(name);
        to.parent().map(fs::create_dir_all).transpose()?;
        package::copy_file(&project.root.join(name), &to)?;
    }
    let copy = Project { root, target: folder.join("target"), version: project.version.clone() };
    link(&project.node_modules(), &copy.node_modules())?;
    Ok(copy)
}

fn link(folder: &Path, name: &Path) -> Result<()> {
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder, name)?;
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(folder, name)?;
    Ok(())
}
