//! Asking a local server how it is.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{Background, Interrupt};

/// How long a server may take to start.
const START: Duration = Duration::from_secs(30);

/// A loopback port that nobody listens on at this moment.
pub fn free_port() -> Result<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot open a port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// Waits until `http://127.0.0.1:PORT/PATH` answers with a 2xx, as long as `server` lives.
pub fn wait_until_ready(
    server: &mut Background,
    port: u16,
    path: &str,
    interrupt: &Interrupt,
) -> Result<()> {
    wait(server, interrupt, port, || match get(port, path) {
        Ok(200..=299) => Ok(()),
        Ok(code) => Err(format!("{path} answers {code}")),
        Err(error) => Err(error.to_string()),
    })
}

/// Waits until `http://127.0.0.1:PORT/PATH` answers, whatever it says, as long as `server` lives.
pub fn wait_until_answering(
    server: &mut Background,
    port: u16,
    path: &str,
    interrupt: &Interrupt,
) -> Result<()> {
    wait(server, interrupt, port, || {
        get(port, path).map(drop).map_err(|error| error.to_string())
    })
}

/// Waits until something listens on `port`, as long as `server` lives.
pub fn wait_until_open(server: &mut Background, port: u16, interrupt: &Interrupt) -> Result<()> {
    wait(server, interrupt, port, || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .map(drop)
            .map_err(|error| error.to_string())
    })
}

fn wait(
    server: &mut Background,
    interrupt: &Interrupt,
    port: u16,
    probe: impl Fn() -> Result<(), String>,
) -> Result<()> {
    let deadline = Instant::now() + START;
    loop {
        interrupt.check()?;
        server.check()?;
        match probe() {
            Ok(()) => return Ok(()),
            Err(reason) if Instant::now() > deadline => {
                bail!(
                    "127.0.0.1:{port} is not ready after {} s: {reason}",
                    START.as_secs()
                )
            }
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Sends JSON, and reads the answer's JSON whatever its status.
pub fn call(method: &str, port: u16, path: &str, body: &Value, timeout: Duration) -> Result<Value> {
    let body = body.to_string();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let body = body_of(BufReader::new(stream))
        .with_context(|| format!("{method} {path} has no answer"))?;
    serde_json::from_slice(&body).with_context(|| format!("{method} {path} answers no JSON"))
}

/// The body of an answer that tells its length; not every server closes when it has sent it.
fn body_of(mut answer: impl BufRead) -> io::Result<Vec<u8>> {
    let mut length = 0;
    let mut line = String::new();
    while answer.read_line(&mut line)? > 0 && line != "\r\n" {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            let invalid = |_| io::Error::new(ErrorKind::InvalidData, "the answer has no length");
            length = value.trim().parse().map_err(invalid)?;
        }
        line.clear();
    }
    let mut body = Vec::new();
    answer.take(length).read_to_end(&mut body)?;
    Ok(body)
}

/// The status code of `GET http://127.0.0.1:PORT/PATH`.
pub fn get(port: u16, path: &str) -> io::Result<u16> {
    let timeout = Duration::from_secs(5);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    status_code(&head)
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "the answer is not HTTP"))
}

/// The code in a status line such as `HTTP/1.1 200 OK`.
fn status_code(head: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(head).ok()?;
    line.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_read_from_the_status_line() {
        assert_eq!(status_code(b"HTTP/1.1 200 OK"), Some(200));
        assert_eq!(status_code(b"HTTP/1.0 503"), Some(503));
        assert_eq!(status_code(b"SSH-2.0-Open"), None);
        assert_eq!(status_code(b"HTTP/1.1 2"), None);
        assert_eq!(status_code(b"\xff\xff"), None);
    }

    #[test]
    fn a_body_is_as_long_as_its_answer_says() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-Length:4\r\nX: y\r\n\r\ntruemore";
        assert_eq!(body_of(&answer[..]).unwrap(), b"true");
        assert_eq!(
            body_of(&b"HTTP/1.1 204 No Content\r\n\r\n"[..]).unwrap(),
            b""
        );
        assert!(body_of(&b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"[..]).is_err());
    }

    #[test]
    fn a_real_answer_is_understood() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            stream
                .write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
                .unwrap();
            String::from_utf8(request).unwrap()
        });
        assert_eq!(get(port, "/readyz").unwrap(), 503);
        assert!(
            server
                .join()
                .unwrap()
                .starts_with("GET /readyz HTTP/1.1\r\n")
        );
    }
}
