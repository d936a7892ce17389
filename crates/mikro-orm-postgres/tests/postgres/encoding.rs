use super::support::*;
use mikro_orm_core::driver::Connection;
use mikro_orm_core::error::Error;
use mikro_orm_core::query::{CompareOp, Expr, Select};
use mikro_orm_core::value::Value;

fn text(text: &str) -> Value<'static> {
    Value::Text(text.to_owned().into())
}
fn decimal(text: &str) -> Value<'static> {
    Value::Decimal(text.to_owned().into())
}
fn json(text: &str) -> Value<'static> {
    Value::Json(text.to_owned().into())
}

/// A row of nulls, the smallest of everything, the largest of everything, and something usual; without keys.
fn samples() -> Vec<Vec<Value<'static>>> {
    let nulls = vec![Value::Null; 23];
    let smallest = vec![
        Value::Bool(false),
        Value::Int(i8::MIN.into()),
        Value::Int(i16::MIN.into()),
        Value::Int(i32::MIN.into()),
        Value::Int(i64::MIN),
        Value::Int(0),
        Value::Int(0),
        Value::Int(0),
        decimal("0"),
        Value::Float(f32::MIN),
        Value::Double(f64::MIN_POSITIVE),
        text(""),
        Value::Bytes(vec![].into()),
        Value::Uuid([0; 16]),
        Value::DateTime(-210_866_803_200_000_000), // 4714-11-24 BC, where PostgreSQL's time begins
        Value::DateTime(-1),
        Value::Date(-719_528),
        Value::Time(0),
        decimal("-0.000000000000000000000000000001"),
        json("null"),
        text("sad"),
        decimal("-99999999.99"),
        Value::DateTime(-1_000),
    ];
    let digits = "1234567890".repeat(100);
    let largest = vec![
        Value::Bool(true),
        Value::Int(i8::MAX.into()),
        Value::Int(i16::MAX.into()),
        Value::Int(i32::MAX.into()),
        Value::Int(i64::MAX),
        Value::Int(u8::MAX.into()),
        Value::Int(u16::MAX.into()),
        Value::Int(u32::MAX.into()),
        decimal("18446744073709551615"),
        Value::Float(f32::INFINITY),
        Value::Double(f64::MAX),
        text("quote ' \" \\ {a,b} 日本 🦀\n"),
        Value::Bytes((0..=255).collect::<Vec<u8>>().into()),
        Value::Uuid([255; 16]),
        Value::DateTime(253_402_300_799_999_999),
        Value::DateTime(253_402_300_799_999_999),
        Value::Date(2_932_896),
        Value::Time(86_399_999_999),
        decimal(&format!("{digits}.{digits}")),
        json(r#"{"a": [1, 2.5, "x"], "b": null}"#),
        text("happy"),
        decimal("99999999.99"),
        Value::DateTime(1_662_908_804_371_000),
    ];
    vec![nulls, smallest, largest]
}

fn columns() -> Vec<u16> {
    (1..24).collect()
}

async fn written_and_read(connection: &mut dyn Connection, database: &Database, batches: Vec<Vec<Vec<Value<'static>>>>) {
    let mut expected = Vec::new();
    for batch in batches {
        expected.extend(batch.clone());
        insert(connection, EVERYTHING, &columns(), &Rows::values(batch), &[]).await.unwrap();
    }
    let read = all(connection, &database.metadata, EVERYTHING).await.unwrap();
    assert_eq!(read.len(), expected.len());
    for (read, expected) in read.iter().zip(&expected) {
        for (property, (read, expected)) in
            database.metadata.entity(EVERYTHING).properties[1..].iter().zip(read[1..].iter().zip(expected))
        {
            assert!(read.same(expected), "{}: {expected:?} came back as {read:?}", property.name);
        }
    }
}

#[tokio::test]
async fn every_type_comes_back_as_it_was_written_one_by_one() {
    let database = Database::new("encoding_single").await;
    let mut connection = database.connection().await;
    written_and_read(&mut *connection, &database, samples().into_iter().map(|row| vec![row]).collect()).await;
}

