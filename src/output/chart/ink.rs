//! Colours. The backend writes fixed ones; they become classes here, whose colours are CSS variables, light and dark.
//! The fixed colours stay as attributes for programs that know no variables.

use plotters::style::RGBColor;

use super::text::inert;

/// What a colour is for. The hues are told apart by people who see fewer of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Blue,
    Orange,
    Green,
    Purple,
    Text,
    Muted,
    Grid,
    Axis,
    Paper,
    Tile,
}

/// Each ink: its name, and its colour in light and dark.
const INKS: [(Ink, &str, u32, u32); 10] = [
    (Ink::Blue, "blue", 0x00_6B_A6, 0x56_B4_E9),
    (Ink::Orange, "orange", 0xD5_5E_00, 0xF0_A0_30),
    (Ink::Green, "green", 0x00_8A_65, 0x2B_C3_9A),
    (Ink::Purple, "purple", 0xA8_4C_86, 0xE4_9B_C4),
    (Ink::Text, "text", 0x1B_1F_24, 0xE6_E9_ED),
    (Ink::Muted, "muted", 0x57_60_6A, 0xA3_AD_B8),
    (Ink::Grid, "grid", 0xE1_E4_E8, 0x37_3E_47),
    (Ink::Axis, "axis", 0x8C_95_9F, 0x6B_75_80),
    (Ink::Paper, "paper", 0xFF_FF_FF, 0x1C_21_27),
    (Ink::Tile, "tile", 0xF3_F5_F7, 0x12_15_19),
];

/// The colours of series, in turn.
pub(crate) const HUES: [Ink; 4] = [Ink::Blue, Ink::Orange, Ink::Green, Ink::Purple];

impl Ink {
    /// The colour the backend draws with.
    pub(super) fn color(self) -> RGBColor {
        let light = INKS.iter().find(|(ink, ..)| *ink == self).map_or(0, |(_, _, light, _)| *light);
        let byte = |shift: u32| (light >> shift & 0xFF) as u8;
        RGBColor(byte(16), byte(8), byte(0))
    }
}

/// How the backend marks a dashed line: it has no dashes of its own, but nobody draws with this width otherwise.
pub(super) const DASHED: u32 = 21;

/// What the backend drew, with classes next to its colours and without what says nothing. It writes an element or a
/// text a line; a text never starts with `<`, which is escaped there.
pub(super) fn classed(body: &str) -> String {
    let written = |line: &str| if line.starts_with('<') { tag(line) } else { inert(line) };
    body.lines().map(written).collect::<Vec<_>>().join("\n")
}

fn tag(tag: &str) -> String {
    let mut out = tag.to_owned();
    for (verbose, short) in [
        (" opacity=\"1\"", ""),
        (" stroke=\"none\"", ""),
        (" font-family=\"sans-serif\"", ""),
        (".00000000000001\"", "\""),
        (" \"/>", "\"/>"),
    ] {
        out = out.replace(verbose, short);
    }
    for (_, name, light, _) in INKS {
        for (attribute, class) in [("fill", 'f'), ("stroke", 's')] {
            let written = format!("{attribute}=\"#{light:06X}\"");
            out = out.replace(&written, &format!("class=\"{class}-{name}\" {written}"));
        }
    }
    let dashed = format!("stroke-width=\"{DASHED}\"");
    out.replace(&dashed, &format!("{dashed} stroke-dasharray=\"60 36\""))
}

/// The variables of a scheme, as declarations.
fn variables(dark: bool) -> String {
    let variable = |&(_, name, light, darker): &(Ink, &str, u32, u32)| {
        format!("--{name}:#{:06X};", if dark { darker } else { light })
    };
    INKS.iter().map(variable).collect()
}

/// The style of charts. Several in a page have the same, so it may stand there once or with each.
pub(crate) fn style() -> String {
    let classes: String = INKS
        .iter()
        .map(|(_, name, ..)| format!(".chart .f-{name}{{fill:var(--{name})}}.chart .s-{name}{{stroke:var(--{name})}}"))
        .collect();
    let (light, dark) = (variables(false), variables(true));
    format!(
        ":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n@media print{{:root{{{light}}}}}\n\
         .chart text{{font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif}}\n\
         .chart .hint{{fill:transparent}}.chart .hint:hover{{fill:var(--muted);fill-opacity:.12}}\n{classes}\n"
    )
}
