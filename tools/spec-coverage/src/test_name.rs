//! The name of the test that stands next in a source text.

/// Words that may stand before `fn`.
const QUALIFIERS: [&str; 4] = ["pub", "async", "const", "unsafe"];

/// Passes over comments, attributes and the opening of a macro call (`suite_test! { async fn name() ..`,
/// `suite_test!(name, ..)`). `None` when what stands there is no test.
pub fn following(text: &str) -> Option<&str> {
    let text = skip_trivia(text)?;
    if let Some(name) = function(text) {
        return Some(name);
    }
    let inside = skip_trivia(macro_call(text)?)?;
    function(inside).or_else(|| word(inside).map(|(name, _)| name))
}

/// `pub(crate) async fn name` gives `name`.
fn function(text: &str) -> Option<&str> {
    let (first, rest) = word(text)?;
    if first == "fn" {
        return word(rest.trim_start()).map(|(name, _)| name);
    }
    if !QUALIFIERS.contains(&first) {
        return None;
    }
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('(') {
        Some(visibility) => visibility.split_once(')')?.1,
        None => rest,
    };
    function(rest.trim_start())
}

/// What stands inside of `path::name! {`.
fn macro_call(text: &str) -> Option<&str> {
    let (path, rest) = text.split_once('!')?;
    if path.is_empty() || !path.chars().all(|c| is_word(c) || c == ':') {
        return None;
    }
    rest.trim_start().strip_prefix(['(', '{', '['])
}

fn skip_trivia(text: &str) -> Option<&str> {
    let mut text = text.trim_start();
    loop {
        text = if text.starts_with("//") {
            text.split_once('\n')?.1
        } else if text.starts_with("#[") {
            after_attribute(text)?
        } else {
            return Some(text);
        }
        .trim_start();
    }
}

/// Brackets are counted outside of string literals, so that an attribute may hold any text.
fn after_attribute(text: &str) -> Option<&str> {
    let mut depth = 0;
    let mut in_string = false;
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '[' if !in_string => depth += 1,
            ']' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return text.get(index + 1..);
                }
            }
            _ => {}
        }
    }
    None
}

/// The word at the start of the text, and what follows it.
fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::following;

    #[test]
    fn a_function_below_attributes_and_comments() {
        for text in [
            "#[test]\nfn name() {}",
            "/// More words.\n// why\n#[tokio::test]\n#[cfg(all(a, b))]\n    pub(crate) async fn name() {}",
            "#[test] fn name<T>() {}",
            "#[should_panic(expected = \"a ] and \\\" b\")]\n#[suite_test(\n    requires = [\"sql\"],\n)]\nasync fn name() {}",
        ] {
            assert_eq!(following(text), Some("name"), "{text}");
        }
    }

    #[test]
    fn a_function_inside_of_a_macro_call() {
        for text in [
            "suite_test! {\n    /// words\n    async fn name(test: &Test) {}\n}",
            "suite::suite_test!(name, |test| async {});",
            "suite_test! { name => {} }",
        ] {
            assert_eq!(following(text), Some("name"), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_test() {
        for text in ["", "struct Name;", "}\nfn name() {}", "#[test", "// only words", "let a = b != c;"] {
            assert_eq!(following(text), None, "{text}");
        }
    }
}
