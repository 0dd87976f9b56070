//! Carries out what the poller says.

use std::{cell::RefCell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};
use portal_model::{
    poll::{self, Action, Event, Failure, Fetching, Freshness, Policy, Poller, Turn},
    server_clock::ServerClock,
};
use serde_json::Value;
use status_model::{Seconds, Timestamp};
use web_sys::AbortController;

use super::Now;
use crate::{
    browser::{clock, page, timer::Timer},
    client::{self, Answer, Ask, Client, FetchError},
    start::{Turn as TurnToWait, next_task},
};

/// What is kept current, without its type.
pub(super) trait Followed {
    /// Where the status API answers it.
    fn path(&self) -> &str;
    /// Reads a body's JSON; what comes of it is shown when it is called.
    fn read(&self, body: &Value, next: Option<&str>) -> Result<Box<dyn FnOnce()>, FetchError>;
    /// Will what is shown never change again?
    fn is_final(&self) -> bool;
    /// When anything was last heard of what is shown.
    fn last_progress(&self) -> Option<Timestamp>;
}

/// One request, one timer, one tick.
pub(super) struct Driver {
    client: Client,
    followed: Box<dyn Followed>,
    state: RefCell<State>,
    set_freshness: WriteSignal<Freshness>,
    set_now: WriteSignal<Now>,
}

struct State {
    poller: Poller,
    server_clock: ServerClock,
    /// The body that is shown and the tag that it came with.
    body: Option<String>,
    etag: Option<String>,
    request: Option<AbortController>,
    timer: Option<Timer>,
    tick: Option<Timer>,
}

/// An answer that has been read.
struct Read {
    answer: Answer,
    /// Shows what is new in it.
    show: Option<Box<dyn FnOnce()>>,
}

impl State {
    fn now(&self) -> Now {
        let viewer = clock::now();
        Now {
            viewer,
            server: self.server_clock.now(viewer),
        }
    }

    /// Neither request nor timer from here on.
    fn rest(&mut self) {
        if let Some(request) = self.request.take() {
            request.abort();
        }
        self.timer = None;
    }
}

impl Driver {
    pub(super) fn new(
        client: Client,
        policy: Policy,
        followed: Box<dyn Followed>,
    ) -> (Rc<Self>, ReadSignal<Freshness>, ReadSignal<Now>) {
        let state = State {
            poller: Poller::new(policy),
            server_clock: ServerClock::default(),
            body: None,
            etag: None,
            request: None,
            timer: None,
            tick: None,
        };
        let now = state.now();
        let (freshness, set_freshness) = signal(state.poller.freshness(now.viewer));
        let (now, set_now) = signal(now);
        let driver = Self {
            client,
            followed,
            state: RefCell::new(state),
            set_freshness,
            set_now,
        };
        (Rc::new(driver), freshness, now)
    }

    /// Tells the poller what happened and does what it says.
    pub(super) fn step(self: &Rc<Self>, event: Event) {
        let action = {
            let mut state = self.state.borrow_mut();
            let action = state.poller.step(event, clock::now(), clock::random());
            if action != Action::Nothing {
                state.rest();
            }
            action
        };
        match action {
            Action::Nothing | Action::Rest => {}
            Action::Wake { turn, after } => self.set_timer(turn, after),
            Action::Request {
                turn,
                wait,
                give_up_after,
            } => {
                self.request(turn, wait);
                self.set_timer(turn, give_up_after);
            }
        }
        self.tick();
    }

    /// Ends all that is under way; the page is gone.
    pub(super) fn stop(&self) {
        let mut state = self.state.borrow_mut();
        state.rest();
        state.tick = None;
    }

    /// The body that is shown, as it came.
    pub(super) fn body(&self) -> Option<String> {
        self.state.borrow().body.clone()
    }

    fn set_timer(self: &Rc<Self>, turn: Turn, after: Seconds) {
        let driver = Rc::clone(self);
        let timer = Timer::after(after, move || driver.step(Event::TimerFired(turn)));
        self.state.borrow_mut().timer = timer;
    }

