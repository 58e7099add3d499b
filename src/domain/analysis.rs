//! What a note says: a summary, tags, a mood. Word lists and no model: the same text always says the same.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{keywords, text};

const POSITIVE: [&str; 10] = ["good", "great", "nice", "love", "fun", "happy", "win", "success", "worked", "improved"];
const NEGATIVE: [&str; 9] = ["bad", "hard", "confusing", "stuck", "fail", "error", "issue", "frustrating", "broken"];

/// Which of the two word lists matches more different words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sentiment {
    Positive,
    Negative,
    Neutral,
}

impl Sentiment {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Neutral => "neutral",
        }
    }
}

/// Counts the words of one text or, one after another, of many, without keeping the texts.
#[derive(Debug, Default)]
pub struct Tally {
    /// How often each keyword came, and how many different ones came before it.
    keywords: HashMap<String, (usize, usize)>,
    positive: HashSet<&'static str>,
    negative: HashSet<&'static str>,
}

impl Tally {
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut tally = Self::default();
        tally.add(text);
        tally
    }

    pub fn add(&mut self, text: &str) {
        for keyword in keywords::of(text) {
            let met = self.keywords.len();
            self.keywords.entry(keyword).or_insert((0, met)).0 += 1;
        }
        for word in text.to_lowercase().split(|c: char| !matches!(c, 'a'..='z' | '\'')) {
            self.positive.extend(POSITIVE.iter().filter(|own| **own == word));
            self.negative.extend(NEGATIVE.iter().filter(|own| **own == word));
        }
    }

    /// The `most` most frequent keywords, ties in order of first appearance.
    #[must_use]
    pub fn tags(&self, most: usize) -> Vec<String> {
        let mut words: Vec<_> = self.keywords.iter().collect();
        words.sort_unstable_by_key(|(_, (count, met))| (usize::MAX - count, *met));
        words.into_iter().take(most).map(|(word, _)| word.clone()).collect()
    }

    #[must_use]
    pub fn sentiment(&self) -> Sentiment {
        match self.positive.len().cmp(&self.negative.len()) {
            std::cmp::Ordering::Greater => Sentiment::Positive,
            std::cmp::Ordering::Less => Sentiment::Negative,
            std::cmp::Ordering::Equal => Sentiment::Neutral,
        }
    }
}

/// What the analysis of one note finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// SHA-256 of the text with its white space collapsed, in hexadecimal: what tells a note from another.
    pub text_hash: String,
    pub summary: String,
    pub tags: Vec<String>,
    pub sentiment: Sentiment,
}

/// The most tags that an analysis has, and the longest of them, in characters.
const TAGS: usize = 5;
const LONGEST_TAG: usize = 40;

impl Findings {
    /// What somebody else says of a note, if it has the shape of an analysis. It is cleaned like any input.
    #[must_use]
    pub fn told(note: &str, found: &Value) -> Option<Self> {
        let summary = text::plain(found["summary"].as_str()?)?;
        let said = found["tags"].as_array()?.iter().map(|tag| text::plain(tag.as_str()?)).collect::<Option<Vec<_>>>()?;
        let tags = said.iter().map(|tag| text::collapse(tag).to_lowercase().chars().take(LONGEST_TAG).collect()).take(TAGS).collect();
        let sentiment = match found["sentiment"].as_str()? {
            "positive" => Sentiment::Positive,
            "negative" => Sentiment::Negative,
            "neutral" => Sentiment::Neutral,
            _ => return None,
        };
        Some(Self { text_hash: text_hash(note), summary: text::summary(&summary, 160), tags, sentiment })
    }
}

#[must_use]
pub fn analyze(note: &str) -> Findings {
    let tally = Tally::of(note);
    Findings { text_hash: text_hash(note), summary: text::summary(note, 160), tags: tally.tags(5), sentiment: tally.sentiment() }
}

#[must_use]
pub fn text_hash(note: &str) -> String {
    hex(&Sha256::digest(text::collapse(note)))
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut written, byte| {
        for half in [byte >> 4, byte & 15] {
            written.extend(char::from_digit(half.into(), 16));
        }
        written
    })
}

/// A stored analysis, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntryAnalysis {
    pub entry_id: i64,
    /// The note on one line, at most 160 characters of it.
    pub summary: String,
    /// The most frequent keywords, at most five.
    pub tags: Vec<String>,
    /// `positive`, `negative` or `neutral`; whatever an adopted database says.
    pub sentiment: String,
    #[serde(rename = "updatedAt")]
    pub updated_at: String,
    /// The model that made it; none where it was the rules that are built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analyzer: Option<String>,
}
