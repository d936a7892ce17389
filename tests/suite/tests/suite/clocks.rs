//! Dates and times of three crates, which are stored alike.

use super::entities::*;
use serde_json::to_value;

/// Moments before and after 1970, in nanoseconds: finer than what databases keep.
const MOMENTS: [i64; 3] = [-1_500_000_000_000_001_999, 0, 1_662_908_804_371_001_999];

fn clock(nanos: i64) -> Clock {
    let moment = time::OffsetDateTime::from_unix_timestamp_nanos(nanos.into()).unwrap();
    let local = time::PrimitiveDateTime::new(moment.date(), moment.time());
    Clock { id: 0, moment, local, date: moment.date(), time: moment.time(), maybe: None }
}
fn watch(nanos: i64) -> Chronometer {
    let moment = jiff::Timestamp::from_nanosecond(nanos.into()).unwrap();
    let local = jiff::tz::TimeZone::UTC.to_datetime(moment);
    Chronometer { id: 0, moment, local, date: local.date(), time: local.time(), changed: jiff::Timestamp::UNIX_EPOCH }
}
fn dial(nanos: i64) -> Dial {
    let moment = chrono::DateTime::from_timestamp_nanos(nanos);
    let local = moment.naive_utc();
    Dial { id: 0, moment, local, date: local.date(), time: local.time() }
}

suite! {
    /// spec: Y209, Y214
    async fn dates_of_every_crate_are_stored_alike(t: &Test<Clocks>) {
        let em = t.em();
        for nanos in MOMENTS {
            let (clock, watch, dial) = (em.create(clock(nanos)), em.create(watch(nanos)), em.create(dial(nanos)));
            em.flush().await?;
            // what is managed is what is stored: microseconds
            assert_eq!(clock.moment.nanosecond() % 1000, 0);
            assert_eq!(watch.local.subsec_nanosecond() % 1000, 0);
            assert_eq!(clock.moment.unix_timestamp_nanos(), watch.moment.as_nanosecond());
            assert_eq!(i128::from(dial.moment.timestamp_micros()) * 1000, watch.moment.as_nanosecond());
        }
        for column in ["moment", "local", "date", "time"] {
            for other in ["chronometer", "dial"] {
                let same = format!("select count(*) from clock a join {other} b on a.id = b.id and a.{column} = b.{column}");
                assert_eq!(t.number(&same).await, 3, "{column} of {other}");
            }
        }
        let em = t.em();
        let clocks = em.find::<Clock>().order_by(Clock::id.asc()).await?;
        let watches = em.find::<Chronometer>().order_by(Chronometer::id.asc()).await?;
        let dials = em.find::<Dial>().order_by(Dial::id.asc()).await?;
        for ((clock, watch), dial) in clocks.iter().zip(&watches).zip(&dials) {
            let [a, b, c] = [to_value(clock).unwrap(), to_value(watch).unwrap(), to_value(dial).unwrap()];
            for field in ["moment", "local", "date", "time"] {
                assert!(a[field].is_string() && a[field] == b[field] && a[field] == c[field], "{a} {b} {c}");
            }
        }
        // reading is no edit, and what is finer than what is stored is no change
        t.forget();
        clocks[0].edit().moment = clock(MOMENTS[0]).moment;
        watches[2].edit().time = watch(MOMENTS[2]).time;
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y209, Y214
    async fn dates_of_every_crate_are_compared_and_written(t: &Test<Clocks>) {
        let em = t.em();
        let (clock, watch) = (em.create(clock(MOMENTS[2])), em.create(watch(MOMENTS[2])));
        em.flush().await?;
        assert_eq!(em.count::<Clock>(Clock::moment.eq(clock.moment) & Clock::local.in_([clock.local]) & Clock::time.eq(clock.time)).await?, 1);
        assert_eq!(em.count::<Clock>(Clock::date.gt(time::Date::from_calendar_date(2022, time::Month::September, 10).unwrap())).await?, 1);
        assert_eq!(em.count::<Chronometer>(Chronometer::moment.eq(watch.moment) & Chronometer::local.in_([watch.local]) & Chronometer::time.eq(watch.time)).await?, 1);
        assert_eq!(em.count::<Chronometer>(Chronometer::date.lte(jiff::civil::date(2022, 9, 10))).await?, 0);
        let before = watch.changed;
        watch.edit().time = jiff::civil::time(23, 59, 59, 999_999_000);
        watch.edit().date = jiff::civil::date(1, 1, 1);
        clock.edit().maybe = Some(clock.moment + time::Duration::microseconds(1));
        clock.edit().time = time::Time::from_hms_micro(23, 59, 59, 999_999).unwrap();
        em.flush().await?;
        assert!(watch.changed > before);
        let (stored, shown) = (clock.maybe, watch.date);
        em.clear();
        let clock = em.find_one_or_fail::<Clock>(1).await?;
        assert_eq!((clock.maybe, clock.time.as_hms_micro()), (stored, (23, 59, 59, 999_999)));
        assert_eq!(em.find_one_or_fail::<Chronometer>(1).await?.date, shown);
        em.assign_json(&clock, &serde_json::json!({"moment": "2022-09-11T17:06:44.371+02:00", "local": "2022-09-11T15:06:44", "time": "15:06:44.5", "date": "2022-09-11"}))?;
        assert_eq!((clock.moment.unix_timestamp(), clock.local.assume_utc().unix_timestamp()), (1_662_908_804, 1_662_908_804));
        assert_eq!((clock.time.as_hms_milli(), clock.date.day()), ((15, 6, 44, 500), 11));
        for bad in ["yesterday", "2022-02-30T00:00:00", "25:00:00"] {
            assert!(em.assign_json(&clock, &serde_json::json!({"moment": bad})).is_err());
            assert!(em.assign_json(&clock, &serde_json::json!({"time": bad})).is_err() || bad.contains('T'));
        }
    }

    /// spec: Y209
    async fn what_a_database_s_own_functions_write_is_read(t: &Test<Clocks>) {
        let em = t.em();
        em.create(clock(0));
        em.create(watch(0));
        em.flush().await?;
        let now = if t.is_sqlite() { "datetime('2022-09-11 15:06:44')" } else { "'2022-09-11 15:06:44+00'" };
        for table in ["clock", "chronometer"] {
            t.run(&format!("update {table} set moment = {now}, local = {now}")).await;
        }
        let em = t.em();
        let (clock, watch) = (em.find_one_or_fail::<Clock>(1).await?, em.find_one_or_fail::<Chronometer>(1).await?);
        assert_eq!((clock.moment.unix_timestamp(), watch.moment.as_second()), (1_662_908_804, 1_662_908_804));
        assert_eq!((clock.local.hour(), watch.local.hour()), (15, 15));
    }
}
