//! How to connect.

mod url;

use std::fmt;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// How to connect to a PostgreSQL server, and how many connections to keep.
///
/// ```
/// use mikro_orm_postgres::PostgresOptions;
/// use std::time::Duration;
///
/// # fn main() -> Result<(), mikro_orm_core::Error> {
/// let options = PostgresOptions::new("postgres://app:secret@db.example:5432/shop")?
///     .max_connections(20)
///     .acquire_timeout(Duration::from_secs(5));
/// # Ok(())
/// # }
/// ```
///
/// In the URL, special characters of user and password are percent-encoded, several hosts are separated by
/// commas, and the parameters `application_name`, `connect_timeout` (seconds), `options`, `keepalives`,
/// `target_session_attrs`, `load_balance_hosts` and so on mean what they mean to PostgreSQL's own clients.
/// `schema` is this crate's: see [`PostgresOptions::schema`].
///
/// Connections are not encrypted yet. `sslmode` may be `disable` or `prefer` (which both connect without
/// TLS); `require`, `verify-ca` and `verify-full` are refused with an error.
#[derive(Clone)]
pub struct PostgresOptions {
    pub(crate) config: Config,
    pub(crate) max_connections: u32,
    pub(crate) acquire_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) statement_cache: usize,
    pub(crate) management: String,
}

impl PostgresOptions {
    /// Options from a URL: `postgres://user:password@host:port/database?parameter=value`.
    ///
    /// # Errors
    /// [`Error::Validation`](mikro_orm_core::Error::Validation) when the URL can't be used; the message does not repeat it, because it has a password.
    pub fn new(url: &str) -> mikro_orm_core::error::Result<Self> {
        url::parse(url)
    }

    fn of_config(config: Config) -> Self {
        PostgresOptions {
            config,
            max_connections: 10,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            statement_cache: 256,
            management: "postgres".to_owned(),
        }
    }

    /// How many connections are open at most; at least one. 10 when not said.
    #[must_use]
    pub fn max_connections(mut self, max: u32) -> Self {
        self.max_connections = max.max(1);
        self
    }

    /// How long a caller waits for a connection when all are in use. 30 seconds when not said.
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// How long connecting may take, authentication included. 10 seconds when not said.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How many prepared statements each connection keeps; at least one. 256 when not said.
    #[must_use]
    pub fn statement_cache(mut self, statements: usize) -> Self {
        self.statement_cache = statements.max(1);
        self
    }

    /// The database, when it is another one than the URL says.
    #[must_use]
    pub fn database(mut self, name: &str) -> Self {
        self.config.dbname(name);
        self
    }

    /// The database to be connected with while others are created and dropped: `postgres`, when this is not said.
    #[must_use]
    pub fn management_database(mut self, name: impl Into<String>) -> Self {
        self.management = name.into();
        self
    }

    /// The same for the management database.
    pub(crate) fn for_management(&self) -> PostgresOptions {
        let mut options = self.clone().database(&self.management);
        // (a search path and the like are about the other one)
        options.config.options("");
        options
    }

    /// The database's name.
    pub(crate) fn database_name(&self) -> Option<&str> {
        self.config.get_dbname().or(self.config.get_user())
    }

    /// The schema in which tables are created and looked for: the connections' `search_path`. It must exist: it is not created.
    #[must_use]
    pub fn schema(mut self, schema: &str) -> Self {
        // a quoted identifier, inside an option of the command line, where a backslash keeps the next character
        let mut option = String::from("-c search_path=\"");
        for c in schema.chars() {
            match c {
                '"' => option.push_str("\"\""),
                '\\' => option.push_str("\\\\"),
                c if c.is_whitespace() => option.extend(['\\', c]),
                c => option.push(c),
            }
        }
        option.push('"');
        let options = match self.config.get_options() {
            Some(other) => format!("{other} {option}"),
            None => option,
        };
        self.config.options(options);
        self
    }

    /// `host:port/database`, for messages.
    pub(crate) fn address(&self) -> String {
        let ports = self.config.get_ports();
        let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        let hosts: Vec<String> = self
            .config
            .get_hosts()
            .iter()
            .enumerate()
            .map(|(at, host)| match host {
                Host::Tcp(name) => format!("{name}:{}", port(at)),
                #[cfg(unix)]
                Host::Unix(path) => format!("{}:{}", path.display(), port(at)),
            })
            .collect();
        format!("{}/{}", hosts.join(","), self.config.get_dbname().or(self.config.get_user()).unwrap_or_default())
    }
}

impl fmt::Debug for PostgresOptions {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("address", &self.address())
            .field("user", &self.config.get_user().unwrap_or_default())
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}
