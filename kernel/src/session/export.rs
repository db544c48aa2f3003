//! A network as a crate of its own, beside the runtime's source.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use netlet_dsl::emit;
use netlet_dsl::messages::Failure;
use netlet_dsl::network::Network;
use tempfile::TempDir;

use crate::runtime;

/// The files of every crate. `{NET}` stands for the network's name, `{TYPE}` for its type's and
/// `{CRATE}` for the crate's.
const FILES: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("../../resources/crate/Cargo.toml.in")),
    (".cargo/config.toml", include_str!("../../resources/crate/config.toml")),
    ("README.md", include_str!("../../resources/crate/README.md")),
    ("src/main.rs", include_str!("../../resources/crate/main.rs")),
];

/// Names that cargo keeps for itself, or that would hide a crate.
const TAKEN: [&str; 9] =
    ["alloc", "build", "core", "deps", "examples", "incremental", "netlet", "std", "test"];

/// A crate that is being written, in a folder beside its own, so that it appears only when it is
/// whole.
pub(super) struct Export {
    target: PathBuf,
    folder: TempDir,
}

impl Export {
    /// Writes all of the crate of `net` but what the worker has of it.
    ///
    /// # Errors
    /// When `target` is there already and not empty, or something cannot be written.
    pub(super) fn begin(net: &Network, target: &Path) -> Result<Self, Failure> {
        let cannot = |error| cannot_write(target, &error);
        let absolute = std::path::absolute(target).map_err(cannot)?;
        expect_free(target)?;
        let beside = absolute.parent().unwrap_or(&absolute);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".netlet-export-");
        // A temporary folder is its owner's alone unless told otherwise; the umask still counts.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let folder = builder.tempdir_in(beside).map_err(cannot)?;
        let export = Self { target: absolute, folder };
        export.write_sources(net).map_err(cannot)?;
        Ok(export)
    }

    /// The folder that the worker's part goes into.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the crate in its place.
    ///
    /// # Errors
    /// When it cannot be moved there.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { target, folder } = self;
        expect_free(&target)?;
        let place = || -> io::Result<()> {
            if !target.exists() {
                return fs::rename(folder.path(), &target);
            }
            // An empty folder stays the one that it is: somebody may be in it.
            for entry in fs::read_dir(folder.path())? {
                let entry = entry?;
                fs::rename(entry.path(), target.join(entry.file_name()))?;
            }
            Ok(())
        };
        place().map_err(|error| cannot_write(&target, &error))
    }

    fn write_sources(&self, net: &Network) -> io::Result<()> {
        let [name, kind, package] = [net.name.clone(), emit::type_name(&net.name), package(net)];
        for (path, content) in FILES {
            let content = content.replace("{NET}", &name).replace("{TYPE}", &kind);
            self.write(path, content.replace("{CRATE}", &package).as_bytes())?;
        }
        let docs = format!("//! The network {name}, as Netlet compiles it.\n\n");
        self.write("src/network.rs", (docs + &emit::rust(net)).as_bytes())?;
        self.write(".gitignore", b"/target\n")?;
        for (path, content) in runtime::source() {
            self.write(&format!("runtime/{path}"), content)?;
            // The versions of all dependencies are those of the session.
            if *path == "Cargo.lock" {
                self.write(path, content)?;
            }
        }
        Ok(())
    }

    fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let path = self.folder.path().join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, content)
    }
}

/// The name of the crate of a network.
fn package(net: &Network) -> String {
    let name = net.name.to_lowercase();
    if TAKEN.contains(&name.as_str()) { format!("{name}-net") } else { name }
}

/// Checks that nothing is at `target`, or an empty folder.
fn expect_free(target: &Path) -> Result<(), Failure> {
    let headline = match fs::read_dir(target).map(|mut entries| entries.next().is_none()) {
        Ok(true) => return Ok(()),
        Ok(false) => format!("the folder `{}` is not empty", target.display()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            format!("`{}` is a file", target.display())
        }
        Err(error) => return Err(cannot_write(target, &error)),
    };
    Err(Failure::new(headline).help("name a folder that is not there yet; nothing is overwritten"))
}

fn cannot_write(target: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot write `{}`: {error}", target.display()))
        .help("name a folder within one that exists and may be written to")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use netlet_dsl::check::{Action, Context, Scope, check};
    use netlet_dsl::syntax;

    use super::*;

    fn net(name: &str) -> std::sync::Arc<Network> {
        let mut scope = Scope::default();
        let text = format!("net {name}(1x28x28) {{ flatten -> linear 10 }}");
        let source = scope.sources.add("test", text);
        let program = syntax::parse(&source).expect("a network");
        let checked = check(&program, &source, &scope, Context::default());
        let action = checked.statements.into_iter().next().map(|statement| statement.action);
        let Some(Action::Net { network, .. }) = action else { panic!("{:?}", checked.diagnostics) };
        network
    }

    #[test]
    fn a_crate_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("lenet");
        let count = || fs::read_dir(folder.path()).expect("the folder").count();
        let export = Export::begin(&net("LeNet5"), &target).expect("a crate");
        assert!(!target.exists());
        drop(export);
        assert_eq!(count(), 0);

        fs::create_dir(&target).expect("an empty folder");
        for _ in 0..2 {
            Export::begin(&net("LeNet5"), &target)
                .and_then(Export::finish)
                .expect("a crate in an empty folder or none");
            assert_eq!(count(), 1);
            let found: BTreeSet<_> = fs::read_dir(&target)
                .expect("the crate")
                .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
                .collect();
            let expected =
                [".cargo", ".gitignore", "Cargo.lock", "Cargo.toml", "README.md", "runtime", "src"];
            assert_eq!(found, expected.map(str::to_owned).into());
            let again = Export::begin(&net("LeNet5"), &target).err().expect("a full folder");
            assert!(again.headline.ends_with("is not empty"), "{again}");
            fs::remove_dir_all(&target).expect("the crate");
        }
    }

    #[test]
    fn a_place_that_cannot_be_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "text").expect("a file");
        for (place, part) in [("file", "is a file"), ("no/folder", "cannot write")] {
            let failure = Export::begin(&net("A"), &folder.path().join(place)).err();
            let failure = failure.expect("no place for a crate");
            assert!(failure.headline.contains(part), "{failure}");
        }
        assert_eq!(fs::read_to_string(&file).expect("the file"), "text");
    }

    #[test]
    fn all_marks_are_filled_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("crate");
        let export = Export::begin(&net("Build"), &target).expect("a crate");
        for (path, _) in FILES {
            let text = fs::read_to_string(export.folder().join(path)).expect("a file");
            for mark in ["{NET}", "{TYPE}", "{CRATE}"] {
                assert!(!text.contains(mark), "{mark} in {path}");
            }
        }
        let manifest = fs::read_to_string(export.folder().join("Cargo.toml")).expect("a file");
        assert!(manifest.contains("name = \"build-net\""), "{manifest}");
    }
}
