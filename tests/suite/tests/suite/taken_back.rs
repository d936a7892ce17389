//! What is done with entities whose rows are deleted in a transaction that is rolled back then.

use super::entities::*;

fn ids<T: Entity<Key = i64>>(collection: &Collection<T>) -> Vec<i64> {
    let mut ids: Vec<i64> = collection.known().iter().filter_map(|item| item.id()).collect();
    ids.sort_unstable();
    ids
}

suite! {
    /// spec: U32, Y135, S196
    async fn what_moved_while_it_was_deleted_is_where_it_says(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let ann = em.find_one_or_fail::<Teller>(1).populate(Teller::stories).await?;
        let ben = em.create(Teller::builder().name("Ben"));
        em.flush().await?;
        let old = em.find_one_or_fail::<Story>(1).await?;
        em.begin().await?;
        em.remove(&old)?;
        em.flush().await?;
        assert_eq!((ids(&ann.stories), ids(&ben.stories)), (vec![2], vec![]));
        old.edit().teller = Some(ben.to_ref());
        em.rollback().await?;
        assert_eq!((ids(&ann.stories), ids(&ben.stories)), (vec![2], vec![1]));
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select teller_id from story where id = 1").await, ben.id);
        assert_eq!((ids(&ann.stories), ids(&ben.stories)), (vec![2], vec![1]));
    }

    /// spec: U32, Y135, S196
    async fn what_was_deleted_and_persisted_again_is_what_it_was(t: &Test<Stories>) {
        for flushed in [false, true] {
            t.run("delete from story_labels").await;
            t.run("delete from story").await;
            t.run("delete from label").await;
            t.run("delete from teller").await;
            let em = t.em();
            let (red, blue) = (em.create(Label::builder().name("red")), em.create(Label::builder().name("blue")));
            let (ann, ben) = (em.create(Teller::builder().name("Ann")), em.create(Teller::builder().name("Ben")));
            let old = em.create(Story::builder().title("Old").teller(&ann).labels([&red, &blue]));
            em.flush().await?;
            let id = old.id;
            em.begin().await?;
            em.remove(&old)?;
            em.flush().await?;
            assert_eq!((ids(&ann.stories), ids(&red.stories)), (vec![], vec![]));
            ben.stories.add(&old)?;
            if flushed {
                em.flush().await?;
            }
            em.rollback().await?;
            for _ in 0..2 {
                assert_eq!(old.id(), Some(id));
                assert_eq!((ids(&ann.stories), ids(&ben.stories)), (vec![], vec![id]), "flushed: {flushed}");
                assert_eq!((ids(&red.stories), ids(&blue.stories)), (vec![id], vec![id]), "flushed: {flushed}");
                assert_eq!(old.teller.as_ref().and_then(Ref::id), ben.id());
                em.flush().await?;
            }
            assert_eq!(t.number("select teller_id from story").await, ben.id);
            assert_eq!(t.number("select count(*) from story_labels").await, 2);
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
    }
}
