//! Who may do what: one table of acts and roles, and the permit that it gives for one request.

use serde::Serialize;
use utoipa::ToSchema;

use Reach::{Any, No, Own};

/// What somebody is to this atlas. Each may do what the one before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Nobody signed in.
    Visitor,
    /// Does as they like with what is their own.
    Member,
    /// Looks after everybody's sightings and cats.
    Caretaker,
    /// Sees who did what.
    Admin,
}

impl Role {
    /// Those that an account can have.
    pub const OF_ACCOUNTS: [Self; 3] = [Self::Member, Self::Caretaker, Self::Admin];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Member => "member",
            Self::Caretaker => "caretaker",
            Self::Admin => "admin",
        }
    }

    /// The role of an account by its name.
    #[must_use]
    pub fn of_account(name: &str) -> Option<Self> {
        Self::OF_ACCOUNTS.into_iter().find(|role| role.as_str() == name)
    }
}

/// What visitors may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Read, log sightings, comment and ask for analysis.
    Community,
    /// All that the predecessor let anybody do.
    Open,
    /// Nothing before they sign in.
    Private,
}

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Sees that the server is there: its page, its documents, its health, its door.
    Enter,
    Read,
    /// Logs a sighting.
    Log,
    Comment,
    /// Asks for an analysis, an insight or the place of a location.
    Analyze,
    AddCat,
    /// Says which sightings show which cat, or that two do not show the same.
    Link,
    /// Names a cat.
    Rename,
    /// Marks a sighting as a favourite.
    Favor,
    /// Gives a sighting another photo.
    ReplacePhoto,
    /// Changes a sighting.
    Edit,
    /// Has a place looked up anew that is known already.
    Relocate,
    /// Takes a sighting or a cat away.
    Delete,
    DeleteComment,
    /// Asks who they are.
    WhoAmI,
    /// Looks after their own sessions and tokens.
    KeepAccount,
    /// Looks after the accounts of others, and invites people.
    KeepAccounts,
    /// Reads what was done by whom.
    Audit,
    /// Sees how the server is doing, and switches features.
    Operate,
    /// Makes copies of everything, and takes them home.
    BackUp,
}

/// Over whose things somebody may do an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    No,
    /// What they made themselves.
    Own,
    Any,
}

impl Act {
    pub const ALL: [Self; 20] = [
        Self::Enter,
        Self::Read,
        Self::Log,
        Self::Comment,
        Self::Analyze,
        Self::AddCat,
        Self::Link,
        Self::Rename,
        Self::Favor,
        Self::ReplacePhoto,
        Self::Edit,
        Self::Relocate,
        Self::Delete,
        Self::DeleteComment,
        Self::WhoAmI,
        Self::KeepAccount,
        Self::KeepAccounts,
        Self::Audit,
        Self::Operate,
        Self::BackUp,
    ];

    /// The table: visitors by access, then accounts by role.
    #[rustfmt::skip]
    #[expect(clippy::match_same_arms, reason = "a table has a row for each act")]
    const fn row(self) -> ([Reach; 3], [Reach; 3]) {
        match self {
            //                    private community open   member caretaker admin
            Self::Enter         => ([Any, Any,      Any], [Any,   Any,      Any]),
            Self::Read          => ([No,  Any,      Any], [Any,   Any,      Any]),
            Self::Log           => ([No,  Any,      Any], [Any,   Any,      Any]),
            Self::Comment       => ([No,  Any,      Any], [Any,   Any,      Any]),
            Self::Analyze       => ([No,  Any,      Any], [Any,   Any,      Any]),
            Self::AddCat        => ([No,  No,       Any], [Any,   Any,      Any]),
            Self::Link          => ([No,  No,       Any], [Own,   Any,      Any]),
            Self::Rename        => ([No,  No,       Any], [Own,   Any,      Any]),
            Self::Favor         => ([No,  No,       Any], [Own,   Any,      Any]),
            Self::ReplacePhoto  => ([No,  No,       Any], [Own,   Any,      Any]),
            Self::Edit          => ([No,  No,       No ], [Own,   Any,      Any]),
            Self::Relocate      => ([No,  No,       Any], [Own,   Any,      Any]),
            Self::Delete        => ([No,  No,       No ], [Own,   Any,      Any]),
            Self::DeleteComment => ([No,  No,       Any], [Own,   Any,      Any]),
            Self::WhoAmI        => ([No,  No,       No ], [Own,   Own,      Own]),
            Self::KeepAccount   => ([No,  No,       No ], [Own,   Own,      Own]),
            Self::KeepAccounts  => ([No,  No,       No ], [No,    No,       Any]),
            Self::Audit         => ([No,  No,       No ], [No,    No,       Any]),
            Self::Operate       => ([No,  No,       No ], [No,    No,       Any]),
            Self::BackUp        => ([No,  No,       No ], [No,    No,       Any]),
        }
    }

