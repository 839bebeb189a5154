//! The .br and .gz files that the server sends instead of the plain ones, made at build time.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use brotli::enc::{BrotliEncoderParams, writer::CompressorWriter};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::slim::{squeezed, without_comments, without_custom_sections};

/// Writes .br and .gz beside each file of a folder and the folders in it. A form that is not
/// smaller than the plain file is left out.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn compress_folder(folder: &Path) -> Result<()> {
    for entry in folder.read_dir().with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            compress_folder(&path)?;
            continue;
        }
        let mut plain = fs::read(&path)?;
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("wasm") => {
                plain = without_custom_sections(&plain).with_context(|| path.display().to_string())?;
                fs::write(&path, &plain)?;
            }
            Some("css") => {
                plain = squeezed(&String::from_utf8_lossy(&plain)).into_bytes();
                fs::write(&path, &plain)?;
            }
            Some("js" | "html") => {
                plain = without_comments(&String::from_utf8_lossy(&plain)).into_bytes();
                fs::write(&path, &plain)?;
            }
            _ => {}
        }
        for (ending, packed) in [("br", brotli(&plain)?), ("gz", gzip(&plain)?)] {
            if packed.len() < plain.len() {
                fs::write(with_ending(&path, ending), packed)?;
            }
        }
    }
    Ok(())
}

/// `app.css` with "br" is `app.css.br`.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(ending);
    name.into()
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let strongest =
        BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: plain.len(), ..Default::default() };
    let mut writer = CompressorWriter::with_params(Vec::new(), 64 * 1024, &strongest);
    writer.write_all(plain)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(plain)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn both_forms_unpack_to_the_plain_file() {
        let folder = tempfile::tempdir().unwrap();
        let text = "buyer groups ".repeat(100);
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/page.txt"), &text).unwrap();
        fs::write(folder.path().join("tiny"), "x").unwrap();

        compress_folder(folder.path()).unwrap();

        let mut unpacked = String::new();
        let br = fs::read(folder.path().join("deep/page.txt.br")).unwrap();
        brotli::Decompressor::new(&br[..], 4096).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);

        unpacked.clear();
        let gz = fs::read(folder.path().join("deep/page.txt.gz")).unwrap();
        flate2::read::GzDecoder::new(&gz[..]).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);

        assert!(!folder.path().join("tiny.br").exists(), "a form that is larger helps nobody");
    }
}
