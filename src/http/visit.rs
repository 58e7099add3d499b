//! Somebody at the door: where they come from, what they came in, and how they take their tokens.

use std::net::IpAddr;

use jiff::Timestamp;
use rocket::Request;
use rocket::http::CookieJar;
use rocket::request::{FromRequest, Outcome};

use crate::auth::attempts::Guest;
use crate::auth::tokens::Purpose;
use crate::domain::sessions::client_name;

use super::access::FORGED;
use super::context::Context;
use super::cookies;
use super::error::ApiResult;
use super::gate::Gate;

/// A request to one of the doors.
#[derive(Debug)]
pub struct Visit<'r> {
    pub jar: &'r CookieJar<'r>,
    /// What the browser or program calls itself.
    pub client: Option<String>,
    /// Browsers say where a request comes from, or bring our cookies, and get cookies that no script can read. Others get tokens in the
    /// answer.
    pub is_browser: bool,
    is_from_our_page: bool,
    address: IpAddr,
}

impl Visit<'_> {
    /// Refuses pages of others that would sign somebody in as somebody else, or out.
    pub fn check(&self) -> ApiResult<()> {
        if self.is_browser && !self.is_from_our_page { Err(FORGED) } else { Ok(()) }
    }

    /// Who guesses at this account, known or not by the cookie of an earlier visit.
    pub fn guest(&self, username: &str, account_id: Option<i64>, gate: &Gate) -> Guest {
        let shown = self.jar.get(cookies::DEVICE).map(|cookie| gate.signer.check(cookie.value(), Purpose::Device, Timestamp::now()));
        let browser = match shown {
            Some(Ok(claims)) if account_id.is_some_and(|id| claims.sub == id.to_string()) => Some(claims.jti),
            _ => None,
        };
        Guest::new(username, self.address, browser)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visit<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let sent = |name| request.headers().get_one(name);
        let has_cookies = [cookies::ACCESS, cookies::REFRESH].into_iter().any(|name| request.cookies().get(name).is_some());
        Outcome::Success(Self {
            jar: request.cookies(),
            client: sent("User-Agent").and_then(client_name),
            is_browser: ["Origin", "Sec-Fetch-Site"].into_iter().any(|name| sent(name).is_some()) || has_cookies,
            is_from_our_page: request.rocket().state::<Gate>().is_some_and(|gate| gate.is_from_our_page(request)),
            address: Context::of(request).address,
        })
    }
}
