//! Who may do what, found out by doing it: every route, by everybody, to what is theirs, somebody's, nobody's and nothing at all.
//!
//! `tests/role-matrix.md` is what comes out, for people to read: `CATATLAS_WRITE_MATRIX=1 cargo test --test api roles`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use catatlas::auth::tokens::Signer;
use catatlas::backups::Place;
use catatlas::domain::accounts::{Access, Act, Reach, Role};
use catatlas::domain::draft::{Draft, Fields};
use catatlas::domain::invalid::Invalid;
use catatlas::domain::photos::Taken;
use catatlas::http::{self, Gate};
use catatlas::store::{Db, StoreError, Tx, accounts, analyses, cats, comments, entries, file, not_same, photos, sessions, tokens};
use jiff::Timestamp;
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::asynchronous::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server;

/// These routes let somebody in or out: what they do depends on what is shown there, and `blackbox/accounts` tests it.
const DOORS: [&str; 6] =
    ["GET /metrics", "POST /auth/login", "POST /auth/logout", "POST /auth/refresh", "POST /auth/register", "POST /auth/setup"];

const ABSENT: i64 = 999_999;

const NAMES: [&str; 8] = ["<entry_id>", "<other_id>", "<cat_id>", "<comment_id>", "<session_id>", "<token_id>", "<account_id>", "<hash>"];

/// The smallest picture there is.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

/// Whose thing something is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Others,
    Nobodys,
    /// There is no such thing.
    Absent,
}

const WHOSE: [Whose; 4] = [Whose::Own, Whose::Others, Whose::Nobodys, Whose::Absent];

/// An atlas with an account of every role, one that owns what is others', and one that is closed.
struct House {
    client: Client,
    db: Db,
    signer: Signer,
    access: Access,
    backup: String,
    _folder: TempDir,
}

/// Somebody who sends requests.
struct Person {
    name: &'static str,
    role: Role,
    id: Option<i64>,
    token: Option<String>,
}

impl House {
    async fn new(access: Access) -> Self {
        let folder = TempDir::new().unwrap();
        let prepared = file::prepare(&folder.path().join("atlas.db"), Timestamp::now()).unwrap();
        let backup = Place::new(&prepared.file, None, None).make(Timestamp::now()).unwrap().shelved().name;
        let (db, signer) = (Db::open(&prepared.file, 2).unwrap(), Signer::new("the secret of this test"));
        let client = Client::untracked(server::on(db.clone(), Gate::new(access, signer.clone()))).await.unwrap();
        Self { client, db, signer, access, backup, _folder: folder }
    }

    async fn person(&self, name: &'static str, role: Role, is_disabled: bool) -> Person {
        let (id, token) = server::account(&self.db, &self.signer, name, role).await;
        let since = is_disabled.then(Timestamp::now);
        self.db.write::<_, StoreError, _>(move |tx| accounts::set_disabled(tx, id, since)).await.unwrap();
        Person { name, role, id: Some(id), token: Some(token) }
    }

    /// The status of a route, asked by somebody for what they would do it to.
    async fn ask(&self, route: &str, person: &Person, things: &Things) -> Status {
        let (method, uri) = route.split_once(' ').unwrap();
        let path = things.names.iter().fold(uri.replace("<_..>", "x"), |path, (name, value)| path.replace(name, value));
        let query = if path.contains("by-area") { "?lat=1&lon=2" } else { "" };
        let mut request = self.client.req(method.parse::<Method>().unwrap(), path + query);
        if let Some(token) = &person.token {
            request.add_header(Header::new("Authorization", format!("Bearer {token}")));
        }
        if let Some((kind, body)) = body(route, things) {
            request = request.header(kind).body(body);
        }
        request.dispatch().await.status()
    }

    /// New things that this account has made, or nobody.
    async fn things(&self, created_by: Option<i64>) -> Things {
        let now = Timestamp::now();
        let mark = format!("{now} {created_by:?}");
        let mut names = self.db.write(move |tx| make(tx, created_by, &mark, now)).await.unwrap();
        names.insert("<backup>", self.backup.clone());
        Things { names }
    }
}

/// What things are called in an address, by what paths call them.
struct Things {
    names: BTreeMap<&'static str, String>,
}

impl Things {
    fn absent() -> Self {
        let names = NAMES.map(|name| (name, if name == "<hash>" { "0".repeat(64) } else { ABSENT.to_string() }));
        let backup = ("<backup>", "atlas-20000101T000000.000Z.tar.zst".to_owned());
        Self { names: names.into_iter().chain([backup]).collect() }
    }
}

