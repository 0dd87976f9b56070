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
use crate::cli::objects::{Object, Objects};

/// A document is some hundred bytes long.
const MAX_DOCUMENT: usize = 1024 * 1024;

/// Where documents come from.
pub(super) struct Documents {
    name: String,
    input: Box<dyn BufRead + Send>,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Lines, or objects over several of them, that name no document.
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
            for object in Objects::new(self.input, MAX_DOCUMENT, is_document) {
                match object.map(|object| (object.place, document(object))) {
                    Ok((_, Ok(document))) => {
                        if sender.blocking_send(document).is_err() {
                            return;
                        }
                    }
                    Ok((place, Err(reason))) => {
                        notes.note(|read| read.unreadable += 1);
                        complain(&format!("{}, {place}: no document: {reason}", self.name));
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

/// The document that an object names.
fn document(object: Object) -> Result<Document, String> {
    let text = object
        .text
        .ok_or_else(|| format!("it is longer than {MAX_DOCUMENT} bytes"))?;
    let text = str::from_utf8(&text).map_err(|_| "it is not UTF-8".to_owned())?;
    Document::from_json(text, &mut rand::rng()).map_err(|error| error.to_string())
}

fn is_document(line: &[u8]) -> bool {
    let document = str::from_utf8(line).map(|line| Document::from_json(line, &mut rand::rng()));
    document.is_ok_and(|document| document.is_ok())
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    async fn read(input: &'static str) -> (Vec<Document>, Vec<String>) {
        let documents = Documents {
            name: "test".to_owned(),
            input: Box::new(input.as_bytes()),
        };
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&complaints);
        let (documents, _) =
            documents.start(move |complaint| told.lock().unwrap().push(complaint.to_owned()));
        let documents = documents.collect().await;
        let complaints = complaints.lock().unwrap().clone();
        (documents, complaints)
    }

    #[tokio::test]
    async fn both_forms_are_read_one_a_line_or_spread_over_several() {
        let (documents, complaints) = read(concat!(
            r#"{"sessionId":"s-1","s3Uri":"s3://b/BANK/FAB_1.pdf","action":"process"}"#,
            "\n{\n  \"session_id\": \"s-2\",\n  \"document_id\": \"GCS_2\",\n",
            "  \"source_type\": \"COUNTERPARTY\",\n",
            "  \"s3_bucket\": \"b\",\n  \"s3_key\": \"COUNTERPARTY/GCS_2.pdf\"\n}\n",
        ))
        .await;
        assert!(complaints.is_empty(), "{complaints:?}");
        let ids = documents.iter().map(|document| {
            let Document {
                session_id,
                document_id,
                source_type,
                ..
            } = document;
            format!("{session_id} {document_id} {source_type:?}")
        });
        assert_eq!(
            ids.collect::<Vec<_>>(),
            ["s-1 FAB_1 Bank", "s-2 GCS_2 Counterparty"]
        );
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_by_its_lines() {
        let (documents, complaints) = read(
            "{\"documentId\":\"1\"}\n{\n\"documentId\": \"2\",\n\
             {\"documentId\":\"3\",\"sourceType\":\"BANK\"}\n{\"s3Uri\":\"s3://b/1.pdf\"}\n",
        )
        .await;
        assert_eq!(documents.len(), 1);
        assert_eq!(complaints.len(), 3, "{complaints:?}");
        for (complaint, said) in complaints.iter().zip([
            "test, line 1: no document: sourceType is missing",
            "test, lines 2 to 3: no document: EOF",
            "test, line 5: no document: sourceType is missing",
        ]) {
            assert!(complaint.starts_with(said), "{complaint}");
        }
    }

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
