use super::support::*;
use mikro_orm_core::value::Value;

fn numbered(from: usize, to: usize) -> Rows {
    Rows::values((from..to).map(|i| author(&format!("n{i}"), &format!("e{i}"), None)))
}

#[tokio::test]
async fn one_row_is_sent_as_values_and_many_as_arrays_and_both_return_in_order() {
    let database = Database::new("batches_insert").await;
    let mut connection = database.connection().await;
    let returned = insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &numbered(0, 1), &[0, 1]).await.unwrap();
    assert_eq!(returned, [[Value::Int(1), Value::Text("n0".into())]]);
    let returned = insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &numbered(1, 3), &[0]).await.unwrap();
    assert_eq!(returned, [[Value::Int(2)], [Value::Int(3)]]);
    assert_eq!(
        database.sent(),
        [
            r#"insert into "author" ("name", "email", "secret") values ('n0', 'e0', null) returning "id", "name""#,
            r#"insert into "author" ("name", "email", "secret") select v.c0, v.c1, v.c2 from unnest('{n1,n2}'::text[], '{e1,e2}'::text[], '***'::text[]) with ordinality as v(c0, c1, c2, ord) order by v.ord returning "id""#,
        ]
    );
}

#[tokio::test]
async fn large_batches_are_split_and_keep_their_order() {
    let database = Database::new("batches_large").await;
    let mut connection = database.connection().await;
    let returned = insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &numbered(0, 25_000), &[0, 2]).await.unwrap();
    assert_eq!(database.sent().len(), 3);
    assert_eq!(returned.len(), 25_000);
    for (i, row) in returned.iter().enumerate() {
        assert_eq!(*row, [Value::Int(i64::try_from(i).unwrap() + 1), Value::Text(format!("e{i}").into())]);
    }
    assert_eq!(delete(&mut *connection, AUTHOR, 1..=25_000).await.unwrap(), 25_000);
    assert_eq!(database.sent().len(), 3);
}

#[tokio::test]
async fn batches_are_split_by_size_too() {
    let database = Database::new("batches_size").await;
    let mut connection = database.connection().await;
    let bytes = field(&database.metadata, EVERYTHING, "bytes");
    let rows = Rows::values((0..70).map(|i| vec![Value::Bytes(vec![i; 300_000].into())]));
    let returned = insert(&mut *connection, EVERYTHING, &[bytes], &rows, &[0, bytes]).await.unwrap();
    assert_eq!(database.sent().len(), 2);
    for (i, row) in returned.iter().enumerate() {
        assert!(matches!(&row[1], Value::Bytes(bytes) if usize::from(bytes[0]) == i));
    }
}

#[tokio::test]
async fn rows_of_defaults_need_no_columns() {
    let database = Database::new("batches_defaults").await;
    let mut connection = database.connection().await;
    for (rows, keys) in [(1, 1..=1), (3, 2..=4)] {
        let returned = insert(&mut *connection, COUNTER, &[], &Rows::values(vec![vec![]; rows]), &[0, 1]).await.unwrap();
        let expected: Vec<_> = keys.map(|key| vec![Value::Int(key), Value::Int(7)]).collect();
        assert_eq!(returned, expected);
    }
    assert_eq!(
        database.sent(),
        [
            r#"insert into "counter" default values returning "id", "count""#,
            r#"insert into "counter" select from generate_series(1, 3::bigint) returning "id", "count""#,
        ]
    );
    // keys of u64 are bigint wherever they stand
    let rows = Rows { values: vec![vec![Value::Int(8)]; 2], ..Rows::keys([4, 5]) };
    assert_eq!(update(&mut *connection, COUNTER, &[1], &rows, None).await.unwrap(), [true, false]);
    assert!(database.sent()[0].contains("'{4,5}'::bigint[]"));
    assert!(insert(&mut *connection, COUNTER, &[], &Rows::default(), &[0]).await.unwrap().is_empty());
    assert!(database.sent().is_empty());
}

#[tokio::test]
async fn updates_say_which_rows_were_there_with_the_expected_version() {
    let database = Database::new("batches_update").await;
    let mut connection = database.connection().await;
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &numbered(0, 1), &[]).await.unwrap();
    let book = |i: i64| vec![Value::Text(format!("t{i}").into()), Value::Int(i), Value::Int(1)];
    insert(&mut *connection, BOOK, &[1, 2, 3], &Rows::values((1..=4).map(book)), &[]).await.unwrap();
    database.sent();

    let rows = Rows {
        keys: [4, 99, 2, 1].map(Value::Int).to_vec(),
        values: ["d", "?", "b", "a"].map(|title| vec![Value::Text(title.into()), Value::Int(10)]).to_vec(),
        versions: [4, 1, 7, 1].map(Value::Int).to_vec(),
    };
    assert_eq!(update(&mut *connection, BOOK, &[1, 2], &rows, Some(2)).await.unwrap(), [true, false, false, true]);
    assert_eq!(
        database.sent(),
        [
            r#"update "book" as t set "title" = v.c0, "version" = v.c1 from unnest('{d,?,b,a}'::text[], '{10,10,10,10}'::int[], '{4,99,2,1}'::bigint[], '{4,1,7,1}'::int[]) with ordinality as v(c0, c1, k, e0, ord) where t."id" = v.k and t."version" = v.e0 returning v.ord"#
        ]
    );
    let titles: Vec<_> =
        all(&mut *connection, &database.metadata, BOOK).await.unwrap().into_iter().map(|mut row| row.remove(1)).collect();
    assert_eq!(titles, ["a", "t2", "t3", "d"].map(|title| Value::Text(title.into())));

    for (version, there) in [(7, false), (10, true)] {
        let one =
            Rows { keys: vec![Value::Int(1)], values: vec![vec![Value::Text("x".into())]], versions: vec![Value::Int(version)] };
        assert_eq!(update(&mut *connection, BOOK, &[1], &one, Some(2)).await.unwrap(), [there]);
    }
}

#[tokio::test]
async fn deletes_count_what_was_there() {
    let database = Database::new("batches_delete").await;
    let mut connection = database.connection().await;
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &numbered(0, 3), &[]).await.unwrap();
    assert_eq!(delete(&mut *connection, AUTHOR, [1, 3, 77]).await.unwrap(), 2);
    assert_eq!(delete(&mut *connection, AUTHOR, [1]).await.unwrap(), 0);
    assert_eq!(connection.count(AUTHOR, None).await.unwrap(), 1);
}
