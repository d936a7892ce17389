//! Indexes, unique constraints and exclusions of the struct.

use super::suggest::suggest;
use super::table::{named, text_option};
use super::{Errors, Field, Options};
use syn::ext::IdentExt;
use syn::{Expr, ExprAssign, ExprField, ExprIndex, ExprLit, Ident, Lit, LitInt, LitStr, Member};

/// What kind of list it is.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Index,
    Unique,
    Exclude,
}

/// `index(a, b(desc), name = "..")`, `unique(..)` or `exclude(..)`.
pub struct Index {
    pub kind: Kind,
    pub columns: Vec<Column>,
    pub include: Vec<Ident>,
    pub name: Option<LitStr>,
    pub condition: Option<LitStr>,
    pub method: Option<LitStr>,
    pub expression: Option<LitStr>,
    pub with: Option<LitStr>,
    pub concurrently: bool,
    pub invisible: bool,
    pub defer: Option<Ident>,
}

/// A field of an index, and how it is in it: `title(desc, nulls = last, ops = "..", collate = "..", length = 10)`.
pub struct Column {
    pub field: Ident,
    /// `meta.pages[0]`: the way into it.
    pub path: Vec<Step>,
    /// `meta.pages(number)`: what is read there.
    pub kind: Option<Ident>,
    pub descending: bool,
    pub nulls: Option<Ident>,
    pub operators: Option<LitStr>,
    pub collation: Option<LitStr>,
    pub length: Option<LitInt>,
}

/// One step into a field.
pub enum Step {
    Key(String),
    Item(u32),
}

/// Reads all indexes, unique constraints and exclusions.
pub fn indexes(options: &Options, errors: &mut Errors) -> Vec<Index> {
    let mut found = Vec::new();
    for (word, kind) in [("index", Kind::Index), ("unique", Kind::Unique), ("exclude", Kind::Exclude)] {
        for (name, list) in options.lists(word, errors) {
            let mut index = Index {
                kind,
                columns: Vec::new(),
                include: Vec::new(),
                name: None,
                condition: None,
                method: None,
                expression: None,
                with: None,
                concurrently: false,
                invisible: false,
                defer: None,
            };
            // (clippy takes lists that share a field for duplicates, unless they are in brackets)
            let items = list.iter().flat_map(|item| match item {
                Expr::Array(array) => array.elems.iter().collect::<Vec<_>>(),
                item => vec![item],
            });
            for item in items {
                index.read(item, word, options, errors);
            }
            if index.is_whole(name, word, options, errors) {
                found.push(index);
            }
        }
    }
    found
}

