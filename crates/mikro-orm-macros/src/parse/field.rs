//! One field: what it is, and whether its attributes may stand on it.

use super::attributes::{FOREIGN_KEY, MANY_TO_MANY, RELATION};
use super::{Errors, FieldAttributes, FieldType, Options, attributes};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Ident, LitStr, Type};

/// What a field is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A column.
    Scalar,
    /// A column that is read when asked for.
    Lazy,
    /// A reference to one entity.
    ToOne,
    /// The inverse side of a to-one relation.
    ToMany,
}

/// A field of an entity or a base.
pub struct Field {
    pub ident: Ident,
    /// The name without `r#`.
    pub name: String,
    pub ty: Type,
    pub kind: Kind,
    /// Whether the type shows that null is a value of the field.
    pub nullable: bool,
    /// The relation's target or the lazy column's value, when the type shows it.
    pub inner: Option<Type>,
    /// Whether the type is an integer.
    pub integer: bool,
    /// Whether the type is `String`.
    pub string: bool,
    pub attributes: FieldAttributes,
    /// The entity's field that holds the base, for a base's field.
    pub through: Option<Ident>,
    /// The fields within the base that hold its own base, and so on, for a field of one of these.
    pub deeper: Vec<Ident>,
    /// Whether the entity's key is more than one field.
    pub composite: bool,
}

impl Field {
    /// Reads a field of the struct `owner`. `None` when its type is no field's.
    pub fn read(field: &syn::Field, owner: &str, errors: &mut Errors) -> Option<Self> {
        let ident = field.ident.clone()?;
        let name = ident.unraw().to_string();
        let on = format!("`{owner}.{name}`");
        let options = Options::read(
            &field.attrs,
            on.clone(),
            attributes::FIELD,
            (&["table", "module", "virtual", "repository", "crate"], "the struct"),
            errors,
        );
        let mut attributes = FieldAttributes::read(&options, errors);
        let looks = FieldType::of(&field.ty);
        let mut check = Check { on: &on, ty: &field.ty, options: &options, errors };
        let (kind, nullable, inner) = check.kind(looks)?;
        if let Some(embedded) = &mut attributes.embedded {
            embedded.object |= looks.is_vec();
        }
        check.placement(kind, looks, &attributes);
        if attributes.primary && !check.may_be_key(kind, nullable, looks) {
            return None;
        }
        if name == "builder" && !attributes.no_const {
            check.errors.push(
                &ident,
                format!(
                    "{on}: the constant `{owner}::builder` would clash with the function `{owner}::builder()`; \
                     add `#[orm(no_const)]` to the field, or rename it"
                ),
            );
            attributes.no_const = true;
        }
        Some(Field {
            name,
            ty: field.ty.clone(),
            kind,
            nullable,
            inner: inner.cloned(),
            integer: looks.is_integer(),
            string: matches!(looks, FieldType::Scalar("String")),
            attributes,
            through: None,
            deeper: Vec::new(),
            composite: false,
            ident,
        })
    }

    /// Whether it is a struct in JSON, or a list of them.
    pub fn is_object(&self) -> bool {
        self.attributes.embedded.as_ref().is_some_and(|embedded| embedded.object)
    }
    /// Whether this refers to other entities.
    pub fn is_relation(&self) -> bool {
        matches!(self.kind, Kind::ToOne | Kind::ToMany)
    }
    /// Whether `.populate(..)` takes it.
    pub fn is_populatable(&self) -> bool {
        self.kind != Kind::Scalar
    }
    /// Whether the builder asks for it.
    pub fn is_required(&self) -> bool {
        let a = &self.attributes;
        let filled =
            a.default.is_some() || a.default_raw.is_some() || a.on_create.is_some() || a.on_update.is_some() || a.version;
        let filled = filled || self.is_computed() || self.is_virtual();
        !(self.nullable || self.kind == Kind::ToMany || filled || self.has_generated_key())
    }
    /// Whether the database computes it, so that nothing sets it.
    pub fn is_computed(&self) -> bool {
        let column = &self.attributes.column;
        column.generated.is_some() || column.formula.is_some() || says_generated(self.attributes.column_type.as_ref())
    }
    /// Whether it may have no column, so that it is the program's to fill.
    pub fn is_virtual(&self) -> bool {
        self.attributes.persist == Some(false) && self.kind == Kind::Scalar && self.attributes.relation.map_to_pk.is_none()
    }
    /// Whether it is the side of a one-to-one relation without a column.
    pub fn is_inverse_one_to_one(&self) -> bool {
        self.kind == Kind::ToOne && self.attributes.mapped_by.is_some()
    }
    /// Whether it is a key that the database makes.
    pub fn has_generated_key(&self) -> bool {
        let filled = self.attributes.default.is_some() || self.attributes.on_create.is_some();
        self.attributes.primary && self.integer && !self.composite && !filled
    }
}

