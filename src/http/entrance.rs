//! The entrance that every route is mounted with: a request is counted, then asked whether it may, and only then handled.

use std::sync::Arc;

use rocket::http::Method;
use rocket::route::{Handler, Outcome};
use rocket::{Build, Data, Request, Rocket, Route};

use crate::domain::accounts::Act;
use crate::trace;

use super::context::Context;
use super::limits::{self, Category};
use super::{access, body, pages};

/// Routes of one category that all do the same.
#[derive(Debug)]
pub struct Routes {
    category: Category,
    act: Act,
    list: Vec<Route>,
}

impl Category {
    /// Routes that all do this act: none is mounted without one.
    pub fn of(self, act: Act, routes: Vec<Route>) -> Routes {
        Routes { category: self, act, list: routes }
    }
}

impl Routes {
    /// Each route as `GET /entries/<entry_id>`, and what it does.
    pub fn acts(&self) -> impl Iterator<Item = (String, Act)> {
        self.list.iter().map(|route| (format!("{} {}", route.method, route.uri), self.act))
    }
}

/// The paths of all routes that are asked with GET.
pub fn read_paths(routes: &[Routes]) -> Vec<&str> {
    let all = routes.iter().flat_map(|routes| &routes.list);
    all.filter(|route| route.method == Method::Get).map(|route| route.uri.path()).collect()
}

/// Mounts routes at the root, as the predecessor's clients expect them.
pub fn mount(server: Rocket<Build>, routes: Vec<Routes>) -> Rocket<Build> {
    routes.into_iter().fold(server, |server, Routes { category, act, list }| {
        log::debug!("{} routes are {category:?}", list.len());
        let entered = |mut route: Route| {
            route.handler = Box::new(Entrance { category, act, handler: route.handler });
            // A page is neither counted nor refused.
            pages::shared(route)
        };
        server.mount("/", list.into_iter().map(entered).collect::<Vec<_>>())
    })
}

/// A fairing could not refuse, and a guard could be forgotten.
#[derive(Clone)]
struct Entrance {
    category: Category,
    act: Act,
    handler: Box<dyn Handler>,
}

#[rocket::async_trait]
impl Handler for Entrance {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let handled = async {
            // Counted first: who is refused has asked, too.
            match limits::count(request, self.category).and_then(|()| access::admit(request, self.act)) {
                Ok(()) => self.handler.handle(request, data).await,
                Err(refused) => {
                    body::drain(data).await;
                    Outcome::from(request, refused)
                }
            }
        };
        // Log lines name the request on whatever thread they are written.
        trace::of(Arc::clone(&Context::of(request).trace), handled).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_in_a_category_of_their_kind() {
        for Routes { category, list, .. } in super::super::routes() {
            for route in list {
                let fits = match category {
                    Category::Read => route.method == Method::Get,
                    Category::Unlimited => matches!(route.method, Method::Get | Method::Options),
                    Category::Auth | Category::Write | Category::Analysis => route.method != Method::Get,
                };
                assert!(fits, "{route} is {category:?}");
            }
        }
    }
}
