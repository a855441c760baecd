//! A folder that pages are published to: only what differs is written, and only what we wrote before is removed.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::failure::{Failure, Result};

/// The list of what we wrote, in the folder itself.
const LIST: &str = ".loket-site";
/// What a build that is under way has written beside that, a line each: were it killed, the next one knows them for ours.
const JOURNAL: &str = ".loket-site.new";
/// Its first line.
const HEAD: &str = "loket site 1";

/// A folder of published pages.
pub struct SiteFolder {
    root: PathBuf,
    /// File and digest of what was written before.
    before: BTreeMap<String, String>,
    now: BTreeMap<String, String>,
    journal: Option<std::fs::File>,
    /// Folders that are known to be folders of ours.
    folders: HashSet<PathBuf>,
    pub written: usize,
    pub removed: usize,
    /// Whether what lies there already may be written over.
    force: bool,
}

impl SiteFolder {
    /// Opens a folder, or makes it.
    pub fn open(root: &Path, force: bool) -> Result<SiteFolder> {
        std::fs::create_dir_all(root).with_context(|| format!("cannot make {}", root.display()))?;
        let root = root.canonicalize().with_context(|| format!("cannot open {}", root.display()))?;
        let list = std::fs::read_to_string(root.join(LIST)).unwrap_or_default();
        let mut lines = list.lines();
        let mut before = BTreeMap::new();
        if lines.next() == Some(HEAD) {
            let pairs = lines.filter_map(|line| line.split_once(' ')).filter(|(_, file)| is_plain(file));
            before = pairs.map(|(digest, file)| (file.to_owned(), digest.to_owned())).collect();
        }
        let interrupted = std::fs::read_to_string(root.join(JOURNAL)).unwrap_or_default();
        for file in interrupted.lines().filter(|file| is_plain(file)) {
            // What is in it is not known: no digest is empty.
            before.insert(file.to_owned(), String::new());
        }
        let (now, folders) = (BTreeMap::new(), HashSet::new());
        Ok(SiteFolder { root, before, now, journal: None, folders, written: 0, removed: 0, force })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What a file has that lies there.
    pub fn read(&self, file: &str) -> Option<Vec<u8>> {
        std::fs::read(self.root.join(file)).ok()
    }

    /// Whether a file with this digest lies there.
    pub fn holds(&self, file: &str, digest: &str) -> bool {
        self.before.get(file).is_some_and(|before| before == digest)
            && self.root.join(file).symlink_metadata().is_ok_and(|found| found.is_file())
    }

    /// Lets a file stay that lies there.
    pub fn keep(&mut self, file: &str, digest: String) {
        self.now.insert(file.to_owned(), digest);
    }

    /// Whether a file with this digest lies there; if so, it stays.
    pub fn keeps(&mut self, file: &str, digest: &str) -> bool {
        let same = self.holds(file, digest);
        if same {
            self.keep(file, digest.to_owned());
        }
        same
    }

    /// Whether a file with this digest was written there, and all others that were written below a folder still lie there.
    pub fn has_below(&self, folder: &str, file: &str, digest: &str) -> bool {
        self.holds(file, digest)
            && self.below(folder).all(|(file, digest)| !digest.is_empty() && self.holds(file, digest))
    }

    fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a String, &'a String)> {
        self.before.range(folder.to_owned()..).take_while(move |(file, _)| file.starts_with(folder))
    }

    /// Keeps the files below a folder that are wanted by what they are called there.
    pub fn keep_below(&mut self, folder: &str, wanted: impl Fn(&str) -> bool) {
        let all = self.below(folder).filter(|(file, _)| wanted(&file[folder.len()..]));
        let kept: Vec<(String, String)> = all.map(|(file, digest)| (file.clone(), digest.clone())).collect();
        self.now.extend(kept);
    }

    /// Whether a file with this digest lies there and all others that were written below a folder do too; if so, they
    /// stay.
    pub fn keeps_below(&mut self, folder: &str, file: &str, digest: &str) -> bool {
        let all = self.has_below(folder, file, digest);
        if all {
            self.keep_below(folder, |_| true);
        }
        all
    }

