//! The dependency table of the modules, kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each module may name of ours, and the crates that have one home.
const MAY: [(&str, &[&str]); 14] = [
    ("transport", &["mail"]),
    ("mail", &["domain", "format"]),
    ("domain", &[]),
    ("format", &["domain", "failure"]),
    ("store", &["domain", "format", "failure"]),
    ("search", &["domain", "format", "store", "failure", "progress"]),
    ("workflow", &["domain"]),
    ("report", &["domain", "workflow", "view"]),
    ("view", &["domain"]),
    ("portal", &["domain", "format"]),
    (
        "desk",
        &[
            "domain",
            "format",
            "store",
            "search",
            "mail",
            "transport",
            "workflow",
            "report",
            "portal",
            "view",
            "failure",
            "progress",
        ],
    ),
    // It reads tickets and articles through the types of the portal, which hold nothing internal: no store, no search
    // but the public one, no view but the public ticket.
    ("server", &["desk", "domain", "portal", "view", "mail", "search", "failure"]),
    ("output", &["domain", "view", "failure"]),
    ("commands", &["desk", "domain", "view", "output", "failure", "progress", "clock", "exit", "server"]),
];

/// A crate, and the modules that may name it.
const HOMES: [(&str, &[&str]); 28] = [
    ("lettre", &["transport"]),
    ("rustls", &["transport"]),
    ("imap_codec", &["transport"]),
    ("hmac", &["mail"]),
    ("mail_parser", &["mail"]),
    ("htmd", &["mail"]),
    ("chardetng", &["mail"]),
    ("encoding_rs", &["mail"]),
    ("ammonia", &["format"]),
    ("dialoguer", &["commands"]),
    ("regex", &["format"]),
    ("git2", &["store"]),
    ("tantivy", &["search"]),
    ("serde_yaml", &["format"]),
    ("pulldown_cmark", &["format", "output"]),
    ("clap", &["cli", "commands"]),
    ("indicatif", &["output"]),
    ("csv", &["desk", "output"]),
    ("minijinja", &["format", "portal"]),
    ("plotters", &["output"]),
    ("ureq", &["transport"]),
    ("rustix", &["transport"]),
    ("axum", &["server"]),
    ("tokio", &["server"]),
    ("hyper", &["server"]),
    ("governor", &["server"]),
    ("utoipa", &["server"]),
    ("roxmltree", &["format"]),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The first part of a path below `src`: the module.
fn module(path: &Path, root: &Path) -> String {
    let first = path.strip_prefix(root).unwrap().components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules a source names by `crate::`, tests left out.
fn named(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut names = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split('}').next().unwrap_or_default();
                names.extend(list.split(',').map(word).filter(|name| !name.is_empty()));
            }
            None => drop(names.insert(word(rest))),
        }
    }
    names
}

fn word(text: &str) -> String {
    text.trim_start().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[test]
fn modules_use_what_the_table_allows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for path in sources(&root) {
        let own = module(&path, &root);
        let Some((_, allowed)) = MAY.iter().find(|(name, _)| *name == own) else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        for name in named(&text).into_iter().filter(|name| *name != own && !allowed.contains(&name.as_str())) {
            wrong.push(format!("{}: {own} may not use {name}", path.strip_prefix(&root).unwrap().display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_stay_at_home() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let is_test = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
    for path in sources(&root).into_iter().filter(|path| !is_test(path)) {
        let own = module(&path, &root);
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let code: String =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
        for (name, homes) in HOMES {
            let uses = [format!("use {name}::"), format!(" {name}::"), format!("({name}::"), format!("<{name}::")];
            if uses.iter().any(|form| code.contains(form.as_str())) && !homes.contains(&own.as_str()) {
                wrong.push(format!("{}: {name} is not used in {own}", path.strip_prefix(&root).unwrap().display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the server may name of the modules that know more than the public may: nothing else can reach a browser.
const SERVED: [(&str, &[&str]); 4] = [
    ("crate::desk::", &["Here", "portal", "attach", "send"]),
    ("crate::search::", &["PublicIndex"]),
    ("crate::view::", &["portal"]),
    ("crate::mail::", &["sign"]),
];

#[test]
fn the_server_sees_what_is_public() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server");
    let mut wrong = Vec::new();
    for path in sources(&root) {
        let text = std::fs::read_to_string(&path).unwrap();
        for (module, allowed) in SERVED {
            for rest in text.split(module).skip(1) {
                let list = rest.strip_prefix('{').and_then(|list| list.split('}').next());
                let names: Vec<String> =
                    list.map_or_else(|| vec![word(rest)], |list| list.split(',').map(word).collect());
                let others = names.into_iter().filter(|name| !name.is_empty() && !allowed.contains(&name.as_str()));
                wrong.extend(others.map(|name| format!("{}: {module}{name}", path.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_can_fail() {
    assert_eq!(
        named("use crate::store::Desk; use crate::{clock, exit};").into_iter().collect::<Vec<_>>(),
        ["clock", "exit", "store"]
    );
}
