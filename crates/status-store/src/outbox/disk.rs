//! The outbox's file: appended to, and written anew where most of it is dealt with.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
    time::{Duration, Instant},
};

use super::{
    record::{self, Report},
    slot::{self, Slot},
};

/// A file that is no longer is not written anew: it costs nothing.
const SMALL: u64 = 1024 * 1024;
/// How long a disk that failed is left alone.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is to be written.
pub(super) enum Work {
    /// These lines, behind the others.
    Append(String),
    /// These lines alone.
    Replace(String),
    /// Nothing is left to be kept.
    Clear,
}

/// Where reports are written.
#[derive(Debug)]
pub(super) struct Disk {
    header: String,
    /// Nothing where the directory could not be used from the start.
    slot: Option<Slot>,
    /// Others' places, whose reports have not been written into the own file yet.
    taken_over: Vec<Slot>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Open, and so long.
    Works(File, u64),
    /// Not before this time.
    Failed(Instant),
}

impl Disk {
    /// The place in this directory, and what waits in it. What goes wrong is logged, and the
    /// disk then counts as failed.
    pub fn open(directory: &Path, store: &str) -> (Self, Vec<Report>) {
        let mut disk = Self {
            header: record::header(store),
            slot: None,
            taken_over: Vec::new(),
            state: State::Failed(Instant::now()),
        };
        match slot::find(directory, store) {
            Ok(found) => {
                let numbered = (1..).zip(&found.reports);
                let lines = numbered.map(|(number, report)| record::keep(number, report));
                let lines = lines.collect();
                disk.slot = Some(found.slot);
                disk.taken_over = found.taken_over;
                disk.write(Work::Replace(lines));
                (disk, found.reports)
            }
            Err(error) => {
                tracing::error!(
                    directory = %directory.display(),
                    %error,
                    "the outbox can't be used: while the store is away, status reports are kept \
                     in memory alone"
                );
                (disk, Vec::new())
            }
        }
    }

    /// Does it take anything?
    pub const fn works(&self) -> bool {
        matches!(self.state, State::Works(..))
    }

    /// Is it better written anew than appended to, where so many bytes are still to be kept?
    pub fn wants_replacing(&self, bytes: usize) -> bool {
        match (&self.state, &self.slot) {
            (State::Works(_, length), _) => {
                *length > SMALL && *length / 4 > u64::try_from(bytes).unwrap_or(u64::MAX)
            }
            (State::Failed(until), Some(_)) => Instant::now() >= *until,
            _ => false,
        }
    }

    /// Writes, and returns once it is on the disk, or has failed: that is logged once.
    pub fn write(&mut self, work: Work) {
        let Some(slot) = &self.slot else {
            return;
        };
        let result = match (&mut self.state, work) {
            (State::Works(file, length), Work::Append(text)) => append(file, length, &text),
            (State::Works(file, length), Work::Clear) => {
                cut(file, length, self.header.len() as u64)
            }
            (state, Work::Replace(text)) => replaced(&slot.path, &(self.header.clone() + &text))
                .map(|new| {
                    *state = new;
                    remove(&mut self.taken_over);
                }),
            // Written anew once it is looked at again.
            (State::Failed(_), Work::Append(_) | Work::Clear) => return,
        };
        if let Err(error) = result {
            tracing::error!(
                file = %slot.path.display(),
                %error,
                "the outbox can't be written: until it can, status reports are kept in memory alone"
            );
            self.state = State::Failed(Instant::now() + PATIENCE);
        }
    }
}

/// What they hold stands elsewhere now. A file that can't be removed would be read again by the
/// next process, which finds each of its reports twice and takes it once.
fn remove(taken_over: &mut Vec<Slot>) {
    for slot in taken_over.drain(..) {
        if let Err(error) = fs::remove_file(&slot.path) {
            tracing::warn!(file = %slot.path.display(), %error, "a file is left over");
        }
    }
}

