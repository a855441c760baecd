//! The pipelines in `examples/ci/`: their steps run in a clone of a small desk, and names are data to them.

#![allow(clippy::disallowed_methods, reason = "a test has its own environment and writes its own files")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_yaml::Value;
use tempfile::TempDir;

/// A branch and an article called as somebody would who wants a shell to read them.
const BRANCH: &str = "$(touch${IFS}pwned)";

fn pipeline(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci").join(name);
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value:?}"))
}

/// A desk, and a clone with a branch on which an article moved away from under a link.
struct Place {
    base: TempDir,
    clone: PathBuf,
}

impl Place {
    fn new() -> Place {
        let base = TempDir::with_prefix("loket-pipelines-").unwrap();
        let clone = base.path().join("clone");
        let git = "[user]\n\tname = Jo\n\temail = jo@acme.example\n[init]\n\tdefaultBranch = main\n";
        std::fs::write(base.path().join(".gitconfig"), git).unwrap();
        let place = Place { clone: base.path().to_owned(), base };
        let made = [
            "loket init desk --quiet && cd desk",
            "loket kb new VPN --category net --visibility public -m 'Open the app.' --quiet",
            "loket kb new 'Old trouble' --category net -m 'See [[nothing]].' --quiet",
            "loket kb new Login --category net --visibility public -m 'First the [VPN](vpn.md).' --quiet",
            "cd .. && git clone --quiet desk clone && cd clone",
            "git switch --quiet --create \"$BRANCH\"",
            "mkdir kb/work && git mv kb/net/vpn.md kb/work/vpn.md",
            "printf -- '---\\ntitle: A <b> & $(touch pwned)\\n---\\nText\\n' > 'kb/net/a $(touch pwned);b.md'",
            "git add --all && git commit --quiet --message 'Move the VPN'",
        ];
        let done = place.sh(&made.join(" &&\n"), &[("BRANCH", BRANCH)]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Place { clone, ..place }
    }

    fn sh(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let binary = Path::new(env!("CARGO_BIN_EXE_loket")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(binary).chain(std::env::split_paths(&path))).unwrap();
        let mut command = Command::new("sh");
        // As the runners do: a step ends with its first command that fails.
        command.args(["-e", "-c", script]).current_dir(&self.clone).stdin(Stdio::null()).env_clear();
        command.env("PATH", path).env("HOME", self.base.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("LOKET_NOW", "2026-11-22T09:00:00Z").env("GITHUB_STEP_SUMMARY", self.summary());
        command.envs(variables.iter().copied());
        command.output().unwrap()
    }

    fn summary(&self) -> PathBuf {
        self.base.path().join("summary.md")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.clone.join(name)).unwrap_or_else(|trouble| panic!("{name}: {trouble}"))
    }

    /// The previews that were made; and nothing was run that is a name.
    fn previews(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.clone.join("preview")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let pwned = self.sh("find . -name pwned", &[]);
        assert_eq!(String::from_utf8_lossy(&pwned.stdout), "");
        names
    }
}

/// The commands of a step that call loket, but for the one that installs it.
fn is_ours(script: &str) -> bool {
    script.contains("loket ") && !script.contains("cargo install")
}

#[test]
fn github_annotates_and_previews() {
    let flow = pipeline("github.yml");
    let place = Place::new();
    let mut out = String::new();
    for step in flow["jobs"]["check"]["steps"].as_sequence().unwrap() {
        let Some(script) = step["run"].as_str() else { continue };
        assert!(!script.contains("${{"), "what an expression gives is code to the shell: {script}");
        if is_ours(script) {
            let done = place.sh(script, &[("GITHUB_BASE_REF", "main"), ("GITHUB_HEAD_REF", BRANCH)]);
            let wanted = if step["id"].as_str() == Some("check") { 1 } else { 0 };
            let said = String::from_utf8(done.stderr).unwrap();
            assert_eq!(done.status.code(), Some(wanted), "{script}\n{said}");
            out += &String::from_utf8(done.stdout).unwrap();
        }
    }
    assert!(out.contains("::error file=kb/net/login.md,line=6,col=11,title=link-file::"), "{out}");
    assert!(!out.contains("nothing"), "what was wrong before is not this branch's: {out}");
    assert!(std::fs::read_to_string(place.summary()).unwrap().contains("| error | link-file | kb/net/login.md |"));
    let sarif: serde_json::Value = serde_json::from_str(&place.read("loket.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "link-file");
    assert_eq!(place.previews(), ["1.html", "2.html"]);
    let pages = place.read("preview/1.html") + &place.read("preview/2.html");
    assert!(pages.contains("Open the app.") && pages.contains("&lt;b&gt;") && !pages.contains("<b>"));
}

#[test]
fn github_gives_the_job_no_more_than_it_needs() {
    let flow = pipeline("github.yml");
    assert_eq!(flow["permissions"], serde_yaml::from_str::<Value>("contents: read").unwrap());
    let text = serde_yaml::to_string(&flow).unwrap();
    assert!(
        !text.contains("pull_request_target")
            && !text.to_lowercase().contains("head_ref")
            && !text.contains("secrets.")
    );
    assert!(flow["jobs"]["check"]["permissions"].is_null());
    let checkout = &flow["jobs"]["check"]["steps"][0]["with"];
    assert_eq!((checkout["fetch-depth"].as_u64(), checkout["persist-credentials"].as_bool()), (Some(0), Some(false)));
}

#[test]
fn gitlab_tells_and_previews() {
    let flow = pipeline("gitlab.yml");
    let place = Place::new();
    let job = &flow["loket"];
    let lines = job["script"].as_sequence().unwrap().iter().map(text);
    let script = lines.filter(|line| !line.contains("cargo install")).collect::<Vec<_>>().join("\n");
    let branch = [("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", BRANCH), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")];
    let done = place.sh(&script, &branch);
    let out = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(1), "{out}{}", String::from_utf8_lossy(&done.stderr));
    assert!(out.contains("kb/net/login.md:6:11: error link-file"), "{out}");
    assert!(!out.contains("nothing"), "what was wrong before is not this branch's: {out}");
    assert_eq!(place.previews(), ["1.html", "2.html"]);
    let kept: Vec<&str> = job["artifacts"]["paths"].as_sequence().unwrap().iter().map(text).collect();
    assert_eq!((kept, text(&job["artifacts"]["when"])), (vec!["preview/"], "always"));
}
