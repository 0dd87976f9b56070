#!/bin/sh
# Report a document's way through the agents to the status API.
#
#     sh report_status.sh http://127.0.0.1:8080 SESSION_ID
#
# Needs curl 7.76 or later.
set -eu
[ $# -eq 2 ] || { echo "usage: report_status.sh API SESSION_ID" >&2; exit 64; }
session=$1/api/workflow/$2

# send METHOD URL JSON: prints the session as it stands then. A report that got no answer, or a 429
# or 503, is sent again, after what Retry-After says or else 1, 2, 4, … s: repeating a call changes
# nothing. Any other error ends this script, and what the API says of it is printed.
send() {
    curl --silent --show-error --fail-with-body --request "$1" "$2" \
        --header 'Content-Type: application/json' --data "$3" \
        --connect-timeout 3 --max-time 10 \
        --retry 6 --retry-max-time 60 --retry-connrefused
    echo
}

send PUT "$session" '{"correlationId": "corr_example", "documentId": "FAB_26933659", "sourceType": "BANK"}'
for agent in pdfAdapter tradeExtraction; do
    send PATCH "$session/agents/$agent" '{"status": "in-progress", "activity": "At work"}'
    send PATCH "$session/agents/$agent" \
        '{"status": "success", "tokenUsage": {"inputTokens": 4011, "outputTokens": 623}}'
done
send PATCH "$session/agents/tradeMatching" '{"status": "in-progress", "activity": "At work"}'
send PATCH "$session/agents/tradeMatching" \
    '{"status": "success", "matchClassification": "MATCHED", "confidenceScore": 97.5}'
# Exception management is not needed, and becomes skipped.
send POST "$session/finalize" '{"overallStatus": "completed"}'