fn append(file: &mut File, length: &mut u64, text: &str) -> io::Result<()> {
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_data());
    match written {
        Ok(()) => {
            *length += text.len() as u64;
            Ok(())
        }
        Err(error) => {
            // Half a line would spoil the next one; where even this fails, it is read as torn.
            let _ = file.set_len(*length);
            Err(error)
        }
    }
}

fn cut(file: &File, length: &mut u64, to: u64) -> io::Result<()> {
    if *length == to {
        return Ok(());
    }
    file.set_len(to)?;
    file.sync_data()?;
    *length = to;
    Ok(())
}

/// Puts a file with this text in the place of what was there: it is the one or the other, whatever
/// happens meanwhile.
fn replaced(path: &Path, text: &str) -> io::Result<State> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    if let Some(directory) = path.parent() {
        File::open(directory)?.sync_all()?;
    }
    // Appended to wherever its end is, so that cutting it leaves no gap.
    let file = OpenOptions::new().append(true).open(path)?;
    Ok(State::Works(file, text.len() as u64))
}

#[cfg(test)]
mod tests {
    use status_model::{
        Timestamp,
        change::{Change, StartSession},
    };

    use super::*;

    fn line(number: u64) -> String {
        record::keep(
            number,
            &Report {
                session_id: "s".parse().unwrap(),
                at: Timestamp::from_unix_millis(number.try_into().unwrap()),
                change: Change::Start(StartSession::default()),
            },
        )
    }

    fn kept(directory: &Path) -> usize {
        Disk::open(directory, "store").1.len()
    }

    #[test]
    fn what_is_appended_is_there_again_and_what_is_cleared_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let (mut disk, reports) = Disk::open(directory.path(), "store");
        assert!(disk.works() && reports.is_empty());
        disk.write(Work::Append(line(1) + &line(2)));
        disk.write(Work::Append(record::done(vec![1])));
        drop(disk);
        assert_eq!(kept(directory.path()), 1);
        let (mut disk, _) = Disk::open(directory.path(), "store");
        disk.write(Work::Clear);
        disk.write(Work::Append(line(7)));
        drop(disk);
        assert_eq!(kept(directory.path()), 1);
    }

    #[test]
    fn a_long_file_of_which_little_is_left_is_written_anew() {
        let directory = tempfile::tempdir().unwrap();
        let (mut disk, _) = Disk::open(directory.path(), "store");
        assert!(!disk.wants_replacing(0));
        let lines: String = (0..20_000).map(line).collect();
        assert!(lines.len() as u64 > SMALL);
        disk.write(Work::Append(lines));
        assert!(disk.wants_replacing(100) && !disk.wants_replacing(1_000_000));
        disk.write(Work::Replace(line(5)));
        assert!(!disk.wants_replacing(100));
        drop(disk);
        assert_eq!(kept(directory.path()), 1);
    }

    #[test]
    fn a_full_disk_is_looked_at_again() {
        let directory = tempfile::tempdir().unwrap();
        let (mut disk, _) = Disk::open(directory.path(), "store");
        let full = OpenOptions::new().append(true).open("/dev/full").unwrap();
        disk.state = State::Works(full, 0);
        disk.write(Work::Append(line(1)));
        assert!(!disk.works() && !disk.wants_replacing(0), "not at once");
        disk.write(Work::Append(line(2)));

        disk.state = State::Failed(Instant::now());
        assert!(disk.wants_replacing(0));
        disk.write(Work::Replace(line(1) + &line(2)));
        assert!(disk.works());
        drop(disk);
        assert_eq!(kept(directory.path()), 2);
    }

    #[test]
    fn a_directory_that_can_not_be_made_is_no_failure() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        let (mut disk, reports) = Disk::open(&file.join("below"), "store");
        assert!(!disk.works() && reports.is_empty());
        disk.write(Work::Append(line(1)));
        disk.write(Work::Clear);
        assert!(!disk.works() && !disk.wants_replacing(0));
    }
}
