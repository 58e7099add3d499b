//! `catatlas user`: accounts from the shell, with a server running and without.

use serde_json::json;

use crate::support::{Atlas, Folder, PASSWORD, wait_for};

#[test]
fn accounts_are_made_listed_and_changed_without_a_server() {
    let folder = Folder::new();
    let said = folder.user(&["add", "Mina", "--role", "admin"], &format!("{PASSWORD}\n")).succeeds();
    assert!(!said.words().contains(PASSWORD), "{said:?}");
    folder.user(&["add", "mo"], &format!("{PASSWORD}\r\n")).succeeds();
    let again = folder.user(&["add", "mina"], PASSWORD).fails();
    assert!(again.stderr.contains("mina already"), "{again:?}");
    folder.user(&["role", "MO", "caretaker"], "").succeeds();
    folder.user(&["disable", "mo"], "").succeeds();
    let list = folder.user(&["list"], "").succeeds().stdout;
    let lines: Vec<Vec<&str>> = list.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!([lines[0][0], lines[0][1], lines[1][0], lines[1][1]], ["Mina", "admin", "mo", "caretaker"]);
    assert_eq!([lines[0].len(), lines[1].len()], [3, 4], "closed since: {list}");
    folder.serve().login("mina", PASSWORD).is(200);
}

#[test]
fn what_the_shell_says_holds_at_once_while_the_server_runs() {
    let atlas = Atlas::empty();
    let mina = atlas.person("mina", "member");
    let token =
        mina.post("/auth/tokens", &json!({"name": "script", "scopes": ["read"]})).is(201).json()["token"].as_str().unwrap().to_owned();
    let header = format!("Bearer {token}");
    let by_token = || atlas.request("GET", "/auth/me", &[("authorization", &header)], &json!(null)).status;
    assert_eq!(by_token(), 200);
    atlas.folder().user(&["role", "mina", "admin"], "").succeeds();
    mina.get("/admin/audit").is(200);
    atlas.folder().user(&["role", "mina", "member"], "").succeeds();
    mina.get("/admin/audit").is(403);

    atlas.folder().user(&["disable", "mina"], "").succeeds();
    assert!(!mina.is_known());
    assert_eq!(by_token(), 401);
    atlas.post("/auth/refresh", &json!({ "refresh_token": mina.refresh_token })).is(401);
    atlas.login("mina", PASSWORD).is(403).has_code("ACCOUNT_DISABLED");
    atlas.login("mina", "three mice in a row").is(401).has_code("WRONG_CREDENTIALS");
    atlas.folder().user(&["disable", "mina", "--undo"], "").succeeds();
    assert!(!mina.is_known(), "what has ended stays so");
    assert!(atlas.sign_in("mina").is_known());
}

#[test]
fn a_new_password_ends_what_was_signed_in_with_the_old_one() {
    let atlas = Atlas::empty();
    let mina = atlas.person("mina", "member");
    atlas.folder().user(&["passwd", "mina"], "five mice in a row\n").succeeds();
    assert!(!mina.is_known());
    atlas.login("mina", PASSWORD).is(401);
    atlas.login("mina", "five mice in a row").is(200);
}

#[test]
fn what_will_not_do_is_refused_in_words() {
    let folder = Folder::new();
    folder.serve().stop().succeeds();
    for (arguments, input, word) in [
        (&["add", "m"][..], PASSWORD, "2 to 32"),
        (&["add", "mí"], PASSWORD, "letters"),
        (&["add", "mina"], "short", "8 to 200"),
        (&["add", "mina"], "", "8 to 200"),
        (&["add", "mina"], "password1\n", "first"),
        (&["add", "mina", "--role", "visitor"], PASSWORD, "visitor"),
        (&["role", "nobody", "admin"], "", "no account nobody"),
        (&["passwd", "nobody"], PASSWORD, "no account nobody"),
        (&["disable", "nobody"], "", "no account nobody"),
        (&["invite", "--days", "0"], "", "0"),
    ] {
        let refused = folder.user(arguments, input).fails();
        assert!(refused.stderr.contains(word), "{arguments:?}: {refused:?}");
    }
    assert_eq!(folder.user(&["list"], "").succeeds().stdout.lines().count(), 1, "nobody was added");
}

#[test]
fn a_database_that_is_not_ours_is_refused_and_one_of_the_predecessors_adopted_first() {
    let folder = Folder::new();
    std::fs::write(folder.database(), "Dear diary, saw a cat.").unwrap();
    folder.user(&["list"], "").fails();
    let folder = Folder::with("legacy/v3.db");
    folder.user(&["add", "mina"], PASSWORD).succeeds();
    let atlas = folder.serve();
    assert_eq!(atlas.count(), 60);
    atlas.login("mina", PASSWORD).is(200);
}

#[test]
fn many_accounts_are_made_while_the_server_writes() {
    let atlas = Atlas::empty();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| (0..200).map(|number| atlas.sighting(&format!("cat {number}"))).count());
        let adding: Vec<_> = (0..4)
            .map(|number| {
                let folder = atlas.folder();
                scope.spawn(move || {
                    folder.start(&[
                        "user",
                        "invite",
                        "--days",
                        &(number + 1).to_string(),
                        "--database",
                        folder.database().to_str().unwrap(),
                    ])
                })
            })
            .collect();
        for one in adding {
            one.join().unwrap().wait().succeeds();
        }
        assert_eq!(writing.join().unwrap(), 200);
    });
    assert_eq!(atlas.count(), 200);
    wait_for("health", || (atlas.get("/health").status == 200).then_some(()));
}

#[test]
fn production_starts_with_no_secret_that_can_be_guessed_and_no_origin_that_is_everybody() {
    let refused = [
        &["--jwt-secret", "short"][..],
        &["--jwt-secret", "your-secret-key-change-in-production"],
        &["--jwt-secret", "abababababababababababababababababababab"],
        &["--allowed-origins", "*"],
        &["--allowed-origins", "https://map.example.org,*"],
    ];
    for arguments in refused {
        let folder = Folder::new();
        let arguments = [arguments, &["--environment", "production"]].concat();
        let ended = folder.start_serving_with(&folder.database(), &arguments).wait().fails();
        assert!(ended.stderr.contains("JWT_SECRET") || ended.stderr.contains("ALLOWED_ORIGINS"), "{ended:?}");
        assert!(!ended.stderr.contains("change-in-production"), "a secret is told to nobody: {ended:?}");
        assert!(folder.contents().is_empty(), "refused before anything was made: {:?}", folder.file_names());
    }
    for arguments in
        [&["--environment", "production"][..], &["--environment", "production", "--jwt-secret", "kV3-9wq_Zt7LmN2xYb8RcD5fGhJ1pQsU"]]
    {
        Atlas::serve_with(Folder::new(), arguments).get("/health").is(200);
    }
    let mut atlas = Atlas::serve_with(Folder::new(), &["--jwt-secret", "short"]);
    assert!(atlas.program().stderr().contains("JWT_SECRET can be guessed"));
}
