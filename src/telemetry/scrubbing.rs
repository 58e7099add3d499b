//! What a report must not say, taken out of it just before it is sent, whoever put it there.

use sentry::protocol::Event;
use serde_json::Value;

const FILTERED: &str = "[FILTERED]";
const HEADERS: [&str; 3] = ["authorization", "cookie", "x-api-key"];
const FIELDS: [&str; 4] = ["password", "token", "secret", "api_key"];

/// An event without what signs somebody in.
pub fn scrubbed(mut event: Event<'static>) -> Event<'static> {
    if let Some(request) = &mut event.request {
        for (name, value) in &mut request.headers {
            if HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header)) {
                FILTERED.clone_into(value);
            }
        }
        if request.cookies.is_some() {
            request.cookies = Some(FILTERED.to_owned());
        }
        if let Some(data) = &mut request.data {
            *data = without_secrets(data);
        }
    }
    for (name, value) in &mut event.extra {
        if FIELDS.contains(&name.as_str()) {
            *value = FILTERED.into();
        }
    }
    event
}

/// A body with the fields that are secret left empty. One that is no object of JSON says nothing of its fields, and goes whole.
fn without_secrets(data: &str) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(data) else { return FILTERED.to_owned() };
    for (name, value) in &mut fields {
        if FIELDS.contains(&name.to_ascii_lowercase().as_str()) {
            *value = FILTERED.into();
        }
    }
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use sentry::protocol::Request;

    use super::*;

    #[test]
    fn what_signs_somebody_in_is_taken_out() {
        let headers = [("Authorization", "canary"), ("cookie", "canary"), ("X-API-Key", "canary"), ("accept", "text/html")];
        let request = Request {
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            cookies: Some("canary".to_owned()),
            data: Some(r#"{"username":"mina","password":"canary","Token":"canary","secret":1,"api_key":"canary"}"#.to_owned()),
            ..Request::default()
        };
        let mut event = Event { request: Some(request), ..Event::default() };
        event.extra.insert("token".to_owned(), "canary".into());
        let event = scrubbed(event);
        let said = serde_json::to_string(&event).unwrap();
        assert!(!said.contains("canary") && said.contains("text/html") && said.contains("mina"), "{said}");
        assert_eq!(said.matches(FILTERED).count(), 9, "{said}");
    }

    #[test]
    fn a_body_that_is_no_object_goes_whole() {
        assert_eq!(without_secrets("password=canary"), FILTERED);
    }
}
