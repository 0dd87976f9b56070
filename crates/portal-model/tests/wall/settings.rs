//! Is the address read, and written as it is read?

use portal_model::wall_settings::{Theme, WallSettings, ZoneName};
use status_model::SourceType;

fn problems(query: &str) -> Vec<String> {
    WallSettings::parse(query).1
}

#[test]
fn all_settings_stand_in_the_address() {
    let query = "?source=bank&rows=3&theme=light&zone=local&sound=on";
    let (settings, problems) = WallSettings::parse(query);
    let expected = WallSettings {
        source: Some(SourceType::Bank),
        rows: Some(3),
        theme: Some(Theme::Light),
        zone: ZoneName::Local,
        sound: true,
    };
    assert_eq!((&settings, problems), (&expected, vec![]));
    assert_eq!(settings.to_string(), query);
    assert_eq!(
        settings.overview_path(),
        "/api/workflow/overview?sourceType=BANK"
    );
}

#[test]
fn what_is_not_named_is_as_usual() {
    for query in ["", "?", "source=&rows=", "?source=all&zone=utc&sound=off"] {
        let (settings, problems) = WallSettings::parse(query);
        assert_eq!((settings, problems), (WallSettings::default(), vec![]));
    }
    let usual = WallSettings::default();
    assert_eq!(usual.to_string(), "");
    assert_eq!(usual.overview_path(), "/api/workflow/overview");
}

#[test]
fn upper_and_lower_case_are_the_same() {
    let (settings, _) = WallSettings::parse("?source=COUNTERPARTY&theme=Dark");
    assert_eq!(settings.to_string(), "?source=counterparty&theme=dark");
}

#[test]
fn what_is_wrong_is_named_and_the_rest_holds() {
    for (query, said) in [
        (
            "source=banks",
            "Setting source: it is bank, counterparty or all.",
        ),
        ("rows=0", "Setting rows: it is a number from 1 to 8."),
        ("rows=9", "Setting rows: it is a number from 1 to 8."),
        ("rows=300", "Setting rows: it is a number from 1 to 8."),
        ("theme=blue", "Setting theme: it is light or dark."),
        ("zone=CET", "Setting zone: it is utc or local."),
        ("sound=loud", "Setting sound: it is on or off."),
        (
            "sorce=bank",
            "Setting sorce: there are source, rows, theme, zone and sound only.",
        ),
    ] {
        assert_eq!(problems(query), [said]);
    }
    let (settings, problems) = WallSettings::parse("rows=x&sound=on&%=1");
    assert!(settings.sound && settings.rows.is_none());
    assert_eq!(problems.len(), 2);
}
