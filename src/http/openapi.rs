//! The description of the API: what is written at the handlers and at the types they take and answer, in one document.

use std::sync::LazyLock;

use rocket::get;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ContentBuilder, KnownFormat, ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder, SchemaFormat, Type};
use utoipa::{Modify, OpenApi as _, ToSchema};

use super::answer::Json;
use super::error::{CodedError, InvalidError, SentenceError};
use super::{
    accounts, analyses, areas, audit, backups, cats, comments, entries, entry_changes, flags, geocoding, health, insights, matching,
    not_same, photos, profiles, sessions, standing, stats, tokens, users,
};

/// The description of this API, for programs. `/docs` shows it to people.
#[get("/openapi.json")]
pub fn document() -> Json<&'static OpenApi> {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(Api::openapi);
    Json(&DOCUMENT)
}

// The version is the contract's: a visitor is not told which release an atlas runs.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "CatAtlas", version = "1.0.0", description = ABOUT),
    paths(
        entries::list,
        entries::create,
        entries::read,
        entries::favorite,
        entries::assign,
        entry_changes::change,
        entry_changes::remove,
        not_same::list,
        not_same::keep,
        not_same::forget,
        photos::upload,
        photos::create,
        photos::replace,
        photos::read,
        photos::read_thumb,
        matching::matches,
        matching::nearby,
        areas::by_area,
        areas::suggested_groups,
        geocoding::normalize_location,
        geocoding::health,
        analyses::read,
        analyses::list,
        analyses::analyze,
        cats::list,
        cats::create,
        cats::read,
        cats::change,
        cats::remove,
        cats::link,
        cats::from_sightings,
        profiles::profile,
        profiles::enhanced,
        profiles::sightings,
        comments::list,
        comments::create,
        comments::remove,
        insights::create,
        accounts::register,
        accounts::set_up,
        accounts::login,
        accounts::refresh,
        accounts::logout,
        accounts::me,
        standing::standing,
        sessions::list,
        sessions::revoke,
        tokens::list,
        tokens::create,
        tokens::revoke,
        users::list,
        users::change,
        users::invite,
        audit::list,
        flags::mine,
        flags::list,
        flags::change,
        stats::stats,
        backups::list,
        backups::create,
        backups::download,
        health::health,
        health::live,
        health::ready,
    ),
    tags(
        (name = "entries", description = "Sightings: what was seen, where, and of which cat"),
        (name = "entry_changes", description = "Sightings that change or go"),
        (name = "not_same", description = "Sightings that somebody tells apart"),
        (name = "photos", description = "What a sighting looked like"),
        (name = "matching", description = "Sightings that belong together"),
        (name = "areas", description = "Sightings around a point"),
        (name = "geocoding", description = "Where a location that people typed lies"),
        (name = "analyses", description = "What a note says"),
        (name = "cats", description = "Cats, and which sightings are of them"),
        (name = "profiles", description = "What the sightings of a cat add up to"),
        (name = "comments", description = "What people say about a cat"),
        (name = "insights", description = "What the notes about a cat ask for"),
        (name = "accounts", description = "Signing up, in and out"),
        (name = "standing", description = "Who is asking, and what they may do"),
        (name = "sessions", description = "Where an account is signed in"),
        (name = "tokens", description = "What scripts sign in with"),
        (name = "users", description = "Accounts, and invites to have one"),
        (name = "audit", description = "What was done by whom"),
        (name = "flags", description = "Features that can be switched"),
        (name = "stats", description = "How this server has been doing"),
        (name = "backups", description = "Copies of everything, proven whole"),
        (name = "health", description = "For monitors and load balancers"),
    ),
    components(schemas(SentenceError, CodedError, InvalidError)),
    modifiers(&InCommon),
)]
struct Api;