impl Index {
    fn read(&mut self, item: &Expr, word: &str, options: &Options, errors: &mut Errors) {
        let on = options.on();
        match item {
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) if self.kind != Kind::Exclude && place(item).is_some() => {
                self.columns.extend(place(item).map(Column::plain));
            }
            Expr::MethodCall(call) if self.kind != Kind::Exclude && place(&call.receiver).is_some() => {
                if let Some((field, mut path)) = place(&call.receiver) {
                    path.push(Step::Key(call.method.unraw().to_string()));
                    self.columns.push(Column::read((field, path), call.args.iter(), word, options, errors));
                }
            }
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if self.kind == Kind::Exclude && self.expression.is_none() => {
                self.expression = Some(text.clone());
            }
            Expr::Call(call) if self.kind != Kind::Exclude => match place(&call.func) {
                Some((name, path)) if name == "include" && path.is_empty() => {
                    for field in &call.args {
                        match field {
                            Expr::Path(path) if path.path.get_ident().is_some() => {
                                self.include.extend(path.path.get_ident().cloned());
                            }
                            other => errors.push(other, format!("{on}: `include` of `{word}` lists fields")),
                        }
                    }
                }
                Some(place) => self.columns.push(Column::read(place, call.args.iter(), word, options, errors)),
                None => errors.push(&call.func, format!("{on}: `{word}` lists fields, such as `title(desc)`")),
            },
            Expr::Assign(assign) => self.assign(assign, word, options, errors),
            other => {
                let example = if self.kind == Kind::Exclude { "\"{room} with =\", name = \"..\"" } else { "title, author" };
                let what = if self.kind == Kind::Exclude { "has one text" } else { "lists fields" };
                errors.push(other, format!("{on}: `{word}` {what}; write `#[orm({word}({example}))]`"));
            }
        }
    }

    fn assign(&mut self, assign: &ExprAssign, word: &str, options: &Options, errors: &mut Errors) {
        let on = options.on();
        match named(assign).as_deref() {
            Some(name @ ("concurrently" | "invisible")) if self.kind != Kind::Exclude => match &*assign.right {
                Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => {
                    if name == "concurrently" {
                        self.concurrently = value.value;
                    } else {
                        self.invisible = value.value;
                    }
                }
                other => errors.push(other, format!("{on}: `{name}` of `{word}` is `true` or `false`")),
            },
            Some("defer") if self.kind != Kind::Index => match &*assign.right {
                Expr::Path(path) if path.path.is_ident("deferred") || path.path.is_ident("immediate") => {
                    self.defer = path.path.get_ident().cloned();
                }
                other => errors.push(other, format!("{on}: `defer` of `{word}` is `deferred` or `immediate`")),
            },
            _ => {
                let known: &[&str] = match self.kind {
                    Kind::Index => &["name", "where", "using", "expression", "with", "concurrently", "invisible"],
                    Kind::Unique => &["name", "where", "using", "expression", "with", "concurrently", "invisible", "defer"],
                    Kind::Exclude => &["name", "where", "using", "defer"],
                };
                let Some((name, text)) = text_option(assign, known, word, options, errors) else { return };
                let place = match name.as_str() {
                    "name" => &mut self.name,
                    "where" => &mut self.condition,
                    "using" => &mut self.method,
                    "with" => &mut self.with,
                    _ => &mut self.expression,
                };
                *place = Some(text);
            }
        }
    }

    /// Whether it says what it has to, and nothing that contradicts it.
    fn is_whole(&self, name: &Ident, word: &str, options: &Options, errors: &mut Errors) -> bool {
        let on = options.on();
        match (&self.expression, self.columns.is_empty()) {
            (None, true) if self.kind == Kind::Exclude => {
                errors.push(
                    name,
                    format!(
                        "{on}: `exclude` needs what rows must not share; write `exclude(\"{{room}} with =\", name = \"..\")`"
                    ),
                );
                return false;
            }
            (None, true) => {
                errors.push(name, format!("{on}: `{word}` needs the names of fields; write `#[orm({word}(title, author))]`"));
                return false;
            }
            (Some(expression), false) => {
                errors.push(expression, format!("{on}: `{word}` has both fields and an `expression`; keep one"));
                return false;
            }
            (Some(expression), true) if self.name.is_none() => {
                let what =
                    if self.kind == Kind::Exclude { "`exclude`".to_owned() } else { format!("`{word}` with an `expression`") };
                errors.push(expression, format!("{on}: {what} needs a name; add `name = \"..\"`"));
                return false;
            }
            _ => {}
        }
        let is_plain = self.condition.is_none() && self.expression.is_none() && !self.columns.iter().any(Column::is_special);
        match &self.defer {
            Some(defer) if self.kind == Kind::Unique && !is_plain => {
                let message = "`defer` is for constraints, which are over whole columns: take the condition, the expression and what is \
                               said of single fields away, or `defer`";
                errors.push(defer, format!("{on}: {message}"));
                false
            }
            Some(defer) if self.concurrently => {
                errors.push(defer, format!("{on}: what can wait is a constraint, which is never added `concurrently`; keep one"));
                false
            }
            _ => true,
        }
    }
}

