//! What a sequence may do. Places are counted among what there is, so that any sequence is one.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Which of the entities there are.
pub type At = u8;

#[derive(Debug, Clone)]
pub enum Operation {
    Team(Of<TeamOperation>),
    Badge(BadgeOperation),
    Player(Of<PlayerOperation>),
    Locker(LockerOperation),
    Skill(SkillOperation),
    Friend(FriendOperation),
    Flush,
    /// A flush whose future is polled so often and dropped then.
    DropFlush {
        polls: u8,
    },
    /// A flush in which the subscriber's so manieth event fails; then one in which none does.
    FailFlush {
        event: u8,
    },
    /// Everything that is pending is forgotten.
    Clear,
    /// All entities are read again, with everything populated.
    Refetch,
    /// Operations in a transaction, which is committed or rolled back (and the entity manager cleared then).
    Transaction {
        operations: Vec<Operation>,
        commit: bool,
    },
}

/// What one entity has done to it.
#[derive(Debug, Clone)]
pub struct Of<T> {
    pub at: At,
    pub what: T,
}

#[derive(Debug, Clone)]
pub enum TeamOperation {
    New,
    Rename(u8),
    /// A player, from the inverse side.
    Add(At),
    /// One of its players.
    TakeOut(At),
    TakeOutAll,
    Replace(Vec<At>),
    Load,
    Remove,
}

#[derive(Debug, Clone)]
pub enum BadgeOperation {
    New {
        team: At,
    },
    Rename {
        badge: At,
        name: u8,
    },
    /// Into another team's.
    Move {
        badge: At,
        team: At,
    },
    /// Of the other team, which is set at the badge.
    Set {
        badge: At,
        team: At,
    },
    TakeOut {
        badge: At,
    },
    TakeOutAll {
        team: At,
    },
    Load {
        team: At,
    },
    Remove {
        badge: At,
    },
}

#[derive(Debug, Clone)]
pub enum PlayerOperation {
    New {
        number: Option<u8>,
        team: Option<At>,
        mentor: Option<At>,
        skills: Vec<At>,
    },
    Rename(u8),
    Number(Option<u8>),
    /// From the owning side.
    Team(Option<At>),
    Mentor(Option<At>),
    AddPupil(At),
    LoadPupils,
    Remove,
}

#[derive(Debug, Clone)]
pub enum LockerOperation {
    New {
        player: Option<At>,
    },
    Rename {
        locker: At,
        name: u8,
    },
    /// From the owning side.
    Give {
        player: At,
        locker: Option<At>,
    },
    /// From the inverse side.
    Assign {
        locker: At,
        player: Option<At>,
    },
    Remove {
        locker: At,
    },
}

#[derive(Debug, Clone)]
pub enum SkillOperation {
    New,
    Rename {
        skill: At,
        name: u8,
    },
    Add {
        player: At,
        skill: At,
    },
    /// From the inverse side.
    AddPlayer {
        skill: At,
        player: At,
    },
    TakeOut {
        player: At,
        which: At,
    },
    TakeOutPlayer {
        skill: At,
        which: At,
    },
    Replace {
        player: At,
        skills: Vec<At>,
    },
    TakeOutAll {
        player: At,
    },
    TakeOutAllPlayers {
        skill: At,
    },
    Load {
        player: At,
    },
    LoadPlayers {
        skill: At,
    },
    Remove {
        skill: At,
    },
}

#[derive(Debug, Clone)]
pub enum FriendOperation {
    Add { player: At, friend: At },
    TakeOut { player: At, which: At },
    Replace { player: At, friends: Vec<At> },
    Load { player: At },
}

/// Numbers from a small range: some have to come twice.
fn number() -> impl Strategy<Value = Option<u8>> {
    option::weighted(0.5, 0..4_u8)
}
fn at() -> impl Strategy<Value = At> {
    any::<At>()
}
fn maybe() -> impl Strategy<Value = Option<At>> {
    option::weighted(0.7, any::<At>())
}
fn some() -> impl Strategy<Value = Vec<At>> {
    vec(any::<At>(), 0..4)
}
fn name() -> impl Strategy<Value = u8> {
    0..50_u8
}

fn team() -> impl Strategy<Value = Operation> {
    use TeamOperation::*;
    let what = prop_oneof![
        4 => Just(New),
        1 => name().prop_map(Rename),
        3 => at().prop_map(Add),
        2 => at().prop_map(TakeOut),
        1 => Just(TakeOutAll),
        1 => some().prop_map(Replace),
        1 => Just(Load),
        1 => Just(Remove),
    ];
    (at(), what).prop_map(|(at, what)| Operation::Team(Of { at, what }))
}

