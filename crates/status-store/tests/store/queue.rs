//! What is in the queue of the thread that writes.

use status_store::StatusStore;

use crate::given::{get, put, session, store};

#[tokio::test]
async fn a_write_that_nobody_waits_for_happens_all_the_same_and_harms_nobody() {
    let (store, _place) = store().await;
    let first = session("first", "2026-11-22T12:00:00Z");
    {
        // Polled once, so that it is in the queue, and then forgotten.
        let mut commit = Box::pin(store.commit(None, &first));
        let poll = std::future::poll_fn(|context| {
            std::task::Poll::Ready(commit.as_mut().poll(context).is_ready())
        });
        poll.await;
    }
    put(&store, &session("second", "2026-11-22T12:00:00Z")).await;
    assert_eq!(get(&store, "first").await, first);
}
