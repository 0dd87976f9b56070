//! HTTP by the byte: what a client would tidy up goes over the wire as it is.

use std::fmt::Write as _;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An answer, head and body apart.
pub struct Answer {
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }
}

/// A request for a path, with further headers.
pub fn get(path: &str, headers: &[(&str, &[u8])]) -> Vec<u8> {
    request("GET", path, headers, b"")
}

pub fn request(method: &str, path: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n").into_bytes();
    if !headers.iter().any(|(name, _)| *name == "Host") {
        bytes.extend_from_slice(b"Host: localhost\r\n");
    }
    for (name, value) in headers {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    if !body.is_empty() {
        let length = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        bytes.extend_from_slice(length.as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// Each byte of a text as in `%2F`.
pub fn encoded(text: impl AsRef<[u8]>) -> String {
    let mut encoded = String::new();
    for byte in text.as_ref() {
        write!(encoded, "%{byte:02X}").unwrap();
    }
    encoded
}

/// Sends a request and reads the answer to its end: one, and nothing behind it.
pub async fn exchange(address: &str, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    // A server that has refused early may end the connection with a reset.
    let read = stream.read_to_end(&mut bytes).await;
    assert!(read.is_ok() || !bytes.is_empty(), "{read:?}");
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap();
    let status = status.strip_prefix("HTTP/1.1 ").unwrap();
    let headers: Vec<_> = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        })
        .collect();
    let answer = Answer {
        status: status[..3].parse().unwrap(),
        headers,
        body: body.to_owned(),
    };
    if let Some(length) = answer.header("content-length") {
        assert_eq!(length.parse(), Ok(answer.body.len()), "{text}");
    }
    answer
}
