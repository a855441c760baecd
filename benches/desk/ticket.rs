//! The life of one ticket: drawn from the seed as a list of steps, rendered as files when its turn comes.

use std::fmt::Write;

use fastrand::Rng;
use jiff::Timestamp;

use super::settings::{AGENTS, customer_email, customers};
use super::words::{COMMON, RARE, RARITY, Vocabulary, tail};

/// One thing that happened: what changed in the front matter, and the comment that came with it.
#[derive(Clone, Default)]
pub struct Step {
    pub at: i64,
    pub verb: &'static str,
    /// Index into [`AGENTS`].
    pub actor: u8,
    pub status: Option<&'static str>,
    priority: Option<&'static str>,
    assignee: Option<u8>,
    tag: Option<&'static str>,
    comment: Option<Voice>,
}

#[derive(Clone, Copy, PartialEq)]
enum Voice {
    Agent,
    Note,
    Requester,
}

pub struct Ticket {
    pub id: String,
    number: usize,
    created: i64,
    dutch: bool,
    kind: &'static str,
    channel: &'static str,
    requester: String,
    attachment: bool,
    seed: u64,
    pub steps: Vec<Step>,
}

const TAGS: [&str; 10] =
    ["login", "billing", "app", "hardware", "network", "mail", "security", "onboarding", "vip", "regression"];

/// One of the choices, by weight.
fn weighted<T: Copy>(choices: &[(u32, T)], rng: &mut Rng) -> T {
    let total: u32 = choices.iter().map(|(weight, _)| weight).sum();
    let mut left = rng.u32(..total);
    for (weight, choice) in choices {
        match left.checked_sub(*weight) {
            None => return *choice,
            Some(rest) => left = rest,
        }
    }
    choices[0].1
}

impl Ticket {
    /// Ticket `number` of `total`, created at `created`; all its steps lie before `end`.
    pub fn draw(number: usize, total: usize, id: String, created: i64, end: i64, rng: &mut Rng) -> Ticket {
        let requester = if rng.u8(..5) > 0 {
            customer_email(rng.usize(..customers(total)))
        } else {
            format!("guest{}@mail.example", rng.u32(..total as u32 * 2))
        };
        let kinds = [(35, "question"), (20, "request"), (5, "service"), (32, "incident"), (8, "complaint")];
        let channels = [(60, "email"), (20, "web"), (12, "phone"), (6, "chat"), (1, "social"), (1, "api")];
        let mut ticket = Ticket {
            id,
            number,
            created,
            dutch: rng.u8(..5) == 0,
            kind: weighted(&kinds, rng),
            channel: weighted(&channels, rng),
            requester,
            attachment: rng.u8(..100) == 0,
            seed: rng.u64(..),
            steps: Vec::new(),
        };
        let last = last_status(number as f64 / total as f64, rng);
        ticket.draw_steps(last, rng);
        ticket.date_steps(end, rng);
        ticket
    }

    fn draw_steps(&mut self, last: &'static str, rng: &mut Rng) {
        let priority = weighted(&[(15, "low"), (60, "normal"), (20, "high"), (5, "urgent")], rng);
        let tag = (rng.u8(..10) < 7).then(|| TAGS[rng.usize(..TAGS.len())]);
        let owner = rng.u8(..AGENTS.len() as u8);
        let step = |verb| Step { verb, actor: owner, ..Step::default() };
        self.steps.push(Step { status: Some("new"), priority: Some(priority), tag, ..step("new") });
        match last {
            "new" => self.steps.extend((0..rng.u8(..2)).map(|_| said(step("reply"), Voice::Requester))),
            "spam" => self.steps.push(Step { status: Some("spam"), ..step("set") }),
            _ => {
                self.steps.push(Step { status: Some("open"), assignee: Some(owner), ..step("assign") });
                self.talk(owner, rng);
                self.settle(last, owner);
            }
        }
    }

