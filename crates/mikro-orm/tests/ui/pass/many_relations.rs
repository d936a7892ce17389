// spec: S128
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Hub {
    #[orm(primary)]
    id: i64,
    text: Lazy<String>,
    r1: Option<Ref<Hub>>,
    r2: Option<Ref<Hub>>,
    r3: Option<Ref<Hub>>,
    r4: Option<Ref<Hub>>,
    r5: Option<Ref<Hub>>,
    r6: Option<Ref<Hub>>,
    r7: Option<Ref<Hub>>,
    r8: Option<Ref<Hub>>,
    r9: Option<Ref<Hub>>,
    r10: Option<Ref<Hub>>,
    r11: Option<Ref<Hub>>,
    r12: Option<Ref<Hub>>,
    r13: Option<Ref<Hub>>,
    r14: Option<Ref<Hub>>,
    r15: Option<Ref<Hub>>,
    r16: Option<Ref<Hub>>,
    r17: Option<Ref<Hub>>,
    r18: Option<Ref<Hub>>,
    r19: Option<Ref<Hub>>,
    #[orm(mapped_by = r1)]
    others: Collection<Hub>,
}

fn read(hub: &LoadedWith<Hub, (hub::r19, hub::others, With<hub::r7, (hub::text, hub::r8)>)>) -> usize {
    let seventh = hub[Hub::r7].as_ref().unwrap();
    hub[Hub::others].len() + seventh[Hub::text].len() + seventh[Hub::r8].iter().count() + hub[Hub::r19].iter().count()
}
// the order of hints does not matter
fn same(hub: LoadedWith<Hub, (hub::r1, hub::r12)>) -> LoadedWith<Hub, (hub::r12, hub::r1)> {
    hub
}

fn main() {
    let _ = (read, same);
    let _ = Hub::builder().text("..").r17(4).others([Hub::builder().text("..")]);
}
