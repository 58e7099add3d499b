//! Rate-limit categories. A route is mounted through one of them, or not at all.

use rocket::{Build, Rocket, Route};

use crate::domain::accounts::Act;

use super::access::guarded;

/// Which limit counts a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Signs somebody in or up, where passwords and invites could be guessed.
    Auth,
    /// Changes something.
    Write,
    /// Reads something.
    Read,
    /// Costs more than most: analyses and insights.
    Analysis,
    /// Monitoring, pages and documents.
    Unlimited,
}

/// Routes of one category.
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

/// Mounts routes at the root, as the predecessor's clients expect them.
pub fn mount(server: Rocket<Build>, routes: Vec<Routes>) -> Rocket<Build> {
    routes.into_iter().fold(server, |server, Routes { category, act, list }| {
        log::debug!("{} routes are {category:?}", list.len());
        server.mount("/", list.into_iter().map(|route| guarded(route, act)).collect::<Vec<_>>())
    })
}
