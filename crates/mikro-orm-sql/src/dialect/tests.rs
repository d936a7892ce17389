use super::*;

const HOSTILE: [&str; 8] =
    ["plain", "select", "a`b", "a\"b", "a'b", "`; drop table author; --", "\"; drop table author; --", "nul\0nul ü\\"];

fn quoted(dialect: &dyn Dialect, name: &str) -> String {
    let mut out = String::new();
    dialect.push_identifier(&mut out, name);
    out
}

/// What a database makes of a quoted identifier; none when it ends early.
fn unquoted(text: &str, quote: char) -> Option<String> {
    let mut chars = text.strip_prefix(quote)?.strip_suffix(quote)?.chars();
    let mut name = String::new();
    while let Some(c) = chars.next() {
        if c == quote && chars.next() != Some(quote) {
            return None;
        }
        name.push(c);
    }
    Some(name)
}

#[test]
fn no_identifier_ends_its_quotes() {
    for dialect in [&Sqlite as &dyn Dialect, &Postgres] {
        for name in HOSTILE {
            let expected = name.replace('\0', "");
            assert_eq!(unquoted(&quoted(dialect, name), dialect.quote()), Some(expected), "{dialect:?} {name}");
        }
    }
    assert_eq!(quoted(&Sqlite, "a`b\"c"), "`a``b\"c`");
    assert_eq!(quoted(&Postgres, "a`b\"c"), "\"a`b\"\"c\"");
}

#[test]
fn no_text_ends_its_quotes() {
    for text in HOSTILE {
        let mut out = String::new();
        push_text_literal(&mut out, text);
        assert_eq!(unquoted(&out, '\''), Some(text.replace('\0', "")));
    }
}

#[test]
fn placeholders_are_the_dialects() {
    let both = |number| {
        let (mut sqlite, mut postgres) = (String::new(), String::new());
        Sqlite.push_placeholder(&mut sqlite, number);
        Postgres.push_placeholder(&mut postgres, number);
        (sqlite, postgres)
    };
    assert_eq!(both(1), ("?".to_owned(), "$1".to_owned()));
    assert_eq!(both(12), ("?".to_owned(), "$12".to_owned()));
}

#[test]
fn sqlites_literals() {
    let metadata = crate::fixture::metadata();
    let sample = metadata.by_name("Sample").unwrap();
    let literal = |name: &str, value: Value<'_>| {
        let mut out = String::new();
        Sqlite.push_literal(&mut out, &value, sample.by_name(name).unwrap());
        out
    };
    for (name, value, expected) in [
        ("note", Value::Null, "null"),
        ("flag", Value::Bool(true), "1"),
        ("big", Value::UInt(u64::MAX), "18446744073709551615"),
        ("double", Value::Double(1.0), "1.0"),
        ("double", Value::Double(1e300), "1e300"),
        ("double", Value::Double(f64::NAN), "null"),
        ("double", Value::Double(f64::NEG_INFINITY), "-9e999"),
        ("note", Value::Text("it's".into()), "'it''s'"),
        ("data", Value::Bytes(vec![0, 255].into()), "x'00ff'"),
        ("instant", Value::DateTime(0), "'1970-01-01T00:00:00.000000Z'"),
        ("local", Value::DateTime(0), "'1970-01-01T00:00:00.000000'"),
        ("day", Value::Date(1), "'1970-01-02'"),
        ("time", Value::Time(1), "'00:00:00.000001'"),
        ("amount", Value::Decimal("1.50".into()), "'1.50'"),
    ] {
        assert_eq!(literal(name, value), expected);
    }
}
