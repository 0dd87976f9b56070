//! Puts the account's page in the place that `account.html` keeps for it.

use leptos::{prelude::IntoAny, view};
use trade_status_portal::{account::AccountPage, browser::page, mount::mount, route};

fn main() {
    mount(|client| {
        let session = route::shared(&page::query());
        view! { <AccountPage client=client session=session /> }.into_any()
    });
}
