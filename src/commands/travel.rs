//! `catatlas export` and `catatlas import`: sightings and the cats they are of, as tables, JSON and `GeoJSON`.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail, ensure};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::table;
use crate::domain::time;
use crate::domain::travel::{self, Arrival, COLUMNS, NamedCat, as_it_was, defused};
use crate::store::db::{read_beside, write_beside};
use crate::store::{StoreError, file, travel as rows};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for spreadsheets, where no cell is a formula
    Csv,
    /// Everything that is known of each sighting
    Json,
    /// Points for maps
    Geojson,
}

/// Writes every sighting, with its cat, for other programs.
///
/// Works while the server runs. Photos stay: a backup has them, and everything else.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The database file
    #[arg(long, value_name = "FILE", default_value = "atlas.db")]
    database: PathBuf,

    #[arg(long, default_value = "csv")]
    format: Format,

    /// The file to write; without it, standard output
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Takes sightings in from a table or from JSON: all of them, or none.
///
/// Those that are here already (same time, same words) are left out. Ids are kept where they are free. Works while the server runs.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file to read
    from: PathBuf,

    /// The database file
    #[arg(long, value_name = "FILE", default_value = "atlas.db")]
    database: PathBuf,

    /// What the file is; without it, its ending tells
    #[arg(long)]
    format: Option<Format>,

    /// Which columns of the file are which of ours, such as `text=Notes,createdAt=Date,cat_name=Cat`
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    map: Vec<String>,

    /// Says what would be done, and changes nothing
    #[arg(long)]
    dry_run: bool,
}

type Row = Map<String, Value>;

/// # Errors
/// The atlas cannot be read, or the file not be written.
pub fn export(args: &ExportArgs) -> anyhow::Result<()> {
    let database = file::join(&args.database, Timestamp::now())?;
    let mut found = Vec::new();
    read_beside(&database, |session| rows::each(session, |entry, cat_name| found.push(travel::row(&entry, cat_name.as_deref()))))?;
    let found = found.into_iter().collect::<Result<Vec<Row>, _>>()?;
    let written = match args.format {
        Format::Csv => table(&found),
        Format::Json => serde_json::to_vec_pretty(&json!({ "sightings": found }))?,
        Format::Geojson => {
            serde_json::to_vec_pretty(&json!({ "type": "FeatureCollection", "features": found.iter().map(feature).collect::<Vec<_>>() }))?
        }
    };
    match &args.to {
        Some(to) => fs::write(to, written).with_context(|| format!("{} could not be written", to.display())),
        None => Ok(io::stdout().lock().write_all(&written)?),
    }
}

fn table(rows: &[Row]) -> Vec<u8> {
    let cell = |value: Option<&Value>| match value {
        Some(Value::String(text)) => defused(text),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    };
    let cells: Vec<Vec<String>> = rows.iter().map(|row| COLUMNS.iter().map(|column| cell(row.get(*column))).collect()).collect();
    let rows = cells.iter().map(|row| row.iter().map(String::as_str).collect());
    table::write(std::iter::once(COLUMNS.to_vec()).chain(rows)).into_bytes()
}

const PLACE: [&str; 2] = ["location_lon", "location_lat"];

