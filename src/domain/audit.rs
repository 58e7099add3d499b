//! The record of what was done by whom.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::accounts::{Account, Permit};

/// One line of the record, as it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AuditLine {
    pub id: i64,
    pub at: String,
    /// The account that did it; none for the shell, and for somebody who was not signed in.
    pub actor_id: Option<i64>,
    /// The name that account had then.
    pub actor: String,
    pub deed: String,
    pub object: String,
    pub object_id: Option<i64>,
    #[schema(value_type = Option<Object>)]
    pub details: Value,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub id: Option<i64>,
    pub name: String,
}

impl Actor {
    /// Somebody at the command line of the machine.
    #[must_use]
    pub fn shell() -> Self {
        Self { id: None, name: "shell".to_owned() }
    }
}

impl From<&Account> for Actor {
    fn from(account: &Account) -> Self {
        Self { id: Some(account.id), name: account.username.clone() }
    }
}

/// Something done that is put on record: `deed` is a verb, `object` the noun it was done to.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    pub deed: &'static str,
    pub object: &'static str,
    pub object_id: i64,
    pub details: Value,
}

impl Deed {
    #[must_use]
    pub fn new(deed: &'static str, object: &'static str, object_id: i64) -> Self {
        Self { deed, object, object_id, details: Value::Null }
    }

    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}

impl Permit {
    /// Whom the record names for what is done with this permit. Nobody, where anybody who comes by may do it: it is no privilege then.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        self.account().filter(|_| self.act.is_privileged()).map(Actor::from)
    }
}
