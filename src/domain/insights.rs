//! Insights: what the latest sightings of a cat add up to, for one of four purposes, with the notes they rest on.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::analysis::hex;
use super::draft::{Draft, Fields};
use super::entries::Entry;
use super::rounding::round_to;
use super::text;

/// The wording of what follows; a new one makes stored insights old.
pub const PROMPT_VERSION: &str = "v1";
/// How many of the newest sightings are considered.
pub const CONSIDERED: u32 = 10;
const CITED: usize = 5;

/// Words that hint at trouble when found anywhere in the notes, and at which.
const RISKS: [(&str, &str); 8] = [
    ("limp", "injury"),
    ("blood", "injury"),
    ("wound", "injury"),
    ("thin", "malnutrition"),
    ("cough", "respiratory"),
    ("sneeze", "respiratory"),
    ("aggressive", "behaviour"),
    ("hiss", "behaviour"),
];

/// What an insight is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    #[default]
    Profile,
    Care,
    Update,
    Risk,
}

impl Mode {
    pub const ALL: [(&'static str, Self); 4] =
        [("profile", Self::Profile), ("care", Self::Care), ("update", Self::Update), ("risk", Self::Risk)];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Care => "care",
            Self::Update => "update",
            Self::Risk => "risk",
        }
    }
}

/// A wish for an insight, as sent.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct InsightDraft {
    pub mode: Mode,
    #[schema(max_length = 500)]
    pub question: Option<String>,
}

impl Draft for InsightDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            mode: fields.literal("mode", &Mode::ALL).unwrap_or_default(),
            question: fields.optional_text("question", 500).as_deref().and_then(text::plain),
        }
    }
}

/// A note that an insight rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Citation {
    pub entry_id: i64,
    pub quote: String,
    pub location: Option<String>,
    #[serde(rename = "createdAt")]
    pub created_at: String,
}

/// An insight, as it is stored and answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Insight {
    pub cat_id: i64,
    pub mode: Mode,
    pub prompt_version: String,
    /// 0 to 1, two decimals.
    pub confidence: f64,
    pub headline: String,
    pub summary: String,
    pub flags: Vec<String>,
    pub suggested_actions: Vec<String>,
    pub citations: Vec<Citation>,
    #[serde(rename = "generatedAt")]
    pub generated_at: String,
}

/// What an insight is made of: a cat, its newest sightings, newest first and at least one, and what is asked.
#[derive(Debug, Clone)]
pub struct Subject {
    pub cat_id: i64,
    pub name: Option<String>,
    pub entries: Vec<Entry>,
    pub mode: Mode,
    pub question: Option<String>,
}

impl Subject {
    /// SHA-256, in hexadecimal, of everything that can change the answer.
    #[must_use]
    pub fn context_hash(&self) -> String {
        let seen = |entry: &Entry| json!([entry.id, entry.text, entry.location, entry.created_at]);
        let context = json!([self.name, self.question, self.entries.iter().map(seen).collect::<Vec<_>>()]);
        hex(&Sha256::digest(context.to_string()))
    }

    /// The insight, as of `generated_at`.
    #[must_use]
    pub fn insight(&self, generated_at: String) -> Insight {
        let flags = self.flags();
        Insight {
            cat_id: self.cat_id,
            mode: self.mode,
            prompt_version: PROMPT_VERSION.to_owned(),
            confidence: confidence(self.entries.len()),
            headline: self.headline(flags.len()),
            summary: self.summary(flags.len()),
            suggested_actions: self.actions(!flags.is_empty()),
            flags,
            citations: self.entries.iter().take(CITED).map(cite).collect(),
            generated_at,
        }
    }

    fn flags(&self) -> Vec<String> {
        let notes = self.entries.iter().map(|entry| entry.text.to_lowercase()).collect::<Vec<_>>().join("\n");
        let found = RISKS.iter().filter(|(word, _)| notes.contains(word));
        found.map(|(word, risk)| format!("Possible {risk}: a note says \u{201c}{word}\u{201d}.")).collect()
    }

    fn called(&self) -> &str {
        self.name.as_deref().unwrap_or("This cat")
    }

    fn headline(&self, flags: usize) -> String {
        let name = self.called();
        match (self.mode, flags) {
            (Mode::Profile, _) => format!("{name}, as the neighbours know this cat"),
            (Mode::Care, 0) => format!("{name} seems to get along"),
            (Mode::Care, _) => format!("{name} may need a hand"),
            (Mode::Update, _) => format!("The latest on {name}"),
            (Mode::Risk, 0) => format!("Nothing alarming is noted about {name}"),
            (Mode::Risk, 1) => format!("One thing to watch about {name}"),
            (Mode::Risk, _) => format!("{flags} things to watch about {name}"),
        }
    }

    fn summary(&self, flags: usize) -> String {
        let count = self.entries.len();
        let sightings = if count == 1 { "one sighting".to_owned() } else { format!("the {count} latest sightings") };
        let place = self.entries.iter().find_map(|entry| entry.location.as_deref()).filter(|place| !place.is_empty());
        let seen = place.map_or_else(String::new, |place| format!(" The last place noted is {place}."));
        let noted = match flags {
            0 => "No note hints at trouble.".to_owned(),
            1 => "One word in the notes hints at trouble.".to_owned(),
            _ => format!("{flags} words in the notes hint at trouble."),
        };
        let mut summary = format!("This rests on {sightings}.{seen} {noted}");
        if self.question.is_some() {
            summary.push_str(" Your question is best answered by the notes below: they are quoted as they were written.");
        }
        summary
    }

    fn actions(&self, has_flags: bool) -> Vec<String> {
        let actions: &[&str] = match (self.mode, has_flags) {
            (Mode::Profile, _) => &["Compare the photos of these sightings.", "Add a name and what tells this cat from others."],
            (Mode::Care, true) => &[
                "Look at the cat within a day, from a distance.",
                "Ask a vet or a rescue group if it gets worse.",
                "Put out food and water.",
            ],
            (Mode::Care, false) => &["Keep food and water where the cat is used to them.", "Log the next sighting with a photo."],
            (Mode::Update, _) => &["Tell the neighbours near the last place.", "Log the next sighting with a photo."],
            (Mode::Risk, true) => {
                &["Read the cited notes in full.", "Ask someone nearby to look today.", "Have the number of a vet at hand."]
            }
            (Mode::Risk, false) => &["Keep an eye open.", "Log anything unusual."],
        };
        actions.iter().map(|action| (*action).to_owned()).collect()
    }
}

fn cite(entry: &Entry) -> Citation {
    Citation {
        entry_id: entry.id,
        quote: text::summary(&entry.text, 120),
        location: entry.location.clone(),
        created_at: entry.created_at.clone(),
    }
}

/// 0.4 below two sightings, else 0.35 + 0.08 a sighting, at most 0.85.
#[expect(clippy::cast_precision_loss, reason = "at most ten sightings are considered")]
fn confidence(sightings: usize) -> f64 {
    if sightings < 2 { 0.4 } else { round_to((0.35 + 0.08 * sightings as f64).min(0.85), 2) }
}
