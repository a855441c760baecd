//! The fields of the index. Everything filtered, sorted or counted is a fast field; texts are indexed, not stored.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};

use super::analyzer::{ANY_CASE, PLAIN, Stem};
use crate::domain::query::Part;

/// What a document of the index stands for; the value of the field `kind`.
pub mod kinds {
    pub const TICKET: &str = "ticket";
    pub const COMMENT: &str = "comment";
    pub const ARTICLE: &str = "article";
    pub const PATTERN: &str = "pattern";
    pub const CUSTOMER: &str = "customer";
    /// A file that cannot be read.
    pub const BROKEN: &str = "broken";
    /// Events alone: of a commit that touched no ticket, of a ticket that is gone.
    pub const COMMIT: &str = "commit";
}

/// A text in its indexed forms.
#[derive(Debug, Clone, Copy)]
pub struct TextFields {
    pub plain: Field,
    stems: [Field; 2],
}

impl TextFields {
    pub fn stem(&self, stem: Stem) -> Field {
        self.stems[stem as usize]
    }

    /// The form searched for with a word, each with the analyzer's language.
    pub fn stems(&self) -> impl Iterator<Item = (Stem, Field)> + '_ {
        Stem::ALL.into_iter().map(|stem| (stem, self.stem(stem)))
    }
}

/// Every field, by what it holds.
#[derive(Debug, Clone)]
pub struct Fields {
    pub schema: Schema,
    pub kind: Field,
    /// A ticket's number, shared by its comments; another file's hash.
    pub key: Field,
    pub id: Field,
    pub tail: Field,
    pub status: Field,
    pub state: Field,
    pub priority: Field,
    pub r#type: Field,
    pub assignee: Field,
    pub team: Field,
    pub requester: Field,
    /// The domain of the requester's address.
    pub domain: Field,
    pub cc: Field,
    pub tag: Field,
    pub channel: Field,
    pub language: Field,
    pub created: Field,
    pub updated: Field,
    /// The latest date of its events, which need not be the last one's.
    pub latest: Field,
    pub closed: Field,
    /// When the first SLA clock that runs is due.
    pub due: Field,
    /// When the first of them warns.
    pub warns: Field,
    /// `running`, else how the clocks that do not run stand.
    pub sla: Field,
    /// When time next does something to the ticket.
    pub wakes: Field,
    /// Its life, for clocks and reports.
    pub life: Field,
    pub relation: Field,
    /// Id and tail of each linked ticket.
    pub link: Field,
    /// `name`, `name=text`, `name<TAB>number` of each custom field.
    pub custom: Field,
    pub answered_by: Field,
    /// `unanswered` `escalated` `comment` `internal` `attachment` `pattern` `outbox`
    pub flag: Field,
    pub satisfaction: Field,
    pub comments: Field,
    pub first_response: Field,
    pub external_id: Field,
    /// The id of the ticket this one was merged into.
    pub merged_into: Field,
    /// `=ID` of each message that is in the ticket, `?ID` of each it refers to and has not.
    pub message: Field,
    pub title_order: Field,
    /// What ranked search finds a document by: title and body, the title weighing more, each text only in the form of its
    /// language. One field a language keeps a word's query a plain union of terms, which tantivy prunes.
    pub find: TextFields,
    pub title: TextFields,
    pub body: TextFields,
    pub comment: TextFields,
    /// A row as JSON.
    pub row: Field,
    /// A ticket's events as JSON, where the timeline is known.
    pub events: Field,
}

impl Fields {
    pub fn new() -> Self {
        let mut schema = Schema::builder();
        let number = || NumericOptions::from(FAST | INDEXED);
        let stored = || TextOptions::from(STORED);
        let mut word = |name: &str| schema.add_text_field(name, word_options("raw"));
        let (kind, id, tail, state, link, relation) =
            (word("kind"), word("id"), word("tail"), word("state"), word("link"), word("relation"));
        let (custom, flag, merged_into, message) = (word("custom"), word("flag"), word("merged_into"), word("message"));
        let sla = word("sla");
        let (external_id, title_order) = (word("external_id"), word("title_order"));
        // Found whatever their case, counted and sorted as they are written.
        let mut any_case = |name: &str| schema.add_text_field(name, word_options(ANY_CASE));
        let (status, r#type, assignee, team) =
            (any_case("status"), any_case("type"), any_case("assignee"), any_case("team"));
        let (requester, domain, cc) = (any_case("requester"), any_case("domain"), any_case("cc"));
        let (tag, channel, language, answered_by) =
            (any_case("tag"), any_case("channel"), any_case("language"), any_case("answered_by"));
        Fields {
            kind,
            id,
            tail,
            status,
            state,
            r#type,
            assignee,
            team,
            requester,
            domain,
            cc,
            tag,
            channel,
            language,
            link,
            relation,
            custom,
            answered_by,
            flag,
            external_id,
            merged_into,
            message,
            title_order,
            key: schema.add_u64_field("key", number()),
            priority: schema.add_u64_field("priority", number()),
            created: schema.add_i64_field("created", number()),
            updated: schema.add_i64_field("updated", number()),
            latest: schema.add_i64_field("latest", number()),
            closed: schema.add_i64_field("closed", number()),
            due: schema.add_i64_field("due", number()),
            warns: schema.add_i64_field("warns", number()),
            wakes: schema.add_i64_field("wakes", number()),
            life: schema.add_bytes_field("life", FAST),
            sla,
            satisfaction: schema.add_i64_field("satisfaction", number()),
            comments: schema.add_i64_field("comments", number()),
            first_response: schema.add_i64_field("first_response", number()),
            find: text(&mut schema, "find", IndexRecordOption::WithFreqs, IndexRecordOption::WithFreqs),
            title: text(&mut schema, "title", IndexRecordOption::WithFreqsAndPositions, IndexRecordOption::Basic),
            body: text(&mut schema, "body", IndexRecordOption::WithFreqsAndPositions, IndexRecordOption::Basic),
            comment: text(&mut schema, "comment", IndexRecordOption::WithFreqsAndPositions, IndexRecordOption::Basic),
            row: schema.add_text_field("row", stored()),
            events: schema.add_text_field("events", stored()),
            schema: schema.build(),
        }
    }

    /// The text fields a part of a query looks in.
    pub fn parts(&self, part: Part) -> Vec<TextFields> {
        match part {
            Part::Any => vec![self.title, self.body, self.comment],
            Part::Title => vec![self.title],
            Part::Body => vec![self.body],
            Part::Comment => vec![self.comment],
        }
    }
}

fn word_options(analyzer: &str) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(analyzer)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    TextOptions::default().set_indexing_options(indexing).set_fast("raw")
}

fn text(schema: &mut SchemaBuilder, name: &str, plain: IndexRecordOption, stems: IndexRecordOption) -> TextFields {
    let mut add = |name: &str, analyzer: &str, record| {
        let indexing = TextFieldIndexing::default().set_tokenizer(analyzer).set_index_option(record);
        schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    };
    let plain = add(name, PLAIN, plain);
    let stems = Stem::ALL.map(|stem| add(&format!("{name}_{}", stem.name()), stem.name(), stems));
    TextFields { plain, stems }
}
