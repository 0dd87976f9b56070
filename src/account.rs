//! `/account`: who somebody is to the server, and the links that they have made for others.
//!
//! A program of its own, so that nobody downloads it who only looks at sessions.

use gloo_net::http::Method;
use leptos::{prelude::*, task::spawn_local};
use portal_model::{
    account_view::{AccountView, ShareView, Validity},
    message::Message,
    poll::Failure,
    words,
};
use serde::de::DeserializeOwned;
use status_model::{
    SessionId,
    api::{Me, NewShare, ShareBody},
};
use web_sys::AbortController;

use crate::{
    browser::page,
    client::{Ask, Change, Client, FetchError, json},
    components::{
        account::{Account, MakeLink, Shares},
        copy::LastCopied,
        message::MessageCard,
        theme::ThemeSwitch,
        zone::{ZoneChoice, ZoneSwitch},
    },
    route,
};

/// What the server says of somebody.
#[derive(Clone, PartialEq)]
struct Known {
    view: AccountView,
    shares: Vec<ShareBody>,
}

/// How far the page has come.
#[derive(Clone, PartialEq)]
enum State {
    Loading,
    Known(Known),
    Failed(Failure),
}

/// The page's state, and the one who changes it.
#[derive(Clone)]
struct Page {
    client: Client,
    state: RwSignal<State>,
    /// What came of what was done last.
    said: RwSignal<String>,
    /// The link that was made last.
    made: RwSignal<Option<ShareBody>>,
}

/// The page.
#[component]
pub fn AccountPage(
    client: Client,
    /// The session that is to be shared, where the address names one.
    session: Option<SessionId>,
) -> impl IntoView {
    page::set_title("Account");
    provide_context(LastCopied::nothing());
    let zone = ZoneChoice::restored();
    let page = Page {
        client,
        state: RwSignal::new(State::Loading),
        said: RwSignal::new(String::new()),
        made: RwSignal::new(None),
    };
    page.clone().load();
    let said = page.said;
    let body = move || match page.state.get() {
        State::Loading => view! { <Loading /> }.into_any(),
        State::Failed(failure) => {
            let page = page.clone();
            let check_again = Callback::new(move |()| page.clone().load());
            let message = Message::no_account(failure);
            view! { <MessageCard message=message on_check_again=check_again home=route::HOME /> }
                .into_any()
        }
        State::Known(known) => {
            let parts = parts(&page, known, session.clone(), zone);
            view! { <h1>"Account"</h1> {parts} }.into_any()
        }
    };
    view! {
        <header class="bar">
            <a class="bar-name" href=route::HOME>
                "Session status"
            </a>
            <span class="grow"></span>
            <ZoneSwitch choice=zone />
            <ThemeSwitch />
        </header>
        <main class="page">
            {body} <p class="account-said" role="status">
                {move || said.get()}
            </p>
        </main>
    }
}

/// What stands in the page's place until it is known; seen only if that takes long.
#[component]
fn Loading() -> impl IntoView {
    view! {
        <div class="late" aria-busy="true">
            <h1 class="heard">"Loading"</h1>
            <div class="skeleton skeleton-title"></div>
            <div class="card skeleton-card"></div>
        </div>
    }
}

fn parts(page: &Page, known: Known, session: Option<SessionId>, zone: ZoneChoice) -> AnyView {
    let Known { view, shares } = known;
    let (can_share, sees_all) = (view.can_share, view.sees_all);
    let on_sign_out = callback(page, |page, ()| page.sign_out());
    let make = session.filter(|_| can_share).map(|session| {
        let shared = session.clone();
        let on_make = callback(page, move |page, (validity, redacted)| {
            page.make(&shared, validity, redacted);
        });
        let made = page.made;
        let link = move || made.get().map(|share| share.url);
        view! { <MakeLink session=session.to_string() on_make=on_make link=link /> }.into_any()
    });
    let links = can_share.then(|| {
        let on_revoke = callback(page, Page::revoke);
        let rows = move || {
            let row = |share| {
                let view = ShareView::new(share, sees_all, zone.zone());
                (route::session(&share.session_id), view)
            };
            shares.iter().map(row).collect::<Vec<_>>()
        };
        view! { <Shares rows=rows on_revoke=on_revoke /> }.into_any()
    });
    let refused = (!can_share && view.can_sign_out).then_some(words::account::MAY_NOT_SHARE);
    view! {
        <Account view=view on_sign_out=on_sign_out />
        {refused.map(|text| view! { <p class="notice">{text}</p> })}
        {make}
        {links}
    }
    .into_any()
}

