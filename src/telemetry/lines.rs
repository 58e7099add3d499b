//! How a log line is written: for people at a console, or as JSON. Nothing that is logged can look like another line.

use jiff::Timestamp;
use log::Record;
use log::kv::{Error, Key, Value, VisitSource, VisitValue};

use crate::trace;

/// A form of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `2024-01-15T10:30:45.123Z [info] request_completed request_id=abc12345 method=POST`
    Console,
    /// `{"timestamp": "2024-01-15T10:30:45.123Z", "level": "info", "event": "request_completed", ...}`
    Json,
}

/// The longest text of one line, in bytes. What is longer ends in an ellipsis.
const LONGEST: usize = 8 * 1024;

/// One line, with its end. It names the request that it was written for.
pub fn line(form: Form, record: &Record<'_>) -> String {
    let time = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let level = record.level().as_str().to_ascii_lowercase();
    let mut line = String::with_capacity(320);
    let event = record.args().as_str().map_or_else(|| record.args().to_string().into(), std::borrow::Cow::Borrowed);
    match form {
        Form::Console => {
            line.extend([&time, " [", &level, "] "]);
            escape(&mut line, &event);
        }
        Form::Json => {
            line.extend(["{\"timestamp\":\"", &time, "\",\"level\":\"", &level, "\",\"event\":"]);
            quote(&mut line, &event);
        }
    }
    let mut fields = Fields { form, line: &mut line };
    trace::with(|trace| fields.add("request_id", &Value::from(trace.request_id.as_str())));
    // Fields of a line are plain values; one that could not be written is left out.
    drop(record.key_values().visit(&mut fields));
    line.push_str(if form == Form::Json { "}\n" } else { "\n" });
    line
}

/// The fields of a line, added to it one by one.
struct Fields<'l> {
    form: Form,
    line: &'l mut String,
}

impl Fields<'_> {
    fn add(&mut self, name: &str, value: &Value<'_>) {
        let mut written = Written { text: String::new(), is_text: true, is_nothing: false };
        if value.visit(&mut written).is_err() || written.is_nothing {
            return;
        }
        match self.form {
            Form::Console => self.line.extend([" ", name, "="]),
            Form::Json => self.line.extend([",\"", name, "\":"]),
        }
        let is_plain = written.text.chars().all(|sign| sign.is_ascii_graphic() && !"\"=\\".contains(sign)) && !written.text.is_empty();
        if written.is_text && !(self.form == Form::Console && is_plain) {
            quote(self.line, &written.text);
        } else {
            self.line.push_str(&written.text);
        }
    }
}

impl<'kvs> VisitSource<'kvs> for Fields<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        self.add(key.as_str(), &value);
        Ok(())
    }
}

/// A value as it stands in a line.
struct Written {
    text: String,
    /// Whether it is a text, which needs quotes, or a number, true or false, which do not.
    is_text: bool,
    is_nothing: bool,
}

impl Written {
    fn plain(&mut self, value: &impl ToString) {
        (self.text, self.is_text) = (value.to_string(), false);
    }
}

impl VisitValue<'_> for Written {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), Error> {
        self.text = value.to_string();
        Ok(())
    }

    fn visit_null(&mut self) -> Result<(), Error> {
        self.is_nothing = true;
        Ok(())
    }

    fn visit_str(&mut self, value: &str) -> Result<(), Error> {
        value.clone_into(&mut self.text);
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), Error> {
        self.plain(&value);
        Ok(())
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), Error> {
        self.plain(&value);
        Ok(())
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), Error> {
        if value.is_finite() {
            self.plain(&value);
        }
        Ok(())
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), Error> {
        self.plain(&value);
        Ok(())
    }
}

/// A text between quotes, as JSON has it.
fn quote(line: &mut String, text: &str) {
    line.push('"');
    escape(line, text);
    line.push('"');
}

/// A text without what ends a line, moves the cursor, colours, or turns the direction of what is read. As JSON escapes it.
fn escape(line: &mut String, text: &str) {
    for (at, sign) in text.char_indices() {
        if at >= LONGEST {
            line.push('\u{2026}');
            break;
        }
        match sign {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            _ if sign.is_control() || turns(sign) => line.extend(["\\u", &format!("{:04x}", u32::from(sign))]),
            _ => line.push(sign),
        }
    }
}

/// Whether a character turns the direction of text, ends a line for some readers, or is not seen at all.
fn turns(sign: char) -> bool {
    matches!(sign, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use log::Level;

    use super::*;

    fn written(form: Form, event: &str, fields: &[(&str, Value<'_>)]) -> String {
        let record = |args| line(form, &Record::builder().level(Level::Info).key_values(&fields).args(args).build());
        let line = record(format_args!("{event}"));
        assert!(line.ends_with('\n'));
        line.split_once(if form == Form::Json { "\"level\"" } else { " [info] " }).unwrap().1.trim_end_matches('\n').to_owned()
    }

    #[test]
    fn a_line_has_the_two_forms_of_the_plan() {
        let fields = [("path", Value::from("/entries")), ("status_code", Value::from(200)), ("duration_ms", Value::from(45.23))];
        assert_eq!(
            written(Form::Console, "request_completed", &fields),
            "request_completed path=/entries status_code=200 duration_ms=45.23"
        );
        assert_eq!(
            written(Form::Json, "request_completed", &fields),
            ":\"info\",\"event\":\"request_completed\",\"path\":\"/entries\",\"status_code\":200,\"duration_ms\":45.23}"
        );
    }

    #[test]
    fn nothing_in_a_value_ends_a_line_or_colours_it_or_turns_it_around() {
        let forged = "a\r\n2024 [info] \u{1b}[31mb\u{202e}c\u{2028}d\u{85}e\u{0}\"f\u{feff}";
        for form in [Form::Console, Form::Json] {
            let line = written(form, forged, &[("path", Value::from(forged))]);
            assert!(line.chars().all(|sign| !sign.is_control() && !turns(sign)), "{line}");
        }
        let json: serde_json::Value =
            serde_json::from_str(&format!("{{\"level\"{}", written(Form::Json, "x", &[("path", forged.into())]))).unwrap();
        assert_eq!(json["path"], forged, "what it was is still told");
    }

    #[test]
    fn what_is_long_is_cut_and_what_is_nothing_left_out() {
        let line = written(Form::Console, &"\u{e4}".repeat(LONGEST), &[("user_id", Value::null())]);
        assert!(line.len() < LONGEST + 10 && line.ends_with('\u{2026}'), "{}", line.len());
    }
}