fn draft<T: Draft>(json: &Value) -> T {
    T::read(&mut Fields::new(json.as_object().unwrap(), &mut Invalid::default()))
}

fn make(tx: &Tx<'_>, by: Option<i64>, mark: &str, now: Timestamp) -> Result<BTreeMap<&'static str, String>, StoreError> {
    use catatlas::domain::{analysis, cats::CatDraft, comments::NewComment, entries::EntryDraft, photos::NewPhoto, tokens::NewToken};
    let new =
        draft::<EntryDraft>(&json!({"text": "a cat", "location": "Mill Lane", "location_lat": 1, "location_lon": 2})).validate().unwrap();
    let [entry, other] = [entries::insert(tx, &new, by, now)?.id, entries::insert(tx, &new, by, now)?.id];
    let cat = cats::insert(tx, &draft::<CatDraft>(&json!({})).validate(), by, now)?.id;
    entries::assign(tx, entry, cat)?;
    analyses::keep(tx, entry, &analysis::analyze("a cat"), now)?;
    not_same::keep(tx, entry, other, by, now)?;
    let comment = comments::insert(tx, cat, &draft::<NewComment>(&json!({"author_name": "Jo", "content": "hello"})), by, now)?.id;
    let (session, token) = match by {
        None => (ABSENT, ABSENT),
        Some(id) => {
            let new = draft::<NewToken>(&json!({"name": "script", "scopes": ["read"]}));
            (sessions::begin(tx, id, None, mark, now)?, tokens::insert(tx, id, &new, mark, now)?.id)
        }
    };
    let photo = NewPhoto::new(b"photo".into(), b"thumb".into(), Taken::default());
    photos::keep(tx, &photo, now)?;
    // Accounts are nobody's things: one of somebody who never signs in.
    let account = accounts::insert(tx, &format!("a{}", now.as_nanosecond()), Role::Member, "$argon2id$none", now)?
        .map_or(ABSENT, |account| account.id);
    let ids = [entry, other, cat, comment, session, token, account].map(|id| id.to_string());
    Ok(NAMES.into_iter().zip(ids.into_iter().chain([photo.hash().to_string()])).collect())
}

/// A body that the route takes.
fn body(route: &str, things: &Things) -> Option<(ContentType, Vec<u8>)> {
    let id = |name| things.names[name].parse::<i64>().unwrap();
    let entry_ids = [id("<entry_id>"), id("<other_id>")];
    let json = match route {
        "POST /upload/image" => return Some(form("file")),
        "POST /entries/with-image" | "PATCH /entries/<entry_id>/image" => return Some(form("image")),
        "POST /entries" => json!({"text": "a cat"}),
        "PATCH /entries/<entry_id>" => json!({"nickname": "Mina"}),
        "POST /cats" | "PATCH /cats/<cat_id>" => json!({"name": "Mina"}),
        "POST /cats/from-sightings" | "POST /cats/<cat_id>/link-sightings" => json!({ "entry_ids": entry_ids }),
        "POST /cats/<cat_id>/comments" => json!({"author_name": "Jo", "content": "hello"}),
        "POST /cats/<cat_id>/insights" => json!({"mode": "care"}),
        "PATCH /admin/users/<account_id>" => json!({"role": "caretaker"}),
        "POST /admin/invites" => json!({"role": "member"}),
        "PATCH /admin/flags" => json!({"name": "new_cat_profiles"}),
        "POST /auth/tokens" => json!({"name": "script", "scopes": ["read"]}),
        _ => return None,
    };
    Some((ContentType::JSON, json.to_string().into_bytes()))
}

/// A form with a note and a picture in this field.
fn form(field: &str) -> (ContentType, Vec<u8>) {
    let note = "--x\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\na cat\r\n";
    let picture = format!("--x\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"cat\"\r\n\r\n");
    (
        ContentType::new("multipart", "form-data").with_params([("boundary", "x")]),
        [note.as_bytes(), picture.as_bytes(), GIF, b"\r\n--x--\r\n"].concat(),
    )
}

fn is_about_a_thing(route: &str) -> bool {
    (route.contains('<') && !route.contains("..")) || route == "POST /cats/from-sightings"
}

/// What the table says should come of it.
fn expected(route: &str, act: Act, access: Access, person: &Person, whose: Whose) -> &'static str {
    let is_signed_in = person.role != Role::Visitor;
    let is_there = whose != Whose::Absent || !route.contains('<');
    match access.reach(person.role, act) {
        _ if route.contains("..") => "absent",
        Reach::No if is_signed_in => "no",
        Reach::No => "sign in",
        // Others' sessions and tokens are nobody's business: as good as absent.
        Reach::Own if act == Act::KeepAccount && whose != Whose::Own => "absent",
        Reach::Any | Reach::Own if !is_there => "absent",
        Reach::Own if !matches!(whose, Whose::Own | Whose::Absent) => "no",
        Reach::Any | Reach::Own => "yes",
    }
}

