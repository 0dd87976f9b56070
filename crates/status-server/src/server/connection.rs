//! One connection: HTTP/1.1, and what it may take in size and time.

use std::{net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
#[cfg(feature = "tls")]
use tokio::time::timeout;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    select,
    sync::watch,
};
use tower::Service;
use tracing::debug;

use super::patience::Patient;
#[cfg(feature = "tls")]
use super::tls::Tls;

/// The largest head of a request: its first line and all its headers. Browsers send some 2 kB, and
/// links to shared sessions in their cookies some more.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;
/// A client that takes nothing of its answer for so long has gone, or wants to hold the place.
const TAKE_TIME: Duration = Duration::from_mins(1);

/// How all connections are served.
pub(super) struct Connections {
    router: Router,
    http: http1::Builder,
    #[cfg(feature = "tls")]
    tls: Option<(Tls, Duration)>,
}

impl Connections {
    /// A head that has not arrived after `send_time` is not waited for.
    pub(super) fn new(router: Router, send_time: Duration) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(send_time)
            .max_header_size(MAX_HEAD_BYTES);
        Self {
            router,
            http,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// The same within TLS, on which a client has to agree within `send_time`.
    #[cfg(feature = "tls")]
    pub(super) fn within(self, tls: Tls, send_time: Duration) -> Self {
        Self {
            tls: Some((tls, send_time)),
            ..self
        }
    }

    /// Does a client understand what is written to it just like that?
    #[cfg(feature = "tls")]
    pub(super) const fn are_plain(&self) -> bool {
        self.tls.is_none()
    }

    /// Does a client understand what is written to it just like that?
    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "with TLS it depends on them")]
    pub(super) const fn are_plain(&self) -> bool {
        true
    }

    /// Serves this one until either side has had enough, or what it asked for last is answered
    /// once all is `closed`.
    pub(super) fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        closed: watch::Receiver<()>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (http, router) = (self.http.clone(), self.router.clone());
        let io = Patient::new(stream, TAKE_TIME);
        #[cfg(feature = "tls")]
        let tls = self.tls.clone();
        async move {
            #[cfg(feature = "tls")]
            if let Some((tls, send_time)) = tls {
                let mut closing = closed.clone();
                let greeted = select! {
                    greeted = timeout(send_time, tls.greet(io)) => greeted,
                    _ = closing.changed() => return,
                };
                match greeted {
                    Ok(Ok(io)) => speak(&http, io, peer, router, closed).await,
                    Ok(Err(error)) => debug!(%peer, %error, "no agreement on TLS"),
                    Err(_) => debug!(%peer, "no agreement on TLS in time"),
                }
                return;
            }
            speak(&http, io, peer, router, closed).await;
        }
    }
}

async fn speak<Io>(
    http: &http1::Builder,
    io: Io,
    peer: SocketAddr,
    router: Router,
    mut closed: watch::Receiver<()>,
) where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(io), service));
    let ended = select! {
        ended = connection.as_mut() => ended,
        // Its other end is dropped.
        _ = closed.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%peer, %error, "a connection ended early");
    }
}
