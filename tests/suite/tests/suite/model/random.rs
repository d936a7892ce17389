//! Random sequences.

use super::operation::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

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
        1 => (at(), some()).prop_map(|(team, badges)| Replace { team, badges }),
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
        1 => at().prop_map(Swap),
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
        2 => (some(), any::<bool>()).prop_map(|(players, joins)| NewApart { players, joins }),
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

fn drill() -> impl Strategy<Value = Operation> {
    use DrillOperation::*;
    let what = prop_oneof![
        4 => (at(), at()).prop_map(|(team, skill)| Add { team, skill }),
        2 => (at(), at()).prop_map(|(skill, team)| AddTeam { skill, team }),
        2 => (at(), at()).prop_map(|(team, which)| TakeOut { team, which }),
        1 => (at(), at()).prop_map(|(skill, which)| TakeOutTeam { skill, which }),
        3 => (at(), some()).prop_map(|(team, skills)| Replace { team, skills }),
        1 => at().prop_map(|team| TakeOutAll { team }),
        1 => at().prop_map(|team| Load { team }),
        1 => at().prop_map(|skill| LoadTeams { skill }),
    ];
    what.prop_map(Operation::Drill)
}

fn course() -> impl Strategy<Value = Operation> {
    use CourseOperation::*;
    let what = prop_oneof![
        3 => some().prop_map(|players| New { players }),
        1 => (at(), name()).prop_map(|(course, name)| Rename { course, name }),
        3 => (at(), at()).prop_map(|(player, course)| Add { player, course }),
        2 => (at(), at()).prop_map(|(course, player)| AddPlayer { course, player }),
        2 => (at(), at()).prop_map(|(player, which)| TakeOut { player, which }),
        2 => (at(), at()).prop_map(|(course, which)| TakeOutPlayer { course, which }),
        2 => (at(), some()).prop_map(|(player, courses)| Replace { player, courses }),
        2 => (at(), some()).prop_map(|(course, players)| ReplacePlayers { course, players }),
        3 => (at(), 1..6_u8).prop_map(|(which, grade)| Grade { which, grade }),
        1 => at().prop_map(|player| Load { player }),
        1 => at().prop_map(|course| LoadPlayers { course }),
        1 => at().prop_map(|course| Remove { course }),
    ];
    what.prop_map(Operation::Course)
}

fn passport() -> impl Strategy<Value = Operation> {
    use PassportOperation::*;
    let what = prop_oneof![
        4 => at().prop_map(|player| New { player }),
        1 => (at(), name()).prop_map(|(passport, name)| Rename { passport, name }),
        3 => (at(), at()).prop_map(|(passport, player)| Set { passport, player }),
        3 => (at(), maybe()).prop_map(|(player, passport)| Assign { player, passport }),
        1 => at().prop_map(|passport| Remove { passport }),
    ];
    what.prop_map(Operation::Passport)
}

fn coach() -> impl Strategy<Value = Operation> {
    use CoachOperation::*;
    let what = prop_oneof![
        3 => (maybe(), maybe()).prop_map(|(team, whistle)| New { team, whistle }),
        2 => Just(NewWithWhistle),
        1 => (at(), name()).prop_map(|(coach, name)| Rename { coach, name }),
        2 => (at(), maybe()).prop_map(|(coach, team)| Team { coach, team }),
        2 => (at(), at()).prop_map(|(team, coach)| Add { team, coach }),
        1 => (at(), at()).prop_map(|(team, which)| TakeOut { team, which }),
        1 => at().prop_map(|team| TakeOutAll { team }),
        1 => at().prop_map(|team| Load { team }),
        3 => (at(), maybe()).prop_map(|(coach, whistle)| Whistle { coach, whistle }),
        1 => at().prop_map(|whistle| RemoveWhistle { whistle }),
        2 => at().prop_map(|coach| Remove { coach }),
    ];
    what.prop_map(Operation::Coach)
}

