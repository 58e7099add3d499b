//! What happens to words people type: white space, cleaning, cutting.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

use super::elements;

/// White space as Python's `str.isspace` has it; Rust's `char::is_whitespace` lacks U+001C to U+001F.
#[must_use]
pub fn is_space(c: char) -> bool {
    matches!(c, '\u{1c}'..='\u{1f}') || c.is_whitespace()
}

#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `text` trimmed, with every run of white space as one blank.
#[must_use]
pub fn collapse(text: &str) -> String {
    text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Length in Unicode code points, the unit of every bound.
#[must_use]
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// The first `max` code points.
#[must_use]
pub fn first(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// The first 100 code points, and three dots if there was more.
#[must_use]
pub fn preview(text: &str) -> String {
    let head = first(text, 100);
    if head.len() == text.len() { head.to_owned() } else { format!("{head}...") }
}

/// `text` collapsed and cut to `max` code points, the last of them U+2026 where something was cut.
#[must_use]
pub fn summary(text: &str, max: usize) -> String {
    let text = collapse(text);
    if length(&text) <= max {
        return text;
    }
    format!("{}\u{2026}", first(&text, max - 1).trim_end_matches(is_space))
}

/// Plain text: control characters and all markup gone, every other character as typed.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    static PLAIN: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::keeping(&[]));
    PLAIN.clean(text)
}

/// Text with simple formatting (`b i u em strong p br`, no attributes): all other markup gone.
#[must_use]
pub fn clean_rich(text: &str) -> Cow<'_, str> {
    static RICH: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::keeping(&["b", "i", "u", "em", "strong", "p", "br"]));
    RICH.clean(text)
}

/// The HTML cleaner, and the tags that it leaves.
struct Cleaner {
    builder: Builder<'static>,
    kept: &'static [&'static str],
}

impl Cleaner {
    fn keeping(kept: &'static [&'static str]) -> Self {
        let mut builder = Builder::empty();
        builder.tags(kept.iter().copied().collect());
        // What stands within any tag was typed, and is text once the tag is gone.
        builder.clean_content_tags(HashSet::new());
        builder.generic_attributes(HashSet::new());
        Self { builder, kept }
    }

    fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let mut text = if text.contains(unwanted) { Cow::Owned(text.replace(unwanted, "")) } else { Cow::Borrowed(text) };
        // What is left after one pass may be markup again (`<<b>script>`), so on to the fixed point. Every pass but the last
        // shortens the text; text made to need more passes than this loses its angle brackets.
        for _ in 0..8 {
            if !text.contains('<') {
                return text;
            }
            let cleaned = self.pass(&text);
            if cleaned == text {
                return if self.is_rich() { Cow::Owned(self.closed(&text)) } else { text };
            }
            text = Cow::Owned(cleaned);
        }
        Cow::Owned(text.replace(['<', '>'], ""))
    }

    fn is_rich(&self) -> bool {
        !self.kept.is_empty()
    }

    /// One pass of the cleaner, which thinks in entities, over text that does not: they are made before and unmade after.
    fn pass(&self, text: &str) -> String {
        let escaped = text.replace('&', "&amp;").replace('\r', "&#13;");
        let mut source = String::with_capacity(escaped.len());
        let mut rest = escaped.as_str();
        while let Some(at) = rest.find('<') {
            source.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if self.is_markup(rest) {
                source.push('<');
                rest = self.name(rest, &mut source);
            } else {
                source.push_str("&lt;");
            }
        }
        source.push_str(rest);
        let html = self.builder.clean(&source).to_string();
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
    }

    /// Whether what follows a `<` is markup. `5 < 6`, a bracket that nothing closes and, in plain text, `<y and z>` are none. But what
    /// gives a name a value is, whatever the name: browsers hang scripts on elements that they do not know.
    fn is_markup(&self, rest: &str) -> bool {
        let Some((tag, _)) = rest.split_once('>') else { return false };
        if let Some(comment) = rest.strip_prefix("!--") {
            return comment.starts_with('>') || comment.starts_with("->") || comment.contains("-->") || comment.contains("--!>");
        }
        if tag.starts_with(['!', '?']) {
            return true;
        }
        let tag = tag.strip_prefix('/').unwrap_or(tag);
        let name = tag.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default();
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic());
        is_name && (self.is_rich() || tag.contains('=') || elements::is_known(name))
    }

    /// HTML with its open ends as text: what nothing closes here, something would close where it is shown (`<b onclick=... `, then `</p>`).
    fn closed(&self, html: &str) -> String {
        let mut pieces = html.split('<');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        let mut rest = html;
        for piece in pieces {
            rest = rest.split_once('<').map_or("", |(_, rest)| rest);
            text.push_str(if begins_a_tag(rest) && !self.is_markup(rest) { "&lt;" } else { "<" });
            text.push_str(piece);
        }
        text
    }

    /// Copies the name of a tag that stays. One that goes becomes any other that goes: so a script's or a drawing's own rules of
    /// parsing eat no text.
    fn name<'t>(&self, tag: &'t str, source: &mut String) -> &'t str {
        let tag = tag.strip_prefix('/').inspect(|_| source.push('/')).unwrap_or(tag);
        let (name, rest) = tag.split_at(tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len()));
        let stays = name.is_empty() || self.kept.iter().any(|kept| kept.eq_ignore_ascii_case(name));
        source.push_str(if stays { name } else { "span" });
        rest
    }
}

fn begins_a_tag(rest: &str) -> bool {
    rest.starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
}

/// Plain text as it is stored: cleaned and trimmed; none where nothing is left.
#[must_use]
pub fn plain(sent: &str) -> Option<String> {
    kept(&clean(sent))
}

/// Text with simple formatting as it is stored; none where nothing but formatting is left.
#[must_use]
pub fn rich(sent: &str) -> Option<String> {
    plain(sent).and_then(|_| kept(&clean_rich(sent)))
}

fn kept(cleaned: &str) -> Option<String> {
    let trimmed = trim(cleaned);
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What markup is made of.
    const PIECES: [&str; 27] = [
        "<", ">", "</", "/", "!", "--", "?", "&lt;", "&amp;", "&", ";", "=", "\"", "'", " ", "\n", "\0", "b", "i", "p", "br", "y",
        "script", "svg", "onclick", "5", "é",
    ];

    fn like_markup() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in prop_oneof![like_markup(), any::<String>()]) {
            for clean in [clean, clean_rich] {
                let once = clean(&text).into_owned();
                prop_assert_eq!(clean(&once), once.as_str());
            }
            for stored in [plain, rich] {
                if let Some(once) = stored(&text) {
                    prop_assert_eq!(stored(&once), Some(once));
                }
            }
        }

        #[test]
        fn what_has_no_bracket_and_no_control_character_stays_as_typed(text in "[^<\\p{Cc}]*") {
            prop_assert_eq!(clean(&text), text.as_str());
            prop_assert_eq!(clean_rich(&text), text.as_str());
        }
    }
}
