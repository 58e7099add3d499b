//! What is logged: the least level of each part of the program, which may change while it runs.

use std::sync::RwLock;

use log::LevelFilter;

/// The least level, and those of parts that have their own.
#[derive(Debug, Clone)]
pub struct Levels {
    pub level: LevelFilter,
    /// A part, as modules are called (`catatlas::store`), and the least that is logged of it and what lies in it.
    pub parts: Vec<(String, LevelFilter)>,
}

static LEVELS: RwLock<Option<Levels>> = RwLock::new(None);

impl Levels {
    /// Makes these the ones that count.
    pub fn apply(self) {
        log::set_max_level(self.parts.iter().map(|(_, level)| *level).fold(self.level, Ord::max));
        *LEVELS.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(self);
    }

    fn of(&self, target: &str) -> LevelFilter {
        let named = self.parts.iter().filter(|(part, _)| is_in(target, part)).max_by_key(|(part, _)| part.len());
        match named {
            Some((_, level)) => *level,
            None if is_in(target, "catatlas") => self.level,
            // Rocket tells every request; the line of our own does that better.
            None if is_in(target, "rocket") || target == "_" => LevelFilter::Off,
            None => self.level.min(LevelFilter::Warn),
        }
    }
}

/// Whether something of this level is logged there.
pub fn admit(metadata: &log::Metadata<'_>) -> bool {
    let levels = LEVELS.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    levels.as_ref().is_some_and(|levels| metadata.level() <= levels.of(metadata.target()))
}

fn is_in(target: &str, part: &str) -> bool {
    target.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_part_decides() {
        let parts = [("catatlas::store", LevelFilter::Trace), ("catatlas::store::writer", LevelFilter::Off), ("ureq", LevelFilter::Debug)];
        let levels = Levels { level: LevelFilter::Info, parts: parts.map(|(part, level)| (part.to_owned(), level)).into() };
        for (target, level) in [
            ("catatlas::http", LevelFilter::Info),
            ("catatlas::store::db", LevelFilter::Trace),
            ("catatlas::store::writer", LevelFilter::Off),
            ("catatlas::storehouse", LevelFilter::Info),
            ("ureq::pool", LevelFilter::Debug),
            ("rustls", LevelFilter::Warn),
            ("rocket::server", LevelFilter::Off),
        ] {
            assert_eq!(levels.of(target), level, "{target}");
        }
    }
}