/// Whether a column's type says what it is computed from.
fn says_generated(column_type: Option<&LitStr>) -> bool {
    let said = column_type.map(|text| text.value().to_ascii_lowercase()).unwrap_or_default();
    said.split_once("generated always as").is_some_and(|(_, rest)| rest.trim_start().starts_with('('))
}

/// The checks on one field, with what their messages need.
struct Check<'a> {
    on: &'a str,
    ty: &'a Type,
    options: &'a Options,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn error_at_type(&mut self, message: &str) {
        self.errors.push(self.ty, format!("{}: {message}", self.on));
    }
    fn error_at(&mut self, option: &str, message: &str) {
        if let Some(name) = self.options.span(option) {
            self.errors.push(name, format!("{}: {message}", self.on));
        }
    }
    fn has(&self, option: &str) -> bool {
        self.options.span(option).is_some()
    }

    /// What the field is: by its type, and for an alias by its attributes.
    fn kind<'t>(&mut self, looks: FieldType<'t>) -> Option<(Kind, bool, Option<&'t Type>)> {
        let said = [
            ("many_to_one", Kind::ToOne),
            ("one_to_one", Kind::ToOne),
            ("one_to_many", Kind::ToMany),
            ("many_to_many", Kind::ToMany),
            ("lazy", Kind::Lazy),
        ];
        // a key in the place of a relation is a column
        let said = said.into_iter().filter(|(name, _)| *name != "one_to_one" || !self.has("map_to_pk"));
        let said = said.filter(|(name, _)| self.has(name)).collect::<Vec<_>>();
        if let [_, (second, _), ..] = said[..] {
            self.error_at(second, "kinds of relations, and `lazy`, exclude each other; keep one");
        }
        for (name, _) in &said {
            // reports a value where there should be none
            self.options.flag(name, self.errors);
        }
        let said = said.first().copied();
        let (kind, nullable, inner) = match looks {
            FieldType::Ref(target) => (Kind::ToOne, false, Some(target)),
            FieldType::Collection(target) => (Kind::ToMany, false, Some(target)),
            FieldType::Lazy(value) => return self.lazy(value, said),
            FieldType::Option(inner) => self.option(inner, said)?,
            FieldType::Scalar("Vec") if self.is_vec_of_relations() => {
                self.error_at_type("a to-many relation is a `Collection<..>`, not a `Vec` of references");
                return None;
            }
            FieldType::Scalar(_) => (Kind::Scalar, false, None),
            FieldType::Tuple if !self.has("map_to_pk") => {
                self.error_at_type(TUPLE);
                return None;
            }
            FieldType::Tuple => (Kind::Scalar, false, None),
            FieldType::Other => (said.map_or(Kind::Scalar, |(_, kind)| kind), false, None),
        };
        if let Some((name, kind_said)) = said
            && kind_said != kind
        {
            let shown = shown(self.ty);
            let remedy = match (kind_said, kind) {
                (Kind::Lazy, Kind::Scalar) => format!("`lazy` needs the type `Lazy<{shown}>`"),
                (Kind::Lazy, _) => "relations are loaded on demand already; remove `lazy`".to_owned(),
                (Kind::ToOne, Kind::ToMany) => {
                    format!("a `Collection` is `one_to_many` or `many_to_many`; for `{name}` use `Ref<..>`")
                }
                (Kind::ToMany, Kind::ToOne) => {
                    format!("a `Ref` is `many_to_one` or `one_to_one`; for `{name}` use `Collection<..>`")
                }
                (Kind::ToOne, _) => format!("`{name}` needs the type `Ref<..>` or `Option<Ref<..>>`, not `{shown}`"),
                _ => format!("`{name}` needs the type `Collection<..>`, not `{shown}`"),
            };
            self.error_at(name, &remedy);
            return None;
        }
        Some((kind, nullable, inner))
    }

    fn lazy<'t>(&mut self, value: &'t Type, said: Option<(&str, Kind)>) -> Option<(Kind, bool, Option<&'t Type>)> {
        if let Some((name, Kind::ToOne | Kind::ToMany)) = said {
            self.error_at(name, "a `Lazy<..>` is a column, not a relation");
            return None;
        }
        match FieldType::of(value) {
            FieldType::Ref(_) | FieldType::Collection(_) => {
                self.error_at_type("relations are loaded on demand already; take the relation out of the `Lazy`");
                None
            }
            FieldType::Option(_) => Some((Kind::Lazy, true, Some(value))),
            _ => Some((Kind::Lazy, false, Some(value))),
        }
    }

    fn option<'t>(&mut self, inner: &'t Type, said: Option<(&str, Kind)>) -> Option<(Kind, bool, Option<&'t Type>)> {
        match FieldType::of(inner) {
            FieldType::Ref(target) => Some((Kind::ToOne, true, Some(target))),
            FieldType::Collection(_) => {
                self.error_at_type("a collection is empty, never null; take it out of the `Option`");
                None
            }
            FieldType::Lazy(value) => {
                self.error_at_type(&format!("a lazy column that may be null is a `Lazy<Option<{}>>`", shown(value)));
                None
            }
            FieldType::Option(_) => {
                self.error_at_type("an `Option` in an `Option` has no form in a database; use one `Option`");
                None
            }
            FieldType::Tuple if !self.has("map_to_pk") => {
                self.error_at_type(TUPLE);
                None
            }
            FieldType::Other if matches!(said, Some((_, Kind::ToOne))) => Some((Kind::ToOne, true, None)),
            _ => Some((Kind::Scalar, true, None)),
        }
    }

    fn is_vec_of_relations(&self) -> bool {
        let text = shown(self.ty);
        text.ends_with(">>") && (text.contains("<Ref<") || text.contains("<Collection<"))
    }

    /// Whether each attribute may stand on such a field, and beside the others.
    fn placement(&mut self, kind: Kind, looks: FieldType<'_>, attributes: &FieldAttributes) {
        match kind {
            Kind::ToMany => {
                let reported = self.has("mapped_by") || self.has("many_to_many");
                if attributes.mapped_by.is_none() && !reported {
                    let remedy = "a collection needs the field of its items that refers back: `#[orm(mapped_by = field)]`, \
                                  or a table between both: `#[orm(many_to_many)]`";
                    self.error_at_type(remedy);
                }
                self.none_of(COLUMN, "a collection has no column of its own");
                if !self.has("many_to_many") {
                    self.none_of(FOREIGN_KEY, "a collection has no foreign key of its own");
                    self.none_of(MANY_TO_MANY, "it is for `many_to_many`");
                } else if self.has("mapped_by") {
                    self.none_of(FOREIGN_KEY, "it belongs on the owning side");
                    self.none_of(MANY_TO_MANY, "it belongs on the owning side");
                    self.none_of(&["orphan_removal"], "what is in a `many_to_many` may be in others, too");
                } else {
                    self.none_of(&["orphan_removal"], "what is in a `many_to_many` may be in others, too");
                }
                self.none_of(&["map_to_pk", "persist", "concurrency_check"], "a collection has no column");
            }
            Kind::ToOne => {
                if !self.has("one_to_one") {
                    self.none_of(
                        &["mapped_by"],
                        "`mapped_by` belongs on the `Collection` at the other side, or on a `one_to_one`",
                    );
                    self.none_of(&["orphan_removal"], "what a `many_to_one` refers to may be referred to by others, too");
                } else if self.has("mapped_by") {
                    self.none_of(FOREIGN_KEY, "it belongs on the owning side");
                    self.none_of(COLUMN, "the inverse side of a `one_to_one` has no column");
                    if !matches!(looks, FieldType::Option(_)) {
                        self.error_at_type("the inverse side of a `one_to_one` may be missing: make it an `Option<Ref<..>>`");
                    }
                }
                self.none_of(MANY_TO_MANY, "it is for `many_to_many`");
                self.none_of(&["where"], "a condition is for collections");
                self.none_of(&["map_to_pk"], "a `Ref` is no key: use the key's type");
                let values = ["length", "text", "default", "default_raw", "on_create", "on_update", "version"];
                self.none_of(
                    &values,
                    "a relation's column has the type of the target's key, and its value comes from the builder",
                );
            }
            Kind::Scalar | Kind::Lazy => {
                self.none_of(RELATION, "it is for relations");
                self.none_of(MANY_TO_MANY, "it is for `many_to_many`");
                self.none_of(&["orphan_removal"], "it is for relations");
                self.none_of(&["where"], "a condition is for collections");
                if !self.has("map_to_pk") {
                    self.none_of(&["mapped_by"], "`mapped_by` belongs on a `Collection`");
                    self.none_of(FOREIGN_KEY, "it is for relations");
                }
                self.scalar(looks);
            }
        }
        self.computed(kind, looks, attributes);
        self.exclusive("default", "default_raw", "the value comes from Rust (`default`) or from the database (`default_raw`)");
        self.exclusive("default", "on_create", "both give the first value");
        self.exclusive("length", "text", "`text` has no limit");
        self.exclusive("primary", "version", "a key does not change");
        self.exclusive("primary", "on_update", "a key does not change");
    }

    /// Whether what the database computes, and what has no column, is said of such a field.
    fn computed(&mut self, kind: Kind, looks: FieldType<'_>, attributes: &FieldAttributes) {
        let is_column = matches!(kind, Kind::Scalar | Kind::Lazy);
        if self.has("formula") {
            self.none_of(OF_TABLE, "a formula has no column in the table: queries compute it");
            self.none_of(FIRST_VALUES, "a formula is never written");
            self.none_of(&["persist"], "a formula is never written anyway");
            if kind == Kind::ToMany {
                self.error_at("formula", "a collection is no formula: give it a condition with `where`");
            } else if kind == Kind::ToOne {
                self.none_of(FOREIGN_KEY, "a formula has no foreign key");
                if !matches!(looks, FieldType::Option(_)) {
                    self.error_at_type("what a formula refers to may be missing: make it an `Option<Ref<..>>`");
                }
            }
        }
        for generated in ["generated", "column_type"] {
            if generated == "generated" && self.has("generated") && !is_column {
                self.error_at("generated", "a relation's column is not generated: make it a field of the key's type");
            } else if self.has(generated) && (generated == "generated" || says_generated(attributes.column_type.as_ref())) {
                self.none_of(FIRST_VALUES, "a generated column is computed by the database");
                self.none_of(&["persist", "primary"], "a generated column is computed by the database");
            }
        }
        if attributes.persist == Some(false) {
            match kind {
                Kind::Lazy => self.error_at("persist", "a field without a column is not loaded; take it out of the `Lazy`"),
                Kind::Scalar if !self.has("map_to_pk") => {
                    self.none_of(OF_TABLE_BUT_NAME, "without `persist` the field has no column of its own");
                    self.none_of(
                        &["default_raw", "version", "primary", "hydrate"],
                        "without `persist` the field has no column of its own",
                    );
                }
                _ => {}
            }
        }
        if !is_column {
            self.none_of(
                &["identity", "collation", "native_enum", "precision", "scale", "hydrate", "returning"],
                "it is for columns that are no relation",
            );
        }
        if attributes.column.identity.is_some() && !(self.has("primary") && looks.is_integer()) {
            self.error_at("identity", "`identity` numbers a primary key that is an integer; remove it, or add `primary`");
        }
        if attributes.column.identity.is_some() {
            self.none_of(FIRST_VALUES, "the database numbers the key");
            self.none_of(&["column_type"], "the type of a key that is numbered follows from the field's");
        }
        if self.has("native_enum") && matches!(looks, FieldType::Scalar(name) if name != "Vec") {
            self.error_at("native_enum", &format!("a type of the database is for an enum, not for `{}`", shown(self.ty)));
        }
        if attributes.column.column_types.iter().any(|(_, said)| says_generated(Some(said))) {
            self.error_at("column_type", "what a column is computed from is no type of one database: say it with `generated`");
        }
        self.exclusive("native_enum", "column_type", "both say the column's type");
        for digits in ["precision", "scale"] {
            if self.has(digits) && !looks.may_be_decimal() {
                self.error_at(digits, &format!("`{digits}` is for decimal numbers, not for `{}`", shown(self.ty)));
            }
            self.exclusive(digits, "column_type", "both say the column's type");
        }
        let number = |digits: &Option<syn::LitInt>| digits.as_ref().and_then(|digits| digits.base10_parse::<u32>().ok());
        match (number(&attributes.column.precision), number(&attributes.column.scale)) {
            (None, Some(_)) => {
                self.error_at("scale", "`scale` says how many of the digits are behind the point; add `precision`")
            }
            (Some(precision), Some(scale)) if scale > precision => {
                self.error_at("scale", &format!("there are {precision} digits, so no {scale} of them are behind the point"));
            }
            (Some(precision), _) if precision > 1000 => {
                self.error_at("precision", "databases have 1000 digits at most; leave it out");
            }
            _ => {}
        }
        if attributes.column.hydrate == Some(false) {
            self.none_of(&["primary", "version", "concurrency_check", "returning"], "it has to be read");
            if kind == Kind::Lazy {
                self.error_at("hydrate", "a `Lazy<..>` is read only when asked for; remove `hydrate`");
            }
        }
        if self.has("collation") && !looks.may_be_text() {
            self.error_at("collation", &format!("a collation is for text, not for `{}`", shown(self.ty)));
        }
    }

    /// Whether a field may be the primary key.
    fn may_be_key(&mut self, kind: Kind, nullable: bool, looks: FieldType<'_>) -> bool {
        match kind {
            Kind::ToOne if self.has("mapped_by") => {
                self.error_at(
                    "primary",
                    "the inverse side of a `one_to_one` has no column, so it can't be a primary key; remove `primary`",
                );
            }
            Kind::ToOne if nullable => {
                self.error_at("primary", "a primary key is never null; take the `Ref` out of the `Option`")
            }
            Kind::ToOne => return true,
            Kind::ToMany => self.error_at("primary", "a collection can't be a primary key; remove `primary`"),
            Kind::Lazy => self.error_at("primary", "a primary key is always loaded; take it out of the `Lazy`"),
            Kind::Scalar if self.has("map_to_pk") => {
                self.error_at(
                    "primary",
                    "a key that is another entity's is a relation: make it a `Ref<..>`, and remove `map_to_pk`",
                );
            }
            Kind::Scalar if nullable => self.error_at("primary", "a primary key is never null; take it out of the `Option`"),
            Kind::Scalar if matches!(looks, FieldType::Scalar("f32" | "f64" | "bool")) => {
                let message = format!("a `{}` can't be a primary key; use an integer, `String` or `Uuid`", shown(self.ty));
                self.error_at("primary", &message);
            }
            Kind::Scalar => return true,
        }
        false
    }

    fn scalar(&mut self, looks: FieldType<'_>) {
        let shown = shown(self.ty);
        if self.has("embedded") {
            if self.has("object") || looks.is_vec() {
                self.none_of(
                    &["prefix", "prefix_mode"],
                    "what is embedded as JSON has one column, with a name of its own (`name`)",
                );
                self.none_of(NOT_OF_JSON, "what is embedded as JSON is a document");
                self.none_of(&["table_per_type"], "what is embedded as JSON is one column, and no table");
            }
            if matches!(looks, FieldType::Scalar(_) | FieldType::Lazy(_)) && !looks.is_vec() {
                self.error_at(
                    "embedded",
                    &format!("`{shown}` is one column; what is embedded is a struct with `#[derive(Embeddable)]`"),
                );
            }
            if !(self.has("object") || looks.is_vec()) {
                self.none_of(OF_ONE_COLUMN, "what is embedded has several columns");
            }
            return;
        }
        if !looks.may_have_length() {
            self.none_of(&["length"], &format!("`length` limits text and bytes, not `{shown}`"));
        }
        if !looks.may_be_text() {
            self.none_of(&["text"], &format!("`text` makes a `String` unlimited; it means nothing for `{shown}`"));
        }
        if self.has("version") {
            if !looks.may_be_version() {
                let remedy = format!("a version is an integer or a `DateTime<Utc>`, not `{shown}`");
                self.error_at("version", &remedy);
            }
            let values = ["default", "default_raw", "on_create", "on_update"];
            self.none_of(&values, "the flush counts the version itself");
        }
    }

    fn none_of(&mut self, options: &[&str], why: &str) {
        if let Some(option) = options.iter().find(|option| self.has(option)) {
            self.error_at(option, &format!("{why}; remove `{option}`"));
        }
    }
    fn exclusive(&mut self, first: &str, second: &str, why: &str) {
        if self.has(first) && self.has(second) {
            self.error_at(second, &format!("`{first}` and `{second}` exclude each other ({why}); keep one"));
        }
    }
}

