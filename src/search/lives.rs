//! The lives of tickets as the index keeps them: a column of short byte strings, so that a report reads a hundred
//! thousand of them without their texts.

use std::num::NonZero;

use anyhow::Context;
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use tantivy::columnar::BytesColumn;
use tantivy::{DocId, SegmentReader};

use super::collect::Gather;
use super::compile::{all, word};
use super::damage::Damaged;
use super::reader::Reader;
use super::schema::kinds;
use crate::domain::id::TicketId;
use crate::domain::life::{Life, Name, Step, What};
use crate::domain::ticket::{Priority, State};
use crate::failure::Result;

/// A value of the column has at most 65,535 bytes; a longer life is cut into pieces that begin with their number.
const PIECE: usize = 60_000;
/// So many lives are not worth another thread.
const ALONE: usize = 4_000;

impl Reader<'_> {
    /// The lives that are wanted, in the order of their ids. What is not wanted is let go as soon as it is read.
    pub fn lives(&self, wanted: &(dyn Fn(&Life) -> bool + Sync)) -> Result<Vec<Life>> {
        let mut names = Names::default();
        let mut lives = Vec::new();
        for (searcher, shadow) in self.searchers() {
            for segment in searcher.segment_readers() {
                segment_lives(segment, &|key| shadow.contains(&key), wanted, &mut names, &mut lives)?;
            }
        }
        lives.sort_unstable_by(|a: &Life, b| a.id.cmp(&b.id));
        Ok(lives)
    }
}

impl Reader<'_> {
    /// The life of one ticket; `None` where it cannot be read.
    pub fn life_of(&self, id: &TicketId) -> Result<Option<Life>> {
        let mut names = Names::default();
        for (searcher, shadow) in self.searchers().filter(|(_, shadow)| !shadow.contains(&id.number())) {
            let query = all(vec![word(self.fields.kind, kinds::TICKET), word(self.fields.id, id.as_str())]);
            let found = searcher.search(&query, &Gather { shadow: shadow.clone() }).context(Damaged)?;
            for address in found {
                let segment = searcher.segment_reader(address.segment_ord);
                let Some(column) = segment.fast_fields().bytes("life").context(Damaged)? else { continue };
                let mut pieces = Vec::new();
                for ordinal in column.term_ords(address.doc_id) {
                    let mut piece = Vec::new();
                    column.ord_to_bytes(ordinal, &mut piece).context(Damaged)?;
                    pieces.push(piece);
                }
                let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
                return join(id.clone(), pieces, &mut names);
            }
        }
        Ok(None)
    }
}

/// A life from its pieces; `None` where there are none.
fn join(id: TicketId, mut pieces: Vec<&[u8]>, names: &mut Names) -> Result<Option<Life>> {
    if pieces.is_empty() {
        return Ok(None);
    }
    if let [piece] = pieces.as_slice() {
        return decode(id, piece.get(2..).unwrap_or_default(), names).context(Damaged).map(Some);
    }
    pieces.sort_unstable();
    let bytes: Vec<u8> = pieces.iter().flat_map(|piece| piece.get(2..).unwrap_or_default()).copied().collect();
    decode(id, &bytes, names).context(Damaged).map(Some)
}

/// The lives of a segment; those of a large one are read by all cores.
fn segment_lives(
    segment: &SegmentReader,
    is_stale: &(dyn Fn(u64) -> bool + Sync),
    wanted: &(dyn Fn(&Life) -> bool + Sync),
    names: &mut Names,
    lives: &mut Vec<Life>,
) -> Result<()> {
    let columns = segment.fast_fields();
    let Some(column) = columns.bytes("life").context(Damaged)? else { return Ok(()) };
    let keys = columns.u64("key").context(Damaged)?;
    let texts = Texts::read(&column)?;
    let some = |docs: &[DocId], names: &mut Names| -> Result<Vec<Life>> {
        let mut lives = Vec::new();
        for &doc in docs {
            let Some(key) = keys.first(doc).filter(|key| !is_stale(*key)) else { continue };
            let pieces = column.term_ords(doc).map(|ordinal| texts.get(ordinal).context(Damaged));
            let pieces: Vec<&[u8]> = pieces.collect::<anyhow::Result<_>>()?;
            let Some(id) = TicketId::from_number(key) else { continue };
            lives.extend(join(id, pieces, names)?.filter(wanted));
        }
        Ok(lives)
    };
    let docs: Vec<DocId> = segment.doc_ids_alive().collect();
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let (first, others) = docs.split_at(docs.len().div_ceil(cores).max(ALONE).min(docs.len()));
    std::thread::scope(|scope| {
        let readers: Vec<_> =
            others.chunks(first.len().max(1)).map(|docs| scope.spawn(|| some(docs, &mut Names::default()))).collect();
        lives.extend(some(first, names)?);
        for reader in readers {
            lives.extend(reader.join().unwrap_or_else(|_| Err(anyhow::anyhow!(Damaged)))?);
        }
        Ok(())
    })
}

