//! The access file, as a running server and the command `token` use it at the same time.

#![cfg(test)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use access::{
    AccessFile, FileError, Identity, OpenError, Permission, Person, Register, Role, Share, Token,
    TokenText,
};
use status_model::{Seconds, Timestamp};
use tempfile::TempDir;

const MINUTE: Seconds = Seconds::from_secs(60);

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_795_336_260_000)
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("access.db")
    }

    fn register(&self) -> Register {
        Register::open(&self.path(), now(), &mut rand::rng()).unwrap()
    }

    fn file(&self) -> AccessFile {
        AccessFile::open(&self.path(), &mut rand::rng()).unwrap()
    }

    /// As another process makes it.
    fn token(&self, name: &str, role: Role, expires_at: Option<Timestamp>) -> (Token, TokenText) {
        let name = name.parse().unwrap();
        let (token, text) = Token::new(name, role, expires_at, now(), &mut rand::rng());
        self.file().add_token(&token).unwrap();
        (token, text)
    }
}

fn person() -> Person {
    Person {
        subject: "ada".to_owned(),
        name: "Ada".to_owned(),
        role: Role::Viewer,
        expires_at: now() + MINUTE,
    }
}

fn share(id: &str, length: Seconds) -> Share {
    let by = ("person:ada".to_owned(), "Ada".to_owned());
    let session = id.parse().unwrap();
    Share::new(session, false, by, (now(), length), &mut rand::rng())
}

#[test]
fn a_token_that_another_process_makes_or_revokes_is_known_at_the_next_look() {
    let place = Place::new();
    let register = place.register();
    let (token, text) = place.token("ci", Role::Writer, None);
    assert_eq!(register.token(&text.text(), now()), None, "not looked yet");
    register.refresh(now()).unwrap();
    let known = register.token(&text.text(), now()).unwrap();
    assert!(known.may(Permission::ReportStatus) && !known.may(Permission::ReadSessions));

    let revoked = place.file().revoke_token("ci", now()).unwrap().unwrap();
    assert_eq!(revoked.id, token.id);
    register.refresh(now()).unwrap();
    assert_eq!(register.token(&text.text(), now()), None);
}

#[test]
fn a_token_lets_nobody_in_with_another_secret_or_after_its_time() {
    let place = Place::new();
    let until = now() + MINUTE;
    let (_, text) = place.token("ci", Role::Operator, Some(until));
    let (_, other) = place.token("other", Role::Operator, None);
    let register = place.register();
    assert!(register.token(&text.text(), now()).is_some());
    assert_eq!(register.token(&text.text(), until), None);
    let mixed = TokenText {
        id: text.id,
        secret: other.secret,
    };
    assert_eq!(register.token(&mixed.text(), now()), None);
    let unknown = TokenText {
        id: "0123456789abcdef".parse().unwrap(),
        ..mixed
    };
    assert_eq!(register.token(&unknown.text(), now()), None);
}

