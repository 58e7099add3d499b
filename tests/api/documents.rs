//! What is written for people stays true: links lead somewhere, and every dependency says why it is there.

use std::path::Path;

use crate::source::{Source, files};

/// The links of a document to files that are not there.
fn dead_links(document: &Source) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join(&document.path).parent().unwrap().to_owned();
    let targets = document.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let inside = targets.map(|target| target.split('#').next().unwrap()).filter(|target| !target.is_empty() && !target.contains("://"));
    inside.filter(|target| !folder.join(target).exists()).map(|target| format!("{}: {target}", document.path)).collect()
}

/// The dependencies of a manifest that give no reason, at the end of their line or in the line above.
fn without_reason(manifest: &str) -> Vec<&str> {
    let tables = manifest.split("\n[").filter(|table| table.split(']').next().is_some_and(|name| name.ends_with("dependencies")));
    let lines: Vec<&str> = tables.flat_map(|table| table.lines().skip(1)).collect();
    let pairs = std::iter::once("").chain(lines.iter().copied()).zip(lines.iter().copied());
    let silent = pairs.filter(|(above, line)| line.contains('=') && !line.contains('#') && !above.starts_with('#'));
    silent.map(|(_, line)| line.split(' ').next().unwrap()).collect()
}

#[test]
fn every_link_in_a_document_leads_somewhere() {
    let documents = [("", "README.md"), ("src", ".md"), (".github", ".md")].into_iter().flat_map(|(folder, ending)| match folder {
        "" => vec![Source::new(ending, include_str!("../../README.md"))],
        _ => files(folder, ending).into_iter().map(|file| Source { path: format!("{folder}/{}", file.path), ..file }).collect(),
    });
    let dead: Vec<String> = documents.flat_map(|document| dead_links(&document)).collect();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
    assert_eq!(dead_links(&Source::new("src/README.md", "[a](../Cargo.toml) [b](no.rs) [c](#d) [e](https://f)")), ["src/README.md: no.rs"]);
}

#[test]
fn every_dependency_says_why_it_is_there() {
    assert_eq!(without_reason(include_str!("../../Cargo.toml")), [""; 0]);
    let manifest =
        "[package]\nname = \"x\"\n\n[dependencies]\na = \"1\" # why\nb = \"1\"\n# why\nc = \"1\"\nd = \"1\"\n\n[lints.rust]\ne = \"f\"";
    assert_eq!(without_reason(manifest), ["b", "d"]);
}
