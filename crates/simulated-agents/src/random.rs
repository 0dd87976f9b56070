//! Seeded draws. The generator is a named, portable one: a seed means the same on every machine
//! and in every version.

use std::f64::consts::TAU;

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A generator for one purpose: what is drawn for one does not shift what is drawn for another.
#[must_use]
pub fn generator(seed: u64, purpose: &[&str]) -> Xoshiro256PlusPlus {
    let mut label = Vec::new();
    for part in purpose {
        label.extend_from_slice(part.as_bytes());
        label.push(0);
    }
    Xoshiro256PlusPlus::seed_from_u64(xxh3_64_with_seed(&label, seed))
}

/// A log-normal draw, held between a third and three times its median, as durations and token
/// counts are: never negative, a few of them long.
#[must_use]
pub fn log_normal(random: &mut Xoshiro256PlusPlus, median: f64, sigma: f64) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    let normal = radius * (TAU * random.random::<f64>()).cos();
    (median * (sigma * normal).exp()).clamp(median / 3.0, median * 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_means_the_same_everywhere() {
        assert_eq!(generator(1, &["a", "b"]).random::<u32>(), 2_355_161_930);
        assert_ne!(
            generator(1, &["a", "b"]).random::<u32>(),
            generator(1, &["ab"]).random::<u32>()
        );
        assert_ne!(
            generator(1, &["a", "b"]).random::<u32>(),
            generator(2, &["a", "b"]).random::<u32>()
        );
    }

    #[test]
    fn half_of_the_draws_lie_under_the_median_and_none_far_out() {
        let mut random = generator(7, &["durations"]);
        let draws: Vec<f64> = (0..10_000)
            .map(|_| log_normal(&mut random, 80.0, 0.25))
            .collect();
        let below = draws.iter().filter(|draw| **draw < 80.0).count();
        assert!((4_800..5_200).contains(&below), "{below}");
        assert!(draws.iter().all(|draw| (80.0 / 3.0..=240.0).contains(draw)));
    }
}
