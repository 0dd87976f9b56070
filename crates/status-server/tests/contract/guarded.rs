//! A server with access control, and everybody who may come to it.

use std::{num::NonZeroU32, sync::Arc};

use access::{AccessFile, Identity, Limits, Person, Register, Role, Share, Token};
use reqwest::{Client, Method, RequestBuilder, redirect};
use status_model::{Seconds, Session};
use status_server::{
    api::{App, Policy},
    gate::Gate,
};
use tempfile::TempDir;

use crate::support::{Server, TestStore, now, portal};

/// What somebody shows of themselves.
#[derive(Clone, Debug)]
pub enum Shows {
    Nothing,
    Bearer(String),
    Cookie(String),
}

impl Shows {
    pub fn with(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Nothing => request,
            Self::Bearer(token) => request.bearer_auth(token),
            Self::Cookie(cookie) => request.header("cookie", cookie),
        }
    }
}

/// A server with access control.
pub struct Guarded {
    pub server: Server,
    pub store: Arc<TestStore>,
    pub register: Arc<Register>,
    client: Client,
    directory: TempDir,
}

impl Guarded {
    pub async fn start() -> Self {
        Self::with(Limits::USUAL, Gate::USUAL_SHARES).await
    }

    /// With narrower limits.
    pub async fn limited(rate: u32, burst: u32, waiting: usize) -> Self {
        let number = |number| NonZeroU32::new(number).unwrap();
        let limits = Limits {
            rate: number(rate),
            burst: number(burst),
            waiting,
        };
        Self::with(limits, Gate::USUAL_SHARES).await
    }

    /// With so many good links of one maker.
    pub async fn sharing_at_most(max_shares: usize) -> Self {
        Self::with(Limits::USUAL, max_shares).await
    }

    async fn with(limits: Limits, max_shares: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("access.db");
        let register = Register::open(&path, now(), &mut rand::rng()).unwrap();
        let register = Arc::new(register);
        let store = Arc::new(TestStore::default());
        let mut gate = Gate::guarded(Arc::clone(&register), limits);
        gate.max_shares = max_shares;
        let app = App::new(store.clone(), portal(), Policy::default(), now).behind(gate);
        Self {
            server: Server::of(app).await,
            store,
            register,
            client: Client::builder()
                .no_proxy()
                .redirect(redirect::Policy::none())
                .build()
                .unwrap(),
            directory,
        }
    }

    /// The file, as another process has it.
    pub fn file(&self) -> AccessFile {
        let path = self.directory.path().join("access.db");
        AccessFile::open_existing(&path, &mut rand::rng()).unwrap()
    }

    /// A token of this role.
    pub fn token(&self, name: &str, role: Role) -> String {
        let name = name.parse().unwrap();
        let (token, text) = Token::new(name, role, None, now(), &mut rand::rng());
        self.file().add_token(&token).unwrap();
        self.register.refresh(now()).unwrap();
        text.text()
    }

    pub fn bearer(&self, name: &str, role: Role) -> Shows {
        Shows::Bearer(self.token(name, role))
    }

    /// Somebody who has signed in.
    pub fn person(&self, subject: &str, role: Role) -> Shows {
        let person = Person {
            subject: subject.to_owned(),
            name: format!("{subject} by name"),
            role,
            expires_at: now() + Seconds::from_secs(3600),
        };
        let secret = self.register.sign_in(&person, now(), &mut rand::rng());
        Shows::Cookie(format!("__Host-session={}", secret.unwrap().text()))
    }

    /// A link to a session.
    pub fn share(&self, session: &str, is_redacted: bool) -> Share {
        let by = (Identity::Loopback.key(), String::new());
        let length = Seconds::from_secs(3600);
        let session = session.parse().unwrap();
        let share = Share::new(session, is_redacted, by, (now(), length), &mut rand::rng());
        self.register.add_share(&share, now()).unwrap();
        share
    }

    /// What a browser shows that has opened the link.
    pub fn opened(&self, share: &Share) -> Shows {
        let link = share.link(self.register.key());
        Shows::Cookie(format!("__Host-share-{}={link}", share.id))
    }

    /// A request that follows no redirects.
    pub fn request(&self, method: Method, path: &str, shows: &Shows) -> RequestBuilder {
        let url = format!("http://{}{path}", self.server.address);
        shows.with(self.client.request(method, url))
    }

    pub fn get(&self, path: &str, shows: &Shows) -> RequestBuilder {
        self.request(Method::GET, path, shows)
    }

    /// A change that a page of this server asks for, as a browser says it.
    pub fn by_our_page(&self, method: Method, path: &str, shows: &Shows) -> RequestBuilder {
        let request = self.request(method, path, shows);
        request.header("sec-fetch-site", "same-origin")
    }

    pub fn put(&self, session: &Session) {
        self.store.put(session);
    }
}
