//! Finding and fetching messages by their UIDs, within bounds.
use super::line::{Line, Reply};
use super::{Fetched, Left, Trouble};
use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::core::Vec1;
use imap_codec::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItem, MessageDataItemName};
use imap_codec::imap_types::response::{Data, StatusKind};
use imap_codec::imap_types::search::SearchKey;
use imap_codec::imap_types::sequence::SequenceSet;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

/// The most messages of a chunk.
pub const CHUNK_MESSAGES: usize = 50;
/// The most bytes of a chunk of more than one message.
pub const CHUNK_BYTES: u64 = 32 * 1024 * 1024;
/// The largest message that is fetched.
pub const MAX: u64 = 1024 * 1024 * 1024;
/// How many messages are asked for their sizes at once: a command line every server takes (RFC 7162, 4).
pub(super) const WINDOW: usize = 200;
/// A larger message is fetched in pieces of this size, so that no answer is larger than it is.
const PIECE: NonZeroU32 = NonZeroU32::MIN.saturating_add(8 * 1024 * 1024 - 1);
/// The most bytes of an answer with numbers of messages.
const NUMBERS: u64 = super::line::RESPONSE as u64;

/// A message to be fetched and how long the server says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Body {
    uid: NonZeroU32,
    size: u64,
}

/// The messages that are neither seen nor deleted, in order.
/// # Errors
/// When the connection fails or the server refuses.
pub(super) fn unseen(line: &mut Line) -> Result<Vec<NonZeroU32>, Trouble> {
    let doing = "searching for unseen messages";
    let criteria = SearchKey::And(Vec1::from(SearchKey::Unseen));
    let criteria =
        Vec1::try_from(vec![criteria, SearchKey::Undeleted]).map_err(|_| Trouble::permanent("a search for nothing"))?;
    let data = line.command(doing, CommandBody::search(None, criteria, true), NUMBERS)?.ok(doing)?;
    let found = data.into_iter().filter_map(|data| if let Data::Search(uids, ..) = data { Some(uids) } else { None });
    Ok(found.flatten().collect::<BTreeSet<_>>().into_iter().collect())
}

/// The sizes of these messages; those that are gone have none.
/// # Errors
/// When the connection fails or the server refuses.
pub(super) fn sizes(line: &mut Line, uids: &[NonZeroU32]) -> Result<Vec<Body>, Trouble> {
    let doing = "asking for the sizes of messages";
    let items = vec![MessageDataItemName::Uid, MessageDataItemName::Rfc822Size];
    let data = line.command(doing, fetch(uids, items)?, NUMBERS)?.ok(doing)?;
    let mut sizes: BTreeMap<NonZeroU32, u64> = BTreeMap::new();
    for data in data {
        let Data::Fetch { items, .. } = data else { continue };
        let size = items.as_ref().iter().find_map(|item| match item {
            MessageDataItem::Rfc822Size(size) => Some(u64::from(*size)),
            _ => None,
        });
        if let (Some(uid), Some(size)) = (uid_of(items.as_ref()), size) {
            sizes.insert(uid, size);
        }
    }
    Ok(uids.iter().filter_map(|uid| sizes.get(uid).map(|size| Body { uid: *uid, size: *size })).collect())
}

/// Puts messages together in chunks. Those that are too large are left, and told.
pub(super) fn chunks(all: Vec<Body>, left: &mut Vec<Left>) -> Vec<Vec<Body>> {
    let mut chunks: Vec<Vec<Body>> = Vec::new();
    let mut bytes = 0;
    for body in all {
        if body.size > MAX {
            left.push(Left { uid: body.uid.get(), why: format!("{} bytes are too many", body.size) });
            continue;
        }
        match chunks.last_mut().filter(|chunk| chunk.len() < CHUNK_MESSAGES && bytes + body.size <= CHUNK_BYTES) {
            Some(chunk) => {
                bytes += body.size;
                chunk.push(body);
            }
            None => {
                bytes = body.size;
                chunks.push(vec![body]);
            }
        }
    }
    chunks
}

/// Fetches the messages of a chunk: small ones by one command, what that did not bring and large ones one by one. Those
/// that the server does not give are left, and told.
/// # Errors
/// When the connection fails, or the server sends more than it announced.
pub(super) fn fetched(line: &mut Line, chunk: &[Body], left: &mut Vec<Left>) -> Result<Vec<Fetched>, Trouble> {
    let small: Vec<Body> = chunk.iter().copied().filter(|body| body.size <= u64::from(PIECE.get())).collect();
    let mut found = together(line, &small)?;
    let mut out = Vec::with_capacity(chunk.len());
    for body in chunk {
        let raw = match found.remove(&body.uid) {
            Some(raw) => Ok(raw),
            None => alone(line, *body)?,
        };
        match raw {
            Ok(raw) => out.push(Fetched { uid: body.uid.get(), raw }),
            Err(why) => left.push(Left { uid: body.uid.get(), why }),
        }
    }
    Ok(out)
}

