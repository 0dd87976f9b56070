//! What stands for AWS in the tests.

use std::process::Command;

use anyhow::Result;

use crate::process::Background;
use crate::project::Project;
use crate::{http, tools};

/// A server on this machine that ends when this is dropped.
pub struct Aws {
    /// The variable by which the tests find it.
    variable: &'static str,
    port: u16,
    _program: Background,
}

impl Aws {
    /// Amazon's own `DynamoDB` Local, all in memory: it answers as the real one does, and knows
    /// neither recovery nor encryption.
    pub fn dynamodb(project: &Project) -> Result<Self> {
        let local = tools::dynamodb_local(project)?;
        let port = http::free_port()?;
        let mut command = project.command(local.java);
        let libraries = local.libraries.display();
        command
            .arg(format!("-Djava.library.path={libraries}"))
            .arg("-jar")
            .arg(local.jar)
            .args(["-inMemory", "-disableTelemetry", "-port"])
            .arg(port.to_string());
        let log = project.output("logs").join("dynamodb-local.log");
        let mut program = Background::start("DynamoDB Local", &mut command, &log)?;
        // It turns away whoever does not sign, and that is an answer too.
        http::wait_until_answering(&mut program, port, "/", project.interrupt())?;
        Ok(Self {
            variable: "DYNAMODB_LOCAL",
            port,
            _program: program,
        })
    }

    /// moto: it knows how a table is kept, and is no judge of what is written to it.
    pub fn moto(project: &Project) -> Result<Self> {
        let port = http::free_port()?;
        let mut command = project.command(tools::python(project, &tools::MOTO)?);
        command
            .args(["-m", tools::MOTO.module, "--host", "127.0.0.1", "--port"])
            .arg(port.to_string());
        let log = project.output("logs").join("moto.log");
        let mut program = Background::start("moto", &mut command, &log)?;
        let path = "/moto-api/data.json";
        http::wait_until_ready(&mut program, port, path, project.interrupt())?;
        Ok(Self {
            variable: "MOTO",
            port,
            _program: program,
        })
    }

    /// Lets tests find it, with credentials that are good for nothing else and without those of the
    /// user: no test may ever reach the real AWS.
    pub fn tell(&self, tests: &mut Command) {
        tests
            .env(self.variable, format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_SESSION_TOKEN");
    }
}
