//! Who comes in, and the end.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, serve::Listener};
use tokio::{
    net::{TcpListener, TcpStream},
    pin, select,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tracing::warn;

use super::{Door, connection::Connections, crowd::Crowd};
use crate::{
    api::{App, Policy},
    metrics::ConnectionMetrics,
};

/// Where clients come in.
pub(super) struct Entrance {
    listener: TcpListener,
    connections: Connections,
    /// So many connections at a time.
    max_connections: u32,
    places: Arc<Semaphore>,
    crowd: Crowd,
    metrics: ConnectionMetrics,
}

impl Entrance {
    pub(super) fn new(door: Door, app: &App, router: Router) -> Self {
        let Policy {
            max_connections,
            send_time,
            ..
        } = *app.policy();
        let metrics = app.metrics.connections.clone();
        let connections = Connections::new(router, send_time);
        #[cfg(feature = "tls")]
        let connections = match door.tls {
            Some(tls) => connections.within(tls, send_time),
            None => connections,
        };
        Self {
            listener: door.listener,
            crowd: Crowd::new(connections.are_plain(), metrics.clone()),
            connections,
            max_connections,
            places: Arc::new(Semaphore::new(max_connections as usize)),
            metrics,
        }
    }

    /// Takes in whoever comes until `stop` is ready, and ends once everybody has gone.
    pub(super) async fn serve(mut self, stop: impl Future<Output = ()>) {
        let (closing, closed) = watch::channel(());
        pin!(stop);
        loop {
            select! {
                biased;
                () = &mut stop => break,
                // Where the system has no place for one more, it waits and tries again.
                (stream, peer) = Listener::accept(&mut self.listener) => {
                    self.take_in(stream, peer, closed.clone());
                }
            }
        }
        // Nobody is to come to a place where nobody takes them in.
        drop(self.listener);
        drop(closing);
        // All places are free again; nobody closes them.
        let _ = self.places.acquire_many(self.max_connections).await;
    }

    fn take_in(&self, stream: TcpStream, peer: SocketAddr, closed: watch::Receiver<()>) {
        // An answer is written in one piece; waiting for more would only delay it.
        if let Err(error) = stream.set_nodelay(true) {
            warn!(%error, "a connection keeps its small packets back");
        }
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => {
                let visit = Visit::new(place, self.metrics.clone());
                let connection = self.connections.serve(stream, peer, closed);
                tokio::spawn(async move {
                    connection.await;
                    drop(visit);
                });
            }
            Err(_) => self.crowd.turn_away(stream, peer),
        }
    }
}

/// Somebody who has come in, until they have gone.
struct Visit {
    metrics: ConnectionMetrics,
    _place: OwnedSemaphorePermit,
}

impl Visit {
    fn new(place: OwnedSemaphorePermit, metrics: ConnectionMetrics) -> Self {
        metrics.open.inc();
        Self {
            metrics,
            _place: place,
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.metrics.open.dec();
    }
}
