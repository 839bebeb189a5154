//! What a browser loads to show the list for the first time.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The bytes, as brotli, of the page and every file that it names; a file that brotli does not shrink counts plain.
///
/// # Errors
/// When there is no page built for release in that folder.
pub(crate) fn first_load(dist: &Path) -> Result<u64> {
    let page = fs::read_to_string(dist.join("index.html")).with_context(|| {
        format!("{} holds no page: build it with `trunk build --release`", dist.display())
    })?;
    let mut sum = size(dist, "index.html")?;
    for file in references(&page) {
        sum += size(dist, file)?;
    }
    Ok(sum)
}

fn size(dist: &Path, file: &str) -> Result<u64> {
    let packed = fs::metadata(dist.join(format!("{file}.br")));
    let found = packed.or_else(|_| fs::metadata(dist.join(file)));
    Ok(found.with_context(|| format!("the page names {file}, which is not there"))?.len())
}

/// The files of our own that a page names, each once.
fn references(page: &str) -> Vec<&str> {
    let mut files: Vec<&str> = ["href=\"/", "src=\"/"]
        .into_iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|file| !file.is_empty())
        .collect();
    files.sort_unstable();
    files.dedup();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_counts_each_file_once_and_packed_where_that_is_less() {
        let folder = std::env::temp_dir().join(format!("bench-page-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let page =
            r#"<link href="/a.css"/><script src="/b.js"></script><link href="/b.js"/><a href="/"></a>"#;
        for (name, length) in [("index.html.br", 7), ("a.css", 900), ("a.css.br", 50), ("b.js", 3)] {
            fs::write(folder.join(name), vec![b'x'; length]).unwrap();
        }
        fs::write(folder.join("index.html"), page).unwrap();
        let sum = first_load(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(sum.unwrap(), 7 + 50 + 3);
    }
}
