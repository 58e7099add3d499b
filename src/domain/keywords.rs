//! Keywords: the words of a text that say something, by which sightings are compared and tagged.

/// Words too common to say anything. The predecessor's list also has some of one or two letters, which no keyword has.
#[rustfmt::skip]
fn is_stop_word(word: &str) -> bool {
    matches!(word, "about" | "after" | "again" | "and" | "are" | "been" | "before" | "but" | "for" | "from" | "into" | "over" | "that" | "the"
        | "then" | "they" | "this" | "was" | "were" | "with" | "you")
}

/// The keywords of `text` in order, with repeats: what matches `[a-zA-Z][a-zA-Z0-9_-]{2,}` in the lower-cased text and is no stop word.
#[must_use]
pub fn of(text: &str) -> Vec<String> {
    // A match begins at the first letter of a run of word characters, wherever that is: `1abc` holds `abc`.
    text.to_lowercase()
        .split(|c: char| !matches!(c, 'a'..='z' | '0'..='9' | '_' | '-'))
        .map(|run| run.trim_start_matches(|c: char| !c.is_ascii_lowercase()))
        .filter(|word| word.len() >= 3 && !is_stop_word(word))
        .map(str::to_owned)
        .collect()
}

/// The different keywords of a text, in alphabetical order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeywordSet(Vec<String>);

impl KeywordSet {
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut words = of(text);
        words.sort_unstable();
        words.dedup();
        Self(words)
    }

    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// The words that both sets have.
    pub fn common<'s>(&'s self, other: &Self) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter(|word| other.0.binary_search(word).is_ok()).map(String::as_str)
    }

    /// The words that the other set lacks.
    pub fn without<'s>(&'s self, other: &Self) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter(|word| other.0.binary_search(word).is_err()).map(String::as_str)
    }

    /// |A and B| / |A or B|, 0 if both are empty.
    #[must_use]
    pub fn jaccard(&self, other: &Self) -> f64 {
        jaccard(self.common(other).count(), self.0.len(), other.0.len())
    }
}

/// |A and B| / |A or B| of two sets of these sizes with `common` members in common, 0 if both are empty.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no text has 2^53 words")]
pub fn jaccard(common: usize, one: usize, other: usize) -> f64 {
    let either = one + other - common;
    if either == 0 { 0.0 } else { common as f64 / either as f64 }
}
