//! Ctrl-C and SIGTERM.

use std::{future::Future, io, process};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ready once the program is told to stop. Whoever says it a second time is not kept waiting:
/// then the program ends at once.
pub(super) fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        either(&mut interrupt, &mut terminate).await;
        tokio::spawn(async move {
            either(&mut interrupt, &mut terminate).await;
            process::exit(130);
        });
    })
}

async fn either(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
