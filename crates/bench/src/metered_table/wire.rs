//! HTTP/1.1 messages, passed on whole.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most headers that a message may have.
const MAX_HEADERS: usize = 64;

/// A message.
pub struct Message {
    /// Its first line and its headers, but for the body's length.
    pub head: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// The name under which the first line stands among the headers.
pub const FIRST_LINE: &str = "";

/// Reads a request.
pub async fn request(stream: &mut TcpStream) -> io::Result<Message> {
    read(stream, |bytes| {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        let status = head.parse(bytes).map_err(io::Error::other)?;
        let (method, path) = (
            head.method.unwrap_or_default(),
            head.path.unwrap_or_default(),
        );
        Ok(whole(
            status,
            format!("{method} {path} HTTP/1.1"),
            head.headers,
        ))
    })
    .await
}

/// Reads an answer.
pub async fn answer(stream: &mut TcpStream) -> io::Result<Message> {
    read(stream, |bytes| {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let status = head.parse(bytes).map_err(io::Error::other)?;
        let (code, reason) = (
            head.code.unwrap_or_default(),
            head.reason.unwrap_or_default(),
        );
        Ok(whole(
            status,
            format!("HTTP/1.1 {code} {reason}"),
            head.headers,
        ))
    })
    .await
}

/// Sends a message with its length.
pub async fn send(
    stream: &mut TcpStream,
    head: &[(String, String)],
    body: &[u8],
) -> io::Result<()> {
    let mut text = String::new();
    for (name, value) in head {
        if name == FIRST_LINE {
            text.extend([value, "\r\n"]);
        } else {
            text.extend([name, ": ", value, "\r\n"]);
        }
    }
    text.extend(["content-length: ", &body.len().to_string(), "\r\n\r\n"]);
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    stream.write_all(&bytes).await
}

/// How long a head is, its first line, and its headers; nothing as long as it is not whole.
type Head = Option<(usize, String, Vec<(String, String)>)>;

async fn read(stream: &mut TcpStream, parse: fn(&[u8]) -> io::Result<Head>) -> io::Result<Message> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some((length, line, mut headers)) = parse(&bytes)? else {
            continue;
        };
        let is_length = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-length");
        let at = headers.iter().position(is_length);
        let body_length: usize = at
            .map(|at| headers.remove(at).1.parse())
            .transpose()
            .map_err(io::Error::other)?
            .unwrap_or_default();
        let end = length + body_length;
        while bytes.len() < end {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        headers.insert(0, (FIRST_LINE.to_owned(), line));
        return Ok(Message {
            head: headers,
            body: bytes[length..end].to_vec(),
        });
    }
}

fn whole(status: httparse::Status<usize>, line: String, headers: &[httparse::Header<'_>]) -> Head {
    let httparse::Status::Complete(length) = status else {
        return None;
    };
    let headers = headers.iter().map(|header| {
        let value = String::from_utf8_lossy(header.value).into_owned();
        (header.name.to_owned(), value)
    });
    Some((length, line, headers.collect()))
}
