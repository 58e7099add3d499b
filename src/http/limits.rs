//! Rate-limit categories. A route is mounted through one of them, or not at all.

use rocket::{Build, Rocket, Route};

/// Which limit counts a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
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
    routes: Vec<Route>,
}

impl Category {
    pub fn of(self, routes: Vec<Route>) -> Routes {
        Routes { category: self, routes }
    }
}

/// Mounts routes at the root, as the predecessor's clients expect them.
pub fn mount(server: Rocket<Build>, routes: Vec<Routes>) -> Rocket<Build> {
    routes.into_iter().fold(server, |server, Routes { category, routes }| {
        log::debug!("{} routes are {category:?}", routes.len());
        server.mount("/", routes)
    })
}
