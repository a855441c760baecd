//! `list` and views.

use jiff::Timestamp;

use super::{Here, OPEN, nearest};
use crate::domain::query::{Expr, Field, Match, Test, Value};
use crate::domain::settings::Settings;
use crate::domain::ticket::Priority;
use crate::domain::view::View;
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::search::{Level, Reader, Row, RowPage, SortKey, parse_sort};
use crate::store::Snapshot;
use crate::view::ticket::{Known, TicketView};
use crate::view::{BrokenView, CountView, CountedView, GroupView};

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub query: Option<String>,
    pub view: Option<String>,
    pub sort: Option<String>,
    pub limit: Option<usize>,
    /// Whether times of change are wanted in every row.
    pub whole: bool,
}

/// Tickets, and how to show them.
pub struct Listing {
    pub rows: Vec<TicketView>,
    pub columns: Vec<String>,
    /// Files that cannot be read.
    pub broken: Vec<BrokenView>,
}

/// The columns of a list that no view names.
const COLUMNS: [&str; 7] = ["id", "priority", "status", "title", "requester", "assignee", "age"];

/// Everything a list is worked out from.
struct Terms {
    expr: Expr,
    sort: Vec<SortKey>,
    limit: Option<usize>,
    columns: Vec<String>,
    level: Level,
}

impl Here {
    fn terms(&self, snapshot: &Snapshot<'_>, settings: &Settings, wanted: &Wanted) -> Result<Terms> {
        let view = match (&wanted.view, &wanted.query) {
            (Some(name), _) => Some(self.view(snapshot, name)?),
            (None, None) => self.default_view(snapshot)?,
            (None, Some(_)) => None,
        };
        let mut parts = Vec::new();
        if let Some(view) = &view {
            parts.push(
                self.query(snapshot, settings, &view.query, Some(&view.name))
                    .map_err(|trouble| in_view(trouble, view))?,
            );
        }
        if let Some(query) = &wanted.query {
            parts.push(self.query(snapshot, settings, query, None)?);
        }
        let sort = wanted.sort.clone().or_else(|| view.as_ref().and_then(|view| view.sort.clone()));
        let sort = parse_sort(sort.as_deref().unwrap_or("-created"))?;
        let columns = match view.as_ref().map(|view| &view.columns) {
            Some(columns) if !columns.is_empty() => columns.clone(),
            _ => COLUMNS.map(str::to_owned).to_vec(),
        };
        let expr = Expr::And(parts);
        let late = wanted.whole
            || expr.needs_timeline()
            || sort.iter().any(SortKey::needs_timeline)
            || columns.iter().any(|column| matches!(column.as_str(), "updated" | "closed" | "due" | "sla"));
        let level = if late { Level::Timeline } else { Level::Present };
        Ok(Terms { expr, sort, limit: wanted.limit.or(view.and_then(|view| view.limit)), columns, level })
    }

    /// The view `open`, if the desk has one; the stock one where the file cannot be read, which is told.
    fn default_view(&self, snapshot: &Snapshot<'_>) -> Result<Option<View>> {
        let views = match self.views(snapshot) {
            Ok(views) => views,
            Err(trouble) => {
                self.progress.note(&format!("{trouble:#}; the stock views serve"));
                crate::format::views::parse(super::init::VIEWS.as_bytes()).unwrap_or_default()
            }
        };
        Ok(views.into_iter().find(|view| view.name == OPEN))
    }

