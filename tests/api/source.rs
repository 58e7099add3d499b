//! Reading Rust by its tokens: what a file imports and names, and the texts of its constants.

use std::fs;
use std::path::Path;

use litrs::StringLit;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A file, by its path below the folder it was looked for in.
#[derive(Debug)]
pub struct Source {
    pub path: String,
    pub text: String,
}

/// A path that a file names, from the root of the crate (`crate`, `store`, `Db`) or of another.
#[derive(Debug, PartialEq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// Every file below a folder of the project whose name ends so, in order.
pub fn files(folder: &str, ending: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(ending) {
                found.push(Source::new(name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The module that the file is: `http/entries.rs` is `crate::http::entries`, `http/mod.rs` is `crate::http`.
    fn module(&self) -> Vec<String> {
        let path = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let parts = path.split('/').filter(|part| !matches!(*part, "lib" | "main"));
        ["crate"].into_iter().chain(parts).map(str::to_owned).collect()
    }

    fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::new();
        flatten(self.text.parse().unwrap_or_else(|error| panic!("{}: {error}", self.path)), &mut tokens);
        tokens
    }

    /// Everything that is imported, and every path of two parts or more.
    pub fn names(&self) -> Vec<Named> {
        let tokens = self.tokens();
        let (mut module, mut braces, mut names) = (self.module(), vec![], vec![]);
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            let mut name = |path, line| names.push(Named { path: absolute(path, &module), line });
            let before = at.checked_sub(1).map_or("", |before| tokens[before].text.as_str());
            let path: Vec<String> = path(rest).collect();
            if path.len() > 1 && !matches!(before, "." | "::") {
                name(path.clone(), rest[0].line);
            }
            at += path.len().max(1) * 2 - 1;
            match rest[0].text.as_str() {
                "use" if rest[1].text != "<" => {
                    for path in imports(&rest[1..]) {
                        name(path, rest[0].line);
                    }
                    at += rest.iter().position(|token| token.text == ";").unwrap_or(0);
                }
                "crate" if before == "extern" => name(vec![rest[1].text.clone()], rest[1].line),
                "{" => {
                    let inner = at.checked_sub(3).filter(|start| tokens[*start].text == "mod");
                    module.extend(inner.map(|start| tokens[start + 1].text.clone()));
                    braces.push(inner.is_some());
                }
                "}" if braces.pop() == Some(true) => drop(module.pop()),
                _ => {}
            }
        }
        names
    }

    /// Name and text of each `const` that is a string: of literals, `concat!` and macros, its own or of `others`.
    pub fn constants(&self, others: &[Self]) -> Vec<(String, String)> {
        let tokens = self.tokens();
        let macros: Vec<Token> = self.tokens().into_iter().chain(others.iter().flat_map(Self::tokens)).collect();
        let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
        let all = words.iter().enumerate().filter(|(_, word)| **word == "const");
        all.filter_map(|(at, _)| {
            let end = at + words[at..].iter().position(|word| *word == ";")?;
            let value = at + words[at..end].iter().position(|word| *word == "=")?;
            words[at..value].contains(&"str").then(|| (words[at + 1].to_owned(), text(&tokens[value..end], &macros)))
        })
        .collect()
    }
}

/// A token as it is written; of a delimiter its bracket.
#[derive(Debug)]
struct Token {
    text: String,
    line: usize,
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut is_half = false;
    for tree in stream {
        let mut push = |text: &str, line: usize| tokens.push(Token { text: text.to_owned(), line });
        let line = tree.span().start().line;
        match tree {
            TokenTree::Punct(colon) if colon.as_char() == ':' && is_half => {
                push("::", line);
                is_half = false;
                continue;
            }
            TokenTree::Punct(colon) if colon.as_char() == ':' && colon.spacing() == Spacing::Joint => {
                is_half = true;
                continue;
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis | Delimiter::None => ("(", ")"),
                };
                push(open, line);
                flatten(group.stream(), tokens);
                tokens.push(Token { text: close.to_owned(), line: group.span_close().start().line });
            }
            other => push(&other.to_string(), line),
        }
        is_half = false;
    }
}

/// The names at the start of `tokens` that `::` joins.
fn path(tokens: &[Token]) -> impl Iterator<Item = String> {
    let is_name = |token: &Token| token.text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let pairs = tokens.chunks(2).enumerate();
    let joined = pairs.take_while(move |(at, pair)| is_name(&pair[0]) && (*at == 0 || tokens[at * 2 - 1].text == "::"));
    joined.map(|(_, pair)| pair[0].text.clone())
}

/// The paths of one `use`, its braces undone.
fn imports(tokens: &[Token]) -> Vec<Vec<String>> {
    let (mut found, mut outer, mut current) = (Vec::new(), Vec::new(), Vec::<String>::new());
    for token in tokens {
        match token.text.as_str() {
            "::" => {}
            "{" => outer.push(current.clone()),
            "," => found.push(std::mem::replace(&mut current, outer.last().cloned().unwrap_or_default())),
            "}" => {
                found.push(std::mem::take(&mut current));
                outer.pop();
            }
            ";" => {
                found.push(current);
                break;
            }
            name => current.push(name.to_owned()),
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

/// A path as seen from the root of its crate, `self` and `super` undone.
fn absolute(mut path: Vec<String>, module: &[String]) -> Vec<String> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    match path[0].as_str() {
        "self" => drop(path.splice(..1, module.iter().cloned())),
        "super" => drop(path.splice(..supers, module[..module.len().saturating_sub(supers)].iter().cloned())),
        env!("CARGO_PKG_NAME") => "crate".clone_into(&mut path[0]),
        _ => {}
    }
    path
}

/// The literals of an expression one after another, each macro of `macros` as the literals it is made of.
fn text(expression: &[Token], macros: &[Token]) -> String {
    let calls = expression.iter().zip(expression.iter().skip(1).map(|next| next.text == "!").chain([false]));
    calls.map(|(token, is_macro)| if is_macro { text(rules(&token.text, macros), macros) } else { literal(&token.text) }).collect()
}

/// The body of a macro; empty for one of the language's.
fn rules<'t>(name: &str, macros: &'t [Token]) -> &'t [Token] {
    let head = ["macro_rules", "!", name, "{"];
    let Some(start) = macros.windows(4).position(|tokens| tokens.iter().map(|token| token.text.as_str()).eq(head)) else { return &[] };
    let mut depth = 0;
    let end = macros[start + 3..].iter().position(|token| {
        depth += i32::from(token.text == "{") - i32::from(token.text == "}");
        depth == 0
    });
    &macros[start + 4..start + 3 + end.unwrap_or(0)]
}

fn literal(token: &str) -> String {
    StringLit::parse(token).map_or_else(|_| String::new(), |literal| literal.value().to_owned())
}
