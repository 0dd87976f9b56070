//! The time now by both clocks, the viewer's and the server's.

use status_model::{Seconds, Timestamp};

use crate::format::Zone;

/// The viewer's clock and what corrects it: times of the poller are the viewer's own, times on
/// the screen are the server's.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// The viewer's time now.
    pub viewer: Timestamp,
    /// The server's time now.
    pub server: Timestamp,
    /// The zone that times are written in.
    pub zone: Zone,
}

impl Clocks {
    /// A point in the viewer's time, as text in the server's.
    #[must_use]
    pub fn at(self, viewer_time: Timestamp) -> String {
        let ahead = self.server.unix_millis() - self.viewer.unix_millis();
        let time = Timestamp::from_unix_millis(viewer_time.unix_millis() + ahead);
        self.zone.short(time, self.server)
    }

    /// How long until a point in the viewer's time.
    #[must_use]
    pub fn until(self, viewer_time: Timestamp) -> Seconds {
        viewer_time.since(self.viewer).unwrap_or_default()
    }
}
