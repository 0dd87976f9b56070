//! Hours of virtual time against scripted servers.

use portal_model::poll::{Event, Failure, Fetching, Policy};

use crate::{
    support::{HOUR, MINUTE, NOON, Random, SECOND, at, ms, signed},
    world::{Outage, Outcome, Server, World},
};

fn after(millis: u64) -> i64 {
    NOON + signed(millis)
}

/// A session as they are today: four agents of 80, 45, 17 and 32 seconds, then the end.
fn session(server: Server) -> Server {
    let changes = [1, 80, 125, 142, 174, 175].map(|second| after(second * SECOND + 123));
    Server {
        final_at: changes.last().copied(),
        changes: changes.to_vec(),
        ..server
    }
}

/// How long after each change it was on the screen.
fn delays(world: &World) -> Vec<i64> {
    let shown_at = |change: &i64| {
        let later = world.shown.iter().find(|(time, _)| time >= change);
        later.map(|(time, _)| time - change)
    };
    world.server.changes.iter().filter_map(shown_at).collect()
}

#[test]
fn a_session_is_followed_to_its_end_and_then_never_asked_for_again() {
    for (server, seed) in [(Server::modern(), 1), (Server::old(), 2)] {
        let mut world = World::new(Policy::session(), session(server), seed);
        world.run_to(after(8 * HOUR));
        assert_eq!(world.shown.last().unwrap().1, 6, "the last change was seen");
        assert_eq!(
            world.poller.freshness(at(world.now)).fetching,
            Fetching::Final
        );

        let end = world.server.final_at.unwrap();
        let seen = world.shown.last().unwrap().0;
        let after_end = world.sent.iter().filter(|sent| sent.at > seen);
        let confirming: Vec<i64> = after_end.map(|sent| sent.at - seen).collect();
        assert_eq!(confirming, [1000], "one confirming request a second later");
        assert!(seen >= end);
    }
}

#[test]
fn where_the_server_waits_every_change_is_on_the_screen_within_300_ms() {
    let mut world = World::new(Policy::session(), session(Server::modern()), 3);
    world.run_to(after(HOUR));
    let delays = delays(&world);
    assert_eq!(delays.len(), 6);
    assert!(delays.iter().all(|delay| *delay < 300), "{delays:?}");
    // One at opening, one a change, one for every 25 s of waiting, one to confirm.
    assert!(
        world.sent.len() <= 1 + 6 + 175 / 25 + 1,
        "{}",
        world.sent.len()
    );
}

#[test]
fn an_older_backend_is_polled_within_a_fifth_of_1_to_15_seconds_and_back_at_1_on_a_change() {
    let server = Server {
        changes: [100, 400, 1000, 5000]
            .map(|second| after(second * SECOND))
            .to_vec(),
        ..Server::old()
    };
    let mut world = World::new(Policy::session(), server, 4);
    world.run_to(after(4 * HOUR));
    assert!(world.sent.iter().all(|sent| sent.wait.is_none()));

    let mut steps = 0;
    for (pause, sent) in world.pauses().into_iter().zip(&world.sent) {
        let Outcome::Answered { changed } = sent.outcome else {
            panic!("the server answers always: {sent:?}");
        };
        steps = if changed { 0 } else { steps + 1 };
        let middle = Policy::session().interval.after(steps).as_secs_f64() * 1000.0;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of a few seconds")]
        let part = pause as f64 / middle;
        assert!((0.799..1.201).contains(&part), "{pause} ms after {sent:?}");
    }
    assert_eq!(world.shown.len(), 1 + 4);
    // Four hours at 15 s, and a little more around the changes.
    assert!(
        (900..1100).contains(&world.sent.len()),
        "{}",
        world.sent.len()
    );
}

