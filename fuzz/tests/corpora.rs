//! Every input that is kept holds, on any toolchain.

use std::{
    collections::BTreeSet,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
};

use claimgate_fuzz::TARGETS;

/// The files in a folder, by their names; none if there is no such folder.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> =
        folder.read_dir().into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_input_holds() {
    let mut broken = Vec::new();
    for (name, check) in TARGETS {
        let inputs = files(&format!("corpus/{name}"));
        assert!(!inputs.is_empty(), "`corpus/{name}` is empty");
        for path in inputs.into_iter().chain(files(&format!("regressions/{name}"))) {
            let input = fs::read(&path).unwrap();
            if catch_unwind(|| check(&input)).is_err() {
                broken.push(path);
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_target_is_known() {
    let stems = |folder| -> BTreeSet<String> {
        files(folder).iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let known: BTreeSet<String> = TARGETS.map(|(name, _)| name.to_owned()).into();
    assert_eq!(stems("fuzz_targets"), known);
    assert_eq!(stems("corpus"), known);
}
