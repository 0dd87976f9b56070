//! HTTP/1.1 with next to no cost of its own: what the client takes, the server does not have.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::str::{self, FromStr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most headers that an answer may have.
const MAX_HEADERS: usize = 32;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Connection(#[from] io::Error),
    /// The server closed the connection before its answer was whole.
    #[error("the server closed the connection")]
    Closed,
    /// The answer is no HTTP/1.1.
    #[error("the answer is no HTTP/1.1: {0}")]
    Unreadable(#[from] httparse::Error),
    /// The answer does not say how long it is.
    #[error("the answer does not say how long it is")]
    NoLength,
}

/// The address of a server, as in `http://127.0.0.1:8080`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpAddress(pub SocketAddr);

/// The text is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address: give an IP address and a port, as in http://127.0.0.1:9515")]
pub struct InvalidAddress;

impl FromStr for HttpAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let host = text.strip_prefix("http://").ok_or(InvalidAddress)?;
        let host = host.strip_suffix('/').unwrap_or(host);
        host.parse().map(Self).map_err(|_| InvalidAddress)
    }
}

impl fmt::Display for HttpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.0)
    }
}

/// A request as it goes over the wire.
#[must_use]
pub fn request(
    address: HttpAddress,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", address.0);
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    if method != "GET" {
        let length = body.len().to_string();
        let json = "Content-Type: application/json\r\nContent-Length: ";
        text.extend([json, &length, "\r\n"]);
    }
    text.extend(["\r\n", body]);
    text.into_bytes()
}

/// A connection that is kept, one request at a time.
pub struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

/// An answer, read whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// The `ETag` header.
    pub etag: Option<&'a str>,
    /// The `Retry-After` header.
    pub retry_after: Option<&'a str>,
    /// The bytes of status line and headers.
    pub head_length: usize,
    /// The body.
    pub body: &'a [u8],
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Where the server takes no connection.
    pub async fn open(address: HttpAddress) -> Result<Self, HttpError> {
        let stream = TcpStream::connect(address.0).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            answer: Vec::new(),
        })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>, HttpError> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(HttpError::Closed);
            }
            if let Some(length) = length(&self.answer)? {
                while self.answer.len() < length {
                    if self.stream.read_buf(&mut self.answer).await? == 0 {
                        return Err(HttpError::Closed);
                    }
                }
                break;
            }
        }
        read(&self.answer)
    }
}

/// How long the answer is, head and body, once its head is whole.
fn length(bytes: &[u8]) -> Result<Option<usize>, HttpError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head_length) = head.parse(bytes)? else {
        return Ok(None);
    };
    let has_body = !matches!(head.code, Some(100..=199 | 204 | 304));
    let body_length = match value(head.headers, "content-length") {
        Some(length) if has_body => length.parse().map_err(|_| HttpError::NoLength)?,
        None if has_body => return Err(HttpError::NoLength),
        _ => 0,
    };
    Ok(Some(head_length + body_length))
}

/// The answer in bytes that are known to be one.
fn read(bytes: &[u8]) -> Result<Answer<'_>, HttpError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head_length) = head.parse(bytes)? else {
        return Err(HttpError::Closed);
    };
    Ok(Answer {
        status: head.code.unwrap_or_default(),
        etag: value(head.headers, "etag"),
        retry_after: value(head.headers, "retry-after"),
        head_length,
        body: &bytes[head_length..],
    })
}

fn value<'a>(headers: &[httparse::Header<'a>], name: &str) -> Option<&'a str> {
    let mut headers = headers.iter();
    let header = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
    str::from_utf8(header.value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_when_it_is_whole() {
        let bytes = b"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(length(&bytes[..20]).unwrap(), None);
        assert_eq!(
            length(&bytes[..bytes.len() - 2]).unwrap(),
            Some(bytes.len())
        );
        let expected = Answer {
            status: 200,
            etag: Some("\"a\""),
            retry_after: None,
            head_length: bytes.len() - 2,
            body: b"{}",
        };
        assert_eq!(read(bytes).unwrap(), expected);
    }

    #[test]
    fn an_answer_without_a_body_needs_no_length() {
        let bytes = b"HTTP/1.1 304 Not Modified\r\ncontent-length: 17\r\n\r\n";
        assert_eq!(length(bytes).unwrap(), Some(bytes.len()));
        let unknown = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert!(matches!(length(unknown), Err(HttpError::NoLength)));
        assert!(matches!(
            length(b"SSH-2.0-Open\r\n"),
            Err(HttpError::Unreadable(_))
        ));
    }

    #[test]
    fn a_request_says_what_it_brings() {
        let address: HttpAddress = "http://127.0.0.1:80/".parse().unwrap();
        let get = request(address, "GET", "/a", &[("Prefer", "wait=1")], "");
        assert_eq!(
            String::from_utf8(get).unwrap(),
            "GET /a HTTP/1.1\r\nHost: 127.0.0.1:80\r\nPrefer: wait=1\r\n\r\n"
        );
        let put = request(address, "PUT", "/a", &[], "{}");
        assert!(put.ends_with(b"Content-Length: 2\r\n\r\n{}"));
    }

    #[test]
    fn an_address_has_an_ip_address_and_a_port() {
        for bad in ["127.0.0.1:80", "http://localhost", "http://127.0.0.1", ""] {
            assert_eq!(bad.parse::<HttpAddress>(), Err(InvalidAddress), "{bad}");
        }
    }
}
