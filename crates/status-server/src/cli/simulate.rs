//! `trade-status simulate`: the simulated agents alone.

use clap::Args;
use simulated_agents::{Config, Speed};
use tracing::info;

use super::{Exit, Failure, address::ListenAddress, output, signals};

/// Serve four simulated agents
///
/// For `trade-status run`: they answer as the real ones do, take as long as those usually take,
/// and now and then are slow, throttled, or fail. What happens to a document follows from the seed
/// and the document's id alone. Everything that they answer says that it is simulated.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where to listen; a loopback address. Port 0 lets the system choose
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000")]
    listen: ListenAddress,
    /// How many times faster than the real agents; 1 is as fast as they are
    #[arg(long, default_value = "1")]
    speed: Speed,
    /// What happens to which document: the same for the same number
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if !arguments.listen.is_loopback() {
        return Err(Failure::AgentsForAll);
    }
    let stop = signals::stop().map_err(Failure::Signals)?;
    let (listener, address) = arguments.listen.listen().await?;
    output::line(&format!("Simulated agents are at http://{address}/agents/"));
    info!(%address, speed = %arguments.speed, seed = arguments.seed, "simulated agents started");
    let config = Config {
        seed: arguments.seed,
        speed: arguments.speed,
        ..Config::default()
    };
    simulated_agents::serve(listener, config, stop)
        .await
        .map_err(Failure::Serve)?;
    info!("ended");
    Ok(Exit::Well)
}
