//! Indexes, unique constraints and checks of the struct.

use super::suggest::suggest;
use super::{Errors, Field, Options};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, ExprAssign, ExprLit, Ident, Lit, LitStr};

/// `index(a, b, name = "..")` or `unique(..)`.
pub struct Index {
    pub unique: bool,
    pub fields: Vec<Ident>,
    pub name: Option<LitStr>,
    pub condition: Option<LitStr>,
    pub method: Option<LitStr>,
    pub expression: Option<LitStr>,
}

/// `check("..", name = "..")`
pub struct Check {
    pub expression: LitStr,
    pub name: Option<LitStr>,
}

/// The options of one list: `name = "..", where = ".."`.
const OF_INDEX: &[&str] = &["name", "where", "using", "expression"];

/// Reads all indexes and unique constraints.
pub fn indexes(options: &Options, errors: &mut Errors) -> Vec<Index> {
    let mut found = Vec::new();
    for (kind, unique) in [("index", false), ("unique", true)] {
        for (name, list) in options.lists(kind, errors) {
            let mut index = Index { unique, fields: Vec::new(), name: None, condition: None, method: None, expression: None };
            // (clippy takes lists that share a field for duplicates, unless they are in brackets)
            let items = list.iter().flat_map(|item| match item {
                Expr::Array(array) => array.elems.iter().collect::<Vec<_>>(),
                item => vec![item],
            });
            for item in items {
                match item {
                    Expr::Path(path) if path.path.get_ident().is_some() => index.fields.extend(path.path.get_ident().cloned()),
                    Expr::Assign(assign) => {
                        let Some((option, text)) = text_option(assign, OF_INDEX, kind, options, errors) else { continue };
                        match option.as_str() {
                            "name" => index.name = Some(text),
                            "where" => index.condition = Some(text),
                            "using" => index.method = Some(text),
                            _ => index.expression = Some(text),
                        }
                    }
                    other => errors
                        .push(other, format!("{}: `{kind}` lists fields; write `#[orm({kind}(title, author))]`", options.on())),
                }
            }
            match (&index.expression, index.fields.is_empty()) {
                (None, true) => {
                    errors.push(
                        name,
                        format!("{}: `{kind}` needs the names of fields; write `#[orm({kind}(title, author))]`", options.on()),
                    );
                }
                (Some(expression), false) => {
                    errors.push(expression, format!("{}: `{kind}` has both fields and an `expression`; keep one", options.on()));
                }
                (Some(expression), true) if index.name.is_none() => {
                    errors.push(
                        expression,
                        format!("{}: `{kind}` with an `expression` needs a name; add `name = \"..\"`", options.on()),
                    );
                }
                _ => found.push(index),
            }
        }
    }
    found
}

/// Reads all checks.
pub fn checks(options: &Options, errors: &mut Errors) -> Vec<Check> {
    let mut found = Vec::new();
    for (name, list) in options.lists("check", errors) {
        let (mut expression, mut chosen) = (None, None);
        for item in list {
            match item {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if expression.is_none() => expression = Some(text.clone()),
                Expr::Assign(assign) => {
                    chosen = text_option(assign, &["name"], "check", options, errors).map(|(_, text)| text).or(chosen);
                }
                other => errors
                    .push(other, format!("{}: `check` has one text; write `#[orm(check(\"{{price}} >= 0\"))]`", options.on())),
            }
        }
        match expression {
            Some(expression) => found.push(Check { expression, name: chosen }),
            None => errors
                .push(name, format!("{}: `check` needs a condition; write `#[orm(check(\"{{price}} >= 0\"))]`", options.on())),
        }
    }
    found
}

/// `name = "text"` with one of the known names.
fn text_option(
    assign: &ExprAssign,
    known: &[&str],
    of: &str,
    options: &Options,
    errors: &mut Errors,
) -> Option<(String, LitStr)> {
    let on = options.on();
    let name = match &*assign.left {
        Expr::Path(path) => path.path.get_ident().map(|ident| ident.unraw().to_string()),
        _ => None,
    };
    let name = name.filter(|name| known.contains(&name.as_str()));
    match (name, &*assign.right) {
        (Some(name), Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) if !text.value().is_empty() => Some((name, text.clone())),
        (Some(name), other) => {
            errors.push(other, format!("{on}: `{name}` of `{of}` needs a text; write `{name} = \"..\"`"));
            None
        }
        (None, _) => {
            let list: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
            let message =
                format!("{on}: `{of}` has no option `{}`; known are {}", assign.left.to_token_stream(), list.join(", "));
            errors.push(&assign.left, message);
            None
        }
    }
}

/// Checks that the fields that indexes name are there. (What the base has is among them.)
pub fn check_fields(on: &str, indexes: &[Index], fields: &[Field], errors: &mut Errors) {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    for index in indexes {
        let kind = if index.unique { "unique" } else { "index" };
        for field in &index.fields {
            let name = field.unraw().to_string();
            if !names.contains(&name.as_str()) {
                let meant = suggest(&name, &names).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
                errors.push(field, format!("{on}: `{kind}` names `{name}`, which is no field{meant}"));
            }
        }
    }
}
