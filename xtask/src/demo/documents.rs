//! The stream of simulated documents.

use serde_json::json;

/// Documents without end, the same for the same seed; banks' and counterparties' in turn.
pub struct Documents {
    random: SplitMix64,
    next_is_bank: bool,
}

impl Documents {
    /// Those of `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            random: SplitMix64(seed),
            next_is_bank: true,
        }
    }
}

impl Iterator for Documents {
    /// A line for `trade-status run`.
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let (document, source) = if self.next_is_bank {
            (
                format!("SIM-FAB_{}", self.random.within(10_000_000, 99_999_999)),
                "BANK",
            )
        } else {
            (
                format!("SIM-GCS_{}", self.random.within(100_000, 999_999)),
                "COUNTERPARTY",
            )
        };
        self.next_is_bank = !self.next_is_bank;
        Some(json!({ "documentId": document, "sourceType": source }).to_string())
    }
}

/// Steele, Lea and Flood's generator: five lines that give the same numbers in every release.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn within(&mut self, first: u64, last: u64) -> u64 {
        first + self.next() % (last - first + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        let mut random = SplitMix64(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_seed_gives_the_same_documents_and_another_seed_gives_others() {
        let of = |seed| Documents::new(seed).take(50).collect::<Vec<_>>();
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
        assert_eq!(of(7).iter().collect::<HashSet<_>>().len(), 50);
    }

    #[test]
    fn sources_alternate_and_every_id_says_that_it_is_simulated() {
        for (index, line) in Documents::new(1).take(100).enumerate() {
            let document: Value = serde_json::from_str(&line).unwrap();
            let id = document["documentId"].as_str().unwrap();
            let (source, prefix, digits) = if index % 2 == 0 {
                ("BANK", "SIM-FAB_", 8)
            } else {
                ("COUNTERPARTY", "SIM-GCS_", 6)
            };
            assert_eq!(document["sourceType"], source);
            let number = id.strip_prefix(prefix).unwrap();
            assert!(
                number.len() == digits && number.bytes().all(|byte| byte.is_ascii_digit()),
                "{id}"
            );
        }
    }
}