fn badge() -> impl Strategy<Value = Operation> {
    use BadgeOperation::*;
    let what = prop_oneof![
        4 => at().prop_map(|team| New { team }),
        1 => (at(), name()).prop_map(|(badge, name)| Rename { badge, name }),
        2 => (at(), at()).prop_map(|(badge, team)| Move { badge, team }),
        1 => (at(), at()).prop_map(|(badge, team)| Set { badge, team }),
        2 => at().prop_map(|badge| TakeOut { badge }),
        1 => at().prop_map(|team| TakeOutAll { team }),
        1 => at().prop_map(|team| Load { team }),
        1 => at().prop_map(|badge| Remove { badge }),
    ];
    what.prop_map(Operation::Badge)
}

fn player() -> impl Strategy<Value = Operation> {
    use PlayerOperation::*;
    let what = prop_oneof![
        5 => (number(), maybe(), maybe(), some())
            .prop_map(|(number, team, mentor, skills)| New { number, team, mentor, skills }),
        2 => name().prop_map(Rename),
        3 => number().prop_map(Number),
        3 => maybe().prop_map(Team),
        2 => maybe().prop_map(Mentor),
        1 => at().prop_map(AddPupil),
        1 => Just(LoadPupils),
        2 => Just(Remove),
    ];
    (at(), what).prop_map(|(at, what)| Operation::Player(Of { at, what }))
}

fn locker() -> impl Strategy<Value = Operation> {
    use LockerOperation::*;
    let what = prop_oneof![
        3 => maybe().prop_map(|player| New { player }),
        1 => (at(), name()).prop_map(|(locker, name)| Rename { locker, name }),
        3 => (at(), maybe()).prop_map(|(player, locker)| Give { player, locker }),
        3 => (at(), maybe()).prop_map(|(locker, player)| Assign { locker, player }),
        1 => at().prop_map(|locker| Remove { locker }),
    ];
    what.prop_map(Operation::Locker)
}

fn skill() -> impl Strategy<Value = Operation> {
    use SkillOperation::*;
    let what = prop_oneof![
        3 => Just(New),
        1 => (at(), name()).prop_map(|(skill, name)| Rename { skill, name }),
        3 => (at(), at()).prop_map(|(player, skill)| Add { player, skill }),
        3 => (at(), at()).prop_map(|(skill, player)| AddPlayer { skill, player }),
        2 => (at(), at()).prop_map(|(player, which)| TakeOut { player, which }),
        2 => (at(), at()).prop_map(|(skill, which)| TakeOutPlayer { skill, which }),
        2 => (at(), some()).prop_map(|(player, skills)| Replace { player, skills }),
        1 => at().prop_map(|player| TakeOutAll { player }),
        1 => at().prop_map(|skill| TakeOutAllPlayers { skill }),
        1 => at().prop_map(|player| Load { player }),
        1 => at().prop_map(|skill| LoadPlayers { skill }),
        1 => at().prop_map(|skill| Remove { skill }),
    ];
    what.prop_map(Operation::Skill)
}

fn friend() -> impl Strategy<Value = Operation> {
    use FriendOperation::*;
    let what = prop_oneof![
        3 => (at(), at()).prop_map(|(player, friend)| Add { player, friend }),
        2 => (at(), at()).prop_map(|(player, which)| TakeOut { player, which }),
        1 => (at(), some()).prop_map(|(player, friends)| Replace { player, friends }),
        1 => at().prop_map(|player| Load { player }),
    ];
    what.prop_map(Operation::Friend)
}

fn single() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => team(),
        5 => badge(),
        9 => player(),
        5 => locker(),
        7 => skill(),
        3 => friend(),
        7 => Just(Operation::Flush),
        1 => (0..6_u8).prop_map(|polls| Operation::DropFlush { polls }),
        2 => (0..12_u8).prop_map(|event| Operation::FailFlush { event }),
        2 => Just(Operation::Clear),
        1 => Just(Operation::Refetch),
    ]
}

/// Any sequence.
pub fn sequence() -> impl Strategy<Value = Vec<Operation>> {
    let within =
        |operations| (operations, any::<bool>()).prop_map(|(operations, commit)| Operation::Transaction { operations, commit });
    let savepoint = within(vec(single(), 1..6).boxed());
    let transaction = within(vec(prop_oneof![5 => single(), 1 => savepoint], 1..8).boxed());
    vec(prop_oneof![20 => single(), 1 => transaction], 1..40)
}
