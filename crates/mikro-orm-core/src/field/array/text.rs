//! Lists as databases without them store them: as JSON.

use crate::value::{Value, ValueError};

/// The items of a JSON array of texts, numbers and truth values.
pub(super) fn items(text: &str) -> Result<Vec<Value<'static>>, ValueError> {
    let mut reader = Reader { rest: text.trim() };
    let items = reader.list().filter(|_| reader.rest.is_empty());
    items.ok_or_else(|| ValueError::new("expected a list of values in JSON, found other text"))
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Whether this comes next, which is passed then.
    fn is(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        rest.strip_prefix(word).map(|rest| self.rest = rest).is_some()
    }
    fn list(&mut self) -> Option<Vec<Value<'static>>> {
        let mut items = Vec::new();
        if !self.is("[") {
            return None;
        }
        if self.is("]") {
            return Some(items);
        }
        loop {
            items.push(self.item()?);
            if self.is("]") {
                return Some(items);
            }
            if !self.is(",") {
                return None;
            }
        }
    }
    fn item(&mut self) -> Option<Value<'static>> {
        if self.is("\"") {
            return self.text().map(|text| Value::Text(text.into()));
        }
        for (word, value) in [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))] {
            if self.is(word) {
                return Some(value);
            }
        }
        self.rest = self.rest.trim_start();
        let end = self.rest.find([',', ']']).unwrap_or(self.rest.len());
        let number = self.rest[..end].trim_end();
        self.rest = &self.rest[end..];
        let is_number = number.bytes().all(|c| c.is_ascii_digit() || b"+-.eE".contains(&c));
        if !is_number {
            return None;
        }
        let integer = number.parse().map(Value::Int).or_else(|_| number.parse().map(Value::UInt));
        integer.ok().or_else(|| number.parse().ok().map(Value::Double))
    }
    /// What is left of a text behind its first quote.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            let at = self.rest.find(['"', '\\'])?;
            text.push_str(&self.rest[..at]);
            let escape = self.rest[at..].starts_with('\\');
            self.rest = &self.rest[at + 1..];
            if !escape {
                return Some(text);
            }
            let c = self.rest.chars().next()?;
            self.rest = &self.rest[c.len_utf8()..];
            text.push(match c {
                '"' | '\\' | '/' => c,
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => self.escaped()?,
                _ => return None,
            });
        }
    }
    /// The character of `\uXXXX`, of which large ones take two.
    fn escaped(&mut self) -> Option<char> {
        let first = self.digits()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        self.rest = self.rest.strip_prefix("\\u")?;
        let second = self.digits()?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second)
    }
    fn digits(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4).filter(|digits| digits.bytes().all(|c| c.is_ascii_hexdigit()))?;
        self.rest = &self.rest[4..];
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::items;
    use crate::value::Value;

    #[test]
    fn items_are_read() {
        let text = r#" [ "a\"b\\\n\u00e9\ud83d\ude00é" , 7,-3 , 18446744073709551615, 1.5,1e3,true,false,null, ""] "#;
        let expected = vec![
            Value::Text("a\"b\\\né😀é".into()),
            Value::Int(7),
            Value::Int(-3),
            Value::UInt(u64::MAX),
            Value::Double(1.5),
            Value::Double(1000.0),
            Value::Bool(true),
            Value::Bool(false),
            Value::Null,
            Value::Text("".into()),
        ];
        assert_eq!(items(text).unwrap(), expected);
        assert_eq!(items("[]").unwrap(), []);
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "[",
            "]",
            "[1",
            "[1,]",
            "[,]",
            "{}",
            "[[1]]",
            "[\"a]",
            "[\"\\x\"]",
            "[\"\\ud800\"]",
            "[1] 2",
            "[nan]",
            "a,b",
            "[inf]",
        ] {
            assert!(items(text).is_err(), "{text}");
        }
    }
}
