//! A module and its script without what only people and tools read: functions' names, comments, the paths of sources that
//! panics would name (they lie on the machine that built the module), and the long names by
//! which the two know each other, whose hashes no compression makes shorter (6 KB brotli of the first load).

use std::collections::HashMap;
use std::convert::Infallible;

use anyhow::{Context as _, Result};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{DataSection, ExportSection, ImportSection, Module};
use wasmparser::{CustomSectionReader, Data, Export, ImportSectionReader, Parser};

/// A module without its custom sections: the names of its functions, of its tools and of its features. They are a third
/// of the bytes that a visitor would wait for. The linker cannot leave them out: wasm-bindgen works by custom sections.
///
/// # Errors
/// When it is no module.
pub(crate) fn without_custom_sections(module: &[u8]) -> Result<Vec<u8>> {
    Slim { names: None }.encode(module)
}

/// A module that wasm-bindgen made and its script, in which they call each other by short names.
///
/// # Errors
/// When it is no module.
pub(crate) fn shortened(module: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut slim = Slim { names: Some(HashMap::new()) };
    let module = slim.encode(module)?;
    let names = slim.names.unwrap_or_default();
    let mut short = String::with_capacity(script.len());
    for word in words(&without_comments(script)) {
        short.push_str(names.get(word).map_or(word, String::as_str));
    }
    Ok((module, short))
}

struct Slim {
    /// The short names by the long ones, where names are to be shortened.
    names: Option<HashMap<String, String>>,
}

impl Slim {
    fn encode(&mut self, module: &[u8]) -> Result<Vec<u8>> {
        let mut slim = Module::new();
        self.parse_core_module(&mut slim, Parser::new(0), module).context("this is no WebAssembly module")?;
        Ok(slim.finish())
    }

    /// What a function is called that only module and script know: wasm-bindgen's own, not what the page calls.
    fn short<'a>(&'a mut self, name: &'a str) -> &'a str {
        let is_own = ["__wb", "__extern", "wasm_bindgen_"].iter().any(|start| name.starts_with(start));
        match &mut self.names {
            Some(names) if is_own => {
                let number = names.len();
                names.entry(name.to_owned()).or_insert_with(|| format!("${number:x}"))
            }
            _ => name,
        }
    }
}

impl Reencode for Slim {
    type Error = Infallible;

    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.into_imports() {
            let import = import?;
            let kind = self.entity_type(import.ty)?;
            imports.import(import.module, self.short(import.name), kind);
        }
        Ok(())
    }

    fn parse_data(&mut self, data: &mut DataSection, datum: Data<'_>) -> Result<(), Error> {
        utils::parse_data(self, data, Data { data: &without_paths(datum.data), ..datum })
    }

    fn parse_export(&mut self, exports: &mut ExportSection, export: Export<'_>) -> Result<(), Error> {
        let (kind, index) = (self.export_kind(export.kind)?, self.external_index(export.kind, export.index)?);
        exports.export(self.short(export.name), kind, index);
        Ok(())
    }
}

/// Texts in which blanks stand for the paths of sources of the toolchain and of crates. They keep their length, since what
/// refers to them knows where they stand.
fn without_paths(texts: &[u8]) -> Vec<u8> {
    const STARTS: [&[u8]; 3] = [b"/rustc/", b"/.cargo/registry/", b"/.rustup/toolchains/"];
    const END: &[u8] = b".rs";
    let in_path = |byte: &u8| byte.is_ascii_alphanumeric() || b"/.-_".contains(byte);
    let mut blanked = texts.to_vec();
    let mut at = 0;
    while at < texts.len() {
        let rest = &texts[at..];
        let path = if STARTS.iter().any(|start| rest.starts_with(start)) {
            let longest = rest.iter().take_while(|byte| in_path(byte)).count();
            rest[..longest].windows(END.len()).position(|end| end == END).map(|end| end + END.len())
        } else {
            None
        };
        if let Some(length) = path {
            blanked[at..at + length].fill(b' ');
        }
        at += path.unwrap_or(1);
    }
    blanked
}

