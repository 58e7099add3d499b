//! How browsers keep what they are signed in with: where no script can read it, and for requests of our own pages alone.

use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::time::Duration;

use crate::domain::sessions::REFRESH_SECONDS;

pub const ACCESS: &str = "catatlas_access";
pub const REFRESH: &str = "catatlas_refresh";
/// Says that an account has been signed in to in this browser before.
pub const DEVICE: &str = "catatlas_device";
/// How long a browser is known after the last time somebody signed in.
pub const DEVICE_SECONDS: i64 = 180 * 24 * 60 * 60;

/// Where the cookies go that only the door needs to see.
const DOOR: &str = "/auth";

/// Hands a browser its access and refresh tokens. An access token stays when its time is over: so we can tell somebody who has to renew it
/// from somebody who is not signed in.
pub fn keep(jar: &CookieJar<'_>, access: String, refresh: String, is_behind_tls: bool) {
    jar.add(cookie(ACCESS, access, "/", REFRESH_SECONDS, is_behind_tls));
    jar.add(cookie(REFRESH, refresh, DOOR, REFRESH_SECONDS, is_behind_tls));
}

pub fn keep_device(jar: &CookieJar<'_>, device: String, is_behind_tls: bool) {
    jar.add(cookie(DEVICE, device, DOOR, DEVICE_SECONDS, is_behind_tls));
}

/// Takes the tokens back. The browser stays known.
pub fn forget(jar: &CookieJar<'_>) {
    for (name, path) in [(ACCESS, "/"), (REFRESH, DOOR)] {
        if jar.get(name).is_some() {
            jar.remove(Cookie::build(name).path(path));
        }
    }
}

fn cookie(name: &'static str, value: String, path: &'static str, seconds: i64, is_behind_tls: bool) -> Cookie<'static> {
    Cookie::build((name, value))
        .path(path)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_behind_tls)
        .max_age(Duration::seconds(seconds))
        .build()
}
