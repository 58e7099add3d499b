//! Keywords are what the predecessor takes for keywords.

use catatlas::domain::keywords::{self, KeywordSet};
use proptest::prelude::*;

use crate::oracle;

#[test]
fn keywords_are_words_of_three_letters_or_more_that_say_something() {
    for (text, expected) in [
        ("Saw an Orange tabby, and the tabby ran.", &["saw", "orange", "tabby", "tabby", "ran"][..]),
        ("1abc 9-lives x1y ab a_b -cat- cat_", &["abc", "lives", "x1y", "a_b", "cat-", "cat_"]),
        ("black-and-white AND over again", &["black-and-white"]),
        ("\u{212a}elvin \u{130}stanbul \u{17f}hort größer", &["kelvin", "stanbul", "hort"]),
        ("ΟΔΟΣ 猫 🐈 12 34", &[]),
        ("cat\0dog cat\u{a0}dog", &["cat", "dog", "cat", "dog"]),
    ] {
        assert_eq!(keywords::of(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn the_keywords_of_any_text_are_those_of_the_oracle(text in prop_oneof!["[a-zA-Z0-9_ .\u{212a}\u{130}ſé-]{0,60}", any::<String>()]) {
        let expected: Vec<String> = oracle::keywords(&text).into_iter().collect();
        let found = KeywordSet::of(&text);
        prop_assert_eq!(found.words(), expected);
    }
}
