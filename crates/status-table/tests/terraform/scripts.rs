//! The two scripts call what they should, with what they are given. Terraform and the program are
//! stood in for: what is asked of them is written down.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::files::directory;

/// A directory with programs that write down how they are called.
struct Stage(TempDir);

impl Stage {
    fn new() -> Self {
        let stage = Self(tempfile::tempdir().unwrap());
        stage.put(
            "terraform",
            "case $* in *output*) echo \"the-${@: -1}\" ;; esac",
        );
        stage.put("trade-status", "exit 7");
        stage
    }

    fn put(&self, name: &str, answer: &str) {
        let calls = self.0.path().join("calls");
        let text = format!(
            "#!/usr/bin/env bash\necho \"{name} $*\" >> {}\n{answer}\n",
            calls.display()
        );
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, script: &str, words: &[&str]) -> Output {
        let path = std::env::var("PATH").unwrap();
        Command::new(directory().join("scripts").join(script))
            .args(words)
            .env("PATH", format!("{}:{path}", self.0.path().display()))
            .env_remove("TRADE_STATUS")
            .output()
            .unwrap()
    }

    /// The calls without where the files are, which is told in each.
    fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.0.path().join("calls")).unwrap();
        let here = format!("-chdir={}/.. ", scripts().display());
        text.lines().map(|line| line.replace(&here, "")).collect()
    }
}

fn scripts() -> PathBuf {
    directory().join("scripts").canonicalize().unwrap()
}

const CHECK: &str = "trade-status table validate --table the-table_name --region the-region --kms-key the-kms_key_arn";

#[test]
fn a_table_is_created_as_terraform_creates_it_and_then_checked() {
    let stage = Stage::new();
    let output = stage.run("deploy_status_table.sh", &["-var", "table_name=other"]);
    assert_eq!(output.status.code(), Some(7), "the check's own exit code");
    let expected = [
        "terraform init -input=false",
        "terraform validate",
        "terraform apply -var table_name=other",
        "terraform output -raw table_name",
        "terraform output -raw region",
        "terraform output -raw kms_key_arn",
        CHECK,
    ];
    assert_eq!(stage.calls(), expected);
}

#[test]
fn a_check_passes_on_what_it_is_given() {
    let stage = Stage::new();
    let output = stage.run("validate_status_table.sh", &["--json"]);
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(stage.calls().last().unwrap(), &format!("{CHECK} --json"));
}

#[test]
fn where_terraform_fails_nothing_else_is_done() {
    let stage = Stage::new();
    stage.put("terraform", "exit 3");
    let output = stage.run("deploy_status_table.sh", &[]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(stage.calls(), ["terraform init -input=false"]);
}
