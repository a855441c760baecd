//! Tells of a mail that the parser does not come back from.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::judge;

/// After how long the parser is given up.
const PATIENCE: Duration = Duration::from_secs(30);

type Running = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

/// Looks at what is being parsed from another thread.
pub struct Watch(Running);

impl Watch {
    /// Starts to look.
    pub fn start() -> Self {
        let running = Running::default();
        let seen = Arc::clone(&running);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_secs(1));
                let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((_, input)) = seen.as_ref().filter(|(since, _)| since.elapsed() > PATIENCE) {
                    let path = judge::written(input).map_or_else(|e| e.to_string(), |path| path.display().to_string());
                    println!("the parser did not come back within {} s: {path}", PATIENCE.as_secs());
                    std::process::exit(1);
                }
            }
        });
        Self(running)
    }

    /// A mail is given to the parser.
    pub fn begins(&self, input: &[u8]) {
        self.set(Some((Instant::now(), input.to_vec())));
    }

    /// The parser came back.
    pub fn ends(&self) {
        self.set(None);
    }

    fn set(&self, running: Option<(Instant, Vec<u8>)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }
}
