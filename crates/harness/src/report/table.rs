//! The report for people.

use std::fmt::Write as _;

use super::{FigureReport, Report};
use crate::machine::LoadAverage;

const HEADER: [&str; 7] = [
    "figure", "what", "measured", "bound", "met", "load", "stolen",
];
/// Numbers stand at the right.
const MEASURED: usize = 2;

pub(super) fn table(report: &Report) -> String {
    let rows: Vec<[String; 7]> = [HEADER.map(str::to_owned)]
        .into_iter()
        .chain(report.figures.iter().flat_map(rows))
        .collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            // Writing to a text can't fail.
            let _ = match column {
                MEASURED => write!(line, "{cell:>width$}  "),
                _ => write!(line, "{cell:<width$}  "),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for report in &report.figures {
        if let Err(error) = &report.outcome {
            let _ = writeln!(text, "\n{} could not be measured: {error}", report.figure);
        }
    }
    let machine = &report.machine;
    let _ = writeln!(
        text,
        "\n{} CPUs{}; load average {} before, {} after. Load: of the last minute when the figure \
         began; stolen: CPU time that a virtual machine's host took meanwhile. 1 kB is 1,000 bytes.",
        machine.cpus,
        machine
            .cpu_model
            .as_ref()
            .map(|model| format!(" ({model})"))
            .unwrap_or_default(),
        load(report.load_before),
        load(report.load_after),
    );
    text
}

/// A row for each measurement; the first names the figure.
fn rows(report: &FigureReport) -> Vec<[String; 7]> {
    let Ok(measurements) = &report.outcome else {
        let cells = [report.figure.as_str(), "not measured, see below"];
        return vec![std::array::from_fn(|column| {
            cells.get(column).copied().unwrap_or_default().to_owned()
        })];
    };
    let mut name = report.figure.clone();
    let mut busy = report
        .load_before
        .map(|[minute, ..]| format!("{minute:.2}"))
        .unwrap_or_default();
    let mut stolen = report
        .stolen
        .map(|part| format!("{:.0} %", part * 100.0))
        .unwrap_or_default();
    let row = |measurement: &super::Measurement| {
        let met = match measurement.is_met() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        [
            std::mem::take(&mut name),
            measurement.what.clone(),
            measurement.unit.show(measurement.value),
            measurement.shown_bound(),
            met.to_owned(),
            std::mem::take(&mut busy),
            std::mem::take(&mut stolen),
        ]
    };
    measurements.iter().map(row).collect()
}

fn load(load: LoadAverage) -> String {
    match load {
        Some([one, five, fifteen]) => format!("{one:.2} {five:.2} {fifteen:.2}"),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::machine::Machine;
    use crate::report::{Bound, FigureReport, Measurement, Report, Unit};

    #[test]
    fn the_table_is_aligned_and_says_what_is_not_met() {
        let figure = |figure: &str, outcome| FigureReport {
            figure: figure.to_owned(),
            load_before: Some([0.5, 0.0, 0.0]),
            stolen: Some(0.06),
            seconds: 1.0,
            outcome,
        };
        let measurements = vec![
            Measurement::new("in all", 150_000.0, Unit::Bytes).bound(Bound::AtMost(200_000.0)),
            Measurement::new("of this, WebAssembly", 130_000.0, Unit::Bytes),
            Measurement::new("too slow", 2.0, Unit::Milliseconds).bound(Bound::Below(1.0)),
        ];
        let report = Report {
            machine: Machine {
                cpus: 2,
                cpu_model: None,
            },
            load_before: Some([0.5, 1.0, 2.0]),
            load_after: None,
            figures: vec![
                figure("first-load", Ok(measurements)),
                figure("cold-agents", Err("no Chromium".to_owned())),
            ],
        };
        assert_eq!(
            report.to_table(),
            "\
figure       what                     measured  bound     met  load  stolen
first-load   in all                     150 kB  ≤ 200 kB  yes  0.50  6 %
             of this, WebAssembly       130 kB
             too slow                     2 ms  < 1 ms    NO
cold-agents  not measured, see below

cold-agents could not be measured: no Chromium

2 CPUs; load average 0.50 1.00 2.00 before, unknown after. Load: of the last minute when the \
figure began; stolen: CPU time that a virtual machine's host took meanwhile. 1 kB is 1,000 bytes.
"
        );
        assert!(!report.is_complete());
    }
}