/// The values of a column one after the other, each with its end: one allocation and not one a value.
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn read(column: &BytesColumn) -> Result<Texts> {
        let mut texts = Texts { bytes: Vec::new(), ends: Vec::with_capacity(column.num_terms()) };
        let mut stream = column.dictionary().stream().context(Damaged)?;
        while stream.advance() {
            texts.bytes.extend_from_slice(stream.key());
            texts.ends.push(texts.bytes.len());
        }
        Ok(texts)
    }

    fn get(&self, ordinal: u64) -> Option<&[u8]> {
        let place = usize::try_from(ordinal).ok()?;
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.bytes.get(start..*self.ends.get(place)?)
    }
}

/// Words that many tickets share, each kept once.
#[derive(Default)]
struct Names(FxHashMap<Vec<u8>, Name>);

impl Names {
    fn of(&mut self, bytes: &[u8]) -> Option<Name> {
        if let Some(known) = self.0.get(bytes) {
            return Some(known.clone());
        }
        let name = Name::from(std::str::from_utf8(bytes).ok()?);
        self.0.insert(bytes.to_vec(), name.clone());
        Some(name)
    }
}

/// A life as bytes, in pieces.
pub fn encode(life: &Life) -> Vec<Vec<u8>> {
    let mut out = Out(Vec::with_capacity(128));
    out.number(zigzag(life.created.as_second()));
    out.number(u64::from(life.outbound) | u64::from(life.merged) << 1);
    for name in [&life.kind, &life.channel, &life.requester, &life.policy] {
        out.name(name.as_ref());
    }
    out.number(life.tags.len() as u64);
    life.tags.iter().for_each(|tag| out.name(Some(tag)));
    let mut before = life.created.as_second();
    for step in &life.steps {
        let at = step.at.as_second();
        out.number(zigzag(at - before));
        before = at;
        out.what(&step.what);
    }
    let number = |place: usize| [(place >> 8) as u8, place as u8];
    out.0.chunks(PIECE).enumerate().map(|(place, piece)| [&number(place)[..], piece].concat()).collect()
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

struct Out(Vec<u8>);

impl Out {
    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// 0 for none, else the length and one more, and the text.
    fn name(&mut self, name: Option<&Name>) {
        self.number(name.map_or(0, |name| name.len() as u64 + 1));
        self.0.extend(name.into_iter().flat_map(|name| name.bytes()));
    }

    fn what(&mut self, what: &What) {
        match what {
            What::State(state) => self.0.push(*state as u8),
            What::Priority(priority) => self.0.push(0x10 + *priority as u8),
            What::Line(line) => self.0.push(0x20 + *line),
            What::Rated(score) => self.0.push(0x30 + *score),
            What::Asked => self.0.push(0x40),
            What::Answered { agent, links_article } => {
                self.0.push(0x50 + u8::from(*links_article));
                self.name(Some(agent));
            }
            What::Team(team) => {
                self.0.push(0x60);
                self.name(team.as_ref());
            }
            What::Assignee(assignee) => {
                self.0.push(0x70);
                self.name(assignee.as_ref());
            }
        }
    }
}

fn decode(id: TicketId, bytes: &[u8], names: &mut Names) -> Option<Life> {
    let mut read = In { bytes, names };
    let created = unzigzag(read.number()?);
    let flags = read.number()?;
    let (kind, channel) = (read.name()?, read.name()?);
    let (requester, policy) = (read.name()?, read.name()?);
    let tags = read.number()?;
    let tags = (0..tags).map(|_| read.name()?).collect::<Option<Vec<Name>>>()?;
    // A step takes two bytes or more; most take four.
    let mut steps = Vec::with_capacity(read.bytes.len() / 4 + 1);
    let mut at = created;
    while !read.bytes.is_empty() {
        at += unzigzag(read.number()?);
        steps.push(Step { at: Timestamp::from_second(at).ok()?, what: read.what()? });
    }
    Some(Life {
        id,
        created: Timestamp::from_second(created).ok()?,
        outbound: flags & 1 == 1,
        merged: flags & 2 == 2,
        steps,
        kind,
        channel,
        tags,
        requester,
        policy,
    })
}

struct In<'a> {
    bytes: &'a [u8],
    names: &'a mut Names,
}

