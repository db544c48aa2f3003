//! Pictures where they are files, or come one after the other down a screen: only the last one of
//! a name matters.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use netlet_dsl::messages::Picture;

use crate::files::write_whole;

/// Holds back live pictures until they have their last form.
#[derive(Debug, Default)]
pub struct Latest {
    live: BTreeMap<String, Picture>,
}

impl Latest {
    /// Takes a picture in, and gives it back if no newer one will replace it.
    pub fn take(&mut self, picture: Picture) -> Option<Picture> {
        if picture.live {
            self.live.insert(picture.name.clone(), picture);
            return None;
        }
        self.live.remove(&picture.name);
        Some(picture)
    }

    /// The pictures that got no last form, as when their command failed.
    pub fn rest(self) -> impl Iterator<Item = Picture> {
        self.live.into_values()
    }
}

/// The picture that a value of a Rust cell is, if it is one that can be read.
pub fn of_value(forms: &BTreeMap<String, String>) -> Option<Picture> {
    let encoded = forms.get("image/png")?;
    let png = STANDARD.decode(encoded.trim()).ok()?;
    let decoded = image::load_from_memory(&png).ok()?;
    let alt = forms.get("text/plain").map_or("a picture", String::as_str).to_owned();
    let (width, height) = (decoded.width(), decoded.height());
    Some(Picture { name: "value".to_owned(), alt, live: false, width, height, png, svg: None })
}

/// Writes a picture into `folder`, which is made first, whole or not at all; gives its path. A chart
/// is written as SVG beside it.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn save(picture: &Picture, folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join(file_name(&picture.name));
    write_whole(&path, &picture.png)?;
    if let Some(svg) = &picture.svg {
        write_whole(&path.with_extension("svg"), svg.as_bytes())?;
    }
    Ok(path)
}

/// A name of letters, digits, `-`, `_` and `.` that names no other folder.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    format!("{}.png", name.chars().map(plain).collect::<String>().trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(name: &str, live: bool, png: &[u8]) -> Picture {
        Picture {
            name: name.into(),
            alt: "a curve".into(),
            live,
            width: 1,
            height: 1,
            png: png.into(),
            svg: None,
        }
    }

    #[test]
    fn only_last_forms_are_given() {
        let mut latest = Latest::default();
        assert_eq!(latest.take(picture("a", true, b"1")), None);
        assert_eq!(latest.take(picture("b", true, b"2")), None);
        assert_eq!(latest.take(picture("b", true, b"3")), None);
        let last = picture("a", false, b"4");
        assert_eq!(latest.take(last.clone()), Some(last));
        assert_eq!(latest.rest().collect::<Vec<_>>(), [picture("b", true, b"3")]);
    }

    #[test]
    fn files_stay_in_their_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let into = folder.path().join("new");
        let path = save(&picture("../up/é x", false, b"png"), &into).expect("a file");
        assert_eq!(path, into.join("_up_é_x.png"));
        assert_eq!(std::fs::read(&path).expect("the file"), b"png");
        assert_eq!(std::fs::read_dir(&into).expect("the folder").count(), 1);
    }

    #[test]
    fn a_chart_is_two_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let chart = Picture { svg: Some("<svg/>".into()), ..picture("A.loss", false, b"png") };
        let path = save(&chart, folder.path()).expect("a file");
        let read = |name: &str| std::fs::read(folder.path().join(name)).expect("the file");
        assert_eq!(path, folder.path().join("A.loss.png"));
        assert_eq!([read("A.loss.png"), read("A.loss.svg")], [&b"png"[..], b"<svg/>"]);
    }
}