#[test]
fn no_secret_stands_in_the_file() {
    let place = Place::new();
    let (_, text) = place.token("ci", Role::Operator, None);
    let register = place.register();
    let cookie = register
        .sign_in(&person(), now(), &mut rand::rng())
        .unwrap()
        .text();
    for entry in fs::read_dir(place.0.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for secret in [text.secret.text(), cookie.clone()] {
            let secret = secret.as_bytes();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
    }
}

#[test]
fn a_displays_cookie_takes_a_displays_token_and_no_other() {
    let place = Place::new();
    let (_, wall) = place.token("wall-1", Role::Display, None);
    let (_, operator) = place.token("ops", Role::Operator, None);
    let register = place.register();
    assert!(register.display(&wall.text(), now()).is_some());
    assert_eq!(register.display(&operator.text(), now()), None);
}

#[test]
fn a_name_stands_for_one_good_token_and_is_free_again_once_that_is_revoked() {
    let place = Place::new();
    let (first, _) = place.token("ci", Role::Writer, None);
    let file = place.file();
    let again = || {
        let name = "ci".parse().unwrap();
        Token::new(name, Role::Viewer, None, now(), &mut rand::rng()).0
    };
    assert!(matches!(
        file.add_token(&again()),
        Err(FileError::NameTaken)
    ));
    assert!(file.revoke_token("ci", now()).unwrap().is_some());
    assert!(file.revoke_token("ci", now()).unwrap().is_none());
    file.add_token(&again()).unwrap();
    let later = now() + MINUTE;
    let id = first.id.to_string();
    assert!(file.revoke_token(&id, later).unwrap().is_some());
    let tokens = file.tokens().unwrap();
    let first = tokens.iter().find(|token| token.id == first.id).unwrap();
    assert_eq!(first.revoked_at, Some(now()), "revoked once");
    assert_eq!(tokens.len(), 2);
}

#[test]
fn the_first_use_of_a_token_is_noted_at_once_and_then_one_a_minute() {
    let place = Place::new();
    let (_, text) = place.token("ci", Role::Writer, None);
    let register = place.register();
    let noted = || {
        register.refresh(now()).unwrap();
        place.file().tokens().unwrap()[0].last_used_at
    };
    assert_eq!(noted(), None);
    let soon = now() + Seconds::from_secs(59);
    for (used, expected) in [
        (now(), now()),
        (soon, now()),
        (now() + MINUTE, now() + MINUTE),
    ] {
        assert!(register.token(&text.text(), used).is_some());
        assert_eq!(noted(), Some(expected));
    }
}

#[test]
fn a_person_is_known_until_they_sign_out_or_their_time_is_over() {
    let place = Place::new();
    let register = place.register();
    let secret = register
        .sign_in(&person(), now(), &mut rand::rng())
        .unwrap();
    let known = |register: &Register, at| register.person(&secret.text(), at);
    assert!(known(&register, now()).unwrap().may(Permission::Share));
    assert!(known(&place.register(), now()).is_some(), "after a restart");
    assert_eq!(known(&register, now() + MINUTE), None);
    register.sign_out("nonsense", now()).unwrap();
    assert!(known(&register, now()).is_some());
    register.sign_out(&secret.text(), now()).unwrap();
    assert_eq!(known(&register, now()), None);
    assert_eq!(known(&place.register(), now()), None);
}

#[test]
fn a_link_opens_its_session_until_it_is_revoked_or_its_time_is_over() {
    let place = Place::new();
    let register = place.register();
    let share = share("s-1", MINUTE);
    let link = share.link(register.key());
    assert_eq!(register.share(&link, now()), None, "not kept yet");
    register.add_share(&share, now()).unwrap();
    let known = register.share(&link, now()).unwrap();
    let other = "s-2".parse().unwrap();
    assert!(known.may_with(Permission::ReadSessions, &share.session_id));
    for permission in Permission::ALL {
        assert!(!known.may(permission) && !known.may_with(permission, &other));
    }
    assert!(!known.may_with(Permission::ReportStatus, &share.session_id));
    assert!(place.register().share(&link, now()).is_some());
    assert_eq!(register.share(&link, now() + MINUTE), None);
    register.revoke_share(share.id, now()).unwrap();
    assert_eq!(register.share(&link, now()), None);
    assert_eq!(place.register().share(&link, now()), None);
}

#[test]
fn a_link_of_another_file_opens_nothing() {
    let (one, other) = (Place::new(), Place::new());
    let share = share("s-1", MINUTE);
    let register = one.register();
    register.add_share(&share, now()).unwrap();
    let forged = share.link(other.register().key());
    assert_eq!(register.share(&forged, now()), None);
}

#[test]
fn what_is_over_is_removed_and_what_is_not_stays() {
    let place = Place::new();
    let register = place.register();
    let (short, long) = (
        share("short", MINUTE),
        share("long", Seconds::from_secs(600)),
    );
    for share in [&short, &long] {
        register.add_share(share, now()).unwrap();
    }
    register
        .sign_in(&person(), now(), &mut rand::rng())
        .unwrap();
    register.purge(now() + MINUTE).unwrap();
    let left = register.shares(|_| true, now());
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, long.id);
}

#[test]
fn what_could_not_be_looked_at_for_a_minute_is_not_believed() {
    let place = Place::new();
    let register = place.register();
    let later = now() + MINUTE + Seconds::from_millis(1);
    assert!(!register.is_out_of_date(now() + MINUTE));
    assert!(register.is_out_of_date(later));
    register.refresh(later).unwrap();
    assert!(!register.is_out_of_date(later));
}

#[test]
fn the_file_is_its_owners_alone() {
    let place = Place::new();
    let (_, _) = place.token("ci", Role::Viewer, None);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let _open = place.register();
    for entry in fs::read_dir(place.0.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o640)).unwrap();
    let refused = AccessFile::open(&place.path(), &mut rand::rng()).err();
    let refused = refused.unwrap();
    assert!(matches!(refused, OpenError::Exposed { mode: 0o640, .. }));
    assert!(refused.to_string().contains("chmod 600"));
}

#[test]
fn a_file_of_another_kind_is_left_alone() {
    let place = Place::new();
    let make = |bytes: &[u8]| {
        fs::write(place.path(), bytes).unwrap();
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o600)).unwrap();
    };
    make(&b"no database, and longer than the header of one is. ".repeat(9));
    let open = || AccessFile::open(&place.path(), &mut rand::rng()).err();
    assert!(matches!(open(), Some(OpenError::Other { .. })));
    make(b"");
    let other = rusqlite::Connection::open(place.path()).unwrap();
    other
        .execute_batch("CREATE TABLE session (id TEXT)")
        .unwrap();
    assert!(matches!(open(), Some(OpenError::Other { .. })));
    let missing = place.0.path().join("missing.db");
    let refused = AccessFile::open_existing(&missing, &mut rand::rng()).err();
    assert!(matches!(refused, Some(OpenError::Missing { .. })));
    assert!(!missing.exists());
}

#[test]
fn whoever_shares_is_found_by_what_stays_the_same() {
    let place = Place::new();
    let (token, text) = place.token("ci", Role::Viewer, None);
    let register = place.register();
    let known = register.token(&text.text(), now()).unwrap();
    assert_eq!(known.key(), format!("token:{}", token.id));
    assert_eq!(known.to_string(), "token:ci");
    assert_eq!(Identity::Loopback.to_string(), "loopback");
}
