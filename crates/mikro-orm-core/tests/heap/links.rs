//! Many-to-many relations beside a plain set of pairs: whatever is done from either side, in whatever order, with
//! failures and rollbacks between.

use super::database::{Database, block_on};
use super::entities::{Post, Tag};
use mikro_orm_core::populate::ReferencesHint;
use mikro_orm_core::value::Value;
use mikro_orm_core::{EntityManager, Loaded, Orm, entities};
use std::collections::BTreeSet;

const POSTS: i64 = 4;
const TAGS: i64 = 6;

fn blog() -> (Database, Orm) {
    let database = Database::default();
    let orm = database.orm(entities![Post]);
    (1..=POSTS).for_each(|id| database.put(&orm, "Post", &[("id", Value::Int(id))]));
    (1..=TAGS).for_each(|id| database.put(&orm, "Tag", &[("id", Value::Int(id))]));
    (database, orm)
}

/// Numbers that are the same in each run.
struct Dice(u64);
impl Dice {
    fn below(&mut self, count: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64 % count
    }
    fn some(&mut self, of: i64) -> Vec<i64> {
        (1..=of).filter(|_| self.below(2) == 0).collect()
    }
}

struct Program {
    database: Database,
    orm: Orm,
    em: EntityManager,
    posts: Vec<Loaded<Post>>,
    tags: Vec<Loaded<Tag>>,
    /// What is linked, as the program sees it.
    links: BTreeSet<(i64, i64)>,
}

impl Program {
    fn start(&mut self) {
        self.em = self.orm.em();
        let (posts, tags) = block_on(async { (self.em.find::<Post>().await, self.em.find::<Tag>().await) });
        (self.posts, self.tags) = (posts.unwrap().into_iter().collect(), tags.unwrap().into_iter().collect());
        self.links = self.database.links(&self.orm, "Post.tags");
    }
    fn tags_of(&self, post: i64) -> BTreeSet<i64> {
        self.links.iter().filter(|(of, _)| *of == post).map(|(_, tag)| *tag).collect()
    }
    fn posts_of(&self, tag: i64) -> BTreeSet<i64> {
        self.links.iter().filter(|(_, of)| *of == tag).map(|(post, _)| *post).collect()
    }

    /// Does one of so many kinds of things.
    fn step(&mut self, dice: &mut Dice, kinds: i64) {
        let (p, t) = (dice.below(POSTS) + 1, dice.below(TAGS) + 1);
        let (post, tag) = (self.posts[p as usize - 1].clone(), self.tags[t as usize - 1].clone());
        match dice.below(kinds) {
            0 | 1 => {
                let added = post.tags.add(t).unwrap();
                assert!(added != self.links.contains(&(p, t)) || !post.tags.is_initialized());
                self.links.insert((p, t));
            }
            2 | 3 => {
                tag.posts.add(&post).unwrap();
                self.links.insert((p, t));
            }
            4 if post.tags.is_initialized() => {
                assert_eq!(post.tags.remove(&tag).unwrap(), self.links.remove(&(p, t)));
            }
            5 if tag.posts.is_initialized() => {
                assert_eq!(tag.posts.remove(p).unwrap(), self.links.remove(&(p, t)));
            }
            6 => {
                let tags = dice.some(TAGS);
                post.tags.set(tags.iter().copied()).unwrap();
                self.links.retain(|(of, _)| *of != p);
                self.links.extend(tags.into_iter().map(|tag| (p, tag)));
            }
            7 => {
                let posts = dice.some(POSTS);
                tag.posts.set(posts.iter().copied()).unwrap();
                self.links.retain(|(_, of)| *of != t);
                self.links.extend(posts.into_iter().map(|post| (post, t)));
            }
            8 => {
                post.tags.remove_all().unwrap();
                self.links.retain(|(of, _)| *of != p);
            }
            9 => drop(block_on(self.em.populate(&post, Post::tags.references()).refresh().into_future()).unwrap()),
            10 => drop(block_on(self.em.populate(&tag, Tag::posts.references()).refresh().into_future()).unwrap()),
            11 => {
                self.database.fail_next(["insert", "delete", "commit"][dice.below(3) as usize]);
                let _ = block_on(self.em.flush());
                self.database.fail_next("nothing");
            }
            12 => {
                block_on(async {
                    self.em.begin().await.unwrap();
                    self.em.flush().await.unwrap();
                });
                for _ in 0..dice.below(3) {
                    self.step(dice, 11);
                }
                block_on(async {
                    let _ = self.em.flush().await;
                    self.em.rollback().await.unwrap();
                });
            }
            _ => self.flush(),
        }
    }

    fn flush(&self) {
        block_on(self.em.flush()).unwrap();
    }
    fn check(&self) {
        for (post, id) in self.posts.iter().zip(1..).filter(|(post, _)| post.tags.is_initialized()) {
            let ids = post.tags.ids().unwrap();
            assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
            assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), self.tags_of(id), "post {id}");
        }
        for (tag, id) in self.tags.iter().zip(1..).filter(|(tag, _)| tag.posts.is_initialized()) {
            assert_eq!(tag.posts.ids().unwrap().into_iter().collect::<BTreeSet<_>>(), self.posts_of(id), "tag {id}");
        }
    }
}

/// spec: U64, U65, U68, S209
#[test]
fn links_are_what_a_set_of_pairs_would_be() {
    let (database, orm) = blog();
    let em = orm.em();
    let mut program = Program { database, orm, em, posts: Vec::new(), tags: Vec::new(), links: BTreeSet::new() };
    for seed in 0..if cfg!(miri) { 3 } else { 100 } {
        let mut dice = Dice(seed);
        program.start();
        for _ in 0..40 {
            // (what is looked at stays, whatever becomes of the collection)
            let known: Vec<_> = program.posts.iter().map(|post| (post.tags.known(), post.tags.known().len())).collect();
            let first = known.iter().find_map(|(items, _)| items.first()).map(|item| (item.clone(), item.id()));
            drop(known);
            program.step(&mut dice, 14);
            program.check();
            if let Some((item, id)) = first {
                assert_eq!(item.id(), id);
            }
        }
        program.flush();
        assert_eq!(program.database.links(&program.orm, "Post.tags"), program.links, "seed {seed}");
        assert!(program.posts.iter().all(|post| !post.tags.is_dirty()), "seed {seed}");
        block_on(program.em.flush()).unwrap();
    }
}

#[test]
fn nothing_is_changed_that_nothing_would_store() {
    let (_database, orm) = blog();
    let em = orm.em();
    let (post, tags) = block_on(async { (em.find_one_or_fail::<Post>(1).await.unwrap(), em.find::<Tag>().await.unwrap()) });
    drop(em);
    assert!(post.tags.add(&tags[0]).is_err() && tags[1].posts.set([&post]).is_err());
    assert!(post.tags.known().is_empty() && tags[1].posts.known().is_empty());
}
