//! HTTP/1.1 as far as browsers on the same machine need it: a thread for each connection, which stays open. A pool of
//! threads would not do: a browser opens six connections and keeps them, and one that waits for a thread waits for ever.
//!
//! Knows nothing of files. Read next: `server.rs`, which says what is answered.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

/// More than any report is long, in bytes.
const LONGEST_BODY: usize = 16 << 20;

/// What a browser asks.
pub struct Request {
    /// `GET`, `HEAD`, `POST`.
    pub method: String,
    /// The path with what stands behind its `?`.
    pub target: String,
    /// Names in small letters.
    headers: Vec<(String, String)>,
    /// Empty but for `POST`.
    pub body: String,
}

impl Request {
    /// The value of a header whose name is given in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What it is told.
pub struct Response {
    /// The code and its words: `200 OK`.
    pub status: &'static str,
    /// Beside the length, which is written by itself.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body as it goes over the wire.
    pub body: Vec<u8>,
}

/// Answers every request that comes, in threads of its own.
pub fn serve(listener: TcpListener, answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> JoinHandle<()> {
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            // A browser that has gone away, or speaks something else, is no reason to stop.
            std::thread::spawn(move || converse(stream, &*answer).ok());
        }
    })
}

/// One connection, until the browser closes it.
fn converse(stream: TcpStream, answer: &dyn Fn(&Request) -> Response) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let response = answer(&request);
        let mut head = format!("HTTP/1.1 {}\r\nContent-Length: {}\r\n", response.status, response.body.len());
        for (name, value) in &response.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut answer = head.into_bytes();
        if request.method != "HEAD" {
            answer.extend(response.body);
        }
        writer.write_all(&answer)?;
    }
    Ok(())
}

/// The next request; `None` when there is none any more.
fn read(reader: &mut impl BufRead) -> Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = words.next().zip(words.next()).context("this is no request")?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        ensure!(reader.read_line(&mut line)? > 0, "the request breaks off");
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { method, target, headers, body: String::new() };
    let length = request.header("content-length").map_or(Ok(0), str::parse)?;
    ensure!(length <= LONGEST_BODY, "a body of {length} bytes");
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body = String::from_utf8(body)?;
    Ok(Some(request))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn many_open_connections_are_answered_in_any_order_and_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        serve(listener, |request| Response {
            status: "200 OK",
            headers: vec![("Content-Type", "text/plain")],
            body: format!("{} {} {}", request.method, request.target, request.body).into_bytes(),
        });
        let mut connections: Vec<_> = (0..12).map(|_| TcpStream::connect(address).unwrap()).collect();
        for turn in 0..2 {
            for connection in connections.iter_mut().rev() {
                let question = format!("POST /report?{turn} HTTP/1.1\r\nContent-length: 4\r\n\r\nwell");
                connection.write_all(question.as_bytes()).unwrap();
                let expected = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: 19\r\nContent-Type: text/plain\r\n\r\nPOST /report?{turn} well"
                );
                let mut answer = vec![0; expected.len()];
                connection.read_exact(&mut answer).unwrap();
                assert_eq!(String::from_utf8(answer).unwrap(), expected);
            }
        }
    }

    #[test]
    fn what_is_no_request_ends_the_connection() {
        assert!(read(&mut &b""[..]).unwrap().is_none());
        assert!(read(&mut &b"hello\r\n\r\n"[..]).is_err());
        assert!(read(&mut &b"GET / HTTP/1.1\r\nHost: a\r\n"[..]).is_err());
    }
}
