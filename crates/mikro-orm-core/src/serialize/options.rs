//! What changes the output as a whole.

/// How an ORM's entities are serialized when nothing else is said; see
/// [`OrmBuilder::output`](crate::OrmBuilder::output).
///
/// ```
/// use mikro_orm_core::serialize::OutputOptions;
///
/// let output = OutputOptions::new().force_object();
/// # let _ = output;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct OutputOptions {
    pub(crate) force_object: bool,
    pub(crate) without_keys: bool,
}

impl OutputOptions {
    /// Relations that were not populated as their keys, and entities with theirs.
    pub const fn new() -> Self {
        OutputOptions { force_object: false, without_keys: false }
    }
    /// A relation that is not nested is `{"id": 1}` instead of `1`.
    pub const fn force_object(mut self) -> Self {
        self.force_object = true;
        self
    }
    /// Entities without their primary keys (but relations that are not nested are still theirs).
    pub const fn without_keys(mut self) -> Self {
        self.without_keys = true;
        self
    }
}

/// What is the same at every depth.
#[derive(Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
pub(super) struct Flags {
    pub skip_null: bool,
    pub force_object: bool,
    pub include_hidden: bool,
    pub ignore_serializers: bool,
    pub without_keys: bool,
    /// Groups were asked for.
    pub grouped: bool,
}

impl From<OutputOptions> for Flags {
    fn from(options: OutputOptions) -> Self {
        Flags { force_object: options.force_object, without_keys: options.without_keys, ..Flags::default() }
    }
}
