//! The portal's programs, gone over by wasm-opt: what is small is inlined, which makes them a little
//! smaller over the wire and lets the browser compile fewer functions before it shows anything.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process;
use crate::project::Project;

/// What rustc makes use of, and nothing that a browser of today may lack. Named one by one: a feature
/// that is merely allowed would be used.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// A browser compiles each function when it is first called, at a price for each: larger ones save a
/// fifth of them and cost 1 kB over the wire.
const INLINE: [&str; 2] = ["-O2", "--always-inline-max-function-size=8"];
/// Names of what wasm-bindgen has added, and who made it: nobody reads them.
const LEAN: [&str; 2] = ["--strip-debug", "--strip-producers"];

/// Goes over the programs in a directory, each in its place.
pub fn programs_in(project: &Project, wasm_opt: &Path, directory: &Path) -> Result<()> {
    let failed = || format!("cannot optimize the program in {}", directory.display());
    for entry in fs::read_dir(directory).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let unfinished = path.with_extension("unfinished");
        let mut command = project.command(wasm_opt);
        command
            .args(FEATURES)
            .args(INLINE)
            .args(LEAN)
            .arg(&path)
            .arg("--output")
            .arg(&unfinished);
        let log = project.output("logs").join("wasm-opt.log");
        process::run_logged(&mut command, project.interrupt(), &log).with_context(failed)?;
        fs::rename(&unfinished, &path).with_context(failed)?;
    }
    Ok(())
}
