//! What README promises, each with the test that proves it: the tests are there.

use std::fs;
use std::path::Path;

/// The tests that the table of promises names, as `blackbox/backups::a_name`.
fn named(readme: &str) -> Vec<(String, String)> {
    let table = readme.split_once("\n| promise | proven by |\n").map_or("", |(_, table)| table);
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let tests = rows.flat_map(|row| row.split('`').skip(1).step_by(2).filter(|word| word.contains("::")));
    tests.filter_map(|test| test.split_once("::")).map(|(file, name)| (file.to_owned(), name.to_owned())).collect()
}

fn is_there(file: &str, name: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(format!("{file}.rs"));
    fs::read_to_string(path).is_ok_and(|source| source.contains(&format!("#[test]\nfn {name}()")))
}

#[test]
fn every_promise_of_the_readme_names_a_test_that_is_there() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let named = named(&readme);
    assert!(named.len() >= 10, "only {} promises", named.len());
    let missing: Vec<_> = named.iter().filter(|(file, name)| !is_there(file, name)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:?}");
}

#[test]
fn a_promise_without_its_test_is_found() {
    let readme = "\n| promise | proven by |\n|---|---|\n| all is well | `api/claims::a_promise_without_its_test_is_found` |\n| more | `api/claims::nothing` |\n\nrest";
    let found: Vec<_> = named(readme).iter().map(|(file, name)| is_there(file, name)).collect();
    assert_eq!(found, [true, false]);
}