const ABOUT: &str = "An atlas of street cats. Bodies and answers are JSON, times are RFC 3339 in UTC. Bounds of text count characters \
    as they were sent; then text is trimmed, and what is optional and blank counts as absent. Fields and parameters that are not \
    listed are ignored.\n\n\
    Every answer names its request in `X-Request-ID`, every error in `request_id` too. What is wrong with the input is listed in \
    full; any other error is told in a sentence or, by newer routes, with a code beside it.\n\n\
    How often one client may ask is limited. `X-RateLimit-Limit` says how many requests of a kind its bucket holds, \
    `X-RateLimit-Remaining` how many are left, and `X-RateLimit-Reset` when it is full again, as a Unix timestamp.";

/// What follows from the kind of an operation, so that no handler repeats it: its id, the ids in its address, what it may answer.
struct InCommon;

impl Modify for InCommon {
    fn modify(&self, api: &mut OpenApi) {
        for (address, item) in &mut api.paths.paths {
            for operation in [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten() {
                operation.operation_id = operation_id(operation);
                let named = operation.parameters.take().unwrap_or_default();
                operation.parameters = Some(ids(address).map(RefOr::T).chain(named).collect());
                answers(operation, !address.starts_with("/health"));
            }
        }
    }
}

/// The noun and what is done: `entries_list`.
fn operation_id(operation: &Operation) -> Option<String> {
    let noun = operation.tags.as_ref()?.first()?;
    Some(format!("{noun}_{}", operation.operation_id.as_ref()?))
}

/// The parameters of an address: `/cats/{cat_id}` has one. All of them are ids but the names of photos and backups.
fn ids(address: &str) -> impl Iterator<Item = Parameter> {
    let names = address.split(['{', '}']).skip(1).step_by(2);
    names.map(|name| {
        let id = ObjectBuilder::new().schema_type(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        let hash = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9a-f]{64}$"));
        let backup = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^atlas-[0-9]{8}T[0-9]{6}\.[0-9]{3}Z\.tar\.zst$"));
        let schema = match name {
            "hash" => hash,
            "backup" => backup,
            _ => id,
        };
        ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True).schema(Some(schema)).build()
    })
}

/// Says what each answer means where its handler does not, and adds the errors that any operation of this kind may answer.
fn answers(operation: &mut Operation, is_limited: bool) {
    let has_body = operation.request_body.is_some();
    let has_input = has_body || operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    let answers = &mut operation.responses.responses;
    let mut add = |status: &str, error: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(error))).build();
        answers.entry(status.to_owned()).or_insert(ResponseBuilder::new().content("application/json", content).into());
    };
    if has_body {
        add("413", &SentenceError::name());
    }
    if has_input {
        add("422", &InvalidError::name());
        add("503", &CodedError::name());
    }
    if is_limited {
        add("429", &CodedError::name());
    }
    // Who asks is of no matter to monitors alone.
    if operation.tags.as_ref().is_none_or(|tags| tags.iter().all(|tag| tag != "health")) {
        add("401", &CodedError::name());
        add("403", &CodedError::name());
    }
    add("default", &SentenceError::name());
    for (status, answer) in answers {
        let RefOr::T(answer) = answer else { continue };
        if answer.description.is_empty() {
            meaning(status).clone_into(&mut answer.description);
        }
        for (name, header) in &mut answer.headers {
            let RefOr::T(header) = header else { continue };
            header.description = Some(meaning(name).to_owned());
        }
    }
}

/// What an answer of this status is, or a header of this name.
fn meaning(of: &str) -> &'static str {
    match of {
        "200" => "Done",
        "201" => "Made",
        "204" => "Gone, with nothing to say",
        "401" => "This takes somebody who is signed in, or what was shown is of no use any more",
        "403" => "Whoever is signed in may not do this",
        "404" => "The address names something that is not there",
        "409" => "Something else is under way that this has to wait for",
        "413" => "The body is larger than 2 MiB",
        "422" => "The input cannot be accepted, for these reasons",
        "429" => "More than a client may ask for a minute; `Retry-After` says when to try again",
        "503" => "There is too much to do right now; `Retry-After` says when to try again",
        "507" => "The disk has no room for it",
        "Link" => "The next page, as `<address>; rel=\"next\"`, if there is one",
        "X-Total-Count" => "How many there are in all, if nothing narrows the list",
        _ => "Anything else, such as a request that broke off or a failure on our side",
    }
}