    /// Whether it needs more than anybody has who comes by, and so is put on record.
    #[must_use]
    pub fn is_privileged(self) -> bool {
        Access::Community.reach(Role::Visitor, self) == No
    }
}

impl Access {
    /// Over whose things this role may do this act. Nobody may do less for having signed in.
    #[must_use]
    pub fn reach(self, role: Role, act: Act) -> Reach {
        let ([private, community, open], [member, caretaker, admin]) = act.row();
        let visitor = match self {
            Self::Private => private,
            Self::Community => community,
            Self::Open => open,
        };
        match role {
            Role::Visitor => visitor,
            Role::Member => visitor.max(member),
            Role::Caretaker => visitor.max(caretaker),
            Role::Admin => visitor.max(admin),
        }
    }
}

/// A stored account, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Account {
    pub id: i64,
    pub username: String,
    pub role: Role,
    #[serde(rename = "createdAt")]
    pub created_at: String,
    /// Since when nobody can sign in to it.
    #[serde(rename = "disabledAt", skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<String>,
}

/// Leave to do one act, as the table gives it to whoever asks.
#[derive(Debug, Clone)]
pub struct Permit {
    pub act: Act,
    reach: Reach,
    account: Option<Account>,
}

impl Permit {
    /// None where the table says no.
    #[must_use]
    pub fn of(access: Access, act: Act, account: Option<Account>) -> Option<Self> {
        let role = account.as_ref().map_or(Role::Visitor, |account| account.role);
        let reach = access.reach(role, act);
        (reach != No).then_some(Self { act, reach, account })
    }

    /// Whether it covers a thing that this account made, or nobody who was signed in.
    #[must_use]
    pub fn covers(&self, created_by: Option<i64>) -> bool {
        match self.reach {
            Any => true,
            Own => created_by.is_some() && created_by == self.account_id(),
            No => false,
        }
    }

    #[must_use]
    pub fn covers_everything(&self) -> bool {
        self.reach == Any
    }

    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// Who makes what is made with this permit.
    #[must_use]
    pub fn account_id(&self) -> Option<i64> {
        self.account.as_ref().map(|account| account.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCESSES: [Access; 3] = [Access::Private, Access::Community, Access::Open];
    const ROLES: [Role; 4] = [Role::Visitor, Role::Member, Role::Caretaker, Role::Admin];

    #[test]
    fn a_higher_role_and_a_wider_access_never_allow_less() {
        for act in Act::ALL {
            for access in ACCESSES {
                assert!(ROLES.map(|role| access.reach(role, act)).is_sorted(), "{access:?} {act:?}");
            }
            for role in ROLES {
                assert!(ACCESSES.map(|access| access.reach(role, act)).is_sorted(), "{role:?} {act:?}");
            }
        }
    }

    #[test]
    fn a_visitor_owns_nothing() {
        for (access, act) in ACCESSES.into_iter().flat_map(|access| Act::ALL.map(|act| (access, act))) {
            assert_ne!(access.reach(Role::Visitor, act), Own, "what nobody made is not everybody's: {access:?} {act:?}");
        }
    }

    #[test]
    fn a_member_may_change_their_own_things_and_no_others() {
        let account = Account { id: 7, username: "mina".into(), role: Role::Member, created_at: String::new(), disabled_at: None };
        let permit = Permit::of(Access::Community, Act::Edit, Some(account)).unwrap();
        assert_eq!([Some(7), Some(8), None].map(|created_by| permit.covers(created_by)), [true, false, false]);
    }
}
