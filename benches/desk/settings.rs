//! The desk's own files: settings, policies, people, customers and organisations.

use fastrand::Rng;

pub struct Agent {
    pub handle: &'static str,
    pub name: &'static str,
    pub team: &'static str,
}

const fn agent(handle: &'static str, name: &'static str, team: &'static str) -> Agent {
    Agent { handle, name, team }
}

pub const AGENTS: [Agent; 12] = [
    agent("jo", "Jo Janssen", "first-line"),
    agent("sam", "Sam Smit", "first-line"),
    agent("kim", "Kim de Vries", "first-line"),
    agent("ana", "Ana Costa", "first-line"),
    agent("bram", "Bram Bakker", "first-line"),
    agent("lee", "Lee Wong", "first-line"),
    agent("noor", "Noor Visser", "second-line"),
    agent("tom", "Tom Hughes", "second-line"),
    agent("ivy", "Ivy Clarke", "second-line"),
    agent("max", "Max Mulder", "second-line"),
    agent("eva", "Eva Meijer", "finance"),
    agent("raj", "Raj Patel", "finance"),
];

impl Agent {
    pub fn email(&self) -> String {
        format!("{}@acme.example", self.handle)
    }

    fn file(&self) -> String {
        let role = if self.handle == "jo" { "admin" } else { "agent" };
        format!(
            "---\nname: {}\nemails: [{}]\nrole: {role}\nteams: [{}]\ncapacity: 25\ncalendar: office\n---\n",
            self.name,
            self.email(),
            self.team
        )
    }
}

/// The address of a known customer.
pub fn customer_email(number: usize) -> String {
    format!("person{number}@org{}.example", number / 10)
}

/// How many customers have a file: one for fifty tickets, and no directory above a thousand.
pub fn customers(tickets: usize) -> usize {
    (tickets / 50).clamp(10, 1000)
}

/// Path and content of every file that is not a ticket's.
pub fn files(tickets: usize, rng: &mut Rng) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> =
        FIXED.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    files.extend(AGENTS.iter().map(|agent| (format!("people/{}.md", agent.handle), agent.file())));
    for number in 0..customers(tickets) {
        let (email, organisation) = (customer_email(number), number / 10);
        let language = if rng.u8(..5) == 0 { "nl" } else { "en" };
        let vip = if rng.u8(..50) == 0 { "vip: true\n" } else { "" };
        let text = format!(
            "---\nname: Person {number}\nemails: [{email}]\norganisation: org{organisation}\nlanguage: {language}\n{vip}---\n"
        );
        files.push((format!("customers/person{number}.md"), text));
        if number % 10 == 0 {
            let text = format!("---\nname: Organisation {organisation}\ndomains: [org{organisation}.example]\n---\n");
            files.push((format!("orgs/org{organisation}.md"), text));
        }
    }
    files
}

const FIXED: [(&str, &str); 6] = [
    (".gitattributes", "*.md -text\ntickets/**/files/** binary\n"),
    (
        "loket.yaml",
        "desk: Acme Support
language: en
languages: [en, nl]
timezone: Europe/Amsterdam
types: [question, request, service, incident, complaint]
fields:
  product: {type: enum, values: [portal, app, webshop]}
  version: {type: text}
  seats: {type: number}
  since: {type: date}
  blocking: {type: bool}
follow-up: new-ticket
reopen-days: 14
close-after: 4d
",
    ),
    (
        "policy/calendars.yaml",
        "office:
  timezone: Europe/Amsterdam
  hours:
    mon: [\"09:00-12:30\", \"13:00-17:30\"]
    tue: [\"09:00-17:30\"]
    wed: [\"09:00-17:30\"]
    thu: [\"09:00-17:30\"]
    fri: [\"09:00-17:00\"]
  holidays: [12-25, 12-26, 01-01]
",
    ),
    (
        "policy/sla.yaml",
        "- name: standard
  calendar: office
  warn: 80%
  targets:
    first-response: {low: 8h, normal: 4h, high: 1h, urgent: 30m}
    resolution: {low: 80h, normal: 40h, high: 16h, urgent: 4h}
",
    ),
    (
        "policy/rules.yaml",
        "- name: invoices to finance
  on: [created]
  when: \"type:question (invoice OR factuur) -team:finance\"
  then:
    - set: {team: finance, tags+: billing}
  stop: true
",
    ),
    (
        "policy/views.yaml",
        "all: {title: All, query: \"\", sort: \"-created\"}
mine: {title: Mine, query: \"assignee:me -state:solved,closed\", sort: \"-priority,created\"}
open: {title: Open, query: \"state:open (assignee:me OR assignee:none)\", sort: \"-priority,created\"}
waiting: {title: Waiting, query: \"state:waiting answered-by:me\", sort: \"created\"}
other-open: {title: Open elsewhere, query: \"state:waiting -answered-by:me\", sort: \"created\"}
on-hold: {title: On hold, query: \"state:hold\", sort: \"created\"}
closed: {title: Closed, query: \"state:solved,closed\", sort: \"-created\", limit: 200}
unassigned: {title: Unassigned, query: \"is:open is:unassigned\", sort: \"-priority,created\"}
overdue: {title: Overdue, query: \"is:overdue\", sort: \"due\"}
escalated: {title: Escalated, query: \"is:escalated is:open\", sort: \"created\"}
",
    ),
];
