//! Deletes of rows that refer to rows of their own entity.

use super::entities::*;

/// More than one statement deletes.
fn many(t: &Test<impl Sized>) -> i64 {
    if t.is_sqlite() { 4_200 } else { 10_100 }
}

/// A trunk: each row refers to the one before.
async fn trunk(t: &Test<impl Sized>, table: &str, count: i64) {
    let (columns, values) = match table {
        "tile" => ("x, y, above_x, above_y", "i, 0, case when i > 1 then i - 1 end, case when i > 1 then 0 end"),
        _ => ("id, parent_id", "i, case when i > 1 then i - 1 end"),
    };
    let rows = format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})");
    t.run(&format!("insert into {table} ({columns}) {rows} select {values} from n")).await;
    t.forget();
}

async fn left(t: &Test<impl Sized>, table: &str) -> i64 {
    t.number(&format!("select count(*) from {table}")).await
}

suite! {
    /// spec: U47, U61, S118
    async fn a_tree_goes_in_one_statement_whatever_the_order(t: &Test<Branches>) {
        trunk(t, "branch", 5).await;
        trunk(t, "tile", 5).await;
        let em = t.em();
        for branch in em.find::<Branch>().order_by(Branch::id.asc()).await? {
            em.remove(&branch)?;
        }
        for y in 1..=5 {
            em.remove::<Tile>((y, 0))?;
        }
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(left(t, "branch").await + left(t, "tile").await, 0);
    }

    /// spec: U47, U61
    async fn leaves_go_before_what_they_hang_on_when_lists_are_split(t: &Test<Branches>) {
        trunk(t, "branch", many(t)).await;
        trunk(t, "tile", many(t)).await;
        let em = t.em();
        for branch in em.find::<Branch>().order_by(Branch::id.asc()).await? {
            em.remove(&branch)?;
        }
        for tile in em.find::<Tile>().order_by(Tile::x.asc()).await? {
            em.remove(&tile)?;
        }
        em.flush().await?;
        assert_eq!(left(t, "branch").await + left(t, "tile").await, 0);
        // what is not loaded may hang on anything
        trunk(t, "branch", many(t)).await;
        let em = t.em();
        (1..=many(t)).try_for_each(|id| em.remove::<Branch>(id))?;
        em.flush().await?;
        assert_eq!(left(t, "branch").await, 0);
        // and what goes in a circle hangs on itself
        trunk(t, "branch", many(t)).await;
        t.run(&format!("update branch set parent_id = {} where id = 1", many(t))).await;
        let em = t.em();
        for branch in em.find::<Branch>().order_by(Branch::id.asc()).await? {
            em.remove(&branch)?;
        }
        em.flush().await?;
        assert_eq!(left(t, "branch").await, 0);
    }

    /// spec: U47, U61
    async fn a_tree_goes_in_several_flushes(t: &Test<Branches>) {
        trunk(t, "branch", 6).await;
        trunk(t, "tile", 6).await;
        let em = t.em();
        let branches = em.find::<Branch>().order_by(Branch::id.desc()).await?;
        let tiles = em.find::<Tile>().order_by(Tile::x.desc()).await?;
        for (branches, tiles) in branches.chunks(2).zip(tiles.chunks(2)) {
            let before = left(t, "tile").await;
            branches.iter().try_for_each(|branch| em.remove(branch))?;
            tiles.iter().try_for_each(|tile| em.remove(tile))?;
            t.forget();
            em.flush().await?;
            t.expect(4);
            assert_eq!((left(t, "branch").await, left(t, "tile").await), (before - 2, before - 2));
        }
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U45, U47
    async fn one_that_takes_the_place_of_a_root_comes_after_the_whole_tree(t: &Test<Branches>) {
        trunk(t, "branch", 4).await;
        trunk(t, "tile", 4).await;
        let em = t.em();
        for branch in em.find::<Branch>().await? {
            em.remove(&branch)?;
        }
        for tile in em.find::<Tile>().await? {
            em.remove(&tile)?;
        }
        em.create(Branch::builder().id(1));
        em.create(Tile::builder().x(1).y(0));
        em.flush().await?;
        assert_eq!((left(t, "branch").await, left(t, "tile").await), (1, 1));
    }

    /// spec: U47, U61
    async fn rules_that_are_checked_row_by_row_hold(t: &Test<Branches>) {
        trunk(t, "twig", 4).await;
        t.run("insert into twig (id, parent_id) values (5, 2)").await;
        let em = t.em();
        for twig in em.find::<Twig>().order_by(Twig::id.asc()).await? {
            em.remove(&twig)?;
        }
        em.flush().await?;
        assert_eq!(left(t, "twig").await, 0);
        // by key, and in a circle
        trunk(t, "twig", 3).await;
        let em = t.em();
        (1..=3).try_for_each(|id| em.remove::<Twig>(id))?;
        em.flush().await?;
        assert_eq!(left(t, "twig").await, 0);
        trunk(t, "twig", 3).await;
        t.run("update twig set parent_id = 3 where id = 1").await;
        let em = t.em();
        for twig in em.find::<Twig>().await? {
            em.remove(&twig)?;
        }
        em.flush().await?;
        assert_eq!(left(t, "twig").await, 0);
        // what still refers to one that goes is the database's to tell
        trunk(t, "twig", 2).await;
        let em = t.em();
        em.remove::<Twig>(1)?;
        assert!(matches!(em.flush().await, Err(Error::ForeignKeyViolation(_))));
        em.remove::<Twig>(2)?;
        em.flush().await?;
        assert_eq!(left(t, "twig").await, 0);
    }
}
