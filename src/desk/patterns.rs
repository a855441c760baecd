//! Response patterns: list, show, new, edit; which of them answers a ticket.

use std::collections::BTreeMap;

use super::{Here, nearest, text};
use crate::domain::article::slug_of;
use crate::domain::pattern::Pattern;
use crate::failure::{Failure, Result};
use crate::format::{self, Fault, layout, pattern, template};
use crate::store::{Oid, Snapshot};
use crate::view::mutation::FileChangeView;
use crate::view::pattern::{PatternPage, PatternRow};

/// One file of a pattern.
#[derive(Debug, Clone)]
struct File {
    /// `None` for the base file.
    language: Option<String>,
    path: String,
    object: Oid,
}

/// A pattern in one language, as it lies in the desk.
pub(super) struct Found {
    pub path: String,
    pub object: Oid,
    pub pattern: Pattern,
    text: String,
}

impl Found {
    /// What is wrong with it, as the failure of who needs it.
    pub fn failure(&self, fault: &Fault) -> Failure {
        format::failure(fault, &self.path)
    }
}

/// What a new pattern is made of.
pub struct NewPattern<'a> {
    pub title: &'a str,
    /// The desk's where it is not said.
    pub language: Option<&'a str>,
    pub response: Option<&'a str>,
    /// Where there is one, the new file is written in it.
    pub editor: Option<&'a str>,
}

impl Here {
    /// All patterns by slug; translations are told, not listed.
    pub fn patterns(&self) -> Result<Vec<PatternRow>> {
        let snapshot = self.snapshot()?;
        let mut rows = Vec::new();
        for (slug, files) in pattern_files(&snapshot)? {
            let Some(first) = files.first() else { continue };
            let found = match pattern::parse(&slug, first.language.as_deref(), &snapshot.read(first.object)?) {
                Ok(pattern) => pattern,
                Err(fault) => {
                    let Fault { line, column, message, .. } = &fault;
                    self.progress.note(&format!("{}:{line}:{column}: {message}", first.path));
                    continue;
                }
            };
            rows.push(PatternRow {
                slug,
                title: found.title,
                language: found.language,
                then: found.then.name(),
                tags: found.tags,
                translations: files.iter().skip(1).filter_map(|file| file.language.clone()).collect(),
                path: first.path.clone(),
            });
        }
        Ok(rows)
    }

    /// One pattern, or with a language its translation.
    pub fn pattern(&self, slug: &str, language: Option<&str>) -> Result<PatternPage> {
        let snapshot = self.snapshot()?;
        let files = files_of(&snapshot, slug)?;
        let file = match language {
            None => files.first().cloned(),
            Some(wanted) => in_language(&snapshot, slug, &files, wanted)?,
        };
        let file = file.ok_or_else(|| untranslated(slug, language.unwrap_or_default()))?;
        let found = read(&snapshot, slug, &file)?;
        Ok(PatternPage::of(found.pattern, found.path, found.text))
    }

    /// Makes a pattern; its slug follows from the title.
    pub fn new_pattern(&self, new: &NewPattern<'_>) -> Result<FileChangeView> {
        let settings = self.settings(&self.present()?)?;
        let title = super::set::one_line(new.title)?;
        let slug = slug_of(&title).ok_or_else(|| {
            Failure::usage(format!("'{}' has no letters to name a file by", title.escape_debug()))
                .hint("begin the title with a word in letters from a to z")
        })?;
        let language = new.language.unwrap_or(&settings.language);
        super::set::checked_language(language)?;
        let path = layout::pattern(&slug, None);
        let made = pattern::render(&title, language, new.response.unwrap_or(RESPONSE)).into_bytes();
        let taken = || {
            Failure::refused(format!("there is a pattern '{slug}' already"))
                .hint(format!("loket pattern edit {slug}"))
                .in_file(&path)
        };
        if self.present()?.find_file(&path)?.is_some() {
            return Err(taken().into());
        }
        let content = match new.editor {
            Some(editor) => text::edit(&made, &format!("{slug}.md"), editor)?,
            None => made,
        };
        let commit = || {
            check(&slug, None, &content).map_err(|fault| format::failure(&fault, &path))?;
            self.commit_file("pattern new", &format!("patterns: add {slug}"), &path, |snapshot| {
                match snapshot.find_file(&path)? {
                    Some(_) => Err(taken().into()),
                    None => Ok(Some(content.clone())),
                }
            })
        };
        match new.editor {
            Some(_) => commit().map_err(|trouble| self.keep(trouble, &content, &format!("{slug}.md"))),
            None => commit(),
        }
    }

