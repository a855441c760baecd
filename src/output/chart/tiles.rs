//! A panel of large single values.

use super::canvas::{Anchor, Area, Drawn, font, rect, text};
use super::frame::HEAD;
use super::ink::Ink;
use super::panel::Tile;
use super::text::cut;

/// The least a tile is wide, in pixels.
const WIDTH: f64 = 136.0;
const HEIGHT: f64 = 84.0;
const GAP: f64 = 12.0;
const INSET: f64 = 12.0;

fn columns(width: f64) -> usize {
    (((width + GAP) / (WIDTH + GAP)) as usize).max(1)
}

/// The height of so many tiles on so many pixels.
pub(super) fn height(tiles: usize, width: f64) -> f64 {
    tiles.div_ceil(columns(width)) as f64 * (HEIGHT + GAP)
}

pub(super) fn draw(area: &Area<'_>, tiles: &[Tile], width: f64) -> Drawn {
    let columns = columns(width).min(tiles.len().max(1));
    let each = ((width + GAP) / columns as f64 - GAP).min(2.0 * WIDTH);
    for (at, tile) in tiles.iter().enumerate() {
        let x = (at % columns) as f64 * (each + GAP);
        let y = HEAD + (at / columns) as f64 * (HEIGHT + GAP);
        rect(area, Ink::Tile, (x, y), (x + each, y + HEIGHT))?;
        for (words, size, ink, bold, down) in [
            (&tile.label, 12.0, Ink::Muted, false, 18.0),
            (&tile.value, 24.0, Ink::Text, true, 44.0),
            (&tile.more, 11.0, Ink::Muted, false, 69.0),
        ] {
            let shown = cut(words, each - 2.0 * INSET, size);
            text(area, &shown, &font(size, ink, bold), Anchor::Left, (x + INSET, y + down))?;
        }
    }
    Ok(())
}
