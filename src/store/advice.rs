//! What would make git, and so loket, faster here; what `git maintenance` does by itself where it is on.

use super::desk::Desk;

/// From so many documents in the index on a commit graph is worth its file.
const MANY: u64 = 10_000;
/// So many loose objects are what git itself packs at (`gc.auto`).
const LOOSE: usize = 6_700;
/// So many packs are too many (`gc.autoPackLimit`).
const PACKS: usize = 50;
/// A git index of so many bytes has about a hundred thousand files.
const LARGE_INDEX: u64 = 10 << 20;

impl Desk {
    /// What would help, each with the command to type. `documents` are those of the search index.
    pub fn advice(&self, documents: u64) -> Vec<String> {
        let objects = self.repo.commondir().join("objects");
        let mut advice = Vec::new();
        let graph = ["info/commit-graph", "info/commit-graphs/commit-graph-chain"];
        if documents >= MANY && !graph.iter().any(|name| objects.join(name).exists()) {
            let command = "git commit-graph write --reachable --changed-paths";
            advice.push(format!("there is no commit graph: {command} makes `log` and `sync` faster"));
        }
        let loose = entries(&objects.join("17")) * 256;
        if loose > LOOSE {
            advice.push(format!("there are about {loose} loose objects: git maintenance run --task=gc packs them"));
        }
        let packs = entries(&objects.join("pack")) / 2;
        if packs > PACKS {
            advice.push(format!("there are about {packs} packs: git maintenance run --task=gc makes them one"));
        }
        let index = self.repo.path().join("index").metadata().map_or(0, |found| found.len());
        if index > LARGE_INDEX && !self.is_sparse() {
            advice.push("the working tree is large: loket tidy keeps months without live tickets out of it".to_owned());
        }
        if self.is_partial() {
            advice.push("this clone is partial: what it has not read before comes from its remote".to_owned());
        }
        advice
    }
}

fn entries(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}
