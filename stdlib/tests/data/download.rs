//! Published sets that are fetched, from a server on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use super::*;

/// Where the child process puts its data, and what it reports.
const FOLDER: &str = "NETLET_TEST_DOWNLOAD";

/// The child process, whose environment names the mirror.
#[test]
fn child_fetches_mnist() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let source = DataSource::Mnist { path: None };
    let said = match read(&DataPlan { download: true, ..plan(source) }) {
        Ok(data) => format!("{} and {} samples", data.len(Part::Train), data.len(Part::Test)),
        Err(failure) => said(&failure),
    };
    fs::write(folder.join("said"), said).expect("a written file");
}

/// Serves the files of a folder, or nothing but this content.
fn serve(files: Option<PathBuf>, otherwise: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.expect("a call");
            let wanted = request(&stream);
            let file = files.as_ref().and_then(|folder| fs::read(folder.join(wanted)).ok());
            give(stream, file.as_deref().unwrap_or(otherwise));
        }
    });
    address
}

/// The path that is asked for.
fn request(stream: &TcpStream) -> String {
    let mut lines = BufReader::new(stream).lines().map(|line| line.expect("a line"));
    let first = lines.next().unwrap_or_default();
    lines.find(String::is_empty);
    first.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned()
}

fn give(mut stream: TcpStream, content: &[u8]) {
    let length = content.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // Who has enough may hang up.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(content));
}

/// What the child process says, and what is in its folder afterwards.
fn fetched(mirror: &str) -> (String, Vec<String>) {
    let folder = folder();
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "download::child_fetches_mnist"])
        .env(FOLDER, folder.path())
        .env("NETLET_MIRROR", mirror)
        .env("NETLET_DATA", folder.path())
        .output()
        .expect("a process");
    assert!(output.status.success(), "{output:?}");
    let said = fs::read_to_string(folder.path().join("said")).expect("a report");
    let files = fs::read_dir(folder.path().join("mnist")).expect("a folder");
    let mut files: Vec<String> = files
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    (said, files)
}

#[test]
fn what_is_not_the_published_file_is_refused_and_leaves_nothing() {
    // As many bytes as the first file has, and fewer.
    static SAME_SIZE: [u8; 9_912_422] = [7; 9_912_422];
    let (said, files) = fetched(&serve(None, &SAME_SIZE));
    assert!(said.contains("is not the file that was published"), "{said}");
    assert!(said.contains("f68b3c2dcbeaaa9fbdd348bbdeb94873"), "{said}");
    assert!(files.is_empty(), "{files:?}");
    let (said, files) = fetched(&serve(None, b"not found"));
    assert!(said.contains("cannot fetch") && said.contains("of 9912422 bytes"), "{said}");
    assert_eq!(files, ["train-images-idx3-ubyte.gz.part"]);
}

#[test]
fn the_published_files_are_fetched_and_read() {
    let Some(folder) = real::folder("mnist") else { return };
    let (said, files) = fetched(&serve(folder.parent().map(Path::to_owned), b"not found"));
    assert_eq!(said, "60000 and 10000 samples");
    assert_eq!(files.len(), 4);
}
