//! Options from a URL.

use super::SqliteOptions;
use mikro_orm_core::error::{Error, Result};
use std::time::Duration;

/// Values are never repeated in messages: a URL may hold secrets of other tools.
fn invalid(message: impl Into<String>) -> Error {
    Error::refused(message)
}

pub(super) fn parse(url: &str) -> Result<SqliteOptions> {
    let (rest, is_url) = match url.strip_prefix("sqlite:") {
        Some(rest) => (rest, true),
        None => (url, false),
    };
    if !is_url && rest.contains("://") {
        return Err(invalid("this is no URL of an SQLite database: write `sqlite:path`, `sqlite:///path` or `sqlite::memory:`"));
    }
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, query),
        None => (rest, ""),
    };
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = if is_url { percent_decode(path)? } else { path.to_owned() };
    if path.is_empty() {
        return Err(invalid("the URL of the SQLite database has no path: write `sqlite:path`, or `sqlite::memory:`"));
    }
    let mut options = SqliteOptions::new(path);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, "true"));
        options = match name {
            "read_only" => options.read_only(boolean(name, value)?),
            "busy_timeout" => options.busy_timeout(Duration::from_millis(number(name, value)?)),
            "pool_size" => options.pool_size(usize::try_from(number(name, value)?).unwrap_or(usize::MAX)),
            _ => {
                return Err(invalid(format!(
                    "the URL of the SQLite database has the unknown option `{name}`; there are read_only, busy_timeout (in milliseconds) and pool_size"
                )));
            }
        };
    }
    Ok(options)
}

fn boolean(name: &str, value: &str) -> Result<bool> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(invalid(format!("the option `{name}` of the SQLite URL is `true` or `false`"))),
    }
}

fn number(name: &str, value: &str) -> Result<u64> {
    value.parse().map_err(|_| invalid(format!("the option `{name}` of the SQLite URL is a whole number")))
}

fn percent_decode(text: &str) -> Result<String> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let malformed = || {
        invalid(
            "the URL of the SQLite database has a `%` that is not followed by two hexadecimal digits: write `%25` for the character itself",
        )
    };
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(malformed()) };
        out.push((high * 16 + low) as u8);
    }
    String::from_utf8(out).map_err(|_| invalid("the path in the URL of the SQLite database is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Location;

    fn path(url: &str) -> String {
        parse(url).unwrap().location.to_string()
    }

    #[test]
    fn the_forms_of_a_path() {
        for (url, expected) in [
            ("sqlite:shop.db", "shop.db"),
            ("sqlite://shop.db", "shop.db"),
            ("sqlite:///var/lib/shop.db", "/var/lib/shop.db"),
            ("sqlite:/var/lib/shop.db", "/var/lib/shop.db"),
            ("sqlite:a%20b%3f.db", "a b?.db"),
            ("a%20b.db", "a%20b.db"),
        ] {
            assert_eq!(path(url), expected, "{url}");
        }
        for url in ["sqlite::memory:", "sqlite://:memory:", ":memory:", "sqlite::memory:?busy_timeout=1"] {
            assert_eq!(parse(url).unwrap().location, Location::Memory, "{url}");
        }
    }

    #[test]
    fn options_are_read_and_unknown_ones_refused_without_their_value() {
        let options = parse("sqlite:a.db?read_only=true&busy_timeout=250&pool_size=2").unwrap();
        assert_eq!(options, SqliteOptions::new("a.db").read_only(true).busy_timeout(Duration::from_millis(250)).pool_size(2));
        for url in [
            "sqlite:a.db?key=hunter2",
            "sqlite:a.db?pool_size=hunter2",
            "sqlite:a.db?read_only=hunter2",
            "sqlite:",
            "postgres://u:hunter2@h/d",
            "sqlite:%zz",
        ] {
            let message = parse(url).unwrap_err().to_string();
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
}
