//! Types whose values the database converts.

use super::entities::*;

suite! {
    /// spec: Y213
    async fn values_and_columns_are_wrapped_in_sql(t: &Test<Mirrors>) {
        let em = t.em();
        let loud = |word: &str| Loud(word.to_owned());
        let frame = em.create(Sash::builder().mark(loud("gold")));
        for word in ["abc", "def", "ghi"] {
            em.create(Mirror::builder().word(loud(word)).other(Some(loud("xyz"))).frame(&frame));
        }
        let plain = em.create(Mirror::builder().word(loud("jkl")));
        em.flush().await?;
        let (stored, other) = if t.is_sqlite() { ("ABC", "none") } else { ("CBA", "enon") };
        assert_eq!(t.text("select word from mirror where id = 1").await.as_deref(), Some(stored));
        // what comes back from the insert is read so, too
        assert_eq!(plain.other, Some(loud(other)));
        let em = t.em();
        let found = em.find::<Mirror>().populate(Mirror::frame).order_by(Mirror::id.asc()).await?;
        assert_eq!((&found[0].word, &found[1].other), (&loud("abc"), &Some(loud("xyz"))));
        assert_eq!(found[0][Mirror::frame].as_ref().map(|frame| frame.mark.clone()), Some(loud("gold")));
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!(em.find::<Mirror>().filter(Mirror::word.eq(loud("def"))).await?.len(), 1);
        assert_eq!(em.find::<Mirror>().filter(Mirror::word.in_([loud("def"), loud("abc"), loud("x")])).await?.len(), 2);
        assert_eq!(em.find::<Mirror>().filter(Mirror::word.not_in([loud("def")])).await?.len(), 3);
        assert_eq!(em.find::<Mirror>().filter(Mirror::other.is_null()).await?.len(), 0);
        assert_eq!(em.find::<Mirror>().filter(Mirror::frame.is(Sash::mark.eq(loud("gold")))).await?.len(), 3);
        let many: Vec<Loud> = (0..5000).map(|i| Loud(i.to_string())).chain([loud("abc")]).collect();
        assert_eq!(em.find::<Mirror>().filter(Mirror::word.in_(many)).await?.len(), 1);
        let words = em.find::<Mirror>().select(Mirror::word).order_by(Mirror::id.asc()).await?;
        assert_eq!(words[2], loud("ghi"));
        // (one by one, and of several rows at once)
        found[0].edit().word = loud("one");
        em.flush().await?;
        found[1].edit().word = loud("two");
        found[2].edit().word = loud("three");
        em.flush().await?;
        let words = t.em().find::<Mirror>().select(Mirror::word).order_by(Mirror::id.asc()).await?;
        assert_eq!(words, ["one", "two", "three", "jkl"].map(loud));
    }
}
