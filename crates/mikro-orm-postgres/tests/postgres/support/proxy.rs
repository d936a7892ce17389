//! A proxy that holds the server's answers back until it has seen what a client must send without them.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The proxy.
#[derive(Clone)]
pub struct Gate {
    inner: Arc<Inner>,
}

struct Inner {
    /// What opens the gate again; none while it is open.
    wanted: Mutex<Vec<&'static str>>,
    seen: Mutex<Vec<u8>>,
}

impl Gate {
    /// Starts a proxy in front of the server, and gives the URL of it.
    pub async fn start(server: &str) -> (Gate, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (before, after) = server.split_once("://").unwrap().1.split_once('/').unwrap();
        let (login, host) = before.rsplit_once('@').unwrap_or(("postgres", before));
        let url = format!("postgres://{login}@127.0.0.1:{port}/{after}");
        let gate = Gate { inner: Arc::new(Inner { wanted: Mutex::default(), seen: Mutex::default() }) };
        let (host, serving) = (host.to_owned(), gate.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&host).await.unwrap();
                client.set_nodelay(true).unwrap();
                server.set_nodelay(true).unwrap();
                let ((client_in, client_out), (server_in, server_out)) = (client.into_split(), server.into_split());
                let (up, down) = (serving.clone(), serving.clone());
                tokio::spawn(async move { up.upwards(client_in, server_out).await });
                tokio::spawn(async move { down.downwards(server_in, client_out).await });
            }
        });
        (gate, url)
    }

    /// Holds answers back until all of these were sent.
    pub fn hold_until(&self, wanted: &[&'static str]) {
        self.inner.seen.lock().unwrap().clear();
        *self.inner.wanted.lock().unwrap() = wanted.to_vec();
    }

    fn is_open(&self) -> bool {
        self.inner.wanted.lock().unwrap().is_empty()
    }

    fn see(&self, bytes: &[u8]) {
        let mut seen = self.inner.seen.lock().unwrap();
        seen.extend_from_slice(bytes);
        let found = |text: &str| seen.windows(text.len()).any(|window| window == text.as_bytes());
        self.inner.wanted.lock().unwrap().retain(|text| !found(text));
    }

    async fn upwards(&self, mut from: tokio::net::tcp::OwnedReadHalf, mut to: tokio::net::tcp::OwnedWriteHalf) {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            self.see(&buffer[..length]);
            if to.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    }

    async fn downwards(&self, mut from: tokio::net::tcp::OwnedReadHalf, mut to: tokio::net::tcp::OwnedWriteHalf) {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            while !self.is_open() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            if to.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    }
}
