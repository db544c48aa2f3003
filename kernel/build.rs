//! Packs the source of the runtime into the binary, so that an installed `netlet` can build it
//! anywhere: `dsl/`, `stdlib/`, the grammar and the lock file, as a workspace of its own.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, Item};

/// What of each crate the runtime is built from.
const PARTS: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "grammar.pest",
    "dsl/Cargo.toml",
    "dsl/src",
    "stdlib/Cargo.toml",
    "stdlib/src",
    "stdlib/data",
    "stdlib/fonts",
];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut hasher = DefaultHasher::new();
    let mut table = String::from("&[\n");
    for path in files(&root)? {
        let mut source = root.join(&path);
        if path.ends_with("Cargo.toml") {
            let manifest = manifest_of_runtime(&fs::read_to_string(&source)?)?;
            source = out.join(path.replace('/', "-"));
            fs::write(&source, manifest)?;
        }
        (&path, fs::read(&source)?).hash(&mut hasher);
        writeln!(table, "    ({path:?}, include_bytes!({:?})),", source.to_string_lossy())?;
    }
    table.push_str("]\n");
    fs::write(out.join("runtime_source.rs"), table)?;
    println!("cargo::rustc-env=NETLET_RUNTIME_SOURCE={:016x}", hasher.finish());
    pack_zoo(&root.join("stdlib/zoo"), &out.join("zoo.rs"))
}

/// Packs the library of networks, which the program reads itself.
fn pack_zoo(zoo: &Path, to: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed=../stdlib/zoo");
    let mut paths =
        fs::read_dir(zoo)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "net"));
    paths.sort();
    let mut table = String::from("&[\n");
    for path in paths {
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or("a name of the zoo")?;
        writeln!(table, "    ({name:?}, include_str!({:?})),", path.to_string_lossy())?;
    }
    table.push_str("]\n");
    Ok(fs::write(to, table)?)
}

/// The runtime's files relative to `root`, in a fixed order.
fn files(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed=../{part}");
        collect(root, &root.join(part), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(root: &Path, path: &Path, found: &mut Vec<String>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(root, &entry?.path(), found)?;
        }
    } else if path.is_file() {
        let path = path.strip_prefix(root)?.to_str().ok_or("a path of the runtime is not UTF-8")?;
        found.push(path.replace('\\', "/"));
    }
    Ok(())
}

/// A manifest with nothing in it but what building the runtime needs.
fn manifest_of_runtime(text: &str) -> Result<String> {
    let mut manifest: DocumentMut = text.parse()?;
    for key in ["dev-dependencies", "bench", "example", "test"] {
        manifest.remove(key);
    }
    if let Some(workspace) = manifest.get_mut("workspace").and_then(Item::as_table_mut) {
        workspace.remove("default-members");
        workspace.insert("members", Array::from_iter(["dsl", "stdlib"]).into());
    }
    Ok(manifest.to_string())
}
