//! How many may come, and how long they may take to say what they want.

use std::time::Duration;

use clap::{Args, value_parser};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::info;

#[derive(Args)]
pub(super) struct LimitArguments {
    /// So many connections may be open at a time; further ones are answered 503 with Retry-After.
    /// Fewer where the system allows fewer open files (ulimit -n)
    #[arg(
        long,
        value_name = "N",
        env = "TRADE_STATUS_MAX_CONNECTIONS",
        default_value_t = 24_000,
        value_parser = value_parser!(u32).range(1..=1_000_000)
    )]
    max_connections: u32,
    /// So many requests may wait for a change at a time; further ones are answered at once. Fewer
    /// where they would leave no connections for others
    #[arg(
        long,
        value_name = "N",
        env = "TRADE_STATUS_MAX_WAITING",
        default_value_t = 20_000
    )]
    max_waiting: usize,
    /// So many seconds a client has to send a request: its head, from when it has connected or was
    /// last answered, and then its body as long again. A connection on which nothing is asked for
    /// so long is closed
    #[arg(
        long,
        value_name = "SECONDS",
        env = "TRADE_STATUS_SEND_TIME",
        default_value_t = 30,
        value_parser = value_parser!(u64).range(1..=3_600)
    )]
    send_time: u64,
}

/// The limits that hold.
pub(super) struct Limits {
    pub(super) max_connections: u32,
    pub(super) max_waiting: usize,
    pub(super) send_time: Duration,
}

impl LimitArguments {
    /// Each connection needs an open file, of which the system gives few unless it is asked for
    /// more.
    pub(super) fn within_the_systems(&self) -> Limits {
        let places = self.places(open_files());
        if places.connections < self.max_connections {
            info!(
                "the system allows few open files, so at most {} clients are connected at a time, \
                 of whom {} wait",
                places.connections, places.waiting
            );
        }
        Limits {
            max_connections: places.connections,
            max_waiting: places.waiting,
            send_time: Duration::from_secs(self.send_time),
        }
    }

    /// None means that there is no limit to open files.
    fn places(&self, open_files: Option<u64>) -> Places {
        let for_connections = open_files.map(|files| leaving(files, OTHER_FILES));
        let connections = for_connections
            .and_then(|places| u32::try_from(places).ok())
            .map_or(self.max_connections, |places| {
                places.min(self.max_connections)
            });
        let for_waiting = leaving(connections.into(), OTHER_CONNECTIONS);
        Places {
            connections,
            waiting: usize::try_from(for_waiting)
                .map_or(self.max_waiting, |places| places.min(self.max_waiting)),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Places {
    connections: u32,
    waiting: usize,
}

/// Files besides those of connections: the store, agents, those who are turned away.
const OTHER_FILES: u64 = 192;
/// Connections besides those of waiting viewers.
const OTHER_CONNECTIONS: u64 = 384;

/// What is left for many beside some others; half, where they are few.
fn leaving(places: u64, others: u64) -> u64 {
    places.saturating_sub(others).max(places.div_ceil(2))
}

/// So many files may be open, once the system was asked for all that it gives.
fn open_files() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(open_files: Option<u64>, max_connections: u32, max_waiting: usize) -> (u32, usize) {
        let arguments = LimitArguments {
            max_connections,
            max_waiting,
            send_time: 30,
        };
        let Places {
            connections,
            waiting,
        } = arguments.places(open_files);
        (connections, waiting)
    }

    #[test]
    fn connections_leave_files_and_waiting_viewers_leave_connections_for_others() {
        for (open_files, expected) in [
            (None, (24_000, 20_000)),
            (Some(1_048_576), (24_000, 20_000)),
            (Some(20_000), (19_808, 19_424)),
            (Some(1_024), (832, 448)),
            (Some(256), (128, 64)),
            (Some(1), (1, 1)),
        ] {
            assert_eq!(places(open_files, 24_000, 20_000), expected);
        }
        assert_eq!(places(None, 2, 20_000), (2, 1));
        assert_eq!(places(Some(1_024), 24_000, 10), (832, 10));
    }
}
