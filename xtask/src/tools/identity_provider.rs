//! The identity provider that people sign in with in the tests: oidc-provider, from npm, which is
//! certified for OpenID Connect.

use std::path::PathBuf;

use anyhow::Result;

use super::npm::NpmTool;
use crate::project::Project;

/// A library: the tests' own `tests/identity_provider.mjs` makes a provider of it.
const IDENTITY_PROVIDER: NpmTool = NpmTool {
    name: "identity-provider",
    brings: "an identity provider",
    directory: "node_modules/oidc-provider/lib",
    programs: &["index.js"],
};

/// The file that has it.
pub fn find_or_install(project: &Project) -> Result<PathBuf> {
    let tool = IDENTITY_PROVIDER.find_or_install(project)?;
    Ok(tool.join("bin/index.js"))
}
