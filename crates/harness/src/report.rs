//! Measurements with their bounds, as a table and as JSON.

mod measurement;
mod table;

use std::time::Instant;

use anyhow::Result;
use serde_json::{Value, json};

pub use measurement::{Bound, Measurement, Unit};

use crate::machine::{CpuTime, LoadAverage, Machine, load_average};

/// All that was measured.
pub struct Report {
    /// Where.
    pub machine: Machine,
    /// How busy that was before anything was measured.
    pub load_before: LoadAverage,
    /// And after.
    pub load_after: LoadAverage,
    /// Each figure.
    pub figures: Vec<FigureReport>,
}

/// One figure.
pub struct FigureReport {
    /// Its name.
    pub figure: String,
    /// How busy the machine was when it began.
    pub load_before: LoadAverage,
    /// The part of the CPUs' time, from 0 to 1, that a virtual machine's host took meanwhile.
    pub stolen: Option<f64>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What it came to, or why it could not be measured.
    pub outcome: Result<Vec<Measurement>, String>,
}

impl Report {
    /// Could everything be measured?
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.figures.iter().all(|figure| figure.outcome.is_ok())
    }

    /// Is every bound kept that has to be?
    #[must_use]
    pub fn is_good(&self) -> bool {
        let mut measurements = self
            .figures
            .iter()
            .flat_map(|figure| figure.outcome.iter().flatten());
        measurements.all(Measurement::is_good)
    }

    /// For machines.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let figures: Vec<Value> = self.figures.iter().map(FigureReport::to_json).collect();
        json!({
            "machine": self.machine,
            "loadAverage": {"before": self.load_before, "after": self.load_after},
            "figures": figures,
        })
    }

    /// For people.
    #[must_use]
    pub fn to_table(&self) -> String {
        table::table(self)
    }
}

impl FigureReport {
    /// Of what measures it.
    pub async fn of(figure: &str, measure: impl Future<Output = Result<Vec<Measurement>>>) -> Self {
        let (load_before, cpu_before) = (load_average(), CpuTime::now());
        let start = Instant::now();
        let outcome = measure.await;
        Self {
            figure: figure.to_owned(),
            load_before,
            stolen: CpuTime::now()
                .zip(cpu_before)
                .map(|(now, before)| now.stolen_since(before)),
            seconds: start.elapsed().as_secs_f64(),
            outcome: outcome.map_err(|error| format!("{error:#}")),
        }
    }

    fn to_json(&self) -> Value {
        let mut value = json!({
            "figure": self.figure,
            "loadAverageBefore": self.load_before,
            "stolen": self.stolen.map(|part| (part * 1e3).round() / 1e3),
            "seconds": (self.seconds * 10.0).round() / 10.0,
        });
        match &self.outcome {
            Ok(measurements) => {
                let measurements = measurements.iter().map(Measurement::to_json);
                value["measurements"] = measurements.collect();
            }
            Err(error) => value["error"] = json!(error),
        }
        value
    }
}