const TUPLE: &str = "a tuple is the key of an entity that has several; say which entity with `map_to_pk = ..`";

/// Attributes of what has a column.
const COLUMN: &[&str] =
    &["unique", "index", "length", "text", "column_type", "name", "default", "default_raw", "on_create", "on_update", "version"];

/// Attributes of a column in the table.
const OF_TABLE: &[&str] = &[
    "name",
    "unique",
    "index",
    "length",
    "text",
    "column_type",
    "check",
    "comment",
    "collation",
    "native_enum",
    "precision",
    "scale",
    "generated",
    "identity",
    "hydrate",
    "returning",
    "ignore_schema_changes",
    "concurrency_check",
    "primary",
];
/// As above, but for the name that another field's column is shown by.
const OF_TABLE_BUT_NAME: &[&str] = &[
    "unique",
    "index",
    "length",
    "text",
    "column_type",
    "check",
    "comment",
    "collation",
    "native_enum",
    "precision",
    "scale",
    "generated",
    "identity",
    "returning",
    "ignore_schema_changes",
    "concurrency_check",
];
/// What gives a column its values.
const FIRST_VALUES: &[&str] = &["default", "default_raw", "on_create", "on_update", "version"];

/// Attributes of one column, and of nothing that has several.
/// What is never said of JSON.
const NOT_OF_JSON: &[&str] =
    &["length", "text", "version", "primary", "persist", "formula", "generated", "identity", "collation"];

/// What is said of one column.
const OF_ONE_COLUMN: &[&str] = &[
    "length",
    "text",
    "column_type",
    "default_raw",
    "name",
    "version",
    "primary",
    "check",
    "comment",
    "persist",
    "formula",
    "generated",
    "identity",
    "collation",
    "hydrate",
    "returning",
    "ignore_schema_changes",
];

/// A type as the user wrote it, without spaces.
fn shown(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    text.replace(" <", "<").replace("< ", "<").replace(" >", ">").replace(" :: ", "::").replace(" ,", ",")
}
