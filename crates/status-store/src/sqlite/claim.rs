//! The claim on a file: one server at a time has it.
//!
//! Every other program may have the file open beside it. Two servers would each tell only their
//! own viewers at once of what is written through them, and each take documents as if no other
//! did; whoever starts a second one has mistaken the file or forgotten the first.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process,
};

use super::{OpenError, connection};

/// One server's claim on the file of a store, until it is dropped or its process ends, however
/// that ends: the system keeps it as a lock on a file beside the store's, which stays.
#[derive(Debug)]
pub struct Claim {
    _lock: File,
}

impl Claim {
    /// Claims the file, which need not be there yet; the directories above it are created.
    ///
    /// # Errors
    /// [`OpenError::Served`] where another process has claimed it, under whatever name.
    pub fn take(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        connection::create_directory(path)?;
        let failed = |source| OpenError::Lock {
            path: path.to_owned(),
            source,
        };
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(beside(path).map_err(failed)?)
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Served {
                    path: path.to_owned(),
                    by: holder(&mut lock),
                });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // For the one that is refused; the claim stands without it too.
        let _ = lock
            .set_len(0)
            .and_then(|()| write!(lock, "{}", process::id()));
        Ok(Self { _lock: lock })
    }
}

/// The same for all names of a file, so that a link leads to the same claim.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let file = path.canonicalize().or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let directory = path.parent().filter(|d| !d.as_os_str().is_empty());
            let directory = directory.unwrap_or(Path::new(".")).canonicalize()?;
            Ok(directory.join(path.file_name().unwrap_or_default()))
        }
        _ => Err(error),
    })?;
    let mut name = file.into_os_string();
    name.push(".lock");
    Ok(name.into())
}

/// Whose claim it is, in words. Between its claim and its name there is a moment.
fn holder(lock: &mut File) -> String {
    let mut id = String::new();
    let read = lock.take(16).read_to_string(&mut id);
    match read {
        Ok(1..) if id.bytes().all(|byte| byte.is_ascii_digit()) => format!("process {id}"),
        _ => "another process".to_owned(),
    }
}
