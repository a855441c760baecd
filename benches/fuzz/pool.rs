//! The mails that are changed further: those that showed something new.

use std::collections::HashSet;

use fastrand::Rng;

/// The most mails that are kept, and the most bytes of all of them.
const MOST: (usize, usize) = (8192, 128 * 1024 * 1024);

/// Mails, and the features that were seen.
pub struct Pool {
    mails: Vec<Vec<u8>>,
    bytes: usize,
    seen: HashSet<u64>,
    chance: Rng,
}

impl Pool {
    /// An empty pool.
    pub fn new(seed: u64) -> Self {
        Self { mails: Vec::new(), bytes: 0, seen: HashSet::new(), chance: Rng::with_seed(seed ^ 0x706f_6f6c) }
    }

    /// How many mails are kept.
    pub fn len(&self) -> usize {
        self.mails.len()
    }

    /// How many bytes they have.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Keeps a mail that has features not seen yet, or is one to start from. Others make room for it by chance.
    pub fn offer(&mut self, mail: Vec<u8>, features: u64, always: bool) {
        if !self.seen.insert(features) && !always {
            return;
        }
        self.bytes += mail.len();
        self.mails.push(mail);
        while self.mails.len() > MOST.0 || self.bytes > MOST.1 {
            let out = self.mails.swap_remove(self.chance.usize(..self.mails.len()));
            self.bytes -= out.len();
        }
    }

    /// One of the mails, rather a short one.
    pub fn pick(&self, chance: &mut Rng) -> &[u8] {
        let mut any = || self.mails.get(chance.usize(..self.mails.len().max(1))).map_or(&[][..], Vec::as_slice);
        let (one, other) = (any(), any());
        if one.len() <= other.len() { one } else { other }
    }
}