    /// About three comments: answers, requests for more, internal notes; now and then a field changes.
    fn talk(&mut self, owner: u8, rng: &mut Rng) {
        let comments =
            weighted(&[(2, 0), (14, 1), (24, 2), (22, 3), (16, 4), (10, 5), (6, 6), (3, 7), (2, 9), (1, 14)], rng);
        let mut waiting = false;
        for _ in 0..comments {
            let step = Step { verb: "reply", actor: owner, ..Step::default() };
            self.steps.push(match rng.u8(..10) {
                0..2 => said(Step { verb: "note", actor: rng.u8(..AGENTS.len() as u8), ..step }, Voice::Note),
                _ if waiting => said(Step { status: Some("open"), ..step }, Voice::Requester),
                2..4 => said(step, Voice::Agent),
                _ => said(Step { status: Some("waiting"), ..step }, Voice::Agent),
            });
            waiting = match self.steps.last().and_then(|step| step.status) {
                Some(status) => status == "waiting",
                None => waiting,
            };
        }
        let change = Step { verb: "set", actor: owner, ..Step::default() };
        match rng.u8(..20) {
            0..2 => self.steps.push(Step { priority: Some("high"), ..change }),
            2..5 => self.steps.push(Step { tag: Some(TAGS[rng.usize(..TAGS.len())]), ..change }),
            5 => self.steps.push(Step { assignee: Some(rng.u8(..AGENTS.len() as u8)), verb: "assign", ..change }),
            _ => {}
        }
    }

    /// Brings the ticket into its last status; closing goes by way of solving.
    fn settle(&mut self, last: &'static str, actor: u8) {
        let now = self.steps.iter().rev().find_map(|step| step.status).unwrap_or("new");
        let path: &[(&'static str, &'static str)] = match last {
            "closed" => &[("solve", "solved"), ("close", "closed")],
            "solved" => &[("solve", "solved")],
            "waiting" => &[("wait", "waiting")],
            "on-hold" => &[("hold", "on-hold")],
            _ => &[("reopen", "open")],
        };
        let steps = path.iter().filter(|(_, status)| *status != now);
        self.steps.extend(steps.map(|(verb, status)| Step { verb, actor, status: Some(status), ..Step::default() }));
    }

    /// Spreads the steps over up to three weeks, all before `end`, no two within one second.
    fn date_steps(&mut self, end: i64, rng: &mut Rng) {
        let count = self.steps.len() as i64;
        let span = rng.i64(3_600..21 * 86_400).min(end - self.created - count).max(0);
        let mut times: Vec<i64> = (1..count).map(|_| rng.i64(0..span.max(1))).collect();
        times.sort_unstable();
        for (place, step) in self.steps.iter_mut().enumerate() {
            let later = if place == 0 { 0 } else { times[place - 1] };
            step.at = self.created + later + place as i64;
        }
    }

    fn folder(&self) -> String {
        let id = &self.id;
        format!("tickets/20{}/{}/{}/{id}", &id[..2], &id[2..4], &id[4..6])
    }