fn feature(row: &Row) -> Value {
    let place = PLACE.map(|name| row.get(name).cloned().unwrap_or_default());
    let geometry = if place.contains(&Value::Null) { Value::Null } else { json!({ "type": "Point", "coordinates": place }) };
    let properties: Row =
        row.iter().filter(|(name, _)| !PLACE.contains(&name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect();
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

/// What came of an import, or would.
#[derive(Debug, Default)]
struct Count {
    taken: usize,
    known: usize,
    cats: usize,
}

/// Why the transaction is undone.
enum Undone {
    Store(StoreError),
    Rehearsed(Count),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// # Errors
/// A row is wrong, or the atlas cannot be written; then nothing was changed.
pub fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let arrivals = arrivals(&read(args)?)?;
    let now = Timestamp::now();
    let database = file::join(&args.database, now)?;
    let done = write_beside(&database, |tx| {
        let (mut count, mut cats) = (Count::default(), HashMap::<&NamedCat, i64>::new());
        for arrival in &arrivals {
            if rows::is_known(tx, arrival)? {
                count.known += 1;
                continue;
            }
            let cat_id = match &arrival.cat {
                Some(named) => Some(match cats.get(named) {
                    Some(id) => *id,
                    None => *cats.entry(named).or_insert(rows::cat(tx, named, &time::format(now))?),
                }),
                None => None,
            };
            rows::arrive(tx, arrival, cat_id, now)?;
            count.taken += 1;
        }
        count.cats = cats.len();
        if args.dry_run { Err(Undone::Rehearsed(count)) } else { Ok(count) }
    });
    let (count, would) = match done {
        Ok(count) => (count, "were"),
        Err(Undone::Rehearsed(count)) => (count, "would be"),
        Err(Undone::Store(error)) => bail!("nothing was imported: {error}"),
    };
    let said = format!("{} sightings of {} cats {would} imported, {} are here already.", count.taken, count.cats, count.known);
    Ok(writeln!(io::stdout(), "{said}{}", if args.dry_run { " Dry run: nothing was changed." } else { "" })?)
}

fn arrivals(rows: &[Row]) -> anyhow::Result<Vec<Arrival>> {
    let (mut arrivals, mut problems) = (Vec::new(), Vec::new());
    for (row, number) in rows.iter().zip(1..) {
        match Arrival::read(row) {
            Ok(arrival) => arrivals.push(arrival),
            Err(found) => problems.extend(found.into_iter().map(|problem| format!("  sighting {number}, {problem}"))),
        }
    }
    let more = problems.len().saturating_sub(20);
    problems.truncate(20);
    let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    ensure!(problems.is_empty(), "nothing was imported, for these reasons:\n{}{rest}", problems.join("\n"));
    Ok(arrivals)
}

fn read(args: &ImportArgs) -> anyhow::Result<Vec<Row>> {
    let name = args.from.display();
    let ending = args.from.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let format = match args.format {
        Some(format) => format,
        None => Format::from_str(ending, true).map_err(|_| anyhow!("What is {name}? --format csv, json or geojson tells."))?,
    };
    let bytes = fs::read(&args.from).with_context(|| format!("{name} cannot be read"))?;
    if format == Format::Csv {
        return cells(&bytes, &args.map).with_context(|| format!("{name} cannot be read as a table"));
    }
    let mut document: Value = serde_json::from_slice(&bytes).with_context(|| format!("{name} cannot be read as JSON"))?;
    let list = if format == Format::Json { "sightings" } else { "features" };
    let Some(Value::Array(items)) = document.get_mut(list).map(Value::take) else { bail!("{name} has no list of {list}.") };
    let row = |item: Value| match (format, item) {
        (Format::Json, Value::Object(row)) => Some(row),
        (_, Value::Object(feature)) => properties(feature),
        _ => None,
    };
    items.into_iter().map(row).collect::<Option<_>>().with_context(|| format!("{name} has something among its {list} that is none."))
}

fn properties(mut feature: Row) -> Option<Row> {
    let Some(Value::Object(mut row)) = feature.remove("properties") else { return None };
    match feature.get("geometry") {
        None | Some(Value::Null) => {}
        Some(geometry) if geometry["type"] == "Point" => {
            for (name, number) in PLACE.iter().zip(geometry["coordinates"].as_array()?) {
                row.insert((*name).to_owned(), number.clone());
            }
        }
        Some(_) => return None,
    }
    Some(row)
}

fn cells(bytes: &[u8], map: &[String]) -> anyhow::Result<Vec<Row>> {
    let mut ours = HashMap::new();
    for pair in map {
        let (column, theirs) = pair.split_once('=').with_context(|| format!("--map {pair} should be such as text=Notes"))?;
        ensure!(COLUMNS.contains(&column), "there is no column {column}; there are {}", COLUMNS.join(", "));
        ours.insert(theirs, column);
    }
    // Spreadsheets begin a table with a mark.
    let text = str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).context("it is not UTF-8")?;
    let mut rows = table::read(text).context("a quote is never closed")?.into_iter();
    let names: Vec<String> =
        rows.next().unwrap_or_default().into_iter().map(|name| ours.get(&*name).map_or(name.clone(), |own| (*own).to_owned())).collect();
    ensure!(names.iter().any(|name| name == "text"), "no column is called text; --map text=... says which it is");
    let row = |(cells, number): (Vec<String>, usize)| {
        ensure!(cells.len() == names.len(), "row {number} has {} cells, and there are {} columns", cells.len(), names.len());
        Ok(names.iter().zip(&cells).map(|(name, cell)| (name.clone(), value(name, cell))).collect())
    };
    rows.zip(2..).map(row).collect()
}

/// What a cell of this column holds. What is no number where one should be stays text, and is told of.
fn value(column: &str, cell: &str) -> Value {
    match column {
        _ if cell.is_empty() => Value::Null,
        "id" | "cat_id" => cell.parse::<i64>().map_or_else(|_| cell.into(), Value::from),
        "location_lat" | "location_lon" => serde_json::from_str::<serde_json::Number>(cell).map_or_else(|_| cell.into(), Value::Number),
        "isFavorite" => Value::Bool(["true", "1", "yes"].contains(&cell.to_lowercase().as_str())),
        _ => as_it_was(cell).into(),
    }
}
