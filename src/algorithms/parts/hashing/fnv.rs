//! FNV: the hash function that fits on a postcard. Two constants, one multiplication and one exclusive or per byte.
//!
//! **What it is.** Fowler, Noll and Vo, 1991. FNV-1 multiplies and then mixes the byte in; FNV-1a mixes the byte in
//! and then multiplies, so that the last byte too gets multiplied once. All arithmetic wraps.
//!
//! **Source.** Eastlake et al., “The FNV non-cryptographic hash algorithm” (RFC 9923); its reference `test_fnv.c`.
//!
//! **What goes wrong.** The last byte has been multiplied once (FNV-1a) or not at all (FNV-1). Names that differ only
//! in their last digit therefore get numbers that are close together, which is harmless in a hash table (it looks at
//! the low bits) and ruinous on a ring (it looks at the high ones). [`super::finaliser`] mends it.
//!
//! It knows nothing but bytes. Read next: [`super::finaliser`].

const OFFSET_32: u32 = 0x811c_9dc5;
const PRIME_32: u32 = 0x0100_0193;
const OFFSET_64: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME_64: u64 = 0x0000_0100_0000_01b3;

/// FNV-1 with 32 bits: multiply, then exclusive or. Go's `fnv.New32`.
#[must_use]
pub fn fnv1_32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(OFFSET_32, |hash, &byte| hash.wrapping_mul(PRIME_32) ^ u32::from(byte))
}

/// FNV-1a with 32 bits: exclusive or, then multiply. Go's `fnv.New32a`.
#[must_use]
pub fn fnv1a_32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(OFFSET_32, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(PRIME_32))
}

/// FNV-1 with 64 bits.
#[must_use]
pub fn fnv1_64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(OFFSET_64, |hash, &byte| hash.wrapping_mul(PRIME_64) ^ u64::from(byte))
}

/// FNV-1a with 64 bits.
#[must_use]
pub fn fnv1a_64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(OFFSET_64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME_64))
}
