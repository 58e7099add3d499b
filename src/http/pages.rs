//! Pages of the UI, at the addresses of what they show: whoever prefers HTML gets the page, everybody else what a program asked for.

use std::str::FromStr as _;

use rocket::http::{Accept, Header, Method, Status};
use rocket::response::Responder as _;
use rocket::route::{Handler, Outcome};
use rocket::{Data, Request, Route};

use super::assets::{self, listed};

/// Every page but the first. The browser's side of the list is `static/js/lib/router.js`.
const PAGES: [&str; 13] = [
    "/entries",
    "/entries/<entry_id>",
    "/map",
    "/cats",
    "/cats/<cat_id>",
    "/sign-in",
    "/register",
    "/set-up",
    "/account",
    "/admin",
    "/admin/users",
    "/admin/flags",
    "/admin/audit",
];

/// Where an address belongs to the API, too, its route hands over to the page.
pub fn shared(mut route: Route) -> Route {
    if route.method == Method::Get && PAGES.contains(&route.uri.path()) {
        route.handler = Box::new(Shared(route.handler));
    }
    route
}

/// The pages that stand alone, given the paths of all other routes that are asked with GET.
pub fn alone(others: &[&str]) -> Vec<Route> {
    PAGES.iter().filter(|path| !others.contains(path)).map(|path| Route::new(Method::Get, path, Alone)).collect()
}

#[derive(Clone)]
struct Shared(Box<dyn Handler>);

#[rocket::async_trait]
impl Handler for Shared {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let outcome = if prefers_page(request, false) { page(request) } else { self.0.handle(request, data).await };
        varying(outcome)
    }
}

#[derive(Clone)]
struct Alone;

#[rocket::async_trait]
impl Handler for Alone {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        if prefers_page(request, true) { varying(page(request)) } else { Outcome::forward(data, Status::NotFound) }
    }
}

fn page<'r>(request: &'r Request<'_>) -> Outcome<'r> {
    match assets::index().respond_to(request) {
        Ok(response) => Outcome::Success(response),
        Err(status) => Outcome::Error(status),
    }
}

/// Tells caches that another `Accept` may get another answer.
fn varying(mut outcome: Outcome<'_>) -> Outcome<'_> {
    if let Outcome::Success(response) = &mut outcome {
        let varies: Vec<&str> = response.headers().get("Vary").chain(["Accept"]).collect();
        let varies = varies.join(", ");
        response.set_header(Header::new("Vary", varies));
    }
    outcome
}

/// Whether a client would rather have HTML than JSON (RFC 9110, 12.5.1). Where it is all the same to it, `or_else` decides.
fn prefers_page(request: &Request<'_>, or_else: bool) -> bool {
    let Ok(accept) = Accept::from_str(&listed(request, "Accept")) else { return or_else };
    let (page, data) = (weight(&accept, "text", "html"), weight(&accept, "application", "json"));
    if (page - data).abs() < f32::EPSILON { or_else } else { page > data }
}

/// How much a client likes a media type; what names it most closely counts.
fn weight(accept: &Accept, top: &str, sub: &str) -> f32 {
    let fits = |own: &str, wanted: &str| own == "*" || own == wanted;
    let named = accept.iter().filter(|kind| fits(kind.top().as_str(), top) && fits(kind.sub().as_str(), sub));
    named.max_by_key(|kind| kind.specificity()).map_or(0.0, |kind| kind.weight_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(accept: &str) -> (f32, f32) {
        let accept = Accept::from_str(accept).unwrap();
        (weight(&accept, "text", "html"), weight(&accept, "application", "json"))
    }

    #[test]
    fn what_names_a_type_most_closely_counts() {
        assert_eq!(weights("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"), (1.0, 0.8));
        assert_eq!(weights("application/json, text/*;q=0.5"), (0.5, 1.0));
        assert_eq!(weights("*/*, text/html;q=0.2"), (0.2, 1.0));
        assert_eq!(weights("image/png"), (0.0, 0.0));
    }

    #[test]
    fn a_page_stands_alone_where_the_api_has_no_such_address() {
        let paths = |others: &[&str]| alone(others).iter().map(|route| route.uri.path().to_owned()).collect::<Vec<_>>();
        assert_eq!(paths(&[]).len(), PAGES.len());
        assert!(!paths(&["/entries", "/cats"]).iter().any(|path| path == "/entries" || path == "/cats"));
    }
}
