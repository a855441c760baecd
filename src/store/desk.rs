//! A desk: a git repository with `loket.yaml` at its root, found upward from a folder.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Once;

use anyhow::Context;
use git2::{ErrorCode, Oid, Repository, RepositoryOpenFlags};
use jiff::Timestamp;

use super::worktree::{self, AtHand};
use super::{git, journal, snapshot::Snapshot};
use crate::failure::{Failure, Result};
use crate::format::layout;

/// The file of the desk's own key.
const KEY: &str = "key";
/// The file of what was sent and is not noted in the tickets yet.
const SENT: &str = "sent";

/// An open desk.
pub struct Desk {
    pub(super) repo: Repository,
    /// The working tree; `None` for a bare desk.
    pub(super) root: Option<PathBuf>,
    /// Where everything derived lies: `.git/loket`.
    pub(super) state: PathBuf,
    /// Where git keeps what is pushed until it is taken; see [`Desk::add_quarantine`].
    pub(super) quarantine: Option<PathBuf>,
    /// The remote that holds what is not here, once somebody has asked.
    pub(super) promisor: OnceCell<Option<String>>,
}

/// What is found upward from a folder.
pub enum Found {
    Desk(Box<Desk>),
    /// A repository, but no desk.
    Repository(PathBuf),
    Nothing,
}

impl Desk {
    /// Looks for a desk in `from` and the folders above it.
    pub fn find(from: &Path) -> Result<Found> {
        tune();
        let mut at = from.to_owned();
        let mut repository = None;
        loop {
            let Some(desk) = open_above(&at)? else {
                return Ok(repository.map_or(Found::Nothing, Found::Repository));
            };
            if desk.head()?.find(layout::SETTINGS)?.is_some() {
                return Ok(Found::Desk(Box::new(desk)));
            }
            let place = desk.root.clone().unwrap_or_else(|| desk.repo.path().to_owned());
            repository.get_or_insert_with(|| place.clone());
            match place.parent() {
                Some(parent) => at = parent.to_owned(),
                None => return Ok(repository.map_or(Found::Nothing, Found::Repository)),
            }
        }
    }

    /// The repository at `folder`, a desk or not yet; made where there is none.
    pub fn open_or_create(folder: &Path, bare: bool) -> Result<Desk> {
        tune();
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        match Repository::open(folder) {
            Ok(repo) => return Ok(Desk::of(repo)),
            Err(trouble) if trouble.code() == ErrorCode::NotFound => {}
            Err(trouble) => return Err(explain(trouble, folder)),
        }
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(bare).external_template(true);
        let branch = git2::Config::open_default().and_then(|config| config.get_string("init.defaultBranch"));
        options.initial_head(branch.as_deref().unwrap_or("main"));
        let repo = Repository::init_opts(folder, &options).map_err(|trouble| explain(trouble, folder))?;
        Ok(Desk::of(repo))
    }

    /// The folder people know the desk by.
    pub fn place(&self) -> String {
        self.folder().display().to_string().trim_end_matches('/').to_owned()
    }

    /// Whether the desk lies in this very folder.
    pub fn is_at(&self, folder: &Path) -> bool {
        folder.canonicalize().ok() == self.folder().canonicalize().ok()
    }

    /// Opens the same desk again, for a thread of its own.
    pub fn reopen(&self) -> Result<Desk> {
        let repo = Repository::open(self.repo.path()).context("the repository cannot be opened again")?;
        Ok(Desk {
            repo,
            root: self.root.clone(),
            state: self.state.clone(),
            quarantine: None,
            promisor: OnceCell::new(),
        })
    }

    fn of(repo: Repository) -> Desk {
        let root = repo.workdir().map(|path| path.canonicalize().unwrap_or_else(|_| path.to_owned()));
        let state = repo.path().join("loket");
        Desk { repo, root, state, quarantine: None, promisor: OnceCell::new() }
    }

