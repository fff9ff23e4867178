//! A static file server for this machine only: right types, nothing cached, no way out of its folders.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use crate::failure::{Doing, Failure, Outcome};

/// A folder served under a prefix that starts and ends with a slash.
#[derive(Clone)]
pub(crate) struct Mount {
    prefix: &'static str,
    folder: PathBuf,
}

impl Mount {
    pub(crate) fn new(prefix: &'static str, folder: PathBuf) -> Self {
        Self { prefix, folder }
    }
}

pub(crate) struct Server {
    listener: TcpListener,
    mounts: Vec<Mount>,
    port: u16,
}

impl Server {
    /// Listens on 127.0.0.1; port 0 takes any free one.
    pub(crate) fn bind(port: u16, mounts: Vec<Mount>) -> Outcome<Self> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
                io::ErrorKind::AddrInUse => Failure::new(format!(
                    "port {port} is in use; choose another with --port N"
                )),
                _ => Failure::new(format!(
                    "cannot listen on 127.0.0.1:{port}: {error}; choose another with --port N"
                )),
            })?;
        let port = listener
            .local_addr()
            .doing(|| "reading the port".to_owned())?
            .port();
        Ok(Self {
            listener,
            mounts,
            port,
        })
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Serves until the process ends.
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        for stream in self.listener.incoming().flatten() {
            let mounts = self.mounts.clone();
            thread::spawn(move || {
                // A client that went away is no one's error.
                let _ = answer(stream, &mounts);
            });
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Serves in the background until the process ends; the address.
    pub(crate) fn start(self) -> String {
        let address = self.address();
        thread::spawn(move || self.run());
        address
    }
}

fn answer(stream: TcpStream, mounts: &[Mount]) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let mut words = request.split_whitespace();
    let method = words.next().unwrap_or_default();
    let target = words.next().unwrap_or_default();
    let response = match method {
        "GET" | "HEAD" => find(target, mounts),
        _ => Response::text("405 Method Not Allowed", "only GET and HEAD"),
    };
    response.write(stream, method == "HEAD")
}

struct Response {
    status: &'static str,
    media_type: &'static str,
    body: Vec<u8>,
}

impl Response {
    fn text(status: &'static str, body: &str) -> Self {
        Self {
            status,
            media_type: "text/plain; charset=utf-8",
            body: body.into(),
        }
    }

    fn write(&self, mut stream: TcpStream, head_only: bool) -> io::Result<()> {
        write!(
            stream,
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
             X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
            self.status,
            self.media_type,
            self.body.len()
        )?;
        if !head_only {
            stream.write_all(&self.body)?;
        }
        stream.flush()
    }
}

fn find(target: &str, mounts: &[Mount]) -> Response {
    let not_found = || Response::text("404 Not Found", "no such file");
    let Some(path) = decode(target.split(['?', '#']).next().unwrap_or_default()) else {
        return Response::text("400 Bad Request", "the path is not UTF-8");
    };
    // The longest prefix wins.
    let mount = mounts
        .iter()
        .filter(|mount| path.starts_with(mount.prefix))
        .max_by_key(|mount| mount.prefix.len());
    let Some(mount) = mount else {
        return not_found();
    };
    let Some(mut file) = inside(
        &mount.folder,
        path.get(mount.prefix.len()..).unwrap_or_default(),
    ) else {
        return not_found();
    };
    if file.is_dir() {
        file.push("index.html");
    }
    match fs::read(&file) {
        Ok(body) => Response {
            status: "200 OK",
            media_type: media_type(&file),
            body,
        },
        Err(_) => not_found(),
    }
}

/// The file below `folder`, unless the path leads out of it.
fn inside(folder: &Path, relative: &str) -> Option<PathBuf> {
    let relative = Path::new(relative);
    let plain = relative
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    plain.then(|| folder.join(relative))
}

fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

fn media_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "md" | "txt" | "ts" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn get(address: &str, request: &str) -> String {
        let mut stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn files_come_with_their_types_and_nothing_outside_is_reached() {
        let folder = std::env::temp_dir().join(format!("rplab-server-{}", std::process::id()));
        let (site, package) = (folder.join("site"), folder.join("package"));
        fs::create_dir_all(&site).unwrap();
        fs::create_dir_all(&package).unwrap();
        fs::write(folder.join("secret.txt"), "secret").unwrap();
        fs::write(site.join("index.html"), "<p>page</p>").unwrap();
        fs::write(package.join("a b.wasm"), "module").unwrap();
        let mounts = vec![Mount::new("/", site), Mount::new("/npm/", package)];
        let address = Server::bind(0, mounts).unwrap().start();

        let page = get(&address, "GET /?x=1");
        assert!(
            page.starts_with("HTTP/1.1 200 OK") && page.ends_with("<p>page</p>"),
            "{page}"
        );
        assert!(
            page.contains("Content-Type: text/html") && page.contains("no-cache"),
            "{page}"
        );
        let module = get(&address, "GET /npm/a%20b.wasm");
        assert!(
            module.contains("Content-Type: application/wasm") && module.ends_with("module"),
            "{module}"
        );
        let head = get(&address, "HEAD /index.html");
        assert!(
            head.contains("Content-Length: 11") && head.ends_with("\r\n\r\n"),
            "{head}"
        );
        for outside in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/npm/../secret.txt",
            "//etc/hostname",
            "/absent",
        ] {
            assert!(
                get(&address, &format!("GET {outside}")).starts_with("HTTP/1.1 404"),
                "{outside}"
            );
        }
        assert!(get(&address, "GET /%ff").starts_with("HTTP/1.1 400"));
        assert!(get(&address, "POST /").starts_with("HTTP/1.1 405"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_busy_port_names_the_flag() {
        let first = Server::bind(0, Vec::new()).unwrap();
        let failure = Server::bind(first.port, Vec::new())
            .err()
            .unwrap()
            .to_string();
        assert_eq!(
            failure,
            format!(
                "port {} is in use; choose another with --port N",
                first.port
            )
        );
    }
}
