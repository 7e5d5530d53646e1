//! What an error means to the caller, whichever module it comes from.

/// The few kinds that every error reduces to. Only `api` maps them to status codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// What was asked for does not exist (or may not be seen).
    Absent,
    /// It existed, and is no more: an ended entity, a pruned edition.
    Gone,
    /// A parameter has a value that cannot be answered.
    Invalid {
        /// Its name as the caller wrote it.
        parameter: String,
    },
    /// Too much work under way; trying later helps.
    Busy,
    /// The answer would be larger than the server gives.
    TooLarge,
    /// The work took longer than its deadline.
    TimedOut,
    /// A fault of the server's.
    Internal,
}