    /// The files that the steps up to and including `upto`, from `from` on, leave behind.
    pub fn files(&self, from: usize, upto: usize, vocabularies: &[Vocabulary; 2]) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::with_capacity(2);
        let changes = |step: &Step| step.status.or(step.priority).or(step.tag).is_some() || step.assignee.is_some();
        if self.steps[from..=upto].iter().any(changes) {
            files.push((format!("{}/ticket.md", self.folder()), self.front(upto, vocabularies).into_bytes()));
        }
        if from == 0 && self.attachment {
            let mut rng = Rng::with_seed(self.seed);
            let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
            bytes.extend((0..2_000).map(|_| rng.u8(..)));
            files.push((format!("{}/files/screenshot.png", self.folder()), bytes));
        }
        for place in from..=upto {
            if let Some(voice) = self.steps[place].comment {
                files.push(self.comment(place, voice, vocabularies));
            }
        }
        files
    }

    /// `ticket.md` after step `upto`.
    fn front(&self, upto: usize, vocabularies: &[Vocabulary; 2]) -> String {
        let mut rng = Rng::with_seed(self.seed);
        let vocabulary = &vocabularies[self.dutch as usize];
        let steps = &self.steps[..=upto];
        let mut out = format!("---\ntitle: {}\n", vocabulary.title(&mut rng));
        let mut line = |key: &str, value: &str| writeln!(out, "{key}: {value}").unwrap_or_default();
        line("status", steps.iter().rev().find_map(|step| step.status).unwrap_or("new"));
        match steps.iter().rev().find_map(|step| step.priority) {
            None | Some("normal") => {}
            Some(priority) => line("priority", priority),
        }
        line("type", self.kind);
        line("requester", &self.requester);
        if let Some(agent) = steps.iter().rev().find_map(|step| step.assignee) {
            line("assignee", AGENTS[agent as usize].handle);
            line("team", AGENTS[agent as usize].team);
        }
        let mut tags: Vec<&str> = steps.iter().filter_map(|step| step.tag).collect();
        tags.dedup();
        if !tags.is_empty() {
            line("tags", &format!("[{}]", tags.join(", ")));
        }
        line("channel", self.channel);
        line("language", if self.dutch { "nl" } else { "en" });
        line("created", &instant(self.created));
        if self.channel == "email" {
            line("message-id", &format!("<{:016x}@mail.example>", self.seed));
        }
        self.fields(&mut rng, &mut out);
        if self.attachment {
            out.push_str("attachments: [screenshot.png]\n");
        }
        out.push_str("---\n");
        self.body(vocabulary, &mut rng, &mut out);
        out
    }

    fn fields(&self, rng: &mut Rng, out: &mut String) {
        let product = weighted(&[(5, "portal"), (3, "app"), (2, "webshop")], rng);
        out.push_str(&format!("fields:\n  product: {product}\n"));
        match rng.u8(..10) {
            0 => out.push_str(&format!("  seats: {}\n", rng.u16(1..500))),
            1 => out.push_str(&format!("  version: v{}.{}\n", rng.u8(1..9), rng.u8(..20))),
            2 => out.push_str(&format!("  since: 20{}-{}-{}\n", &self.id[..2], &self.id[2..4], &self.id[4..6])),
            3 => out.push_str("  blocking: true\n"),
            _ => {}
        }
    }

    fn body(&self, vocabulary: &Vocabulary, rng: &mut Rng, out: &mut String) {
        out.push_str(vocabulary.words.greeting);
        out.push_str("\n\n");
        vocabulary.text(rng.usize(2..6), rng, out);
        let (turn, place) = (self.number % RARITY, RARITY / (RARE.len() * 16));
        if turn % place == 0 && turn / place < RARE.len() {
            out.push_str(&format!("\nIt says {} on the {COMMON} page.\n", RARE[turn / place]));
        }
        if rng.bool() {
            out.push_str(&format!("\n{}\n", vocabulary.words.closing));
        }
    }

    fn comment(&self, place: usize, voice: Voice, vocabularies: &[Vocabulary; 2]) -> (String, Vec<u8>) {
        let mut rng = Rng::with_seed(self.seed.wrapping_add(place as u64 + 1));
        let step = &self.steps[place];
        let author = if voice == Voice::Requester { &self.requester } else { AGENTS[step.actor as usize].handle };
        let visibility = if voice == Voice::Note { "internal" } else { "public" };
        let mut out = format!("---\nauthor: {author}\ndate: {}\nvisibility: {visibility}\n", instant(step.at));
        if voice != Voice::Note {
            out.push_str(&format!("channel: {}\n", self.channel));
        }
        out.push_str("---\n");
        vocabularies[self.dutch as usize].text(rng.usize(1..5), &mut rng, &mut out);
        let name = format!("{}-{}.md", instant(step.at).replace(['-', ':'], ""), tail(4, &mut rng));
        (format!("{}/{name}", self.folder()), out.into_bytes())
    }
}

fn said(step: Step, voice: Voice) -> Step {
    Step { comment: Some(voice), ..step }
}

/// 70 % closed, 10 % solved, the rest live; the later a ticket came, the likelier it lives.
fn last_status(age: f64, rng: &mut Rng) -> &'static str {
    match age + (rng.f64() - 0.5) * 0.3 {
        _ if rng.u8(..100) == 0 => "spam",
        place if place < 0.7 => "closed",
        place if place < 0.8 => "solved",
        _ => weighted(&[(15, "new"), (45, "open"), (28, "waiting"), (12, "on-hold")], rng),
    }
}

/// RFC 3339 in UTC, to the second.
pub fn instant(second: i64) -> String {
    Timestamp::from_second(second).expect("the desk lies in this century").to_string()
}
