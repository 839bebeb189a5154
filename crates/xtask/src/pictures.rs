//! `cargo xtask pictures`: the README's pictures, of the demonstration at a fixed moment.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::process::{program, root, succeed};
use crate::steps::Steps;
use crate::test::browser::{build_assets, build_server};
use crate::{machine, scripts, tools};

/// More than this, in bytes, a picture must not weigh: a README is read on the road, too.
const MOST: u64 = 60_000;

/// Builds admin page and server, takes the pictures in Chromium and makes them small. Each is replaced in
/// docs/pictures; on the same machine the same page gives the same bytes.
///
/// # Errors
/// When a build fails, a page does not come, or a picture stays too large.
pub(crate) fn pictures() -> Result<()> {
    let mut steps = Steps::new(tools::STEPS + scripts::STEPS + 5);
    tools::prepare(&mut steps)?;
    let assets = build_assets(&mut steps)?;
    let server = build_server(&mut steps)?;
    let chromium = scripts::prepare(&mut steps)?;
    let pngquant = steps.run("picture tools", |step| {
        machine::packaged(step, "faketime")?;
        machine::packaged(step, "pngquant")
    })?;
    let folder = root().join("docs/pictures");
    steps.run("pictures", |step| {
        fs::create_dir_all(&folder)?;
        step.run(scripts::node(&server, &assets, &chromium).arg("pictures.js").arg(&folder))
    })?;
    steps.run("fewer colours", |step| {
        for picture in pictures_in(&folder)? {
            make_small(&pngquant, &picture)?;
            step.say(&format!("{} {} bytes", picture.display(), fs::metadata(&picture)?.len()));
        }
        Ok(())
    })
}

fn pictures_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = folder.read_dir().with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "png"));
    files.sort();
    if files.is_empty() {
        bail!("{} holds no picture", folder.display());
    }
    Ok(files)
}

/// Leaves a picture the colours that matter: at most 256, without dithering, which text does not need.
fn make_small(pngquant: &Path, picture: &Path) -> Result<()> {
    let mut quantize = program(pngquant);
    quantize.args(["--force", "--ext", ".png", "--strip", "--speed", "1", "--nofs", "256"]).arg(picture);
    succeed(&mut quantize)?;
    let size = fs::metadata(picture)?.len();
    ensure!(size <= MOST, "{} weighs {size} bytes, more than {MOST}", picture.display());
    Ok(())
}