#[test]
fn a_slow_server_never_has_two_requests_of_one_tab() {
    let slow = Server {
        latency: (500, 14_000),
        changes: (1..500).map(|n| after(n * 7 * SECOND)).collect(),
        ..Server::old()
    };
    let mut world = World::new(Policy::session(), slow, 5);
    // A restless viewer on top.
    world.viewer = (1..1000)
        .map(|n| (after(n * 3500), Event::CheckAgain))
        .collect();
    world.run_to(after(HOUR));
    assert!(world.sent.len() > 100);
    // World::send asserts it; and no server time is spent on aborted ones.
    assert!(
        world
            .sent
            .iter()
            .all(|sent| sent.outcome != Outcome::Aborted)
    );
}

#[test]
fn current_again_within_one_poll_after_an_outage_of_any_kind() {
    let kinds = [
        Outage::Refuses,
        Outage::Hangs,
        Outage::Fails(Failure::Unreadable),
        Outage::Fails(Failure::Http {
            status: 500,
            retry_after: None,
        }),
        Outage::Fails(Failure::Http {
            status: 503,
            retry_after: Some(ms(3000)),
        }),
    ];
    for (kind, length) in kinds
        .into_iter()
        .zip([3, 20, 90, 600, 7200].into_iter().cycle())
    {
        for seed in 0..20 {
            let server = if seed % 2 == 0 {
                Server::modern()
            } else {
                Server::old()
            };
            let (from, to) = (after(50 * SECOND), after((50 + length) * SECOND));
            let server = Server {
                outages: vec![(from, to, kind)],
                changes: vec![from + 1],
                ..server
            };
            let mut world = World::new(Policy::session(), server, seed);
            world.run_to(after((50 + length + 100) * SECOND));

            let first_after = world.sent.iter().find(|sent| sent.at >= to).unwrap();
            assert!(
                matches!(first_after.outcome, Outcome::Answered { .. }),
                "{kind:?}: the first request after it brings data, not {first_after:?}"
            );
            assert_eq!(
                first_after.wait, None,
                "{kind:?}: without waiting for a change"
            );
            // A minute of backoff, or what is left of a request that hangs.
            assert!(first_after.at - to <= 60_000 + 3000, "{kind:?}");
            assert_eq!(world.shown.last().unwrap().1, 1);
            assert_eq!(
                world.poller.freshness(at(world.now)).fetching,
                Fetching::Live
            );
        }
    }
}

#[test]
fn an_outage_of_a_day_costs_few_requests() {
    let server = Server {
        outages: vec![(after(MINUTE), after(24 * HOUR), Outage::Refuses)],
        ..Server::modern()
    };
    let mut world = World::new(Policy::overview(), server, 6);
    world.run_to(after(25 * HOUR));
    // Full jitter up to a minute: two a minute on average.
    assert!(
        (2000..3600).contains(&world.sent.len()),
        "{}",
        world.sent.len()
    );
    assert_eq!(
        world.poller.freshness(at(world.now)).fetching,
        Fetching::Live
    );
}

#[test]
fn a_busy_list_is_asked_for_once_a_second_at_most() {
    let busy = Server {
        changes: (0..36_000).map(|n| after(n * 100)).collect(),
        ..Server::modern()
    };
    let mut world = World::new(Policy::overview(), busy, 7);
    world.run_to(after(HOUR));
    assert!(world.most_within(SECOND) <= 1);
    assert!(world.sent.len() > 3000);
}

#[test]
fn a_busy_session_is_asked_for_4_times_a_second_at_most() {
    let busy = Server {
        changes: (0..36_000).map(|n| after(n * 100)).collect(),
        ..Server::modern()
    };
    let mut world = World::new(Policy::session(), busy, 8);
    world.run_to(after(HOUR));
    assert!(world.most_within(SECOND) <= 4);
    assert!(world.sent.len() > 10_000);
}

