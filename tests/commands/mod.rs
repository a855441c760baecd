//! Every command as a user types it: exit code, both outputs, the files and commits it leaves.

mod bodies;
mod bulk;
mod contention;
mod follow_up;
mod formats;
mod found;
mod history;
mod import;
mod import_history;
mod import_more;
mod init;
mod interchange;
mod kb;
mod lists;
mod merging;
mod patterns;
mod people;
mod public;
mod queries;
mod search;
mod set;
mod status;
mod storage;
mod terminal;
mod tickets;
mod time_travel;