/// Fetches small messages by one command; gives those that came, also when the server could not give all.
fn together(line: &mut Line, small: &[Body]) -> Result<BTreeMap<NonZeroU32, Vec<u8>>, Trouble> {
    let mut found = BTreeMap::new();
    if small.is_empty() {
        return Ok(found);
    }
    let uids: Vec<NonZeroU32> = small.iter().map(|body| body.uid).collect();
    let budget = small.iter().map(|body| allowed(body.size)).sum::<u64>() + super::line::SMALL;
    let items = vec![MessageDataItemName::Uid, body_item(None)];
    for data in line.command("fetching messages", fetch(&uids, items)?, budget)?.data {
        let Data::Fetch { items, .. } = data else { continue };
        let uid = uid_of(items.as_ref());
        let asked = uid.and_then(|uid| small.iter().find(|body| body.uid == uid));
        if let (Some(body), Some(raw)) = (asked, piece_of(items, None))
            && (!raw.is_empty() || body.size == 0)
        {
            found.insert(body.uid, raw);
        }
    }
    Ok(found)
}

/// Fetches one message in pieces (RFC 3501, 6.4.5, partial fetch); gives why not when the server does not give it.
fn alone(line: &mut Line, body: Body) -> Result<Result<Vec<u8>, String>, Trouble> {
    let mut raw = Vec::new();
    loop {
        let Ok(start) = u32::try_from(raw.len()) else { return Ok(Err("it does not end".into())) };
        let items = vec![MessageDataItemName::Uid, body_item(Some(start))];
        let reply = line.command("fetching a message", fetch(&[body.uid], items)?, allowed(u64::from(PIECE.get())))?;
        let said = refusal(&reply);
        let piece = reply.data.into_iter().find_map(|data| match data {
            Data::Fetch { items, .. } if uid_of(items.as_ref()) == Some(body.uid) => piece_of(items, Some(start)),
            _ => None,
        });
        let piece = match (piece, said) {
            (Some(piece), None) => piece,
            (_, Some(said)) => return Ok(Err(said)),
            (None, None) => return Ok(Err("it is gone, or the mail server gives it in no readable form".into())),
        };
        raw.extend_from_slice(&piece);
        let size = raw.len() as u64;
        if size > allowed(body.size).min(MAX) {
            return Err(Trouble::temporary("fetching a message: it is longer than the mail server announced"));
        }
        if piece.is_empty() || (piece.len() < PIECE.get() as usize && size >= body.size) {
            let nothing = raw.is_empty() && body.size > 0;
            return Ok(if nothing { Err("the mail server gives nothing of it".into()) } else { Ok(raw) });
        }
    }
}

/// What the server said when it refused.
fn refusal(reply: &Reply) -> Option<String> {
    let body = reply.end.as_ref().filter(|body| body.kind != StatusKind::Ok)?;
    Some(super::trouble::one_line(&format!("the mail server does not give it: {}", body.text)))
}

/// How many bytes may come for a message of the announced size: some servers do not count well.
fn allowed(size: u64) -> u64 {
    size + size / 4 + 64 * 1024
}

/// A command that fetches these items of these messages.
pub(super) fn fetch(
    uids: &[NonZeroU32],
    items: Vec<MessageDataItemName<'static>>,
) -> Result<CommandBody<'static>, Trouble> {
    let macro_or_item_names = MacroOrMessageDataItemNames::MessageDataItemNames(items);
    Ok(CommandBody::Fetch { sequence_set: set(uids)?, macro_or_item_names, uid: true })
}

/// The messages as an argument of a command.
pub(super) fn set(uids: &[NonZeroU32]) -> Result<SequenceSet, Trouble> {
    SequenceSet::try_from(uids).map_err(|_| Trouble::permanent("no messages are named"))
}

/// The whole message, or the piece of it that starts there; not marked as seen by that.
fn body_item(start: Option<u32>) -> MessageDataItemName<'static> {
    MessageDataItemName::BodyExt { section: None, partial: start.map(|start| (start, PIECE)), peek: true }
}

fn uid_of(items: &[MessageDataItem<'_>]) -> Option<NonZeroU32> {
    items.iter().find_map(|item| if let MessageDataItem::Uid(uid) = item { Some(*uid) } else { None })
}

/// The bytes of the message, or of the piece of it that starts there.
fn piece_of(items: Vec1<MessageDataItem<'static>>, start: Option<u32>) -> Option<Vec<u8>> {
    items.into_iter().find_map(|item| match item {
        MessageDataItem::BodyExt { section: None, origin, data } if origin == start => {
            data.into_option().map(std::borrow::Cow::into_owned)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(sizes: &[u64]) -> Vec<Body> {
        (1..).zip(sizes).map(|(uid, size)| Body { uid: NonZeroU32::new(uid).unwrap(), size: *size }).collect()
    }

    #[test]
    fn chunks_are_bounded() {
        let mut left = Vec::new();
        let many = chunks(bodies(&[10; 120]), &mut left);
        assert_eq!(many.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
        let sizes = [CHUNK_BYTES - 5, 5, 1, CHUNK_BYTES + 1, 2, MAX + 1, 3];
        let mixed = chunks(bodies(&sizes), &mut left);
        assert_eq!(mixed.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1, 2]);
        assert_eq!(left.iter().map(|left| left.uid).collect::<Vec<_>>(), [6]);
        assert!(chunks(Vec::new(), &mut left).is_empty());
    }
}
