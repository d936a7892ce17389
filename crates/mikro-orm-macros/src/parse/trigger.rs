//! Triggers of the struct.

use super::table::{named, text_option};
use super::{Errors, Options};
use syn::{Expr, ExprLit, Ident, Lit, LitStr};

/// `trigger("name", after(insert, update), body = "..")`
pub struct Trigger {
    pub name: LitStr,
    /// `before`, `after` or `instead_of`.
    pub timing: Ident,
    pub events: Vec<Ident>,
    pub condition: Option<LitStr>,
    pub of_statement: bool,
    /// What it does, by database; with no name, on all.
    pub bodies: Vec<(Option<Ident>, LitStr)>,
}

const TIMINGS: &[&str] = &["before", "after"];
const EVENTS: &[&str] = &["insert", "update", "delete"];
const EXAMPLE: &str = "write `trigger(\"counted\", after(insert), body = \"..\")`";

/// Reads all triggers.
pub fn triggers(options: &Options, errors: &mut Errors) -> Vec<Trigger> {
    let mut found = Vec::new();
    for (word, list) in options.lists("trigger", errors) {
        let (mut name, mut when, mut condition, mut of_statement, mut bodies) = (None, None, None, false, Vec::new());
        for item in list {
            match item {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if name.is_none() => name = Some(text.clone()),
                Expr::Call(call) => match &*call.func {
                    Expr::Path(path) if TIMINGS.iter().any(|timing| path.path.is_ident(timing)) => {
                        let events = call.args.iter().filter_map(|event| match event {
                            Expr::Path(path) if EVENTS.iter().any(|known| path.path.is_ident(known)) => {
                                path.path.get_ident().cloned()
                            }
                            other => {
                                let message = "a trigger runs on `insert`, `update` and `delete`";
                                errors.push(other, format!("{}: {message}", options.on()));
                                None
                            }
                        });
                        when = path.path.get_ident().cloned().map(|timing| (timing, events.collect::<Vec<_>>()));
                    }
                    Expr::Path(path) if path.path.is_ident("body") => {
                        for body in &call.args {
                            match body {
                                Expr::Assign(assign) => {
                                    let known = &["postgres", "sqlite", "mysql"];
                                    if let Some((_, text)) = text_option(assign, known, "body", options, errors)
                                        && let Expr::Path(database) = &*assign.left
                                    {
                                        bodies.push((database.path.get_ident().cloned(), text));
                                    }
                                }
                                other => {
                                    let message = "`body` says what a database does; write `body(postgres = \"..\")`";
                                    errors.push(other, format!("{}: {message}", options.on()));
                                }
                            }
                        }
                    }
                    other => errors.push(other, format!("{}: {EXAMPLE}", options.on())),
                },
                Expr::Assign(assign) if named(assign).as_deref() == Some("each") => match &*assign.right {
                    Expr::Path(path) if path.path.is_ident("row") => of_statement = false,
                    Expr::Path(path) if path.path.is_ident("statement") => of_statement = true,
                    other => errors.push(other, format!("{}: `each` of `trigger` is `row` or `statement`", options.on())),
                },
                Expr::Assign(assign) => match text_option(assign, &["body", "when", "each"], "trigger", options, errors) {
                    Some((name, text)) if name == "body" => bodies.push((None, text)),
                    Some((_, text)) => condition = Some(text),
                    None => {}
                },
                other => errors.push(other, format!("{}: {EXAMPLE}", options.on())),
            }
        }
        match (name, when) {
            (Some(name), Some((timing, events))) if !events.is_empty() && !bodies.is_empty() => {
                found.push(Trigger { name, timing, events, condition, of_statement, bodies });
            }
            _ => {
                let message = "`trigger` needs a name, when it runs, and what it does";
                errors.push(word, format!("{}: {message}; {EXAMPLE}", options.on()));
            }
        }
    }
    found
}
