//! Fetching from a server on this machine.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use netlet_dsl::messages::{Event, OnBad};
use tempfile::TempDir;

use super::transfer::transfer;
use super::*;
use crate::train::Watch;

const CONTENT: &[u8] = b"twenty bytes of data";
const SUM: &str = "547c2d26cb98db681f57a17d8ad5d098";

/// How the server answers one request.
#[derive(Clone, Copy)]
enum Answer {
    /// The part that was asked for.
    Part,
    /// All of it, whatever was asked for.
    Whole,
    /// All of it, cut off after so many bytes.
    Cut(usize),
    /// Other bytes.
    Other(&'static [u8]),
}

/// A server that gives these answers, one after the other, and what ranges it was asked for.
fn serve(answers: &'static [Answer]) -> (String, Receiver<Option<u64>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/file", listener.local_addr().expect("an address"));
    let (send, asked) = channel();
    thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().expect("a call");
            let from = range(&stream);
            // The test may be over.
            let _ = send.send(from);
            give(stream, *answer, from.unwrap_or(0) as usize);
        }
    });
    (address, asked)
}

/// The first byte that a request asks for.
fn range(stream: &TcpStream) -> Option<u64> {
    let mut from = None;
    for line in BufReader::new(stream).lines() {
        let line = line.expect("a line").to_lowercase();
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().ok();
        }
        if line.is_empty() {
            break;
        }
    }
    from
}

fn give(mut stream: TcpStream, answer: Answer, from: usize) {
    let (status, said, body) = match answer {
        Answer::Part => ("206 Partial Content", CONTENT.len() - from, &CONTENT[from..]),
        Answer::Whole => ("200 OK", CONTENT.len(), CONTENT),
        Answer::Cut(end) => ("200 OK", CONTENT.len(), &CONTENT[..end]),
        Answer::Other(content) => ("200 OK", content.len(), content),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {said}\r\nConnection: close\r\n\r\n");
    // Who has enough may hang up.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

/// A watch that lets everything go on.
struct Patient;

impl Watch for Patient {
    fn show(&mut self, _: Event) {}

    fn is_stopped(&self) -> bool {
        false
    }
}

/// A watch that has had enough.
struct Impatient;

impl Watch for Impatient {
    fn show(&mut self, _: Event) {}

    fn is_stopped(&self) -> bool {
        true
    }
}

const REMOTE: Remote = Remote::file("http://nowhere.invalid/file", CONTENT.len() as u64, SUM);

fn target() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, part) = (folder.path().join("file"), folder.path().join("file.part"));
    (folder, path, part)
}

fn fetched(address: &str, path: &Path) -> Result<(), Failure> {
    let mut watch = Patient;
    match transfer(&REMOTE, address, path, &mut Reading::new(&mut watch, OnBad::Stop)) {
        Ok(()) => Ok(()),
        Err(Stop::Failed(failure)) => Err(failure),
        Err(Stop::Interrupted) => panic!("nobody interrupted it"),
    }
}

#[test]
fn a_file_is_fetched_whole_and_gets_its_name_last() {
    let (_folder, path, part) = target();
    let (address, asked) = serve(&[Answer::Whole]);
    fetched(&address, &path).expect("a file");
    assert_eq!(fs::read(&path).expect("a file"), CONTENT);
    assert!(!part.exists());
    assert_eq!(asked.recv(), Ok(None));
}

#[test]
fn a_transfer_goes_on_where_it_was_cut_off() {
    let (_folder, path, _) = target();
    let (address, asked) = serve(&[Answer::Cut(7), Answer::Part]);
    fetched(&address, &path).expect("a file");
    assert_eq!(fs::read(&path).expect("a file"), CONTENT);
    assert_eq!((asked.recv(), asked.recv()), (Ok(None), Ok(Some(7))));
}

#[test]
fn a_later_try_goes_on_too_and_begins_anew_where_the_server_does() {
    for answers in [&[Answer::Part][..], &[Answer::Whole]] {
        let (_folder, path, part) = target();
        fs::write(&part, &CONTENT[..12]).expect("a part");
        let (address, asked) = serve(answers);
        fetched(&address, &path).expect("a file");
        assert_eq!(fs::read(&path).expect("a file"), CONTENT);
        assert_eq!(asked.recv(), Ok(Some(12)));
        assert!(!part.exists());
    }
}

