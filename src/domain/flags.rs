//! Features that can be switched: for nobody, for everybody, or for a share of people.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::draft::{Draft, Fields};

/// A feature with a switch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Analyses of notes, and insights.
    #[default]
    AiAnalysis,
    /// The new profile page.
    NewCatProfiles,
}

impl Flag {
    pub const ALL: [(&'static str, Self); 2] = [("ai_analysis", Self::AiAnalysis), ("new_cat_profiles", Self::NewCatProfiles)];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    /// The flag of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, flag)| *flag)
    }

    /// Whether somebody has the feature, where this share of people does. Who has it keeps it while the share grows: each has a place of
    /// their own among a hundred, from SHA-256 of the flag and who they are.
    #[must_use]
    pub fn is_on(self, share: Share, who: &str) -> bool {
        match share.0 {
            0 => false,
            100 => true,
            percent => {
                let digest = Sha256::new().chain_update(self.as_str()).chain_update([0]).chain_update(who).finalize();
                let place = digest.iter().take(7).fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) % 100;
                place < u64::from(percent)
            }
        }
    }
}

/// Of a hundred people, how many have a feature: 0 is off, 100 is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(u8);

impl Share {
    pub const OFF: Self = Self(0);
    pub const ON: Self = Self(100);

    /// None above a hundred.
    #[must_use]
    pub fn of(percent: u8) -> Option<Self> {
        (percent <= 100).then_some(Self(percent))
    }

    #[must_use]
    pub fn percent(self) -> u8 {
        self.0
    }
}

impl FromStr for Share {
    type Err = &'static str;

    /// `on`, `off` or a percentage such as `25%`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "on" | "true" => Ok(Self::ON),
            "off" | "false" => Ok(Self::OFF),
            number => match number.trim_end_matches('%').parse().map(Self::of) {
                Ok(Some(share)) => Ok(share),
                _ => Err("it should be on, off or a percentage such as 25%"),
            },
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => out.write_str("off"),
            100 => out.write_str("on"),
            percent => write!(out, "{percent}%"),
        }
    }
}

/// A flag as whoever runs the atlas sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlagState {
    pub name: Flag,
    /// `on`, `off` or a percentage such as `25%`
    pub state: String,
    /// Of a hundred people, how many have the feature
    pub percent: u8,
    /// Whether somebody has set it; otherwise it is as the environment has it
    pub is_set: bool,
}

/// A switch to be set, as sent.
#[derive(Debug, Clone, Copy, Default, ToSchema)]
pub struct FlagDraft {
    pub name: Flag,
    /// Of a hundred people, how many get the feature: 0 switches it off, 100 on. Null leaves it to the environment.
    #[schema(minimum = 0, maximum = 100)]
    pub percent: Option<u8>,
}

impl Draft for FlagDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        let name = fields.literal("name", &Flag::ALL).unwrap_or_default();
        let percent = fields.optional_int("percent", 0..=100, -1);
        #[expect(clippy::disallowed_methods, reason = "what is no percentage leaves it to the environment")]
        let percent = u8::try_from(percent).ok();
        Self { name, percent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_on_off_or_a_percentage() {
        for (text, percent) in
            [("on", Some(100)), ("OFF", Some(0)), ("25%", Some(25)), ("7", Some(7)), ("101%", None), ("-1", None), ("", None)]
        {
            assert_eq!(text.parse::<Share>().map_or(None, |share| Some(share.percent())), percent, "{text}");
        }
        assert_eq!([Share::ON, Share::OFF, Share(25)].map(|share| share.to_string()), ["on", "off", "25%"]);
    }

    #[test]
    fn a_percentage_is_about_that_of_people_and_grows_around_them() {
        let has = |percent, number: u32| Flag::NewCatProfiles.is_on(Share(percent), &format!("user {number}"));
        let quarter = (0..10_000).filter(|number| has(25, *number)).count();
        assert!((2300..2700).contains(&quarter), "{quarter} of 10,000");
        assert!((0..1000).all(|number| !has(25, number) || has(26, number)), "nobody loses it while the share grows");
        assert!((0..1000).any(|number| has(50, number) != Flag::AiAnalysis.is_on(Share(50), &format!("user {number}"))));
    }
}