    /// Reads objects that are pushed and not taken yet too: git keeps them aside while a hook judges them.
    pub fn add_quarantine(&mut self, place: PathBuf) -> Result<()> {
        let text = place.to_str().context("the folder of what is pushed has a name that is not UTF-8")?;
        self.repo.odb()?.add_disk_alternate(text).context("what is pushed cannot be read")?;
        self.quarantine = Some(place);
        Ok(())
    }

    /// Finishes what a command that was killed had begun; see `journal`.
    pub fn mend(&self) -> Result<Option<String>> {
        journal::mend(self)
    }

    /// The desk as the branch has it now.
    pub fn head(&self) -> Result<Snapshot<'_>> {
        Snapshot::new(self, self.head_commit()?)
    }

    /// The commit the branch is at; `None` before the first.
    pub fn head_commit(&self) -> Result<Option<Oid>> {
        match self.repo.refname_to_id("HEAD") {
            Ok(oid) => Ok(Some(oid)),
            Err(trouble) if matches!(trouble.code(), ErrorCode::NotFound | ErrorCode::UnbornBranch) => Ok(None),
            Err(trouble) => Err(trouble).context("HEAD cannot be read"),
        }
    }

    /// The commit of a revision as git spells them; `None` where that names nothing.
    pub fn find_commit(&self, revision: &str) -> Result<Option<Oid>> {
        let found = self.repo.revparse_single(revision).and_then(|object| object.peel_to_commit());
        Ok(found.ok().map(|commit| commit.id()))
    }

    /// The desk at a commit.
    pub fn at_commit(&self, commit: Oid) -> Result<Snapshot<'_>> {
        Snapshot::new(self, Some(commit))
    }

    /// What the branch was at an instant: the newest commit of its own line (the first parents) that is not after it.
    pub fn commit_at(&self, instant: Timestamp) -> Result<Option<Oid>> {
        let mut walk = self.repo.revwalk()?;
        walk.simplify_first_parent()?;
        if self.head_commit()?.is_none() {
            return Ok(None);
        }
        walk.push_head()?;
        for oid in walk {
            let oid = oid?;
            if self.repo.find_commit(oid)?.time().seconds() <= instant.as_second() {
                return Ok(Some(oid));
            }
        }
        Ok(None)
    }

    /// The working tree's folder; `None` for a bare desk.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The folder git works in: the working tree, or the bare repository.
    pub(super) fn folder(&self) -> &Path {
        self.root.as_deref().unwrap_or(self.repo.path())
    }

    /// Where everything derived lies; may be deleted at any time.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Whether part of the history is missing (`git clone --depth`).
    pub fn is_shallow(&self) -> bool {
        self.repo.is_shallow()
    }

    /// Keeps bytes beside the repository's own files, where nothing else looks; gives the place.
    pub fn keep(&self, name: &str, content: &[u8]) -> Result<String> {
        std::fs::create_dir_all(&self.state).with_context(|| format!("cannot make {}", self.state.display()))?;
        let path = self.state.join(name);
        std::fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path.display().to_string())
    }

    /// What [`keep`](Self::keep) kept; nothing where it kept nothing.
    pub fn kept(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.state.join(name)).ok()
    }

    /// Keeps bytes as [`keep`](Self::keep) does, whole or not at all.
    pub fn keep_whole(&self, name: &str, content: &[u8]) -> Result<()> {
        let partial = format!("{name}.{}", std::process::id());
        self.keep(&partial, content)?;
        let place = self.state.join(name);
        std::fs::rename(self.state.join(partial), &place).with_context(|| format!("cannot write {}", place.display()))
    }

    /// Keeps bytes as [`keep_whole`](Self::keep_whole) does, readable by the user alone.
    pub fn keep_secret(&self, name: &str, content: &[u8]) -> Result<()> {
        self.secret(content)?.persist(self.state.join(name)).with_context(|| format!("cannot write {name}"))?;
        Ok(())
    }

    /// A file with bytes in it that has no name yet: one of tempfile's is its user's alone.
    fn secret(&self, content: &[u8]) -> Result<tempfile::NamedTempFile> {
        let trouble = || format!("cannot write in {}", self.state.display());
        std::fs::create_dir_all(&self.state).with_context(trouble)?;
        let mut fresh = tempfile::NamedTempFile::new_in(&self.state).with_context(trouble)?;
        std::io::Write::write_all(&mut fresh, content).with_context(trouble)?;
        fresh.as_file().sync_all().with_context(trouble)?;
        Ok(fresh)
    }

    /// Whether a commit is one that another leads back to.
    pub fn leads_back(&self, from: Oid, to: Oid) -> bool {
        let (from, to) = (from.to_string(), to.to_string());
        from == to || git::answer(self.folder(), &["merge-base", "--is-ancestor", &to, &from], b"").is_ok()
    }

    /// The key that addresses and message ids are signed with; made when it is first wanted. Only the user can read it.
    pub fn key(&self) -> Result<Vec<u8>> {
        let path = self.state.join(KEY);
        if let Ok(key) = std::fs::read(&path)
            && !key.trim_ascii().is_empty()
        {
            return Ok(key.trim_ascii().to_vec());
        }
        let mut random = [0u8; 32];
        getrandom::fill(&mut random)
            .map_err(|trouble| anyhow::anyhow!("the system gives no random bytes: {trouble}"))?;
        // Text, so that it can be put into an environment variable of another clone.
        let key: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        // Whoever is first to name it wins.
        let fresh = self.secret(format!("{key}\n").as_bytes()).context("the desk's key cannot be written")?;
        match fresh.persist_noclobber(&path) {
            Ok(_) => Ok(key.into_bytes()),
            Err(_) => {
                let theirs = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                Ok(theirs.trim_ascii().to_vec())
            }
        }
    }

    /// What mail was sent and is not noted in the tickets yet, a line each.
    pub fn sent_notes(&self) -> Result<String> {
        match std::fs::read(self.state.join(SENT)) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(trouble) if trouble.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(trouble) => Err(trouble).context("what was sent before cannot be read"),
        }
    }

    /// Notes that mail was sent, so that a power cut does not forget it.
    pub fn note_sent(&self, line: &str) -> Result<()> {
        let path = self.state.join(SENT);
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
        let mut file = file.with_context(|| format!("cannot open {}", path.display()))?;
        std::io::Write::write_all(&mut file, format!("{line}\n").as_bytes())
            .and_then(|()| file.sync_data())
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Forgets those notes: the tickets have them now.
    pub fn forget_sent(&self) -> Result<()> {
        match std::fs::remove_file(self.state.join(SENT)) {
            Err(trouble) if trouble.kind() != std::io::ErrorKind::NotFound => {
                Err(trouble).context("the notes of what was sent cannot be removed")
            }
            _ => Ok(()),
        }
    }

    /// The id of the desk's first commit, by which a desk is known whatever clone it is in; `None` before the first, and
    /// in a shallow clone, which does not have it.
    pub fn first_commit(&self) -> Result<Option<Oid>> {
        let path = self.state.join("first-commit");
        if let Some(known) = std::fs::read_to_string(&path).ok().and_then(|text| Oid::from_str(text.trim()).ok()) {
            return Ok(Some(known));
        }
        let Some(mut at) = self.head_commit()?.filter(|_| !self.is_shallow()) else { return Ok(None) };
        while let Some(parent) = self.repo.find_commit(at).ok().and_then(|commit| commit.parent_id(0).ok()) {
            at = parent;
        }
        // A cache: where it cannot be kept it is found again.
        let _ = self.keep("first-commit", at.to_string().as_bytes());
        Ok(Some(at))
    }

    /// The bytes of a file in the working tree, as they are now; `None` where there is none.
    pub fn working_file(&self, path: &str) -> Option<Vec<u8>> {
        match worktree::at_hand(&self.root.as_ref()?.join(path)) {
            AtHand::File(bytes) => Some(bytes),
            AtHand::Nothing | AtHand::Other => None,
        }
    }

    /// Refuses where the working file is not what is committed, line ends aside.
    pub fn refuse_dirty(&self, path: &str, committed: &[u8]) -> Result<()> {
        let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        match self.root.as_ref().map(|root| worktree::at_hand(&root.join(path))) {
            Some(AtHand::File(found)) if plain(&found) == plain(committed) => Ok(()),
            Some(AtHand::Nothing) | None => Ok(()),
            Some(AtHand::File(_) | AtHand::Other) => Err(worktree::uncommitted(path)),
        }
    }

    /// Name and address git is configured with, for the first agent.
    pub fn configured_person(&self) -> (Option<String>, Option<String>) {
        let config = self.repo.config().and_then(|mut config| config.snapshot()).ok();
        let read = |key| config.as_ref().and_then(|config| config.get_string(key).ok()).filter(|text| !text.is_empty());
        (read("user.name"), read("user.email"))
    }

    /// The editor git is configured with.
    pub fn configured_editor(&self) -> Option<String> {
        self.repo.config().and_then(|mut config| config.snapshot()).ok()?.get_string("core.editor").ok()
    }

    pub fn config_flag(&self, key: &str) -> bool {
        self.repo.config().and_then(|config| config.get_bool(key)).unwrap_or(false)
    }
}