impl In<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn name(&mut self) -> Option<Option<Name>> {
        let Some(length) = self.number()?.checked_sub(1) else { return Some(None) };
        let (text, rest) = self.bytes.split_at_checked(usize::try_from(length).ok()?)?;
        self.bytes = rest;
        Some(Some(self.names.of(text)?))
    }

    fn what(&mut self) -> Option<What> {
        let byte = self.byte()?;
        let low = byte & 0x0f;
        Some(match byte >> 4 {
            0 => What::State(*State::ALL.get(usize::from(low))?),
            1 => What::Priority(*Priority::ALL.get(usize::from(low))?),
            2 => What::Line(low),
            3 => What::Rated(low),
            4 => What::Asked,
            5 => What::Answered { agent: self.name()??, links_article: low == 1 },
            6 => What::Team(self.name()?),
            7 => What::Assignee(self.name()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life() -> Life {
        let at = |second| Timestamp::from_second(second).unwrap();
        let step = |second, what| Step { at: at(second), what };
        Life {
            id: "261122-7k2qm".parse().unwrap(),
            created: at(1_790_000_000),
            outbound: true,
            merged: false,
            steps: vec![
                step(1_790_000_000, What::State(State::Open)),
                step(1_790_000_000, What::Priority(Priority::Urgent)),
                step(1_790_000_000, What::Line(2)),
                step(1_790_000_000, What::Team(None)),
                step(1_790_000_000, What::Assignee(Some("jo".into()))),
                step(1_790_000_500, What::Answered { agent: "jo".into(), links_article: true }),
                step(1_790_000_400, What::Asked),
                step(1_890_000_400, What::Rated(5)),
            ],
            kind: Some("question".into()),
            channel: None,
            tags: vec!["a".into(), "ë".into()],
            requester: Some("ann@example.com".into()),
            policy: Some("".into()),
        }
    }

    fn joined(pieces: &[Vec<u8>]) -> Vec<u8> {
        pieces.iter().flat_map(|piece| piece[2..].to_vec()).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let life = life();
        let bytes = joined(&encode(&life));
        assert_eq!(decode(life.id.clone(), &bytes, &mut Names::default()), Some(life));
    }

    #[test]
    fn a_long_life_is_kept_in_pieces() {
        let mut life = life();
        let last = life.steps[5].clone();
        life.steps.extend(std::iter::repeat_n(last, 40_000));
        let pieces = encode(&life);
        assert!(pieces.len() > 2 && pieces.iter().all(|piece| piece.len() <= PIECE + 2) && pieces.is_sorted());
        assert_eq!(decode(life.id.clone(), &joined(&pieces), &mut Names::default()), Some(life));
    }

    #[test]
    fn what_is_no_life_is_none() {
        let bytes = joined(&encode(&life()));
        for length in 0..bytes.len() {
            // Some beginnings are lives too; none makes it panic.
            let _ = decode(life().id, &bytes[..length], &mut Names::default());
        }
        assert_eq!(decode(life().id, &[0xff; 40], &mut Names::default()), None);
    }
}
