//! Framing: four bytes of length, little endian, then a message pack.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest frame accepted: far above any picture, far below what a wrong length would ask for.
const LIMIT: u32 = 256 << 20;

/// Writes one message and flushes.
///
/// # Errors
/// When the stream fails, or the message is longer than 256 MiB.
pub fn write_frame<T: Serialize>(mut to: impl Write, message: &T) -> io::Result<()> {
    let body = rmp_serde::to_vec_named(message).map_err(io::Error::other)?;
    let length =
        u32::try_from(body.len()).ok().filter(|&length| length <= LIMIT).ok_or_else(|| {
            io::Error::other(format!("a message of {} bytes is too long", body.len()))
        })?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&body)?;
    to.flush()
}

/// Reads one message; `None` when the stream ends between messages.
///
/// # Errors
/// When the stream fails or ends inside a message, or what it holds is no such message.
pub fn read_frame<T: DeserializeOwned>(mut from: impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read(&mut length)? {
        0 => return Ok(None),
        read => from.read_exact(&mut length[read..])?,
    }
    let length = u32::from_le_bytes(length);
    if length > LIMIT {
        return Err(io::Error::other(format!("a message of {length} bytes is too long")));
    }
    let mut body = vec![0; length as usize];
    from.read_exact(&mut body)?;
    rmp_serde::from_slice(&body).map(Some).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{Event, FromWorker, Picture, Report};

    #[test]
    fn messages_come_back_as_they_were() {
        let sent = [
            FromWorker::Event {
                id: 7,
                event: Event::Report(Report::Load {
                    net: "A".into(),
                    path: "w".into(),
                    tensors: 3,
                }),
            },
            FromWorker::Event {
                id: 8,
                event: Event::Picture(Picture {
                    name: "A-loss".into(),
                    alt: "a curve".into(),
                    live: true,
                    width: 1,
                    height: 2,
                    png: vec![0, 255, 7],
                    svg: Some("<svg/>".into()),
                }),
            },
        ];
        let mut stream = Vec::new();
        for message in &sent {
            write_frame(&mut stream, message).expect("a Vec takes all writes");
        }
        let mut stream = stream.as_slice();
        for message in sent {
            assert_eq!(read_frame(&mut stream).expect("a whole frame"), Some(message));
        }
        assert_eq!(read_frame::<FromWorker>(&mut stream).expect("a clean end"), None);
    }

    #[test]
    fn a_cut_frame_is_an_error() {
        let mut stream = Vec::new();
        write_frame(&mut stream, &"hello").expect("a Vec takes all writes");
        stream.pop();
        assert!(read_frame::<String>(stream.as_slice()).is_err());
        assert!(read_frame::<String>(&stream[..2]).is_err());
    }

    #[test]
    fn a_wrong_length_allocates_nothing() {
        assert!(read_frame::<String>(&[0xff; 8][..]).is_err());
    }
}