    /// Writes a file, whole or not at all.
    pub fn write(&mut self, file: &str, digest: &str, content: &[u8]) -> Result<()> {
        let place = self.root.join(file);
        self.make_folder(&place)?;
        if !self.before.contains_key(file) {
            self.refuse_foreign(&place, content)?;
        }
        self.note(file)?;
        let partial = self.root.join(".loket-partial");
        std::fs::write(&partial, content)
            .and_then(|()| std::fs::rename(&partial, &place))
            .with_context(|| format!("cannot write {}", place.display()))?;
        self.now.insert(file.to_owned(), digest.to_owned());
        self.written += 1;
        Ok(())
    }

    /// Notes that a file is about to be ours.
    fn note(&mut self, file: &str) -> Result<()> {
        let place = self.root.join(JOURNAL);
        let journal = match &mut self.journal {
            Some(journal) => journal,
            none => none.insert(
                std::fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(&place)
                    .with_context(|| format!("cannot write {}", place.display()))?,
            ),
        };
        std::io::Write::write_all(journal, format!("{file}\n").as_bytes())
            .with_context(|| format!("cannot write {}", place.display()))
    }

    /// Makes the folders a file lies in; a link in their place would lead elsewhere.
    fn make_folder(&mut self, place: &Path) -> Result<()> {
        let Some(folder) = place.parent().filter(|folder| !self.folders.contains(*folder)) else { return Ok(()) };
        let mut at = self.root.clone();
        for part in folder.strip_prefix(&self.root).unwrap_or(folder) {
            at.push(part);
            match at.symlink_metadata() {
                Ok(found) if found.is_dir() => {}
                Ok(_) => return Err(in_the_way(&at)),
                Err(_) => std::fs::create_dir(&at).with_context(|| format!("cannot make {}", at.display()))?,
            }
        }
        self.folders.insert(folder.to_owned());
        Ok(())
    }

    /// Refuses to write over what somebody else put there, unless it is the same.
    fn refuse_foreign(&self, place: &Path, content: &[u8]) -> Result<()> {
        match place.symlink_metadata() {
            Err(_) => Ok(()),
            Ok(found) if !found.is_file() => Err(in_the_way(place)),
            Ok(_) if self.force || std::fs::read(place).is_ok_and(|own| own == content) => Ok(()),
            Ok(_) => Err(Failure::refused(format!("{} was not made by loket", place.display()))
                .hint("name another folder, or write over it with --force")
                .into()),
        }
    }

    /// Removes what we wrote before and not now, and notes what there is.
    pub fn finish(mut self) -> Result<(usize, usize)> {
        let stale: Vec<String> = self.before.keys().filter(|file| !self.now.contains_key(*file)).cloned().collect();
        for file in stale {
            let place = self.root.join(&file);
            match std::fs::remove_file(&place) {
                Ok(()) => self.removed += 1,
                Err(trouble) if trouble.kind() == std::io::ErrorKind::NotFound => {}
                Err(trouble) => return Err(trouble).with_context(|| format!("cannot remove {}", place.display())),
            }
            // Folders go with the last that was in them.
            let mut folder = place.parent();
            while let Some(empty) = folder.filter(|at| *at != self.root && std::fs::remove_dir(at).is_ok()) {
                folder = empty.parent();
            }
        }
        if self.written > 0 || self.removed > 0 || self.before != self.now {
            let lines: String = self.now.iter().map(|(file, digest)| format!("{digest} {file}\n")).collect();
            let (partial, list) = (self.root.join(".loket-partial"), self.root.join(LIST));
            std::fs::write(&partial, format!("{HEAD}\n{lines}"))
                .and_then(|()| std::fs::rename(&partial, &list))
                .with_context(|| format!("cannot write {}", list.display()))?;
        }
        match std::fs::remove_file(self.root.join(JOURNAL)) {
            Err(trouble) if trouble.kind() != std::io::ErrorKind::NotFound => {
                Err(trouble).context("the list of what is being written cannot be removed")
            }
            _ => Ok((self.written, self.removed)),
        }
    }
}

/// Whether a file of a list lies within the folder.
fn is_plain(file: &str) -> bool {
    file.split('/').all(|part| !part.is_empty() && part != ".." && part != ".")
}

fn in_the_way(place: &Path) -> anyhow::Error {
    Failure::refused(format!("{} is in the way of the site's own files", place.display()))
        .hint("move it away, or name another folder")
        .into()
}