impl Column {
    fn plain((field, path): (Ident, Vec<Step>)) -> Self {
        Column { field, path, kind: None, descending: false, nulls: None, operators: None, collation: None, length: None }
    }
    /// Whether more is said than its name.
    pub fn is_special(&self) -> bool {
        !self.path.is_empty() || self.kind.is_some() || self.is_ordered()
    }
    fn is_ordered(&self) -> bool {
        self.descending || self.nulls.is_some() || self.operators.is_some() || self.collation.is_some() || self.length.is_some()
    }
    fn read<'e>(
        place: (Ident, Vec<Step>),
        said: impl Iterator<Item = &'e Expr>,
        word: &str,
        options: &Options,
        errors: &mut Errors,
    ) -> Self {
        let on = options.on();
        let mut column = Column::plain(place);
        for item in said {
            match item {
                Expr::Path(path) if path.path.get_ident().is_some_and(|ident| KINDS.iter().any(|kind| ident == kind)) => {
                    column.kind = path.path.get_ident().cloned();
                    if column.path.is_empty() {
                        let example = format!("`{}.key({})`", column.field, KINDS[1]);
                        errors.push(item, format!("{on}: what a column is its type says; of a place in JSON write {example}"));
                    }
                }
                Expr::Path(path) if path.path.is_ident("desc") => column.descending = true,
                Expr::Path(path) if path.path.is_ident("asc") => column.descending = false,
                Expr::Assign(assign) => match (named(assign).as_deref(), &*assign.right) {
                    (Some("nulls"), Expr::Path(path)) if path.path.is_ident("first") || path.path.is_ident("last") => {
                        column.nulls = path.path.get_ident().cloned();
                    }
                    (Some("nulls"), other) => errors.push(other, format!("{on}: `nulls` of `{word}` is `first` or `last`")),
                    (Some("length"), Expr::Lit(ExprLit { lit: Lit::Int(length), .. })) => column.length = Some(length.clone()),
                    (Some("length"), other) => errors.push(other, format!("{on}: `length` of `{word}` is a number")),
                    _ => {
                        let known = &["nulls", "ops", "collate", "length"];
                        match text_option(assign, known, word, options, errors) {
                            Some((name, text)) if name == "ops" => column.operators = Some(text),
                            Some((_, text)) => column.collation = Some(text),
                            None => {}
                        }
                    }
                },
                other => {
                    let known = "`desc`, `asc`, `nulls = last`, `ops = \"..\"`, `collate = \"..\"` and `length = 10`";
                    let kinds = "of a place in JSON also `text`, `number`, `boolean`, `json`";
                    errors.push(other, format!("{on}: of a field in `{word}` can be said {known}; {kinds}"));
                }
            }
        }
        column
    }
}

/// What can be at a place in JSON.
pub const KINDS: [&str; 4] = ["text", "number", "boolean", "json"];

/// `meta.pages["in all"][0]`: a field, and the way into it.
fn place(expr: &Expr) -> Option<(Ident, Vec<Step>)> {
    match expr {
        Expr::Path(path) => Some((path.path.get_ident()?.clone(), Vec::new())),
        Expr::Field(ExprField { base, member: Member::Named(key), .. }) => {
            let (field, mut path) = place(base)?;
            path.push(Step::Key(key.unraw().to_string()));
            Some((field, path))
        }
        Expr::Index(ExprIndex { expr, index, .. }) => {
            let (field, mut path) = place(expr)?;
            path.push(match &**index {
                Expr::Lit(ExprLit { lit: Lit::Str(key), .. }) => Step::Key(key.value()),
                Expr::Lit(ExprLit { lit: Lit::Int(item), .. }) => Step::Item(item.base10_parse().ok()?),
                _ => return None,
            });
            Some((field, path))
        }
        _ => None,
    }
}

/// Checks that the fields that indexes name are there. (What the base has is among them.)
pub fn check_fields(on: &str, indexes: &[Index], fields: &[Field], errors: &mut Errors) {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    for index in indexes {
        let kind = if index.kind == Kind::Unique { "unique" } else { "index" };
        for field in index.columns.iter().map(|column| &column.field).chain(&index.include) {
            let name = field.unraw().to_string();
            if !names.contains(&name.as_str()) {
                let meant = suggest(&name, &names).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
                errors.push(field, format!("{on}: `{kind}` names `{name}`, which is no field{meant}"));
            }
        }
    }
}
