//! The wall display for a day, in a minute: nothing grows.

use std::time::Duration;

use crate::support::{busy_wall::BusyWall, journey_within, memory::Memory};

/// Five thousand answers over a real network take their time.
const LONGEST: Duration = Duration::from_mins(10);
const HOUR: Duration = Duration::from_hours(1);
const WARM_UP_HOURS: u32 = 12;
/// Of two beats that fall into one, the second has nothing to do.
const STEP: Duration = Duration::from_secs(10);
/// A page of WebAssembly memory.
const PAGE: f64 = 65_536.0;

#[tokio::test]
async fn a_day_of_a_busy_wall_leaves_nothing_behind() {
    journey_within(LONGEST, async |browser| {
        let wall = BusyWall::start().await;
        browser.stop_clocks().await;
        browser.keep_memory().await;
        browser.open(&wall.url("/wall")).await;
        browser.shows(".tiles", "FAB_").await;

        // What the browser itself learns of the program takes some six hundred answers.
        for _ in 0..WARM_UP_HOURS {
            browser.lapse(HOUR, STEP).await;
        }
        let (warm, shown) = (
            browser.memory().await,
            browser.texts(".tile:not([hidden])").await,
        );
        let seen = wall.answers();
        assert!(shown.len() > 4, "{shown:?}");
        for _ in 0..24 {
            browser.lapse(HOUR, STEP).await;
        }
        assert!(wall.answers() - seen > 24 * 55, "it was a quiet day");
        assert_eq!(
            browser.texts(".tile:not([hidden])").await.len(),
            shown.len()
        );
        assert_eq!(browser.count(".alarm").await, 0);
        is_the_same(warm, browser.memory().await);
    })
    .await;
}

fn is_the_same(warm: Memory, day_later: Memory) {
    println!("{warm:?} after the warm-up, {day_later:?} a day later");
    for (name, before, after) in [
        ("bytes of the heap", warm.heap, day_later.heap),
        ("nodes", warm.nodes, day_later.nodes),
        ("listeners", warm.listeners, day_later.listeners),
    ] {
        let change = (after - before) / before;
        assert!(change.abs() <= 0.02, "{name}: {before} became {after}");
    }
    let grown = day_later.program - warm.program;
    assert!(grown <= PAGE, "the program's memory has grown by {grown}");
}
