//! What a sequence may do. Places are counted among what there is, so that any sequence is one.

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
    Drill(DrillOperation),
    Course(CourseOperation),
    Passport(PassportOperation),
    Coach(CoachOperation),
    Fixture(FixtureOperation),
    Ticket(TicketOperation),
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
    Replace {
        team: At,
        badges: Vec<At>,
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
    /// Both get what the other has: number and locker.
    Swap(At),
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
    /// Made without being persisted, which follows or does not.
    NewApart {
        players: Vec<At>,
        joins: bool,
    },
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

/// What teams drill has an order.
#[derive(Debug, Clone)]
pub enum DrillOperation {
    Add {
        team: At,
        skill: At,
    },
    /// From the inverse side.
    AddTeam {
        skill: At,
        team: At,
    },
    TakeOut {
        team: At,
        which: At,
    },
    TakeOutTeam {
        skill: At,
        which: At,
    },
    Replace {
        team: At,
        skills: Vec<At>,
    },
    TakeOutAll {
        team: At,
    },
    Load {
        team: At,
    },
    LoadTeams {
        skill: At,
    },
}

#[derive(Debug, Clone)]
pub enum CourseOperation {
    New {
        players: Vec<At>,
    },
    Rename {
        course: At,
        name: u8,
    },
    Add {
        player: At,
        course: At,
    },
    /// From the inverse side.
    AddPlayer {
        course: At,
        player: At,
    },
    TakeOut {
        player: At,
        which: At,
    },
    TakeOutPlayer {
        course: At,
        which: At,
    },
    Replace {
        player: At,
        courses: Vec<At>,
    },
    ReplacePlayers {
        course: At,
        players: Vec<At>,
    },
    /// The table's own column.
    Grade {
        which: At,
        grade: u8,
    },
    Load {
        player: At,
    },
    LoadPlayers {
        course: At,
    },
    Remove {
        course: At,
    },
}

#[derive(Debug, Clone)]
pub enum PassportOperation {
    New {
        player: At,
    },
    Rename {
        passport: At,
        name: u8,
    },
    /// From the owning side.
    Set {
        passport: At,
        player: At,
    },
    /// From the inverse side.
    Assign {
        player: At,
        passport: Option<At>,
    },
    Remove {
        passport: At,
    },
}

#[derive(Debug, Clone)]
pub enum CoachOperation {
    New {
        team: Option<At>,
        whistle: Option<At>,
    },
    /// With a whistle that is new, too.
    NewWithWhistle,
    Rename {
        coach: At,
        name: u8,
    },
    /// From the owning side.
    Team {
        coach: At,
        team: Option<At>,
    },
    Add {
        team: At,
        coach: At,
    },
    TakeOut {
        team: At,
        which: At,
    },
    TakeOutAll {
        team: At,
    },
    Load {
        team: At,
    },
    Whistle {
        coach: At,
        whistle: Option<At>,
    },
    RemoveWhistle {
        whistle: At,
    },
    Remove {
        coach: At,
    },
}

#[derive(Debug, Clone)]
pub enum FixtureOperation {
    New { team: At, round: u8, referee: Option<At> },
    Rename { fixture: At, name: u8 },
    Referee { fixture: At, referee: Option<At> },
    TakeOut { fixture: At },
    TakeOutAll { team: At },
    Load { team: At },
    Remove { fixture: At },
}

#[derive(Debug, Clone)]
pub enum TicketOperation {
    New {
        fixture: Option<At>,
    },
    Rename {
        ticket: At,
        name: u8,
    },
    /// From the owning side.
    Fixture {
        ticket: At,
        fixture: Option<At>,
    },
    Add {
        fixture: At,
        ticket: At,
    },
    TakeOut {
        fixture: At,
        which: At,
    },
    Replace {
        fixture: At,
        tickets: Vec<At>,
    },
    Load {
        fixture: At,
    },
    Remove {
        ticket: At,
    },
}
