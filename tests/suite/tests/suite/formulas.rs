//! Formulas: what queries compute, as values and as relations.

use super::entities::*;

/// The Uffizi (1) with a square of 2 (1) and a strip of 3 by 1 (2); the Prado (2) with nothing.
async fn galleries(t: &Test<Galleries>) -> Result<()> {
    let em = t.em();
    let square = Painting::builder().name("square").width(2).height(2);
    let strip = Painting::builder().name("strip").width(3).height(1);
    em.create(Gallery::builder().name("Uffizi").paintings([square, strip]));
    em.create(Gallery::builder().name("Prado"));
    em.flush().await?;
    t.forget();
    Ok(())
}

suite! {
    /// spec: S082, S083
    async fn queries_compute_formulas(t: &Test<Galleries>) {
        galleries(t).await?;
        let sql = t.orm.schema().create_sql().to_string();
        assert!(!sql.contains("area") && !sql.contains("loud") && !sql.contains("cover"), "{sql}");
        let em = t.em();
        let strip = em.find_one_or_fail::<Painting>(2).await?;
        assert_eq!((strip.area, &*strip.loud), (3, "STRIP{}"));
        let sent = t.sql().replace(['`', '"'], "'");
        assert!(sent.contains("('p0'.'width' * 'p0'.'height') as 'area', (upper('p0'.name) || '{}') as 'loud' from"), "{sent}");
        // in conditions, orders, raw SQL and projections
        let found = em.find::<Painting>().filter(Painting::area.gt(3)).order_by(Painting::area.desc()).await?;
        assert_eq!(found.iter().map(|painting| painting.area).collect::<Vec<_>>(), [4]);
        assert_eq!(em.count(Painting::loud.in_(["STRIP{}", "x"]) & raw("{area} < ?").bind(4)).await?, 1);
        assert_eq!(em.count(Painting::gallery.is(Gallery::size.eq(2))).await?, 2);
        assert_eq!(em.count(Gallery::paintings.some(Painting::area.eq(4))).await?, 1);
        let columns = (Painting::name, Painting::area, Painting::gallery.get(Gallery::size));
        let rows = em.find::<Painting>().order_by(Painting::area.asc()).select(columns).await?;
        assert_eq!(rows, [("strip".to_owned(), 3, Some(2)), ("square".to_owned(), 4, Some(2))]);
        let pages = em.find::<Gallery>().order_by(Gallery::size.desc()).limit(1).populate(Gallery::paintings).strategy(Strategy::Joined);
        let pages = pages.await?;
        assert_eq!((pages.len(), pages[0].size, pages[0][Gallery::paintings].len()), (1, 2, 2));
        // inside joins, where others have columns of the same name
        let em = t.em();
        em.create(Poster::builder().copies(1).of(2));
        em.flush().await?;
        t.forget();
        let em = t.em();
        let poster = em.find_one_or_fail::<Poster>(1).populate(Poster::of.with(Painting::gallery)).await?;
        t.expect(1);
        let painting = &poster[Poster::of];
        assert_eq!((painting.area, &*painting.loud), (3, "STRIP{}"));
        assert_eq!(painting[Painting::gallery].as_ref().unwrap().size, 2);
    }

    /// spec: S082
    async fn formulas_are_never_written(t: &Test<Galleries>) {
        galleries(t).await?;
        let em = t.em();
        let painting = em.create(Painting::builder().name("dot").width(1).height(1));
        em.flush().await?;
        t.expect(3);
        // what it comes to is known once it is read
        assert_eq!((painting.area, &*painting.loud), (0, ""));
        em.refresh(&painting).await?;
        assert_eq!((painting.area, &*painting.loud), (1, "DOT{}"));
        t.forget();
        painting.edit().area = 12;
        em.flush().await?;
        t.expect(0);
        let error = em.assign(&painting, Painting::area.set(12)).unwrap_err().to_string();
        assert_eq!(error, "Painting.area: is a formula, so that only the database computes it: set what it is computed from");
        painting.edit().width = 5;
        em.flush().await?;
        t.expect(3);
        // a row that was read otherwise says what it says
        let em = t.em();
        let raw = em.raw("select * from painting where id = 3").entities::<Painting>().await?;
        assert_eq!((raw[0].area, raw[0].width), (0, 5));
        assert_eq!(em.find::<Painting>().filter(Painting::width.eq(5)).await?[0].area, 5);
        assert_eq!(raw[0].area, 5);
    }

    /// spec: S082
    async fn formulas_can_be_lazy(t: &Test<Galleries>) {
        galleries(t).await?;
        let em = t.em();
        let square = em.find_one_or_fail::<Painting>(1).await?;
        assert!(!t.sql().contains("length"));
        assert_eq!(*square.letters.load().await?, 6);
        t.expect(1);
        let all = em.find::<Painting>().populate(Painting::letters).order_by(Painting::id.asc()).await?;
        t.expect(1);
        assert_eq!(*all[1][Painting::letters], 5);
        assert_eq!(em.count(Painting::letters.eq(6)).await?, 1);
    }

    /// spec: S082
    async fn a_relation_can_be_a_formula(t: &Test<Galleries>) {
        galleries(t).await?;
        let em = t.em();
        let uffizi = em.find_one_or_fail::<Gallery>(1).populate((Gallery::cover, Gallery::paintings)).await?;
        t.expect(2);
        assert_eq!(uffizi[Gallery::cover].as_ref().unwrap().name, "square");
        assert_eq!((uffizi.newest, uffizi.size), (Some(2), 2));
        // what is read otherwise says nothing of it
        t.run("update gallery set name = 'Offices' where id = 1").await;
        let raw = em.raw("select * from gallery where id = 1").entities::<Gallery>().await?;
        assert_eq!((&*raw[0].name, raw[0].cover.as_ref().and_then(Ref::id), raw[0].newest), ("Offices", Some(1), Some(2)));
        let fork = em.fork_with(mikro_orm::em::ForkOptions::new().keep_entities());
        assert_eq!(fork.find_one_or_fail::<Gallery>(1).await?.cover.as_ref().and_then(Ref::id), Some(1));
        assert_eq!(em.count(Gallery::cover.eq(1)).await?, 1);
        assert_eq!(em.count(Gallery::cover.is(Painting::name.eq("square"))).await?, 1);
        assert_eq!(em.count(Gallery::cover.is_null()).await?, 1);
        let prado = em.find_one_or_fail::<Gallery>(2).populate(Gallery::cover).strategy(Strategy::SelectIn).await?;
        assert!(prado[Gallery::cover].is_none());
        // what is removed is not inserted again because a formula refers to it
        uffizi.paintings.remove_all()?;
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert!(uffizi.cover.is_none());
        assert_eq!(uffizi.newest, None);
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select count(*) from painting").await, 0);
        // nor does one make a new entity wait, or persist it
        let dot = em.create_detached(Painting::builder().name("dot").width(1).height(1));
        uffizi.edit().cover = Some((&dot).into());
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S082
    async fn what_is_pending_is_stored_before_a_formula_is_asked(t: &Test<Galleries>) {
        galleries(t).await?;
        let em = t.em();
        em.create(Painting::builder().name("dot").width(1).height(1).gallery(2));
        assert_eq!(em.count(Gallery::size.eq(1)).await?, 1);
        t.expect(4);
        em.create(Painting::builder().name("line").width(9).height(1).gallery(2));
        em.create(Painting::builder().name("plane").width(9).height(9).gallery(2));
        let largest = em.find::<Gallery>().order_by(Gallery::size.desc()).limit(1).await?;
        assert_eq!((largest[0].id, largest[0].size), (2, 3));
        // hints take it, too
        let em = t.em();
        let large = Gallery::paintings.filter(Painting::area.gt(3)).order_by(Painting::area.desc()).limit(1);
        let found = em.find::<Gallery>().populate(large).order_by(Gallery::id.asc()).await?;
        assert_eq!(found.iter().map(|gallery| gallery[Gallery::paintings][0].area).collect::<Vec<_>>(), [4, 81]);
        for strategy in [Strategy::Joined, Strategy::SelectIn, Strategy::Balanced] {
            let hint = Gallery::paintings.filter(Painting::area.gt(3)).order_by(Painting::area.asc());
            let found = t.em().find::<Gallery>().populate(hint).strategy(strategy).order_by(Gallery::size.asc()).await?;
            assert_eq!(found[1][Gallery::paintings].iter().map(|painting| painting.area).collect::<Vec<_>>(), [9, 81]);
        }
    }
}
