//! Notifications of the system.

use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// Asks the viewer for the permission, unless it is there; says whether it is.
pub async fn allow() -> bool {
    if Notification::permission() == NotificationPermission::Default
        && let Ok(asked) = Notification::request_permission()
    {
        _ = JsFuture::from(asked).await;
    }
    Notification::permission() == NotificationPermission::Granted
}

/// Shows a notification; another one of the same tag replaces it. Nothing happens where the
/// browser does not allow it.
pub fn show(title: &str, tag: &str) {
    let options = NotificationOptions::new();
    options.set_tag(tag);
    // Without the permission, or where only a service worker may, the title has to do.
    _ = Notification::new_with_options(title, &options);
}
