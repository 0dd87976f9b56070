//! The files that are loaded.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::bufread::MultiGzDecoder;
use indicatif::ProgressBar;

/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const BUFFER: usize = 256 * 1024;

/// How a file is called in messages.
pub(super) fn name_of(file: &Path) -> String {
    if is_stdin(file) {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}

fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

/// How many bytes there are to be read, where that is known.
pub(super) fn total_size(files: &[PathBuf]) -> Option<u64> {
    files
        .iter()
        .map(|file| {
            let metadata = fs::metadata(file).ok().filter(fs::Metadata::is_file);
            metadata
                .filter(|_| !is_stdin(file))
                .map(|metadata| metadata.len())
        })
        .sum()
}

/// A file's text, unpacked where it is packed. The bar counts what is read of the file itself.
pub(super) fn open(file: &Path, bytes: &ProgressBar) -> io::Result<Box<dyn BufRead>> {
    let raw: Box<dyn Read> = if is_stdin(file) {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file)?)
    };
    unpacked(bytes.wrap_read(raw))
}

fn unpacked(raw: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut input = BufReader::with_capacity(BUFFER, raw);
    // A pipe may give its first byte alone.
    let mut start = Vec::with_capacity(GZIP.len());
    (&mut input)
        .take(GZIP.len() as u64)
        .read_to_end(&mut start)?;
    let is_gzip = start == GZIP;
    let whole = io::Cursor::new(start).chain(input);
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(whole)))
    } else {
        Box::new(whole)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    /// Gives one byte at a time, as a slow pipe may.
    struct Drops(io::Cursor<Vec<u8>>);

    impl Read for Drops {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let one = buffer.len().min(1);
            self.0.read(&mut buffer[..one])
        }
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn text_of(bytes: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        unpacked(Drops(io::Cursor::new(bytes)))?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn packed_or_not_is_seen_by_the_first_bytes() {
        assert_eq!(text_of(b"{}".to_vec()).unwrap(), "{}");
        assert_eq!(text_of(Vec::new()).unwrap(), "");
        assert_eq!(text_of(b"x".to_vec()).unwrap(), "x");
        assert_eq!(text_of(packed("one\n")).unwrap(), "one\n");
    }

    #[test]
    fn several_packed_parts_in_a_row_are_one_text() {
        let parts = [packed("one\n"), packed("two\n")].concat();
        assert_eq!(text_of(parts).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_packed_file_that_is_cut_off_is_an_error() {
        let mut cut = packed(&"text ".repeat(1_000));
        cut.truncate(cut.len() - 9);
        assert!(text_of(cut).is_err());
    }
}
