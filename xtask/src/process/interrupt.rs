//! The user's wish to end.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

/// Raised by Ctrl-C, SIGTERM, or the terminal's end, and never lowered.
#[derive(Clone)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes the signals over from their default action.
    pub fn listen() -> Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let raised = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&raised))
                .context("cannot listen for Ctrl-C")?;
        }
        Ok(Self(raised))
    }

    /// Whether the user has asked to end.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Nothing, or the error that ends the task.
    pub fn check(&self) -> Result<(), Interrupted> {
        if self.is_raised() {
            Err(Interrupted)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
impl Interrupt {
    /// One that no signal raises.
    pub fn never() -> Self {
        Self(Arc::default())
    }

    /// One that was raised already.
    pub fn raised() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

/// The task was ended by the user; no failure of its own.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}
