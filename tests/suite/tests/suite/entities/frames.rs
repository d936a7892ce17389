//! What belongs to one owner, and is replaced.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Frames, and what is in and on them.
    Frames: Frame
}

#[derive(Entity)]
pub struct Frame {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    /// Must have a frame, and goes when another takes its place.
    #[orm(one_to_one, mapped_by = frame, orphan_removal)]
    pub picture: Option<Ref<Picture>>,
    /// Must have a frame, and stays.
    #[orm(one_to_one, mapped_by = frame)]
    pub receipt: Option<Ref<Receipt>>,
    /// Need not have a frame, and is not persisted with it.
    #[orm(one_to_one, mapped_by = frame, cascade())]
    pub caption: Option<Ref<Caption>>,
    #[orm(mapped_by = frame, orphan_removal)]
    pub hooks: Collection<Hook>,
    #[orm(mapped_by = frame)]
    pub owners: Collection<Collector>,
}

#[derive(Entity)]
pub struct Picture {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(one_to_one)]
    pub frame: Ref<Frame>,
}

#[derive(Entity)]
pub struct Receipt {
    #[orm(primary)]
    pub id: i64,
    #[orm(one_to_one)]
    pub frame: Ref<Frame>,
}

#[derive(Entity)]
pub struct Caption {
    #[orm(primary)]
    pub id: i64,
    pub text: String,
    #[orm(one_to_one)]
    pub frame: Option<Ref<Frame>>,
}

/// Its key is its frame and its place.
#[derive(Entity)]
pub struct Hook {
    #[orm(primary)]
    pub frame: Ref<Frame>,
    #[orm(primary)]
    pub place: i32,
    pub text: String,
    #[orm(unique)]
    pub code: Option<String>,
}

#[derive(Entity)]
pub struct Collector {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub frame: Option<Ref<Frame>>,
}

/// Frame 1 with a picture, a receipt, a caption and two hooks, and frame 2 with nothing.
pub async fn frames(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    em.create(
        Frame::builder()
            .name("one")
            .picture(Picture::builder().title("old"))
            .receipt(Receipt::builder())
            .caption(Caption::builder().text("old"))
            .hooks([Hook::builder().place(1).text("a").code("x"), Hook::builder().place(2).text("b")]),
    );
    em.create(Frame::builder().name("two"));
    em.flush().await?;
    t.forget();
    Ok(())
}
