//! Style sheet and script of the pages, with the desk's colours in them.

use crate::domain::portal::Color;

const STYLE: &str = include_str!("assets/portal.css");
pub const SCRIPT: &str = include_str!("assets/portal.js");

/// The grounds of pages in light and dark, as `portal.css` has them; what is read on them has to stand out.
const LIGHT: Color = Color { red: 0xf4, green: 0xf6, blue: 0xf9 };
const DARK: Color = Color { red: 0x1a, green: 0x20, blue: 0x28 };

/// The style sheet in a colour, which is made lighter or darker where it could not be read.
pub fn style(color: Color) -> String {
    let (button, on_button) = match color.contrast(Color::WHITE) >= 4.5 {
        true => (color, Color::WHITE),
        false => (color.readable(Color::BLACK, Color::WHITE), Color::BLACK),
    };
    // Links also stand on what is tinted with the colour.
    let tinted = |ground: Color| {
        let part = |own: u8, over: u8| ((u16::from(own) * 86 + u16::from(over) * 14) / 100) as u8;
        Color {
            red: part(ground.red, button.red),
            green: part(ground.green, button.green),
            blue: part(ground.blue, button.blue),
        }
    };
    STYLE
        .replace("ACCENT_LIGHT", &color.readable(tinted(LIGHT), Color::BLACK).to_string())
        .replace("ACCENT_DARK", &color.readable(tinted(DARK), Color::WHITE).to_string())
        .replace("ON_BUTTON", &on_button.to_string())
        .replace("BUTTON", &button.to_string())
}

/// A picture for the browser's own list of pages: a speech bubble in the desk's colour.
pub fn icon(color: Color) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><path fill=\"{color}\" d=\"M6 4h20a4 4 0 0 1 4 \
         4v12a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z\"/></svg>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read() {
        for color in ["#1d5fa8", "#ffee00", "#ffffff", "#000000", "#ff0000", "#00ff88"] {
            let style = style(Color::parse(color).unwrap());
            assert!(!style.contains("BUTTON") && !style.contains("ACCENT_"), "{color}");
            let value = |name: &str, last: bool| {
                let places: Vec<&str> = style.split(name).skip(1).collect();
                let place = if last { places[places.len() - 1] } else { places[0] };
                Color::parse(place.trim_start().split(';').next().unwrap()).unwrap()
            };
            assert!(value("--accent:", false).contrast(LIGHT) >= 4.5, "{color}");
            assert!(value("--accent:", true).contrast(DARK) >= 4.5, "{color}");
            assert!(value("--button:", false).contrast(value("--on-button:", false)) >= 4.5, "{color}");
        }
    }
}
