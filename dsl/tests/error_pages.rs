//! The pages that explain the codes: each shows the mistake and the way out, and both are checked.

mod cases;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cases::{ROOT, files, markdown};
use netlet_dsl::diagnostic::Code;

#[test]
fn every_code_has_its_page() {
    let folder = Path::new(ROOT).join("docs/errors");
    let stem = |path: &PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let mut pages = files(&folder, "md").iter().map(stem).collect::<BTreeSet<_>>();
    assert!(pages.remove("README"), "the pages have an index");
    let codes = Code::ALL.iter().map(|code| code.word().to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(pages, codes, "pages on the left, codes on the right");
    let index = fs::read_to_string(folder.join("README.md")).expect("an index");
    for code in Code::ALL {
        assert!(Path::new(ROOT).join(code.page()).exists(), "{code}: {}", code.page());
        let entry = format!("[`{code}`]({code}.md)");
        assert!(index.contains(&entry), "the index has {entry}");
    }
}

#[test]
fn pages_of_codes_show_the_error_and_how_to_mend_it() {
    let mut failures = Vec::new();
    for code in Code::ALL {
        let page = Path::new(ROOT).join(code.page());
        let checked = markdown::checked(&page, ROOT);
        // A mistake of Netlet's own has no example.
        let is_shown = |wrong| checked.iter().any(|(block, _)| block.is_wrong == wrong);
        if *code != Code::Bug && !(is_shown(true) && is_shown(false)) {
            failures.push(format!("{} shows no mistake, or no way out", code.page()));
        }
        for (block, seen) in &checked {
            let found = seen.diagnostics.iter().map(|found| found.code).collect::<BTreeSet<_>>();
            let wanted = if block.is_wrong { BTreeSet::from([*code]) } else { BTreeSet::new() };
            if found != wanted {
                failures.push(format!("{block} gives {found:?}\n{}", seen.rendered()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
