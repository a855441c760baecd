//! The one thread that writes: it takes all that waits into one commit, so that many who write at once wait for one.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::state::Shared;
use crate::desk::portal::{Became, Memory, Request};
use crate::failure::Result;

/// How long somebody waits for their message to be taken.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// So many wait at most; who comes then is asked to come again.
const WAITING: usize = 500;
/// So many are one commit at most.
const BATCH: usize = 64;
/// How many bytes of files are one commit at most, unless one request alone has more.
const BATCH_BYTES: usize = 64 << 20;

/// A request that waits, and who waits for its answer.
struct Waiting {
    request: Request,
    bytes: usize,
    /// Nobody waits for it any longer after this: it is not begun then.
    until: Instant,
    answer: oneshot::Sender<Option<Became>>,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Waiting>,
    closed: bool,
}

/// Those who wait, in order.
#[derive(Default)]
pub struct Queue {
    line: Mutex<Line>,
    filled: Condvar,
}

impl Queue {
    pub fn new() -> Queue {
        Queue::default()
    }

    /// Nobody is let in any more; the thread ends when all are served.
    pub fn close(&self) {
        if let Ok(mut line) = self.line.lock() {
            line.closed = true;
        }
        self.filled.notify_all();
    }

    pub fn waiting(&self) -> usize {
        self.line.lock().map_or(0, |line| line.waiting.len())
    }

    /// Lets a request in; `None` where there is no room.
    fn push(&self, request: Request, bytes: usize) -> Option<oneshot::Receiver<Option<Became>>> {
        let (answer, receiver) = oneshot::channel();
        let mut line = self.line.lock().ok()?;
        if line.closed || line.waiting.len() >= WAITING {
            return None;
        }
        line.waiting.push_back(Waiting { request, bytes, until: Instant::now() + PATIENCE, answer });
        drop(line);
        self.filled.notify_one();
        Some(receiver)
    }

    /// The next who are taken together; `None` when there will be no more.
    fn next(&self) -> Option<Vec<Waiting>> {
        let mut line = self.line.lock().ok()?;
        loop {
            let now = Instant::now();
            line.waiting.retain(|one| one.until > now && !one.answer.is_closed());
            if !line.waiting.is_empty() {
                break;
            }
            if line.closed {
                return None;
            }
            line = self.filled.wait(line).ok()?;
        }
        let mut bytes = 0;
        let fits = |one: &Waiting| {
            bytes += one.bytes;
            bytes <= BATCH_BYTES
        };
        let count = line.waiting.iter().take(BATCH).map(fits).take_while(|fits| *fits).count().max(1);
        Some(line.waiting.drain(..count).collect())
    }
}

/// Starts the thread.
pub fn start(shared: Arc<Shared>) -> Result<std::thread::JoinHandle<()>> {
    let work = move || {
        let mut memory = Memory::default();
        while let Some(batch) = shared.queue.next() {
            write(&shared, batch, &mut memory);
        }
    };
    Ok(std::thread::Builder::new().name("writer".into()).spawn(work)?)
}

fn write(shared: &Shared, batch: Vec<Waiting>, memory: &mut Memory) {
    let requests: Vec<Request> = batch.iter().map(|one| one.request.clone()).collect();
    match take(shared, &requests, memory) {
        Ok(became) => {
            for (one, became) in batch.into_iter().zip(became) {
                shared.metrics.taken.inc();
                // Who has gone away meanwhile finds it by the same id when they come again.
                let _ = one.answer.send(Some(became));
            }
        }
        // One may be the reason: each is tried for itself, so that none stands in the way of the others.
        Err(_) if batch.len() > 1 => batch.into_iter().for_each(|one| write(shared, vec![one], memory)),
        Err(trouble) => {
            (shared.config.log)(&format!("not taken: {trouble:#}"));
            shared.metrics.failed.inc();
            batch.into_iter().for_each(|one| drop(one.answer.send(None)));
        }
    }
}

fn take(shared: &Shared, requests: &[Request], memory: &mut Memory) -> Result<Vec<Became>> {
    let work = || shared.with_desk(|here| here.take_requests(requests, memory));
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        Ok(done) => done,
        Err(_) => Err(anyhow::anyhow!("a request could not be taken: this is a defect")),
    }
}

/// Hands a request to the thread, and waits for what becomes of it; `None` where the desk cannot take it now.
pub async fn hand_over(shared: &Shared, request: Request, bytes: usize) -> Option<Became> {
    let receiver = shared.queue.push(request, bytes)?;
    match tokio::time::timeout(PATIENCE, receiver).await {
        Ok(Ok(became)) => became,
        Ok(Err(_)) | Err(_) => None,
    }
}
