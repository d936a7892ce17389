//! Checks of the struct, and what lists of a struct have in common.

use super::{Errors, Options};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, ExprAssign, ExprLit, Lit, LitStr};

/// `check("..", name = "..")`
pub struct Check {
    pub expression: LitStr,
    pub name: Option<LitStr>,
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

/// `partition_by = ".."`, and `partition("name", "bounds")`.
pub struct Partitions {
    pub by: Option<LitStr>,
    pub parts: Vec<(LitStr, LitStr)>,
}

/// Reads how a table is partitioned.
pub fn partitions(options: &Options, errors: &mut Errors) -> Partitions {
    let by = options.text("partition_by", errors);
    let mut parts = Vec::new();
    for (name, list) in options.lists("partition", errors) {
        match list {
            [Expr::Lit(ExprLit { lit: Lit::Str(part), .. }), Expr::Lit(ExprLit { lit: Lit::Str(bounds), .. })] => {
                parts.push((part.clone(), bounds.clone()));
            }
            _ => {
                let example = "`partition(\"book_old\", \"from (0) to (2000)\")`";
                errors.push(name, format!("{}: `partition` has a name and bounds; write {example}", options.on()));
            }
        }
        if by.is_none() {
            let message = "`partition` is one of a table that says by what; add `partition_by = \"range ({year})\"`";
            errors.push(name, format!("{}: {message}", options.on()));
        }
    }
    Partitions { by, parts }
}

/// The name in `name = ..`.
pub fn named(assign: &ExprAssign) -> Option<String> {
    match &*assign.left {
        Expr::Path(path) => path.path.get_ident().map(|ident| ident.unraw().to_string()),
        _ => None,
    }
}

/// `name = "text"` with one of the known names.
pub fn text_option(
    assign: &ExprAssign,
    known: &[&str],
    of: &str,
    options: &Options,
    errors: &mut Errors,
) -> Option<(String, LitStr)> {
    let on = options.on();
    let name = named(assign).filter(|name| known.contains(&name.as_str()));
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
