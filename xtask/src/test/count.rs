//! How many tests have run, read from what the test runners say.

use std::fmt;
use std::ops::AddAssign;

/// What became of the tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that have passed.
    pub passed: u64,
    /// Tests that were left out because they are marked so.
    pub ignored: u64,
}

impl Count {
    /// So many that have passed, and none left out.
    pub fn passed(tests: usize) -> Self {
        Self {
            passed: tests as u64,
            ignored: 0,
        }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.ignored += other.ignored;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed; 0 failed; {} ignored",
            self.passed, self.ignored
        )
    }
}

/// Counts in a runner's output as it comes, cut anywhere.
#[derive(Default)]
pub struct Counter {
    line: Vec<u8>,
    count: Count,
}

impl Counter {
    /// The next piece of output.
    pub fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' {
                self.count += of_line(&String::from_utf8_lossy(&self.line));
                self.line.clear();
            } else {
                self.line.push(byte);
            }
        }
    }

    /// The sum of all results so far.
    pub fn count(&self) -> Count {
        self.count
    }
}

/// The numbers of a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`.
fn of_line(line: &str) -> Count {
    let Some((_, numbers)) = line.split_once("test result: ok. ") else {
        return Count::default();
    };
    let number = |what: &str| {
        numbers
            .split("; ")
            .find_map(|part| part.strip_suffix(what)?.trim().parse().ok())
            .unwrap_or(0)
    };
    Count {
        passed: number("passed"),
        ignored: number("ignored"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(pieces: &[&str]) -> Count {
        let mut counter = Counter::default();
        for piece in pieces {
            counter.read(piece.as_bytes());
        }
        counter.count()
    }

    #[test]
    fn the_results_of_all_programs_are_added() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.35s\n";
        assert_eq!(
            counted(&[output]),
            Count {
                passed: 15,
                ignored: 1
            }
        );
    }

    #[test]
    fn output_may_be_cut_anywhere() {
        let pieces = [
            "test resu",
            "lt: ok. 1",
            "2 passed; 0 failed; 0 ig",
            "nored; 0 measured\nmore",
        ];
        assert_eq!(
            counted(&pieces),
            Count {
                passed: 12,
                ignored: 0
            }
        );
    }

    #[test]
    fn nothing_else_counts() {
        assert_eq!(
            counted(&["no tests to run!\ntest result: FAILED. 3 passed; 1 failed\n"]),
            Count::default()
        );
    }
}