fn word(status: Status, route: &str) -> &'static str {
    match status.code {
        200 | 201 | 204 => "yes",
        401 => "sign in",
        403 => "no",
        404 => "absent",
        other => panic!("{route} answers {other}: the test asks it wrongly"),
    }
}

/// Every answer of a route, in a row of the report; the wrong ones go to `wrong`.
async fn row(house: &House, route: &str, act: Act, people: &[Person], wrong: &mut Vec<String>) -> String {
    let others = people.iter().find(|person| person.name == "others").unwrap().id;
    let mut row = format!("| `{route}` | {} ", json!(act).as_str().unwrap().replace('_', " "));
    for person in people.iter().filter(|person| person.name != "others") {
        let mut found = Vec::new();
        for whose in WHOSE.into_iter().filter(|whose| is_about_a_thing(route) || *whose == Whose::Own) {
            let things = match whose {
                Whose::Own => house.things(person.id).await,
                Whose::Others => house.things(others).await,
                Whose::Nobodys => house.things(None).await,
                Whose::Absent => Things::absent(),
            };
            let answer = word(house.ask(route, person, &things).await, route);
            let right = match person.name {
                // Whoever shows what is worth nothing gets nothing but what needs nothing.
                "closed" | "unknown" if act != Act::Enter => "sign in",
                _ => expected(route, act, house.access, person, whose),
            };
            if answer != right {
                wrong.push(format!("{:?}: {route} by {} to {whose:?}: {answer} instead of {right}", house.access, person.name));
            }
            found.push(answer);
        }
        found.dedup();
        write!(row, "| {} ", found.join(" / ")).unwrap();
    }
    row + "|"
}

#[rocket::async_test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let mut report = "# Who may do what\n\nMade by `tests/api/roles.rs`, by doing it. Where a cell has four words, they are for one's own, others', nobody's and absent things;\nequal neighbours are one word. `sign in` is 401, `no` 403, `absent` 404.\n".to_owned();
    let mut wrong = Vec::new();
    for access in [Access::Community, Access::Open, Access::Private] {
        let house = House::new(access).await;
        let mut people = vec![Person { name: "visitor", role: Role::Visitor, id: None, token: None }];
        for (name, role, is_disabled) in [
            ("member", Role::Member, false),
            ("caretaker", Role::Caretaker, false),
            ("admin", Role::Admin, false),
            ("closed", Role::Admin, true),
            ("others", Role::Member, false),
        ] {
            people.push(house.person(name, role, is_disabled).await);
        }
        let unknown = server::token(&house.signer, ABSENT, ABSENT);
        people.push(Person { name: "unknown", role: Role::Admin, id: None, token: Some(unknown) });
        let names: Vec<&str> = people.iter().map(|person| person.name).filter(|name| *name != "others").collect();
        write!(report, "\n## {access:?}\n\n| route | act | {} |\n|---|---|{}\n", names.join(" | "), "---|".repeat(names.len())).unwrap();
        for (route, act) in http::acts().iter().filter(|(route, _)| !DOORS.contains(&route.as_str())) {
            writeln!(report, "{}", row(&house, route, *act, &people, &mut wrong).await).unwrap();
        }
        house.db.close();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/role-matrix.md");
    if std::env::var_os("CATATLAS_WRITE_MATRIX").is_some() {
        std::fs::write(&file, &report).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&file).unwrap_or_default(),
        report,
        "tests/role-matrix.md is out of date; its second line says how to write it"
    );
}

#[test]
fn every_door_is_a_route() {
    let acts = http::acts();
    for door in DOORS {
        assert!(acts.iter().any(|(route, act)| route == door && *act == Act::Enter), "{door}");
    }
}
