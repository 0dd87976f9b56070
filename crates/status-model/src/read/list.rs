//! The answers of the status API that are no single session.

use serde_json::Value;

use super::{
    ReadError,
    fields::{Fields, Path},
    session_id,
};
use crate::{
    AgentStatus, OverallStatus, SourceType, TokenUsage, TotalTokenUsage,
    api::{RowError, SessionRow, Strip, UsualDuration, UsualDurations, row::CurrentWork},
};

/// Reads an element of `GET /api/workflow/recent`, of this backend or of an older one.
///
/// # Errors
/// Only where there is no object or no usable id.
pub fn row(value: &Value) -> Result<SessionRow, ReadError> {
    let object = value.as_object().ok_or(ReadError::NotAnObject)?;
    let session_id = session_id(object)?;
    let mut unreadable = Vec::new();
    let fields = &mut Fields::new(object, Path::Root, &mut unreadable);
    Ok(SessionRow {
        session_id,
        status: fields
            .text("status")
            .map(OverallStatus::from)
            .unwrap_or_default(),
        created_at: fields.timestamp("createdAt"),
        last_updated: fields.timestamp("lastUpdated"),
        correlation_id: fields.text("correlationId"),
        document_id: fields.text("documentId"),
        source_type: fields.text("sourceType").map(SourceType::from),
        agents: fields.part("agents", strip),
        started_at: fields.timestamp("startedAt"),
        completed_at: fields.timestamp("completedAt"),
        last_progress: fields.timestamp("lastProgress"),
        total_duration: fields.seconds("totalDuration"),
        total_token_usage: fields.part("totalTokenUsage", total_token_usage),
        current: fields.part("current", current).flatten(),
        error: fields.part("error", error).flatten(),
        // Shown on the session's page, where they are derived again.
        warnings: Vec::new(),
    })
}

/// Reads `GET /api/workflow/usual-durations`; what is not there or can't be read is not known.
#[must_use]
pub fn usual_durations(value: &Value) -> UsualDurations {
    let Some(object) = value.as_object() else {
        return UsualDurations::default();
    };
    let mut unreadable = Vec::new();
    let fields = &mut Fields::new(object, Path::Root, &mut unreadable);
    UsualDurations {
        pdf_adapter: fields.part("pdfAdapter", usual).flatten(),
        trade_extraction: fields.part("tradeExtraction", usual).flatten(),
        trade_matching: fields.part("tradeMatching", usual).flatten(),
        exception_management: fields.part("exceptionManagement", usual).flatten(),
        whole: fields.part("whole", usual).flatten(),
    }
}

fn strip(fields: &mut Fields) -> Strip {
    let mut status = |key| fields.text(key).map(AgentStatus::from).unwrap_or_default();
    Strip {
        pdf_adapter: status("pdfAdapter"),
        trade_extraction: status("tradeExtraction"),
        trade_matching: status("tradeMatching"),
        exception_management: status("exceptionManagement"),
    }
}

pub(super) fn total_token_usage(fields: &mut Fields) -> TotalTokenUsage {
    TotalTokenUsage {
        known: TokenUsage {
            input: fields.count("inputTokens").unwrap_or_default(),
            output: fields.count("outputTokens").unwrap_or_default(),
        },
        partial: fields.flag("partial").unwrap_or_default(),
    }
}

fn current(fields: &mut Fields) -> Option<CurrentWork> {
    Some(CurrentWork {
        agent: fields.text("agent")?.parse().ok()?,
        activity: fields.text("activity"),
        started_at: fields.timestamp("startedAt"),
        attempt: at_least_one(fields, "attempt"),
    })
}

fn error(fields: &mut Fields) -> Option<RowError> {
    Some(RowError {
        agent: fields.text("agent")?.parse().ok()?,
        message: fields.text("message"),
        attempts: at_least_one(fields, "attempts"),
    })
}

fn usual(fields: &mut Fields) -> Option<UsualDuration> {
    Some(UsualDuration {
        median: fields.seconds("median")?,
        p95: fields.seconds("p95")?,
        count: at_least_one(fields, "count"),
    })
}

/// At least one, also where nobody says how many.
fn at_least_one(fields: &mut Fields, key: &'static str) -> usize {
    let count = fields.count(key).unwrap_or(1).max(1);
    usize::try_from(count).unwrap_or(usize::MAX)
}
