//! What a number of samples comes to.

/// Samples, sorted.
pub struct Samples(Vec<f64>);

impl Samples {
    /// Of any numbers but NaN, in any order.
    #[must_use]
    pub fn new(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        Self(samples)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The least sample that is not exceeded by `percent` of all; NaN without samples.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or(f64::NAN)
    }

    /// The middle; of an even number of samples the lower one.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// The largest.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.percentile(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "samples are taken as they are")]
    fn percentiles_are_samples() {
        let samples = Samples::new((1..=20).rev().map(f64::from).collect());
        assert_eq!(samples.count(), 20);
        assert_eq!(samples.median(), 10.0);
        assert_eq!(samples.percentile(95), 19.0);
        assert_eq!(samples.percentile(0), 1.0);
        assert_eq!(samples.largest(), 20.0);
        assert_eq!(Samples::new(vec![3.0]).percentile(95), 3.0);
        assert!(Samples::new(Vec::new()).median().is_nan());
    }
}
