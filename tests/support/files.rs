//! Tickets and comments as a person would write them by hand; nothing is committed.

use super::Desk;

/// A file of keys and a body, to be written.
pub struct File<'a> {
    desk: &'a Desk,
    path: String,
    keys: Vec<(String, String)>,
    body: String,
}

impl Desk {
    /// A ticket open since eight o'clock of its id's day.
    pub fn ticket(&self, id: &str) -> File<'_> {
        let day = format!("20{}-{}-{}", &id[..2], &id[2..4], &id[4..6]);
        File { desk: self, path: ticket_path(id), keys: Vec::new(), body: "Words.\n".into() }
            .key("title", &format!("Ticket {id}"))
            .key("status", "open")
            .key("created", &format!("{day}T08:00:00Z"))
    }

    /// A public comment of jo's; `date` is `20261122T091500Z`.
    pub fn comment(&self, id: &str, date: &str) -> File<'_> {
        let (day, time) = (&date[..8], &date[9..15]);
        let instant =
            format!("{}-{}-{}T{}:{}:{}Z", &day[..4], &day[4..6], &day[6..], &time[..2], &time[2..4], &time[4..]);
        let path = ticket_path(id).replace("ticket.md", &format!("{date}-0000.md"));
        File { desk: self, path, keys: Vec::new(), body: "An answer.\n".into() }
            .key("author", "jo")
            .key("date", &instant)
            .key("visibility", "public")
    }
}

/// Where a ticket's file lies.
pub fn ticket_path(id: &str) -> String {
    format!("tickets/20{}/{}/{}/{id}/ticket.md", &id[..2], &id[2..4], &id[4..6])
}

impl File<'_> {
    /// Sets a key, as YAML text.
    pub fn key(mut self, name: &str, value: &str) -> Self {
        self.keys.retain(|(known, _)| known != name);
        self.keys.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, text: &str) -> Self {
        self.body = format!("{text}\n");
        self
    }

    /// Writes it; its path below the desk.
    pub fn write(self) -> String {
        let keys: String = self.keys.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        self.desk.write(&self.path, format!("---\n{keys}---\n{}", self.body));
        self.path
    }
}
