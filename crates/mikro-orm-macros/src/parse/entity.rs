//! The struct as a whole.

use super::index::{self, Index};
use super::options::crate_path;
use super::table::{self, Check, Partitions};
use super::trigger::{self, Trigger};
use super::{Errors, Field, Inherited, Options, named_fields};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, DeriveInput, Expr, FieldsNamed, Ident, LitStr, Path, Type, TypePath, Visibility};

/// All attributes of entities.
pub const ENTITY: &[&str] = &[
    "table",
    "module",
    "no_const",
    "virtual",
    "repository",
    "crate",
    "hooks",
    "readonly",
    "index",
    "unique",
    "exclude",
    "check",
    "trigger",
    "partition_by",
    "partition",
    "comment",
    "order_by",
    "view",
    "materialized",
    "with_data",
    "query",
    "schema",
];

/// An entity, checked.
pub struct Entity {
    pub ident: Ident,
    /// The name without `r#`.
    pub name: String,
    pub vis: Visibility,
    /// The path of what generated code uses: `::mikro_orm::__private`.
    pub root: TokenStream,
    pub table: Option<LitStr>,
    pub comment: Option<LitStr>,
    pub order_by: Option<Expr>,
    pub source: Source,
    pub schema: Option<LitStr>,
    pub indexes: Vec<Index>,
    pub triggers: Vec<Trigger>,
    pub partitions: Partitions,
    pub checks: Vec<Check>,
    /// The module of the markers.
    pub module: Ident,
    pub no_const: bool,
    /// Values that are computed for serialized output.
    pub computed: Vec<(Ident, Expr)>,
    /// The type of its repository.
    pub repository: Option<Path>,
    /// Whether it has hooks of its own.
    pub hooks: bool,
    /// Whether flushes write nothing of it.
    pub readonly: bool,
    pub base: Option<Base>,
    /// Base fields first.
    pub fields: Vec<Field>,
}

/// Where its rows come from.
pub enum Source {
    Table,
    View { sql: LitStr, materialized: bool, with_data: bool },
    Query(LitStr),
}

impl Source {
    fn read(options: &Options, errors: &mut Errors) -> Self {
        let (view, query) = (options.text("view", errors), options.text("query", errors));
        let materialized = options.flag("materialized", errors);
        let with_data = options.boolean("with_data", errors).unwrap_or(true);
        let on = options.on();
        let mut error = |option: &str, message: &str| {
            if let Some(name) = options.span(option) {
                errors.push(name, format!("{on}: {message}"));
            }
        };
        if view.is_none() {
            for option in ["materialized", "with_data"] {
                error(option, &format!("`{option}` is about a view; say which with `view = \"select ..\"`"));
            }
        } else if !materialized {
            error("with_data", "`with_data` is about rows that are stored; add `materialized`");
        }
        if view.is_some() && query.is_some() {
            error("query", "`view` and `query` exclude each other; keep one");
        }
        if view.is_some() || query.is_some() {
            for option in ["index", "unique", "exclude", "check", "trigger", "partition_by", "comment"] {
                error(option, &format!("`{option}` is about a table, which this has not; remove it"));
            }
        }
        match (view, query) {
            (Some(sql), _) => Source::View { sql, materialized, with_data },
            (None, Some(query)) => Source::Query(query),
            (None, None) => Source::Table,
        }
    }
}

/// The field that holds the base.
#[derive(Clone)]
pub struct Base {
    pub ident: Ident,
    pub ty: TypePath,
    /// Which of the bases have hooks: 0 is this one, 1 the one that it extends, and so on.
    pub hooks: Vec<usize>,
}

impl Base {
    /// Finds `#[orm(extends)]`, and checks that nothing else stands there. The second value says whether the
    /// entity can do with what was found.
    pub fn find(fields: &FieldsNamed, owner: &str, errors: &mut Errors) -> (Option<Base>, bool) {
        let (mut found, mut usable) = (None, true);
        for field in fields.named.iter().filter(|field| says(&field.attrs, "extends")) {
            let Some(ident) = field.ident.clone() else { continue };
            let on = format!("`{owner}.{}`", ident.unraw());
            let options = Options::read(
                &field.attrs,
                on.clone(),
                &["extends"],
                (super::attributes::FIELD, "a field of its own, not on a base"),
                errors,
            );
            options.flag("extends", errors);
            let Some(ty) = plain_path(&field.ty) else {
                errors.push(&field.ty, format!("{on}: `extends` needs a struct with `#[derive(BaseEntity)]`, named by its path"));
                usable = false;
                continue;
            };
            if found.is_some() {
                errors.push(&ident, format!("{on}: `{owner}` has a base already; each struct extends one"));
                usable = false;
            } else {
                found = Some(Base { ident, ty: ty.clone(), hooks: Vec::new() });
            }
        }
        (found, usable)
    }
}

