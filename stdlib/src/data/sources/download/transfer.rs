//! One file over HTTP, from where it was cut off.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use md5::{Digest, Md5};
use netlet_dsl::messages::Failure;

use super::{Remote, cannot_write};
use crate::data::reading::{Reading, Stop};

/// How often an interrupt is looked for.
const LOOK: Duration = Duration::from_millis(50);
/// How long a connection may take to come about, and how long its answer may.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a connection that breaks off is made anew.
const TRIES: usize = 3;
/// Bytes that are read at once.
const CHUNK: usize = 1 << 16;

/// What comes over a connection.
enum News {
    /// It begins, at this byte of the file.
    Begins(u64),
    /// The next bytes.
    Bytes(Vec<u8>),
    /// It broke off, or could not be made.
    Broken(String),
}

/// A file while it grows.
struct Part {
    path: PathBuf,
    file: File,
    sum: Md5,
    size: u64,
}

/// Fetches a file from an address to a path where none is yet.
///
/// # Errors
/// When it cannot be fetched whole with the right sum, or was interrupted.
pub(super) fn transfer(
    remote: &Remote,
    address: &str,
    path: &Path,
    reading: &mut Reading<'_>,
) -> Result<(), Stop> {
    let mut part = Part::open(path, remote.size)?;
    reading.begin(&format!("fetching {}", remote.name()), "bytes", remote.size);
    let mut last = String::new();
    for _ in 0..TRIES {
        if part.size == remote.size {
            break;
        }
        let news = connect(address.to_owned(), part.size);
        match part.take(&news, remote.size, reading)? {
            None => {}
            Some(problem) => last = problem,
        }
    }
    if part.size != remote.size {
        return Err(Failure::new(format!("cannot fetch `{address}`: {last}"))
            .note(format!("{} of {} bytes have come", part.size, remote.size))
            .note(format!(
                "they are kept in `{}`; the next try goes on from there",
                part.path.display()
            ))
            .help("check the connection, or put the files there yourself and name their folder")
            .into());
    }
    part.finish(remote, address, path)?;
    Ok(())
}

/// Asks for a file from a byte on. Its own thread waits for the network, so that an interrupt need not.
fn connect(address: String, from: u64) -> Receiver<News> {
    let (send, receive) = sync_channel(4);
    thread::spawn(move || {
        let result = request(&address, from, &mut |news| send.send(news).is_ok());
        if let Err(problem) = result {
            // Nobody may be listening any more.
            let _ = send.send(News::Broken(problem));
        }
    });
    receive
}

/// Gives what comes to `tell` until that does not want more.
fn request(address: &str, from: u64, tell: &mut dyn FnMut(News) -> bool) -> Result<(), String> {
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .user_agent("netlet");
    let mut request = config.build().new_agent().get(address);
    if from > 0 {
        request = request.header("Range", format!("bytes={from}-"));
    }
    let response = request.call().map_err(|error| error.to_string())?;
    // A server that knows nothing of ranges begins anew.
    let begins = if response.status() == 206 { from } else { 0 };
    let mut body = response.into_body().into_reader();
    if !tell(News::Begins(begins)) {
        return Ok(());
    }
    loop {
        let mut bytes = vec![0; CHUNK];
        match body.read(&mut bytes) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                bytes.truncate(count);
                if !tell(News::Bytes(bytes)) {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

impl Part {
    /// What is there of a file of `size` bytes already.
    fn open(whole: &Path, size: u64) -> Result<Self, Failure> {
        let mut path = whole.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let cannot = |error: io::Error| cannot_write(&path, &error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(cannot)?;
        let found = file.metadata().map_err(cannot)?.len();
        let mut part = Self { path: path.clone(), file, sum: Md5::new(), size: 0 };
        if found > size {
            part.begin_anew().map_err(cannot)?;
        }
        let mut bytes = vec![0; CHUNK];
        loop {
            let count = part.file.read(&mut bytes).map_err(cannot)?;
            if count == 0 {
                return Ok(part);
            }
            part.sum.update(&bytes[..count]);
            part.size += count as u64;
        }
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        io::Seek::rewind(&mut self.file)?;
        self.sum = Md5::new();
        self.size = 0;
        Ok(())
    }

    /// Takes what comes, up to the file's size; what went wrong, if anything did.
    fn take(
        &mut self,
        news: &Receiver<News>,
        most: u64,
        reading: &mut Reading<'_>,
    ) -> Result<Option<String>, Stop> {
        loop {
            reading.progress(self.size)?;
            match news.recv_timeout(LOOK) {
                Ok(News::Begins(from)) if from == self.size => {}
                Ok(News::Begins(_)) => {
                    self.begin_anew().map_err(|error| cannot_write(&self.path, &error))?;
                }
                Ok(News::Bytes(bytes)) => {
                    if self.size + bytes.len() as u64 > most {
                        self.remove();
                        return Err(Failure::new("a file to fetch is larger than it should be")
                            .note(format!("expected {most} bytes, and more came"))
                            .help("the address has another file by now: fetch the set by hand")
                            .into());
                    }
                    let written = self.file.write_all(&bytes);
                    written.map_err(|error| cannot_write(&self.path, &error))?;
                    self.sum.update(&bytes);
                    self.size += bytes.len() as u64;
                }
                Ok(News::Broken(problem)) => return Ok(Some(problem)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let early = (self.size < most).then(|| "it ended too early".to_owned());
                    return Ok(early);
                }
            }
        }
    }

    /// Gives a whole file its name, if it has the right sum.
    fn finish(mut self, remote: &Remote, address: &str, path: &Path) -> Result<(), Failure> {
        let digest = std::mem::take(&mut self.sum).finalize();
        let found: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        if found != remote.md5 {
            self.remove();
            return Err(Failure::new(format!("`{address}` is not the file that was published"))
                .note(format!("expected the MD5 sum {}, found {found}", remote.md5))
                .note("what was fetched has been removed")
                .help("try again; if it stays so, fetch the set by hand and name its folder"));
        }
        self.file.sync_all().map_err(|error| cannot_write(&self.path, &error))?;
        fs::rename(&self.path, path).map_err(|error| cannot_write(path, &error))
    }

    fn remove(&self) {
        // If it stays, the next try finds that it is wrong again.
        let _ = fs::remove_file(&self.path);
    }
}
