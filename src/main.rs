//! Starts the portal in the element that `index.html` keeps for it.

fn main() {
    trade_status_portal::start::run();
}
