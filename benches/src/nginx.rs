//! nginx with the same files, which it gives to anyone: the limit for giving out files.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::http::Load;

/// Where Debian puts it; the PATH of those who may not administrate lacks the folder.
const PROGRAM: &str = "/usr/sbin/nginx";

/// As many as there are cores on the machine that the goals are for.
const WORKERS: usize = 2;

/// How long it may take to start.
const START: Duration = Duration::from_secs(10);

/// A running nginx.
pub(crate) struct Nginx {
    child: Child,
    address: String,
}

impl Nginx {
    /// Gives out what lies in `root`; keeps what it needs in `folder`.
    pub(crate) fn start(folder: &Path, root: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let folder = folder.canonicalize()?;
        let settings = folder.join("nginx.conf");
        std::fs::write(
            &settings,
            configuration(&folder, &root.canonicalize()?, &address),
        )?;
        let child = Command::new(PROGRAM)
            .arg("-c")
            .arg(settings)
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{PROGRAM}: {error}; `make bench` installs it"))?;
        let nginx = Self { child, address };
        nginx.wait()?;
        Ok(nginx)
    }

    fn wait(&self) -> Result<()> {
        let deadline = Instant::now() + START;
        while TcpStream::connect(&self.address).is_err() {
            if Instant::now() > deadline {
                return Err("nginx did not start".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Requests to it, over so many connections.
    pub(crate) fn load(&self, connections: usize) -> Load<'_> {
        Load {
            address: &self.address,
            credential: "",
            connections,
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It ends its workers when it is asked, not when it is killed.
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        drop(asked);
        drop(self.child.wait());
    }
}

fn configuration(folder: &Path, root: &Path, address: &str) -> String {
    let (folder, root) = (folder.display(), root.display());
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("    {kind}_temp_path {folder}/{kind};\n"))
        .collect();
    format!(
        "daemon off;
user root;
worker_processes {WORKERS};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
{temporary}    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    server {{
        listen {address};
        root {root};
    }}
}}
"
    )
}
