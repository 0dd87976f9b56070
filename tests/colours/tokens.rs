//! The colours of `style/tokens.css`.

use std::collections::HashMap;

use super::colour::Colour;

#[derive(Clone, Copy, Debug)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub const BOTH: [Self; 2] = [Self::Light, Self::Dark];
}

/// Each colour by its name without dashes, light and dark.
pub struct Tokens(HashMap<&'static str, [Colour; 2]>);

const MORE_CONTRAST: &str = "@media (prefers-contrast: more)";
const SHEET: &str = include_str!("../../style/tokens.css");

impl Tokens {
    pub fn read() -> Self {
        let (usual, _) = SHEET.split_once(MORE_CONTRAST).unwrap();
        Self(usual.lines().filter_map(colours).collect())
    }

    /// For who prefers more contrast.
    pub fn with_more_contrast() -> Self {
        // What comes later in the sheet replaces what came before.
        Self(SHEET.lines().filter_map(colours).collect())
    }

    pub fn colour(&self, name: &str, theme: Theme) -> Colour {
        let [light, dark] = self
            .0
            .get(name)
            .unwrap_or_else(|| panic!("style/tokens.css has no --{name}: light-dark(#…, #…)"));
        match theme {
            Theme::Light => *light,
            Theme::Dark => *dark,
        }
    }
}

/// The name and colours of a line such as `--page: light-dark(#f6f7f9, #0d1117);`.
fn colours(line: &'static str) -> Option<(&'static str, [Colour; 2])> {
    let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
    let (light, dark) = value
        .strip_prefix("light-dark(")?
        .strip_suffix(");")?
        .split_once(", ")?;
    Some((name, [Colour::parse(light)?, Colour::parse(dark)?]))
}