    /// Tickets in order.
    pub fn list(&self, wanted: &Wanted) -> Result<Listing> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let terms = self.terms(&snapshot, &settings, wanted)?;
        let reader = self.reader(&snapshot, &settings, terms.level)?;
        let rows = reader.list(&terms.expr, &terms.sort, terms.limit)?;
        let known = terms.level == Level::Timeline;
        let rows = rows.into_iter().map(|row| view_of(row, known, self.now)).collect();
        Ok(Listing { rows, columns: terms.columns, broken: broken(&reader)? })
    }

    /// The same whole, one at a time, for answers that need not be held in memory.
    pub fn list_each(
        &self,
        wanted: &Wanted,
        found: &mut dyn FnMut(TicketView) -> Result<()>,
    ) -> Result<Vec<BrokenView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let terms = self.terms(&snapshot, &settings, wanted)?;
        let reader = self.reader(&snapshot, &settings, terms.level)?;
        let known = terms.level == Level::Timeline;
        reader.each(&terms.expr, &terms.sort, terms.limit, &mut |row| found(view_of(row, known, self.now)))?;
        broken(&reader)
    }

    /// Their ids alone.
    pub fn list_ids(&self, wanted: &Wanted) -> Result<(Vec<String>, Vec<BrokenView>)> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let terms = self.terms(&snapshot, &settings, wanted)?;
        let level = if terms.expr.needs_timeline() || terms.sort.iter().any(SortKey::needs_timeline) {
            Level::Timeline
        } else {
            Level::Present
        };
        let reader = self.reader(&snapshot, &settings, level)?;
        let ids = reader.ids(&terms.expr, &terms.sort, terms.limit)?;
        Ok((ids.into_iter().map(String::from).collect(), broken(&reader)?))
    }

    /// How many match.
    pub fn count(&self, wanted: &Wanted) -> Result<(CountView, Vec<BrokenView>)> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let terms = self.terms(&snapshot, &settings, wanted)?;
        let level = if terms.expr.needs_timeline() { Level::Timeline } else { Level::Present };
        let reader = self.reader(&snapshot, &settings, level)?;
        Ok((CountView { count: reader.count(&terms.expr)? }, broken(&reader)?))
    }

    /// How many match by each value of a field, most first.
    pub fn group(&self, wanted: &Wanted, key: &str) -> Result<(Vec<GroupView>, Vec<BrokenView>)> {
        let grouping = parse_grouping(key)?;
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let terms = self.terms(&snapshot, &settings, wanted)?;
        let level = if terms.expr.needs_timeline() { Level::Timeline } else { Level::Present };
        let reader = self.reader(&snapshot, &settings, level)?;
        let mut groups = count_groups(&reader, &terms.expr, grouping)?;
        groups.sort_by(|a: &GroupView, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        Ok((groups, broken(&reader)?))
    }

    /// All views, each with how many tickets it holds; one whose query is wrong holds nobody knows how many, and is told.
    pub fn counted_views(&self) -> Result<Vec<CountedView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let mut counted = Vec::new();
        for view in self.views(&snapshot)? {
            let asked = self.query(&snapshot, &settings, &view.query, Some(&view.name));
            let asked = asked.map_err(|trouble| self.progress.note(&format!("{:#}", in_view(trouble, &view)))).ok();
            counted.push((view, asked));
        }
        let late = counted.iter().filter_map(|(_, asked)| asked.as_ref()).any(Expr::needs_timeline);
        let reader = self.reader(&snapshot, &settings, if late { Level::Timeline } else { Level::Present })?;
        let count = |(view, asked): (View, Option<Expr>)| {
            let count = asked.map(|asked| reader.count(&asked)).transpose()?;
            Ok(CountedView { view, count })
        };
        counted.into_iter().map(count).collect()
    }

    /// A view by its name.
    pub fn view(&self, snapshot: &Snapshot<'_>, name: &str) -> Result<View> {
        let views = self.views(snapshot)?;
        let names: Vec<&str> = views.iter().map(|view| view.name.as_str()).collect();
        match views.iter().find(|view| view.name == name) {
            Some(view) => Ok(view.clone()),
            None => {
                let near = nearest(name, names.iter().copied()).map(|near| format!("did you mean '{near}'?"));
                let failure =
                    Failure::not_found(format!("there is no view '{}'", name.escape_debug())).maybe_hint(near);
                Err(failure.hint(format!("the views are {}", names.join(", "))).into())
            }
        }
    }
}

