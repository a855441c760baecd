//! A mail server that takes everything but what it was told not to.
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

/// At the how manieth time of a stage, counted over all connections, it answers so, or hangs up.
pub type Fault = (&'static str, usize, Option<&'static str>);

/// A message it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

#[derive(Debug, Default)]
pub struct State {
    counts: HashMap<String, usize>,
    pub commands: Vec<String>,
    pub taken: Vec<Taken>,
}

pub struct Server {
    pub url: String,
    pub state: Arc<Mutex<State>>,
}

impl Server {
    /// Stages: HELLO (the greeting), the commands, BODY (after three lines of text), END (after its last) and NEXT (after it was taken).
    pub fn start(faults: &'static [Fault]) -> Self {
        Self::with(faults, "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8")
    }

    pub fn with(faults: &'static [Fault], features: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let talk = Talk { state: shared.clone(), faults, features };
                thread::spawn(move || talk.handle(stream));
            }
        });
        Self { url, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.state().taken.clone()
    }

    pub fn count(&self, stage: &str) -> usize {
        self.state().counts.get(stage).copied().unwrap_or_default()
    }
}

struct Talk {
    state: Arc<Mutex<State>>,
    faults: &'static [Fault],
    features: &'static str,
}

impl Talk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to answer at this stage; nothing to hang up.
    fn answer(&self, stage: &str, usual: &'static str) -> Option<&'static str> {
        let mut state = self.state();
        let count = state.counts.entry(stage.to_string()).or_default();
        *count += 1;
        let fault = self.faults.iter().find(|(at, number, _)| *at == stage && number == count);
        fault.map_or(Some(usual), |(_, _, answer)| *answer)
    }

    /// Nothing when it hangs up.
    fn handle(&self, stream: TcpStream) -> Option<()> {
        let mut out = stream.try_clone().ok()?;
        let mut say = move |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).ok();
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        say(self.answer("HELLO", "220 sink")?)?;
        let (mut from, mut to) = (String::new(), Vec::new());
        while let Some(line) = lines.next() {
            self.state().commands.push(line.clone());
            let stage = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let path = line.split(['<', '>']).nth(1).unwrap_or_default().to_string();
            let usual = match stage.as_str() {
                "EHLO" => self.features,
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            let answer = self.answer(&stage, usual)?;
            say(answer)?;
            match stage.as_str() {
                "MAIL" => (from, to) = (path, Vec::new()),
                "RCPT" if answer.starts_with('2') => to.push(path),
                "DATA" if answer.starts_with('3') => {
                    let text = self.text(&mut lines)?;
                    let answer = self.answer("END", "250 accepted")?;
                    if answer.starts_with('2') {
                        self.state().taken.push(Taken { from: from.clone(), to: to.clone(), text });
                    }
                    say(answer)?;
                    self.answer("NEXT", "")?;
                }
                _ => {}
            }
        }
        Some(())
    }

    fn text(&self, lines: &mut impl Iterator<Item = String>) -> Option<String> {
        let mut text = String::new();
        for (number, line) in lines.enumerate() {
            if number == 3 {
                self.answer("BODY", "")?;
            }
            if line == "." {
                return Some(text);
            }
            text += line.strip_prefix('.').unwrap_or(&line);
            text += "\r\n";
        }
        None
    }
}
