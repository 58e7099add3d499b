//! What an admin does with the accounts of others: another role, closed or open, and an invite to have one.

use utoipa::ToSchema;

use super::accounts::Role;
use super::draft::{Draft, Fields};

/// The roles of accounts, by their names.
const ROLES: [(&str, Role); 3] = [("member", Role::Member), ("caretaker", Role::Caretaker), ("admin", Role::Admin)];

/// A change of an account. What is absent stays.
#[derive(Debug, Clone, Copy, Default, ToSchema)]
pub struct AccountChange {
    /// `member`, `caretaker` or `admin`.
    #[schema(value_type = Option<String>, pattern = "^(member|caretaker|admin)$")]
    pub role: Option<Role>,
    /// Whether nobody can sign in to it. Closing it ends its sessions and tokens.
    pub disabled: Option<bool>,
}

impl Draft for AccountChange {
    fn read(fields: &mut Fields<'_>) -> Self {
        let role = if fields.is_set("role") { fields.literal("role", &ROLES) } else { None };
        let disabled = fields.is_set("disabled").then(|| fields.flag("disabled"));
        Self { role, disabled }
    }
}

/// A wish to invite somebody.
#[derive(Debug, Clone, Copy, ToSchema)]
pub struct InviteDraft {
    /// `member`, `caretaker` or `admin`: what the account will be.
    #[schema(value_type = String, pattern = "^(member|caretaker|admin)$")]
    pub role: Role,
    /// How many days the invite is good for; 7 where nothing is sent.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 366)]
    pub expires_in_days: i64,
}

impl Default for InviteDraft {
    fn default() -> Self {
        Self { role: Role::Member, expires_in_days: 7 }
    }
}

impl Draft for InviteDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        let role = fields.literal("role", &ROLES).unwrap_or(Role::Member);
        Self { role, expires_in_days: fields.optional_int("expires_in_days", 1..=366, 7) }
    }
}