    /// Opens a pattern's file, or that of its translation, in the editor and commits what was changed.
    pub fn edit_pattern(&self, slug: &str, language: Option<&str>, editor: &str) -> Result<FileChangeView> {
        let snapshot = self.present()?;
        let files = files_of(&snapshot, slug)?;
        // A broken file is what most wants editing: it is found by its name alone.
        let named = |file: &&File| language.is_none() || file.language.as_deref() == language;
        let file = match files.iter().find(named) {
            Some(file) => file.clone(),
            None => in_language(&snapshot, slug, &files, language.unwrap_or_default())?
                .ok_or_else(|| untranslated(slug, language.unwrap_or_default()))?,
        };
        let subject = format!("patterns: edit {slug}");
        let check = |bytes: &[u8]| check(slug, file.language.as_deref(), bytes);
        self.edit_file(&file.path, "pattern edit", &subject, editor, &check)
    }
}

/// The response of a pattern nothing was said for.
const RESPONSE: &str = "{{ requester.name }},\n\n{{ agent.name }}, {{ desk.name }}\n";

/// Whether the bytes are a pattern that can be answered from.
fn check(slug: &str, language: Option<&str>, bytes: &[u8]) -> Result<(), Fault> {
    template::validate(&pattern::parse(slug, language, bytes)?.response)
}

/// The pattern a ticket is answered from: in its language, else in the desk's, else as it is.
pub(super) fn answering(snapshot: &Snapshot<'_>, slug: &str, languages: &[&str]) -> Result<Found> {
    in_first(snapshot, slug, &files_of(snapshot, slug)?, languages)
}

/// A pattern in the first of these languages it is written in, else as it is.
fn in_first(snapshot: &Snapshot<'_>, slug: &str, files: &[File], languages: &[&str]) -> Result<Found> {
    for language in languages {
        if let Some(file) = in_language(snapshot, slug, files, language)? {
            return read(snapshot, slug, &file);
        }
    }
    let first = files.first().ok_or_else(|| unknown(snapshot, slug))?;
    read(snapshot, slug, first)
}

/// The files of every pattern by slug, the base file first.
fn pattern_files(snapshot: &Snapshot<'_>) -> Result<BTreeMap<String, Vec<File>>> {
    let mut found: BTreeMap<String, Vec<File>> = BTreeMap::new();
    for entry in snapshot.folder(layout::PATTERNS)?.into_iter().filter(|entry| !entry.is_folder) {
        let path = format!("{}/{}", layout::PATTERNS, entry.name);
        let Some((slug, language)) = layout::parse_pattern(&path) else { continue };
        let language = language.map(str::to_owned);
        let file = File { language, path: path.clone(), object: entry.oid };
        found.entry(slug.to_owned()).or_default().push(file);
    }
    found.values_mut().for_each(|files| files.sort_by(|a, b| a.language.cmp(&b.language)));
    Ok(found)
}

/// The files of one pattern, the base file first; there is one at least.
fn files_of(snapshot: &Snapshot<'_>, slug: &str) -> Result<Vec<File>> {
    match pattern_files(snapshot)?.remove(slug) {
        Some(files) => Ok(files),
        None => Err(unknown(snapshot, slug).into()),
    }
}

/// The file of a pattern in a language, or in the one that this is a variety of.
fn in_language(snapshot: &Snapshot<'_>, slug: &str, files: &[File], wanted: &str) -> Result<Option<File>> {
    let wanted = wanted.to_lowercase();
    let broad = wanted.split('-').next().unwrap_or_default();
    let base = match files.first() {
        Some(file) if file.language.is_none() => read(snapshot, slug, file)?.pattern.language,
        _ => None,
    };
    let language = |file: &File| file.language.clone().or_else(|| base.clone()).unwrap_or_default().to_lowercase();
    let find = |word: &str| files.iter().find(|file| language(file) == word).cloned();
    Ok(find(&wanted).or_else(|| find(broad)))
}

fn read(snapshot: &Snapshot<'_>, slug: &str, file: &File) -> Result<Found> {
    let bytes = snapshot.read(file.object)?;
    let pattern =
        pattern::parse(slug, file.language.as_deref(), &bytes).map_err(|fault| format::failure(&fault, &file.path))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Found { path: file.path.clone(), object: file.object, pattern, text })
}

/// Every pattern that can be read, in the first of these languages it is written in; the others are named in `broken`.
pub(super) fn all(snapshot: &Snapshot<'_>, languages: &[&str], broken: &mut dyn FnMut(&str)) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for (slug, files) in pattern_files(snapshot)? {
        match in_first(snapshot, &slug, &files, languages) {
            Ok(pattern) => found.push(pattern),
            Err(trouble) => broken(&format!("{trouble:#}")),
        }
    }
    Ok(found)
}

fn unknown(snapshot: &Snapshot<'_>, slug: &str) -> Failure {
    let known = pattern_files(snapshot).unwrap_or_default();
    let near = nearest(slug, known.keys().map(String::as_str));
    Failure::not_found(format!("there is no pattern '{}'", slug.escape_debug()))
        .maybe_hint(near.map(|near| format!("did you mean '{near}'?")))
        .hint("`loket pattern list` shows them all")
}

fn untranslated(slug: &str, language: &str) -> Failure {
    let said = format!("the pattern '{slug}' is not written in '{}'", language.escape_debug());
    Failure::not_found(said).hint(format!("a translation is a file {}", layout::pattern(slug, Some("LANGUAGE"))))
}
