//! A block of cells from a spreadsheet: cells between tabs, rows between line ends.

/// Where a cell of a table stands: its row and its column, from 0.
pub(super) type Place = (usize, usize);

/// What a pasted text comes to in a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// What is to stand in each cell that there is.
    pub(super) cells: Vec<(Place, &'a str)>,
    /// How many cells of the block have no place in the table.
    pub(super) left: usize,
}

/// Lays a pasted text over a table of that many rows and columns, from a cell on. `None` for a single value, which is
/// pasted into its input like any text.
pub(super) fn laid<'a>(text: &'a str, at: Place, size: Place) -> Option<Block<'a>> {
    // Spreadsheets end the last row, too.
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if !text.contains(['\t', '\n']) {
        return None;
    }
    let (mut cells, mut left) = (Vec::new(), 0);
    for (down, row) in text.split('\n').enumerate() {
        for (along, cell) in row.split('\t').enumerate() {
            let place = (at.0 + down, at.1 + along);
            if place.0 < size.0 && place.1 < size.1 {
                cells.push((place, plain(cell)));
            } else if !plain(cell).is_empty() {
                left += 1;
            }
        }
    }
    Some(Block { cells, left })
}

/// A cell without the quotes that spreadsheets put around what they take for text.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell).trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, at: Place) -> Option<(String, usize)> {
        let block = laid(text, at, (5, 4))?;
        let cells: Vec<String> =
            block.cells.iter().map(|((row, column), text)| format!("{row}{column}={text}")).collect();
        Some((cells.join(" "), block.left))
    }

    #[test]
    fn a_block_fills_cells_along_and_down() {
        for (text, at, cells, left) in [
            ("1\t2\r\n3\t4\r\n", (0, 0), "00=1 01=2 10=3 11=4", 0),
            ("1,500\t$1,500\n\t0\n", (1, 2), "12=1,500 13=$1,500 22= 23=0", 0),
            ("1\n\n3", (0, 1), "01=1 11= 21=3", 0),
            ("\"1,500\"\t 7 ", (0, 0), "00=1,500 01=7", 0),
            ("1\t2\t3", (0, 2), "02=1 03=2", 1),
            ("1\n2\n\t\n", (4, 0), "40=1", 1),
        ] {
            assert_eq!(shown(text, at), Some((cells.to_owned(), left)), "{text:?}");
        }
    }

    #[test]
    fn a_single_value_is_no_block() {
        for text in ["", "1,500", "1,500\n", "1,500\r\n", "two words"] {
            assert_eq!(shown(text, (0, 0)), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_cell_has_one_place_inside_the_table(text in "[0-9,$\t\r\n\" é]{0,40}", row in 0..5_usize, column in 0..4_usize) {
            let Some(block) = laid(&text, (row, column), (5, 4)) else { return Ok(()) };
            for (at, (place, _)) in block.cells.iter().enumerate() {
                prop_assert!(place.0 < 5 && place.1 < 4);
                prop_assert!(block.cells[..at].iter().all(|(own, _)| own != place));
            }
        }
    }
}
