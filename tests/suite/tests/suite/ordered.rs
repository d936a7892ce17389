//! The order that an entity has of its own.

use super::entities::*;

/// A (1) with tracks 1 (place 2), 2 (place 1), 3 (place 1); B (2) with track 4 (place 1); moods 1 (glad), 2 (sad), 3 (no name).
async fn records(t: &Test<Records>) -> Result<()> {
    let em = t.em();
    let (glad, sad) = (em.create(Mood::builder().name("glad")), em.create(Mood::builder().name("sad")));
    let other = em.create(Mood::builder());
    other.likes.set([&other, &glad, &sad])?;
    let record = em.create(Record::builder().name("A"));
    for place in [2, 1, 1] {
        em.create(Track::builder().place(place).record(&record).moods([&glad, &other, &sad]));
    }
    let record = em.create(Record::builder().name("B"));
    em.create(Track::builder().place(1).record(&record));
    em.flush().await?;
    t.forget();
    Ok(())
}

fn ids<'a, P: 'static>(tracks: impl IntoIterator<Item = &'a Loaded<Track, P>>) -> Vec<i64> {
    tracks.into_iter().map(|track| track.id).collect()
}

suite! {
    /// spec: Y217
    async fn queries_find_rows_in_the_order_of_their_entity(t: &Test<Records>) {
        records(t).await?;
        let em = t.em();
        assert_eq!(ids(&em.find::<Track>().await?), [4, 3, 2, 1]);
        t.expect(1);
        assert_eq!(ids(&em.find::<Track>().limit(2).offset(1).await?), [3, 2]);
        // what a query says comes first
        assert_eq!(ids(&em.find::<Track>().order_by(Track::place.desc()).await?), [1, 4, 3, 2]);
        let names = em.find::<Record>().select(Record::name).await?;
        assert_eq!(names, ["A", "B"]);
        assert_eq!(em.find::<Mood>().select(Mood::id).await?, [2, 1, 3]);
        assert_eq!(em.find::<Mood>().select(Mood::name).distinct().await?.len(), 3);
        // one that is found by its key has no order
        t.forget();
        t.em().find_one_or_fail::<Track>(1).await?;
        assert!(!t.sql().contains("order by"));
    }

    /// spec: Y217
    async fn collections_are_in_the_order_of_their_items(t: &Test<Records>) {
        records(t).await?;
        for strategy in [Strategy::Balanced, Strategy::Joined] {
            let em = t.em();
            let records = em.find::<Record>().populate(Record::tracks.with(Track::moods)).strategy(strategy).await?;
            assert_eq!(ids(&records[0][Record::tracks]), [3, 2, 1]);
            let moods = &records[0][Record::tracks][0][Track::moods];
            assert_eq!(moods.iter().map(|mood| mood.id).collect::<Vec<_>>(), [2, 1, 3]);
        }
        let em = t.em();
        let record = em.find_one_or_fail::<Record>(1).await?;
        assert_eq!(ids(record.tracks.load().await?.iter()), [3, 2, 1]);
        assert_eq!(ids(&record.tracks.matching(Track::place.eq(1)).await?), [3, 2]);
        let pages = t.em().find::<Record>().populate(Record::tracks.limit(1)).await?;
        assert_eq!((ids(&pages[0][Record::tracks]), ids(&pages[1][Record::tracks])), (vec![3], vec![4]));
        let mood = em.find_one_or_fail::<Mood>(3).populate((Mood::likes, Mood::tracks)).await?;
        assert_eq!(ids(&mood[Mood::tracks]), [3, 2, 1]);
        // an order that is kept is kept
        assert_eq!(mood[Mood::likes].iter().map(|mood| mood.id).collect::<Vec<_>>(), [3, 1, 2]);
    }
}
