//! [`Violation`]: one broken rule on one field.

use serde::Serialize;

/// One broken rule on one field. The same words stand in the server's answer and beside the field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The name of the parameter, as the caller wrote it (without the blanks around it).
    pub field: String,
    /// The label of the field, which starts the sentence.
    pub label: String,
    /// The rest of the sentence, such as "must be a decimal number".
    pub message: String,
}

impl Violation {
    /// A broken rule on a field with a label.
    #[must_use]
    pub fn new(field: impl Into<String>, label: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), label: label.into(), message: message.into() }
    }

    /// The whole sentence: "Tier must be a decimal number."
    #[must_use]
    pub fn sentence(&self) -> String {
        sentence(&self.label, &self.message)
    }
}

/// The sentence of a message on a field with that label: "Tier must be a decimal number."
#[must_use]
pub fn sentence(label: &str, message: &str) -> String {
    format!("{label} {message}.")
}
