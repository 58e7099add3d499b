//! Methods: the one that was sent counts, and a path that answers to others says to which.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, RawStr};
use rocket::{Data, Request, Route};

/// Undoes Rocket's `_method` form field, by which a POST may call itself a DELETE.
pub struct AsSent;

#[rocket::async_trait]
impl Fairing for AsSent {
    fn info(&self) -> Info {
        Info { name: "methods as sent", kind: Kind::Request }
    }

    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        const FIELD: &[u8] = b"_method=";
        let is_form = request.content_type().is_some_and(|kind| kind.is_form());
        if is_form && request.method() != Method::Post && data.peek(FIELD.len()).await.starts_with(FIELD) {
            request.set_method(Method::Post);
        }
    }
}

/// The methods that a request's path answers to, for the `Allow` header; none where there is nothing at that path.
pub fn allowed(request: &Request<'_>) -> Option<String> {
    // OPTIONS is answered everywhere, but to browsers before a request, not for itself.
    let routes = request.rocket().routes().filter(|route| route.method != Method::Options && is_at(route, request));
    let mut methods: Vec<Method> = routes.map(|route| route.method).collect();
    if methods.contains(&Method::Get) {
        methods.push(Method::Head);
    }
    methods.sort_by_key(|method| method.as_str());
    methods.dedup();
    let is_known = methods.contains(&request.method());
    (!methods.is_empty() && !is_known).then(|| methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", "))
}

/// Whether a route's path fits, `<name>` standing for any segment and `<name..>` for any number of them.
fn is_at(route: &Route, request: &Request<'_>) -> bool {
    let mut path = request.uri().path().raw_segments();
    for part in route.uri.path().split('/').filter(|part| !part.is_empty()) {
        if part.ends_with("..>") {
            return true;
        }
        match path.next() {
            Some(segment) if part.starts_with('<') || segment == part => {}
            _ => return false,
        }
    }
    path.all(RawStr::is_empty)
}