fn callback<T: 'static>(page: &Page, act: impl Fn(Page, T) + Send + Sync + 'static) -> Callback<T> {
    let page = page.clone();
    Callback::new(move |what| act(page.clone(), what))
}

impl Page {
    /// Asks who it is, and for the links of who may have some.
    fn load(self) {
        spawn_local(async move {
            let state = match self.known().await {
                Ok(known) => State::Known(known),
                Err(error) => State::Failed(Failure::from(&error)),
            };
            self.state.set(state);
        });
    }

    async fn known(&self) -> Result<Known, FetchError> {
        let me: Me = self.get(route::api::ME).await?;
        let view = AccountView::new(&me);
        let shares = if view.can_share {
            self.get(route::api::SHARES).await?
        } else {
            Vec::new()
        };
        Ok(Known { view, shares })
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, FetchError> {
        let controller = AbortController::new().map_err(|_| FetchError::Aborted)?;
        let ask = Ask {
            path: path.to_owned(),
            ..Ask::default()
        };
        let answer = self.client.get(&ask, &controller.signal()).await?;
        read(&answer.body.unwrap_or_default())
    }

    fn make(self, session: &SessionId, validity: Validity, redacted: bool) {
        let wanted = NewShare {
            session_id: session.clone(),
            expires_in: Some(validity.seconds()),
            redacted,
        };
        // Texts and numbers can always be written.
        let body = serde_json::to_string(&wanted).ok();
        let path = route::api::SHARES.to_owned();
        self.act(
            "Making the link",
            Method::POST,
            path,
            body,
            |page, answer| {
                if let Ok(share) = read(answer) {
                    page.made.set(Some(share));
                    page.said.set(words::account::MADE.to_owned());
                }
                page.clone().load();
            },
        );
    }

    fn revoke(self, id: String) {
        let path = route::api::share(&id);
        self.act(
            "Revoking the link",
            Method::DELETE,
            path,
            None,
            move |page, _| {
                page.made
                    .update(|made| *made = made.take().filter(|made| made.id != id));
                page.said.set(words::account::REVOKED.to_owned());
                page.clone().load();
            },
        );
    }

    fn sign_out(self) {
        let path = route::SIGN_OUT.to_owned();
        self.act("Signing out", Method::POST, path, None, |_, answer| {
            // Where it goes on: home, or to the identity provider first.
            let next = json(answer).ok();
            let next = next.as_ref().and_then(|next| next["next"].as_str());
            page::leave_for(next.unwrap_or(route::HOME));
        });
    }

    /// Changes something, and says what can't be done.
    fn act(
        self,
        what: &'static str,
        method: Method,
        path: String,
        body: Option<String>,
        then: impl FnOnce(&Self, &str) + 'static,
    ) {
        spawn_local(async move {
            let change = Change { method, path, body };
            match self.client.change(change).await {
                Ok(answer) => then(&self, &answer),
                Err(error) => {
                    let status = match error {
                        FetchError::Http { status, .. } => Some(status),
                        _ => None,
                    };
                    self.said.set(words::account::not_done(what, status));
                }
            }
        });
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, FetchError> {
    serde_json::from_value(json(body)?).map_err(|error| FetchError::Unreadable(error.to_string()))
}
