//! All types of columns.

use super::entities::*;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

suite! {
    /// spec: S033, S034, S035, S036, S037, S074, U42, Y209, Y214, Y210
    async fn every_type_comes_back_as_it_was_stored(t: &Test<Scalars>) {
        let em = t.em();
        let moment = DateTime::from_timestamp_micros(1_662_908_804_371_001).unwrap();
        let low = em.create(extreme(false, moment));
        let high = em.create(extreme(true, moment));
        em.flush().await?;
        t.expect(3);
        em.clear();
        let found = em.find::<Everything>().order_by(Everything::id.asc()).await?;
        for (stored, found) in [(&low, &found[0]), (&high, &found[1])] {
            assert_eq!(
                (found.flag, found.i8, found.i16, found.i32, found.i64, found.u8, found.u16, found.u32, found.u64),
                (stored.flag, stored.i8, stored.i16, stored.i32, stored.i64, stored.u8, stored.u16, stored.u32, stored.u64)
            );
            assert_eq!((found.f32.to_bits(), found.f64.to_bits()), (stored.f32.to_bits(), stored.f64.to_bits()));
            assert_eq!((&found.short, &found.long, &found.bytes), (&stored.short, &stored.long, &stored.bytes));
            assert_eq!((found.uuid, found.moment, found.local), (stored.uuid, stored.moment, stored.local));
            assert_eq!((found.date, found.time, found.decimal), (stored.date, stored.time, stored.decimal));
            assert_eq!(found.json, stored.json);
        }
        t.forget();
        // reading is no edit
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S037, U37, U42, U58
    async fn every_type_can_be_edited_and_only_its_column_is_written(t: &Test<Scalars>) {
        let em = t.em();
        let moment = DateTime::from_timestamp_micros(7).unwrap();
        em.create(extreme(false, moment));
        em.flush().await?;
        em.clear();
        let it = em.find_one_or_fail::<Everything>(1).await?;
        let columns = |t: &Test<Scalars>| -> Vec<String> {
            t.sent().into_iter().filter(|line| line.starts_with("update")).collect()
        };
        macro_rules! edits {
            ($($field:ident = $value:expr;)*) => {$(
                t.forget();
                it.edit().$field = $value;
                em.flush().await?;
                let updates = columns(t);
                assert_eq!(updates.len(), 1, "{}", stringify!($field));
                assert_eq!(updates[0].matches(" = ").count(), 2, "{updates:?}");
                em.clear();
                let again = em.find_one_or_fail::<Everything>(1).await?;
                assert_eq!(again.$field, $value);
                let it = again;
                let _ = &it;
            )*};
        }
        edits! {
            flag = true;
            i8 = -1;
            i16 = -1;
            i32 = -1;
            i64 = -1;
            u8 = 1;
            u16 = 1;
            u32 = 1;
            u64 = 1;
            f32 = 0.1;
            f64 = 0.1;
            short = "O'Hara \"\\ 雪".to_owned();
            long = "x".repeat(100_000);
            bytes = vec![0, 255, 0];
            uuid = Uuid::max();
            moment = DateTime::from_timestamp_micros(8).unwrap();
            local = DateTime::UNIX_EPOCH.naive_utc();
            date = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
            time = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
            decimal = Decimal::new(-314, 2);
            json = json!({"a": [1, null, "x"]});
        }
    }

    /// spec: S041, S037
    async fn every_type_can_be_null_and_set_and_null_again(t: &Test<Scalars>) {
        let em = t.em();
        let none = em.create(Maybe::builder());
        em.flush().await?;
        t.expect(3);
        let read = async |em: &EntityManager| -> Result<Loaded<Maybe>> {
            em.clear();
            em.find_one_or_fail::<Maybe>(1).await
        };
        drop(none);
        let it = read(&em).await?;
        assert!(it.flag.is_none() && it.i8.is_none() && it.u64.is_none() && it.f32.is_none() && it.short.is_none());
        assert!(it.bytes.is_none() && it.uuid.is_none() && it.moment.is_none() && it.local.is_none() && it.date.is_none());
        assert!(it.time.is_none() && it.decimal.is_none() && it.json.is_none());
        it.edit_with(|it| {
            it.flag = Some(false);
            (it.i8, it.i16, it.i32, it.i64) = (Some(0), Some(0), Some(0), Some(0));
            (it.u8, it.u16, it.u32, it.u64) = (Some(0), Some(0), Some(0), Some(0));
            (it.f32, it.f64) = (Some(0.0), Some(0.0));
            (it.short, it.bytes, it.uuid) = (Some(String::new()), Some(Vec::new()), Some(Uuid::nil()));
            (it.moment, it.local) = (Some(DateTime::UNIX_EPOCH), Some(DateTime::UNIX_EPOCH.naive_utc()));
            (it.date, it.time) = (Some(NaiveDate::default()), Some(NaiveTime::MIN));
            (it.decimal, it.json) = (Some(Decimal::ZERO), Some(json!({})));
        });
        em.flush().await?;
        let it = read(&em).await?;
        assert_eq!((it.flag, it.i8, it.u64, it.f64), (Some(false), Some(0), Some(0), Some(0.0)));
        assert_eq!((it.short.as_deref(), it.bytes.as_deref(), it.uuid), (Some(""), Some(&[][..]), Some(Uuid::nil())));
        assert_eq!((it.moment, it.time, it.decimal), (Some(DateTime::UNIX_EPOCH), Some(NaiveTime::MIN), Some(Decimal::ZERO)));
        assert_eq!(it.json, Some(json!({})));
        it.edit_with(|it| {
            (it.flag, it.i8, it.short, it.bytes) = (None, None, None, None);
            (it.uuid, it.moment, it.decimal, it.json) = (None, None, None, None);
        });
        em.flush().await?;
        let it = read(&em).await?;
        assert!(it.flag.is_none() && it.i8.is_none() && it.short.is_none() && it.bytes.is_none());
        assert!(it.uuid.is_none() && it.moment.is_none() && it.decimal.is_none() && it.json.is_none());
        assert_eq!(it.i16, Some(0));
    }

    /// spec: S037, Y085
    async fn conditions_take_every_type(t: &Test<Scalars>) {
        let em = t.em();
        let moment = DateTime::from_timestamp_micros(1_662_908_804_371_001).unwrap();
        let it = em.create(extreme(true, moment));
        em.create(extreme(false, DateTime::UNIX_EPOCH));
        em.flush().await?;
        let all = Everything::flag.eq(true)
            & Everything::i8.eq(it.i8)
            & Everything::i64.eq(it.i64)
            & Everything::u32.eq(it.u32)
            & Everything::u64.eq(it.u64)
            & Everything::f32.eq(it.f32)
            & Everything::f64.gte(it.f64)
            & Everything::short.eq(&it.short)
            & Everything::bytes.eq(&it.bytes)
            & Everything::uuid.eq(it.uuid)
            & Everything::moment.eq(moment)
            & Everything::local.eq(it.local)
            & Everything::date.eq(it.date)
            & Everything::time.eq(it.time)
            & Everything::decimal.eq(it.decimal);
        let found = em.find::<Everything>().filter(all).await?;
        assert_eq!(found.len(), 1);
        assert!(found[0].is_same(&it));
        let lists = Everything::uuid.in_([it.uuid])
            & Everything::moment.in_([moment])
            & Everything::date.in_([it.date])
            & Everything::decimal.in_([it.decimal])
            & Everything::bytes.in_([&it.bytes])
            & Everything::flag.in_([true])
            & Everything::f64.in_([it.f64]);
        assert_eq!(em.count::<Everything>(lists).await?, 1);
    }

    /// spec: S074, S037
    async fn numbers_that_a_database_can_t_hold_are_an_error_that_names_them(t: &Test<Scalars>) {
        let em = t.em();
        let it = em.create(Maybe::builder().u64(u64::MAX));
        if t.is_sqlite() {
            let error = em.flush().await.unwrap_err();
            assert!(error.to_string().starts_with("Maybe.u64: "), "{error}");
            it.edit().u64 = None;
        }
        em.flush().await?;
        em.clear();
        assert_eq!(em.find_one_or_fail::<Maybe>(1).await?.u64, if t.is_sqlite() { None } else { Some(u64::MAX) });
    }

    /// spec: S037
    async fn floats_that_are_no_numbers_are_stored_or_refused(t: &Test<Scalars>) {
        let em = t.em();
        em.create(Maybe::builder().f64(f64::INFINITY));
        em.create(Maybe::builder().f64(f64::NEG_INFINITY));
        em.flush().await?;
        em.clear();
        let found = em.find::<Maybe>().order_by(Maybe::id.asc()).await?;
        assert_eq!((found[0].f64, found[1].f64), (Some(f64::INFINITY), Some(f64::NEG_INFINITY)));
        let nan = em.create(Maybe::builder().f64(f64::NAN));
        match em.flush().await {
            Ok(()) => {
                em.refresh(&nan).await?;
                assert!(nan.f64.is_some_and(f64::is_nan));
            }
            Err(error) => assert!(error.to_string().starts_with("Maybe.f64: "), "{error}"),
        }
    }

    /// spec: Y085, S037
    async fn floats_of_four_bytes_compare_as_what_they_are(t: &Test<Scalars>) {
        let em = t.em();
        em.create(Maybe::builder().f32(0.1));
        em.flush().await?;
        assert_eq!(em.count::<Maybe>(Maybe::f32.eq(0.1)).await?, 1);
        assert_eq!(em.count::<Maybe>(Maybe::f32.in_([0.1])).await?, 1);
    }
}

/// The largest or the smallest of everything that both databases can hold.
fn extreme(high: bool, moment: DateTime<Utc>) -> Everything {
    Everything {
        id: 0,
        flag: high,
        i8: if high { i8::MAX } else { i8::MIN },
        i16: if high { i16::MAX } else { i16::MIN },
        i32: if high { i32::MAX } else { i32::MIN },
        i64: if high { i64::MAX } else { i64::MIN },
        u8: if high { u8::MAX } else { 0 },
        u16: if high { u16::MAX } else { 0 },
        u32: if high { u32::MAX } else { 0 },
        // one column type is signed
        u64: if high { i64::MAX as u64 } else { 0 },
        f32: if high { f32::MAX } else { f32::MIN_POSITIVE },
        f64: if high { f64::MAX } else { f64::MIN },
        short: if high { "ü".repeat(255) } else { String::new() },
        long: if high { "\u{10FFFF}\n\t'".into() } else { String::new() },
        bytes: if high { (0..=255).collect() } else { Vec::new() },
        uuid: if high { Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0) } else { Uuid::nil() },
        moment,
        local: moment.naive_utc(),
        date: if high { NaiveDate::from_ymd_opt(9999, 12, 31).unwrap() } else { NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() },
        time: if high { NaiveTime::from_hms_micro_opt(23, 59, 59, 1).unwrap() } else { NaiveTime::MIN },
        decimal: if high { Decimal::new(123_456_789_012_345_678, 9) } else { Decimal::ZERO },
        json: if high { json!({"list": [1, 2.5, "x", null, true], "nested": {"a": {}}}) } else { json!(0) },
    }
}