#[test]
fn a_proxy_that_cuts_every_wait_is_not_hammered() {
    let cut = Server {
        // Every request that waits meets one of these.
        outages: (0..14_400)
            .map(|n| (after(n * 500 + 499), after(n * 500 + 500), Outage::Refuses))
            .collect(),
        latency: (1, 10),
        ..Server::modern()
    };
    let mut world = World::new(Policy::session(), cut, 9);
    world.run_to(after(2 * HOUR));
    // A poll every 15 s and its failed wait, not four a second.
    assert!(
        world.sent.len() < 2 * (2 * 3600 / 15) + 100,
        "{}",
        world.sent.len()
    );
}

/// Everything at once, for half a day: outages, a viewer who comes and goes, a network likewise.
#[test]
fn half_a_day_of_chaos_breaks_no_rule() {
    for seed in 0..24 {
        let mut random = Random(seed);
        let mut server = if seed % 2 == 0 {
            Server::modern()
        } else {
            Server::old()
        };
        server.latency = (1, 1 + random.below(4000));
        server.changes = times(&mut random, 200);
        server.outages = outages(&mut random);
        let mut world = World::new(Policy::session(), server, seed);
        let told = seed % 3 == 0;
        let viewer = restless(&mut random, told);
        world.viewer = viewer.iter().copied().collect();
        world.run_to(after(12 * HOUR));

        let state_at = |time: i64| {
            let mut state = (true, true);
            for (_, event) in viewer.iter().take_while(|(at, _)| *at <= time) {
                match event {
                    Event::Visibility(visible) => state.0 = *visible,
                    Event::Online(online) => state.1 = *online,
                    _ => {}
                }
            }
            state
        };
        for sent in &world.sent {
            let (visible, online) = state_at(sent.at);
            assert!(online, "seed {seed}: offline at {}", sent.at);
            assert!(visible || told, "seed {seed}: hidden at {}", sent.at);
        }
        let starts = world.sent.windows(2);
        let nearest = starts.map(|pair| pair[1].at - pair[0].at).min().unwrap();
        assert!(nearest >= 250, "seed {seed}: {nearest} ms apart");
        assert!(world.sent.len() > 100, "seed {seed}: {}", world.sent.len());

        // Left alone with a good server, it is live, with the last change.
        let mut calm = world;
        calm.server.outages.clear();
        calm.viewer = [(12, Event::Online(true)), (12, Event::Visibility(true))]
            .map(|(hour, event)| (after(hour * HOUR), event))
            .into();
        calm.run_to(after(12 * HOUR + 3 * MINUTE));
        assert_eq!(
            calm.poller.freshness(at(calm.now)).fetching,
            Fetching::Live,
            "seed {seed}"
        );
        assert_eq!(calm.shown.last().unwrap().1, 200, "seed {seed}");
    }
}

/// So many points in half a day, in order.
fn times(random: &mut Random, count: usize) -> Vec<i64> {
    let mut times: Vec<i64> = (0..count).map(|_| after(random.below(12 * HOUR))).collect();
    times.sort_unstable();
    times
}

fn outages(random: &mut Random) -> Vec<(i64, i64, Outage)> {
    let starts = times(random, 20);
    let outage = |from: i64| {
        let kind = match random.below(4) {
            0 => Outage::Refuses,
            1 => Outage::Hangs,
            2 => Outage::Fails(Failure::Unreadable),
            _ => Outage::Fails(Failure::Http {
                status: 503,
                retry_after: Some(ms(random.below(10_000))),
            }),
        };
        (from, from + signed(random.below(15 * MINUTE)), kind)
    };
    starts.into_iter().map(outage).collect()
}

fn restless(random: &mut Random, told: bool) -> Vec<(i64, Event)> {
    let mut events = vec![(NOON, Event::NotifyWanted(told))];
    for time in times(random, 150) {
        let event = match random.below(5) {
            0 => Event::Online(false),
            1 => Event::Online(true),
            2 => Event::Visibility(false),
            3 => Event::Visibility(true),
            _ => Event::CheckAgain,
        };
        events.push((time, event));
    }
    events
}
