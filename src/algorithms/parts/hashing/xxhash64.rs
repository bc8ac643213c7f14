//! xxHash64: a fast hash function of good quality. Four lanes of eight bytes each, then a finaliser.
//!
//! **What it is.** Long inputs are read in stripes of 32 bytes, each lane adding, rotating and multiplying its eight;
//! the rest is folded in by eight, four and one. The seed gives as many independent functions as one likes.
//!
//! **Who runs it.** Envoy (ring hash and Maglev), Caddy (rendezvous), and most of what used MD5 on a ring before.
//!
//! **Source.** Collet, “xxHash fast digest algorithm”, `doc/xxhash_spec.md`, version 0.1.1.
//!
//! **What goes wrong.** It is not cryptographic: who chooses the keys can choose their shard. Against that there is
//! SipHash with a secret key.
//!
//! It knows nothing but bytes. Read next: [`super::KeyHash`], which offers it beside FNV-1a.

const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;

/// The hash of `bytes` under `seed`.
#[must_use]
pub fn xxhash64(bytes: &[u8], seed: u64) -> u64 {
    let (stripes, rest) = bytes.as_chunks::<32>();
    let mut hash = if stripes.is_empty() { seed.wrapping_add(PRIME_5) } else { stripes_hashed(stripes, seed) };
    hash = hash.wrapping_add(bytes.len() as u64);

    let (eights, rest) = rest.as_chunks::<8>();
    for eight in eights {
        hash ^= round(0, u64::from_le_bytes(*eight));
        hash = hash.rotate_left(27).wrapping_mul(PRIME_1).wrapping_add(PRIME_4);
    }
    let (fours, rest) = rest.as_chunks::<4>();
    for four in fours {
        hash ^= u64::from(u32::from_le_bytes(*four)).wrapping_mul(PRIME_1);
        hash = hash.rotate_left(23).wrapping_mul(PRIME_2).wrapping_add(PRIME_3);
    }
    for &byte in rest {
        hash ^= u64::from(byte).wrapping_mul(PRIME_5);
        hash = hash.rotate_left(11).wrapping_mul(PRIME_1);
    }

    hash = (hash ^ (hash >> 33)).wrapping_mul(PRIME_2);
    hash = (hash ^ (hash >> 29)).wrapping_mul(PRIME_3);
    hash ^ (hash >> 32)
}

/// What four lanes make of all whole stripes.
fn stripes_hashed(stripes: &[[u8; 32]], seed: u64) -> u64 {
    let start = seed.wrapping_add(PRIME_1);
    let mut lanes = [start.wrapping_add(PRIME_2), seed.wrapping_add(PRIME_2), seed, seed.wrapping_sub(PRIME_1)];
    for stripe in stripes {
        for (lane, eight) in lanes.iter_mut().zip(stripe.as_chunks::<8>().0) {
            *lane = round(*lane, u64::from_le_bytes(*eight));
        }
    }
    let mut hash = 0_u64;
    for (lane, turn) in lanes.iter().zip([1, 7, 12, 18]) {
        hash = hash.wrapping_add(lane.rotate_left(turn));
    }
    lanes.iter().fold(hash, |hash, &lane| (hash ^ round(0, lane)).wrapping_mul(PRIME_1).wrapping_add(PRIME_4))
}

/// One step of one lane.
const fn round(lane: u64, input: u64) -> u64 {
    lane.wrapping_add(input.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1)
}
