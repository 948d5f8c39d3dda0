//! SECURITY.md says which test shows what it claims. Here it is kept to the tests that there are.

use std::{collections::BTreeSet, fs, path::Path};

/// The headings of the tables of which each row ends in the names of tests.
const TABLES: [&str; 2] = ["## RFC 8725, point by point", "## Faults that other libraries had"];

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The sources of tests below a folder of the repository.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if name != "node_modules" && !name.starts_with('.') {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "mjs") {
            found.push(read(&path));
        }
    }
}

/// What is between backticks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The names of tests: functions with the attribute in Rust; in JavaScript what `test` is called with,
/// and the members of the suite.
fn tests() -> BTreeSet<String> {
    let mut texts = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut texts);
    let mut names = BTreeSet::new();
    for text in texts {
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if let Some((name, _)) = line.strip_prefix("fn ").and_then(|rest| rest.split_once('('))
                && is_test
            {
                names.insert(name.to_string());
            }
            is_test = line == "#[test]" || is_test && line.starts_with("#[");
            let quoted = line.strip_prefix("test(").unwrap_or(line);
            if let Some((name, rest)) = quoted.strip_prefix('\'').and_then(|rest| rest.split_once('\''))
                && (quoted != line || rest.starts_with(": async ("))
            {
                names.insert(name.to_string());
            }
        }
    }
    names
}

#[test]
fn every_test_that_is_named_exists() {
    let security = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md"));
    let tests = tests();
    let mut named = BTreeSet::new();
    for heading in TABLES {
        let (_, section) = security.split_once(heading).unwrap_or_else(|| panic!("there is no `{heading}`"));
        let section = section.split("\n## ").next().unwrap();
        let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
        let mut count = 0;
        for row in rows {
            let cell = row.trim_end_matches('|').rsplit('|').next().unwrap();
            assert!(spans(cell).next().is_some(), "no test is named in {row}");
            named.extend(spans(cell).map(ToString::to_string));
            count += 1;
        }
        assert!(count >= 12, "`{heading}` has {count} rows");
    }
    let missing: Vec<_> = named.difference(&tests).collect();
    assert!(missing.is_empty(), "there are no such tests: {missing:#?}");
    // Those that were written for the table are in it.
    for module in [include_str!("token_faults.rs"), include_str!("claim_faults.rs")] {
        for rest in module.split("#[test]\nfn ").skip(1) {
            let name = rest.split('(').next().unwrap();
            assert!(named.contains(name), "SECURITY.md does not name `{name}`");
        }
    }
}