fn fixture() -> impl Strategy<Value = Operation> {
    use FixtureOperation::*;
    let what = prop_oneof![
        4 => (at(), 1..4_u8, maybe()).prop_map(|(team, round, referee)| New { team, round, referee }),
        1 => (at(), name()).prop_map(|(fixture, name)| Rename { fixture, name }),
        2 => (at(), maybe()).prop_map(|(fixture, referee)| Referee { fixture, referee }),
        2 => at().prop_map(|fixture| TakeOut { fixture }),
        1 => at().prop_map(|team| TakeOutAll { team }),
        1 => at().prop_map(|team| Load { team }),
        2 => at().prop_map(|fixture| Remove { fixture }),
    ];
    what.prop_map(Operation::Fixture)
}

fn ticket() -> impl Strategy<Value = Operation> {
    use TicketOperation::*;
    let what = prop_oneof![
        3 => maybe().prop_map(|fixture| New { fixture }),
        1 => (at(), name()).prop_map(|(ticket, name)| Rename { ticket, name }),
        2 => (at(), maybe()).prop_map(|(ticket, fixture)| Fixture { ticket, fixture }),
        2 => (at(), at()).prop_map(|(fixture, ticket)| Add { fixture, ticket }),
        1 => (at(), at()).prop_map(|(fixture, which)| TakeOut { fixture, which }),
        1 => (at(), some()).prop_map(|(fixture, tickets)| Replace { fixture, tickets }),
        1 => at().prop_map(|fixture| Load { fixture }),
        1 => at().prop_map(|ticket| Remove { ticket }),
    ];
    what.prop_map(Operation::Ticket)
}

/// What concerns all relations.
fn whole() -> impl Strategy<Value = Operation> {
    prop_oneof![
        7 => Just(Operation::Flush),
        1 => (0..6_u8).prop_map(|polls| Operation::DropFlush { polls }),
        2 => (0..12_u8).prop_map(|event| Operation::FailFlush { event }),
        2 => Just(Operation::Clear),
        1 => Just(Operation::Refetch),
    ]
}

type Single = BoxedStrategy<Operation>;

/// A sequence of such operations, some of them within a transaction.
fn sequence_of(single: Single) -> impl Strategy<Value = Vec<Operation>> {
    let single = prop_oneof![4 => single, 1 => whole()].boxed();
    let within =
        |operations| (operations, any::<bool>()).prop_map(|(operations, commit)| Operation::Transaction { operations, commit });
    let savepoint = within(vec(single.clone(), 1..6).boxed());
    let transaction = within(vec(prop_oneof![5 => single.clone(), 1 => savepoint], 1..8).boxed());
    vec(prop_oneof![20 => single, 1 => transaction], 1..40)
}

/// Any sequence: of all operations, or, so that they meet more often, of those on some relations.
pub fn sequence() -> impl Strategy<Value = Vec<Operation>> {
    let most = prop_oneof![6 => team(), 5 => badge(), 9 => player(), 5 => locker(), 7 => skill(), 3 => friend()];
    let all = prop_oneof![
        4 => team(), 3 => badge(), 6 => player(), 3 => locker(), 4 => skill(), 2 => friend(), 4 => drill(), 5 => course(),
        4 => passport(), 5 => coach(), 5 => fixture(), 4 => ticket()
    ];
    let ordered = prop_oneof![1 => team(), 1 => skill(), 2 => drill()];
    let courses = prop_oneof![1 => player(), 2 => course()];
    let ones = prop_oneof![3 => player(), 2 => locker(), 3 => passport()];
    let cascades = prop_oneof![1 => team(), 3 => coach()];
    let composite = prop_oneof![2 => team(), 1 => player(), 4 => fixture(), 3 => ticket()];
    prop_oneof![
        3 => sequence_of(most.boxed()),
        3 => sequence_of(all.boxed()),
        1 => sequence_of(ordered.boxed()),
        1 => sequence_of(courses.boxed()),
        1 => sequence_of(ones.boxed()),
        1 => sequence_of(cascades.boxed()),
        1 => sequence_of(composite.boxed()),
    ]
}