/// Whether an `#[orm(..)]` says this; a mistake in it is somebody else's to report.
pub fn says(attributes: &[Attribute], name: &str) -> bool {
    Options::read(attributes, String::new(), &[name], (&[], ""), &mut Errors::default()).span(name).is_some()
}

/// The type as a path without arguments, which a macro can be called by.
fn plain_path(ty: &Type) -> Option<&TypePath> {
    match ty {
        Type::Group(group) => plain_path(&group.elem),
        Type::Path(ty) if ty.qself.is_none() && ty.path.segments.iter().all(|segment| segment.arguments.is_none()) => Some(ty),
        _ => None,
    }
}

/// The path of what generated code uses, for an entity.
pub fn root(input: &DeriveInput, errors: &mut Errors) -> TokenStream {
    let options = Options::read(&input.attrs, String::new(), ENTITY, (&[], ""), errors);
    let path = crate_path(&options, errors);
    quote!(#path::__private)
}

impl Entity {
    /// Reads the struct. `None` when it can't be an entity at all.
    pub fn read(input: &DeriveInput, inherited: Inherited, errors: &mut Errors) -> Option<Self> {
        let name = input.ident.unraw().to_string();
        let options = Options::read(&input.attrs, format!("`{name}`"), ENTITY, (super::attributes::FIELD, "a field"), errors);
        let module = options.text("module", errors);
        let root = crate_path(&options, errors);
        let table = options.text("table", errors);
        let comment = options.text("comment", errors);
        let order_by = options.expr("order_by", errors);
        let source = Source::read(&options, errors);
        let schema = options.text("schema", errors);
        let own_indexes = index::indexes(&options, errors);
        let own_triggers = trigger::triggers(&options, errors);
        let partitions = table::partitions(&options, errors);
        let own_checks = table::checks(&options, errors);
        let no_const = options.flag("no_const", errors);
        let computed = options.functions("virtual", errors);
        let repository = options.path("repository", errors);
        let hooks = options.flag("hooks", errors);
        let readonly = options.flag("readonly", errors) || !matches!(source, Source::Table);
        let named = named_fields(input, "Entity", errors)?;
        let (base, mut usable) = Base::find(named, &name, errors);
        let Inherited { mut fields, mut indexes, mut checks, mut triggers, hooks: base_hooks } = inherited;
        let base = base.map(|base| Base { hooks: base_hooks, ..base });
        usable &= own_fields(named, &name, &mut fields, errors);
        for (ident, _) in &computed {
            if let Some(twin) = fields.iter().find(|field| *ident == field.name) {
                let message =
                    format!("`{name}`: `{0}` in `virtual` would hide the field `{0}` in the output; rename it", twin.name);
                errors.push(ident, message);
            }
        }
        index::check_fields(&format!("`{name}`"), &own_indexes, &fields, errors);
        // (a view has no indexes, its base's neither)
        if !matches!(source, Source::Table) {
            (indexes, checks, triggers) = (Vec::new(), Vec::new(), Vec::new());
        }
        indexes.extend(own_indexes);
        checks.extend(own_checks);
        triggers.extend(own_triggers);
        usable = usable
            && match source {
                Source::Query(_) => is_without_key(&name, &fields, errors),
                _ => has_key(input, &mut fields, errors),
            };
        one_version(&name, &fields, errors);
        let module = module_ident(&name, &input.ident, module, errors)?;
        usable.then(|| Entity {
            ident: input.ident.clone(),
            name,
            vis: input.vis.clone(),
            root: quote!(#root::__private),
            table,
            comment,
            order_by,
            source,
            schema,
            indexes,
            triggers,
            partitions,
            checks,
            module,
            no_const,
            computed,
            repository,
            hooks,
            readonly,
            base,
            fields,
        })
    }

    /// Whether it is what a query finds: without a key, and never made by the program.
    pub fn is_query(&self) -> bool {
        matches!(self.source, Source::Query(_))
    }
    /// The fields that are the primary key, in order.
    pub fn keys(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.attributes.primary)
    }
}

/// Adds a struct's own fields to those of its base. Says whether all of them are some.
pub fn own_fields(named: &FieldsNamed, name: &str, fields: &mut Vec<Field>, errors: &mut Errors) -> bool {
    let (mut usable, from_base) = (true, fields.len());
    for field in named.named.iter().filter(|field| !says(&field.attrs, "extends")) {
        let Some(field) = Field::read(field, name, errors) else {
            usable = false;
            continue;
        };
        if let Some(twin) = fields[..from_base].iter().find(|known| known.name == field.name) {
            let message = format!("`{name}.{0}`: the base has a field `{0}` too; remove or rename one of them", twin.name);
            errors.push(&field.ident, message);
            usable = false;
        }
        fields.push(field);
    }
    usable
}

/// Whether fields can be those of what a query finds.
fn is_without_key(name: &str, fields: &[Field], errors: &mut Errors) -> bool {
    let mut usable = true;
    for field in fields {
        let a = &field.attributes;
        let why = if a.primary {
            "what a query finds has no key; remove `primary`, or make it a `view`"
        } else if field.kind == super::Kind::ToMany || field.is_inverse_one_to_one() {
            "what a query finds has no key that others could refer to; remove the field, or make the entity a `view`"
        } else if field.kind == super::Kind::Lazy {
            "what a query finds has no key that the rest could be read by; take the field out of the `Lazy`"
        } else {
            continue;
        };
        errors.push(&field.ident, format!("`{name}.{}`: {why}", field.name));
        usable = false;
    }
    usable
}

/// The most fields that a key may have: tuples of so many are keys.
const MOST_KEYS: usize = 6;

fn has_key(input: &DeriveInput, fields: &mut [Field], errors: &mut Errors) -> bool {
    let name = input.ident.unraw();
    let keys = fields.iter().filter(|field| field.attributes.primary).count();
    match keys {
        // a misspelled `primary` was reported
        0 if !errors.is_empty() => false,
        0 => {
            let remedy = match fields.iter().find(|field| field.name == "id") {
                Some(_) => "add `#[orm(primary)]` to `id`",
                None => "add `#[orm(primary)] id: i64`, or the attribute to the field that is the key",
            };
            errors.push(&input.ident, format!("`{name}` has no primary key; {remedy}"));
            false
        }
        1..=MOST_KEYS => {
            // no part of a key is left to the database because it is a number
            fields.iter_mut().for_each(|field| field.composite = keys > 1);
            let numbered = fields.iter().find(|field| field.composite && field.attributes.column.identity.is_some());
            if let Some(field) = numbered {
                let message = format!("`{name}.{}`: a key of several fields is not numbered; remove `identity`", field.name);
                errors.push(&field.ident, message);
            }
            true
        }
        _ => {
            let message = format!(
                "`{name}` has a primary key of {keys} fields, and {MOST_KEYS} is the most: give it a key of its own, \
                 and these a unique constraint"
            );
            errors.push(&input.ident, message);
            false
        }
    }
}

fn one_version(name: &str, fields: &[Field], errors: &mut Errors) {
    let mut versions = fields.iter().filter(|field| field.attributes.version);
    if let (Some(first), Some(second)) = (versions.next(), versions.next()) {
        let message = format!("`{name}.{}`: `{name}` has a version already (`{}`); keep one", second.name, first.name);
        errors.push(&second.ident, message);
    }
}

fn module_ident(name: &str, struct_ident: &Ident, chosen: Option<LitStr>, errors: &mut Errors) -> Option<Ident> {
    if let Some(chosen) = chosen {
        let ident = chosen.parse::<Ident>();
        if ident.is_err() {
            errors.push(
                &chosen,
                format!("`{name}`: `module` needs the name of a module, such as \"{}_relations\"", module_name(name)),
            );
        }
        return ident.ok();
    }
    let module = module_name(name);
    if matches!(module.as_str(), "crate" | "self" | "super") {
        let remedy = format!("`{name}`: the module of its relations can't be named `{module}`; add `#[orm(module = \"..\")]`");
        errors.push(struct_ident, remedy);
        return None;
    }
    let plain = syn::parse_str::<Ident>(&module).is_ok();
    let span = struct_ident.span();
    Some(if plain { Ident::new(&module, span) } else { Ident::new_raw(&module, span) })
}

/// `HTTPServer` -> `http_server`: how the ORM names tables, and so modules.
pub fn module_name(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_uppercase() {
            out.push(c);
            continue;
        }
        let inside = i > 0 && chars[i - 1] != '_';
        let before_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        if inside && (!chars[i - 1].is_uppercase() || before_lower) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn modules_are_named_like_tables() {
        for (name, module) in [("Author", "author"), ("HTTPServer", "http_server"), ("Book2", "book2"), ("Type", "type")] {
            assert_eq!(super::module_name(name), module);
        }
    }
}
