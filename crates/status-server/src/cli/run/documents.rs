//! Documents from a file or from standard input.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use futures_util::{Stream, stream};
use orchestrator::Document;
use tokio::sync::mpsc;

use super::Failure;
use crate::cli::lines::{Line, Lines};

/// A document's line is some hundred bytes long.
const MAX_LINE: usize = 1024 * 1024;

/// Where documents come from.
pub(super) struct Documents {
    name: String,
    input: Box<dyn BufRead + Send>,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Lines that name no document.
    pub(super) unreadable: u64,
    /// Why there was no more to be read, where that was not the end.
    pub(super) broken_off: Option<io::Error>,
}

/// What was read so far.
#[derive(Clone, Default)]
pub(super) struct Reading(Arc<Mutex<Read>>);

impl Reading {
    pub(super) fn so_far(&self) -> Read {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, note: impl FnOnce(&mut Read)) {
        note(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// How the input is called in messages.
pub(super) fn name_of(file: &Path) -> String {
    if file == Path::new("-") {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}

impl Documents {
    /// A file, or standard input for `-`.
    pub(super) fn open(file: &Path) -> Result<Self, Failure> {
        let name = name_of(file);
        let input: Box<dyn BufRead + Send> = if file == Path::new("-") {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let opened = File::open(file).map_err(|source| Failure::Input {
                name: name.clone(),
                source,
            })?;
            Box::new(BufReader::new(opened))
        };
        Ok(Self { name, input })
    }

    /// The documents as they are read, on a thread of their own: reading standard input blocks.
    /// No more are read than are taken.
    pub(super) fn start(
        self,
        complain: impl Fn(&str) + Send + 'static,
    ) -> (impl Stream<Item = Document>, Reading) {
        let (sender, mut receiver) = mpsc::channel(1);
        let reading = Reading::default();
        let notes = reading.clone();
        thread::spawn(move || {
            for line in Lines::new(self.input, MAX_LINE) {
                match line.map(|line| (line.number, document(line))) {
                    Ok((_, Ok(None))) => {}
                    Ok((_, Ok(Some(document)))) => {
                        if sender.blocking_send(document).is_err() {
                            return;
                        }
                    }
                    Ok((number, Err(reason))) => {
                        notes.note(|read| read.unreadable += 1);
                        complain(&format!(
                            "{}, line {number}: no document: {reason}",
                            self.name
                        ));
                    }
                    Err(error) => {
                        notes.note(|read| read.broken_off = Some(error));
                        return;
                    }
                }
            }
        });
        let documents = stream::poll_fn(move |context| receiver.poll_recv(context));
        (documents, reading)
    }
}

/// The document that a line names; nothing for an empty line.
fn document(line: Line) -> Result<Option<Document>, String> {
    let text = line
        .text
        .ok_or_else(|| format!("it is longer than {MAX_LINE} bytes"))?;
    let text = String::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    Document::from_json(&text, &mut rand::rng())
        .map(Some)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[tokio::test]
    async fn what_is_no_document_is_counted_and_the_others_are_run() {
        let input = b"{\"documentId\":\"1\",\"sourceType\":\"BANK\"}\n\n\xff\n{\"documentId\":1}\n\
            {\"documentId\":\"2\",\"sourceType\":\"COUNTERPARTY\"}";
        let documents = Documents {
            name: "test".to_owned(),
            input: Box::new(&input[..]),
        };
        let (documents, reading) = documents.start(|_| ());
        let ids: Vec<String> = documents
            .map(|document| document.document_id)
            .collect()
            .await;
        assert_eq!(ids, ["1", "2"]);
        let read = reading.so_far();
        assert_eq!(read.unreadable, 2);
        assert!(read.broken_off.is_none());
    }
}
