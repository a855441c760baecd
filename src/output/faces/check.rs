//! Findings: for people, for GitHub's annotations, as SARIF.

use serde_json::json;

use super::rows;
use crate::domain::finding::{CODES, Level};
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, json as pretty, sanitize};
use crate::view::check::FindingView;

/// Findings in a format that is no JSON of ours.
pub fn render(findings: &[FindingView], format: Format, ui: &Ui) -> Result<String> {
    match format {
        Format::Github => Ok(findings.iter().map(github).collect()),
        Format::Sarif => sarif(findings),
        Format::Csv | Format::Md => table(findings, format, ui),
        _ => Ok(findings.iter().map(|finding| line(finding, ui)).collect()),
    }
}

fn table(findings: &[FindingView], format: Format, ui: &Ui) -> Result<String> {
    let columns = ["level", "code", "path", "line", "column", "message", "hint"].map(Column::left).to_vec();
    let cells = findings.iter().map(|one| {
        let hint = one.hint.clone().unwrap_or_default();
        let (line, column) = (one.line.to_string(), one.column.to_string());
        [one.level.into(), one.code.into(), one.path.clone(), line, column, one.message.clone(), hint]
            .map(|text: String| Cell::new(text))
            .to_vec()
    });
    rows(columns, cells.collect(), format, ui)
}

/// `path:line:column: error link-file: what is wrong`, and below it what to do.
fn line(finding: &FindingView, ui: &Ui) -> String {
    let style = if finding.level == Level::Error.name() { Style::Urgent } else { Style::High };
    let place = format!("{}:{}:{}", sanitize::line(&finding.path), finding.line, finding.column);
    let mut out = format!(
        "{}: {} {}: {}\n",
        ui.paint(Style::Strong, &place),
        ui.paint(style, finding.level),
        ui.paint(Style::Muted, finding.code),
        sanitize::line(&finding.message),
    );
    if let Some(hint) = &finding.hint {
        out.push_str(&format!("    {}\n", ui.paint(Style::Muted, &sanitize::line(hint))));
    }
    out
}

/// A workflow command of GitHub Actions. What means something in one is escaped as their toolkit does it.
fn github(finding: &FindingView) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let hint = finding.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
    format!(
        "::{} file={},line={},col={},title={}::{}\n",
        finding.level,
        property(&finding.path),
        finding.line,
        finding.column,
        finding.code,
        data(&format!("{}{hint}", finding.message)),
    )
}

/// One document of SARIF 2.1.0 (OASIS), as code scanning takes it.
fn sarif(findings: &[FindingView]) -> Result<String> {
    let rules: Vec<_> = CODES
        .iter()
        .map(|code| {
            json!({
                "id": code.name,
                "shortDescription": {"text": code.meaning},
                "defaultConfiguration": {"level": code.level.name()},
            })
        })
        .collect();
    let results: Vec<_> = findings.iter().map(result).collect();
    let driver = json!({
        "name": "loket",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    pretty::pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }))
}

fn result(finding: &FindingView) -> serde_json::Value {
    let text = match &finding.hint {
        Some(hint) => format!("{}\n{hint}", finding.message),
        None => finding.message.clone(),
    };
    json!({
        "ruleId": finding.code,
        "level": finding.level,
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(&finding.path)},
            "region": {"startLine": finding.line, "startColumn": finding.column},
        }}],
    })
}

/// A path as a relative reference (RFC 3986): what may not stand in one is escaped.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
