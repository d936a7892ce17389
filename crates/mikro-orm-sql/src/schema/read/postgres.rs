//! PostgreSQL's schema, from its catalog.

use super::records;
use crate::schema::model::{
    Check, Column, Counter, DatabaseSchema, ForeignKey, Generated, Index, NativeEnum, Partition, Table, TableName, Trigger, View,
};
use crate::schema::triggers::is_declared as declared;
use crate::schema::views::in_order;
use mikro_orm_core::driver::Connection;
use mikro_orm_core::entity::{Deferral, ReferentialAction};
use mikro_orm_core::error::Result;
use mikro_orm_core::value::Value;

/// What belongs to extensions is not ours.
const OF_EXTENSION: &str = "exists (select 1 from pg_depend e where e.objid = c.oid and e.deptype = 'e')";

/// All tables of the schema that the connection works in, whose names are not qualified, and of others.
///
/// # Errors
/// When the catalog can't be read.
pub async fn postgres(connection: &mut dyn Connection, schemas: &[String]) -> Result<DatabaseSchema> {
    let mut found = one(connection, None).await?;
    let known = "select n.nspname::text, n.nspname = current_schema() from pg_namespace n";
    let (mut current, mut there) = (None, Vec::new());
    for record in records(connection, known, &[]).await? {
        if record.is(1) {
            current = Some(record.text(0)?);
        }
        there.push(record.text(0)?);
    }
    for schema in schemas.iter().filter(|schema| there.contains(schema)) {
        let others = one(connection, Some(schema)).await?;
        found.tables.extend(others.tables);
        found.enums.extend(others.enums);
        found.views.extend(others.views);
        found.schemas.push(schema.clone());
    }
    for key in found.tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        if key.target.schema == current {
            key.target.schema = None;
        }
    }
    Ok(found)
}

async fn one(connection: &mut dyn Connection, schema: Option<&str>) -> Result<DatabaseSchema> {
    let within = Value::Text(schema.unwrap_or_default().to_owned().into());
    let in_schema = "coalesce(nullif(?, ''), current_schema())";
    let mut found = DatabaseSchema::default();

    let tables = format!(
        "select c.relname::text, obj_description(c.oid, 'pg_class')::text, \
         case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end from pg_class c join pg_namespace n on n.oid = c.relnamespace \
         where n.nspname = {in_schema} and c.relkind in ('r', 'p') and not c.relispartition and not {OF_EXTENSION} order by c.oid"
    );
    for record in records(connection, &tables, std::slice::from_ref(&within)).await? {
        found.tables.push(Table {
            name: TableName { schema: schema.map(str::to_owned), name: record.text(0)? },
            columns: Vec::new(),
            primary_key: Vec::new(),
            primary_key_name: None,
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            comment: record.maybe(1),
            partition_by: record.maybe(2),
            partitions: Vec::new(),
            triggers: Vec::new(),
            attached: Vec::new(),
        });
    }

    let columns = format!(
        "select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)::text, a.attnotnull, \
         pg_get_expr(d.adbin, d.adrelid)::text, a.attidentity::text, a.attgenerated::text, col_description(c.oid, a.attnum)::text, \
         case when a.attcollation <> t.typcollation then l.collname::text end, \
         exists (select 1 from pg_depend s join pg_class q on q.oid = s.objid and q.relkind = 'S' \
         where s.refobjid = c.oid and s.refobjsubid = a.attnum and s.deptype = 'a') \
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace \
         join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum \
         left join pg_collation l on l.oid = a.attcollation \
         where n.nspname = {in_schema} and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped order by c.oid, a.attnum"
    );
    for record in records(connection, &columns, std::slice::from_ref(&within)).await? {
        let Some(table) = table_mut(&mut found, &record.text(0)?) else { continue };
        let expression = record.maybe(4);
        let counter = match record.maybe(5).as_deref() {
            Some("a") => Some(Counter::IdentityAlways),
            Some("d") => Some(Counter::IdentityByDefault),
            _ if record.is(9) && expression.as_ref().is_some_and(|default| default.starts_with("nextval(")) => {
                Some(Counter::Sequence)
            }
            _ => None,
        };
        let generated = record.maybe(6).is_some_and(|kind| !kind.is_empty());
        table.columns.push(Column {
            name: record.text(1)?,
            type_name: record.text(2)?,
            nullable: !record.is(3),
            default: expression.clone().filter(|_| counter.is_none() && !generated),
            counter,
            generated: expression.filter(|_| generated).map(|expression| Generated { expression, stored: true }),
            collation: record.maybe(8),
            comment: record.maybe(7),
        });
    }
    views(connection, &within, in_schema, schema, &mut found).await?;
    constraints(connection, &within, in_schema, &mut found).await?;
    indexes(connection, &within, in_schema, &mut found).await?;
    enums(connection, &within, in_schema, schema, &mut found).await?;
    partitions(connection, &within, in_schema, &mut found).await?;
    triggers(connection, &within, in_schema, schema, &mut found).await?;
    Ok(found)
}