/// A script, a style sheet or a page without comments that have lines of their own, and without what stands before a line.
pub(crate) fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*") || line.starts_with("<!--");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
        in_comment &= !(line.ends_with("*/") || line.ends_with("-->"));
    }
    kept
}

/// A style sheet without comments, and without the ends of lines and the blanks that mean nothing in it.
pub(crate) fn squeezed(sheet: &str) -> String {
    let ends = [("{\n", "{"), (";\n", ";"), ("}\n", "}"), (",\n", ","), (" {", "{")];
    ends.iter().fold(without_comments(sheet), |sheet, (long, short)| sheet.replace(long, short))
}

/// A script as its names and what stands between them.
fn words(script: &str) -> impl Iterator<Item = &str> {
    let in_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let mut rest = script;
    std::iter::from_fn(move || {
        let is_name = rest.chars().next().map(in_name)?;
        let end = rest.find(|letter| in_name(letter) != is_name).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, CustomSection, EntityType, ExportKind, Function, FunctionSection, TypeSection,
    };

    use super::*;

    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("./panel_bg.js", "__wbg_now_0123456789abcdef", EntityType::Function(0));
        imports.import("./parts.js", "__wasm_split_load_record", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        exports.export("startAdminPage", ExportKind::Func, 2);
        exports.export("__wbindgen_start", ExportKind::Func, 0);
        let mut code = CodeSection::new();
        let mut nothing = Function::new([]);
        nothing.instructions().end();
        code.function(&nothing);
        let mut module = Module::new();
        let names = CustomSection { name: "name".into(), data: b"startAdminPage"[..].into() };
        module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
        module.section(&names);
        module.finish()
    }

    #[test]
    fn paths_of_sources_are_blank_and_all_else_stays_in_its_place() {
        let texts =
            b"a/root/.cargo/registry/src/x-1/src/a.rs/rustc/5f/library/core/src/cell.rsNext rowsrc/app.rs";
        let blanked = without_paths(texts);
        assert_eq!(blanked.len(), texts.len());
        let kept = String::from_utf8(blanked).unwrap();
        assert_eq!(kept.split_whitespace().collect::<Vec<_>>(), ["a/root", "Next", "rowsrc/app.rs"]);
        assert_eq!(without_paths(b"/rustc/ without an end"), b"/rustc/ without an end");
    }

    #[test]
    fn a_module_keeps_all_but_its_custom_sections() {
        let slim = without_custom_sections(&module()).unwrap();
        assert!(slim.len() < module().len());
        assert_eq!(module()[..slim.len()], slim);
        assert!(without_custom_sections(b"<!doctype html>").is_err());
        assert!(without_custom_sections(&module()[..slim.len() - 1]).is_err(), "it is cut short");
    }

    #[test]
    fn a_sheet_means_the_same_in_fewer_bytes() {
        let sheet =
            "/* Rows. */\n.list td,\n.list th {\n  padding: 0 8px;\n  &:hover {\n    color: red;\n  }\n}\n";
        assert_eq!(squeezed(sheet), ".list td,.list th{padding: 0 8px;&:hover{color: red;}}");
    }

    #[test]
    fn module_and_script_call_each_other_by_the_same_short_names() {
        let script = "/**\n * Draws.\n */\nexport function startAdminPage() {\n    // Now.\n    wasm.startAdminPage();\n}\n\
                      const imports = { __wbg_now_0123456789abcdef: () => Date.now(), };\nwasm.__wbindgen_start();\n";
        let (module, script) = shortened(&module(), script).unwrap();
        assert_eq!(
            script,
            "export function startAdminPage() {\nwasm.startAdminPage();\n}\n\
             const imports = { $0: () => Date.now(), };\nwasm.$1();\n"
        );
        let text = String::from_utf8_lossy(&module).into_owned();
        assert!(text.contains("$0") && text.contains("$1") && text.contains("__wasm_split_load_record"));
        assert!(!text.contains("__wb"), "{text}");
    }
}
