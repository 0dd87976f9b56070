//! A wall display's settings, all of which stand in its address.
//!
//! As in `/wall?source=bank&rows=3&theme=dark&zone=local&sound=on`. What is not named is as usual;
//! what can't be read is named on the wall, which shows itself all the same.

use std::fmt;

use status_model::SourceType;

/// The most rows of tiles.
pub const MAX_ROWS: u8 = 8;

/// What somebody has chosen for a wall.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WallSettings {
    /// Whose documents; nothing: all.
    pub source: Option<SourceType>,
    /// How many rows of tiles, 1 to [`MAX_ROWS`]; nothing: as many as can be read from afar.
    pub rows: Option<u8>,
    /// Light or dark; nothing: dark.
    pub theme: Option<Theme>,
    /// The zone that times are written in.
    pub zone: ZoneName,
    /// Does a new failure make a sound?
    pub sound: bool,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A zone by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZoneName {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// That of the machine which the wall hangs on.
    Local,
}

impl WallSettings {
    /// Reads an address's query, with or without its `?`; beside the settings what is wrong with
    /// it, each in a sentence.
    #[must_use]
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        let mut settings = Self::default();
        let mut problems = Vec::new();
        let query = query.strip_prefix('?').unwrap_or(query);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !value.is_empty()
                && let Err(expected) = settings.set(name, &value.to_ascii_lowercase())
            {
                let name: String = name.chars().take(24).collect();
                problems.push(format!("Setting {name}: {expected}."));
            }
        }
        (settings, problems)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        match (name, value) {
            ("source", "bank") => self.source = Some(SourceType::Bank),
            ("source", "counterparty") => self.source = Some(SourceType::Counterparty),
            ("source", "all") => self.source = None,
            ("source", _) => return Err("it is bank, counterparty or all"),
            ("rows", _) => {
                let rows = value.parse().ok();
                let rows = rows.filter(|rows| (1..=MAX_ROWS).contains(rows));
                self.rows = Some(rows.ok_or("it is a number from 1 to 8")?);
            }
            ("theme", "light") => self.theme = Some(Theme::Light),
            ("theme", "dark") => self.theme = Some(Theme::Dark),
            ("theme", _) => return Err("it is light or dark"),
            ("zone", "utc") => self.zone = ZoneName::Utc,
            ("zone", "local") => self.zone = ZoneName::Local,
            ("zone", _) => return Err("it is utc or local"),
            ("sound", "on") => self.sound = true,
            ("sound", "off") => self.sound = false,
            ("sound", _) => return Err("it is on or off"),
            _ => return Err("there are source, rows, theme, zone and sound only"),
        }
        Ok(())
    }

    /// The call that answers what such a wall shows.
    #[must_use]
    pub fn overview_path(&self) -> String {
        let path = "/api/workflow/overview";
        match &self.source {
            Some(source) => format!("{path}?sourceType={source}"),
            None => path.to_owned(),
        }
    }
}

impl fmt::Display for WallSettings {
    /// The query with its `?`; nothing where all is as usual.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self
            .source
            .as_ref()
            .map(|source| source.as_str().to_ascii_lowercase());
        let rows = self.rows.map(|rows| rows.to_string());
        let word = |is: bool, word: &str| is.then(|| word.to_owned());
        let theme = self.theme.map(|theme| match theme {
            Theme::Light => "light".to_owned(),
            Theme::Dark => "dark".to_owned(),
        });
        let pairs = [
            ("source", source),
            ("rows", rows),
            ("theme", theme),
            ("zone", word(self.zone == ZoneName::Local, "local")),
            ("sound", word(self.sound, "on")),
        ];
        let mut sign = '?';
        for (name, value) in pairs {
            if let Some(value) = value {
                write!(f, "{sign}{name}={value}")?;
                sign = '&';
            }
        }
        Ok(())
    }
}
