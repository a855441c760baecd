//! The desk's storage: the only user of git2 and of the git program.
//!
//! Every read is of a [`Snapshot`] at one commit, every write makes the next commit and moves the branch by
//! compare-and-swap. The working tree and git's index follow in the same command; `journal` mends them after a kill.

#![expect(clippy::disallowed_methods, reason = "this is where files of a desk are written")]

mod advice;
mod bulk;
mod bundle;
mod change;
mod commit;
mod delta;
mod desk;
mod difference;
mod driver;
mod errands;
mod errands_of;
mod folder_history;
mod git;
mod history;
mod journal;
mod lock;
mod merging;
mod partial;
mod remote;
mod sign;
mod signatures;
mod site;
mod snapshot;
mod sparse;
mod stale;
mod ticket;
mod tree;
mod worktree;

pub use bulk::{Bulk, BulkCommit};
pub use change::{Change, Person};
pub use commit::{Committed, is_hostile};
pub use delta::{Delta, delta};
pub use desk::{Desk, Found};
pub use driver::Handed;
pub use errands::{Again, Errands};
pub use folder_history::{FileChange, FolderHistory, FolderStep, Version};
pub use history::CommitInfo;
pub use lock::Lock;
pub use merging::{Ages, Conflict, Described, Given, How, Joined, Merged, Note, Why};
pub use remote::{Pushed, Remote};
pub use signatures::Signature;
pub use site::SiteFolder;
pub use snapshot::{Entry, Snapshot};
pub use ticket::{Broken, TicketFolder};

pub use git2::Oid;