/// Objects are content-addressed and git checks them on arrival; to hash each again at every read is half of reading.
fn tune() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        git2::opts::strict_hash_verification(false);
        git2::opts::strict_object_creation(false);
        // SAFETY: these are variables of libgit2 that nothing guards; this runs once, before any repository is open and
        // any thread of ours begins.
        // What cannot be set stays as libgit2 has it: more memory, and the same answers.
        let _ = unsafe { git2::opts::set_mwindow_size(WINDOW) };
        let _ = unsafe { git2::opts::set_mwindow_mapped_limit(MAPPED) };
        let _ = unsafe { git2::opts::set_cache_max_size(CACHE) };
    });
}

/// So much of a pack is mapped into memory at once, and of all packs together, in bytes: libgit2 would map all there is.
const WINDOW: usize = 32 << 20;
const MAPPED: usize = 256 << 20;
/// So much libgit2 keeps of what it has read, in bytes.
const CACHE: isize = 64 << 20;

fn open_above(folder: &Path) -> Result<Option<Desk>> {
    let none: [&Path; 0] = [];
    match Repository::open_ext(folder, RepositoryOpenFlags::empty(), none) {
        Ok(repo) => Ok(Some(Desk::of(repo))),
        Err(trouble) if trouble.code() == ErrorCode::NotFound => Ok(None),
        Err(trouble) => Err(explain(trouble, folder)),
    }
}

/// A sentence for what libgit2 says of a repository it will not open.
fn explain(trouble: git2::Error, folder: &Path) -> anyhow::Error {
    let said = trouble.message().to_lowercase();
    let place = folder.display();
    if said.contains("refstorage") || said.contains("reftable") {
        return Failure::error(format!(
            "the repository at {place} keeps its refs as reftable, which loket cannot read"
        ))
        .hint("convert it: git refs migrate --ref-format=files")
        .into();
    }
    if said.contains("objectformat") || said.contains("object format") || said.contains("sha256") {
        return Failure::error(format!("the repository at {place} uses SHA-256 object ids, which loket cannot read"))
            .hint("make a desk with `git init --object-format=sha1`, then `loket import jsonl` an export into it")
            .into();
    }
    if trouble.code() == ErrorCode::Owner {
        return Failure::error(format!("the repository at {place} belongs to somebody else"))
            .hint(format!("if you trust it: git config --global --add safe.directory {place}"))
            .into();
    }
    anyhow::Error::new(trouble).context(format!("the repository at {place} cannot be opened"))
}