fn table_mut<'s>(schema: &'s mut DatabaseSchema, name: &str) -> Option<&'s mut Table> {
    schema.tables.iter_mut().find(|table| table.name.name == name)
}

async fn constraints(
    connection: &mut dyn Connection,
    within: &Value<'_>,
    in_schema: &str,
    found: &mut DatabaseSchema,
) -> Result<()> {
    // (a row for each column of each constraint; what refers to a table in partitions has others for each of them)
    let sql = format!(
        "select c.relname::text, k.conname::text, k.contype::text, own.attname::text, f.relname::text, other.attname::text, \
         k.confupdtype::text, k.confdeltype::text, k.condeferrable, k.condeferred, pg_get_expr(k.conbin, k.conrelid)::text, \
         pg_get_constraintdef(k.oid)::text, case when fn.nspname <> n.nspname then fn.nspname::text end \
         from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace \
         left join pg_class f on f.oid = k.confrelid left join pg_namespace fn on fn.oid = f.relnamespace \
         left join lateral unnest(k.conkey, k.confkey) with ordinality u(own, other, place) on true \
         left join pg_attribute own on own.attrelid = k.conrelid and own.attnum = u.own \
         left join pg_attribute other on other.attrelid = k.confrelid and other.attnum = u.other \
         where n.nspname = {in_schema} and k.contype in ('p', 'f', 'u', 'c', 'x') and k.conparentid = 0 order by k.oid, u.place"
    );
    for record in records(connection, &sql, std::slice::from_ref(within)).await? {
        let Some(table) = table_mut(found, &record.text(0)?) else { continue };
        let (name, column) = (record.text(1)?, record.maybe(3));
        match record.maybe(2).as_deref() {
            Some("p") => {
                table.primary_key.extend(column);
                table.primary_key_name = Some(name);
            }
            Some("f") => match table.foreign_keys.last_mut().filter(|key| key.name == name) {
                Some(key) => {
                    key.columns.extend(column);
                    key.target_columns.extend(record.maybe(5));
                }
                None => table.foreign_keys.push(ForeignKey {
                    name,
                    columns: column.into_iter().collect(),
                    target: TableName { schema: record.maybe(12).or_else(|| table.name.schema.clone()), name: record.text(4)? },
                    target_columns: record.maybe(5).into_iter().collect(),
                    on_update: action(record.maybe(6)),
                    on_delete: action(record.maybe(7)),
                    deferral: record.is(8).then(|| if record.is(9) { Deferral::Deferred } else { Deferral::Immediate }),
                }),
            },
            Some(kind @ ("u" | "x")) => match table.indexes.last_mut().filter(|index| index.name == name) {
                Some(index) => index.columns.extend(column),
                None => {
                    let definition = record.text(11)?;
                    let definition = definition.strip_prefix("UNIQUE ").unwrap_or(&definition).to_owned();
                    let columns = column.into_iter().collect();
                    table.indexes.push(Index {
                        name,
                        unique: kind == "u",
                        constraint: true,
                        definition,
                        columns,
                        ..Index::default()
                    });
                }
            },
            _ if table.checks.last().is_some_and(|check| check.name == name) => {}
            _ => table.checks.push(Check { name, expression: record.text(10)? }),
        }
    }
    Ok(())
}

fn action(letter: Option<String>) -> ReferentialAction {
    match letter.as_deref() {
        Some("c") => ReferentialAction::Cascade,
        Some("n") => ReferentialAction::SetNull,
        Some("d") => ReferentialAction::SetDefault,
        Some("r") => ReferentialAction::Restrict,
        _ => ReferentialAction::NoAction,
    }
}

