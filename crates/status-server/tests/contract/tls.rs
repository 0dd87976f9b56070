//! https by the program itself.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName},
    version::{TLS12, TLS13},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::support::Place;

type Pair = CertifiedKey<KeyPair>;

const KEPT: &str = "the certificate before it stays in use";
const HEALTHY: &str = "{\"status\":\"alive\"}";

fn pair() -> Pair {
    generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap()
}

/// The program with a certificate, and its log in a file.
struct Program {
    directory: TempDir,
    child: Child,
    address: String,
}

impl Program {
    fn start(pair: &Pair) -> Self {
        let directory = tempfile::tempdir().unwrap();
        put(
            &directory,
            &pair.cert.pem(),
            &pair.signing_key.serialize_pem(),
        );
        let mut child = Command::new(env!("CARGO_BIN_EXE_trade-status"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--tls-cert", "cert.pem", "--tls-key", "key.pem"])
            .current_dir(directory.path())
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(File::create(directory.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("trade-status is at https://");
        let address = address.unwrap().trim_end_matches('/').to_owned();
        Self {
            directory,
            child,
            address,
        }
    }

    /// Until the log has this so many times.
    async fn logged(&self, text: &str, times: usize) {
        let path = self.directory.path().join("log");
        while fs::read_to_string(&path).unwrap().matches(text).count() < times {
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// A connection in this version of TLS to a server that has one of these certificates.
    async fn connect(
        &self,
        trusted: &[&Pair],
        version: &'static SupportedProtocolVersion,
    ) -> Connection {
        let mut roots = RootCertStore::empty();
        for pair in trusted {
            roots.add(pair.cert.der().clone()).unwrap();
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let configuration = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let connector = TlsConnector::from(Arc::new(configuration));
        Connection(connector.connect(name, stream).await.unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn put(directory: &TempDir, certificate: &str, key: &str) -> [PathBuf; 2] {
    [("cert.pem", certificate), ("key.pem", key)].map(|(name, content)| {
        let path = directory.path().join(name);
        fs::write(&path, content).unwrap();
        path
    })
}

struct Connection(TlsStream<TcpStream>);

impl Connection {
    fn certificate(&self) -> CertificateDer<'static> {
        let chain = self.0.get_ref().1.peer_certificates().unwrap();
        chain[0].clone().into_owned()
    }

    /// Asks for `/healthz` by this name; answers the head of the answer.
    async fn ask(&mut self, host: &str) -> String {
        let request = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\n\r\n");
        self.0.write_all(request.as_bytes()).await.unwrap();
        let mut heard = String::new();
        while !heard.ends_with(HEALTHY) {
            let mut bytes = [0; 1024];
            let read = self.0.read(&mut bytes).await.unwrap();
            assert_ne!(read, 0, "hung up after {heard:?}");
            heard += str::from_utf8(&bytes[..read]).unwrap();
        }
        assert!(heard.starts_with("HTTP/1.1 200 OK\r\n"), "{heard}");
        heard
    }
}

#[tokio::test]
async fn it_is_spoken_in_both_versions_that_are_safe() {
    let pair = pair();
    let program = Program::start(&pair);
    for version in [&TLS12, &TLS13] {
        let mut connection = program.connect(&[&pair], version).await;
        let spoken = connection.0.get_ref().1.protocol_version();
        assert_eq!(spoken, Some(version.version));
        connection.ask("127.0.0.1").await;
    }
}

#[tokio::test]
async fn browsers_are_told_to_come_by_nothing_else() {
    let pair = pair();
    let program = Program::start(&pair);
    let mut connection = program.connect(&[&pair], &TLS13).await;
    let said = "strict-transport-security: max-age=31536000\r\n";
    assert!(connection.ask("127.0.0.1").await.contains(said));
    // It would hold for whatever else runs on the viewer's own machine.
    let head = connection.ask("localhost:8080").await;
    assert!(!head.contains("strict-transport-security"), "{head}");
}

#[tokio::test]
async fn a_new_certificate_is_taken_without_a_restart_and_open_connections_stay() {
    let (old, new) = (pair(), pair());
    let program = Program::start(&old);
    let mut open = program.connect(&[&old], &TLS13).await;
    open.ask("127.0.0.1").await;

    // What can't be used, or not yet, changes nothing and is told once.
    let key = old.signing_key.serialize_pem();
    put(&program.directory, "not yet", &key);
    program.logged(KEPT, 1).await;
    put(&program.directory, &new.cert.pem(), &key);
    program.logged(KEPT, 2).await;
    let mut between = program.connect(&[&old], &TLS13).await;
    assert_eq!(between.certificate(), *old.cert.der());
    between.ask("127.0.0.1").await;

    put(
        &program.directory,
        &new.cert.pem(),
        &new.signing_key.serialize_pem(),
    );
    program.logged("new certificate", 1).await;
    let mut next = program.connect(&[&old, &new], &TLS12).await;
    assert_eq!(next.certificate(), *new.cert.der());
    for connection in [&mut open, &mut between, &mut next] {
        connection.ask("127.0.0.1").await;
    }
    let log = fs::read_to_string(program.directory.path().join("log")).unwrap();
    assert_eq!(log.matches(KEPT).count(), 2, "{log}");
    assert!(!log.contains("PRIVATE KEY"), "{log}");
}

#[tokio::test]
async fn who_speaks_no_tls_or_nothing_at_all_holds_nobody_up() {
    let pair = pair();
    let program = Program::start(&pair);
    let silent = TcpStream::connect(&program.address).await.unwrap();
    let mut plain = TcpStream::connect(&program.address).await.unwrap();
    plain
        .write_all(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        .await
        .unwrap();
    let mut heard = Vec::new();
    // An alert, and the end.
    let _ = plain.read_to_end(&mut heard).await;
    assert!(!heard.starts_with(b"HTTP"), "{heard:?}");
    let mut connection = program.connect(&[&pair], &TLS13).await;
    connection.ask("127.0.0.1").await;
    drop(silent);
}

#[test]
fn what_is_no_certificate_with_its_key_is_told_in_a_sentence() {
    let place = Place::new();
    let (one, other) = (pair(), pair());
    place.put("one.pem", one.cert.pem());
    place.put("one.key", one.signing_key.serialize_pem());
    place.put("other.key", other.signing_key.serialize_pem());
    for (certificate, key, said) in [
        ("none.pem", "one.key", "can't read none.pem"),
        ("one.key", "one.key", "one.key has no certificate in PEM"),
        ("one.pem", "one.pem", "one.pem has no private key in PEM"),
        (
            "one.pem",
            "other.key",
            "can't be used with the key other.key",
        ),
    ] {
        let words = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            certificate,
        ];
        let refused = place.run(&[&words[..], &["--tls-key", key]].concat(), b"");
        assert_eq!(refused.code, Some(1), "{}", refused.notes);
        assert!(refused.notes.contains(said), "{}", refused.notes);
    }
    let half = place.run(&["serve", "--tls-cert", "one.pem"], b"");
    assert_eq!(half.code, Some(64), "{}", half.notes);
}