#[test]
fn what_is_left_of_another_file_is_found_out() {
    let (_folder, path, part) = target();
    fs::write(&part, b"another file").expect("a part");
    let (address, _) = serve(&[Answer::Part]);
    let failure = fetched(&address, &path).expect_err("a wrong sum");
    assert!(failure.notes[0].contains(SUM), "{failure:?}");
    assert!(!path.exists() && !part.exists());
}

#[test]
fn another_file_is_refused_and_removed() {
    let others: [&'static [Answer]; 2] = [
        &[Answer::Other(b"twenty bytes of date")],
        &[Answer::Other(b"more than twenty bytes of it")],
    ];
    for answers in others {
        let (_folder, path, part) = target();
        let (address, _) = serve(answers);
        let failure = fetched(&address, &path).expect_err("another file");
        assert!(failure.help.is_some(), "{failure:?}");
        assert!(!path.exists() && !part.exists());
    }
}

#[test]
fn what_came_of_a_broken_transfer_is_kept_apart() {
    let (_folder, path, part) = target();
    let (address, _) = serve(&[Answer::Cut(3), Answer::Cut(0), Answer::Cut(0)]);
    let failure = fetched(&address, &path).expect_err("a broken transfer");
    assert!(failure.headline.contains(&address), "{failure:?}");
    assert!(!path.exists());
    // The second answer began anew, and had nothing.
    assert!(part.exists());
}

#[test]
fn an_interrupt_ends_a_transfer_and_keeps_what_came() {
    let (_folder, path, part) = target();
    fs::write(&part, &CONTENT[..5]).expect("a part");
    let (address, _) = serve(&[Answer::Part]);
    let mut watch = Impatient;
    let stop = transfer(&REMOTE, &address, &path, &mut Reading::new(&mut watch, OnBad::Stop));
    assert!(matches!(stop, Err(Stop::Interrupted)), "{stop:?}");
    assert!(!path.exists());
    assert!(fs::read(&part).expect("a part").starts_with(&CONTENT[..5]));
}

/// A gzipped archive of files with paths.
fn packed(folder: &Path, files: &[(&str, &[u8])]) -> PathBuf {
    let path = folder.join("archive.tar.gz");
    let file = fs::File::create(&path).expect("a file");
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // The library itself would refuse such paths.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, *content).expect("an entry");
    }
    archive.into_inner().and_then(GzEncoder::finish).expect("an archive");
    path
}

fn unpacked(path: &Path, members: &[&str], folder: &Path) -> Result<(), Failure> {
    let mut watch = Patient;
    match archive::unpack(path, members, folder, &mut Reading::new(&mut watch, OnBad::Stop)) {
        Ok(()) => Ok(()),
        Err(Stop::Failed(failure)) => Err(failure),
        Err(Stop::Interrupted) => panic!("nobody interrupted it"),
    }
}

#[test]
fn only_what_is_wanted_comes_out_of_an_archive_and_only_into_the_folder() {
    let outer = tempfile::tempdir().expect("a folder");
    let folder = outer.path().join("set");
    fs::create_dir(&folder).expect("a folder");
    let files: [(&str, &[u8]); 4] = [
        ("set/train.bin", b"train"),
        ("../../escaped.bin", b"out"),
        ("../test.bin", b"test"),
        ("set/readme.html", b"words"),
    ];
    let path = packed(outer.path(), &files);
    unpacked(&path, &["train.bin", "test.bin"], &folder).expect("an archive");
    let mut found: Vec<String> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, ["test.bin", "train.bin"]);
    assert!(!outer.path().join("test.bin").exists());
}

#[test]
fn an_archive_that_lacks_a_file_or_is_cut_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = packed(folder.path(), &[("set/train.bin", &[7; 5000])]);
    let failure = unpacked(&path, &["train.bin", "test.bin"], folder.path());
    assert!(failure.expect_err("no test.bin").headline.contains("test.bin"));
    let content = fs::read(&path).expect("a file");
    fs::write(&path, &content[..content.len() / 2]).expect("a file");
    fs::remove_file(folder.path().join("train.bin")).expect("a file");
    unpacked(&path, &["train.bin"], folder.path()).expect_err("a cut archive");
    assert!(!folder.path().join("train.bin").exists());
    assert!(!folder.path().join("train.bin.part").exists());
}