fn in_view(trouble: anyhow::Error, view: &View) -> anyhow::Error {
    match trouble.downcast::<Failure>() {
        Ok(mut failure) => {
            failure.message = format!("view '{}' in {}: {}", view.name, layout::VIEWS, failure.message);
            failure.into()
        }
        Err(trouble) => trouble,
    }
}

enum Grouping {
    /// A column of words in the index.
    Column(&'static str),
    /// The tests that part the tickets, each with its key.
    Tests(Vec<(&'static str, Test)>),
    /// Worked out from each row.
    Row(fn(&Row) -> Option<String>),
}

fn parse_grouping(key: &str) -> Result<Grouping> {
    let is = |field: Field, value: Value| Test::Field { field, any: vec![Match::Equals(value)] };
    let priority = |priority: Priority| (priority.name(), is(Field::Priority, Value::Priority(priority)));
    Ok(match key {
        "status" => Grouping::Column("status"),
        "state" => Grouping::Column("state"),
        "type" => Grouping::Column("type"),
        "assignee" => Grouping::Column("assignee"),
        "team" => Grouping::Column("team"),
        "requester" => Grouping::Column("requester"),
        "channel" => Grouping::Column("channel"),
        "language" => Grouping::Column("language"),
        "tag" | "tags" => Grouping::Column("tag"),
        "answered-by" => Grouping::Column("answered_by"),
        "priority" => Grouping::Tests(Priority::ALL.map(priority).to_vec()),
        "line" => Grouping::Tests(vec![
            ("1", is(Field::Escalated, Value::Bool(false))),
            ("2", is(Field::Escalated, Value::Bool(true))),
        ]),
        "day" => Grouping::Row(|row| Some(row.ticket.created.strftime("%Y-%m-%d").to_string())),
        "month" => Grouping::Row(|row| Some(row.ticket.created.strftime("%Y-%m").to_string())),
        _ => {
            let failure = Failure::usage(format!("there is no grouping by '{}'", key.escape_debug()));
            let known = "status, state, priority, type, assignee, team, requester, channel, language, tag, answered-by, line, day, month";
            return Err(failure.hint(format!("group by one of {known}")).into());
        }
    })
}

fn count_groups(reader: &Reader<'_>, expr: &Expr, grouping: Grouping) -> Result<Vec<GroupView>> {
    let mut counts: std::collections::BTreeMap<Option<String>, usize> = Default::default();
    match grouping {
        Grouping::Column(column) => counts = reader.group(expr, column)?,
        Grouping::Tests(tests) => {
            for (key, test) in tests {
                let both = Expr::And(vec![expr.clone(), Expr::Test(test)]);
                counts.insert(Some(key.to_owned()), reader.count(&both)?);
            }
        }
        Grouping::Row(of) => {
            for row in reader.list(expr, &[], None)? {
                *counts.entry(of(&row)).or_default() += 1;
            }
        }
    }
    Ok(counts.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| GroupView { key, count }).collect())
}

/// The files of the desk that cannot be read.
pub fn broken(reader: &Reader<'_>) -> Result<Vec<BrokenView>> {
    let view = |row: RowPage| BrokenView { path: row.path, line: row.line, column: row.column, message: row.name };
    Ok(reader.broken()?.into_iter().map(view).collect())
}

/// A row of the index as `list` answers it; `known` where it holds the times of change.
pub fn view_of(row: Row, known: bool, now: Timestamp) -> TicketView {
    let known = Known {
        state: row.state,
        comments: row.comments,
        first_response: row.first_response,
        updated: row.updated.filter(|_| known),
        closed: row.closed.filter(|_| known),
        promise: row.promise.filter(|_| known),
        now,
        path: layout::ticket(&row.ticket.id),
    };
    TicketView::of(row.ticket, known)
}
