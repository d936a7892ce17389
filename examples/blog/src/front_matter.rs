//! An article as a file: a few `key: value` lines between `---`, then the text.

use std::fmt;

/// A parsed file.
#[derive(Debug, PartialEq)]
pub struct Draft {
    pub title: String,
    pub author: String,
    pub email: String,
    pub text: String,
}

/// Why a file is no article.
#[derive(Debug, PartialEq)]
pub enum Problem {
    /// It does not begin with `---`.
    NoFrontMatter,
    /// The front matter has no `---` after it.
    NotClosed,
    /// A line of the front matter, by its number in the file, is not `key: value`.
    NotAPair(usize),
    /// A key is missing, or has no value.
    Missing(&'static str),
    /// Nothing follows the front matter.
    NoText,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NoFrontMatter => f.write_str(
                "has no front matter: it must begin with a line `---`, then `title:`, `author:` and `email:`, then `---`",
            ),
            Problem::NotClosed => f.write_str("has front matter without an end: close it with a line `---`"),
            Problem::NotAPair(line) => write!(f, "has no `key: value` in line {line}, which is part of its front matter"),
            Problem::Missing(key) => write!(f, "has no `{key}:` in its front matter"),
            Problem::NoText => f.write_str("has no text after its front matter"),
        }
    }
}

/// Reads an article.
pub fn parse(file: &str) -> Result<Draft, Problem> {
    let mut lines = file.trim_start_matches('\u{feff}').lines().enumerate();
    if lines.next().is_none_or(|(_, line)| line.trim_end() != "---") {
        return Err(Problem::NoFrontMatter);
    }
    let (mut title, mut author, mut email) = (None, None, None);
    loop {
        let (index, line) = lines.next().ok_or(Problem::NotClosed)?;
        match line.trim() {
            "---" => break,
            "" => continue,
            line => {
                let (key, value) = line.split_once(':').ok_or(Problem::NotAPair(index + 1))?;
                let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
                match key.trim() {
                    "title" => title = value,
                    "author" => author = value,
                    "email" => email = value,
                    // other tools' keys
                    _ => {}
                }
            }
        }
    }
    let text = lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n").trim().to_owned();
    if text.is_empty() {
        return Err(Problem::NoText);
    }
    Ok(Draft {
        title: title.ok_or(Problem::Missing("title"))?,
        author: author.ok_or(Problem::Missing("author"))?,
        email: email.ok_or(Problem::Missing("email"))?,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_have_colons_and_text_may_have_rules() {
        let draft = parse("---\ntitle: Rust: a note\nauthor: A\ntags: x\n\nemail: a@b\n---\n\none\n---\ntwo\n").unwrap();
        let expected =
            Draft { title: "Rust: a note".into(), author: "A".into(), email: "a@b".into(), text: "one\n---\ntwo".into() };
        assert_eq!(draft, expected);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(parse("# Title\n"), Err(Problem::NoFrontMatter));
        assert_eq!(parse(""), Err(Problem::NoFrontMatter));
        assert_eq!(parse("---\ntitle: T\n"), Err(Problem::NotClosed));
        assert_eq!(parse("---\ntitle: T\nauthor\n---\nx"), Err(Problem::NotAPair(3)));
        assert_eq!(parse("---\ntitle: T\nauthor: A\nemail:\n---\nx"), Err(Problem::Missing("email")));
        assert_eq!(parse("---\ntitle: T\nauthor: A\nemail: a@b\n---\n\n"), Err(Problem::NoText));
    }
}
