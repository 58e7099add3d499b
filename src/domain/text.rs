//! What happens to words people type: white space, cleaning, cutting.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

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
                return text;
            }
            text = Cow::Owned(cleaned);
        }
        Cow::Owned(text.replace(['<', '>'], ""))
    }

    /// One pass of the cleaner, which thinks in entities, over text that does not: they are made before and unmade after.
    fn pass(&self, text: &str) -> String {
        let escaped = text.replace('&', "&amp;").replace('\r', "&#13;");
        let mut source = String::with_capacity(escaped.len());
        let mut rest = escaped.as_str();
        while let Some(at) = rest.find('<') {
            source.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            // `5 < 6` and a bracket that nothing closes are text.
            let opens = rest.starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')) && rest.contains('>');
            source.push_str(if opens { "<" } else { "&lt;" });
            if opens {
                rest = self.name(rest, &mut source);
            }
        }
        source.push_str(rest);
        let html = self.builder.clean(&source).to_string();
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
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
