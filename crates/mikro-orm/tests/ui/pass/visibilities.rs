// spec: S001
mod outer {
    use mikro_orm::prelude::*;

    pub(crate) mod inner {
        use mikro_orm::prelude::*;

        #[derive(Entity)]
        pub(super) struct ForParent {
            #[orm(primary)]
            pub(super) id: i64,
            pub(super) next: Option<Ref<ForParent>>,
            #[orm(mapped_by = next)]
            before: Collection<ForParent>,
        }
        #[derive(Entity)]
        pub(in crate::outer) struct ForPath {
            #[orm(primary)]
            id: i64,
            next: Option<Ref<ForPath>>,
        }
        #[derive(Entity)]
        pub(crate) struct ForCrate {
            #[orm(primary)]
            id: i64,
            parent: Option<Ref<ForCrate>>,
        }
        #[derive(Entity)]
        pub(self) struct ForSelf {
            #[orm(primary)]
            id: i64,
            next: Option<Ref<ForSelf>>,
        }
        #[derive(Entity)]
        struct Private {
            #[orm(primary)]
            id: i64,
            next: Option<Ref<Private>>,
        }
        pub fn f() {
            let _ = ForSelf::builder().next(7);
            let _ = Private::builder().next(7);
        }
    }
    pub(self) fn f(a: &LoadedWith<inner::ForParent, inner::for_parent::next>) -> i64 {
        let _ = inner::ForPath::builder().next(7);
        a[inner::ForParent::next].as_ref().map_or(a.id, |next| next.id)
    }
    pub fn g() {
        let _ = f;
    }
}

fn main() {
    outer::inner::f();
    outer::g();
    let _ = outer::inner::ForCrate::builder().id(7);
}
