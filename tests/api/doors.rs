//! What goes on at the doors that no answer shows: how many hashes are computed.

use catatlas::auth::tokens::Signer;
use catatlas::domain::accounts::{Access, Role};
use catatlas::http::Gate;
use catatlas::store::{Db, StoreError, accounts, file};
use jiff::Timestamp;
use rocket::http::ContentType;
use rocket::local::asynchronous::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server;

struct Door {
    client: Client,
    db: Db,
    _folder: TempDir,
}

impl Door {
    /// A door with one account, `mina` with the password `four mice in a row`.
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let prepared = file::prepare(&folder.path().join("atlas.db"), Timestamp::now()).unwrap();
        let db = Db::open(&prepared.file, 2).unwrap();
        let gate = Gate::new(Access::Community, Signer::new("the secret of this test"));
        let hash = gate.passwords.hash("four mice in a row".into()).await.unwrap();
        let add = move |tx: &catatlas::store::Tx<'_>| accounts::insert(tx, "mina", Role::Member, &hash, Timestamp::now());
        db.write::<_, StoreError, _>(add).await.unwrap().unwrap();
        let client = Client::untracked(server::on(db.clone(), gate)).await.unwrap();
        Self { client, db, _folder: folder }
    }

    fn computed(&self) -> u64 {
        self.client.rocket().state::<Gate>().unwrap().passwords.computed()
    }

    /// The status of a POST and the hashes it took.
    async fn post(&self, path: &str, body: &Value) -> (u16, u64) {
        let before = self.computed();
        let status = self.client.post(path.to_owned()).header(ContentType::JSON).body(body.to_string()).dispatch().await.status();
        (status.code, self.computed() - before)
    }

    async fn login(&self, username: &str, password: &str) -> (u16, u64) {
        self.post("/auth/login", &json!({ "username": username, "password": password })).await
    }
}

#[rocket::async_test]
async fn an_unknown_name_takes_as_long_as_a_wrong_password() {
    let door = Door::new().await;
    assert_eq!(door.login("mina", "four mice in a row").await, (200, 1));
    assert_eq!(door.login("mina", "three mice in a row").await, (401, 1));
    assert_eq!(door.login("nobody", "three mice in a row").await, (401, 1));
    door.db.close();
}

#[rocket::async_test]
async fn who_guesses_too_often_costs_no_hash_any_more() {
    let door = Door::new().await;
    for name in ["mina", "nobody"] {
        for _ in 0..5 {
            assert_eq!(door.login(name, "three mice in a row").await, (401, 1));
        }
        assert_eq!(door.login(name, "four mice in a row").await, (429, 0), "{name}");
    }
    door.db.close();
}

#[rocket::async_test]
async fn nobody_who_may_not_come_in_has_a_password_hashed() {
    let door = Door::new().await;
    let mut wish = json!({"username": "mo", "password": "four mice in a row"});
    assert_eq!(door.post("/auth/register", &wish).await, (403, 0));
    wish["invite"] = json!("made up");
    assert_eq!(door.post("/auth/register", &wish).await, (403, 0));
    wish["token"] = json!("made up");
    assert_eq!(door.post("/auth/setup", &wish).await, (403, 0));
    wish["password"] = json!("short");
    assert_eq!(door.post("/auth/register", &wish).await, (422, 0));
    door.db.close();
}