#[tokio::test]
async fn every_type_comes_back_as_it_was_written_in_arrays() {
    let database = Database::new("encoding_arrays").await;
    let mut connection = database.connection().await;
    // not at home in UTC: nothing may depend on the session's time zone
    execute(&mut *connection, "set time zone 'America/New_York'", &[]).await.unwrap();
    written_and_read(&mut *connection, &database, vec![samples()]).await;
    assert_eq!(database.sent().len(), 3);
}

#[tokio::test]
async fn updates_write_every_type() {
    let database = Database::new("encoding_updates").await;
    let mut connection = database.connection().await;
    let nulls = Rows::values(vec![vec![Value::Null; 23]; 3]);
    insert(&mut *connection, EVERYTHING, &columns(), &nulls, &[]).await.unwrap();
    let rows = Rows { keys: vec![Value::Int(1), Value::Int(2), Value::Int(3)], values: samples(), ..Rows::default() };
    assert_eq!(update(&mut *connection, EVERYTHING, &columns(), &rows, None).await.unwrap(), [true; 3]);
    let read = all(&mut *connection, &database.metadata, EVERYTHING).await.unwrap();
    for (read, expected) in read.iter().zip(samples()) {
        assert!(read[1..].iter().zip(&expected).all(|(a, b)| a.same(b)), "{read:?}");
    }
}

#[tokio::test]
async fn floats_that_are_no_numbers_come_back_bit_by_bit() {
    let database = Database::new("encoding_floats").await;
    let mut connection = database.connection().await;
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::EPSILON] {
        let rows =
            rows(&mut *connection, "select ?::float8, ?::float4", &[Value::Double(value), Value::Double(value)]).await.unwrap();
        assert!(rows[0][0].same(&Value::Double(value)));
        #[allow(clippy::cast_possible_truncation)]
        let single = value as f32;
        assert!(rows[0][1].same(&Value::Float(single)));
    }
}

#[tokio::test]
async fn lists_are_one_parameter_of_the_columns_type() {
    let database = Database::new("encoding_lists").await;
    let mut connection = database.connection().await;
    insert(&mut *connection, EVERYTHING, &columns(), &Rows::values(samples()), &[]).await.unwrap();
    let lists = [
        ("int64", vec![Value::Int(i64::MAX), Value::Int(5)]),
        ("int8", vec![Value::Int(127)]),
        ("uint64", vec![Value::UInt(u64::MAX), Value::Int(5)]),
        ("uint64", vec![Value::Int(5), Value::UInt(u64::MAX)]),
        ("string", vec![text("quote ' \" \\ {a,b} 日本 🦀\n"), text("null")]),
        ("uuid", vec![Value::Uuid([255; 16])]),
        // what the server is left to read
        ("uuid", vec![text("ffffffff-ffff-ffff-ffff-ffffffffffff")]),
        ("mood", vec![text("happy")]),
        ("date_time", vec![Value::DateTime(253_402_300_799_999_999)]),
        ("date", vec![Value::Date(2_932_896)]),
        ("bytes", vec![Value::Bytes((0..=255).collect::<Vec<u8>>().into())]),
        ("fixed", vec![decimal("99999999.990")]),
        ("boolean", vec![Value::Bool(true)]),
    ];
    for (name, values) in lists {
        let field = field(&database.metadata, EVERYTHING, name);
        let mut select = Select::new(EVERYTHING, vec![0]);
        select.filter = Some(Expr::In { field, values, negated: false });
        let mut found = Vec::new();
        connection.find(&select, &mut collect(&mut found)).await.unwrap();
        assert_eq!(found, [[Value::Int(3)]], "{name}");
    }
    assert!(database.sent().iter().any(|sql| sql.contains("= any('{9223372036854775807,5}')")));
}

