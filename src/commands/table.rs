//! Tables as spreadsheets write them: RFC 4180.

/// Rows of cells as text, each row with an end.
pub fn write<'c>(rows: impl IntoIterator<Item = Vec<&'c str>>) -> String {
    let cell =
        |cell: &str| if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() };
    rows.into_iter().map(|row| row.into_iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

/// The rows of a table, blank ones left out. None where a quote is never closed.
pub fn read(text: &str) -> Option<Vec<Vec<String>>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if is_quoted => is_quoted = false,
            '"' if cell.is_empty() => is_quoted = true,
            other if is_quoted => cell.push(other),
            ',' => row.push(std::mem::take(&mut cell)),
            '\r' if signs.peek() == Some(&'\n') => {}
            '\n' => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    (!is_quoted).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let rows = [vec!["a", "b, c", ""], vec!["two\r\nlines", "\"quoted\"", "\""], vec!["", "", "x"]];
        assert_eq!(read(&write(rows.clone())).unwrap(), rows);
        assert_eq!(read("a,b\n1,2").unwrap(), [["a", "b"], ["1", "2"]]);
        assert_eq!(read("a,\"b"), None);
    }
}
