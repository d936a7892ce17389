use crate::fixture::sample::*;
use crate::support::*;
use mikro_orm_core::query::{CompareOp, Expr, Select};
use mikro_orm_core::value::Value;

const KEY: [u8; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

#[tokio::test]
async fn values_are_stored_as_documented() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let columns: Vec<u16> = (ID..=DOCUMENT).collect();
    let values = vec![
        Value::Uuid(KEY),
        Value::Bool(true),
        Value::Int(-128),
        Value::UInt(i64::MAX as u64),
        Value::Float(0.1),
        Value::Double(f64::INFINITY),
        text("it's ü"),
        Value::Bytes(vec![0, 255].into()),
        Value::DateTime(1_662_908_804_371_000),
        Value::DateTime(1_662_908_804_371_000),
        Value::Date(19_246),
        Value::Time(54_404_371_000),
        Value::Decimal("-12.50".into()),
        Value::Json("1".into()),
    ];
    insert(&mut *connection, "Sample", &columns, vec![values], &[]).await.unwrap();
    let rows = query(&mut *connection, "select typeof(id), typeof(flag), typeof(amount), typeof(document) from sample", &[])
        .await
        .unwrap();
    assert_eq!(rows, [[text("blob"), text("integer"), text("text"), text("text")]]);
    let stored = find(&mut *connection, &Select::new(id("Sample"), columns)).await.unwrap();
    assert_eq!(
        stored,
        [[
            Value::Bytes(KEY.to_vec().into()),
            Value::Int(1),
            Value::Int(-128),
            Value::Int(i64::MAX),
            Value::Double(f64::from(0.1_f32)),
            Value::Double(f64::INFINITY),
            text("it's ü"),
            Value::Bytes(vec![0, 255].into()),
            text("2022-09-11T15:06:44.371000Z"),
            text("2022-09-11T15:06:44.371000"),
            text("2022-09-11"),
            text("15:06:44.371000"),
            text("-12.50"),
            text("1"),
        ]]
    );
}

#[tokio::test]
async fn conditions_use_the_format_of_their_column() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let row = vec![Value::Uuid(KEY), Value::DateTime(0), Value::DateTime(0)];
    insert(&mut *connection, "Sample", &[ID, INSTANT, LOCAL], vec![row], &[]).await.unwrap();
    for field in [INSTANT, LOCAL] {
        for (op, value, found) in [(CompareOp::Eq, 0, 1), (CompareOp::Lt, 1, 1), (CompareOp::Gt, -1, 1), (CompareOp::Lt, 0, 0)] {
            let filter = Expr::Compare { field, op, value: Value::DateTime(value) };
            assert_eq!(connection.count(id("Sample"), Some(&filter)).await.unwrap(), found);
        }
    }
    let by_key = Expr::In { field: ID, values: vec![Value::Uuid(KEY), Value::Uuid([0; 16])], negated: false };
    assert_eq!(connection.count(id("Sample"), Some(&by_key)).await.unwrap(), 1);
}

#[tokio::test]
async fn defaults_are_stored_in_the_same_formats() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let returned =
        insert(&mut *connection, "Sample", &[ID], vec![vec![Value::Uuid(KEY)]], &[FLAG, NOTE, DATA, LOCAL, STAMP]).await.unwrap();
    assert_eq!(
        returned[0][..4],
        [Value::Int(1), text("it's"), Value::Bytes(vec![1, 0xab].into()), text("1970-01-01T00:00:00.000000")]
    );
    assert!(matches!(&returned[0][4], Value::Text(stamp) if stamp.starts_with("20")));
}

#[tokio::test]
async fn what_sqlite_can_not_store_is_refused_and_named() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let mut refused = async |field, value: Value<'static>| {
        let inserted = insert(&mut *connection, "Sample", &[ID, field], vec![vec![Value::Uuid(KEY), value.clone()]], &[]).await;
        let filter = Expr::Compare { field, op: CompareOp::Eq, value };
        let counted = connection.count(id("Sample"), Some(&filter)).await;
        assert_eq!(inserted.as_ref().unwrap_err().to_string(), counted.unwrap_err().to_string());
        inserted.unwrap_err().to_string()
    };
    insta::assert_snapshot!(refused(BIG, Value::UInt(u64::MAX)).await, @"Sample.big: the integer is above i64::MAX, which SQLite can't store: use a smaller one, or another type");
    insta::assert_snapshot!(refused(DOUBLE, Value::Double(f64::NAN)).await, @"Sample.double: SQLite can't store NaN (it would become null): use an `Option`, or a number");
    assert_eq!(connection.count(id("Sample"), None).await.unwrap(), 0);
}

#[tokio::test]
async fn text_that_is_not_utf8_is_an_error_of_its_column() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let mut seen = None;
    let mut sink = |row: &dyn mikro_orm_core::driver::Row| {
        assert_eq!((row.len(), row.name(0), row.name(7)), (2, Some("broken"), None));
        seen = Some((row.get(0).map(|_| ()), row.get(1).map(Value::into_owned), row.get(7).map(|_| ())));
        Ok(())
    };
    connection.execute("select cast(x'ff' as text) as broken, 1", &[], &mut sink).await.unwrap();
    let (broken, fine, missing) = seen.unwrap();
    assert!(broken.unwrap_err().to_string().contains("UTF-8"));
    assert_eq!(fine, Ok(Value::Int(1)));
    assert!(missing.is_err());
}
