//! Mistakes in attributes and types, and what is said about them. The compiler's part is in the UI tests.

use crate::derive;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

/// The messages of the `compile_error!`s in some code.
fn messages(code: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut after_compile_error = false;
    for token in code {
        match token {
            TokenTree::Ident(ident) if ident == "compile_error" => after_compile_error = true,
            TokenTree::Group(group) if after_compile_error => {
                let text: syn::LitStr = syn::parse2(group.stream()).expect("the message is a text");
                found.push(text.value());
                after_compile_error = false;
            }
            _ => {}
        }
    }
    found
}

/// What is said about one field, beside a key.
fn about(field: TokenStream) -> Vec<String> {
    messages(derive::entity(quote!(struct Book { #[orm(primary)] id: i64, #field })))
}

#[test]
fn each_mistake_is_one_message_with_field_and_remedy() {
    let cases = [
        (quote!(#[orm(uniqe)] a: String), "`Book.a`: unknown attribute `uniqe`; did you mean `unique`?"),
        (
            quote!(#[orm(target_key = email)] a: Ref<Author>),
            "`Book.a`: there is no attribute `target_key`; a relation holds the key of its target: keep the other value in a \
             field of its own, and look its row up by a condition",
        ),
        (
            quote!(a: (i64, i64)),
            "`Book.a`: a tuple is the key of an entity that has several; say which entity with `map_to_pk = ..`",
        ),
        (
            quote!(a: Option<(i64, i64)>),
            "`Book.a`: a tuple is the key of an entity that has several; say which entity with `map_to_pk = ..`",
        ),
        (
            quote!(#[orm(primary, map_to_pk = Author)] a: i64),
            "`Book.a`: a key that is another entity's is a relation: make it a `Ref<..>`, and remove `map_to_pk`",
        ),
        (quote!(#[orm(pk)] a: i64), "`Book.a`: unknown attribute `pk`; did you mean `primary`?"),
        (quote!(#[orm(table = "x")] a: i64), "`Book.a`: `table` belongs on the struct"),
        (quote!(#[orm(nullable)] a: i64), "`Book.a`: there is no attribute `nullable`; make its type an `Option<..>`"),
        (quote!(#[orm(index, index)] a: i64), "`Book.a`: `index` is given twice; keep one"),
        (quote!(#[orm] a: i64), "`Book.a`: write `#[orm(..)]`, with attributes in parentheses"),
        (quote!(#[orm(length = "5")] a: String), "`Book.a`: `length` needs a positive number; write `#[orm(length = 255)]`"),
        (quote!(#[orm(length = 0)] a: String), "`Book.a`: `length` needs a positive number; write `#[orm(length = 255)]`"),
        (quote!(#[orm(name = 5)] a: String), "`Book.a`: `name` needs a text; write `#[orm(name = \"..\")]`"),
        (quote!(#[orm(default)] a: String), "`Book.a`: `default` needs a value; write `#[orm(default = ..)]`"),
        (quote!(#[orm(hidden = true)] a: String), "`Book.a`: `hidden` takes no value; write `#[orm(hidden)]`"),
        (
            quote!(#[orm(index(name = "x"))] a: String),
            "`Book.a`: on a field, `index` takes no list; write `#[orm(index)]`, or put it on the struct",
        ),
        (quote!(#[orm("primary")] a: String), "`Book.a`: expected an attribute's name, as in `#[orm(primary)]`"),
    ];
    for (field, message) in cases {
        assert_eq!(about(field), [message]);
    }
}

#[test]
fn attributes_stand_where_they_mean_something() {
    let cases = [
        (quote!(#[orm(length = 5)] a: i64), "`Book.a`: `length` limits text and bytes, not `i64`; remove `length`"),
        (quote!(#[orm(text)] a: i64), "`Book.a`: `text` makes a `String` unlimited; it means nothing for `i64`; remove `text`"),
        (quote!(#[orm(mapped_by = x)] a: i64), "`Book.a`: `mapped_by` belongs on a `Collection`; remove `mapped_by`"),
        (
            quote!(#[orm(mapped_by = x)] a: Ref<A>),
            "`Book.a`: `mapped_by` belongs on the `Collection` at the other side, or on a `one_to_one`; remove `mapped_by`",
        ),
        (
            quote!(#[orm(mapped_by = x, unique)] a: Collection<A>),
            "`Book.a`: a collection has no column of its own; remove `unique`",
        ),
        (quote!(#[orm(version)] a: String), "`Book.a`: a version is an integer or a `DateTime<Utc>`, not `String`"),
        (quote!(#[orm(version)] a: Option<i32>), "`Book.a`: a version is an integer or a `DateTime<Utc>`, not `Option<i32>`"),
        (quote!(#[orm(version, default = 1)] a: i32), "`Book.a`: the flush counts the version itself; remove `default`"),
        (quote!(#[orm(lazy)] a: String), "`Book.a`: `lazy` needs the type `Lazy<String>`"),
        (quote!(#[orm(lazy)] a: Ref<A>), "`Book.a`: relations are loaded on demand already; remove `lazy`"),
        (
            quote!(#[orm(many_to_one)] a: String),
            "`Book.a`: `many_to_one` needs the type `Ref<..>` or `Option<Ref<..>>`, not `String`",
        ),
        (
            quote!(#[orm(one_to_many)] a: Ref<A>),
            "`Book.a`: a `Ref` is `many_to_one` or `one_to_one`; for `one_to_many` use `Collection<..>`",
        ),
        (
            quote!(#[orm(many_to_many)] a: Ref<A>),
            "`Book.a`: a `Ref` is `many_to_one` or `one_to_one`; for `many_to_many` use `Collection<..>`",
        ),
        (
            quote!(#[orm(one_to_one)] a: Collection<A>),
            "`Book.a`: a `Collection` is `one_to_many` or `many_to_many`; for `one_to_one` use `Ref<..>`",
        ),
        (
            quote!(#[orm(one_to_one, mapped_by = x)] a: Ref<A>),
            "`Book.a`: the inverse side of a `one_to_one` may be missing: make it an `Option<Ref<..>>`",
        ),
        (
            quote!(#[orm(one_to_one, mapped_by = x, unique)] a: Option<Ref<A>>),
            "`Book.a`: the inverse side of a `one_to_one` has no column; remove `unique`",
        ),
        (
            quote!(#[orm(orphan_removal)] a: Ref<A>),
            "`Book.a`: what a `many_to_one` refers to may be referred to by others, too; remove `orphan_removal`",
        ),
        (
            quote!(#[orm(many_to_many, orphan_removal)] a: Collection<A>),
            "`Book.a`: what is in a `many_to_many` may be in others, too; remove `orphan_removal`",
        ),
        (quote!(#[orm(mapped_by = x, fixed_order)] a: Collection<A>), "`Book.a`: it is for `many_to_many`; remove `fixed_order`"),
        (quote!(#[orm(cascade(persist))] a: String), "`Book.a`: it is for relations; remove `cascade`"),
        (quote!(#[orm(cascade(persit))] a: Ref<A>), "`Book.a`: `cascade` lists `persist`, `remove`, `all`"),
        (quote!(#[orm(cascade)] a: Ref<A>), "`Book.a`: `cascade` needs a list; write `#[orm(cascade(persist, remove, all))]`"),
        (
            quote!(#[orm(delete_rule = delete)] a: Ref<A>),
            "`Book.a`: `delete_rule` is one of `cascade`, `set_null`, `set_default`, `restrict`, `no_action`; write \
             `#[orm(delete_rule = cascade)]`",
        ),
        (
            quote!(#[orm(fk_constraint = 1)] a: Ref<A>),
            "`Book.a`: `fk_constraint` needs `true` or `false`; write `#[orm(fk_constraint = false)]`",
        ),
    ];
    for (field, message) in cases {
        assert_eq!(about(field), [message]);
    }
}

#[test]
fn attributes_that_exclude_each_other() {
    let cases = [
        (
            quote!(#[orm(default = 1, default_raw = "1")] a: i64),
            "`Book.a`: `default` and `default_raw` exclude each other (the value comes from Rust (`default`) or from the \
             database (`default_raw`)); keep one",
        ),
        (
            quote!(#[orm(length = 5, text)] a: String),
            "`Book.a`: `length` and `text` exclude each other (`text` has no limit); keep one",
        ),
    ];
    for (field, message) in cases {
        assert_eq!(about(field), [message]);
    }
}

#[test]
fn what_is_never_written_has_no_first_value() {
    let cases = [
        (
            quote!(#[orm(generated = "1", default = 1)] a: i64),
            "`Book.a`: a generated column is computed by the database; remove `default`",
        ),
        (
            quote!(#[orm(column_type = "int Generated Always As (1) stored", on_create = f)] a: i64),
            "`Book.a`: a generated column is computed by the database; remove `on_create`",
        ),
        (
            quote!(#[orm(generated = "1")] a: Ref<A>),
            "`Book.a`: a relation's column is not generated: make it a field of the key's type",
        ),
        (quote!(#[orm(formula = "1", default_raw = "1")] a: i64), "`Book.a`: a formula is never written; remove `default_raw`"),
        (
            quote!(#[orm(formula = "1", primary)] a: i64),
            "`Book.a`: a formula has no column in the table: queries compute it; remove `primary`",
        ),
        (
            quote!(#[orm(formula = "1", unique)] a: i64),
            "`Book.a`: a formula has no column in the table: queries compute it; remove `unique`",
        ),
        (
            quote!(#[orm(formula = "1")] a: Ref<A>),
            "`Book.a`: what a formula refers to may be missing: make it an `Option<Ref<..>>`",
        ),
        (
            quote!(#[orm(formula = "1", delete_rule = cascade)] a: Option<Ref<A>>),
            "`Book.a`: a formula has no foreign key; remove `delete_rule`",
        ),
        (
            quote!(#[orm(formula = "1", many_to_many)] a: Collection<A>),
            "`Book.a`: a collection is no formula: give it a condition with `where`",
        ),
        (
            quote!(#[orm(persist = false)] a: Lazy<String>),
            "`Book.a`: a field without a column is not loaded; take it out of the `Lazy`",
        ),
        (
            quote!(#[orm(persist = false, unique)] a: String),
            "`Book.a`: without `persist` the field has no column of its own; remove `unique`",
        ),
        (
            quote!(#[orm(identity = always)] a: i64),
            "`Book.a`: `identity` numbers a primary key that is an integer; remove it, or add `primary`",
        ),
        (
            quote!(#[orm(identity = sometimes)] a: i64),
            "`Book.a`: `identity` is one of `always`, `by_default`; write `#[orm(identity = always)]`",
        ),
        (
            quote!(#[orm(primary, identity = always)] a: i64),
            "`Book.a`: a key of several fields is not numbered; remove `identity`",
        ),
        (quote!(#[orm(hydrate = false, version)] a: i64), "`Book.a`: it has to be read; remove `version`"),
        (quote!(#[orm(hydrate = false)] a: Lazy<String>), "`Book.a`: a `Lazy<..>` is read only when asked for; remove `hydrate`"),
        (quote!(#[orm(returning)] a: Ref<A>), "`Book.a`: it is for columns that are no relation; remove `returning`"),
        (quote!(#[orm(collation = "nocase")] a: i64), "`Book.a`: a collation is for text, not for `i64`"),
        (quote!(#[orm(precision = 3)] a: f64), "`Book.a`: `precision` is for decimal numbers, not for `f64`"),
        (
            quote!(#[orm(scale = 3)] a: Decimal),
            "`Book.a`: `scale` says how many of the digits are behind the point; add `precision`",
        ),
        (
            quote!(#[orm(precision = 2, scale = 3)] a: Decimal),
            "`Book.a`: there are 2 digits, so no 3 of them are behind the point",
        ),
        (
            quote!(#[orm(column_type(oracle = "clob"))] a: String),
            "`Book.a`: `column_type` lists databases with texts, `column_type(postgres = \"..\", sqlite = \"..\")`",
        ),
        (
            quote!(#[orm(column_type("clob"))] a: String),
            "`Book.a`: `column_type` lists databases with texts, `column_type(postgres = \"..\", sqlite = \"..\")`",
        ),
        (
            quote!(#[orm(column_type(sqlite = "clob", sqlite = "text"))] a: String),
            "`Book.a`: `sqlite` is given twice in `column_type`; keep one",
        ),
        (quote!(#[orm(column_type())] a: String), "`Book.a`: `column_type` needs a text; write `#[orm(column_type = \"..\")]`"),
        (
            quote!(#[orm(column_type(sqlite = "int generated always as (1)"))] a: i64),
            "`Book.a`: what a column is computed from is no type of one database: say it with `generated`",
        ),
        (quote!(#[orm(native_enum)] a: String), "`Book.a`: a type of the database is for an enum, not for `String`"),
        (quote!(#[orm(native_enum)] a: Ref<A>), "`Book.a`: it is for columns that are no relation; remove `native_enum`"),
        (
            quote!(#[orm(native_enum, column_type = "kind")] a: Kind),
            "`Book.a`: `native_enum` and `column_type` exclude each other (both say the column's type); keep one",
        ),
        (
            quote!(#[orm(ignore_schema_changes(type, name))] a: i64),
            "`Book.a`: `ignore_schema_changes` lists `type`, `default`, `comment`, `collation`, `generated`",
        ),
    ];
    for (field, message) in cases {
        assert_eq!(about(field), [message]);
    }
}

#[test]
fn types_that_are_no_field_s() {
    let cases = [
        (quote!(a: Vec<Ref<A>>), "`Book.a`: a to-many relation is a `Collection<..>`, not a `Vec` of references"),
        (
            quote!(a: Collection<A>),
            "`Book.a`: a collection needs the field of its items that refers back: `#[orm(mapped_by = field)]`, or a table \
             between both: `#[orm(many_to_many)]`",
        ),
        (
            quote!(#[orm(mapped_by = x)] a: Option<Collection<A>>),
            "`Book.a`: a collection is empty, never null; take it out of the `Option`",
        ),
        (quote!(a: Option<Option<Ref<A>>>), "`Book.a`: an `Option` in an `Option` has no form in a database; use one `Option`"),
        (quote!(a: Option<Lazy<String>>), "`Book.a`: a lazy column that may be null is a `Lazy<Option<String>>`"),
        (quote!(a: Lazy<Ref<A>>), "`Book.a`: relations are loaded on demand already; take the relation out of the `Lazy`"),
    ];
    for (field, message) in cases {
        assert_eq!(about(field), [message]);
    }
}

#[test]
fn structs_that_are_no_entities() {
    let cases = [
        (
            quote!(
                #[orm(materialized)]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: `materialized` is about a view; say which with `view = \"select ..\"`",
        ),
        (
            quote!(
                #[orm(view = "select 1", with_data = false)]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: `with_data` is about rows that are stored; add `materialized`",
        ),
        (
            quote!(
                #[orm(view = "select 1", comment = "x")]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: `comment` is about a table, which this has not; remove it",
        ),
        (
            quote!(
                #[orm(view = "select 1", query = "select 1")]
                struct A {
                    id: i64,
                }
            ),
            "`A`: `view` and `query` exclude each other; keep one",
        ),
        (
            quote!(
                #[orm(view)]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: `view` needs a text; write `#[orm(view = \"..\")]`",
        ),
        (
            quote!(
                #[orm(query = "select 1 as id")]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A.id`: what a query finds has no key; remove `primary`, or make it a `view`",
        ),
        (
            quote!(
                #[orm(query = "select 1 as id")]
                struct A {
                    id: Lazy<i64>,
                }
            ),
            "`A.id`: what a query finds has no key that the rest could be read by; take the field out of the `Lazy`",
        ),
        (
            quote!(
                struct A {
                    id: i64,
                }
            ),
            "`A` has no primary key; add `#[orm(primary)]` to `id`",
        ),
        (
            quote!(
                struct A {
                    name: String,
                }
            ),
            "`A` has no primary key; add `#[orm(primary)] id: i64`, or the attribute to the field that is the key",
        ),
        (
            quote!(
                struct A {
                    #[orm(primary)]
                    a: i64,
                    #[orm(primary)]
                    b: Option<i64>,
                }
            ),
            "`A.b`: a primary key is never null; take it out of the `Option`",
        ),
        (
            quote!(
                struct A {
                    #[orm(primary)]
                    a: i64,
                    #[orm(primary)]
                    b: Option<Ref<B>>,
                }
            ),
            "`A.b`: a primary key is never null; take the `Ref` out of the `Option`",
        ),
        (
            quote!(
                struct A {
                    #[orm(primary)]
                    a: i64,
                    #[orm(primary, one_to_one, mapped_by = a)]
                    b: Option<Ref<B>>,
                }
            ),
            "`A.b`: the inverse side of a `one_to_one` has no column, so it can't be a primary key; remove `primary`",
        ),
        (
            quote!(
                struct A {
                    #[orm(primary)]
                    a: i64,
                    #[orm(primary)]
                    b: i64,
                    #[orm(primary)]
                    c: i64,
                    #[orm(primary)]
                    d: i64,
                    #[orm(primary)]
                    e: i64,
                    #[orm(primary)]
                    f: i64,
                    #[orm(primary)]
                    g: i64,
                }
            ),
            "`A` has a primary key of 7 fields, and 6 is the most: give it a key of its own, and these a unique constraint",
        ),
        (
            quote!(
                struct A(i64);
            ),
            "`A` is a tuple struct; `#[derive(Entity)]` takes a struct with named fields: `struct A { .. }`",
        ),
        (
            quote!(
                struct A;
            ),
            "`A` has no fields; `#[derive(Entity)]` takes a struct with named fields: `struct A { .. }`",
        ),
        (
            quote!(
                enum A {
                    B,
                }
            ),
            "`A` is an enum; `#[derive(Entity)]` takes a struct with named fields: `struct A { .. }`",
        ),
        (
            quote!(
                struct A<T> {
                    #[orm(primary)]
                    id: T,
                }
            ),
            "`A` has generic parameters, which `#[derive(Entity)]` does not take: use concrete, owned types",
        ),
        (
            quote!(
                struct Crate {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`Crate`: the module of its relations can't be named `crate`; add `#[orm(module = \"..\")]`",
        ),
        (
            quote!(
                #[orm(virtual(full_name))]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: `virtual` lists names with functions, `full_name = Author::full_name`",
        ),
        (
            quote!(
                #[orm(virtual(id = A::full_name))]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: `id` in `virtual` would hide the field `id` in the output; rename it",
        ),
        (
            quote!(
                #[orm(virtual(x = A::x, x = A::y))]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: `x` is given twice in `virtual`; keep one",
        ),
        (
            quote!(
                #[orm(repository)]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: `repository` needs a type; write `#[orm(repository = Author)]`",
        ),
        (
            quote!(
                #[orm(nam = "x")]
                struct A {
                    #[orm(primary)]
                    id: i64,
                }
            ),
            "`A`: unknown attribute `nam`; the documentation of `#[derive(Entity)]` lists all that there are",
        ),
    ];
    for (input, message) in cases {
        assert_eq!(messages(derive::entity(input)), [message]);
    }
}

/// What is said about one field of an embeddable.
fn about_embedded(field: TokenStream) -> Vec<String> {
    messages(crate::embeddable::derive(quote!(struct Address { city: String, #field })))
}

#[test]
fn embeddables_have_columns_and_nothing_else() {
    let cases = [
        (quote!(#[orm(primary)] a: i64), "`Address.a`: a key is a field of the entity; remove `primary`"),
        (quote!(#[orm(version)] a: i64), "`Address.a`: the version is a field of the entity; remove `version`"),
        (
            quote!(#[orm(on_create = now)] a: i64),
            "`Address.a`: an embeddable is made as a whole, by its struct literal; give the value there, or in a function that \
             makes it; remove `on_create`",
        ),
        (
            quote!(#[orm(on_update = now)] a: i64),
            "`Address.a`: what is kept up to date is a field of the entity; remove `on_update`",
        ),
        (
            quote!(a: Ref<Country>),
            "`Address.a`: an embeddable has no relations; put this one beside it, in the entity, or keep the key alone: its type, \
             and `map_to_pk = ..`",
        ),
        (
            quote!(#[orm(map_to_pk = Country)] a: (i64, i64)),
            "`Address.a`: a key of several columns is a field of the entity; put this one beside it",
        ),
        (
            quote!(#[orm(one_to_one, map_to_pk = Country)] a: i64),
            "`Address.a`: a relation of one to one is a field of the entity; say `unique`; remove `one_to_one`",
        ),
        (
            quote!(#[orm(mapped_by = b, map_to_pk = Country)] a: i64),
            "`Address.a`: a relation is a field of the entity; remove `mapped_by`",
        ),
        (quote!(a: Lazy<String>), "`Address.a`: what is embedded is read as a whole; take it out of the `Lazy`"),
        (quote!(#[orm(groups("a"))] a: i64), "`Address.a`: say it at the entity's field, for the whole; remove `groups`"),
        (quote!(#[orm(prefix = "x")] a: i64), "`Address.a`: `prefix` is for what is embedded; add `embedded`, or remove it"),
        (
            quote!(#[orm(embedded)] a: i64),
            "`Address.a`: `i64` is one column; what is embedded is a struct with `#[derive(Embeddable)]`",
        ),
    ];
    for (field, message) in cases {
        assert_eq!(about_embedded(field.clone()), [message], "{field}");
    }
    let messages = |code| messages(crate::embeddable::derive(code));
    assert_eq!(
        messages(quote!(
            struct Address {}
        )),
        ["`Address` has no fields, so there is nothing to embed: give it one"]
    );
    assert_eq!(
        messages(quote!(
            #[orm(table = "x")]
            struct Address {
                city: String,
            }
        )),
        ["`Address`: `table` belongs on the entities that have it"]
    );
}

#[test]
fn embedded_enums_have_variants_with_named_fields() {
    let messages = |code| messages(crate::embeddable::derive(code));
    let cases = [
        (
            quote!(
                enum Pet {}
            ),
            "`Pet` has no variants, so there is nothing to embed: give it one",
        ),
        (
            quote!(
                enum Pet {
                    Cat(String),
                }
            ),
            "`Pet::Cat` has fields without names, which columns need: `Pet::Cat { .. }`, or one struct that is an embeddable",
        ),
        (
            quote!(
                enum Pet {
                    Cat { r#type: String },
                }
            ),
            "`Pet::Cat.type` is the discriminator's name: rename the field, or say `discriminator`",
        ),
        (
            quote!(
                enum Pet {
                    Cat { age: i64 },
                    Dog { age: String },
                }
            ),
            "`Pet::Dog.age` has another type than in another variant; fields of one name are one column",
        ),
        (
            quote!(
                enum Pet {
                    Cat,
                    #[orm(name = "cat")]
                    Dog,
                }
            ),
            "`Pet::Dog`: `cat` is stored for another variant, too; give it another `name`",
        ),
        (
            quote!(
                enum Pet {
                    #[orm(below = Dog)]
                    Cat,
                    Dog,
                }
            ),
            "`Pet::Cat`: `below` names one of the variants before it",
        ),
        (
            quote!(
                enum Pet {
                    Dog,
                    #[orm(below = Pet)]
                    Cat,
                }
            ),
            "`Pet::Cat`: `below` names one of the variants before it, which are `Dog`",
        ),
        (
            quote!(
                enum Pet {
                    Cat {
                        #[orm(embedded, table_per_type)]
                        coat: Coat,
                    },
                }
            ),
            "`Pet::Cat.coat`: say it at the entity's own field; remove `table_per_type`",
        ),
        (
            quote!(
                #[orm(discriminator = "a b")]
                enum Pet {
                    Cat,
                }
            ),
            "`Pet`: `a b` can't be the name of a property; the discriminator needs one",
        ),
        (
            quote!(
                enum Pet {
                    Cat {
                        #[orm(primary)]
                        id: i64,
                    },
                }
            ),
            "`Pet::Cat.id`: a key is a field of the entity; remove `primary`",
        ),
        (
            quote!(
                #[orm(discriminator = "kind")]
                struct Pet {
                    name: String,
                }
            ),
            "`Pet`: a discriminator tells the variants of an enum apart; remove `discriminator`",
        ),
    ];
    for (code, message) in cases {
        assert_eq!(messages(code.clone()), [message], "{code}");
    }
}

#[test]
fn what_is_embedded_is_several_columns() {
    let cases = [
        (
            quote!(#[orm(embedded)] a: String),
            "`Book.a`: `String` is one column; what is embedded is a struct with `#[derive(Embeddable)]`",
        ),
        (quote!(#[orm(embedded, name = "b")] a: Address), "`Book.a`: what is embedded has several columns; remove `name`"),
        (quote!(#[orm(embedded, formula = "b")] a: Address), "`Book.a`: what is embedded has several columns; remove `formula`"),
        (quote!(#[orm(prefix = false)] a: Address), "`Book.a`: `prefix` is for what is embedded; add `embedded`, or remove it"),
        (
            quote!(#[orm(embedded, prefix_mode = none)] a: Address),
            "`Book.a`: `prefix_mode` is one of `relative`, `absolute`; write `#[orm(prefix_mode = relative)]`",
        ),
        (quote!(#[orm(object)] a: Address), "`Book.a`: `object` is for what is embedded; add `embedded`, or remove it"),
        (
            quote!(#[orm(embedded, object, prefix = "x")] a: Address),
            "`Book.a`: what is embedded as JSON has one column, with a name of its own (`name`); remove `prefix`",
        ),
        (
            quote!(#[orm(embedded, length = 9)] a: Vec<Address>),
            "`Book.a`: what is embedded as JSON is a document; remove `length`",
        ),
        (quote!(#[orm(embedded, prefix = 5)] a: Address), "`Book.a`: `prefix` needs a text; write `#[orm(prefix = \"..\")]`"),
    ];
    for (field, message) in cases {
        assert_eq!(about(field.clone()), [message], "{field}");
    }
}

#[test]
fn indexes_reach_into_documents_by_paths() {
    let cases = [
        (quote!(#[orm(index(id(number)))]), "`Book`: what a column is its type says; of a place in JSON write `id.key(number)`"),
        (quote!(#[orm(index(meta.pages))]), "`Book`: `index` names `meta`, which is no field"),
        (quote!(#[orm(index(id.pages[x]))]), "`Book`: `index` lists fields; write `#[orm(index(title, author))]`"),
        (
            quote!(#[orm(index(id.pages(numbers)))]),
            "`Book`: of a field in `index` can be said `desc`, `asc`, `nulls = last`, `ops = \"..\"`, `collate = \"..\"` and `length = \
             10`; of a place in JSON also `text`, `number`, `boolean`, `json`",
        ),
    ];
    for (said, message) in cases {
        let code = quote!(#said struct Book { #[orm(primary)] id: i64 });
        assert!(messages(derive::entity(code)).contains(&message.to_owned()), "{said}");
    }
}

#[test]
fn partitions_are_of_a_table_that_says_by_what() {
    let cases = [
        (
            quote!(#[orm(partition("old", "from (0) to (9)"))]),
            "`Book`: `partition` is one of a table that says by what; add `partition_by = \"range ({year})\"`",
        ),
        (
            quote!(#[orm(partition_by = "range ({id})", partition("old"))]),
            "`Book`: `partition` has a name and bounds; write `partition(\"book_old\", \"from (0) to (2000)\")`",
        ),
        (
            quote!(#[orm(view = "select 1", partition_by = "range ({id})")]),
            "`Book`: `partition_by` is about a table, which this has not; remove it",
        ),
    ];
    for (said, message) in cases {
        let code = quote!(#said struct Book { #[orm(primary)] id: i64 });
        assert_eq!(messages(derive::entity(code)), [message], "{said}");
    }
}
