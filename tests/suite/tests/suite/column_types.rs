//! Columns whose types are spelled for each database.

use super::entities::*;

suite! {
    /// spec: Y207
    async fn a_type_is_what_is_said_for_the_database_or_the_field_s(t: &Test<Spelled>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        let expected: [&str; 5] = if t.is_sqlite() {
            ["code varchar(4) not null", "weight integer not null", "height numeric null", "container_code varchar(4)", "other_code varchar(4) null"]
        } else {
            ["code char(4) not null", "weight smallint not null", "height bigint null", "container_code char(4)", "other_code varchar(9) null"]
        };
        for expected in expected {
            assert!(sql.contains(expected), "{expected}: {sql}");
        }
        assert!(t.orm.schema().update_sql().await?.is_empty());
    }

    /// spec: Y207
    async fn such_columns_are_written_in_batches_and_asked_for(t: &Test<Spelled>) {
        for (round, rows) in [1, 2, 1000].into_iter().enumerate() {
            let em = t.em();
            for at in 0..rows {
                let container = em.create(Container::builder().code(format!("{:04}", round * 1000 + at)).weight(i32::try_from(at).unwrap()));
                em.create(Waybill::builder().container(&container).other((at % 2 == 0).then_some(&container)));
            }
            em.flush().await?;
            let em = t.em();
            let found = em.find::<Waybill>().populate(Waybill::container).await?;
            assert_eq!(found.len(), rows);
            for waybill in &found {
                let container = &waybill[Waybill::container];
                assert_eq!(container.height, Some(7));
                container.edit().weight += 1;
                container.edit().height = None;
                waybill.edit().other = None;
            }
            em.flush().await?;
            let em = t.em();
            assert_eq!(em.count::<Container>(Container::weight.lte(i32::try_from(rows).unwrap()) & Container::height.is_null()).await?, rows as u64);
            assert_eq!(em.count::<Container>(Container::code.in_([format!("{:04}", round * 1000), "none".to_owned()])).await?, 1);
            assert_eq!(em.count::<Waybill>(Waybill::other.is_null()).await?, rows as u64);
            for waybill in em.find::<Waybill>().await? {
                em.remove(&waybill)?;
            }
            for container in em.find::<Container>().await? {
                em.remove(&container)?;
            }
            em.flush().await?;
            assert_eq!(t.number("select count(*) from container").await, 0);
        }
    }
}
