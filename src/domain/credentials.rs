//! Names and passwords: as people choose them, and as they come to be let in.

use serde_json::Value;
use utoipa::ToSchema;

use super::draft::{Draft, Fields, loc};
use super::invalid::Problem;
use super::text;

/// Code points of a username.
const USERNAME: std::ops::RangeInclusive<usize> = 2..=32;
/// Code points of a password. NIST SP 800-63B asks for 8 at least and takes 64 at least.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=200;
/// Code points of an invite or another token: some more than ours have.
const TOKEN: usize = 200;
/// What a guesser tries first, of the length we take.
const GUESSED_FIRST: [&str; 16] = [
    "password",
    "password1",
    "password12",
    "password123",
    "passw0rd",
    "12345678",
    "123456789",
    "1234567890",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "iloveyou",
    "sunshine",
    "catatlas",
];

/// A name and a password that will do for a new account.
fn credentials(fields: &mut Fields<'_>) -> (String, String) {
    let username = fields.required_text("username", *USERNAME.end());
    let password = fields.secret_text("password", *PASSWORD.end());
    if let Some(why) = wrong_username(&username).filter(|_| !username.is_empty()) {
        fields.refuse(Problem::new("value_error", &loc("username"), why).with_input(&Value::from(username.as_str())));
    }
    if let Some(why) = wrong_password(&password, &username).filter(|_| !password.is_empty()) {
        fields.refuse(Problem::new("value_error", &loc("password"), why));
    }
    (username, password)
}

/// What is wrong with a username, if anything. Letters and digits of ASCII alone, so that no two names look alike.
#[must_use]
pub fn wrong_username(name: &str) -> Option<&'static str> {
    if !USERNAME.contains(&text::length(name)) {
        return Some("A name should have 2 to 32 characters");
    }
    let is_fit = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    (!is_fit || !starts_well)
        .then_some("A name should have letters (a-z), digits, dots, dashes and underscores, and begin with a letter or digit")
}

/// What is wrong with a password, if anything.
#[must_use]
pub fn wrong_password(password: &str, username: &str) -> Option<&'static str> {
    let lower = password.to_lowercase();
    if !PASSWORD.contains(&text::length(password)) {
        return Some("A password should have 8 to 200 characters. Four words that do not belong together are easy to keep in mind");
    }
    let is_guessed = GUESSED_FIRST.contains(&lower.as_str()) || lower == username.to_lowercase();
    let first = lower.chars().next();
    (is_guessed || lower.chars().all(|c| Some(c) == first))
        .then_some("This password is one of the first that somebody would try. Please take another")
}

/// A wish to have an account, with an invite or without.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct RegisterDraft {
    /// At least 2 characters. Names that differ in case alone are the same.
    #[schema(max_length = 32, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]+$")]
    pub username: String,
    /// At least 8 characters, and none of the passwords that everybody tries first.
    #[schema(max_length = 200)]
    pub password: String,
    /// What an invite link ends with.
    #[schema(max_length = 200)]
    pub invite: Option<String>,
}

impl Draft for RegisterDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        let (username, password) = credentials(fields);
        Self { username, password, invite: fields.optional_secret("invite", TOKEN) }
    }
}

/// The first account of an atlas.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct SetUpDraft {
    /// At least 2 characters. Names that differ in case alone are the same.
    #[schema(max_length = 32, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]+$")]
    pub username: String,
    /// At least 8 characters, and none of the passwords that everybody tries first.
    #[schema(max_length = 200)]
    pub password: String,
    /// What the set-up link ends with.
    #[schema(max_length = 200)]
    pub token: String,
}

impl Draft for SetUpDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        let (username, password) = credentials(fields);
        Self { username, password, token: fields.secret_text("token", TOKEN) }
    }
}

/// A name and a password as somebody remembers them: any at all.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct LoginDraft {
    #[schema(max_length = 200)]
    pub username: String,
    #[schema(max_length = 200)]
    pub password: String,
}

impl Draft for LoginDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { username: fields.required_text("username", TOKEN), password: fields.secret_text("password", *PASSWORD.end()) }
    }
}

/// A refresh token as it comes in a body.
#[derive(Debug, Clone, Default, ToSchema)]
pub struct RefreshDraft {
    /// Without one, the cookie counts.
    #[schema(max_length = 200)]
    pub refresh_token: Option<String>,
}

impl Draft for RefreshDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { refresh_token: fields.optional_secret("refresh_token", TOKEN) }
    }
}
