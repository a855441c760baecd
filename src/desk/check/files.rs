//! Files that do not belong where they lie.

use super::Checking;
use crate::domain::finding::Finding;
use crate::failure::Result;
use crate::format::layout;

/// Folders that hold one markdown file each for a key, and nothing else.
const KEYED: [&str; 5] = [layout::PEOPLE, layout::CUSTOMERS, layout::ORGS, layout::PATTERNS, layout::PROCESSES];
/// What `policy/` may hold besides files of holidays.
const POLICIES: [&str; 5] = ["views.yaml", "calendars.yaml", "sla.yaml", "rules.yaml", "dashboards.yaml"];

pub fn check(checking: &Checking<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let mut odd = |path: &str, said: &str, hint: &str| {
        found.push(Finding::new("file-unknown", path, (1, 1), said).hint(hint));
    };
    for folder in KEYED {
        checking.snapshot.each_file(folder, &mut |path, _| {
            let is_own = layout::key_in(folder, path).is_some_and(layout::is_key);
            if !is_own && !is_marker(path) {
                odd(
                    path,
                    &format!("loket reads {folder}/NAME.md only"),
                    "a name has lower-case letters, digits, - _ and .",
                );
            }
            Ok(())
        })?;
    }
    checking.snapshot.each_file("policy", &mut |path, _| {
        let name = path.strip_prefix("policy/").unwrap_or(path);
        if !POLICIES.contains(&name) && !name.ends_with(".ics") && !is_marker(path) {
            let near = super::meant(name, POLICIES.into_iter());
            odd(
                path,
                "this is no policy loket knows",
                &near.unwrap_or_else(|| format!("there are {}", POLICIES.join(", "))),
            );
        }
        Ok(())
    })?;
    checking.snapshot.each_file(layout::ARTICLES, &mut |path, _| {
        if is_left_over(path) {
            odd(path, "this was left over by a program", "take it out with `git rm`");
        }
        Ok(())
    })?;
    for (path, _) in checking.snapshot.strays()? {
        let said = "a ticket lies under the day of its id, in a folder called like it";
        let hint = "move it with `git mv`, or give it an id of that day";
        found.push(Finding::new("file-place", &path, (1, 1), said).hint(hint));
    }
    Ok(found)
}

/// Keeps an empty folder, or steers git.
fn is_marker(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, ".gitkeep" | ".gitignore" | ".gitattributes" | "README.md")
}

/// What editors, merges and file managers leave behind.
fn is_left_over(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
        || [".orig", ".rej", ".swp", "~", ".bak"].iter().any(|ending| name.ends_with(ending))
        || name.starts_with(".loket-")
}
