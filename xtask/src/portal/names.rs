//! What a program and its script call one another by.
//!
//! wasm-bindgen names each function that the script lends to the program after its hash. The two meet
//! over these names alone, so short ones do: 5 kB less over the wire with every first load.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use wasm_encoder::reencode::{Error, Reencode, utils::parse_core_module};
use wasm_encoder::{ImportSection, Module};
use wasmparser::{Import, Imports, Parser};

/// The one module that the program imports from: the script.
const SCRIPT: &str = "s";

/// Shortens the names between each program in a directory and its script.
pub fn shorten_in(directory: &Path) -> Result<()> {
    let failed = || format!("cannot shorten the names in {}", directory.display());
    for entry in fs::read_dir(directory).with_context(failed)? {
        let program = entry.with_context(failed)?.path();
        let name = program.file_name().and_then(|name| name.to_str());
        let Some(name) = name.and_then(|name| name.strip_suffix("_bg.wasm")) else {
            continue;
        };
        let script = program.with_file_name(format!("{name}.js"));
        let whole = fs::read(&program).with_context(failed)?;
        let glue = fs::read_to_string(&script).with_context(failed)?;
        let (whole, glue) = shorten(&whole, &glue).with_context(failed)?;
        fs::write(&program, whole).with_context(failed)?;
        fs::write(&script, glue).with_context(failed)?;
    }
    Ok(())
}

/// The same program and script with short names between them.
fn shorten(program: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut names = Names::default();
    let mut module = Module::new();
    parse_core_module(&mut names, &mut module, Parser::new(0), program)
        .map_err(|error| anyhow!("the program can't be read: {error}"))?;

    let mut lent = vec![false; names.0.len()];
    let mut is_named = false;
    let mut lines = Vec::new();
    for line in script.lines() {
        let Some((key, value)) = line.trim_start().split_once(':') else {
            lines.push(line.to_owned());
            continue;
        };
        if key.starts_with("\"./") && value.trim_start().starts_with("import") {
            is_named = true;
            lines.push(format!("{SCRIPT}:{value}"));
        } else if let Some(index) = names.0.iter().position(|name| name == key) {
            lent[index] = true;
            lines.push(format!("{}:{value}", short(index)));
        } else {
            lines.push(line.to_owned());
        }
    }
    if let Some(index) = lent.iter().position(|is_lent| !is_lent) {
        bail!("the script does not lend {}", names.0[index]);
    }
    if !is_named {
        bail!("the script does not name what it lends");
    }
    Ok((module.finish(), lines.join("\n") + "\n"))
}

/// The names of what is imported, in the order of the program; each is known by its place.
#[derive(Default)]
struct Names(Vec<String>);

impl Reencode for Names {
    type Error = Infallible;

    fn parse_imports(
        &mut self,
        section: &mut ImportSection,
        imports: Imports<'_>,
    ) -> Result<(), Error> {
        // A newer, more compact form stays as it is: the script then does not lend these names.
        let Imports::Single(_, Import { name, ty, .. }) = imports else {
            return wasm_encoder::reencode::utils::parse_imports(self, section, imports);
        };
        let known = self.0.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        let ty = self.entity_type(ty)?;
        section.import(SCRIPT, &short(index), ty);
        Ok(())
    }
}

/// a, b, … z, aa, ab, …
fn short(index: usize) -> String {
    const LETTERS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";
    let mut name = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        name.push(char::from(LETTERS[(rest - 1) % 26]));
        rest = (rest - 1) / 26;
    }
    name.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, TypeSection};

    use super::*;

    const SCRIPT_OF_TWO: &str = "const import0 = {\n__proto__: null,\n\
        __wbg_click_0123456789abcdef: function(arg0) {\narg0.click();\n},\n\
        __wbg_close_fedcba9876543210: function() { return { a: 1 }; },\n};\n\
        return {\n__proto__: null,\n\"./app_bg.js\": import0,\n};\n";

    fn program(names: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        for name in names {
            imports.import("./app_bg.js", name, EntityType::Function(0));
        }
        let mut module = Module::new();
        module.section(&types).section(&imports);
        module.finish()
    }

    fn names_of(program: &[u8]) -> Vec<(String, String)> {
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(program) {
            if let wasmparser::Payload::ImportSection(section) = payload.unwrap() {
                for imports in section {
                    let Imports::Single(_, import) = imports.unwrap() else {
                        panic!("another form");
                    };
                    names.push((import.module.to_owned(), import.name.to_owned()));
                }
            }
        }
        names
    }

    #[test]
    fn program_and_script_agree_on_short_names() {
        let program = program(&[
            "__wbg_click_0123456789abcdef",
            "__wbg_close_fedcba9876543210",
        ]);
        let (program, script) = shorten(&program, SCRIPT_OF_TWO).unwrap();
        let expected = [("s", "a"), ("s", "b")];
        assert_eq!(
            names_of(&program),
            expected.map(|(module, name)| (module.to_owned(), name.to_owned()))
        );
        assert_eq!(
            script,
            "const import0 = {\n__proto__: null,\na: function(arg0) {\narg0.click();\n},\n\
             b: function() { return { a: 1 }; },\n};\nreturn {\n__proto__: null,\ns: import0,\n};\n"
        );
    }

    #[test]
    fn a_name_that_the_script_does_not_have_is_told() {
        let unknown = program(&["__wbg_open_0123456789abcdef"]);
        let error = shorten(&unknown, SCRIPT_OF_TWO).unwrap_err();
        assert!(error.to_string().contains("__wbg_open_0123456789abcdef"));
        assert!(shorten(b"no program", SCRIPT_OF_TWO).is_err());
        assert!(shorten(&program(&[]), "").is_err());
    }

    #[test]
    fn no_two_names_are_the_same() {
        assert_eq!(
            [0, 25, 26, 701, 702].map(short),
            ["a", "z", "aa", "zz", "aaa"]
        );
    }
}
