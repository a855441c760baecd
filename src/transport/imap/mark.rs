//! What becomes of stored messages on the server. Only these are touched: a bare EXPUNGE, which removes what others have
//! marked as well, is never sent.
use super::bodies::set;
use super::line::{Reply, SMALL};
use super::{Session, Summary, Then, Trouble, folder};
use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::response::{Capability, Code};
use std::num::NonZeroU32;

const STAYS: &str = "the mail server cannot remove single messages (UIDPLUS): they are marked as deleted, and stay until somebody expunges";

/// Marks these messages.
/// # Errors
/// When the connection fails or the server refuses.
pub(super) fn marked(
    session: &mut Session,
    uids: &[NonZeroU32],
    then: &Then,
    summary: &mut Summary,
) -> Result<(), Trouble> {
    match then {
        Then::Seen => flagged(session, uids, vec![Flag::Seen]),
        Then::Delete => removed(session, uids, summary),
        Then::Move(name) => moved(session, uids, name, summary),
    }
}

/// Adds flags.
fn flagged(session: &mut Session, uids: &[NonZeroU32], flags: Vec<Flag<'static>>) -> Result<(), Trouble> {
    let doing = "marking stored messages";
    let store = CommandBody::store(set(uids)?, StoreType::Add, StoreResponse::Silent, flags, true);
    let store = store.map_err(|_| Trouble::permanent(format!("{doing}: none are named")))?;
    session.line.command(doing, store, SMALL)?.ok(doing).map(drop)
}

/// Deletes these messages and no others (UID EXPUNGE, RFC 4315); without that they are only marked as deleted.
fn removed(session: &mut Session, uids: &[NonZeroU32], summary: &mut Summary) -> Result<(), Trouble> {
    flagged(session, uids, vec![Flag::Seen, Flag::Deleted])?;
    if !session.can.contains(&Capability::UidPlus) {
        summary.warn(STAYS);
        return Ok(());
    }
    let doing = "removing stored messages";
    session.line.command(doing, CommandBody::ExpungeUid { sequence_set: set(uids)? }, SMALL)?.ok(doing).map(drop)
}

/// Moves these messages (RFC 6851), or copies and deletes them.
fn moved(session: &mut Session, uids: &[NonZeroU32], name: &str, summary: &mut Summary) -> Result<(), Trouble> {
    let target = folder::mailbox(name)?;
    let doing = format!("moving stored messages to {name}");
    let mut reply = transferred(session, uids, &target, &doing)?;
    if reply.end.as_ref().is_some_and(|body| body.code == Some(Code::TryCreate)) && !reply.is_ok() {
        let making = format!("making the folder {name}");
        session.line.command(&making, CommandBody::Create { mailbox: target.clone() }, SMALL)?.ok(&making)?;
        reply = transferred(session, uids, &target, &doing)?;
    }
    reply.ok(&doing)?;
    if session.can.contains(&Capability::Move) { Ok(()) } else { removed(session, uids, summary) }
}

/// MOVE where the server has it, else COPY.
fn transferred(
    session: &mut Session,
    uids: &[NonZeroU32],
    target: &Mailbox<'static>,
    doing: &str,
) -> Result<Reply, Trouble> {
    let (sequence_set, mailbox) = (set(uids)?, target.clone());
    let command = if session.can.contains(&Capability::Move) {
        CommandBody::Move { sequence_set, mailbox, uid: true }
    } else {
        CommandBody::Copy { sequence_set, mailbox, uid: true }
    };
    session.line.command(doing, command, SMALL)
}
