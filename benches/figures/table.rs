//! The figures as one table, for people (markdown) and for programs (JSON).

use crate::measure::{Row, Unit};
use crate::target::Target;

pub fn render_markdown(rows: &[Row]) -> String {
    let mut lines = vec![["figure", "median", "least–most", "against", "must reach", ""].map(str::to_owned)];
    lines.extend(rows.iter().map(cells));
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut text = String::new();
    for (place, line) in lines.iter().enumerate() {
        text.push_str(&render_line(line, &widths));
        if place == 0 {
            text.push_str(&render_line(&widths.map(|width| "-".repeat(width.max(1))), &widths));
        }
    }
    text
}

fn render_line(cells: &[String; 6], widths: &[usize; 6]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, width)| format!("| {cell:width$} "));
    format!("{}|\n", padded.collect::<String>())
}

fn cells(row: &Row) -> [String; 6] {
    let target = row.target.map(|target| render_target(target, row.unit)).unwrap_or_default();
    if let Some(failure) = &row.failure {
        return [row.name.clone(), "failed".into(), String::new(), failure.replace('|', "\\|"), target, String::new()];
    }
    let middle = row.median().unwrap_or_default();
    let least = row.values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = row.values.iter().copied().fold(0.0, f64::max);
    let ratios: Vec<String> = row.ratios.iter().map(|(name, ratio)| format!("{} × {name}", factor(*ratio))).collect();
    let verdict = match row.met() {
        Some(true) => "ok",
        Some(false) => "MISSED",
        None => "",
    };
    let unit = unit_name(row.unit);
    let spread = format!("{}–{}", number(least), number(most));
    [row.name.clone(), format!("{} {unit}", number(middle)), spread, ratios.join(", "), target, verdict.into()]
}

fn render_target(target: Target, unit: Unit) -> String {
    match target {
        Target::AtMost(bound) => format!("≤ {bound} {}", unit_name(unit)),
        Target::AtLeast(bound) => format!("≥ {bound} {}", unit_name(unit)),
        Target::RatioAtMost(bound) => format!("≤ {bound} ×"),
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Milliseconds => "ms",
        Unit::Megabytes => "MB",
        Unit::PerSecond => "/s",
        Unit::Ratio => "x",
    }
}

fn number(value: f64) -> String {
    if value < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// A ratio to two places that count.
fn factor(ratio: f64) -> String {
    match ratio {
        small if small < 0.1 => format!("{small:.4}"),
        usual if usual < 10.0 => format!("{usual:.2}"),
        large => format!("{large:.0}"),
    }
}

pub fn render_json(rows: &[Row]) -> String {
    let objects: Vec<String> = rows.iter().map(json_object).collect();
    format!("[\n{}\n]\n", objects.join(",\n"))
}

fn json_object(row: &Row) -> String {
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    let maybe = |value: Option<String>| value.unwrap_or_else(|| "null".to_owned());
    let ratio = |(name, ratio): &(String, f64)| format!("{{\"against\": {}, \"ratio\": {ratio:.4}}}", json_text(name));
    let target = row.target.map(|target| json_text(&render_target(target, row.unit)));
    let members = [
        ("figure", json_text(&row.name)),
        ("unit", json_text(unit_name(row.unit))),
        ("median", maybe(row.median().map(|value| format!("{value:.3}")))),
        ("values", list(row.values.iter().map(|value| format!("{value:.3}")).collect())),
        ("ratios", list(row.ratios.iter().map(ratio).collect())),
        ("target", maybe(target)),
        ("met", maybe(row.met().map(|met| met.to_string()))),
        ("failure", maybe(row.failure.as_deref().map(json_text))),
    ];
    format!("  {{{}}}", members.map(|(name, value)| format!("\"{name}\": {value}")).join(", "))
}

fn json_text(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", control as u32)),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
