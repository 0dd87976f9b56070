//! A process's own file in the directory of the outbox, and those that the dead have left there.
//!
//! Each process has a file of its own, so that several may share a directory, and holds its lock
//! for as long as it lives: the system lets go of it however the process ends. The lock is on a
//! file beside it that is never replaced.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::record::{self, Contents, Report};

/// So many processes may share a directory.
const MOST: u32 = 64;

/// A place in the directory, this process's own until it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    /// Where the reports stand.
    pub path: PathBuf,
    _lock: File,
}

/// What was found in the directory.
#[derive(Debug)]
pub(super) struct Found {
    /// This process's own place.
    pub slot: Slot,
    /// Others' places, whose reports are among those found; their files go once all reports stand
    /// in the own one.
    pub taken_over: Vec<Slot>,
    /// All that waits for this store, from whichever process.
    pub reports: Vec<Report>,
}

/// Looks for a place in the directory, which is created where it is missing.
pub(super) fn find(directory: &Path, store: &str) -> io::Result<Found> {
    fs::create_dir_all(directory)?;
    let mut own = None;
    let mut taken_over = Vec::new();
    let mut files = Vec::new();
    for number in 1..=MOST {
        let lock = directory.join(format!("outbox-{number}.lock"));
        if own.is_some() && !lock.exists() {
            break;
        }
        let Some(lock) = locked(&lock)? else {
            continue;
        };
        let slot = Slot {
            path: directory.join(format!("outbox-{number}.jsonl")),
            _lock: lock,
        };
        let contents = contents(&slot.path)?;
        let is_for_another = contents.store.as_ref().is_some_and(|of| of != store);
        if is_for_another && !contents.reports.is_empty() {
            tracing::warn!(
                file = %slot.path.display(),
                reports = contents.reports.len(),
                store = contents.store,
                "status reports wait here for another store; a writer to that one takes them over"
            );
            continue;
        }
        set_aside_unreadable(&slot.path, &contents)?;
        let is_there = contents.store.is_some();
        files.push(contents.reports);
        if own.is_none() {
            own = Some(slot);
        } else if is_there {
            taken_over.push(slot);
        }
    }
    let slot = own.ok_or_else(|| {
        io::Error::other(format!(
            "{MOST} other processes use it or wait for other stores"
        ))
    })?;
    Ok(Found {
        slot,
        reports: record::merged(files),
        taken_over,
    })
}

/// The file with its lock; nothing where another process has it.
fn locked(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn contents(path: &Path) -> io::Result<Contents> {
    match fs::read(path) {
        Ok(file) => Ok(record::read(&file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Contents::default()),
        Err(error) => Err(error),
    }
}

/// Keeps a copy of a file of which this version can't read all: it will be written anew.
fn set_aside_unreadable(path: &Path, contents: &Contents) -> io::Result<()> {
    if contents.unreadable == 0 {
        return Ok(());
    }
    let mut copies = (1..=u32::MAX).map(|n| path.with_extension(format!("unreadable-{n}")));
    if let Some(copy) = copies.find(|copy| !copy.exists()) {
        fs::copy(path, &copy)?;
        tracing::error!(
            lines = contents.unreadable,
            copy = %copy.display(),
            "lines of the outbox can't be read; the file is set aside, the others are taken"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use status_model::{
        Timestamp,
        change::{Change, StartSession},
    };

    use super::*;

    fn report(name: &str, millis: i64) -> Report {
        Report {
            session_id: name.parse().unwrap(),
            at: Timestamp::from_unix_millis(millis),
            change: Change::Start(StartSession::default()),
        }
    }

    fn leave(slot: &Slot, store: &str, report: &Report) {
        let mut file = File::create(&slot.path).unwrap();
        let text = record::header(store) + &record::keep(1, report);
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn each_process_has_a_file_of_its_own_and_the_next_takes_over_what_the_dead_left() {
        let directory = tempfile::tempdir().unwrap();
        let find = || find(directory.path(), "s").unwrap();
        let (first, second) = (find(), find());
        assert_ne!(first.slot.path, second.slot.path);
        leave(&first.slot, "s", &report("a", 2));
        leave(&second.slot, "s", &report("b", 1));
        let second_path = second.slot.path.clone();

        // The first is still alive.
        drop(second);
        let third = find();
        assert_eq!(third.slot.path, second_path);
        assert_eq!(third.reports, [report("b", 1)]);
        assert!(third.taken_over.is_empty());
        drop((first, third));

        let last = find();
        assert_eq!(last.reports, [report("b", 1), report("a", 2)]);
        assert_eq!(last.taken_over[0].path, second_path);
    }

    #[test]
    fn what_waits_for_another_store_is_left_where_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let first = find(directory.path(), "old").unwrap();
        leave(&first.slot, "old", &report("a", 1));
        drop(first);
        let other = find(directory.path(), "new").unwrap();
        assert!(other.reports.is_empty());
        drop(other);
        let again = find(directory.path(), "old").unwrap();
        assert_eq!(again.reports, [report("a", 1)]);
    }

    #[test]
    fn what_can_not_be_read_is_set_aside() {
        let directory = tempfile::tempdir().unwrap();
        let first = find(directory.path(), "s").unwrap();
        let path = first.slot.path.clone();
        let text = record::header("s") + "of the future\n" + &record::keep(1, &report("a", 1));
        fs::write(&path, &text).unwrap();
        drop(first);
        let again = find(directory.path(), "s").unwrap();
        assert_eq!(again.reports, [report("a", 1)]);
        let copy = path.with_extension("unreadable-1");
        assert_eq!(fs::read_to_string(copy).unwrap(), text);
    }
}