    fn request(self: &Rc<Self>, turn: Turn, wait: Option<u8>) {
        let Ok(controller) = AbortController::new() else {
            return;
        };
        let signal = controller.signal();
        let mut ask = {
            let mut state = self.state.borrow_mut();
            state.request = Some(controller);
            Ask {
                path: self.followed.path().to_owned(),
                etag: state.etag.clone(),
                wait,
            }
        };
        let driver = Rc::clone(self);
        spawn_local(async move {
            // Without a turn the server answers at once, and is asked again after a while.
            let turn_to_wait = match wait {
                Some(_) => TurnToWait::take().await,
                None => None,
            };
            ask.wait = wait.filter(|_| turn_to_wait.is_some());
            let result = driver.client.get(&ask, &signal).await;
            drop(turn_to_wait);
            let result = match result {
                Ok(answer) => driver.read(answer).await,
                Err(error) => Err(error),
            };
            // What was aborted has been replaced or its page is gone: nobody waits for it.
            if !signal.aborted() {
                driver.received(turn, result);
            }
        });
    }

    /// Reads what is new in an answer. A session of thousands of tries is long to parse, to read and
    /// to draw: each is a task of its own.
    async fn read(&self, answer: Answer) -> Result<Read, FetchError> {
        let is_new = |body: &&String| self.state.borrow().body.as_ref() != Some(*body);
        let show = match answer.body.as_ref().filter(is_new) {
            Some(body) => {
                let json = client::json(body)?;
                next_task().await;
                Some(self.followed.read(&json, answer.next.as_deref())?)
            }
            None => None,
        };
        next_task().await;
        Ok(Read { answer, show })
    }

    fn received(self: &Rc<Self>, turn: Turn, result: Result<Read, FetchError>) {
        if !self.state.borrow().poller.awaits(turn) {
            return;
        }
        let event = match result {
            Ok(read) => Event::Answered(turn, self.take(read)),
            Err(error) => Event::Failed(turn, Failure::from(&error)),
        };
        self.step(event);
    }

    /// Shows an answer, and says what the poller has to know of it.
    fn take(&self, Read { answer, show }: Read) -> poll::Answer {
        let changed = show.is_some();
        if let Some(show) = show {
            show();
            self.state.borrow_mut().body = answer.body;
        }
        let mut state = self.state.borrow_mut();
        state.etag = answer.etag;
        if let Some(server_time) = answer.server_time {
            state
                .server_clock
                .observe(server_time, answer.sent_at, answer.received_at);
        }
        let server_now = state.server_clock.now(answer.received_at);
        poll::Answer {
            changed,
            comparable: state.etag.is_some(),
            waited: answer.waited,
            is_final: self.followed.is_final(),
            last_progress_age: self
                .followed
                .last_progress()
                .and_then(|progress| server_now.since(progress)),
        }
    }

    /// Moves the time and the freshness, and again while somebody looks: at the next full second,
    /// or seldom where nothing but the age of what is shown can change.
    fn tick(self: &Rc<Self>) {
        const SECOND: i64 = 1000;
        const SELDOM: Seconds = Seconds::from_secs(10);
        let (now, freshness) = {
            let mut state = self.state.borrow_mut();
            state.tick = None;
            let now = state.now();
            (now, state.poller.freshness(now.viewer))
        };
        self.set_now.set(now);
        self.set_freshness.set(freshness);
        if !page::is_visible() {
            return;
        }
        let rest_of_second = SECOND - now.server.unix_millis().rem_euclid(SECOND);
        let rest = if is_at_rest(freshness.fetching) {
            SELDOM
        } else {
            Seconds::from_millis(rest_of_second.unsigned_abs())
        };
        let driver = Rc::clone(self);
        let tick = Timer::after(rest, move || driver.tick());
        self.state.borrow_mut().tick = tick;
    }
}

fn is_at_rest(fetching: Fetching) -> bool {
    matches!(
        fetching,
        Fetching::Final | Fetching::NotFound | Fetching::Refused { .. }
    )
}
