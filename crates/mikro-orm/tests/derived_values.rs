//! What the derives make of defaults, callbacks, bases and nested builders, seen through an entity manager.

use mikro_orm::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};

static CLOCK: AtomicI64 = AtomicI64::new(0);

/// A clock that every look at advances.
fn now() -> i64 {
    CLOCK.fetch_add(1, Ordering::Relaxed) + 1
}

#[derive(BaseEntity)]
struct Base {
    #[orm(primary)]
    id: i64,
    #[orm(on_create = now)]
    created_at: i64,
    #[orm(on_update = |base| base.created_at.max(now()))]
    updated_at: i64,
    #[orm(default = "none")]
    label: String,
}

#[derive(Entity)]
struct Article {
    #[orm(extends)]
    base: Base,
    title: String,
    #[orm(on_create = |article| article.title.to_lowercase().replace(' ', "-"))]
    slug: String,
    // after `slug`, in the order of declaration: it sees what that one made
    #[orm(on_create = |article: &Article| Some(format!("/{}", article.slug)))]
    path: Option<String>,
    #[orm(on_update = |article| article.title.len() as i32)]
    length: i32,
    #[orm(default_raw = "41 + 1")]
    answer: i32,
    #[orm(version)]
    version: i32,
    #[orm(mapped_by = article)]
    notes: Collection<Note>,
}

#[derive(Entity)]
struct Note {
    #[orm(primary)]
    code: String,
    article: Ref<Article>,
    editor: Option<Ref<Editor>>,
    #[orm(on_create = |note| format!("{}!", note.code))]
    text: Lazy<String>,
}

#[derive(Entity)]
struct Editor {
    #[orm(primary)]
    code: String,
}

async fn orm() -> mikro_orm::Result<Orm> {
    let orm = Orm::builder("sqlite::memory:").entities(entities![Article]).build().await?;
    orm.schema().create().await?;
    Ok(orm)
}

/// spec: S047, S048, S045
#[tokio::test]
async fn callbacks_fill_what_the_builder_leaves_open_in_order() -> mikro_orm::Result<()> {
    let em = orm().await?.em();
    let article = em.create(Article::builder().title("Of Oaths"));
    // before any flush
    assert_eq!(article.slug, "of-oaths");
    assert_eq!(article.path.as_deref(), Some("/of-oaths"));
    assert_eq!((article.length, article.label.as_str()), (8, "none"));
    assert!(article.created_at > 0 && article.updated_at > 0);

    let given = em.create(Article::builder().title("Of Oaths").slug("vows").path(None).length(1).label("x").created_at(7));
    assert_eq!(given.slug, "vows");
    // null counts as not given
    assert_eq!(given.path.as_deref(), Some("/vows"));
    assert_eq!((given.length, given.label.as_str(), given.created_at), (1, "x", 7));
    Ok(())
}

/// spec: S049, S050, Y144
#[tokio::test]
async fn callbacks_follow_changes_and_only_them() -> mikro_orm::Result<()> {
    let em = orm().await?.em();
    let article = em.create(Article::builder().title("Oaths"));
    em.flush().await?;
    assert_eq!((article.answer, article.version, article.id), (42, 1, 1));
    let (created, updated) = (article.created_at, article.updated_at);

    em.flush().await?;
    assert_eq!((article.updated_at, article.version), (updated, 1));

    article.edit().title = "More oaths".into();
    em.flush().await?;
    assert_eq!((article.length, article.version, article.created_at), (10, 2, created));
    assert!(article.updated_at > updated);
    assert_eq!(article.slug, "oaths");
    Ok(())
}

/// spec: S020, S023, S024, S025
#[tokio::test]
async fn base_fields_are_the_entity_s() -> mikro_orm::Result<()> {
    let em = orm().await?.em();
    em.create(Article::builder().title("a").created_at(3));
    em.create(Article::builder().title("b").created_at(9));
    em.flush().await?;
    em.clear();
    let found = em.find::<Article>().filter(Article::created_at.gt(5)).order_by(Article::id.desc()).await?;
    assert_eq!(found.len(), 1);
    // an entity derefs to its base, and so does its draft
    found[0].edit().label = "later".into();
    em.flush().await?;
    em.clear();
    assert_eq!(em.find_one_or_fail::<Article>(2).await?.label, "later");
    let columns: Vec<_> = Article::descriptor().fields.iter().map(|field| field.name).collect();
    assert_eq!(columns[..5], ["id", "created_at", "updated_at", "label", "title"]);
    Ok(())
}

/// spec: S128
#[tokio::test]
async fn items_of_a_collection_need_not_name_their_owner() -> mikro_orm::Result<()> {
    let em = orm().await?.em();
    let article = em.create(
        Article::builder()
            .title("a")
            .notes([Note::builder().code("n1").editor(Editor::builder().code("e1")), Note::builder().code("n2").text("given")]),
    );
    em.flush().await?;
    em.clear();
    let notes = em.find::<Note>().filter(Note::article.eq(&article)).populate((Note::text, Note::editor)).await?;
    let texts: Vec<&str> = notes.iter().map(|note| note[Note::text].as_str()).collect();
    assert_eq!(texts, ["n1!", "given"]);
    assert_eq!(notes[0][Note::editor].as_ref().map(|editor| editor.code.as_str()), Some("e1"));
    Ok(())
}

/// spec: S002
#[tokio::test]
async fn text_keys_are_given_as_text() -> mikro_orm::Result<()> {
    let em = orm().await?.em();
    let article = em.create(Article::builder().title("a"));
    em.create(Editor::builder().code("e1"));
    em.create(Note::builder().code("n1").article(&article).editor("e1"));
    em.flush().await?;
    em.clear();
    let note = em.find_one_or_fail::<Note>("n1").populate(Note::editor).await?;
    assert_eq!(note.editor.as_ref().and_then(|editor| editor.id()).as_deref(), Some("e1"));
    assert_eq!(em.count::<Note>(Note::editor.eq(String::from("e1"))).await?, 1);
    assert_eq!(em.count::<Note>(Note::editor.in_(["e1", "e2"])).await?, 1);
    Ok(())
}