#[tokio::test]
async fn what_has_no_binary_form_is_read_by_the_server_as_a_literal() {
    let database = Database::new("encoding_literals").await;
    let mut connection = database.connection().await;
    let cases = [
        ("select (? :: interval)::text", text("1 day"), "1 day"),
        ("select (? :: inet)::text", text("10.0.0.1/8"), "10.0.0.1/8"),
        ("select (? :: timestamptz at time zone 'UTC')::text", text("2022-09-11T15:06:44Z"), "2022-09-11 15:06:44"),
        ("select (? :: numeric)::text", Value::Double(1.5), "1.5"),
        ("select (? :: float8)::text", Value::Int(3), "3"),
        ("select (? :: int)::text", text("12"), "12"),
        ("select ? :: text", Value::Int(12), "12"),
        ("select ? :: text", Value::Uuid([1; 16]), "01010101-0101-0101-0101-010101010101"),
        ("select ? :: text", Value::DateTime(0), "1970-01-01 00:00:00.000000+00"),
        ("select (? :: jsonb)::text", text("[1]"), "[1]"),
    ];
    for (sql, value, expected) in cases {
        assert_eq!(rows(&mut *connection, sql, std::slice::from_ref(&value)).await.unwrap()[0][0], text(expected), "{sql}");
    }
    let error = rows(&mut *connection, "select ?::text", &[Value::Bytes(vec![1].into())]).await.unwrap_err();
    assert!(error.to_string().contains("found bytes"), "{error}");
}

#[tokio::test]
async fn domains_and_enums_are_read_as_what_they_are_made_of() {
    let database = Database::new("encoding_domains").await;
    let mut connection = database.connection().await;
    execute(&mut *connection, "create domain year as int check (value > 0)", &[]).await.unwrap();
    execute(&mut *connection, "create table era (y year, m mood, n name, c char(3))", &[]).await.unwrap();
    execute(&mut *connection, "insert into era values (?, ?, ?, ?)", &[Value::Int(2024), text("sad"), text("n"), text("c")])
        .await
        .unwrap();
    let read = rows(&mut *connection, "select y, m, n, c, 7::oid from era where y = ?", &[Value::Int(2024)]).await.unwrap();
    assert_eq!(read, [[Value::Int(2024), text("sad"), text("n"), text("c  "), Value::Int(7)]]);
}

#[tokio::test]
async fn values_that_do_not_fit_are_errors_that_name_the_property_and_not_the_value() {
    let database = Database::new("encoding_misfits").await;
    let mut connection = database.connection().await;
    let cases = [
        ("int32", Value::Int(4_000_000_000), "integer"),
        ("int16", Value::Int(40_000), "smallint"),
        ("int64", Value::UInt(u64::MAX), "bigint"),
        ("string", text("a\0b"), "NUL"),
        ("decimal", decimal("1e5"), "plain notation"),
    ];
    for (name, value, expected) in cases {
        let column = field(&database.metadata, EVERYTHING, name);
        for many in [1, 3] {
            let values = Rows::values(vec![vec![value.clone()]; many]);
            let error = insert(&mut *connection, EVERYTHING, &[column], &values, &[]).await.unwrap_err();
            let message = error.to_string();
            assert!(message.starts_with(&format!("Everything.{name}: ")) && message.contains(expected), "{message}");
            assert!(matches!(error, Error::Validation { .. }) && !message.contains("4000000000"), "{message}");
        }
        let mut select = Select::new(EVERYTHING, vec![0]);
        select.filter = Some(Expr::Compare { field: column, op: CompareOp::Eq, value });
        let error = connection.find(&select, &mut collect(&mut Vec::new())).await.unwrap_err();
        assert!(error.to_string().starts_with(&format!("Everything.{name}: ")), "{error}");
    }
    let error = execute(&mut *connection, "select ?::int", &[Value::Int(i64::MAX)]).await.unwrap_err();
    assert_eq!(error.to_string(), "parameter 1: the integer does not fit integer");
    assert!(database.sent().is_empty(), "nothing of this was sent");
    assert_eq!(scalar(&mut *connection, "select 1").await, Value::Int(1), "and the connection is in order");
}

#[tokio::test]
async fn columns_that_can_not_be_read_are_errors_that_name_the_type() {
    let database = Database::new("encoding_unreadable").await;
    let mut connection = database.connection().await;
    for (sql, expected) in [
        ("select '1 day'::interval", "interval"),
        ("select 'infinity'::timestamptz", "infinite"),
        ("select '-infinity'::date", "infinite"),
        ("select 'NaN'::numeric", "not a number"),
    ] {
        let error = rows(&mut *connection, sql, &[]).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(scalar(&mut *connection, "select 1").await, Value::Int(1));
}
