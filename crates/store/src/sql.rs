//! [`Sql`]: the text of a statement and its values, numbered as they come.

use domain::Instant;

use crate::engine::Param;

/// A statement in the making.
///
/// Placeholders get their numbers in the order in which they first appear, which is what SQLite binds by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) params: Vec<Param>,
    now: Option<usize>,
    again: Option<(usize, Vec<Param>)>,
}

impl Sql {
    /// A statement that starts so.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), params: Vec::new(), now: None, again: None }
    }

    /// Appends text without values.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a value.
    pub(crate) fn bind(&mut self, param: impl Into<Param>) -> &mut Self {
        self.params.push(param.into());
        self.text.push('$');
        self.text.push_str(&self.params.len().to_string());
        self
    }

    /// Appends a number whose type nothing around it tells PostgreSQL.
    pub(crate) fn bind_int(&mut self, param: impl Into<Param>) -> &mut Self {
        self.push("CAST(").bind(param).push(" AS BIGINT)")
    }

    /// Appends values with commas between them.
    pub(crate) fn bind_all<P: Into<Param>>(&mut self, params: impl IntoIterator<Item = P>) -> &mut Self {
        for (index, param) in params.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(param);
        }
        self
    }

    /// Appends values with commas between them, which a statement has in several places: they are bound once. A statement
    /// has one such list.
    pub(crate) fn bind_again(&mut self, params: &[Param]) -> &mut Self {
        let first = match &self.again {
            Some((first, bound)) if bound == params => *first,
            _ => {
                let first = self.params.len() + 1;
                self.params.extend(params.iter().cloned());
                self.again = Some((first, params.to_vec()));
                first
            }
        };
        for index in 0..params.len() {
            let comma = if index > 0 { ", " } else { "" };
            self.text.push_str(&format!("{comma}${}", first + index));
        }
        self
    }

    /// The placeholder of `now`, bound at its first use.
    ///
    /// It stands where this is called first: the text that uses it must be appended at once.
    pub(crate) fn now(&mut self, now: Instant) -> usize {
        match self.now {
            Some(index) => index,
            None => {
                self.params.push(now.into());
                *self.now.insert(self.params.len())
            }
        }
    }

    /// Appends an expression in which `{now}` stands for the instant.
    pub(crate) fn push_at(&mut self, expression: &str, now: Instant) -> &mut Self {
        if expression.contains(NOW) {
            let placeholder = format!("${}", self.now(now));
            self.text.push_str(&expression.replace(NOW, &placeholder));
        } else {
            self.text.push_str(expression);
        }
        self
    }
}

/// What stands for the instant in an expression.
pub(crate) const NOW: &str = "{now}";