/// Indexes that are no constraint's.
async fn indexes(connection: &mut dyn Connection, within: &Value<'_>, in_schema: &str, found: &mut DatabaseSchema) -> Result<()> {
    // (a row for each column that an index has, or mentions)
    let sql = format!(
        "select c.relname::text, i.relname::text, x.indisunique, case when x.indisvalid then pg_get_indexdef(x.indexrelid)::text else '' end, a.attname::text \
         from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid \
         join pg_namespace n on n.oid = c.relnamespace \
         left join (select distinct objid, refobjid, refobjsubid from pg_depend where refobjsubid > 0) d \
         on d.objid = i.oid and d.refobjid = c.oid \
         left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid \
         where n.nspname = {in_schema} and c.relkind in ('r', 'p') \
         and not exists (select 1 from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x')) \
         order by i.oid, a.attnum"
    );
    for record in records(connection, &sql, std::slice::from_ref(within)).await? {
        let Some(table) = table_mut(found, &record.text(0)?) else { continue };
        let (name, column) = (record.text(1)?, record.maybe(4));
        if let Some(index) = table.indexes.last_mut().filter(|index| index.name == name) {
            index.columns.extend(column);
            continue;
        }
        let statement = record.text(3)?;
        // (`create index .. on schema.table using ..`)
        let definition = statement.find(" USING ").map_or(statement.as_str(), |at| &statement[at + 1..]).to_owned();
        let columns = column.into_iter().collect();
        table.indexes.push(Index { name, unique: record.is(2), definition, columns, ..Index::default() });
    }
    Ok(())
}

async fn views(
    connection: &mut dyn Connection,
    within: &Value<'_>,
    in_schema: &str,
    schema: Option<&str>,
    found: &mut DatabaseSchema,
) -> Result<()> {
    let sql = format!(
        "select c.relname::text, pg_get_viewdef(c.oid)::text, c.relkind = 'm' from pg_class c join pg_namespace n on n.oid = c.relnamespace \
         where n.nspname = {in_schema} and c.relkind in ('v', 'm') and not {OF_EXTENSION} order by c.oid"
    );
    for record in records(connection, &sql, std::slice::from_ref(within)).await? {
        let name = TableName { schema: schema.map(str::to_owned), name: record.text(0)? };
        let definition = record.text(1)?.trim().trim_end_matches(';').to_owned();
        found.views.push(View { name, definition, materialized: record.is(2), with_data: true });
    }
    found.views = in_order(std::mem::take(&mut found.views));
    Ok(())
}

async fn enums(
    connection: &mut dyn Connection,
    within: &Value<'_>,
    in_schema: &str,
    schema: Option<&str>,
    found: &mut DatabaseSchema,
) -> Result<()> {
    let sql = format!(
        "select c.typname::text, e.enumlabel::text from pg_type c join pg_namespace n on n.oid = c.typnamespace \
         join pg_enum e on e.enumtypid = c.oid where n.nspname = {in_schema} and not {OF_EXTENSION} order by c.oid, e.enumsortorder"
    );
    for record in records(connection, &sql, std::slice::from_ref(within)).await? {
        let (name, item) = (record.text(0)?, record.text(1)?);
        match found.enums.last_mut().filter(|kind| kind.name.name == name) {
            Some(kind) => kind.items.push(item),
            None => {
                found.enums.push(NativeEnum { name: TableName { schema: schema.map(str::to_owned), name }, items: vec![item] })
            }
        }
    }
    Ok(())
}

/// The triggers that entities declare: those that call functions that do.
async fn triggers(
    connection: &mut dyn Connection,
    within: &Value<'_>,
    in_schema: &str,
    schema: Option<&str>,
    found: &mut DatabaseSchema,
) -> Result<()> {
    let sql = format!(
        "select c.relname::text, t.tgname::text, pg_get_triggerdef(t.oid, true)::text, p.prosrc::text, \
         pg_get_functiondef(p.oid)::text, p.proname::text \
         from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace \
         join pg_proc p on p.oid = t.tgfoid where n.nspname = {in_schema} and not t.tgisinternal order by t.oid"
    );
    for record in records(connection, &sql, std::slice::from_ref(within)).await? {
        let Some(table) = table_mut(found, &record.text(0)?) else { continue };
        let (name, statement, source) = (record.text(1)?, record.text(2)?, record.text(3)?);
        if declared(&source) {
            let definition = format!("{statement}\n{source}");
            let function = Some(TableName { schema: schema.map(str::to_owned), name: record.text(5)? });
            let statements = vec![record.text(4)?.trim_end().to_owned(), statement];
            table.triggers.push(Trigger { name, function, statements, definition });
        }
    }
    Ok(())
}

async fn partitions(
    connection: &mut dyn Connection,
    within: &Value<'_>,
    in_schema: &str,
    found: &mut DatabaseSchema,
) -> Result<()> {
    let sql = format!(
        "select p.relname::text, c.relname::text, pg_get_expr(c.relpartbound, c.oid)::text \
         from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent \
         join pg_namespace n on n.oid = p.relnamespace where n.nspname = {in_schema} and p.relkind = 'p' order by c.oid"
    );
    for record in records(connection, &sql, std::slice::from_ref(within)).await? {
        let Some(table) = table_mut(found, &record.text(0)?) else { continue };
        table.partitions.push(Partition { name: record.text(1)?, bounds: record.text(2)? });
    }
    Ok(())
}
