//! Keys and tokens: random, recognisable by their prefix, and known to the database only as hashes.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// An API key as its owner gets it, once.
pub struct KeyPair {
    /// Names the key.
    pub public: String,
    /// Proves it.
    pub private: String,
}

impl KeyPair {
    /// A new key.
    ///
    /// # Errors
    /// When the machine has no random numbers to give.
    pub fn generate() -> Result<Self, getrandom::Error> {
        Ok(Self {
            public: format!("bg_public_{}", random_hex::<12>()?),
            private: format!("bg_private_{}", random_hex::<32>()?),
        })
    }
}

/// A new one-time or session token.
///
/// # Errors
/// When the machine has no random numbers to give.
pub fn token() -> Result<String, getrandom::Error> {
    random_hex::<32>()
}

/// A new secret to sign webhooks with.
pub(crate) fn webhook() -> Result<String, getrandom::Error> {
    Ok(format!("whsec_{}", random_hex::<32>()?))
}

/// A new short name for a request, unlikely to come again; not a secret.
pub(crate) fn request_id() -> String {
    random_hex::<8>().unwrap_or_else(|_| "0".repeat(16))
}

/// Where the draws of one request start.
///
/// # Errors
/// When the machine has no random numbers to give.
pub fn seed() -> Result<u64, getrandom::Error> {
    getrandom::u64()
}

/// What the database knows a secret by: the SHA-256 of its text, in hexadecimal. The secrets have 256 random bits, so
/// nothing slower is needed.
#[must_use]
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Compares two hashes in a time that does not depend on where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

fn random_hex<const BYTES: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_recognisable_and_never_the_same() {
        let (one, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        assert!(one.public.starts_with("bg_public_") && one.private.starts_with("bg_private_"));
        assert_ne!(one.private, other.private);
        assert_eq!(one.private.len(), "bg_private_".len() + 64);
    }

    #[test]
    fn hashes_are_sha_256() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(same(&hash("abc"), &hash("abc")) && !same(&hash("abc"), &hash("abd")));
    }
}
