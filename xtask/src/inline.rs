//! The wasm module as JavaScript, for every runtime that has no better way to load it.

use std::{fs, io::Write, path::Path};

use anyhow::Result;
use lzma_rust2::{EncodeMode, LzmaOptions, LzmaWriter, MfType};

use crate::{project::Project, run};

/// Writes `NAME-lzma.js` and `NAME-deflate.js` beside the module `wasm`: packed twice, because LZMA
/// is a sixth smaller on its way to a browser, and Node unpacks deflate by itself at once.
pub fn write(project: &Project, name: &str, wasm: &Path) -> Result<()> {
    let packed = project.target.join("npm/module.lzma");
    fs::write(&packed, lzma(&fs::read(wasm)?)?)?;
    run::quiet(project.node("xtask/js/inline.mjs").arg(wasm).arg(packed).arg(name)).map(drop)
}

/// A raw stream, in the form that `src/js/lzma.js` unpacks.
fn lzma(bytes: &[u8]) -> Result<Vec<u8>> {
    let options = LzmaOptions {
        lc: 3,
        lp: 0,
        pb: 0,
        mode: EncodeMode::Normal,
        mf: MfType::Bt4,
        nice_len: 273,
        depth_limit: 1024,
        ..LzmaOptions::with_preset(9)
    };
    let mut writer = LzmaWriter::new_no_header(Vec::new(), &options, false)?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}
