//! SQL as words: enough to find what a definition consists of, and which names it mentions.

/// One word, sign or literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word that is not quoted: a keyword, a number, or a name.
    Word(&'a str),
    /// A name in quotes, without them.
    Quoted(String),
    /// A text literal, with its quotes.
    Literal(&'a str),
    /// Anything else.
    Sign(char),
}

impl Token<'_> {
    /// Whether it is this keyword, which is in lower case.
    pub fn is(&self, keyword: &str) -> bool {
        matches!(self, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }
    /// The name that it is, when it can be one.
    pub fn name(&self) -> Option<String> {
        match self {
            Token::Word(word) => Some((*word).to_owned()),
            Token::Quoted(name) => Some(name.clone()),
            Token::Literal(_) | Token::Sign(_) => None,
        }
    }
}

/// The words of a text, each with where it begins and ends. Comments are left out.
pub(super) fn tokens(sql: &str) -> Vec<(Token<'_>, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = sql[at..].chars().next() {
        let rest = &sql[at..];
        let end = at
            + match first {
                _ if first.is_whitespace() => first.len_utf8(),
                _ if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
                _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                '\'' => quoted(rest, '\''),
                '"' | '`' => quoted(rest, first),
                '[' if rest.contains(']') => rest.find(']').map_or(1, |end| end + 1),
                _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
        let text = &sql[at..end];
        let token = match first {
            _ if first.is_whitespace() || text.starts_with("--") || text.starts_with("/*") => None,
            '\'' => Some(Token::Literal(text)),
            '"' | '`' => Some(Token::Quoted(unquoted(text, first))),
            '[' if text.len() > 1 => Some(Token::Quoted(text[1..text.len() - 1].to_owned())),
            _ if is_word(first) => Some(Token::Word(text)),
            _ => Some(Token::Sign(first)),
        };
        found.extend(token.map(|token| (token, at, end)));
        at = end;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '.')
}

/// The length of what begins with a quote, up to the quote that ends it.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

fn unquoted(text: &str, quote: char) -> String {
    let inner = text.strip_prefix(quote).unwrap_or(text);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    inner.replace(&format!("{quote}{quote}"), &quote.to_string())
}

/// A text in one form: single blanks, keywords and names that are not quoted in lower case, no needless quotes.
pub(super) fn normalized(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    for (token, ..) in tokens(sql) {
        match token {
            Token::Sign(sign) => out.push(sign),
            Token::Literal(text) => separated(&mut out, text),
            Token::Word(word) => separated(&mut out, &word.to_lowercase()),
            Token::Quoted(name) if is_plain(&name) => separated(&mut out, &name),
            Token::Quoted(name) => separated(&mut out, &format!("\"{}\"", name.replace('"', "\"\""))),
        }
    }
    out
}

fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || c == '_') && name.starts_with(|c: char| !c.is_ascii_digit())
}

fn separated(out: &mut String, word: &str) {
    if out.ends_with(|c| is_word(c) || matches!(c, '\'' | '"')) {
        out.push(' ');
    }
    out.push_str(word);
}

/// The text with names replaced, whether they are quoted or not.
pub(super) fn renamed(sql: &str, names: &[(String, String)], quote: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut copied = 0;
    for (token, start, end) in tokens(sql) {
        let name = match &token {
            Token::Word(word) => *word,
            Token::Quoted(name) => name,
            _ => continue,
        };
        if let Some((_, to)) = names.iter().find(|(from, _)| from == name) {
            out.push_str(&sql[copied..start]);
            match token {
                Token::Word(_) if is_plain(to) => out.push_str(to),
                _ => out.push_str(&quote(to)),
            }
            copied = end;
        }
    }
    out.push_str(&sql[copied..]);
    out
}

/// The text with these names in quotes wherever they stand.
pub(super) fn requoted(sql: &str, names: &[String], quote: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut copied = 0;
    for (token, start, end) in tokens(sql) {
        let is_call = sql[end..].trim_start().starts_with('(');
        if let Token::Word(word) = token
            && !is_call
            && let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(word))
        {
            out.push_str(&sql[copied..start]);
            out.push_str(&quote(name));
            copied = end;
        }
    }
    out.push_str(&sql[copied..]);
    out
}

/// Which of these names a text mentions.
pub(crate) fn mentioned<'n>(sql: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let found = tokens(sql);
    let has = |name: &&str| {
        found.iter().any(|(token, ..)| match token {
            Token::Word(word) => word.eq_ignore_ascii_case(name),
            Token::Quoted(quoted) => quoted == name,
            _ => false,
        })
    };
    names.filter(has).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_one_form() {
        assert_eq!(
            normalized("(`name`  ,\n\"Odd one\" DESC) -- why\n where x>'it''s  A'"),
            "(name,\"Odd one\" desc)where x>'it''s  A'"
        );
        assert_eq!(normalized("[a] IN (1 , 2.5)"), "a in(1,2.5)");
        assert_eq!(normalized("'open"), "'open");
    }

    #[test]
    fn names_are_replaced_wherever_they_are_names() {
        let names = [("price".to_owned(), "cost".to_owned()), ("odd".to_owned(), "Odd".to_owned())];
        let text = renamed("price > 0 and \"price\" < prices and 'price' <> odd", &names, |name| format!("\"{name}\""));
        assert_eq!(text, "cost > 0 and \"cost\" < prices and 'price' <> \"Odd\"");
    }
}
